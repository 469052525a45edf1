"""From a run in the store to a report and an exit code; `scan` and `assess` share it."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.matching.grouping import DevicePlan, Keys
from fingerprints.matching.subject_facts import SubjectFacts
from fingerprints.model.device import Device
from fingerprints.model.evidence import Evidence, Source
from fingerprints.model.input_file import sha256_of
from fingerprints.model.neighbour_table import NeighbourRow
from reports.declared.attribute_list import read_attributes
from reports.document.build import build_document
from reports.document.document import Document, NotAssessed, ReportedDevice
from reports.document.note_wording import note_text
from reports.judgement.assessment import (
    AssessmentOptions,
    DeviceOfRun,
    FunctionsNotKnown,
    RowsWithoutDevice,
    SegmentsNotKnown,
    WaiversWithoutFinding,
)
from reports.judgement.examiner import Examined, Examiner
from reports.judgement.permits import read_permits
from reports.judgement.run import assess_again, assess_examined, assess_some
from reports.judgement.run_info import JudgedBy, RunInfo, RunRecord, SilentRange
from reports.judgement.share import Share
from reports.judgement.waivers import read_waivers
from reports.placement.zones import read_zones
from reports.policy.maker_names import check_makers, with_company_ids
from reports.policy.policy import DECLARED_AS, Policy
from reports.policy.support_file import declared_support, read_support
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import Verdict
from scanner.cli.assessment.policy_choice import policies_of
from scanner.cli.exit_codes import FINDINGS, INCOMPLETE
from scanner.cli.options import NEVER, ReportRequest, is_redacted
from scanner.cli.secret_columns import print_secret_columns
from scanner.cli.terminal.live_progress import Counting, shown
from scanner.cli.terminal.progress_line import WorkReading
from scanner.config import Config
from scanner.garbage import SET_ASIDE, setting_aside
from scanner.judging.examiner_choice import cores, examiner_of, processes_for
from scanner.store.store import Run, Store
from scanner.targets.spans import SecretColumn
from scanner.updates.installed_data import data_folder
from scanner.version import VERSION

if TYPE_CHECKING:
    from reports.document.filtering.device_filter import DeviceFilter
    from scanner.cli.assessment.report_plan import PlannedReport

ENDS_DECLARED_AS = frozenset(name for names in DECLARED_AS.values() for name in names)
"""The operator's own attributes that date the end of a device's support."""


def assessment_options_of(request: ReportRequest, config: Config, run_date: date) -> AssessmentOptions:
    """What to judge by: the command line first, then kitscan.yaml, and the run's date if neither names one."""
    zones, waivers = request.zones or config.zones, request.waivers or config.waivers
    permits, attributes = request.permits or config.permits, request.attributes or config.attributes
    support = request.support or config.support
    as_of = request.as_of or config.as_of or run_date
    chosen = policies_of(request, config, as_of)
    database = database_of(config)
    check_makers(chosen.policies, database.companies)
    listed = read_attributes(attributes) if attributes else None
    if listed is not None:
        print_secret_columns(SecretColumn(str(listed.path), name) for name in listed.secret_columns)
    return AssessmentOptions(
        database=database,
        zones=read_zones(zones) if zones else None,
        policies=(*with_company_ids(chosen.policies, database.companies), *_support_of(support, database)),
        policies_chosen=chosen.by,
        waivers=read_waivers(waivers) if waivers else None,
        as_of=as_of,
        permits=read_permits(permits) if permits else None,
        min_coverage=request.min_coverage if request.min_coverage is not None else config.min_coverage,
        binding=chosen.binding,
        policy_limits=chosen.limits,
        attributes=listed,
        judged_by=_judged_by(zones=zones, waivers=waivers, permits=permits, support=support, attributes=attributes),
    )


def _support_of(path: Path | None, database: FingerprintDatabase) -> tuple[Policy, ...]:
    """The policy of the operator's list of support ends, where there is one."""
    return () if path is None else (read_support(path, database.companies),)


def database_of(config: Config) -> FingerprintDatabase:
    """The fingerprints in use, shipped or updated, and the user's own rules if kitscan.yaml names their folder."""
    return load_database(config.rules, data_folder(config.data, os.environ))


