"""Runs the simulated year: each night's evidence is written into a store, and `kitscan audit`'s own run_audit judges,
compares and tells. The clock is the script's."""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, redirect_stderr
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

from benchmarks.year.script import LAWS_DAY, Expected, Script
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from reports.changes.state.event import Event, EventKind
from reports.judgement.assessment import AssessmentOptions
from reports.placement.zones import read_zones
from reports.policy.policy_set import load_policies
from scanner.audit.decisions import AUDIT
from scanner.audit.night import AuditRequest, Collected, CollectionOrder, Night, NightJudgement, run_audit
from scanner.cli.assessment.reporting import document_of
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.store import Run, open_store

SCOPE = RunRequest("operator@noc", ("10.0.0.0/8",), (), "normal", ("snmp", "ssh"))
IN_SCOPE = 2**24 - 2
POLICIES = ("de-contracts-2024",)

FOLLOW = frozenset((EventKind.VERDICT, EventKind.FINDING_NEW, EventKind.FINDING_GONE, EventKind.FINDING_CHANGED))
"""What may follow for the same box on the same night from what happened to it: it is judged otherwise."""

ZONES = """\
zones:
  - {name: core, match: {group: core}, tier: core, segment: core_5g}
  - {name: access, match: {group: access}, tier: access, segment: fixed_access, core: no}
  - {name: offices, match: {group: offices}, tier: enterprise, core: no}
"""

OWN_RULE = r"""
company: adtran
family: gateways
rules:
  - id: year-zyntex
    source: snmp.sys_descr
    pattern: '^Zyntex Gateway ZG-\d{1,4}\b'
    claims: [brand, maker]
    examples:
      - text: "Zyntex Gateway ZG-300 firmware 2.1"
        from: the script of the year
"""
"""What the newer data know more."""


@dataclass(frozen=True, slots=True)
class NightResult:
    """One night: what was missed of the script, what was told beside it, its seconds of processor, and how many octets
    the store has then."""

    night: int
    expected: int
    missed: tuple[Expected, ...]
    spurious: tuple[Event, ...]
    seconds: float
    octets: int


@dataclass(slots=True)
class Year:
    """A year in a folder. `advance` does one night after the other."""

    folder: Path
    count: int
    nights: int
    script: Script = field(init=False)
    clock: datetime = field(init=False)
    numbers: dict[str, int] = field(default_factory=dict)
    told: tuple[Event, ...] = ()
    databases: dict[bool, FingerprintDatabase] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The evening before the first night. The day of the law comes after six tenths of the nights."""
        self.script = Script(self.count, self.nights)
        first = LAWS_DAY - timedelta(days=int(self.nights * 0.6))
        self.clock = datetime(first.year, first.month, first.day, 2, 0, tzinfo=UTC)
        (self.folder / "zones.yaml").write_text(ZONES, encoding="utf-8")
        rules = self.folder / "rules"
        rules.mkdir()
        (rules / "zyntex.yaml").write_text(OWN_RULE, encoding="utf-8")

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / "year.sqlite"

    def advance(self) -> Iterator[NightResult]:
        """Each night in turn."""
        for night in range(1, self.nights + 1):
            today = self.clock.date()
            expected = () if night == 1 else self.script.advance(night, today, today - timedelta(days=1))
            self.numbers |= {box.address: number for number, box in self.script.boxes.items()}
            began = time.process_time()
            self._audit(night)
            seconds = time.process_time() - began
            yield _compared(night, expected, self.told, self.numbers, seconds, octets_of(self.store))
            self.clock += timedelta(days=1)

    def _audit(self, night: int) -> None:
        self.told = ()
        with open_store(str(self.store), create=True) as store, redirect_stderr(StringIO()):

            def collect(_order: CollectionOrder) -> Collected:
                names = self.script.names()
                boxes = [box for box in self.script.boxes.values() if box.answers]
                with store.writing(AUDIT, "1.0", self.clock) as writer:
                    writer.record(SCOPE)
                    for box in boxes:
                        writer.add(box.subject(), "snmp", box.evidence(night, names), self.clock)
                        writer.done(box.subject().key)
                    writer.range(RangeCount("10.0.0.0/8", IN_SCOPE, IN_SCOPE - len(boxes)))
                    writer.finish(RunOutcome.COMPLETE, self.clock + timedelta(minutes=30))
                    return Collected(writer.run)

            def judge(run: Run) -> NightJudgement:
                options = self._options(night, self.clock.date())
                return NightJudgement(document_of(store, run, options), options)

            def tell(told: Night) -> bool:
                self.told = told.comparison.events if told.comparison is not None else ()
                return True

            run_audit(store, AuditRequest(SCOPE), collect, judge, tell, lambda: self.clock)

    def _options(self, night: int, day: date) -> AssessmentOptions:
        newer = night >= self.script.data_night
        if newer not in self.databases:
            self.databases[newer] = load_database(self.folder / "rules" if newer else None)
        zones = read_zones(self.folder / "zones.yaml")
        return AssessmentOptions(self.databases[newer], zones, load_policies(POLICIES), "the script", None, day)


def octets_of(store: Path) -> int:
    """The octets of a store's file, with nothing left in its journal."""
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return store.stat().st_size


def _compared(
    night: int,
    expected: Iterable[Expected],
    told: Iterable[Event],
    numbers: dict[str, int],
    seconds: float,
    octets: int,
) -> NightResult:
    """What was told beside what the script says. An event answers one expected event."""
    awaited, left = list(expected), []
    concerned = {event.number for event in awaited}
    count = len(awaited)
    for event in told:
        number = next((numbers[address] for address in event.device.addresses if address in numbers), 0)
        answer = next((one for one in awaited if _answers(event, number, one)), None)
        if answer is not None:
            awaited.remove(answer)
        elif event.kind not in FOLLOW or number not in concerned:
            left.append(event)
    return NightResult(night, count, tuple(awaited), tuple(left), seconds, octets)


def _answers(event: Event, number: int, expected: Expected) -> bool:
    return (
        event.kind is expected.kind
        and number == expected.number
        and expected.before in event.before
        and expected.after in event.after
        and expected.at in event.at
        and (expected.cause is None or expected.cause in event.causes)
    )
