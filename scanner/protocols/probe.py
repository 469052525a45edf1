"""The interfaces of every protocol: a discovery finds out who is there, a probe asks one device.

Each says beforehand what it may send.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from fingerprints.model.evidence import Gap, Observation, Subject
from scanner.sink import EncodedRow
from scanner.targets.spans import Targets
from scanner.targets.target import Target

Observed = tuple[Observation | Gap, ...]
"""What one answer brought. Probes yield an answer at a time, because a big walk brings tens of thousands of values."""

LateAnswers = Callable[[], Awaitable[Iterable[tuple[Target, Observed]]]]
"""Gives the targets that answered a discovery after its end and since it was called last, with what they said. It waits
as long as an answer may still come."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What one probe may send to one target.

    `port` is the transport port (`161/udp`). `sends` names each subtree, command or exchange in the protocol's own
    terms. `credentials` names the credentials that the probe may offer. The probe sends nothing else.
    """

    target: str
    probe: str
    port: str
    sends: tuple[str, ...]
    credentials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkingLogin:
    """A credential that a device accepted, by the name of its protocol and its own, and the platform of the command
    line that it led to. It holds no secret."""

    protocol: str
    credential: str
    platform: str = ""


class Planner(Protocol):
    """Something that sends, as far as it can say beforehand what it may send."""

    @property
    def name(self) -> str:
        """The name that plans, gaps and the command line use: `snmp`, `ssh`, `link`."""
        ...

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """Everything that may be sent to this target."""
        ...


class Probe(Planner, Protocol):
    """Asks one device by one protocol. Yields an expected failure as a Gap and never raises it."""

    def observe(self, target: Target) -> AsyncIterator[Observed]:
        """Ask the target, and yield each answer as it arrives. What was yielded is kept even if the rest fails.

        The caller asks only targets that showed a sign of life, so the probe may offer every credential allowed there.
        """
        ...


class RunProbe(Protocol):
    """What a run asks a target by: a `Probe`, or one that other processes ask for, which yields rows."""

    @property
    def name(self) -> str:
        """See `Planner.name`."""
        ...

    def observe(self, target: Target) -> AsyncIterator[Observed | EncodedRow]:
        """See `Probe.observe`."""
        ...


class Discovery(Protocol):
    """Finds out which targets are there."""

    @property
    def name(self) -> str:
        """The name that evidence rows carry."""
        ...

    def discover(self, targets: Targets) -> AsyncIterator[tuple[Target | Subject, Observed]]:
        """Ask these targets, and yield each one that answers with what it answered. Silent targets are not yielded.

        A Subject stands for a device that is no target, one that announced itself by LLDP for example. The run records
        what it announced and never asks it.
        """
        ...

    @property
    def sent(self) -> int:
        """How many packets of the run's rate limit it has sent so far, for whoever watches the run."""
        ...

    def packets(self, target: Target) -> int:
        """How many packets of the run's rate limit a silent target costs."""
        ...
