"""Rows of neighbour tables: what a device repeats of the one at the other end of a link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fingerprints.model.device import Neighbour, NeighbourProtocol
from fingerprints.model.evidence import Observation


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """One row of an LLDP or CDP table: the port on which the reporting device received it, and what the neighbour
    announces of itself. `mac` is empty if its chassis ID is no MAC address; `addresses` are its management
    addresses."""

    protocol: NeighbourProtocol
    local_port: str
    name: str
    chassis_id: str = ""
    port: str = ""
    description: str = ""
    platform: str = ""
    mac: bytes = b""
    addresses: tuple[str, ...] = ()

    def to_neighbour(self) -> Neighbour:
        """The row as the report lists it: the platform, else the description."""
        described = self.platform or self.description
        return Neighbour(self.protocol, self.local_port, self.name, self.chassis_id, self.port, described)


def rows_by_instance(observations: Iterable[Observation], prefix: str) -> Mapping[str, dict[str, str]]:
    """The rows of a table by instance, each from column number to value; `prefix` is the entry's OID and a dot."""
    rows: dict[str, dict[str, str]] = {}
    for observation in observations:
        if observation.at.startswith(prefix):
            column, _, instance = observation.at.removeprefix(prefix).partition(".")
            rows.setdefault(instance, {})[column] = observation.value
    return rows