def run_named(store: Store, number: int | None) -> Run:
    """A run by its number. Without one, the latest finished run that observed anything: a scan that reached nobody says
    nothing of what stands there. If none did, the latest finished one. Newer runs are mentioned on standard error."""
    if number is not None:
        return store.run(number)
    runs = store.runs()
    finished = [run for run in reversed(runs) if run.finished is not None]
    chosen = next((run for run in finished if store.saw_something(run.id)), None) or store.run(None)
    newer = [run for run in runs if run.id > chosen.id]
    if unfinished := [run for run in newer if run.finished is None]:
        step = _continuing(store, unfinished[-1])
        said = f"run {unfinished[-1].id} did not finish, so this is run {chosen.id}; {step} continues it"
        click.echo(said, err=True)
    if empty := [run.id for run in newer if run.finished is not None]:
        names = f"{'runs' if len(empty) > 1 else 'run'} {', '.join(map(str, empty))}"
        step = f"kitscan assess {empty[-1]} reports on it all the same"
        click.echo(f"{names} observed nothing, so this is run {chosen.id}; {step}", err=True)
    return chosen


def _continuing(store: Store, run: Run) -> str:
    """The command that continues a run."""
    from scanner.fleet.ledger import FleetLedger

    of_fleet = next((known for known in FleetLedger(store).unended() if known.run == run.id), None)
    if of_fleet is not None and not of_fleet.is_ordered:
        return "kitscan receive"
    fleet = "" if of_fleet is None else " fleet"
    return f"kitscan{fleet} audit" if run.kind == "audit" else f"kitscan{fleet} scan --resume"


Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A run as it is reported, and what it takes to judge any device of it once more by itself: `of_run` has an entry
    for each device by its id, and `shares` one for each cap."""

    document: Document
    options: AssessmentOptions
    of_run: tuple[DeviceOfRun, ...]
    shares: tuple[Share, ...]


def document_of(store: Store, run: Run, options: AssessmentOptions, jobs: int | None = 1) -> Document:
    """Judge everything that one run observed, in so many processes at most; None stands for one a core."""
    return judged_run(store, run, options, jobs).document


def judged_run(store: Store, run: Run, options: AssessmentOptions, jobs: int | None = 1) -> JudgedRun:
    """The same, with what only the whole run tells of its devices."""
    options = with_declared_support(options, store, run)
    processes = processes_for(store, run, cores() if jobs is None else jobs)
    with examiner_of(store, run, options, processes) as examiner:
        with setting_aside() as set_aside:
            counted = _CountedExaminer(examiner, store.subject_count(run.id), set_aside)
            with shown(counted.reading):
                assessment = assess_examined(counted, options, _info_of(store, run))
        run_info = replace(assessment.run, record=_record_of(store, run, examiner.sha256()))
    for note in assessment.notes:
        if isinstance(note, RowsWithoutDevice | WaiversWithoutFinding | SegmentsNotKnown | FunctionsNotKnown):
            click.echo(note_text(note), err=True)
    return JudgedRun(build_document(replace(assessment, run=run_info)), options, assessment.of_run, assessment.shares)


def document_again(
    store: Store, run: Run, one: DeviceOfRun, shares: Sequence[Share], options: AssessmentOptions
) -> Document:
    """Judge one device of a run by itself, as the whole run has it."""
    info = RunInfo(_name_of(run), VERSION, 1, (), run.complete)
    evidence = store.evidence(run.id, None, one.plan.keys)
    return build_document(assess_again(one, shares, evidence, with_declared_support(options, store, run), info))


def document_of_some(store: Store, run: Run, keys: Collection[str], options: AssessmentOptions) -> Document:
    """Judge some subjects of a run as `assess_some` does."""

    def read(sources: frozenset[Source] | None) -> Iterator[Evidence]:
        return store.evidence(run.id, sources, keys)

    info = RunInfo(_name_of(run), VERSION, len(keys), (), run.complete)
    return build_document(assess_some(read, with_declared_support(options, store, run), info))


def _info_of(store: Store, run: Run) -> RunInfo:
    ranges = store.ranges(run.id)
    silent = tuple(SilentRange(row.prefix, row.addresses, row.silent) for row in ranges if row.prefix)
    in_scope = sum(row.addresses for row in ranges)
    return RunInfo(_name_of(run), VERSION, in_scope, silent, run.complete, store.cost(run.id))


def _name_of(run: Run) -> str:
    return f"{run.id} ({run.kind}, {run.started.date().isoformat()})"


class _CountedExaminer:
    """An Examiner whose subjects are counted: first to put addresses of one device together, then to judge. What is
    known of them is set aside after each SET_ASIDE."""

    def __init__(self, examiner: Examiner, subjects: int, set_aside: Callable[[], None]) -> None:
        self._examiner, self._subjects, self._set_aside = examiner, subjects, set_aside
        self._stage = Counting("grouping", "targets", subjects)

    def reading(self) -> WorkReading:
        """How far the present stage is."""
        return self._stage.reading()

    def facts(self) -> Iterator[SubjectFacts]:
        """See `Examiner`."""
        return self._now_and_then(self._stage.each(self._examiner.facts()))

    def _now_and_then(self, each: Iterable[Answered]) -> Iterator[Answered]:
        for number, one in enumerate(each, 1):
            yield one
            if number % SET_ASIDE == 0:
                self._set_aside()

    def rows(self, devices: Sequence[Keys]) -> Sequence[tuple[NeighbourRow, ...]]:
        """See `Examiner`."""
        return self._examiner.rows(devices)

    def examine(self, plans: Sequence[DevicePlan]) -> Iterator[Examined]:
        """See `Examiner`."""
        self._stage = Counting("judging", "targets", self._subjects)
        for plan, one in zip_longest(plans, self._now_and_then(self._examiner.examine(plans))):
            yield one
            self._stage.done += 1 if plan is None else len(plan.keys)


def _record_of(store: Store, run: Run, sha256: str) -> RunRecord:
    """Who collected a run's evidence, and what its digest is."""
    asked = store.request(run.id)
    when, words = (run.started, run.finished), (asked.targets, asked.exclusions)
    return RunRecord(run.id, run.kind, asked.by, *when, *words, asked.profile, asked.probes, sha256)


