"""The documentation is run: commands with their output, links, options, tables, and the site that it makes.

In a ```console block each line that begins with `$ kitscan` or `$ cd` is run by a shell, in order, a folder a page;
a page finds `kitscan-demo` there, as one `kitscan demo` left it, with its devices still up. Other commands are only
shown. A comment `# exit 1` names the exit code that is expected, and where output is shown it is compared: `...` stands
for any text of a line, or alone on a line for any lines. "Write `NAME`:" before a block makes that file.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from fingerprints.device import Level
from fingerprints.weights import load_weights
from reports.judgement.verdict import Verdict
from reports.output.formats.registry import FORMATS
from scanner.cli.main import (
    BUSY,
    COMMANDS,
    FINDINGS,
    INCOMPLETE,
    INTERNAL,
    INTERRUPTED,
    SCOPE_REFUSED,
    USAGE,
    kitscan,
)
from scanner.pacing import PROFILES
from scanner.scope import PROBES
from scanner.ssh.dialects import DIALECTS
from scanner.targets.target import Ports
from tests.agents.demo_ports import free_ports

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "lab" / "README.md")
EACH = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
COLUMNS = "100"

pytestmark = pytest.mark.timeout(300)

FENCE = re.compile(r"(?ms)^```(?P<kind>[\w.-]*)[^\n]*\n(?P<body>.*?)^```\s*$")
FILE = re.compile(r"Write `(?P<name>[\w./-]+)`:\s*\Z")
EXIT = re.compile(r"#\s*exit (\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that a page has its reader write."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A command that a page has its reader type, with the lines it shows as output and the exit code it names."""

    line: str
    shown: tuple[str, ...]
    code: int


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration that all pages share: its folder, what it printed, and the ports of its devices."""

    folder: Path
    printed: str
    ports: Ports


def steps(text: str) -> Iterator[Written | Typed]:
    """What a page has its reader do, in order."""
    for block in FENCE.finditer(text):
        named = FILE.search(text, 0, block.start())
        if named:
            yield Written(named["name"], block["body"])
        if block["kind"] == "console":
            yield from typed(block["body"])


def typed(body: str) -> Iterator[Typed]:
    """The commands of a console block; a line that ends with a backslash goes on."""
    for part in re.split(r"(?m)^\$ ", body.replace("\\\n", ""))[1:]:
        line, *shown = part.rstrip("\n").split("\n")
        code = EXIT.search(line)
        yield Typed(line, tuple(shown), int(code[1]) if code else 0)


def shows(shown: tuple[str, ...], printed: str) -> bool:
    """Whether this is what was printed."""
    pattern = "".join(r"(?:[^\n]*\n)*" if line.strip() == "..." else f"{of_line(line)}\n" for line in shown)
    ended = "".join(f"{line.rstrip()}\n" for line in printed.rstrip("\n").split("\n"))
    return re.fullmatch(pattern, ended) is not None


def of_line(line: str) -> str:
    return r"[^\n]*".join(map(re.escape, line.rstrip().split("...")))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demonstration, its devices kept up while the pages are read."""
    place, ports = tmp_path_factory.mktemp("docs"), free_ports()
    where = [f"--snmp-port={ports.snmp}", f"--ssh-port={ports.ssh}"]
    log = place / "printed"
    with log.open("wb") as printed:
        command = [sys.executable, "-m", "scanner.cli.main", "demo", "--keep", *where]
        running = subprocess.Popen(command, cwd=place, stdout=printed, stderr=subprocess.STDOUT, env=environment())
    try:
        for _ in range(600):
            if "Ctrl-C" in log.read_text() or running.poll() is not None:
                break
            with_patience(running)
        assert running.poll() is None, log.read_text()
        yield Demo(place / "kitscan-demo", usual_ports(log.read_text(), ports), ports)
    finally:
        running.terminate()
        running.wait(20)


def with_patience(running: "subprocess.Popen[bytes]") -> None:
    """A tenth of a second, or less where it has ended."""
    try:
        running.wait(0.1)
    except subprocess.TimeoutExpired:
        return


def environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": COLUMNS, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def usual_ports(text: str, ports: Ports) -> str:
    """What was printed, with the ports that a reader's demonstration has."""
    return text.replace(str(ports.snmp), "11161").replace(str(ports.ssh), "11122")


