"""What an assessment knows of the run behind its evidence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SilentRange:
    """Addresses of one prefix in scope that gave no sign of life. The report counts them; it never lists them and
    never calls them empty."""

    prefix: str
    addresses: int
    silent: int


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Where the evidence comes from: the name of the run, the version of the tool that judges it, how many addresses
    or captures were in scope, the ranges among them, whether the run was completed, and its cost by name (packets,
    seconds)."""

    run: str
    tool_version: str
    in_scope: int
    ranges: tuple[SilentRange, ...]
    complete: bool = True
    cost: tuple[tuple[str, float], ...] = ()
