"""What matching reads of one subject: its match keys, its marks, its names, and the neighbours that it hears.

The facts of a subject are a small part of its evidence, and follow from it alone: so they can be read in any process.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.matching.marks import enterprise_text, marks_of, name_of, own_name_of, product_of, uptime_of
from fingerprints.matching.match_keys import MatchKey, answering_macs, candidates_of
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from fingerprints.model.inet_address import locates_device
from fingerprints.model.mac_address import is_station_mac, parse_mac
from fingerprints.model.merging import ApartBy
from fingerprints.model.neighbour_table import NeighbourRow
from fingerprints.model.observation_index import clean, index_observations
from fingerprints.sources.announced_neighbours import ROW_SOURCES, announced_rows, may_hold_rows
from fingerprints.sources.if_mib import interface_macs
from fingerprints.sources.ip_mib import own_address_of, own_addresses
from fingerprints.sources.lldp import LOC_CHASSIS_ID
from fingerprints.sources.registry import MATCH_SOURCES

_MACS = frozenset((Source.SNMP_IF_PHYS_ADDRESS, Source.SNMP_BRIDGE_ADDRESS, Source.LINK_MAC))
_NAMING = _MACS | {Source.SNMP_SYS_NAME, Source.SNMP_IP_ADDRESS, Source.SNMP_LLDP_LOCAL}


@dataclass(frozen=True, slots=True)
class OwnNames:
    """By what others know a subject in their tables: its system names in lower case, the MAC addresses of its ports,
    and its addresses beside the one that answered. `first_name` is its first system name as it is written, or empty."""

    first_name: str = ""
    names: tuple[str, ...] = ()
    macs: tuple[bytes, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What matching reads of one subject. Of a saved capture, which has no address, it reads nothing more.

    `keys` are the texts where match keys should be, placeholders among them. `marks` leaves out those without a text,
    and PORTS, which follow from `ports`: the MAC addresses of its interfaces. `addresses` are those that it lists as
    its own, `answering` the MAC addresses that answered at its address, `rows` the neighbours that it hears.
    """

    subject: Subject
    keys: tuple[MatchKey, ...] = ()
    marks: tuple[tuple[ApartBy, tuple[str, ...]], ...] = ()
    name: str = ""
    own_name: str = ""
    enterprise: str = ""
    product: str = ""
    uptime: int | None = None
    ports: tuple[bytes, ...] = ()
    addresses: tuple[str, ...] = ()
    answering: tuple[bytes, ...] = ()
    known_by: OwnNames = OwnNames()
    rows: tuple[NeighbourRow, ...] = ()


def facts_of(evidence: Evidence, database: FingerprintDatabase) -> SubjectFacts:
    """What matching reads of one subject."""
    if not evidence.subject.address:
        return SubjectFacts(evidence.subject)
    index = index_observations((evidence,), MATCH_SOURCES)
    return SubjectFacts(
        evidence.subject,
        keys=tuple(dict.fromkeys(candidates_of(index))),
        marks=tuple((mark, tuple(texts)) for mark, texts in marks_of(index, database).items() if texts),
        name=name_of(index),
        own_name=own_name_of(index, database),
        enterprise=enterprise_text(index, database),
        product=product_of(index),
        uptime=uptime_of(index),
        ports=tuple(interface_macs(index)),
        addresses=tuple(dict.fromkeys(own_addresses(index))),
        answering=tuple(answering_macs(index)),
        known_by=_names_of(evidence),
        rows=rows_of((evidence,)),
    )


def rows_of(parts: tuple[Evidence, ...]) -> tuple[NeighbourRow, ...]:
    """The neighbours that one device hears, from all its parts together: each address of it may show a part of one
    table."""
    observations = tuple(entry for part in parts for entry in row_observations(part))
    return announced_rows(observations) if observations else ()


def row_observations(evidence: Evidence) -> Iterator[Observation]:
    """The observations of a subject that neighbours are read from, in order. Most of what a session prints is none."""
    return (entry for entry in evidence.observations if entry.source in ROW_SOURCES and may_hold_rows(entry))


def _names_of(evidence: Evidence) -> OwnNames:
    names: dict[str, None] = {}
    macs: dict[bytes, None] = {}
    addresses: dict[str, None] = {}
    for entry in evidence.observations:
        if entry.source not in _NAMING:
            continue
        if entry.source in _MACS or entry.at == LOC_CHASSIS_ID.oid:
            mac = parse_mac(entry.value)
            if is_station_mac(mac):
                macs[mac] = None
        elif entry.source is Source.SNMP_SYS_NAME:
            names[clean(entry.value)] = None
        elif (address := own_address_of(entry)) and locates_device(address):
            addresses[address] = None
    first_name = next(filter(None, names), "")
    lowered = tuple(dict.fromkeys(name.lower() for name in names))
    return OwnNames(first_name, lowered, tuple(macs), tuple(addresses))
