"""From a run in the store to a report and an exit code; `scan` and `assess` share it."""

import os
from dataclasses import replace
from datetime import date
from functools import partial

import click

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from reports.document.build import build_document
from reports.document.document import Document, NotAssessed, ReportedDevice
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.permits import read_permits
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo, SilentRange
from reports.judgement.waivers import read_waivers
from reports.placement.zones import read_zones
from reports.policy.verdict import Verdict
from scanner.cli.assessment.policy_choice import policies_of
from scanner.cli.assessment.report_file import format_of, write
from scanner.cli.exit_codes import FINDINGS, INCOMPLETE
from scanner.cli.options import NEVER, ReportRequest
from scanner.config import Config
from scanner.store.store import Run, Store
from scanner.updates.installed_data import data_folder
from scanner.version import VERSION


def assessment_options_of(request: ReportRequest, config: Config, run_date: date) -> AssessmentOptions:
    """What to judge by: the command line first, then kitscan.yaml, and the run's date if neither names one."""
    zones, waivers = request.zones or config.zones, request.waivers or config.waivers
    permits = request.permits or config.permits
    as_of = request.as_of or config.as_of or run_date
    chosen = policies_of(request, config, as_of)
    return AssessmentOptions(
        database=database_of(config),
        zones=read_zones(zones) if zones else None,
        policies=chosen.policies,
        policies_chosen=chosen.by,
        waivers=read_waivers(waivers) if waivers else None,
        as_of=as_of,
        permits=read_permits(permits) if permits else None,
        min_coverage=request.min_coverage if request.min_coverage is not None else config.min_coverage,
        binding=chosen.binding,
        policy_limits=chosen.limits,
    )


def database_of(config: Config) -> FingerprintDatabase:
    """The fingerprints in use, shipped or updated, and the user's own rules if kitscan.yaml names their folder."""
    return load_database(config.rules, data_folder(config.data, os.environ))


def run_named(store: Store, number: int | None) -> Run:
    """A run by its number, or the latest finished one. A newer unfinished run is mentioned on standard error."""
    run = store.run(number)
    newer = [other.id for other in store.runs() if number is None and other.id > run.id]
    if newer:
        click.echo(
            f"run {newer[-1]} did not finish, so this is run {run.id}; kitscan scan --resume continues it", err=True
        )
    return run


def document_of(store: Store, run: Run, options: AssessmentOptions) -> Document:
    """Judge everything that one run observed."""
    ranges = store.ranges(run.id)
    silent = tuple(SilentRange(row.prefix, row.addresses, row.silent) for row in ranges if row.prefix)
    name = f"{run.id} ({run.kind}, {run.started.date().isoformat()})"
    run_info = RunInfo(name, VERSION, sum(row.addresses for row in ranges), silent, run.complete, store.cost(run.id))
    return build_document(run_assessment(partial(store.evidence, run.id), options, run_info))


def report(document: Document, request: ReportRequest, config: Config) -> int:
    """Write the report and return the exit code: findings at or above --fail-on, else incomplete, else 0."""
    fail_on = request.fail_on or config.fail_on or Verdict.RESTRICTED.value
    header = replace(document.header, fail_on=None if fail_on == NEVER else Verdict(fail_on))
    write(replace(document, header=header), format_of(request, config), request.out or config.out)
    if any(header.fails(judged.verdict) for judged in document.devices):
        return FINDINGS
    return 0 if header.coverage.complete and header.coverage.enough else INCOMPLETE


def device_named(document: Document, wanted: str) -> ReportedDevice | None:
    """The device with this id, label, address or name, compared without case."""
    key = wanted.casefold()
    for judged in document.devices:
        device = judged.device
        if any(key == name.casefold() for name in (device.id, device.name, *device.labels, *device.addresses)):
            return judged
    return None


def not_assessed_named(document: Document, wanted: str) -> NotAssessed | None:
    """The target that was not assessed, by its name in the report."""
    return next((missing for missing in document.not_assessed if missing.target.casefold() == wanted.casefold()), None)
