"""Takes a slice's bundle into the centre's store: wholly or not at all, once, and only what its site may say."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from fingerprints.model.errors import DataFileError
from fingerprints.model.input_file import sha256_of
from scanner.courier.message import Terms
from scanner.fleet.received import AsideReason, Receipt, Received
from scanner.fleet.sites import Sites
from scanner.fleet.slice_checks import NotEvidenceError, SitePart, site_part
from scanner.sink import RunOutcome
from scanner.store.bulk.writing import write_subjects
from scanner.store.bundles.bundle_reader import UntrustedBundleError, read_bundle
from scanner.store.bundles.manifest import BundledRun, BundledSlice
from scanner.store.fleet import fleet_runs, kept_fleet
from scanner.store.store import Store
from scanner.version import VERSION

MAX_SLICE_OCTETS = 512 * 1024 * 1024
"""Octets of a slice's bundle, unpacked: 250 devices that tell 2 MB each."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

HOLDER = "kitscan receive"


@dataclass(frozen=True, slots=True)
class _Checked:
    """A slice whose bundle was read, and what its site may say of it."""

    slice: BundledSlice
    run: BundledRun
    key: str
    part: SitePart


def receive_bundle(store: Store, sites: Sites, path: Path, now: datetime, ordered: bool = False) -> Received:
    """Take a bundle in, in one transaction. The same again adds nothing, and a bundle that is not the site's to send is
    put aside and noted. `now` is when it came. With `ordered`, so is one of a run that no centre ordered, which begins
    a run otherwise. Raises DataFileError for a file that cannot be read, StoreBusyError if
    another run is writing to the store, StoreError if that fails: then nothing was taken, and it may come again."""
    sha256 = sha256_of(path)
    with store.reading() as connection:
        known = kept_fleet.slice_of_bundle(connection, sha256)
    if known is not None:
        return _again(sha256, known)
    checked = _checked(sites, path, sha256)
    with store.alone(HOLDER) as connection:
        received = _take(connection, checked, sha256, now, ordered) if isinstance(checked, _Checked) else checked
        if isinstance(checked, _Checked) and received.receipt is Receipt.TAKEN:
            _note_slice(connection, checked, received, now)
        if received.reason is not None:
            kept_fleet.put_aside(connection, _aside_row(received, now))
    return received


def _again(sha256: str, known: kept_fleet.LedgerRow) -> Received:
    own = {name: known[name] for name in ("site", "collector", "token", "ordinal")}
    return Received(Receipt.AGAIN, sha256, **own)


def _checked(sites: Sites, path: Path, sha256: str) -> _Checked | Received:
    """A bundle that was read and is its site's to send; or how it was put aside. Touches no store."""
    aside = Received(Receipt.ASIDE, sha256)
    try:
        bundle = read_bundle(path, sites.keys, MAX_SLICE_OCTETS)
    except UntrustedBundleError:
        return replace(aside, reason=AsideReason.UNKNOWN_KEY)
    except DataFileError as error:
        if not path.exists():  # another process has taken it meanwhile
            raise
        return replace(aside, reason=AsideReason.BROKEN, detail=_first_flaw(error))
    speaker = sites.of_key(bundle.signed_by or "")
    if speaker is None:
        return replace(aside, reason=AsideReason.UNKNOWN_KEY)
    site, collector = speaker
    aside = replace(aside, site=site.name, collector=collector, rows=sum(run.rows for run in bundle.manifest.runs))
    named = bundle.manifest.slice
    if named is None:
        return replace(aside, reason=AsideReason.NO_SLICE)
    if (named.site, named.collector) != (site.name, collector):
        return replace(aside, reason=AsideReason.OTHER_COLLECTOR, detail=f"{named.site}, collector {named.collector}")
    aside = replace(aside, token=named.run, ordinal=named.ordinal, of=named.of)
    try:
        part = site_part(site, bundle.manifest.runs[0], bundle.subjects[0], named.of)
    except NotEvidenceError as error:
        return replace(aside, reason=AsideReason.NOT_EVIDENCE, detail=str(error))
    return _Checked(named, bundle.manifest.runs[0], bundle.signed_by or "", part)


