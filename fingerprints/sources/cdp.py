"""CISCO-CDP-MIB: the neighbours that a device hears by CDP."""

from collections.abc import Iterator, Sequence

from fingerprints.model.evidence import Observation, Source, octets_of
from fingerprints.model.inet_address import address_of_octets
from fingerprints.model.neighbour import NeighbourProtocol
from fingerprints.model.neighbour_table import NeighbourRow, rows_by_instance
from fingerprints.model.observation_index import clean
from fingerprints.model.source_module import MibObject, SourceModule
from fingerprints.sources.if_mib import IF_NAME

CACHE_ADDRESS = MibObject("1.3.6.1.4.1.9.9.23.1.2.1.1.4", Source.SNMP_CDP_REMOTE)
CACHE_VERSION = MibObject("1.3.6.1.4.1.9.9.23.1.2.1.1.5", Source.SNMP_CDP_REMOTE)
CACHE_DEVICE_ID = MibObject("1.3.6.1.4.1.9.9.23.1.2.1.1.6", Source.SNMP_CDP_REMOTE)
CACHE_DEVICE_PORT = MibObject("1.3.6.1.4.1.9.9.23.1.2.1.1.7", Source.SNMP_CDP_REMOTE)
CACHE_PLATFORM = MibObject("1.3.6.1.4.1.9.9.23.1.2.1.1.8", Source.SNMP_CDP_REMOTE)

MODULE = SourceModule(
    "cdp",
    (CACHE_ADDRESS, CACHE_VERSION, CACHE_DEVICE_ID, CACHE_DEVICE_PORT, CACHE_PLATFORM),
    sources=frozenset((Source.NEIGHBOUR_CDP,)),
    report_sources=frozenset((Source.SNMP_CDP_REMOTE, Source.SNMP_IF_NAME)),
)

_CACHE_ENTRY = CACHE_DEVICE_ID.oid.rpartition(".")[0] + "."


def cdp_rows(observations: Sequence[Observation]) -> Iterator[NeighbourRow]:
    """The rows of cdpCacheTable among observations, each with its local interface's name."""
    names = {
        entry.at.removeprefix(IF_NAME.prefix): clean(entry.value)
        for entry in observations
        if entry.source is Source.SNMP_IF_NAME and entry.at.startswith(IF_NAME.prefix)
    }
    remote = (observation for observation in observations if observation.source is Source.SNMP_CDP_REMOTE)
    for instance, row in rows_by_instance(remote, _CACHE_ENTRY).items():
        if_index = instance.partition(".")[0]  # cdpCacheIfIndex, cdpCacheDeviceIndex
        address = address_of_octets(octets_of(row.get("4", "")))
        yield NeighbourRow(
            NeighbourProtocol.CDP,
            names.get(if_index, if_index),
            clean(row.get("6", "")),
            port=clean(row.get("7", "")),
            description=clean(row.get("5", "")),
            platform=clean(row.get("8", "")),
            addresses=(address,) if address else (),
        )
