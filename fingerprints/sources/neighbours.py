"""The devices that one sees next to it: by LLDP-MIB, CISCO-CDP-MIB, and the tables of routing protocols.

What a neighbour says of itself is evidence about the neighbour, never about the one who repeats it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from fingerprints.model.device import Neighbour, NeighbourProtocol
from fingerprints.model.evidence import Observation, Source, octets_of
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.if_mib import mac_text

MAX_NEIGHBOURS = 4000
"""Neighbours of one device that are kept."""

_LLDP = "1.0.8802.1.1.2.1.4.1.1."
_LLDP_MANAGED = "1.0.8802.1.1.2.1.4.2.1.3."
_LLDP_PORT = "1.0.8802.1.1.2.1.3.7.1."
_CDP = "1.3.6.1.4.1.9.9.23.1.2.1.1."
_IF_NAME = "1.3.6.1.2.1.31.1.1.1.1."
_ROUTING = (
    ("bgp", "1.3.6.1.2.1.15.3.1.2."),
    ("ospf", "1.3.6.1.2.1.14.10.1.6."),
    ("isis", "1.3.6.1.2.1.138.1.6.1.1.2."),
    ("ldp", "1.3.6.1.2.1.10.166.4.1.3.3.1.2."),
)
_MAC_SUBTYPES = frozenset(("3", "4"))
"""LldpPortIdSubtype 3 and LldpChassisIdSubtype 4: macAddress (IEEE 802.1AB)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a neighbour table: by which port of the teller, and what the neighbour says of itself. `mac` is empty
    where its chassis goes by something else; `addresses` are those it is managed by."""

    protocol: str
    local_port: str
    name: str
    chassis_id: str = ""
    port: str = ""
    description: str = ""
    platform: str = ""
    mac: bytes = b""
    addresses: tuple[str, ...] = ()


def neighbours_of(said: ObservationIndex) -> tuple[Neighbour, ...]:
    """All neighbours, each protocol's in the order of its table."""
    lldp = (*said.of(Source.SNMP_LLDP_LOCAL), *said.of(Source.SNMP_LLDP_REMOTE))
    cdp = (*said.of(Source.SNMP_IF_NAME), *said.of(Source.SNMP_CDP_REMOTE)) if said.of(Source.SNMP_CDP_REMOTE) else ()
    told = (*lldp_rows(lldp), *cdp_rows(cdp))
    found = dict.fromkeys((*(_as_neighbour(row) for row in told), *_routing(said)))
    return tuple(found)[:MAX_NEIGHBOURS]


def _as_neighbour(row: Row) -> Neighbour:
    told = row.platform or row.description
    return Neighbour(NeighbourProtocol(row.protocol), row.local_port, row.name, row.chassis_id, row.port, told)


def _rows(observations: Iterable[Observation], prefix: str) -> Mapping[str, dict[str, str]]:
    """Rows of a table by instance, each from column number to value."""
    rows: dict[str, dict[str, str]] = {}
    for observation in observations:
        if observation.at.startswith(prefix):
            column, _, instance = observation.at.removeprefix(prefix).partition(".")
            rows.setdefault(instance, {})[column] = observation.value
    return rows


def lldp_rows(said: Sequence[Observation]) -> Iterator[Row]:
    """The rows of lldpRemTable among observations, joined with the local ports' names and the management addresses."""
    remote = [one for one in said if one.source is Source.SNMP_LLDP_REMOTE]
    if not remote:
        return
    local = _rows((one for one in said if one.source is Source.SNMP_LLDP_LOCAL), _LLDP_PORT)
    ports = {number: clean(row.get("4", "")) or clean(row.get("3", "")) for number, row in local.items()}
    managed = _managed(remote)
    for instance, row in _rows(remote, _LLDP).items():
        number = instance.split(".")[1] if instance.count(".") > 1 else instance  # lldpRemTimeMark, local port, index
        chassis = row.get("5", "")
        is_mac = len(chassis) == 6 and (row.get("4", "") in _MAC_SUBTYPES or not chassis.isprintable())
        yield Row(
            "lldp",
            ports.get(number) or number,
            clean(row.get("9", "")),
            _identifier(chassis, row.get("4", "")),
            _identifier(row.get("7", ""), row.get("6", "")) or clean(row.get("8", "")),
            clean(row.get("10", "")),
            mac=octets_of(chassis) if is_mac else b"",
            addresses=tuple(managed.get(instance, ())),
        )


def _managed(remote: Iterable[Observation]) -> Mapping[str, list[str]]:
    """Management addresses by the row of lldpRemTable that they belong to: each is the end of an instance."""
    found: dict[str, list[str]] = {}
    for one in remote:
        if one.at.startswith(_LLDP_MANAGED):
            arcs = one.at.removeprefix(_LLDP_MANAGED).split(".")  # time mark, port, index, subtype, length, octets
            address = address_of(arcs[5:]) if len(arcs) > 5 else ""
            if address:
                found.setdefault(".".join(arcs[:3]), []).append(address)
    return found


def address_of(arcs: Sequence[str]) -> str:
    """An IPv4 or IPv6 address from its octets in decimal; empty where they are none."""
    try:
        return str(ip_address(bytes(map(int, arcs)))) if len(arcs) in (4, 16) else ""
    except ValueError:
        return ""


def cdp_rows(said: Sequence[Observation]) -> Iterator[Row]:
    """The rows of cdpCacheTable among observations, joined with the local interfaces' names."""
    names = {
        entry.at.removeprefix(_IF_NAME): clean(entry.value)
        for entry in said
        if entry.source is Source.SNMP_IF_NAME and entry.at.startswith(_IF_NAME)
    }
    remote = (one for one in said if one.source is Source.SNMP_CDP_REMOTE)
    for instance, row in _rows(remote, _CDP).items():
        index = instance.partition(".")[0]  # cdpCacheIfIndex, cdpCacheDeviceIndex
        address = address_of([str(octet) for octet in octets_of(row.get("4", ""))])
        yield Row(
            "cdp",
            names.get(index, index),
            clean(row.get("6", "")),
            port=clean(row.get("7", "")),
            description=clean(row.get("5", "")),
            platform=clean(row.get("8", "")),
            addresses=(address,) if address else (),
        )


def _routing(said: ObservationIndex) -> Iterator[Neighbour]:
    for observation in said.of(Source.SNMP_ROUTING_NEIGHBOUR):
        for protocol, prefix in _ROUTING:
            if observation.at.startswith(prefix):
                yield Neighbour(NeighbourProtocol(protocol), "", _peer(protocol, observation.at.removeprefix(prefix)))


def _peer(protocol: str, instance: str) -> str:
    """The peer's address from an instance: BGP and OSPF index by an IPv4 address, LDP ends in the peer's LSR identifier
    and label space (RFC 3815); others keep their index."""
    arcs = instance.split(".")
    if protocol in ("bgp", "ospf") and len(arcs) >= 4:
        return ".".join(arcs[:4])
    return ".".join(arcs[-6:-2]) if protocol == "ldp" and len(arcs) >= 12 else instance


def _identifier(value: str, subtype: str) -> str:
    if not value:
        return value
    if len(value) == 6 and (subtype in _MAC_SUBTYPES or not value.isprintable()):
        return mac_text(octets_of(value))
    return clean(value)
