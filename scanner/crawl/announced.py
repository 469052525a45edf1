"""The neighbours that one device announces: those of its LLDP and CDP tables and commands, and its IPv6 neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerprints.model.evidence import Evidence, Observation, Source
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.announced_neighbours import ROW_SOURCES, announced_rows, may_hold_rows
from fingerprints.sources.ip_mib import resolved_macs
from scanner.targets.addresses import parse_address

CRAWL_SOURCES = frozenset((*ROW_SOURCES, Source.SNMP_NEIGHBOUR_MAC))
"""All that a crawl reads of a device."""

MAX_ANNOUNCED = 4_000
"""Neighbours of one device that are read. What it announces beyond them is not looked at."""

MAX_ADDRESSES = 4
"""Addresses of one neighbour that are read."""


@dataclass(frozen=True, slots=True)
class AnnouncedNeighbour:
    """A neighbour in the words of the device that announces it: its name, which may be empty, and its addresses in the
    order of the table."""

    name: str
    addresses: tuple[str, ...]


def is_read(observation: Observation) -> bool:
    """True for an observation that a crawl reads neighbours from."""
    return observation.source in CRAWL_SOURCES and may_hold_rows(observation)


def announced_by(evidence: Evidence) -> tuple[AnnouncedNeighbour, ...]:
    """The neighbours that a device announces, each once: those that announced themselves to it, then the IPv6 addresses
    that it resolved (ipNetToPhysicalTable). IPv4 addresses in ARP tables are those of every host, and no list of
    devices."""
    observations = tuple(filter(is_read, evidence.observations))
    found: dict[AnnouncedNeighbour, None] = {}
    for neighbour in (*_announcing(observations), *_resolved(evidence, observations)):
        if len(found) >= MAX_ANNOUNCED:
            break
        found[neighbour] = None
    return tuple(found)


def _announcing(observations: Sequence[Observation]) -> Iterator[AnnouncedNeighbour]:
    for row in announced_rows(observations):
        yield AnnouncedNeighbour(row.name, _plain(row.addresses))


def _resolved(evidence: Evidence, observations: tuple[Observation, ...]) -> Iterator[AnnouncedNeighbour]:
    learned = tuple(entry for entry in observations if entry.source is Source.SNMP_NEIGHBOUR_MAC)
    index = index_observations((Evidence(evidence.subject, learned),))
    for neighbour in resolved_macs(index, {}):
        if ":" in neighbour.address:
            yield AnnouncedNeighbour("", _plain((neighbour.address,)))


def _plain(addresses: Sequence[str]) -> tuple[str, ...]:
    """Addresses in one form each: an IPv4-mapped IPv6 address is the IPv4 address. What is none is left out."""
    plain: dict[str, None] = {}
    for text in addresses[:MAX_ADDRESSES]:
        try:
            plain[str(parse_address(text))] = None
        except ValueError:
            continue
    return tuple(plain)
