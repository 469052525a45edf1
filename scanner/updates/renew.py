"""One update of a data set: read the fetched files, complete them, check them, build the tables, install them."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fingerprints.database.companies.companies import load_companies
from fingerprints.database.snapshots import WRITTEN_BY_PEOPLE, DataSet, SnapshotFile, in_use, shipped_provenance
from fingerprints.model.errors import DataFileError, Flaw, KitscanError
from scanner.updates.build import generation_files, provenance_file
from scanner.updates.checks import (
    check_date,
    check_known_entries,
    check_known_texts,
    check_sizes,
    count_by_part,
    count_rules,
    read_sentinels,
    refuse_if_flawed,
)
from scanner.updates.current import count_entries, mac_prefixes
from scanner.updates.fetch import FetchedFile
from scanner.updates.installed_data import install
from scanner.updates.policy_checks import check_policies
from scanner.updates.registry_snapshots import Snapshot, part_of, read_snapshot

STATED = "the publisher, in the snapshot"
BY_OPTION = "the user, by --date"
BY_PLACE = "the time at which the file was last changed"


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """The result of one update: entries by part before and after, the day of the snapshot, and whether anything
    changed."""

    which: DataSet
    before: Mapping[str, int]
    after: Mapping[str, int]
    day: date
    changed: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """The complete rows to install. Prefix widths that the snapshots lack come from the data in use. `dated_by` says
    who states the day."""

    which: DataSet
    form: str
    rows: Mapping[str, str]
    copies: tuple[str, ...]
    day: date
    dated_by: str


def renew(
    data: Path, files: tuple[FetchedFile, ...], wanted: DataSet | None, stated: date | None, today: date
) -> UpdateResult:
    """Update one set from one or several files of it. Raises KitscanError; the data in use then stay in use."""
    snapshots = tuple(map(read_snapshot, files))
    which = _common_set(snapshots, files, wanted)
    dated = _date_of(files, snapshots, stated)
    candidate = _candidate(data, which, snapshots, dated, tuple(file.name for file in files))
    before, after = count_entries(data, which), _check(data, candidate, snapshots, today)
    provenance = provenance_file(candidate.form, candidate.copies, candidate.day, candidate.dated_by, after)
    earlier = in_use(data, which)
    install(data, which, generation_files(which, candidate.rows, provenance))
    return UpdateResult(which, before, after, candidate.day, in_use(data, which) != earlier)


def _common_set(snapshots: tuple[Snapshot, ...], files: tuple[FetchedFile, ...], wanted: DataSet | None) -> DataSet:
    """The set that all snapshots belong to. Raises KitscanError if they differ, or if a set takes only one file."""
    which = wanted or snapshots[0].which
    for snapshot, file in zip(snapshots, files, strict=True):
        if snapshot.which is not which:
            flaw = Flaw("whole file", f"is {snapshot.form}, of {snapshot.which.value}", f"a copy of {which.value}")
            raise DataFileError(file.name, (flaw,), "renew one set at a time")
    if len(files) > 1 and which is not DataSet.MAC_PREFIXES:
        raise KitscanError(f"{which.value}: {len(files)} files", "name one; only MAC prefixes come in several lists")
    return which


def _date_of(files: tuple[FetchedFile, ...], snapshots: tuple[Snapshot, ...], stated: date | None) -> tuple[date, str]:
    """The day of the oldest file, and who states it."""
    if stated is not None:
        return stated, BY_OPTION
    days: list[tuple[date, str]] = []
    for file, snapshot in zip(files, snapshots, strict=True):
        if snapshot.which is DataSet.POLICIES and snapshot.stated is None:
            problem = f"{file.name}: nothing states until when its facts are known"
            raise KitscanError(problem, "state it with --date 2026-09-30, or as known_until in its SOURCE.yaml")
        day = snapshot.stated or file.changed
        if day is None:
            raise KitscanError(f"{file.name}: nothing states its date", "state it with --date 2026-11-22")
        days.append((day, STATED if snapshot.stated else BY_PLACE))
    return min(days)


def _candidate(
    data: Path, which: DataSet, snapshots: tuple[Snapshot, ...], dated: tuple[date, str], copies: tuple[str, ...]
) -> Candidate:
    """The rows of all files as one. A prefix width that no file holds is kept from the data in use. The day is that of
    the oldest part."""
    rows: dict[str, str] = {}
    for snapshot in snapshots:
        rows = {**snapshot.rows, **rows}
    day, dated_by = dated
    form = ", ".join(dict.fromkeys(snapshot.form for snapshot in snapshots))
    if which is DataSet.MAC_PREFIXES:
        new = set(map(part_of, rows))
        kept = {prefix: name for prefix, name in mac_prefixes(data).items() if part_of(prefix) not in new}
        if kept:
            used = in_use(data, which).snapshot
            copies = (*copies, f"the data before for {' and '.join(sorted(set(map(part_of, kept))))}")
            day, dated_by = min((day, dated_by), _day_of(used))
        rows = {**kept, **rows}
    return Candidate(which, form, rows, copies, day, dated_by)


def _day_of(used: SnapshotFile | None) -> tuple[date, str]:
    return (used.day, used.dated_by) if used else (shipped_provenance(DataSet.MAC_PREFIXES).day, STATED)


def _check(data: Path, candidate: Candidate, snapshots: tuple[Snapshot, ...], today: date) -> Mapping[str, int]:
    """The candidate's entries by part. Raises DataFileError with every flaw that the checks find."""
    which, name = candidate.which, ", ".join(candidate.copies)
    used = in_use(data, which).snapshot
    flaws = [*check_date(candidate.day, used.day if used else shipped_provenance(which).day, today)]
    if which in WRITTEN_BY_PEOPLE:
        after, wrong = _check_rules(candidate.rows) if which is DataSet.RULES else check_policies(candidate.rows)
        flaws += wrong
    else:
        after = count_by_part(which, candidate.rows)
        for snapshot in snapshots:
            flaws += check_known_entries(snapshot, read_sentinels(), load_companies())
    refuse_if_flawed(name, (*flaws, *check_sizes(which, count_entries(data, which), after)))
    return after


def _check_rules(rows: Mapping[str, str]) -> tuple[dict[str, int], Iterable[Flaw]]:
    """Unpack a rule pack to a temporary folder and verify it as `kitscan db verify` does. Returns the entries by part,
    and the flaws."""
    import time

    from fingerprints.database.rules import load_rules
    from fingerprints.database.verification import verify

    with tempfile.TemporaryDirectory(prefix="kitscan-rules-") as place:
        folder = Path(place)
        for path, text in rows.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        verified = verify(folder, load_companies(), time.thread_time)
        flaws = [
            Flaw(f"{path.relative_to(folder)}: {flaw.place}", flaw.problem, flaw.expected)
            for path, flaw in verified.flaws
        ]
        if flaws:
            return {}, flaws
        rules = load_rules(folder)
        return count_rules(rules), check_known_texts(rules, read_sentinels())
