"""A device that the scan did not reach, and the devices that report it: values alone, which a report may import without
the code that identifies devices."""

from dataclasses import dataclass

from fingerprints.model.device import Party, Watched
from reports.placement.topology import LinkKind


@dataclass(frozen=True, slots=True)
class Sighting:
    """Who reports a device (id and name), behind which port, by which protocol or table; `others` more addresses were
    learned on that port."""

    device: str
    name: str
    port: str
    by: LinkKind
    others: int = 0


@dataclass(frozen=True, slots=True)
class RuleId:
    """A rule of a policy."""

    policy: str
    rule: str


@dataclass(frozen=True, slots=True)
class UnscannedNeighbour:
    """A device that the scan did not reach and that points to a watched company. `description` is as a neighbour
    repeats it. `rules` would restrict its maker somewhere; nobody knows where the device stands."""

    name: str
    mac: str
    address: str
    description: str
    made_by: Party | None
    watched: tuple[Watched, ...]
    sightings: tuple[Sighting, ...]
    rules: tuple[RuleId, ...] = ()
