"""What a terminal would show, from what a device sent to draw it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols.ssh.terminal import last_line, plain

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
