"""What reaches a terminal: nothing that acts, colour only where it is wanted, signs that its encoding has."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.terminal.colours import wants_colour
from scanner.cli.terminal.messages import Messages, visible
from scanner.cli.terminal.signs import ASCII, ERRORS, SIGNS, register_signs
from tests.unit.pty_command import ROOT, run_at_terminal
from tests.warm_kitscan import run_kitscan

HUAWEI = "1.3.6.1.2.1.1.1.0|4|Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180\n"
HOSTILE = "\x1b[31mred\r\x07\x9b\u202egnol"
SHOWN = "␛[31mred␍␇⟨U+009B⟩⟨U+202E⟩gnol"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of one run of one Huawei device."""
    place = tmp_path_factory.mktemp("terminal")
    (place / "huawei.snmprec").write_text(HUAWEI + "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.62.2.9\n")
    assert run_kitscan("import", "snmprec", "huawei.snmprec", cwd=place).returncode == 0
    return place


@pytest.fixture
def folder(imported: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    return Path(shutil.copytree(imported, tmp_path / "folder"))


@pytest.fixture(scope="module")
def in_utf8(imported: Path) -> "subprocess.CompletedProcess[bytes]":
    """The report of the run in an encoding that has our signs."""
    return kitscan(imported, "assess", PYTHONIOENCODING="utf-8")


def kitscan(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    program, environment = [sys.executable, "-m", "scanner.cli.main"], {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*program, *words], cwd=folder, env={**environment, **variables}, capture_output=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("is_terminal", "environment", "wanted"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "0"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals_that_have_it_and_people_who_want_it(
    is_terminal: bool, environment: dict[str, str], wanted: bool
) -> None:
    assert wants_colour(is_terminal, environment) is wanted


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_no_color_and_a_dumb_terminal_get_a_report_without_escape_sequences(
    folder: Path, variables: dict[str, str], coloured: bool
) -> None:
    code, shown, _ = run_at_terminal(folder, "assess", "--fail-on", "never", **variables)
    assert (code, "Huawei" in shown, "\x1b[" in shown) == (0, True, coloured)


@pytest.mark.parametrize(
    "words",
    [
        ("explain", HOSTILE),
        ("assess", "--policy", HOSTILE),
        ("assess", "--zones", f"{HOSTILE}.yaml"),
        ("assess", "--out", f"{HOSTILE}/x.html"),
        ("assess", "--out", f"x.{HOSTILE}"),
        ("scan", HOSTILE),
        ("policy", "show", HOSTILE),
        (HOSTILE,),
    ],
)
def test_an_argument_that_a_message_repeats_does_nothing_to_the_terminal(folder: Path, words: tuple[str, ...]) -> None:
    code, shown, _ = run_at_terminal(folder, *words)
    acting = {character for character in shown if not character.isprintable()} - set("\r\n")
    assert (code, acting, "red\r\x07" in shown) == (2, set(), False)


def test_a_message_shows_what_would_act_and_keeps_its_lines() -> None:
    assert visible(f"one\n{HOSTILE}\n") == f"one\n{SHOWN}\n"


def test_a_message_takes_a_drawn_line_away_first() -> None:
    raw = io.BytesIO()
    messages = Messages(raw, "utf-8", line_buffering=True)
    messages.draw("12 of 30")
    messages.write("device a does not answer\n")
    messages.draw("13 of 30")
    messages.erase()
    messages.erase()
    erase = "\r\x1b[K"
    shown = f"{erase}12 of 30{erase}device a does not answer\n{erase}13 of 30{erase}"
    assert raw.getvalue().decode() == shown


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252", "koi8-r"])
def test_an_encoding_without_our_signs_prints_others_and_exits_as_usual(
    folder: Path, in_utf8: "subprocess.CompletedProcess[bytes]", encoding: str
) -> None:
    done = kitscan(folder, "assess", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (in_utf8.returncode, in_utf8.stderr)
    lines, others = in_utf8.stdout.decode().splitlines(), done.stdout.decode(encoding).splitlines()
    assert [len(line) for line in others] == [len(line) for line in lines]
    assert any(line.startswith("# huawei") for line in others) or encoding == "koi8-r"


def test_a_format_for_programs_is_the_same_whatever_the_encoding(folder: Path) -> None:
    names = ("utf-8", "latin-1", "ascii")
    outputs = {kitscan(folder, "assess", "--format", "html", PYTHONIOENCODING=name).stdout for name in names}
    assert len(outputs) == 1
    assert outputs.pop().startswith(b"<!doctype html>")


def test_every_sign_is_as_wide_in_ascii_and_other_characters_become_their_codes() -> None:
    register_signs()
    assert {len(sign) for sign in SIGNS.values()} == {1}
    text = "■ └─│█ \u240d é 語"
    assert text.encode(ASCII, ERRORS) == b"# +-|# ^M \\xe9 \\u8a9e"
    assert text.encode("latin-1", ERRORS) == "# +-|# ^M é \\u8a9e".encode("latin-1")
