"""Where a run's evidence goes. The store's Writer is the first implementation; a file or a broker may be others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, Observation, Subject


class SinkError(KitscanError):
    """The sink cannot take evidence: the disk is full, or the file is gone. It ends the run."""


class RunOutcome(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class RangeCount:
    """How many addresses of one prefix were in scope, and how many of them have shown no sign of life so far.

    The empty prefix stands for targets that the user named one by one, and for captures.
    """

    prefix: str
    addresses: int
    silent: int


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """What one probe observed, as another process of this run took it up: lines of `fingerprints.model.recording`.

    `secrets` is how many secrets this process knew when the other was made of it; those are struck out.
    """

    lines: str
    secrets: int


class EvidenceSink(Protocol):
    """Takes the evidence of one run, in order. Every method may raise SinkError.

    A call returns when the sink has taken what it was given, so a slow sink slows the run and nothing piles up.
    """

    def expect(self, subjects: Iterable[Subject]) -> None:
        """Record whom the run will ask, before it asks: an interrupted run still knows who is missing."""
        ...

    def add(self, subject: Subject, probe: str, observed: Iterable[Observation | Gap], time: datetime) -> None:
        """Record what one probe observed of one subject."""
        ...

    def add_encoded(self, subject: Subject, probe: str, row: EncodedRow, time: datetime) -> None:
        """As `add`, for a row that is encoded already."""
        ...

    def range(self, count: RangeCount) -> None:
        """Record the count of one prefix, in place of an earlier one."""
        ...

    def done(self, key: str) -> None:
        """Mark the subject with this key as finished: a resumed run does not ask it again."""
        ...

    def spend(self, cost: Mapping[str, float]) -> None:
        """Add what a part of the run cost to what was recorded before."""
        ...

    def refused(self, credential: str, address: str) -> None:
        """Record that a device refused the credential with this name: a resumed run does not offer it there again."""
        ...

    def login_worked(self, key: str, protocol: str, credential: str, platform: str = "") -> None:
        """Record which credential, by its name, the subject with this key accepted: the next night offers it first.
        `platform` is that of the command line, empty if there is none."""
        ...

    def commit(self) -> None:
        """Make durable what was added so far. The run calls this at least once a second."""
        ...

    def finish(self, outcome: RunOutcome, time: datetime) -> None:
        """Mark the run as ended, and commit."""
        ...
