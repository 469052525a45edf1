"""The platform of each target's command line: as earlier runs found it or a list hints, and as this one does."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KnownPlatforms:
    """Names of platforms by the key of a target. `earlier` is only a guess at what to ask first: a device proves its
    platform anew in each session. `found` is filled while the run goes on."""

    earlier: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
