"""Broken SNMP messages: valid ones of v1, v2c and v3, changed at random as elements and as octets.

The same seed gives the same messages. About half of the changes keep the lengths around them right, so that they reach
what lies behind.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from benchmarks.hostile.snmp_agent import box, engine_id, keys_at
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Syntax, oid_of, tlv
from scanner.protocols.snmp.message.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.simulator.user_security import Engine

ENGINE = engine_id(1)
REQUEST_ID = 0x4A4B4C4D
CONSTRUCTED = 0x20
MAX_DATAGRAM = 65_507


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a message: its tag, and its octets or the elements in it. An octet string that holds elements, as
    the security parameters do, has them too. `encoded` is the element with right lengths."""

    tag: int
    content: "bytes | tuple[Element, ...]"
    encoded: bytes


def element(tag: int, content: "bytes | tuple[Element, ...]") -> Element:
    """An element with right lengths around its content."""
    octets = content if isinstance(content, bytes) else b"".join([child.encoded for child in content])
    return Element(tag, content, tlv(tag, octets))


def elements(octets: bytes) -> list[Element] | None:
    """Octets as elements with definite lengths, or None if they are none."""
    found, at = [], 0
    while at < len(octets):
        if at + 2 > len(octets):
            return None
        tag, length, start = octets[at], octets[at + 1], at + 2
        if length > 0x80:
            start += length & 0x7F
            length = int.from_bytes(octets[at + 2 : start], "big")
        at = start + length
        if at > len(octets):
            return None
        content = octets[start:at]
        inner = elements(content) if tag & CONSTRUCTED or (tag == Syntax.OCTETS and content[:1] == b"\x30") else None
        found.append(element(tag, content if inner is None else tuple(inner)))
    return found


def valid_messages() -> list[bytes]:
    """Answers as devices send them: two versions, all types of values, errors, and v3 at each security level."""
    rows = tuple(box("seed", 1, ports=3))
    values = (
        Varbind(oid_of("1.3.6.1.2.1.4.20.1.1.10.0.0.1"), Syntax.IP_ADDRESS, "10.0.0.1"),
        Varbind(oid_of("1.3.6.1.2.1.31.1.1.1.6.1"), Syntax.COUNTER64, "18446744073709551615"),
        Varbind(oid_of("1.3.6.1.2.1.2.2.1.10.1"), Syntax.COUNTER32, "4294967295"),
        Varbind(oid_of("1.3.6.1.2.1.1.9.0"), Syntax.NO_SUCH_INSTANCE),
        Varbind(oid_of("1.3.6.1.2.1.1.8.0"), Syntax.END_OF_MIB_VIEW),
        Varbind(oid_of("1.3.6.1.4.1.4294967295.1"), Syntax.OPAQUE, "\x9f\x78\x04\0\0\0\0"),
    )
    pdus = [
        Pdu(PduType.RESPONSE, REQUEST_ID, rows[:3]),
        Pdu(PduType.RESPONSE, REQUEST_ID, rows[3:30]),
        Pdu(PduType.RESPONSE, REQUEST_ID, values),
        Pdu(PduType.RESPONSE, REQUEST_ID, values[:2], 2, 1),
    ]
    found = [codec.encode(Message(version, b"public", pdu)) for version in (codec.V1, codec.V2C) for pdu in pdus]
    engine = Engine(ENGINE, 0.0, b"audit", keys_at(ENGINE), 3)
    plain = replace(engine, keys=replace(keys_at(ENGINE), priv=None))
    request = V3Message(REQUEST_ID, Flags.REPORTABLE, UsmParameters(ENGINE, 3, 100, b"audit"), b"")
    for pdu in pdus[1:3]:
        scoped = ScopedPdu(ENGINE, b"", pdu)
        found.append(codec.encode(V3Message(REQUEST_ID, Flags.NONE, UsmParameters(ENGINE, 3, 100, b"audit"), scoped)))
        found += [engine.close(request, scoped, 100.0), plain.close(request, scoped, 100.0)]
    counter = Varbind(oid_of("1.3.6.1.6.3.15.1.1.4.0"), Syntax.COUNTER32, "9")
    report = ScopedPdu(ENGINE, b"", Pdu(PduType.REPORT, REQUEST_ID, (counter,)))
    found.append(codec.encode(V3Message(REQUEST_ID, Flags.NONE, UsmParameters(ENGINE, 3, 77), report)))
    return found


