"""The requests of a sweep: the engine ID for every address, then each sweep community for the addresses it is bound to.

The datagram of a request is encoded once; what is sent differs only in its id.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from socket import AF_INET, AF_INET6, AddressFamily, if_nametoindex

from fingerprints.sources.snmp_system import SYS_DESCR, SYS_OBJECT_ID
from scanner.credentials.credential import Community, CommunityVersion, CredentialBook
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import oid_of
from scanner.protocols.snmp.message.codec import Message, Pdu, PduType
from scanner.protocols.snmp.message.variables import Varbind
from scanner.targets.addresses import AddressBlock, AddressSet, address_of, block_of, pieces
from scanner.targets.numbering import TargetNumbers

MAX_REQUESTS = 16
"""Requests to one address at most: the engine ID and 15 communities."""

SYSTEM_OIDS = (oid_of(SYS_DESCR.oid), oid_of(SYS_OBJECT_ID.oid))
"""sysDescr and sysObjectID."""

_MARKER_IDS = (0x4A4B4C4D, 0x5A5B5C5D)
"""Two ids that differ in each octet. Where datagrams with one and with the other differ, the id is."""


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """One datagram without its id: the octets before, between and after the places of the id, and the community that it
    offers, None for the engine ID."""

    parts: tuple[bytes, ...] = field(repr=False)
    community: Community | None = None

    def datagram(self, identity: bytes) -> bytes:
        """The whole datagram, with an id of four octets."""
        return identity.join(self.parts)

    def id_offsets(self) -> tuple[int, ...]:
        """The offsets of the id."""
        ends = [sum(map(len, self.parts[:count])) for count in range(1, len(self.parts))]
        return tuple(end + 4 * passed for passed, end in enumerate(ends))


@dataclass(frozen=True, slots=True)
class AddressRun:
    """Consecutive addresses that get the same requests. `first` is the number of the first one in the whole sweep.

    `shares_addresses` is True if other targets have the same addresses at other ports: each address is then
    rate-limited by itself.
    """

    first: int
    block: AddressBlock
    family: AddressFamily
    port: int
    scope_id: int
    requests: tuple[SweepRequest, ...]
    shares_addresses: bool

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


def engine_id_sweep_request() -> SweepRequest:
    """The engine ID request, which every SNMPv3 agent answers without credentials."""
    return SweepRequest(_parts(engine_id_request.encode_engine_id_request))


def version_of(community: Community) -> int:
    """The version that a community's messages carry."""
    return codec.V1 if community.version is CommunityVersion.V1 else codec.V2C


def community_request(community: Community) -> SweepRequest:
    """The request for sysDescr and sysObjectID under a community."""
    version = version_of(community)
    offered = community.community.reveal().encode()

    def datagram(identity: int) -> bytes:
        return codec.encode(Message(version, offered, Pdu(PduType.GET, identity, tuple(map(Varbind, SYSTEM_OIDS)))))

    return SweepRequest(_parts(datagram), community)


def sweep_communities(book: CredentialBook, address: str) -> tuple[Community, ...]:
    """The communities that may be offered to an address without a sign of life."""
    return tuple(community for community in book.communities(address) if community.sweep)[: MAX_REQUESTS - 1]


def plan_runs(numbers: TargetNumbers, book: CredentialBook) -> tuple[tuple[AddressRun, ...], OSError | None]:
    """All runs of a sweep in order of numbers, and the error for targets in a zone that this host does not have."""
    engine_id, by_name = engine_id_sweep_request(), dict[str, SweepRequest]()
    duplicates = AddressSet(_duplicates(sorted(span.block for _, span in numbers.spans())))
    boundaries = (*map(block_of, book.prefixes), *duplicates.blocks)
    runs: list[AddressRun] = []
    unknown_zone: OSError | None = None
    for start, span in numbers.spans():
        try:
            scope_id = _scope_id(span.zone)
        except OSError as error:
            unknown_zone = error
            continue
        family = AF_INET if span.block.version == 4 else AF_INET6
        for block in pieces(span.block, boundaries):
            first = start + block.first - span.block.first
            requests = (
                engine_id,
                *_community_requests(sweep_communities(book, span.target(block.first).address), by_name),
            )
            shares_addresses = address_of(block.version, block.first) in duplicates
            runs.append(AddressRun(first, block, family, span.ports.snmp, scope_id, requests, shares_addresses))
    return tuple(runs), unknown_zone


def _community_requests(communities: Iterable[Community], by_name: dict[str, SweepRequest]) -> Iterator[SweepRequest]:
    for community in communities:
        if community.name not in by_name:
            by_name[community.name] = community_request(community)
        yield by_name[community.name]


def _parts(datagram: Callable[[int], bytes]) -> tuple[bytes, ...]:
    first_marker, second_marker = (marker.to_bytes(4, "big") for marker in _MARKER_IDS)
    octets, changed = datagram(_MARKER_IDS[0]), datagram(_MARKER_IDS[1])
    parts, start = [], 0
    for at in range(len(octets) - 3):
        if octets[at : at + 4] == first_marker and changed[at : at + 4] == second_marker:
            parts.append(octets[start:at])
            start = at + 4
    return *parts, octets[start:]


def _scope_id(zone: str) -> int:
    if not zone:
        return 0
    return int(zone) if zone.isdigit() else if_nametoindex(zone)


def _duplicates(blocks: list[AddressBlock]) -> Iterator[AddressBlock]:
    """The parts that lie in more than one of these sorted blocks."""
    version, reach = 0, -1
    for block in blocks:
        if block.version != version:
            version, reach = block.version, -1
        if block.first <= reach:
            yield AddressBlock(version, block.first, min(block.last, reach))
        reach = max(reach, block.last)
