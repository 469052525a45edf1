"""What every probe is: it says beforehand what it may send, and then yields what it heard and what it could not ask."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from fingerprints.model.evidence import Gap, Observation
from scanner.targets.target import Target

Said = tuple[Observation | Gap, ...]
"""What was heard at once: one answer's worth, because a big walk says tens of thousands of things."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What one probe may send to one target: the transport port (`161/udp`), each subtree, command or exchange in the
    protocol's own terms, and the names of the credentials it may offer. Everything sent lies inside this."""

    target: str
    probe: str
    port: str
    sends: tuple[str, ...]
    credentials: tuple[str, ...]


class Planner(Protocol):
    """Anything that sends, so far as it says beforehand what."""

    @property
    def name(self) -> str:
        """The name that plans, gaps and the command line use: `snmp`, `ssh`, `link`."""
        ...

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """All that may be sent to this target."""
        ...


class Probe(Planner, Protocol):
    """One protocol's way of asking. An expected failure is yielded as a Gap, never raised."""

    def observe(self, target: Target) -> AsyncIterator[Said]:
        """Ask, and yield as it comes, an answer at a time: what was yielded is kept even where the rest fails.

        Called only for a target that has shown a sign of life, so every credential allowed there may be offered.
        """
        ...
