"""From a run in the store to a report on paper and an exit code: shared by `scan` and `assess`."""

import os
import shutil
import sys
import tempfile
from datetime import date
from functools import partial
from pathlib import Path

import click

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.model.errors import DataFileError, Flaw, KitscanError
from reports.document.build import build_document
from reports.document.document import Document, NotAssessed, ReportedDevice
from reports.judgement.assessment import AssessmentOptions, RunInfo, SilentRange
from reports.judgement.permits import read_permits
from reports.judgement.run import run_assessment
from reports.judgement.waivers import read_waivers
from reports.placement.zones import read_zones
from reports.policy.policy import Policy
from reports.policy.policy_set import DEFAULT_SET, load_policies
from reports.policy.verdict import Verdict, is_worse
from scanner.cli.exit_codes import FINDINGS, INCOMPLETE
from scanner.cli.options import DEFAULT_STORE, Assessment
from scanner.config import CONFIG_FILE, Config, Operator
from scanner.store.store import Run, Store
from scanner.updates.installed_data import data_folder
from scanner.version import VERSION

_CHOSEN_BY_OPTION = "chosen by --policy"
_CHOSEN_BY_CONFIG = "chosen in kitscan.yaml"
_CHOSEN_BY_BONDS = "those that bind the operator as kitscan.yaml describes it"
_CHOSEN_BY_NOBODY = "nobody chose: the default set; name yours in kitscan.yaml (operator) or with --policy"

_ENDINGS = {".md": "markdown", ".txt": "text", **{f".{name}": name for name in ("html", "json", "jsonl", "csv")}}


def store_of(asked: Assessment, config: Config) -> str:
    """Where the store is: the option, kitscan.yaml, or the default in this folder."""
    return asked.store or config.store or DEFAULT_STORE


def frame_of(asked: Assessment, config: Config, taken_on: date) -> AssessmentOptions:
    """By what to judge, from the options first and kitscan.yaml second."""
    zones, waivers = asked.zones or config.zones, asked.waivers or config.waivers
    permits = asked.permits or config.permits
    policies, by = _policies(asked, config)
    return AssessmentOptions(
        database=knowledge_of(config),
        zones=read_zones(zones) if zones else None,
        policies=policies,
        policies_chosen=by,
        waivers=read_waivers(waivers) if waivers else None,
        as_of=asked.as_of or config.as_of or taken_on,
        permits=read_permits(permits) if permits else None,
        min_coverage=asked.min_coverage if asked.min_coverage is not None else config.min_coverage,
    )


def knowledge_of(config: Config) -> FingerprintDatabase:
    """The fingerprints in use, shipped or renewed, and the user's own rules where kitscan.yaml names a folder."""
    return load_database(config.rules, data_folder(config.data, os.environ))


def run_named(store: Store, number: int | None) -> Run:
    """A run by its number, or the latest that ended; one that was killed after it is told of on standard error."""
    run = store.run(number)
    newer = [one.id for one in store.runs() if number is None and one.id > run.id]
    if newer:
        told = f"run {newer[-1]} did not reach its end, so this is run {run.id}; kitscan scan --resume goes on with it"
        click.echo(told, err=True)
    return run


def document_of(store: Store, run: Run, frame: AssessmentOptions) -> Document:
    """Judge all that one run observed."""
    ranges = store.ranges(run.id)
    silent = tuple(SilentRange(found.prefix, found.addresses, found.silent) for found in ranges if found.prefix)
    name = f"{run.id} ({run.kind}, {run.started.date().isoformat()})"
    taken = RunInfo(name, VERSION, sum(found.addresses for found in ranges), silent, run.complete, store.cost(run.id))
    return build_document(run_assessment(partial(store.evidence, run.id), frame, taken))


def report(document: Document, asked: Assessment, config: Config) -> int:
    """Write the report where it was asked for, and say by the exit code what it holds."""
    out = asked.out or config.out
    write(document, asked.output_format or _form_of(asked.out) or config.format or _form_of(config.out) or "text", out)
    if _findings(document, asked.fail_on or config.fail_on or Verdict.RESTRICTED.value):
        return FINDINGS
    coverage = document.header.coverage
    return 0 if coverage.complete and coverage.enough else INCOMPLETE


def write(document: Document, form: str, out: Path | None) -> None:
    """One report in one format, to a file or to standard output."""
    from reports.formats.registry import render, render_text

    if out is None and form == "text":
        colour = sys.stdout.isatty()
        text = render_text(document, shutil.get_terminal_size().columns if colour else 100, colour)
    else:
        text = render(document, form)
    if out is None:
        _print(text)
        return
    _write_whole(out, text)
    click.echo(f"Report: {out}", err=True)


