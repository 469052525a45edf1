"""The Basic Encoding Rules (X.690) as SNMP uses them (RFC 3417, section 8), as far as a replay agent needs them.

The agent does not use kitscan's own codec: it would make the same mistakes as the scan that it answers.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

Arcs = tuple[int, ...]
"""An object identifier."""

INTEGER, OCTET_STRING, NULL, OBJECT_IDENTIFIER, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30

INTERNET, ISO_ORG = b"1.3.", b"\x2b"
"""What nearly every name begins with: its first two arcs as text, and encoded."""


def encode(tag: int, body: bytes) -> bytes:
    """One element: tag, length, contents."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + body


def decode(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag and contents of each element of a sequence. Raises ValueError where one is cut short."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("an element without a length")
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + size > len(data):
            raise ValueError("an element longer than what holds it")
        yield tag, data[at : at + size]
        at += size


def integer(value: int) -> bytes:
    """The contents of an INTEGER, and of the unsigned types of SNMP: two's complement, as short as it can be."""
    return value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True)


def object_identifier(arcs: Sequence[int]) -> bytes:
    """The contents of an OBJECT IDENTIFIER; zeros stand for arcs that are absent of the first two."""
    first, second, *rest = (*arcs, 0, 0)[:2] if len(arcs) < 2 else arcs
    return b"".join(map(_base_128, (first * 40 + second, *rest)))


def object_identifier_of(text: bytes) -> bytes:
    """The contents of an OBJECT IDENTIFIER that is written as numbers between dots. Raises ValueError."""
    if not text.startswith(INTERNET):
        return object_identifier([int(arc) for arc in text.split(b".")])
    return ISO_ORG + b"".join(map(_base_128_of, text[len(INTERNET) :].split(b".")))


def arcs_of(body: bytes) -> Arcs:
    """The object identifier with these contents."""
    numbers: list[int] = []
    number = 0
    for octet in body:
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(number)
            number = 0
    if not numbers:
        return ()
    first = min(numbers[0] // 40, 2)
    return first, numbers[0] - 40 * first, *numbers[1:]


@lru_cache(1 << 16)
def _base_128(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(0x80 | number & 0x7F)
    return bytes(reversed(octets))


@lru_cache(1 << 16)
def _base_128_of(arc: bytes) -> bytes:
    return _base_128(int(arc))
