"""The live line: what it says, how it fits, and that it is drawn on a terminal alone."""

import os
import pty
import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner.cli.network_commands.scanning import _summary_of
from scanner.cli.terminal import live_progress
from scanner.cli.terminal.live_progress import Counting, shown
from scanner.cli.terminal.messages import Messages
from scanner.cli.terminal.progress_line import Pace, WorkReading, format_progress, format_seconds
from scanner.progress import Progress, Stage
from tests.unit.pty_command import run_at_terminal

SWEEP = WorkReading("sweep", "packets", 26_900, 65_534, ("312 of 32,767 alive",))
PACE = Pace("sweep", 0.0, 27.0, 26_900, 256.0)


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (100, "sweep 41 % - 26,900 of 65,534 packets - 312 of 32,767 alive - 256/s - 2 min 31 s left"),
        (86, "sweep 41 % - 26,900 of 65,534 packets - 312 of 32,767 alive - 256/s - 2 min 31 s left"),
        (85, "sweep 41 % - 26,900 of 65,534 packets - 312 of 32,767 alive - 2 min 31 s left"),
        (77, "sweep 41 % - 26,900 of 65,534 packets - 2 min 31 s left"),
        (55, "sweep 41 % - 26,900 of 65,534 packets"),
        (30, "sweep 41 %"),
        (5, "swee"),
        (1, ""),
    ],
)
def test_a_line_says_as_much_as_fits(width: int, line: str) -> None:
    assert format_progress(SWEEP, PACE, width) == line


