"""The devices that one sees next to it: by LLDP-MIB, CISCO-CDP-MIB, and the tables of routing protocols.

What a neighbour says of itself is evidence about the neighbour, never about the one who repeats it.
"""

from collections.abc import Iterable, Iterator, Mapping

from fingerprints.device import Neighbour
from fingerprints.evidence import Observation, Source, octets_of
from fingerprints.leads.mac import written
from fingerprints.said import Said, clean

MOST_NEIGHBOURS = 4000
"""Neighbours of one device that are kept."""

_LLDP = "1.0.8802.1.1.2.1.4.1.1."
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


def neighbours_of(said: Said) -> tuple[Neighbour, ...]:
    """All neighbours, each protocol's in the order of its table."""
    found = dict.fromkeys((*_lldp(said), *_cdp(said), *_routing(said)))
    return tuple(found)[:MOST_NEIGHBOURS]


def _rows(observations: Iterable[Observation], prefix: str) -> Mapping[str, dict[str, str]]:
    """Rows of a table by instance, each from column number to value."""
    rows: dict[str, dict[str, str]] = {}
    for observation in observations:
        if observation.at.startswith(prefix):
            column, _, instance = observation.at.removeprefix(prefix).partition(".")
            rows.setdefault(instance, {})[column] = observation.value
    return rows


def _lldp(said: Said) -> Iterator[Neighbour]:
    ports = _rows(said.of(Source.SNMP_LLDP_LOCAL), _LLDP_PORT)
    for instance, row in _rows(said.of(Source.SNMP_LLDP_REMOTE), _LLDP).items():
        number = instance.split(".")[1] if instance.count(".") > 1 else instance  # lldpRemTimeMark, local port, index
        local = ports.get(number, {})
        yield Neighbour(
            "lldp",
            clean(local.get("4", "")) or clean(local.get("3", "")) or number,
            clean(row.get("9", "")),
            _identifier(row.get("5", ""), row.get("4", "")),
            _identifier(row.get("7", ""), row.get("6", "")) or clean(row.get("8", "")),
            clean(row.get("10", "")),
        )


def _cdp(said: Said) -> Iterator[Neighbour]:
    names = {
        entry.at.removeprefix(_IF_NAME): clean(entry.value)
        for entry in said.of(Source.SNMP_IF_NAME)
        if entry.at.startswith(_IF_NAME)
    }
    for instance, row in _rows(said.of(Source.SNMP_CDP_REMOTE), _CDP).items():
        index = instance.partition(".")[0]  # cdpCacheIfIndex, cdpCacheDeviceIndex
        yield Neighbour(
            "cdp",
            names.get(index, index),
            clean(row.get("6", "")),
            "",
            clean(row.get("7", "")),
            clean(row.get("8", "")),
        )


def _routing(said: Said) -> Iterator[Neighbour]:
    for observation in said.of(Source.SNMP_ROUTING_NEIGHBOUR):
        for protocol, prefix in _ROUTING:
            if observation.at.startswith(prefix):
                yield Neighbour(protocol, "", _peer(protocol, observation.at.removeprefix(prefix)))


def _peer(protocol: str, instance: str) -> str:
    """The peer's address from an instance: BGP and OSPF index by an IPv4 address, LDP ends in the peer's LSR identifier
    and label space (RFC 3815); others keep their index."""
    arcs = instance.split(".")
    if protocol in ("bgp", "ospf") and len(arcs) >= 4:
        return ".".join(arcs[:4])
    return ".".join(arcs[-6:-2]) if protocol == "ldp" and len(arcs) >= 12 else instance


def _identifier(value: str, subtype: str) -> str:
    if len(value) == 6 and (subtype in _MAC_SUBTYPES or not value.isprintable()):
        return written(octets_of(value))
    return clean(value)
