"""What may happen to a device from one run to the next. Reasons are values; sentences are made in `change_wording`."""

from dataclasses import dataclass
from enum import StrEnum

from reports.changes.state.device_state import DeviceState


class EventKind(StrEnum):
    """One kind of event. A night tells each event once."""

    NEW = "new"
    RETURNED = "returned"
    """It had been silent, and answers again."""
    GONE = "gone"
    """It gives no sign of life, or is not assessed any more; `silent_since` is when it was last seen."""
    NOT_ASKED = "not-asked"
    """The scope no longer holds it, so nothing says whether it still stands there."""
    REPLACED = "replaced"
    """Another box answers at its address, by its match keys."""
    RENAMED = "renamed"
    READDRESSED = "readdressed"
    IDENTITY = "identity"
    """Its maker or model is another one, or is known otherwise."""
    VERSION = "version"
    SERIAL = "serial"
    PART_ADDED = "part-added"
    PART_REMOVED = "part-removed"
    PART_SWAPPED = "part-swapped"
    PART_MOVED = "part-moved"
    """The same part, by its serial number, is in another slot."""
    MOVED = "moved"
    """It stands in another place: core or not, segment, site."""
    VERDICT = "verdict"
    FINDING_NEW = "finding-new"
    FINDING_GONE = "finding-gone"
    FINDING_CHANGED = "finding-changed"
    """The same rule says another verdict, or names another day."""
    COVERAGE_LOST = "coverage-lost"
    """It answers, and less of it was read than before: a credential was refused, an answer cut off."""
    COVERAGE_GAINED = "coverage-gained"


class Cause(StrEnum):
    """Why a verdict is another one. Several may hold at once."""

    BOX = "box"
    PLACE = "place"
    DATA = "data"
    LAW = "law"
    DAY = "day"
    """The law is the same, and a day of it has come."""
    NETWORK = "network"
    """Nothing of the above: the other devices changed, of which a cap counts the share."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one device. `device` is the device as it is now, or as it was if it is gone.

    `before` and `after` are texts, or empty; `at` is the part's position, the rule (`policy/rule`), or what is read no
    more (`snmp, serial`). A loss has its reasons in `after`, a gain in `before`. Texts are not yet safe to show.
    """

    kind: EventKind
    device: DeviceState
    before: str = ""
    after: str = ""
    at: str = ""
    causes: tuple[Cause, ...] = ()
    silent_since: str = ""
    """The day, in ISO 8601, on which a gone or returned device, or the box that was replaced, was last seen."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What happened between two runs, the worst device first; how many devices are as they were. `same_scope` is False
    where the two runs were asked different targets or exclusions. `after` is partial where it did not reach its end:
    then nothing is called gone."""

    before: int
    after: int
    events: tuple[Event, ...]
    same: int
    same_scope: bool
    partial: bool
