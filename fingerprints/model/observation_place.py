"""The places of observations that are no object, command or cell: a field of a port, a frame, or another's table.

A recorded line holds the place as text (`Observation.at`), which never changes once it is written. This module is the
one reader and writer of that text.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldOfPort:
    """A field of what one port shows, `subject 443/tcp` (WEB_CERTIFICATE, SSH_KEX)."""

    field: str
    port: str

    def to_at(self) -> str:
        """The place as recorded."""
        return f"{self.field} {self.port}"


@dataclass(frozen=True, slots=True)
class FieldOfFrame:
    """A field of a frame that kitscan received, `eth0/00:e0:fc:12:34:56/system_name` (LINK_LLDP, LINK_CDP)."""

    interface: str
    sender: str
    field: str

    def to_at(self) -> str:
        """The place as recorded."""
        return f"{self.interface}/{self.sender}/{self.field}"


@dataclass(frozen=True, slots=True)
class FieldOfReport:
    """A field of a device's row in a neighbour's table, `core-1/Gi0/7/platform` (NEIGHBOUR_LLDP, NEIGHBOUR_CDP). The
    neighbour's port may hold slashes; its name does not."""

    reporter: str
    port: str
    field: str

    def to_at(self) -> str:
        """The place as recorded."""
        return place_in_report(self.reporter, self.port, self.field)


def place_in_report(reporter: str, port: str, field: str) -> str:
    """The place of a FieldOfReport, for code that writes many."""
    return f"{reporter}/{port}/{field}"


def field_of_port(at: str) -> FieldOfPort:
    """The field of a port at a place; its `port` is empty if the text names none."""
    field, _, port = at.partition(" ")
    return FieldOfPort(field, port)


def field_of_frame(at: str) -> FieldOfFrame:
    """The field of a frame at a place. What a text lacks is empty."""
    interface, sender, field = (*at.split("/"), "", "", "")[:3]
    return FieldOfFrame(interface, sender, field)


def field_of_report(at: str) -> FieldOfReport:
    """The field of a neighbour's row at a place. What a text lacks is empty."""
    row, _, field = at.rpartition("/")
    reporter, _, port = row.partition("/")
    return FieldOfReport(reporter, port, field)