def _judged_by(**files: Path | None) -> tuple[JudgedBy, ...]:
    """Each file that is given, with the digest of its content."""
    return tuple(JudgedBy(kind, path.name, _sha256(path)) for kind, path in files.items() if path is not None)


def _sha256(path: Path) -> str:
    """The digest of a file that was read before. A pipe is read only once, so it has none."""
    return sha256_of(path) if path.is_file() else ""


def with_declared_support(options: AssessmentOptions, store: Store, run: Run) -> AssessmentOptions:
    """The same options, with a policy of support ends where there is none and the operator dates the end of a device's
    support: in the run's own list of targets, or in the list of attributes."""
    if any(policy.id == SUPPORT for policy in options.policies):
        return options
    names = store.declared(run.id) | (options.attributes.names if options.attributes is not None else frozenset())
    if not names & ENDS_DECLARED_AS:
        return options
    return replace(options, policies=(*options.policies, declared_support()))


def report(
    document: Document,
    plan: "tuple[PlannedReport, ...]",
    request: ReportRequest,
    config: Config,
    wanted: "DeviceFilter | None" = None,
) -> int:
    """Write the reports, of the `wanted` devices alone, and return the exit code, which is that of the whole run:
    findings at or above --fail-on, else incomplete, else 0."""
    from reports.document.filtering.device_filter import filtered
    from reports.document.redaction.redact import redact
    from scanner.cli.assessment.report_file import write_reports

    shown = document if wanted is None else filtered(document, wanted)
    shown = redact(shown) if is_redacted(request, config) else shown
    fail_on = request.fail_on or config.fail_on or Verdict.RESTRICTED.value
    header = replace(shown.header, fail_on=None if fail_on == NEVER else Verdict(fail_on))
    write_reports(replace(shown, header=header), plan)
    if any(header.fails(judged.verdict) for judged in document.devices):
        return FINDINGS
    return 0 if header.coverage.complete and header.coverage.enough else INCOMPLETE


def names_of(device: Device) -> tuple[str, ...]:
    """The names by which people ask for a device: its id, its name, its labels and its addresses."""
    return tuple(filter(None, dict.fromkeys((device.id, device.name, *device.labels, *device.addresses))))


def serials_of(device: Device) -> tuple[str, ...]:
    """The serial numbers of a device and of its parts."""
    own = device.identity.serial or ""
    return tuple(filter(None, dict.fromkeys((own, *(part.serial or "" for part in device.components)))))


def device_named(document: Document, wanted: str) -> ReportedDevice | None:
    """The device with this id, label, address or name, compared without case."""
    key = wanted.casefold()
    named = (one for one in document.devices if any(key == name.casefold() for name in names_of(one.device)))
    return next(named, None)


def devices_numbered(document: Document, wanted: str) -> tuple[ReportedDevice, ...]:
    """The devices with this serial number, of their own or of a part, compared without case."""
    key = wanted.casefold()
    return tuple(one for one in document.devices if any(key == text.casefold() for text in serials_of(one.device)))


def not_assessed_named(document: Document, wanted: str) -> NotAssessed | None:
    """The target that was not assessed, by its name in the report, else by the address that was asked."""
    key, targets = wanted.casefold(), document.not_assessed
    by_name = (missing for missing in targets if missing.target.casefold() == key)
    by_address = (missing for missing in targets if missing.address.casefold() == key != "")
    return next(chain(by_name, by_address), None)