def _take(
    connection: kept_fleet.LedgerConnection, checked: _Checked, sha256: str, now: datetime, ordered: bool
) -> Received:
    """Write a slice into its run, or say why not."""
    own, part = checked.slice, checked.part
    received = Received(Receipt.TAKEN, sha256, own.site, own.collector, own.run, own.ordinal, own.of)
    refused = replace(received, receipt=Receipt.ASIDE, rows=checked.run.rows)
    if kept_fleet.slice_of_bundle(connection, sha256) is not None:  # another process was quicker
        return replace(received, receipt=Receipt.AGAIN)
    run = _run_for(connection, checked, now, ordered)
    if isinstance(run, AsideReason):
        return replace(refused, reason=run)
    plan = {"token": own.run, "site": own.site, "slices": own.of, "scope_sha256": own.scope_sha256}
    kept_fleet.add_plan(connection, plan, ())
    if kept_fleet.read_plan(connection, own.run, own.site) != (own.of, own.scope_sha256):
        return replace(refused, reason=AsideReason.OTHER_PLAN)
    if kept_fleet.has_slice(connection, own.run, own.site, own.ordinal):
        return replace(refused, reason=AsideReason.COLLECTED_TWICE)
    write_subjects(connection, run, part.subjects)
    for counted in part.ranges:
        fleet_runs.add_range(connection, run, counted)
    rows = sum(len(subject.rows) for subject in part.subjects)
    received = replace(received, run=run, subjects=len(part.subjects), rows=rows, left_out=len(part.outside))
    reason = AsideReason.OUTSIDE_SCOPE if part.outside else None
    return replace(received, reason=reason, detail=part.outside_words, left_out_rows=part.outside_rows)


def _run_for(
    connection: kept_fleet.LedgerConnection, checked: _Checked, now: datetime, ordered: bool
) -> int | AsideReason:
    """The number of the run that a slice belongs to. A run that nobody ordered is begun by its first slice, and takes
    other sites in; one that the centre ordered is of the sites that were ordered."""
    own = checked.slice
    known = next(iter(kept_fleet.read_runs(connection, own.run)), None)
    if ordered and (known is None or not known["is_ordered"]):
        return AsideReason.NOT_ORDERED
    if known is None:
        terms = Terms(seed=0, not_before=checked.run.started, deadline=now.isoformat()).model_dump_json()
        started = _not_after(checked.run.started, now)
        run = {"kind": checked.run.kind, "tool_version": VERSION, "started": started}
        return fleet_runs.begin_unordered(connection, run, own.run, own.site, terms)
    number = known["run"]
    if known["ended"] is not None or number is None or not fleet_runs.is_open(connection, number):
        return AsideReason.RUN_ENDED
    sites = frozenset(json.loads(known["sites"]))
    if own.site not in sites:
        if known["is_ordered"]:
            return AsideReason.NOT_ORDERED
        fleet_runs.set_sites(connection, own.run, number, sites | {own.site})
    return int(number)


def _note_slice(connection: kept_fleet.LedgerConnection, checked: _Checked, received: Received, now: datetime) -> None:
    """The last rows of a slice: with them it is received."""
    own, run = checked.slice, checked.run
    row = {
        "token": own.run,
        "site": own.site,
        "ordinal": own.ordinal,
        "collector": own.collector,
        "sha256": received.sha256,
        "complete": run.outcome == RunOutcome.COMPLETE.value and not received.left_out,
        "detail": f"{received.left_out:,} put aside: {received.detail}" if received.left_out else "",
        "started": _not_after(run.started, now),
        "finished": _not_after(run.finished or run.started, now),
        "cost": json.dumps(run.cost, sort_keys=True),
    }
    kept_fleet.receive_slice(connection, row)
    collector = {"site": own.site, "collector": own.collector, "key": checked.key, "version": run.tool_version}
    offset = {} if own.clock_offset is None else {"clock_offset": own.clock_offset}
    kept_fleet.hear_of(connection, collector | offset | {"last_heard": now.isoformat()})


def _aside_row(received: Received, now: datetime) -> kept_fleet.LedgerRow:
    names = ("sha256", "token", "site", "collector", "reason", "detail")
    rows = received.left_out_rows if received.receipt is Receipt.TAKEN else received.rows
    return {name: getattr(received, name) for name in names} | {"rows": rows, "time": now.isoformat()}


def _not_after(written: str, now: datetime) -> str:
    """A time that a collector wrote, in UTC; one that has not come is now: clocks of sites are not the centre's."""
    return max(_EPOCH, min(datetime.fromisoformat(written), now)).astimezone(UTC).isoformat()


def _first_flaw(error: DataFileError) -> str:
    flaw = error.flaws[0]
    return f"{flaw.place}: {flaw.problem}"
