"""Nights of a made-up network for tests: what stands there, an audit of it, and a place to kill it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache

from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.evidence import Observation, Source, Subject
from reports.changes.state.event import EventKind
from reports.judgement.assessment import AssessmentOptions
from reports.policy.policy_set import DEFAULT_SET, load_policies
from scanner.audit.decisions import AUDIT, Resume
from scanner.audit.night import (
    AuditRequest,
    Collected,
    CollectionOrder,
    Night,
    NightJudgement,
    run_audit,
)
from scanner.cli.assessment.reporting import document_of
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.store import Run, Store
from scanner.store.writer import Writer

SCOPE = RunRequest("op@noc", ("192.0.2.0/24",), (), "normal", ("snmp",))
FIRST_NIGHT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)

_CISCO = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E{}, RELEASE SOFTWARE (fc2)"


class KilledError(BaseException):
    """The process ended here, as by SIGKILL: nothing behind it runs."""


@dataclass(frozen=True)
class Box:
    """A switch: its release and its serial number."""

    name: str
    release: int = 1

    def observations(self) -> tuple[Observation, ...]:
        entity = "1.3.6.1.2.1.47.1.1.1.1"
        return (
            Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", _CISCO.format(self.release)),
            Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.9.1.1208"),
            Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", self.name),
            Observation(Source.SNMP_ENTITY_CLASS, f"{entity}.5.1", "3"),
            Observation(Source.SNMP_ENTITY_SERIAL, f"{entity}.11.1", f"FOC{self.name.upper()}X"),
        )


@dataclass
class Operator:
    """An operator who audits one network night after night, and whoever is told.

    `told` are the kinds of events that reached somebody, each with the device's name and the number of its run.
    `dies_at` names the step at which the next process is killed: `collecting`, `collected`, `judging`, `judged` (its
    states are kept, and nobody is told), `told` (that is not recorded yet).
    """

    store: Store
    boxes: dict[str, Box]
    clock: datetime = FIRST_NIGHT
    told: list[tuple[int, EventKind, str]] = field(default_factory=list)
    nights: list[Night] = field(default_factory=list)
    orders: list[CollectionOrder] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    dies_at: str = ""
    is_deaf: bool = False
    """Whoever is told does not answer."""
    at_most: int = 1_000
    """Boxes that a night's window leaves time for."""

    def audit(self, until: time | None = None, baseline: int | None = None) -> Night | None:
        """One process. Raises KilledError where it was killed."""
        request = AuditRequest(SCOPE, until, baseline)
        return run_audit(self.store, request, self.collect, self.judge, self.tell, lambda: self.clock)

    def night(self) -> Night:
        """A whole night, and the clock of the next evening."""
        night = self.audit()
        assert night is not None
        self.clock += timedelta(days=1)
        return night

    def collect(self, order: CollectionOrder) -> Collected:
        self.orders.append(order)
        asked = sorted(self.boxes, key=lambda address: (address not in order.first, address))
        self.asked.clear()
        with _Writing(self.store, order, self.clock) as writer:
            done = frozenset[str]()
            if isinstance(order.decision, Resume):
                done = self.store.finished_subjects(order.decision.run)
            left = [address for address in asked if address not in done]
            writer.expect(Subject(address, address) for address in left)
            for address in left[: self.at_most]:
                self.die("collecting", len(self.asked) == len(left) // 2)
                self.asked.append(address)
                writer.add(Subject(address, address), "snmp", self.boxes[address].observations(), self.clock)
                writer.done(address)
                writer.commit()
            writer.range(RangeCount("192.0.2.0/24", 256, 256 - len(asked)))
            whole = len(left) <= self.at_most
            writer.finish(RunOutcome.COMPLETE if whole else RunOutcome.INTERRUPTED, self.clock)
        self.die("collected")
        return Collected(writer.run)

    def judge(self, run: Run) -> NightJudgement:
        self.die("judging")
        options = replace(judged_by(), as_of=run.started.date())
        return NightJudgement(document_of(self.store, run, options), options)

    def tell(self, night: Night) -> bool:
        self.die("judged")
        self.nights.append(night)
        events = () if night.comparison is None else night.comparison.events
        if self.is_deaf:
            return False
        self.told += [(night.run.id, event.kind, event.device.name) for event in events]
        self.die("told")
        return True

    def die(self, step: str, now: bool = True) -> None:
        if step == self.dies_at and now:
            self.dies_at = ""
            raise KilledError(step)


class _Writing:
    """A run that is written, without the end that Python gives to blocks when a process is killed."""

    def __init__(self, store: Store, order: CollectionOrder, started: datetime) -> None:
        decision = order.decision
        self._began = not isinstance(decision, Resume)
        self._block = store.resuming(decision.run) if isinstance(decision, Resume) else _new(store, started)

    def __enter__(self) -> Writer:
        writer = self._block.__enter__()
        if self._began:
            writer.record(SCOPE)
            writer.commit()
        return writer

    def __exit__(self, *error: object) -> None:
        self._block.__exit__(None, None, None)


def _new(store: Store, started: datetime):  # type: ignore[no-untyped-def]
    return store.writing(AUDIT, "1.0", started)


@cache
def judged_by() -> AssessmentOptions:
    """The policies and fingerprints of the package."""
    return AssessmentOptions(load_database(), None, load_policies(DEFAULT_SET), "the tests", None, FIRST_NIGHT.date())


def boxes(count: int) -> dict[str, Box]:
    return {f"192.0.2.{number}": Box(f"sw{number}") for number in range(1, count + 1)}


STEPS = ("collecting", "collected", "judging", "judged", "told")
