"""The times of the rows of one subject in one run, and their patches, as the octets that a run keeps.

Each row is the time since the row before it, in microseconds (of the first, since 1970 in UTC), the length of its
patch, and the patch.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from scanner.store.varint import packed, packed_signed, unpacked, unpacked_signed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

RowTime = tuple[int, bytes]
"""Microseconds since 1970 in UTC, and a patch."""


def pack_times(rows: Iterable[RowTime]) -> bytes:
    """The octets of rows, in order."""
    octets, before = bytearray(), 0
    for time, patch in rows:
        octets += packed_signed(time - before) + packed(len(patch)) + patch
        before = time
    return bytes(octets)


def unpack_times(octets: bytes) -> Iterator[RowTime]:
    """The rows of octets that `pack_times` wrote. Raises ValueError for others."""
    at = time = 0
    while at < len(octets):
        passed, at = unpacked_signed(octets, at)
        length, at = unpacked(octets, at)
        time += passed
        if at + length > len(octets):
            raise ValueError("the octets end in mid-patch")
        yield time, octets[at : at + length]
        at += length


def microseconds_of(time: datetime) -> int:
    """Microseconds since 1970. A time without a zone is taken for UTC."""
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)


def time_of(microseconds: int) -> datetime:
    """The time, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)
