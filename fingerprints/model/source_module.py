"""What one source module reads: its MIB objects, when a scan asks for each, and its other sources."""

from dataclasses import dataclass, field
from enum import Enum

from fingerprints.model.evidence import Source

ENTERPRISES = "1.3.6.1.4.1"
"""iso.org.dod.internet.private.enterprises (RFC 1155): the next arc is the number that IANA gave a company."""


class ScanStep(Enum):
    """When the SNMP probe asks for an object, in the order of the probe's work."""

    SYSTEM = "in the GET that tries a credential"
    SCALAR = "in one GET, once a credential is accepted"
    COLUMN = "walked"
    SECOND_ROUND = "asked by GETNEXT after the columns; its further rows only of a device that has it"
    GROWING_COLUMN = "walked last: the table grows with the network and not with the device"


@dataclass(frozen=True, slots=True)
class CaptureOnly:
    """A scan does not ask for the object: only saved captures hold it. `reason` says why, to a developer."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class MibObject:
    """A MIB object that kitscan reads: `oid` is a scalar with its final zero, a column, or a subtree that only captures
    hold; `source` is what its observations are stored under; `rows` is how many rows the second round reads, None for
    all. Each is declared once and compared by identity."""

    oid: str
    source: Source
    asked: ScanStep | CaptureOnly = ScanStep.COLUMN
    rows: int | None = None
    prefix: str = field(init=False, repr=False, compare=False)
    """The OID with a dot behind it: what stands before an instance."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "prefix", self.oid + ".")

    def instance_in(self, oid: str) -> str:
        """The instance of this column that an OID names, in decimal arcs; empty if it is none."""
        return oid.removeprefix(self.prefix) if oid.startswith(self.prefix) else ""


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One module of fingerprints.sources and all that it reads: MIB `objects`, and `sources` that are no MIB objects.

    `match_sources` are those that match keys and distinguishing marks are read from, `report_sources` those that
    neighbour reports are read from. `listed_objects` is true for the module that reads the objects that the fingerprint
    database lists, for which the second round asks.
    """

    name: str
    objects: tuple[MibObject, ...] = ()
    sources: frozenset[Source] = frozenset()
    match_sources: frozenset[Source] = frozenset()
    report_sources: frozenset[Source] = frozenset()
    listed_objects: bool = False