@pytest.mark.parametrize(
    ("reading", "pace", "line"),
    [
        (WorkReading("sweep"), Pace("sweep", 0, 9, 0), "sweep"),
        (WorkReading("asking", "targets", 0, 312), Pace("asking", 0, 1.9, 0, 5.0), "asking 0 % - 0 of 312 targets"),
        (WorkReading("asking", "targets", 0, 312), Pace("asking", 0, 60, 0), "asking 0 % - 0 of 312 targets"),
        (
            WorkReading("asking", "targets", 118, 312),
            Pace("asking", 0, 60, 118, 0.1),
            "asking 37 % - 118 of 312 targets - 6/min - 32 min 20 s left",
        ),
        (
            WorkReading("asking", "targets", 312, 312),
            Pace("asking", 0, 60, 312, 2.0),
            "asking 99 % - 312 of 312 targets - 2/s",
        ),
    ],
)
def test_what_cannot_be_said_yet_is_left_out(reading: WorkReading, pace: Pace, line: str) -> None:
    assert format_progress(reading, pace, 100) == line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 s"),
        (42.4, "42 s"),
        (59.6, "1 min"),
        (151, "2 min 31 s"),
        (3_600, "1 h"),
        (11_100, "3 h 5 min"),
        (190_000, "2 d 4 h"),
    ],
)
def test_a_span_of_time_has_two_units_at_most(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


def paced(*readings: tuple[float, int], stage: str = "sweep") -> Pace:
    (now, done), *others = readings
    pace = Pace.first(WorkReading(stage, "packets", done, 9_999), now)
    for now, done in others:
        pace = pace.after(WorkReading(stage, "packets", done, 9_999), now)
    return pace


def test_a_pace_is_the_average_at_first_and_follows_what_happens_lately() -> None:
    assert paced((0.0, 0), (1.0, 300), (2.0, 400)).rate == pytest.approx(200)
    steady = [(float(second), 100 * second) for second in range(60)]
    assert paced(*steady).rate == pytest.approx(100)
    faster = [*steady, *((60.0 + second, 5_900 + 500 * second) for second in range(1, 60))]
    assert paced(*faster).rate == pytest.approx(500, rel=0.02)


def test_a_new_stage_has_a_pace_of_its_own_and_time_that_stands_still_changes_none() -> None:
    pace = paced((0.0, 0), (3.0, 300))
    assert pace.after(WorkReading("asking", "targets", 0, 9), 4.0) == Pace("asking", 4.0, 4.0, 0)
    assert pace.after(WorkReading("sweep", "packets", 900, 9_999), 3.0) == pace


@dataclass
class Sweeping:
    """A discovery that has sent so much."""

    name: str
    sent: int


def test_the_work_of_a_sweep_is_packets_and_an_ended_discovery_counts_for_what_it_sent() -> None:
    progress, snmp, ssh = Progress(), Sweeping("snmp", 30), Sweeping("ssh", 7)
    assert progress.work == (0, 0)
    progress.begin_sweep(50, (snmp, ssh, Sweeping("link", 0)), (100, 50, 0))  # type: ignore[arg-type]
    assert progress.work == (37, 150)
    progress.end_discovery(snmp)  # type: ignore[arg-type]
    assert progress.work == (37, 80)
    ssh.sent = 60  # more than was foreseen, for this host dropped some
    assert progress.work == (80, 80)
    progress.begin_asking(12)
    progress.done = 5
    assert (progress.stage, progress.work) == (Stage.ASKING, (5, 12))


def test_items_are_counted_as_they_are_used() -> None:
    going = Counting("reading", "captures", 2)
    seen = [going.reading().done for _ in going.each("abc")]
    assert (seen, going.reading()) == ([0, 1, 2], WorkReading("reading", "captures", 2, 2))


def drawn(monkeypatch: pytest.MonkeyPatch, term: str, seconds: float) -> str:
    """What reaches a terminal while work that is shown goes on for some seconds."""
    terminal, its_end = pty.openpty()
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(live_progress, "FIRST_AFTER", 0.05)
    monkeypatch.setattr(live_progress, "DRAWN_EACH", 0.05)
    monkeypatch.setattr(live_progress, "PRINTED_EACH", 0.05)
    reads = 0

    def read() -> WorkReading:
        nonlocal reads
        reads += 1
        return WorkReading("judging", "targets", reads, 50)

    with open(its_end, "wb", closefd=False) as raw:
        monkeypatch.setattr(sys, "stderr", Messages(raw, "utf-8", line_buffering=True))
        until = time.monotonic() + seconds
        with shown(read):
            while reads < 4 and time.monotonic() < until:
                time.sleep(0.01)
            sys.stderr.write("a message\n")
        sys.stderr.write("the end\n")
        sys.stderr.flush()
    os.close(its_end)
    text = b""
    with suppress(OSError):  # EIO: nobody has the terminal open any more
        while octets := os.read(terminal, 65_536):
            text += octets
    os.close(terminal)
    return text.decode()


def test_a_terminal_shows_one_line_that_is_replaced_and_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    text = drawn(monkeypatch, "xterm", 30)
    screen = re.sub(r"[^\n]*\r\x1b\[K", "", text.replace("\r\n", "\n"))
    assert "judging 4 % - 2 of 50 targets\r\x1b[K" in text
    assert screen == "a message\nthe end\n"


def test_a_terminal_that_can_only_print_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    text = drawn(monkeypatch, "dumb", 30).replace("\r\n", "\n")
    assert "\x1b" not in text
    assert text.startswith("judging 4 % - 2 of 50 targets\njudging 6 % - 3 of 50 targets\n")
    assert text.endswith("a message\nthe end\n") or text.count("judging") > 2


def test_a_file_gets_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as raw:
        monkeypatch.setattr(sys, "stderr", Messages(raw, "utf-8", line_buffering=True))
        monkeypatch.setattr(live_progress, "FIRST_AFTER", 0.0)
        with shown(lambda: pytest.fail("nobody looks")):
            pass
        sys.stderr.flush()
    assert (tmp_path / "log").read_bytes() == b""


def test_nothing_is_drawn_over_a_question(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as raw:
        messages = Messages(raw, "utf-8", line_buffering=True)
        messages.draw("1 of 2")
        with messages.paused():
            messages.draw("2 of 2")
        messages.draw("2 of 2")
        messages.erase()
    erase = b"\r\x1b[K"
    assert (tmp_path / "log").read_bytes() == b"".join((erase, b"1 of 2", erase, erase, b"2 of 2", erase))


def test_a_sweep_at_a_terminal_says_how_far_it_is_and_leaves_the_report_alone(tmp_path: Path) -> None:
    words = ("scan", "127.77.0.0/25:9161", "--probe", "snmp", "--profile", "gentle", "--yes", "--fail-on", "never")
    _, shown_there, report = run_at_terminal(tmp_path, *words, out=False, NO_COLOR="1")
    assert re.search(r"sweep \d+ % - \d+ of 252 packets - 0 of 126 alive - \d+/s", shown_there)
    assert "\n126 addresses asked, 0 answered" in re.sub(
        r"[^\n]*\r\x1b\[K", "", f"\n{shown_there}".replace("\r\n", "\n")
    )
    assert "sweep" not in report and "\x1b" not in report


def test_discover_says_how_far_it_is_where_its_answers_go_elsewhere(tmp_path: Path) -> None:
    words = ("discover", "127.77.0.0/26:9161", "--profile", "gentle")
    code, shown_there, answers = run_at_terminal(tmp_path, *words, out=False)
    assert (code, answers) == (0, "")
    assert re.search(r"sweep \d+ % - \d+ of 124 packets - 0 of 62 alive", shown_there)
    _, shown_there, _ = run_at_terminal(tmp_path, *words)
    assert "sweep" not in shown_there.replace("SNMP sweep", "")


def test_a_sweep_that_was_cut_short_does_not_say_that_it_asked_everybody() -> None:
    progress = Progress(targets=65_534, alive=3)
    assert _summary_of(progress) == "65,534 addresses in scope, not all of them asked; 3 answered"
    progress.begin_asking(3)
    assert _summary_of(progress) == "65,534 addresses asked, 3 answered"
