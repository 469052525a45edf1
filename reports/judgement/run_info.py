"""What an assessment knows of the run behind its evidence."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SilentRange:
    """Addresses of one prefix in scope that gave no sign of life. The report counts them; it never lists them and
    never calls them empty."""

    prefix: str
    addresses: int
    silent: int


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Who collected the evidence, when, and of what. `by` is `user@host`, `kind` is scan or import. `targets` and
    `exclusions` are as the user gave them. `sha256` is the digest of the evidence, whatever file it is kept in.

    `finished` is None for a run that did not reach its end; texts are empty for a run of an older store.
    """

    number: int
    kind: str
    by: str
    started: datetime
    finished: datetime | None
    targets: tuple[str, ...]
    exclusions: tuple[str, ...]
    profile: str
    probes: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """A file of the operator's that the evidence was judged by: what it is (zones, waivers), its name without its
    folder, and the digest of its content."""

    kind: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Where the evidence comes from: the name of the run, the version of the tool that judges it, how many addresses
    or captures were in scope, the ranges among them, whether the run was completed, and its cost by name (packets,
    seconds). `record` is None for evidence that comes from no store."""

    run: str
    tool_version: str
    in_scope: int
    ranges: tuple[SilentRange, ...]
    complete: bool = True
    cost: tuple[tuple[str, float], ...] = ()
    record: RunRecord | None = None
