"""What a sweep asks of whom: the engine ID of everybody, then each community that may be swept where it is bound.

A datagram is made once for each question; of one that is sent only the id differs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from socket import AF_INET, AF_INET6, AddressFamily, if_nametoindex

from fingerprints.sources.snmp_system import SYS_DESCR, SYS_OBJECT_ID
from scanner.credentials.access import Community, CommunityVersion, CredentialBook
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import oid_of
from scanner.protocols.snmp.message.codec import Message, Pdu, PduType
from scanner.protocols.snmp.message.variables import Varbind
from scanner.targets.addresses import AddressSet, Block, address_of, block_of, pieces
from scanner.targets.numbering import TargetNumbers

MOST = 16
"""Questions that one address may be asked: the engine ID and 15 communities."""

ASKED = (oid_of(SYS_DESCR.oid), oid_of(SYS_OBJECT_ID.oid))

_MARKS = (0x4A4B4C4D, 0x5A5B5C5D)
"""Two ids of four octets that differ in each: where a datagram has one after the other, its id stands."""


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """One datagram without its id: the octets before, between and after the places where it stands, and the community
    that is offered with it, None for the engine ID."""

    parts: tuple[bytes, ...] = field(repr=False)
    community: Community | None = None

    def datagram(self, identity: bytes) -> bytes:
        """The whole, with an id in four octets."""
        return identity.join(self.parts)

    def places(self) -> tuple[int, ...]:
        """The offsets at which the id stands."""
        ends = [sum(map(len, self.parts[:count])) for count in range(1, len(self.parts))]
        return tuple(end + 4 * passed for passed, end in enumerate(ends))


@dataclass(frozen=True, slots=True)
class AddressRun:
    """Neighbouring addresses that are asked the same: `first` is the number of the first one among all that are swept.

    `shared` where other targets stand at the same addresses, at other ports: they take turns.
    """

    first: int
    block: Block
    family: AddressFamily
    port: int
    scope_id: int
    questions: tuple[SweepRequest, ...]
    shared: bool

    @property
    def end(self) -> int:
        """The number after the last one."""
        return self.first + self.block.count

    def hosts(self, numbers: Sequence[int]) -> Sequence[int]:
        """The addresses with these numbers, as integers."""
        shift = self.block.first - self.first
        if isinstance(numbers, range):
            return range(numbers.start + shift, numbers.stop + shift)
        return [number + shift for number in numbers]


def engine_id_message() -> SweepRequest:
    """The question that every SNMPv3 agent answers without credentials."""
    return SweepRequest(_parts(engine_id_request.question))


def community_request(community: Community) -> SweepRequest:
    """sysDescr and sysObjectID by a community."""
    version = codec.V1 if community.version is CommunityVersion.V1 else codec.V2C
    offered = community.community.reveal().encode()

    def datagram(identity: int) -> bytes:
        return codec.encode(Message(version, offered, Pdu(PduType.GET, identity, tuple(map(Varbind, ASKED)))))

    return SweepRequest(_parts(datagram), community)


def swept(book: CredentialBook, address: str) -> tuple[Community, ...]:
    """The communities that may be offered to an address that has shown no sign of life."""
    return tuple(one for one in book.communities(address) if one.sweep)[: MOST - 1]


def plan_runs(places: TargetNumbers, book: CredentialBook) -> tuple[tuple[AddressRun, ...], OSError | None]:
    """All that is to be asked, in order of numbers; and the error of what cannot be, for this host has not its zone."""
    everybody, made = engine_id_message(), dict[str, SweepRequest]()
    twice = AddressSet(_twice(sorted(span.block for _, span in places.spans())))
    edges = (*map(block_of, book.prefixes), *twice.blocks)
    stretches: list[AddressRun] = []
    unknown: OSError | None = None
    for start, span in places.spans():
        try:
            scope_id = _scope_id(span.zone)
        except OSError as error:
            unknown = error
            continue
        family = AF_INET if span.block.version == 4 else AF_INET6
        for block in pieces(span.block, edges):
            first = start + block.first - span.block.first
            questions = (everybody, *_offers(swept(book, span.target(block.first).address), made))
            shared = address_of(block.version, block.first) in twice
            stretches.append(AddressRun(first, block, family, span.ports.snmp, scope_id, questions, shared))
    return tuple(stretches), unknown


def _offers(communities: Iterable[Community], made: dict[str, SweepRequest]) -> Iterator[SweepRequest]:
    for one in communities:
        if one.name not in made:
            made[one.name] = community_request(one)
        yield made[one.name]


def _parts(datagram: Callable[[int], bytes]) -> tuple[bytes, ...]:
    one, other = (mark.to_bytes(4, "big") for mark in _MARKS)
    octets, changed = datagram(_MARKS[0]), datagram(_MARKS[1])
    parts, start = [], 0
    for at in range(len(octets) - 3):
        if octets[at : at + 4] == one and changed[at : at + 4] == other:
            parts.append(octets[start:at])
            start = at + 4
    return *parts, octets[start:]


def _scope_id(zone: str) -> int:
    if not zone:
        return 0
    return int(zone) if zone.isdigit() else if_nametoindex(zone)


def _twice(blocks: list[Block]) -> Iterator[Block]:
    """What lies in more than one of these sorted blocks."""
    version, reach = 0, -1
    for block in blocks:
        if block.version != version:
            version, reach = block.version, -1
        if block.first <= reach:
            yield Block(version, block.first, min(block.last, reach))
        reach = max(reach, block.last)