def actual_ports(line: str, ports: Ports) -> str:
    return line.replace("11161", str(ports.snmp)).replace("11122", str(ports.ssh))


@EACH
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
        done = subprocess.run(
            ["sh", "-c", actual_ports(step.line, demo.ports)],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=100,
            check=False,
        )
        code, printed = done.returncode, usual_ports(done.stdout, demo.ports)
    told = []
    if code != step.code:
        told.append(f"$ {step.line}\nends with {code}, not {step.code}:\n{printed}")
    elif step.shown and not shows(step.shown, printed):
        told.append(f"$ {step.line}\nprints:\n{printed}")
    return told


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
    """The options of the command that a span names, or of all commands where it names none."""
    command = kitscan_command(span.split())
    if command is not None:
        return options_of(command)
    return {option for name in COMMANDS for option in options_of(kitscan_command(["kitscan", name]))} | {
        "--help",
        "--version",
    }


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


def test_the_lines_sent_by_ssh_are_all_on_the_page() -> None:
    rows = [f"| `{d.platform}` | {told(d.paging_off)} | {told(d.commands)} | `{d.leave}` |" for d in DIALECTS]
    assert "\n".join(rows) in (ROOT / "docs" / "scanning.md").read_text(encoding="utf-8")


def told(lines: tuple[str, ...]) -> str:
    return ", ".join(f"`{line}`" for line in lines) or "none"


def test_the_paces_on_the_page_are_those_of_the_profiles() -> None:
    def rate(value: float | None) -> str:
        return "no limit" if value is None else f"{value:,.0f}"

    rows = [
        f"| {p.name} | {rate(p.requests_per_address)} | {rate(p.packets)} | {p.in_flight} | {p.devices_at_once:,} | "
        f"{p.walk_varbinds:,} values or {p.walk_seconds:,.0f} s |"
        for p in PROFILES.values()
    ]
    assert "\n".join(rows) in (ROOT / "docs" / "scanning.md").read_text(encoding="utf-8")


def test_the_levels_on_the_page_are_those_of_the_data() -> None:
    rows = [
        f"| {threshold.level.value} | {threshold.confidence:g} | {threshold.groups} |"
        for threshold in load_weights().levels
    ]
    page = (ROOT / "docs" / "how-it-identifies.md").read_text(encoding="utf-8")
    assert "\n".join(rows) in page
    assert [level for level in Level if f"| {level.value} |" not in page] == []


def test_every_probe_format_verdict_and_exit_code_has_its_row() -> None:
    page = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("scanning", "report")}
    assert [probe for probe in PROBES if f"| {probe} |" not in page["scanning"]] == []
    assert [name for name in (*FORMATS, *Verdict) if f"| `{name}` |" not in page["report"]] == []
    codes = (0, FINDINGS, USAGE, INCOMPLETE, INTERNAL, BUSY, SCOPE_REFUSED, INTERRUPTED)
    assert [code for code in codes if f"| {code} |" not in page["report"]] == []


def test_every_key_of_the_document_is_told(demo: Demo) -> None:
    page = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    document = json.loads((demo.folder / "report.json").read_text(encoding="utf-8"))
    del document["findings_by"]["policy"]
    spans = set(re.findall(r"`([a-z_]+)`", page))
    assert sorted(keys(document) - spans) == []


def keys(value: Any) -> set[str]:
    match value:
        case dict():
            return set(value) | {key for one in value.values() for key in keys(one)}
        case list():
            return {key for one in value for key in keys(one)}
        case _:
            return set()


def test_the_site_holds_every_page(tmp_path: Path) -> None:
    """Where mkdocs is installed the site is built too, and any warning of its fails."""
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    pages = [page for section in site["nav"] for page in leaves(section)]
    assert sorted(pages) == [page.name for page in sorted((ROOT / "docs").glob("*.md"))]
    if shutil.which("mkdocs", path=environment()["PATH"]):
        built = subprocess.run(
            ["mkdocs", "build", "--strict", "--quiet", "--config-file", ROOT / "mkdocs.yml", "--site-dir", tmp_path],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert built.returncode == 0, built.stderr


def leaves(section: Any) -> Iterator[str]:
    match section:
        case str():
            yield section
        case dict():
            for inner in section.values():
                yield from leaves(inner)
        case list():
            for inner in section:
                yield from leaves(inner)
