"""What a terminal would show, from what a device sent to draw it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols.ssh.terminal import MAX_COLUMNS, last_line, plain

ERASED_PAGERS = [
    "--More--" + "\b" * 8 + " " * 8 + "\b" * 8 + "next",
    "---- More ----\x1b[14D" + " " * 14 + "\x1b[14Dnext",
    "---(more 40%)---\r\x1b[Knext",
    "Press any key\r" + " " * 13 + "\rnext",
    "--More--\r\x1b[2Knext",
]


@pytest.mark.parametrize("drawn", ERASED_PAGERS)
def test_a_pager_that_was_erased_leaves_nothing_behind(drawn: str) -> None:
    assert plain("first\r\n" + drawn + "\r\nlast") == "first\nnext\nlast"


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("a\r\r\nb\r\n", "a\nb\n"),
        ("\x1b[1;32mgreen\x1b[0m", "green"),
        ("\x1b]0;title\x07user@host:~$ ", "user@host:~$ "),
        ("a\tb", "a\tb"),
        ("na\xefve \xc3\xa9", "na\xefve \xc3\xa9"),
        ("one\x07\x00two", "onetwo"),
        ("ab\x1b[5Cc", "ab     c"),
    ],
)
def test_control_sequences_are_carried_out(drawn: str, shown: str) -> None:
    assert plain(drawn) == shown


def test_the_last_line_is_that_of_the_cursor() -> None:
    assert last_line("login\r\n\x1b]0;x\x07\x1b[?2004huser@host:~$ ") == "user@host:~$"


@given(st.text(alphabet="ab \t\r\n\b\x1b[]0123456789;?DCKGmh\x07\xff", max_size=300))
def test_any_octets_end_as_text_without_escapes_or_line_ends_of_another_kind(drawn: str) -> None:
    shown = plain(drawn)
    assert not set(shown) & {"\x1b", "\r", "\b", "\x07"}
    assert len(shown) <= len(drawn) * 2100


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=200))
def test_text_without_controls_is_left_alone(text: str) -> None:
    assert plain(text) == text


SEQUENCES = ["\x1b[K", "\x1b[2K", "\x1b[5C", "\x1b[120C", "\x1b[3D", "\x1b[4G", "\x1b[J", "\x1b[31m", "\x1b[1K"]
ORDINARY = st.lists(st.sampled_from(["a", "word ", "\r", "\b", "\t", "\x07", "\x1b[", *SEQUENCES]), max_size=60).map(
    "".join
)


def drawn_one_by_one(line: str) -> str:
    """One row as a terminal draws it, a character at a time: slow, and plain to see that it is right."""
    cells, column, line = list[str](), 0, line.rstrip("\r")
    while line:
        sequence = re.match(r"\x1b\[([0-9;?]*)[ -/]*([@-~])", line)
        if sequence is None:
            if line[0] == "\r":
                column = 0
            elif line[0] == "\b":
                column = max(0, column - 1)
            elif line[0] == "\t" or " " <= line[0] != "\x7f":
                cells[column : column + 1] = line[0]
                column += 1
            line = line[1:]
            continue
        count, final = int(sequence[1] or 1) if (sequence[1] or "1").isdecimal() else 1, sequence[2]
        line = line[sequence.end() :]
        if final == "D":
            column = max(0, column - count)
        elif final == "C":
            column = max(column, min(column + count, MAX_COLUMNS))
        elif final == "G":
            column = min(count - 1, len(cells))
        elif final in "KJ":
            del cells[0 if sequence[1] == "2" else column :]
        cells.extend(" " * (column - len(cells)))
    return "".join(cells).rstrip() if cells else ""


@given(ORDINARY)
def test_a_row_is_what_a_terminal_would_draw(drawn: str) -> None:
    assert plain(drawn).rstrip() == drawn_one_by_one(drawn).rstrip()


@pytest.mark.finding(4)
@pytest.mark.alone
@pytest.mark.parametrize("before", ["", "a"])
@pytest.mark.parametrize(
    "unit",
    [
        *SEQUENCES,
        "\r",
        "\b",
        "\bx",
        "\x1b[2000Cx\r\x1b[K",
        "\x1b[1;1Hx\x1b[2;1H",
        "\x1b[2K\rx\x1b[9999G",
        "\x1b[1",
        "\x1b]",
    ],
)
def test_cleaning_takes_time_in_proportion_to_the_length(unit: str, before: str) -> None:
    def seconds(octets: int) -> float:
        text = before * octets + unit * (octets // len(unit))
        times = []
        for _ in range(2):
            start = time.process_time()
            plain(text)
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(160_000) < 20 * seconds(20_000) + 0.05  # 8 times as long: a square would take 64 times as long


def test_moves_of_the_cursor_do_not_make_a_text_grow_without_end() -> None:
    assert len(plain("\x1b[2000Cx\n" * 200_000)) < 4_000_000


def test_the_last_line_is_no_longer_than_a_terminal_is_wide() -> None:
    assert len(last_line("\x1b[2000Cx" * 200 + "y" * 5000)) <= MAX_COLUMNS
