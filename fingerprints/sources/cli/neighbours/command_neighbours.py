"""The neighbours that a device lists on its command line, as rows of neighbour tables."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from fingerprints.database.rules import readable
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.neighbour import NeighbourProtocol
from fingerprints.model.neighbour_table import NeighbourRow
from fingerprints.sources.cli.neighbours.details import detail_records
from fingerprints.sources.cli.neighbours.pairs import pair_records
from fingerprints.sources.cli.neighbours.records import row_of
from fingerprints.sources.cli.neighbours.tables import table_records

MAX_LINES = 20_000
MAX_LINE = 1000
MAX_ROWS = 4000
"""Lines of an output, characters of a line, and rows that are read. Longer lines are left out."""

_COMMANDS = (
    (NeighbourProtocol.LLDP, re.compile(r"(?i)\blldp\w{0,8}\b")),
    (NeighbourProtocol.CDP, re.compile(r"(?i)\b(?:cdp|isdp)\b")),
    (NeighbourProtocol.FDP, re.compile(r"(?i)\bfdp\b")),
    (NeighbourProtocol.EDP, re.compile(r"(?i)\bedp\b")),
    (NeighbourProtocol.NDP, re.compile(r"(?i)\bh?ndp\b")),
    (NeighbourProtocol.MNDP, re.compile(r"(?i)^/? ?ip[ /]neighbou?r")),
)
"""ISDP of FASTPATH is CDP by another name. RouterOS lists what it hears by MNDP, CDP and LLDP in one table."""

_OF_THIS_END = re.compile(
    r"(?i)\b(?:local(?:-\w{1,20})?|loc\w{0,3}|config\w{0,10}|statistics?|stats?|counters?|traffic|tlv\S{0,10}|timers?|chassis"
    r"|ipv6|ip nei\w{0,6} show|show interfaces?|status)\b"
)
"""Commands about the protocol or this end of the link: `display lldp local-information`, `show lldp statistics`. With
`ipv6`, `ndp` is Neighbor Discovery (RFC 4861)."""


def protocol_of(command: str) -> NeighbourProtocol | None:
    """The protocol whose neighbours a command lists; None for any other command."""
    if _OF_THIS_END.search(command):
        return None
    return next((protocol for protocol, shape in _COMMANDS if shape.search(command)), None)


def command_rows(outputs: Sequence[Observation]) -> Iterator[tuple[NeighbourRow, ...]]:
    """The rows that each output of a command for neighbours holds."""
    for output in outputs:
        protocol = protocol_of(output.at) if output.source is Source.SSH_COMMAND else None
        if protocol is not None:
            yield tuple(islice(_rows(output, protocol), MAX_ROWS))


def _rows(output: Observation, protocol: NeighbourProtocol) -> Iterator[NeighbourRow]:
    """The rows of one output: what it prints a field a line, else in pairs, else one neighbour a row."""
    text = readable(Source.SSH_COMMAND, output.value)
    lines = [line.rstrip() for line in islice(text.split("\n"), MAX_LINES) if len(line) <= MAX_LINE]
    found = False
    for read in (pair_records, detail_records, table_records):
        for record in read(lines):
            row = row_of(record, protocol)
            if row is not None:
                found = True
                yield row
        if found:
            return
