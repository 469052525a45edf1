"""What one run said of a network, as a value that is kept and compared."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import EventKind

AskedWords = tuple[frozenset[str], frozenset[str]]
"""The targets and the exclusions of a run, as the user wrote them."""


@dataclass(frozen=True, slots=True)
class MissingState:
    """A target that was not assessed, why (a NotAssessedReason), and at which address it was asked, where that is known
    and it did not answer. `fleet_site` as for a device."""

    target: str
    reason: str
    address: str = ""
    fleet_site: str = ""


@dataclass(frozen=True, slots=True)
class JudgedWith:
    """What the run was judged by: `law` is the digest of the policies, of the operator's files and of their options,
    `data` the version of the fingerprint data. `binding` is False where nobody chose the policies."""

    as_of: date
    data: str
    law: str
    zones: str
    """The digest of the zones file; empty without one."""
    tool: str
    binding: bool = True


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device as it was last read, where the run itself has less: it is absent, or less of it was read.

    `seen` is the day on which it was read so. `reported` is what was told of it since; None where nothing was, because
    the run did not reach it: then the next run is compared with this. `successor` is the lasting id of the box that
    replaced it.
    """

    device: DeviceState
    seen: date
    reported: EventKind | None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class RunState:
    """A run as it was judged. `complete` is False for a run that did not reach its end: it replaces no baseline. The
    scope is as the user gave it; `ranges` are its prefixes. Devices are in the order of their lasting ids, missing
    targets by name. `known` are devices of earlier runs, in the same order: with it, the state of one run is all that
    the next one needs.
    """

    run: int
    started: datetime
    finished: datetime | None
    complete: bool
    targets: tuple[str, ...]
    exclusions: tuple[str, ...]
    judged: JudgedWith
    in_scope: int
    silent: int
    devices: tuple[DeviceState, ...]
    missing: tuple[MissingState, ...]
    ranges: tuple[str, ...] = ()
    known: tuple[KnownDevice, ...] = ()

    @property
    def scope(self) -> AskedWords:
        """What two runs must have in common to be of one network. The order of words says nothing."""
        return frozenset(self.targets), frozenset(self.exclusions)