def check_out(asked: Assessment, config: Config) -> None:
    """Refuse a place for the report that cannot be written, before a scan rather than after it."""
    out = asked.out or config.out
    if out is None or (out.exists() and not out.is_file() and not out.is_dir()):
        return
    if out.resolve() == Path(store_of(asked, config)).resolve():
        raise _unwritable(out, "it is the store")
    if out.is_dir():
        raise _unwritable(out, "it is a folder")
    if not os.access(out.resolve().parent, os.W_OK | os.X_OK):
        raise _unwritable(out, "its folder is not there or cannot be written")


def _write_whole(out: Path, text: str) -> None:
    """The report appears whole or not at all. It lists a network, so a new one is its owner's alone; one that is
    replaced keeps its mode. What is no file (a pipe, /dev/stdout) is written to, and never replaced."""
    place = out.resolve()
    try:
        if out.exists() and not out.is_file():
            out.write_text(text, encoding="utf-8", newline="")
            return
        mode = place.stat().st_mode & 0o777 if place.exists() else 0o600
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as folder:
            partial = Path(folder) / "partial"
            partial.touch(0o600)
            partial.write_text(text, encoding="utf-8", newline="")
            partial.chmod(mode)
            partial.replace(place)
    except OSError as error:
        raise _unwritable(out, error.strerror or type(error).__name__) from error


def _unwritable(out: Path, why: str) -> KitscanError:
    return KitscanError(f"{out}: the report cannot be written ({why})\nNext: name another place with --out")


def _print(text: str) -> None:
    """A reader that goes away (`| head`) ends the printing, and changes nothing about the exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _form_of(out: Path | None) -> str | None:
    """The format that a file's ending asks for."""
    return _ENDINGS.get(out.suffix.lower()) if out else None


def _policies(asked: Assessment, config: Config) -> tuple[tuple[Policy, ...], str]:
    """The policies to judge by, and who chose them: the command line, kitscan.yaml, the operator's bonds, or nobody."""
    named = asked.policy or config.policies or config.operator.policies
    unverified = asked.include_unverified or config.include_unverified
    if named:
        chosen = load_policies(named, config.policies_folder, unverified)
        return chosen, _CHOSEN_BY_OPTION if asked.policy else _CHOSEN_BY_CONFIG
    if config.operator.jurisdictions or config.operator.bound_as:
        known = load_policies(None, config.policies_folder, unverified)
        return _binding_on(config.operator, known), _CHOSEN_BY_BONDS
    return load_policies(DEFAULT_SET, config.policies_folder), _CHOSEN_BY_NOBODY


def _binding_on(operator: Operator, known: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """The policies of the operator's jurisdictions that bind somebody it says it is; all of them where it does not say.

    A word that no policy knows is an error: it would leave policies out that the operator means.
    """
    countries = {word.casefold() for word in operator.jurisdictions}
    roles = {word.casefold() for word in operator.bound_as}
    _all_known(operator.jurisdictions, {policy.jurisdiction for policy in known}, "operator.jurisdictions")
    _all_known(operator.bound_as, {bound for policy in known for bound in policy.binds}, "operator.bound_as")
    return tuple(
        policy
        for policy in known
        if (not countries or policy.jurisdiction.casefold() in countries)
        and (not roles or roles & {bound.casefold() for bound in policy.binds})
    )


def _all_known(words: tuple[str, ...], known: set[str], key: str) -> None:
    folded = {word.casefold() for word in known}
    flaws = tuple(
        Flaw(key, f"{word!r} stands in no policy", f"one of: {'; '.join(sorted(known))}")
        for word in words
        if word.casefold() not in folded
    )
    if flaws:
        raise DataFileError(CONFIG_FILE, flaws, "kitscan policy list shows the policies there are")


def _findings(document: Document, fail_on: str) -> bool:
    if fail_on == "never":
        return False
    bar = Verdict(fail_on)
    return any(not is_worse(bar, device.verdict) for device in document.devices)


def device_named(document: Document, wanted: str) -> ReportedDevice | None:
    """The device that answers to an id, a label, an address or a name, compared without case."""
    key = wanted.casefold()
    for one in document.devices:
        names = (one.device.id, one.device.name, *one.device.labels, *one.device.addresses)
        if any(key == name.casefold() for name in names):
            return one
    return None


def not_assessed_named(document: Document, wanted: str) -> NotAssessed | None:
    """The target that was not assessed, by the name it has in the report."""
    return next((one for one in document.not_assessed if one.target.casefold() == wanted.casefold()), None)
