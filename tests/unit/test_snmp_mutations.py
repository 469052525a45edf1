"""Fifty thousand broken SNMP messages: each is read or refused, and nothing but the declared error escapes."""

import pytest

from benchmarks.hostile.snmp_mutations import Mutator, elements, valid_messages
from benchmarks.reliability import broken_messages
from benchmarks.reliability.broken_messages import ReadTally, read_all
from scanner.protocols.snmp.message import codec

COUNT = 50_000


@pytest.mark.parametrize("seed", [1, 2])
def test_no_broken_message_escapes_and_none_takes_long_or_much(seed: int) -> None:
    tally = read_all(COUNT, seed)
    assert (tally.messages, dict(tally.escapes)) == (COUNT, {})
    assert tally.slowest < broken_messages.MAX_SECONDS
    assert tally.megabytes < broken_messages.MAX_MEGABYTES
    assert COUNT / 50 < tally.accepted < COUNT / 2  # some reach the end of a reader, and most do not


def test_what_escapes_is_counted() -> None:
    def careless(datagram: bytes) -> None:
        raise IndexError(datagram[:1])

    tally = ReadTally()
    broken_messages._read(tally, {"careless": careless}, b"\x30")
    assert dict(tally.escapes) == {"careless: IndexError: 30": 1}
    assert not tally.is_kept


def test_the_messages_that_are_broken_are_good_before() -> None:
    for message in valid_messages():
        codec.decode(message)
        tree = elements(message)
        assert tree is not None
        assert b"".join(one.encoded for one in tree) == message


def test_a_seed_gives_the_same_messages() -> None:
    assert [*Mutator(3).broken(200)] == [*Mutator(3).broken(200)] != [*Mutator(4).broken(200)]
