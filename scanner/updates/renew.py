"""One update from what was fetched to what is in use: read, completed, checked, built, installed."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fingerprints.database.companies import load_companies
from fingerprints.database.snapshots import DataSet, SnapshotFile, in_use, shipped_sheet
from fingerprints.model.errors import DataFileError, Flaw, KitscanError
from scanner.updates.build import generation, sheet
from scanner.updates.checks import counts, misdated, misplaced, read_sentinels, refuse, rule_counts, shrunk, unnamed
from scanner.updates.current import prefixes, tally
from scanner.updates.fetch import Fetched
from scanner.updates.installed_data import install
from scanner.updates.registry_snapshots import Snapshot, part_of, read_snapshot

STATED = "the publisher, in the snapshot"
BY_OPTION = "the user, by --date"
BY_PLACE = "the time at which the file was last changed"


@dataclass(frozen=True, slots=True)
class Renewed:
    """What one update did: entries by part before and after, the day of the snapshot, and whether anything changed."""

    which: DataSet
    before: Mapping[str, int]
    after: Mapping[str, int]
    day: date
    changed: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is to be put in use, complete: `parts` that the snapshots lacked were taken from the data in use."""

    which: DataSet
    form: str
    rows: Mapping[str, str]
    copies: tuple[str, ...]
    day: date
    told_by: str


def renew(data: Path, got: tuple[Fetched, ...], wanted: DataSet | None, stated: date | None, today: date) -> Renewed:
    """Put one set in use from one or several files of it. Raises KitscanError; what was in use then still is."""
    snapshots = tuple(map(read_snapshot, got))
    which = _one_set(snapshots, got, wanted)
    candidate = _completed(data, which, snapshots, _dated(got, snapshots, stated), tuple(file.name for file in got))
    before, after = tally(data, which), _checked(data, candidate, snapshots, today)
    told = sheet(candidate.form, candidate.copies, candidate.day, candidate.told_by, after)
    files = generation(which, candidate.rows, told)
    earlier = in_use(data, which)
    install(data, which, files)
    return Renewed(which, before, after, candidate.day, in_use(data, which) != earlier)


def _one_set(snapshots: tuple[Snapshot, ...], got: tuple[Fetched, ...], wanted: DataSet | None) -> DataSet:
    which = wanted or snapshots[0].which
    for snapshot, file in zip(snapshots, got, strict=True):
        if snapshot.which is not which:
            flaw = Flaw("whole file", f"is {snapshot.form}, of {snapshot.which.value}", f"a copy of {which.value}")
            raise DataFileError(file.name, (flaw,), "renew one set at a time")
    if len(got) > 1 and which is not DataSet.MAC_PREFIXES:
        raise KitscanError(f"{which.value}: {len(got)} files\nNext: name one; only MAC prefixes come in several lists")
    return which


def _dated(got: tuple[Fetched, ...], snapshots: tuple[Snapshot, ...], stated: date | None) -> tuple[date, str]:
    """The day of the oldest of the files, and who says so."""
    if stated is not None:
        return stated, BY_OPTION
    told: list[tuple[date, str]] = []
    for file, snapshot in zip(got, snapshots, strict=True):
        day = snapshot.stated or file.changed
        if day is None:
            raise KitscanError(f"{file.name}: nothing says of what day it is\nNext: say it with --date 2026-11-22")
        told.append((day, STATED if snapshot.stated else BY_PLACE))
    return min(told)


def _completed(
    data: Path, which: DataSet, snapshots: tuple[Snapshot, ...], dated: tuple[date, str], copies: tuple[str, ...]
) -> Candidate:
    """The rows of all files as one; widths of prefixes that none of them has stay as they are in use, which the date
    then tells: it is that of the oldest part."""
    rows: dict[str, str] = {}
    for snapshot in snapshots:
        rows = {**snapshot.rows, **rows}
    day, told_by = dated
    form = ", ".join(dict.fromkeys(snapshot.form for snapshot in snapshots))
    if which is DataSet.MAC_PREFIXES:
        new = set(map(part_of, rows))
        kept = {prefix: name for prefix, name in prefixes(data).items() if part_of(prefix) not in new}
        if kept:
            used = in_use(data, which).snapshot
            copies = (*copies, f"the data before for {' and '.join(sorted(set(map(part_of, kept))))}")
            day, told_by = min((day, told_by), _day_of(used))
        rows = {**kept, **rows}
    return Candidate(which, form, rows, copies, day, told_by)


def _day_of(used: SnapshotFile | None) -> tuple[date, str]:
    return (used.day, used.date_told_by) if used else (shipped_sheet(DataSet.MAC_PREFIXES).day, STATED)


def _checked(data: Path, candidate: Candidate, snapshots: tuple[Snapshot, ...], today: date) -> Mapping[str, int]:
    """The candidate's entries by part. Raises DataFileError with everything that speaks against it."""
    which, name = candidate.which, ", ".join(candidate.copies)
    used = in_use(data, which).snapshot
    flaws = [*misdated(candidate.day, used.day if used else shipped_sheet(which).day, today)]
    if which is DataSet.RULES:
        after, wrong = _checked_rules(candidate.rows)
        flaws += wrong
    else:
        after = counts(which, candidate.rows)
        for snapshot in snapshots:
            flaws += misplaced(snapshot, read_sentinels(), load_companies())
    refuse(name, (*flaws, *shrunk(which, tally(data, which), after)))
    return after


def _checked_rules(rows: Mapping[str, str]) -> tuple[dict[str, int], Iterable[Flaw]]:
    """A pack unpacked to a folder of its own, and verified as its author would."""
    import time

    from fingerprints.database.rules import load_rules
    from fingerprints.database.verification import verify

    with tempfile.TemporaryDirectory(prefix="kitscan-rules-") as place:
        folder = Path(place)
        for path, text in rows.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        found = verify(folder, load_companies(), time.thread_time)
        flaws = [
            Flaw(f"{path.relative_to(folder)}: {flaw.place}", flaw.problem, flaw.expected) for path, flaw in found.flaws
        ]
        if flaws:
            return {}, flaws
        rules = load_rules(folder)
        return rule_counts(rules), unnamed(rules, read_sentinels())
