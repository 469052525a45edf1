"""Scripts of agents that keep to no standard, each in one way: what is seen of them on real devices.

All serve the same MIB, so that a test can compare what the scan reads of them with what it reads of an honest agent.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fingerprints.sources import registry
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.message.codec import ErrorStatus, Message, PduType, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from tests.agents.snmp_scripted import Script


@dataclass(frozen=True)
class Request:
    """What an agent is asked: the kind, the OIDs, and the octets of the honest answer."""

    kind: PduType
    oids: tuple[Oid, ...]
    octets: int


Limit = Callable[[Request, Sequence[Varbind]], Sequence[Varbind] | int | None]
Order = Callable[[Oid], Any]

PORTS = 24
SYS_OBJECT_ID = oid_of("1.3.6.1.2.1.1.2.0")
COLUMN_ARCS = len(oid_of("1.3.6.1.2.1.2.2.1.2"))


def without_getbulk(status: int | None) -> Limit:
    """No answer to GETBULK but this error-status, or silence."""
    return lambda request, varbinds: status if request.kind is PduType.GET_BULK else varbinds


def at_most_octets(octets: int, status: int | None = ErrorStatus.TOO_BIG) -> Limit:
    """No longer answer than this, but an error-status, or silence."""
    return lambda request, varbinds: varbinds if request.octets <= octets else status


def cut_after(most: int) -> Limit:
    """The first variables of each answer, whatever was asked."""
    return lambda _request, varbinds: varbinds[:most]


def failing_at(tree: Oid, status: int = ErrorStatus.GEN_ERR) -> Limit:
    """An error, which names nothing, over any variable in a subtree."""
    return lambda _request, varbinds: (
        status if any(varbind.oid[: len(tree)] == tree for varbind in varbinds) else varbinds
    )


def one_row(request: Request, varbinds: Sequence[Varbind]) -> Sequence[Varbind]:
    """One row, however many a GETBULK asks for."""
    return varbinds[: len(request.oids)]


def twice(script: Script) -> Script:
    """Each answer twice."""
    return lambda message: [datagram for datagram in script(message) for _ in range(2)]


def dropping(script: Script, after: int) -> Script:
    """No answer, once, to every second request after the first ones: an agent that limits its rate."""
    turns: dict[int, int] = {}

    def limited(message: Message | V3Message) -> Iterable[bytes]:
        request = message.pdu.request_id if isinstance(message, Message) else 0
        is_new = request not in turns
        turn = turns.setdefault(request, len(turns))
        return [] if is_new and turn >= after and turn % 2 else script(message)

    return limited


def gone(script: Script, after: int) -> Script:
    """No answer to anything after the first requests."""
    left = iter(range(after))
    return lambda message: script(message) if next(left, None) is not None else []


def ending_at_each_subtree(script: Script) -> Script:
    """noSuchName in place of an answer from another subtree of seven arcs than was asked for."""

    def ending(message: Message | V3Message) -> Iterable[bytes]:
        for datagram in script(message):
            answer = codec.decode(datagram)
            assert isinstance(message, Message) and isinstance(answer, Message)
            pairs = zip(message.pdu.varbinds, answer.pdu.varbinds, strict=True)
            left = next((place for place, (asked, got) in enumerate(pairs, 1) if asked.oid[:7] != got.oid[:7]), 0)
            yield _failed(message, ErrorStatus.NO_SUCH_NAME, left) if left else datagram

    return ending


def ending_early(request: Request, varbinds: Sequence[Varbind]) -> Sequence[Varbind]:
    """endOfMibView in place of a variable from another subtree of seven arcs than was asked for."""
    if request.kind is PduType.GET:
        return varbinds
    asked = (*request.oids, *(varbind.oid for varbind in varbinds))
    return [
        varbind if oid[:7] == varbind.oid[:7] else Varbind(oid, Syntax.END_OF_MIB_VIEW)
        for oid, varbind in zip(asked, varbinds, strict=False)
    ]


def as_text(oid: Oid) -> tuple[Oid, list[str]]:
    """The order of an agent that compares the instances of a column as text: 1, 10, 11, 2."""
    return oid[:COLUMN_ARCS], [str(arc) for arc in oid[COLUMN_ARCS:]]


def small_box() -> dict[Oid, Varbind]:
    """The MIB of a small switch: system group, interfaces, one entity, one private object; nothing else."""
    system = {
        oid_of("1.3.6.1.2.1.1.1.0"): (Syntax.OCTETS, "Example Switch"),
        oid_of("1.3.6.1.2.1.1.2.0"): (Syntax.OBJECT_ID, "1.3.6.1.4.1.99998.1.5"),
        oid_of("1.3.6.1.2.1.1.5.0"): (Syntax.OCTETS, "edge-1"),
        oid_of("1.3.6.1.2.1.47.1.1.1.1.2.1"): (Syntax.OCTETS, "Example Switch, 24 ports"),
        oid_of("1.3.6.1.2.1.47.1.1.1.1.11.1"): (Syntax.OCTETS, "EX0012345"),
        oid_of("1.3.6.1.4.1.99998.1.0"): (Syntax.OCTETS, "private"),
    }
    for port in range(1, PORTS + 1):
        system[oid_of(f"1.3.6.1.2.1.2.2.1.2.{port}")] = (Syntax.OCTETS, f"port {port}")
        system[oid_of(f"1.3.6.1.2.1.2.2.1.3.{port}")] = (Syntax.INTEGER, "6")
        system[oid_of(f"1.3.6.1.2.1.2.2.1.6.{port}")] = (Syntax.OCTETS, f"\x00\x00\x5e\x00\x53{chr(port)}")
        system[oid_of(f"1.3.6.1.2.1.31.1.1.1.1.{port}")] = (Syntax.OCTETS, f"p{port}")
    return {oid: Varbind(oid, *value) for oid, value in system.items()}


def with_values(mib: Mapping[Oid, Varbind], values: Mapping[Oid, str], sys_object_id: str = "") -> dict[Oid, Varbind]:
    """A MIB with other values, as octet strings, and another sysObjectID."""
    own = {oid: Varbind(oid, Syntax.OCTETS, value) for oid, value in values.items()}
    if sys_object_id:
        own[SYS_OBJECT_ID] = Varbind(SYS_OBJECT_ID, Syntax.OBJECT_ID, sys_object_id)
    return {**mib, **own}


def chassis() -> dict[Oid, Varbind]:
    """The MIB of a box that has every column that kitscan asks for."""
    rows = {(*oid_of(column), row): "x" for column in registry.COLUMNS for row in range(1, 13)}
    return {**small_box(), **{oid: Varbind(oid, Syntax.OCTETS, value) for oid, value in rows.items()}}


class OddAgent:
    """A script that serves one MIB. `limit` gets the request and the honest answer; it returns an answer, an
    error-status to send in its place, or None for silence. `order` is how the agent sorts its MIB. `versions` are those
    it speaks. With `names` False its v1 errors do not name the variable."""

    def __init__(
        self,
        mib: Mapping[Oid, Varbind],
        limit: Limit = lambda _request, varbinds: varbinds,
        order: Order = lambda oid: oid,
        versions: Collection[int] = (codec.V1, codec.V2C),
        names: bool = True,
        community: bytes = b"public",
    ) -> None:
        self._mib = mib
        self._limit = limit
        self._order = order
        self._held = sorted(mib, key=order)
        self._keys = [order(oid) for oid in self._held]
        self._versions = versions
        self._names = names
        self._community = community

    def __call__(self, message: Message | V3Message) -> Iterable[bytes]:
        if (
            isinstance(message, V3Message)
            or message.community != self._community
            or message.version not in self._versions
        ):
            return []
        kind, oids = message.pdu.type, tuple(varbind.oid for varbind in message.pdu.varbinds)
        varbinds = self._found(kind, oids, message.pdu.error_index if kind is PduType.GET_BULK else 1)
        missing = next((place for place, varbind in enumerate(varbinds, 1) if varbind.is_exception), 0)
        if message.version == codec.V1 and missing:
            return [_failed(message, ErrorStatus.NO_SUCH_NAME, missing if self._names else 0)]
        answer = self._limit(Request(kind, oids, len(_answered(message, varbinds))), varbinds)
        if answer is None:
            return []
        return [_failed(message, answer, 0) if isinstance(answer, int) else _answered(message, answer)]

    def _found(self, kind: PduType, oids: Sequence[Oid], rows: int) -> list[Varbind]:
        if kind is PduType.GET:
            return [self._mib.get(oid, Varbind(oid, Syntax.NO_SUCH_OBJECT)) for oid in oids]
        found: list[Varbind] = []
        for _ in range(rows):
            last = [varbind.oid for varbind in found[-len(oids) :]] or oids
            found += [self._next(oid) for oid in last]
        return found

    def _next(self, oid: Oid) -> Varbind:
        place = bisect_right(self._keys, self._order(oid))
        return self._mib[self._held[place]] if place < len(self._held) else Varbind(oid, Syntax.END_OF_MIB_VIEW)


def _answered(message: Message, varbinds: Sequence[Varbind]) -> bytes:
    pdu = replace(message.pdu, type=PduType.RESPONSE, varbinds=tuple(varbinds), error_status=0, error_index=0)
    return codec.encode(replace(message, pdu=pdu))


def _failed(message: Message, status: int, index: int) -> bytes:
    pdu = replace(message.pdu, type=PduType.RESPONSE, error_status=status, error_index=index)
    return codec.encode(replace(message, pdu=pdu))
