"""A part that a row of a vendor's own table tells of."""

from dataclasses import dataclass

from fingerprints.model.component_kind import ComponentKind


@dataclass(frozen=True, slots=True)
class TablePart:
    """A row of such a table. `place` is the port's name for an optic in a table of ports, else the row's instance, in
    decimal arcs; for scalars the words of their symbols. `group` is the OID of the row's table."""

    kind: ComponentKind
    place: str
    model: str
    serial: str
    maker: str
    group: str = ""
