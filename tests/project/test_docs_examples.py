"""Examples that no test runs are parsed: YAML is YAML, commands and options exist, messages are kitscan's."""

import ast
import re
import shlex
from collections.abc import Iterator

import click
import pytest
import yaml

from scanner.cli.main import kitscan
from tests.project.docs_examples import blocks, command_lines
from tests.project.source_code import PACKAGES, ROOT, read_modules

PAGES = ("automation", "install", "troubleshooting")


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_command_of_an_example_takes_its_options(name: str) -> None:
    found = [faults for line in command_lines(page(name)) if (faults := faults_of(line))]
    assert found == []


def faults_of(line: str) -> str:
    """What the command line refuses of an example; empty if it takes it."""
    command: click.Command = kitscan
    context = click.Context(command, info_name="kitscan")
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        below = command.get_command(context, words.pop(0))
        if below is None:
            return f"{line}: no such command"
        command, context = below, click.Context(below, parent=context, info_name=below.name)
    options = {name for parameter in command.params for name in parameter.opts} | {"--help", "--version"}
    unknown = [word for word in words if word.startswith("--") and word.split("=")[0] not in options]
    return f"{line}: no option {', '.join(unknown)}" if unknown else ""


def test_an_example_with_a_wrong_word_is_found() -> None:
    assert faults_of("kitscan audit --quite") == "kitscan audit --quite: no option --quite"
    assert faults_of("kitscan adit") == "kitscan adit: no such command"
    assert faults_of("kitscan runs import night.kitscan") == ""


def test_commands_are_found_in_shells_jobs_and_playbooks() -> None:
    text = (
        "```cron\n1 * * * * me cd /srv && /opt/bin/kitscan audit --quiet\n```\n"
        "```yaml\ntasks:\n  - command: '{{ kitscan }} doctor'\n    script: [kitscan runs]\n```\n"
        "```sh\ndocker run --rm kitscan \\\n  scan x  # comment\n```\n"
    )
    assert sorted(command_lines(text)) == ["kitscan audit --quiet", "kitscan doctor", "kitscan runs", "kitscan scan x"]


@pytest.mark.parametrize("name", PAGES)
def test_every_yaml_of_an_example_is_yaml(name: str) -> None:
    assert [body for body in blocks(page(name), "yaml") if not isinstance(yaml.safe_load(body), dict | list)] == []


def test_jobs_and_tasks_have_the_keys_that_run_them() -> None:
    workflow, assess, nightly, (play,) = map(yaml.safe_load, blocks(page("automation"), "yaml"))
    assert all("run" in step or "uses" in step for step in workflow["jobs"]["assess"]["steps"])
    assert assess["kitscan"]["script"] and nightly["nightly"]["script"]
    assert [task for task in play["tasks"] if not any(key.startswith("ansible.builtin.") for key in task)] == []


def test_every_message_on_the_page_of_troubles_is_one_that_kitscan_prints() -> None:
    texts = "\n".join(templates())
    quoted = [line for body in blocks(page("troubleshooting"), "text") for line in body.splitlines()]
    assert len(quoted) > 20
    missing = [line for line in quoted if not re.search(pattern(line), texts, re.MULTILINE)]
    assert missing == []


def pattern(line: str) -> str:
    """`...` stands for a value that is put in."""
    return ".*".join(re.escape(part) for part in re.split(r"\s*\.\.\.\s*", line) if part)


def templates() -> Iterator[str]:
    """Every text of the source on a line of its own, with `{}` where a value is put in."""
    for module in read_modules(*PACKAGES):
        for node in ast.walk(module.tree):
            match node:
                case ast.JoinedStr(values=values):
                    yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in values)
                case ast.Constant(value=str(text)):
                    yield text
