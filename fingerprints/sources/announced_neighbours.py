"""The neighbours that announce themselves to a device by LLDP, CDP or a protocol like them: from its MIB tables and
from what its commands print, each once."""

from collections.abc import Iterator, Sequence

from fingerprints.model.evidence import Observation, Source
from fingerprints.model.neighbour import Neighbour
from fingerprints.model.neighbour_table import NeighbourRow, merged_rows
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import SourceModule
from fingerprints.sources.cdp import cdp_rows
from fingerprints.sources.cli.neighbours.command_neighbours import command_rows, protocol_of
from fingerprints.sources.lldp import lldp_rows

ROW_SOURCES = (
    Source.SNMP_LLDP_LOCAL,
    Source.SNMP_LLDP_REMOTE,
    Source.SNMP_IF_NAME,
    Source.SNMP_CDP_REMOTE,
    Source.SSH_COMMAND,
)
"""All that rows of neighbours are read from."""

MODULE = SourceModule("announced_neighbours", report_sources=frozenset(ROW_SOURCES))


def may_hold_rows(observation: Observation) -> bool:
    """False for the output of a command that lists no neighbours."""
    return observation.source is not Source.SSH_COMMAND or protocol_of(observation.at) is not None


def announced_rows(observations: Sequence[Observation]) -> tuple[NeighbourRow, ...]:
    """The rows among one device's observations: those of LLDP-MIB, those of CISCO-CDP-MIB, then what commands add."""
    in_mibs = (*lldp_rows(observations), *cdp_rows(observations))
    return merged_rows((in_mibs, *command_rows(observations)))


def announced_neighbours(index: ObservationIndex) -> Iterator[Neighbour]:
    """The neighbours that one device hears, in the order of its tables."""
    if index.of(Source.SNMP_LLDP_REMOTE) or index.of(Source.SNMP_CDP_REMOTE) or index.of(Source.SSH_COMMAND):
        observations = [observation for source in ROW_SOURCES for observation in index.of(source)]
        yield from (row.to_neighbour() for row in announced_rows(observations))
