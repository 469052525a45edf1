"""The documentation is run: its commands with their output; and its links and the options it names exist.

In a ```console block each line that begins with `$ kitscan` or `$ cd` is run by a shell, in order, a folder a page;
a page finds `kitscan-demo` there, as one `kitscan demo` left it, with its devices still up. Other commands are only
shown. A comment `# exit 1` names the exit code that is expected, and where output is shown it is compared: `...` stands
for any text of a line, or alone on a line for any lines. "Write `NAME`:" before a block makes that file.
"""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from scanner.cli.main import COMMANDS, kitscan
from tests.project.docs_demo import Demo, actual_ports, environment, usual_ports
from tests.project.docs_steps import FENCE, Typed, Written, steps
from tests.warm_kitscan import run_kitscan

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "lab" / "README.md")
EACH = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
pytestmark = pytest.mark.timeout(300)

RUN = [page for page in PAGES if "$ kitscan" in page.read_text(encoding="utf-8")]
"""The pages with commands that are run."""


def shows(shown: tuple[str, ...], printed: str) -> bool:
    """Whether this is what was printed."""
    pattern = "".join(r"(?:[^\n]*\n)*" if line.strip() == "..." else f"{of_line(line)}\n" for line in shown)
    ended = "".join(f"{line.rstrip()}\n" for line in printed.rstrip("\n").split("\n"))
    return re.fullmatch(pattern, ended) is not None


def of_line(line: str) -> str:
    return r"[^\n]*".join(map(re.escape, line.rstrip().split("...")))


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_of_a_page_does_what_the_page_shows(page: Path, demo: Demo, tmp_path: Path) -> None:
    shutil.copytree(demo.folder, tmp_path / "kitscan-demo")
    folder, wrong = tmp_path, []
    for step in steps(page.read_text(encoding="utf-8")):
        match step:
            case Written():
                (folder / step.name).parent.mkdir(parents=True, exist_ok=True)
                (folder / step.name).write_text(step.text, encoding="utf-8")
            case Typed(line=line) if line.startswith("cd "):
                folder = (folder / line.removeprefix("cd ").split("#")[0].strip()).resolve()
                assert folder.is_dir(), line
            case Typed(line=line) if line.startswith("kitscan"):
                wrong += differences(step, folder, demo)
    assert wrong == [], "\n\n".join(wrong)


def differences(step: Typed, folder: Path, demo: Demo) -> list[str]:
    """Where a command comes out otherwise than the page says."""
    if step.line.startswith("kitscan demo"):
        code, printed = 0, demo.printed.partition("The devices stay up")[0]
    else:
        done = typed(actual_ports(step.line, demo.ports), folder)
        code, printed = done.returncode, usual_ports(done.stdout, demo.ports)
    told = []
    if code != step.code:
        told.append(f"$ {step.line}\nends with {code}, not {step.code}:\n{printed}")
    elif step.shown and not shows(step.shown, printed):
        told.append(f"$ {step.line}\nprints:\n{printed}")
    return told


def typed(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """What a line does in a shell, and where it holds nothing that a shell does, what its words do."""
    words = shlex.split(line, comments=True)
    if not set("|;&<>$*`(").intersection(" ".join(words)):
        return run_kitscan(*words[1:], cwd=folder, env=environment(), merged=True)
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
        check=False,
    )


def test_output_is_compared_line_by_line_and_an_ellipsis_stands_for_the_rest() -> None:
    assert shows(("a", "...", "d ... f"), "a\nb\nc\nd e f\n")
    assert not shows(("a", "c"), "a\nb\nc\n")
    assert not shows(("a",), "a\nb\n")


def test_a_console_block_is_read_with_its_output_and_its_exit_code() -> None:
    text = "Write `f`:\n\n```yaml\na: 1\n```\n\n```console\n$ kitscan scan \\\n  --yes  # exit 1\nout\n$ cd x\n```\n"
    assert list(steps(text)) == [
        Written("f", "a: 1\n"),
        Typed("kitscan scan   --yes  # exit 1", ("out",), 1),
        Typed("cd x", (), 0),
    ]


def test_the_readme_shows_the_help_as_it_is() -> None:
    done = subprocess.run(["kitscan", "--help"], env=environment(), capture_output=True, text=True, check=True)
    assert f"$ kitscan --help\n{done.stdout}```" in (ROOT / "README.md").read_text(encoding="utf-8")


@EACH
def test_every_relative_link_and_image_is_there(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"\s]+)\"", prose)
    local = [link for link in map("".join, links) if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    there = (page.parent / path).resolve() if path else page
    return there.exists() and (not anchor or anchor in anchors(there))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    titles = re.findall(r"(?m)^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@EACH
def test_every_option_that_is_mentioned_exists(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    spans = [span for span in re.findall(r"`([^`\n]+)`", prose) if span.startswith(("--", "kitscan "))]
    unknown = [span for span in spans if not set(re.findall(r"--[a-z][a-z-]*", span)) <= options_for(span)]
    assert unknown == []


def options_for(span: str) -> set[str]:
    """The options of the command that a span names, or of all commands and benchmarks where it names none."""
    command = kitscan_command(span.split())
    if command is not None:
        return options_of(command)
    ours = {option for name in COMMANDS for option in options_of(kitscan_command(["kitscan", name]))}
    programs = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "benchmarks").rglob("*.py"))
    return {"--help", "--version"} | ours | set(re.findall(r'"(--[a-z-]+)"', programs))


def kitscan_command(words: list[str]) -> click.Command | None:
    command: click.Command = kitscan
    for word in words[1:] if words[0] == "kitscan" else ():
        found = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None
        if found is None:
            break
        command = found
    return None if command is kitscan else command


def options_of(command: click.Command | None) -> set[str]:
    """The options of a command and of those below it."""
    if command is None:
        return set()
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {name for parameter in command.params for name in parameter.opts}
    return {"--help"} | own | {name for one in below for name in options_of(one)}


@EACH
def test_every_command_that_is_mentioned_exists(page: Path) -> None:
    named = re.findall(r"(?:^\$ |`)kitscan ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in named if name not in COMMANDS] == []
