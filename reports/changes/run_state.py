"""What one run said of a network, as a value that is kept and compared."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.changes.device_state import DeviceState


@dataclass(frozen=True, slots=True)
class MissingState:
    """A target that was not assessed, and why (a NotAssessedReason)."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class JudgedWith:
    """What the run was judged by: `law` is the digest of the policies, of the operator's files and of their options,
    `data` the version of the fingerprint data."""

    as_of: date
    data: str
    law: str
    zones: str
    """The digest of the zones file; empty without one."""
    tool: str


@dataclass(frozen=True, slots=True)
class RunState:
    """A run as it was judged. `complete` is False for a run that did not reach its end: it replaces no baseline. The
    scope is as the user gave it. Devices are in the order of their lasting ids, missing targets by name."""

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
