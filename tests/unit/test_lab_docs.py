"""The CI jobs that docs/containerlab.md shows are YAML, and run commands that exist with options that exist."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from scanner.cli.lab.commands import command as lab

PAGE = (Path(__file__).parents[2] / "docs" / "containerlab.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("### In CI")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"(?ms)^```yaml\n(.*?)^```$", SECTION)


def lines_of(job: Any) -> list[str]:
    """The commands of a job of GitHub or GitLab."""
    if isinstance(job, dict):
        own = [job["run"]] if "run" in job else list(job.get("script", ()))
        return own + [line for key, value in job.items() if key not in ("run", "script") for line in lines_of(value)]
    return [line for value in job for line in lines_of(value)] if isinstance(job, list) else []


def test_there_is_a_job_for_each_of_two_systems() -> None:
    assert [("jobs" in yaml.safe_load(block)) for block in BLOCKS] == [True, False]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_job_runs_a_check_that_kitscan_has(block: str) -> None:
    (line,) = [line for line in lines_of(yaml.safe_load(block)) if "lab check" in line]
    words = shlex.split(line.partition(" > ")[0])
    name, *rest = words[words.index("lab") + 1 :]
    known = lab.commands[name]
    options = {option: parameter for parameter in known.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= set(options)
    form = options["--format"].type
    assert isinstance(form, click.Choice) and rest[rest.index("--format") + 1] in form.choices