class Mutator:
    """Changes messages at random, in the same way for the same seed."""

    def __init__(self, seed: int, messages: list[bytes] | None = None) -> None:
        self._random = random.Random(seed)
        self._messages = valid_messages() if messages is None else messages
        self._trees = [tree[0] for message in self._messages if (tree := elements(message))]

    def broken(self, count: int) -> Iterator[bytes]:
        """So many broken messages, none longer than a datagram."""
        for _ in range(count):
            yield self._one()[:MAX_DATAGRAM]

    def _one(self) -> bytes:
        rng = self._random
        if rng.random() < 0.5:
            octets = self._messages[rng.randrange(len(self._messages))]
        else:
            tree = self._trees[rng.randrange(len(self._trees))]
            for _ in range(rng.choice((1, 1, 2, 4))):
                tree = self._changed(tree)
            octets = tree.encoded
            if rng.random() < 0.6:
                return octets
        for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
            octets = rng.choice(OCTET_CHANGES)(octets, rng)
        return octets

    def _changed(self, tree: Element) -> Element:
        """A tree with one element changed, anywhere in it. What is not changed is shared with the old one."""
        rng, children = self._random, tree.content
        if isinstance(children, bytes) or not children:
            return tree
        inner = [at for at, child in enumerate(children) if not isinstance(child.content, bytes)]
        if inner and rng.random() < 0.75:
            at = rng.choice(inner)
            return element(tree.tag, (*children[:at], self._changed(children[at]), *children[at + 1 :]))
        at = rng.randrange(len(children))
        return element(tree.tag, self._changed_at(children, at))

    def _changed_at(self, children: tuple[Element, ...], at: int) -> tuple[Element, ...]:
        """The children of an element with one of them changed."""
        rng, one = self._random, children[at]
        match rng.randrange(7):
            case 0:
                new: tuple[Element, ...] = (one, one)
            case 1:
                new = ()
            case 2:
                new = (element(rng.choice(TAGS), one.content),)
            case 3:
                new = (rng.choice(self._trees),)
            case 4:
                new = (element(one.tag, self._value()),)
            case 5:
                new = (self._nested(one),)
            case _:
                return children * rng.choice((2, 4))
        return (*children[:at], *new, *children[at + 1 :])

    def _nested(self, one: Element) -> Element:
        """An element in elements in elements."""
        rng, octets = self._random, one.encoded
        for _ in range(rng.choice((1, 5, 5, 5, 300))):
            octets = tlv(rng.choice((0x30, 0x24, 0xA2)), octets)
        return element(0x30, octets)

    def _value(self) -> bytes:
        rng = self._random
        length = rng.choice((0, 1, 2, 4, 5, 8, 9, 20, 127, 128, 300, 4_000))
        return rng.choice((b"\xff", b"\x80", b"\x00", b"\x7f", b"\x30\x80", b"\x86\x81")) * length


TAGS = (
    0x00,
    0x01,
    0x02,
    0x04,
    0x05,
    0x06,
    0x09,
    0x1F,
    0x24,
    0x30,
    0x31,
    0x3F,
    *range(0x40, 0x48),
    0x7F,
    0x80,
    0x81,
    0x82,
)
TAGS += (0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA8, 0xFF)


def _flip(octets: bytes, rng: random.Random) -> bytes:
    if not octets:
        return octets
    at = rng.randrange(len(octets))
    return octets[:at] + bytes((octets[at] ^ 1 << rng.randrange(8),)) + octets[at + 1 :]


def _set(octets: bytes, rng: random.Random) -> bytes:
    """An octet that lies about a length or a tag."""
    if not octets:
        return octets
    at = rng.randrange(min(len(octets), rng.choice((60, len(octets)))))
    lies = (0, 1, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x88, 0xFF, 0x30, rng.randrange(256))
    return octets[:at] + bytes((rng.choice(lies),)) + octets[at + 1 :]


def _truncate(octets: bytes, rng: random.Random) -> bytes:
    return octets[: rng.randrange(len(octets) + 1)]


def _insert(octets: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(octets) + 1)
    inserted = rng.choice((rng.randbytes(rng.randrange(1, 20)), b"\x30\x80" * rng.choice((1, 100)), b"\xff" * 30))
    return octets[:at] + inserted + octets[at:]


def _delete(octets: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(octets) + 1)
    return octets[:at] + octets[at + rng.randrange(1, 20) :]


def _repeat(octets: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(octets) + 1)
    piece = octets[start : start + rng.randrange(1, 60)]
    return octets[:start] + piece * rng.choice((2, 3, 200)) + octets[start:]


OCTET_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip,
    _flip,
    _set,
    _set,
    _truncate,
    _insert,
    _delete,
    _repeat,
)
