"""A patch makes a text of the one that is kept, to the character, and is small where little differs."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.store.patch import difference, patched
from scanner.store.row_times import RowTime, pack_times, unpack_times
from scanner.store.varint import packed, packed_signed, unpacked, unpacked_signed

TEXTS = st.lists(st.sampled_from(("a", '["1","b"],', "line\n", "line\\n", "é", "\ud800", "12")), max_size=30).map(
    "".join
)

COMMAND = '{"source":"ssh.command","said":[["show version","Cisco\\nuptime is 3 days, 2 hours\\nMemory 512\\n'
"""The beginning of a recorded command; the rest is the same every night."""


@given(TEXTS, TEXTS)
@settings(max_examples=300)
@example("", "x")
@example("x" * 600 + "\n", "y\n" * 600)
def test_a_patch_makes_the_text_again(base: str, text: str) -> None:
    assert patched(base, difference(base, text)) == text


@given(TEXTS)
def test_equal_texts_need_no_patch(text: str) -> None:
    assert difference(text, text) == b""


def test_what_changes_every_night_costs_a_few_octets() -> None:
    tail = "line\\n" * 400
    now = COMMAND.replace("3 days, 2 hours", "4 days, 1 hours")
    assert len(difference(COMMAND + tail, now + tail)) <= 16


def test_a_row_that_came_into_a_table_costs_itself() -> None:
    rows = [f'["1.3.6.1.2.1.2.2.1.2.{port}","port {port}"],' for port in range(100)]
    shifted = [*rows[:20], '["9","new"],', *rows[20:60], *rows[61:]]
    assert len(difference("".join(rows), "".join(shifted))) <= len(rows[0])


@pytest.mark.parametrize("patch", [b"\x05", b"\x01\x00\x05ab", b"\x7f\x01\x00", b"\x80"])
def test_a_patch_of_another_text_is_refused(patch: bytes) -> None:
    with pytest.raises(ValueError, match=r"patch|octets"):
        patched("abc", patch)


@given(st.integers(min_value=0), st.integers())
def test_numbers_come_back(number: int, signed: int) -> None:
    octets = packed(number) + packed_signed(signed)
    first, at = unpacked(octets, 0)
    assert (first, unpacked_signed(octets, at)) == (number, (signed, len(octets)))


@given(st.lists(st.tuples(st.integers(-(2**60), 2**60), st.binary(max_size=9)), max_size=6))
def test_times_and_patches_come_back(rows: list[RowTime]) -> None:
    assert list(unpack_times(pack_times(rows))) == rows


def test_times_that_are_cut_off_are_refused() -> None:
    octets = pack_times([(1, b"abc")])
    with pytest.raises(ValueError, match="octets end"):
        list(unpack_times(octets[:-1]))
