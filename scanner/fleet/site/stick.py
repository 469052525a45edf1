"""Collects the whole scope of a site into a folder, slice by slice: a stick that somebody carries to the centre.

    SITE-RUN-ORDINAL.kitscan   a signed bundle for each slice
    SITE-run.json              the run in this folder: its token, its seed, its scope
    work/                      the slice that is being collected, and who refused which login

What is there is not asked again, however the command before it ended.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fingerprints.model.errors import DataFileError, Flaw, KitscanError
from fingerprints.model.input_file import read_octets
from scanner.courier.durable_file import make_durable, write_durably
from scanner.courier.message import RunToken, SiteName
from scanner.fleet.site.local_scope import LocalScope
from scanner.fleet.site.moment import moment_now
from scanner.fleet.site.run_ledger import BegunRun, KeptLedger
from scanner.fleet.site.slice_collection import SliceEdge, SliceTask, collect_slice, delete_store, refusals_in
from scanner.fleet.site.spool import held_folder
from scanner.fleet.slices import ScopeSlice
from scanner.store.bundles.manifest import BundledSlice, Sha256

MAX_STATE = 64 * 1024


class StickRun(BaseModel):
    """The run of a folder, as it is kept there."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    run: RunToken
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    site: SiteName
    collector: SiteName
    scope_sha256: Sha256


@dataclass(frozen=True, slots=True)
class StickResult:
    """What came of it. `of` slices make the scope; `there` of them were in the folder before, `collected` came now with
    `octets`, with `addresses` of which `answered` showed a sign of life."""

    run: str
    of: int
    there: int = 0
    collected: int = 0
    addresses: int = 0
    answered: int = 0
    octets: int = 0

    @property
    def complete(self) -> bool:
        """Whether the folder holds every slice."""
        return self.there + self.collected == self.of

    def plus(self, part: ScopeSlice, answered: int, octets: int) -> "StickResult":
        """The same with one more slice."""
        return StickResult(
            self.run,
            self.of,
            self.there,
            self.collected + 1,
            self.addresses + part.targets.count,
            self.answered + answered,
            self.octets + octets,
        )


def run_of_folder(
    folder: Path, local: LocalScope, site: str, collector: str, run: str | None, seed: int | None
) -> StickRun:
    """The run that a folder holds, or a new one. `run` and `seed` are those that the user wants, None for any. Raises
    DataFileError, and KitscanError where the folder holds another run than is wanted, or one of another scope."""
    path = _state_path(folder, site)
    if not path.exists():
        token = run or secrets.token_hex(16)
        number = secrets.randbits(63) if seed is None else seed
        return StickRun(run=token, seed=number, site=site, collector=collector, scope_sha256=local.sha256)
    kept = _read(path)
    if (run or kept.run, kept.seed if seed is None else seed) != (kept.run, kept.seed):
        raise KitscanError(f"{folder}: holds run {kept.run} of {site}, of seed {kept.seed}", "name another folder")
    if kept.collector != collector:
        raise KitscanError(f"{folder}: run {kept.run} was begun by collector {kept.collector}", "name another folder")
    if kept.scope_sha256 != local.sha256:
        raise KitscanError(
            f"{folder}: the scope of {site} has changed since run {kept.run} began",
            "begin a new run in another folder, or undo the change of kitscan.yaml and its lists",
        )
    return kept


def collect_into(
    folder: Path, local: LocalScope, kept: StickRun, edge: SliceEdge, begin: Callable[[ScopeSlice, int], None]
) -> StickResult:
    """Collect what a folder lacks of its run, until a signal comes. `begin` is called before each slice, with how many
    there are. Raises SpoolError if another process does so, and KitscanError where the folder cannot be written."""
    slices = local.slices(kept.seed)
    try:
        work = folder / "work"
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        with held_folder(work):
            write_durably(_state_path(folder, kept.site), kept.model_dump_json(indent=1).encode())
            result = _collect_slices(folder, local, kept, slices, edge, begin)
        if result.complete:
            _remove_work(work)
    except OSError as error:
        raise KitscanError(f"{folder}: {error.strerror}", "what is there is whole; run it again") from error
    return result


def _collect_slices(
    folder: Path,
    local: LocalScope,
    kept: StickRun,
    slices: tuple[ScopeSlice, ...],
    edge: SliceEdge,
    begin: Callable[[ScopeSlice, int], None],
) -> StickResult:
    ledger = KeptLedger(folder / "work" / "ledger.json")
    begun = BegunRun(kept.run, moment_now(), kept.seed, kept.scope_sha256)
    missing = [part for part in slices if not _bundle_path(folder, kept, part.ordinal).exists()]
    result = StickResult(kept.run, len(slices), len(slices) - len(missing))
    for part in missing:
        if edge.stop.received is not None:
            break
        begin(part, len(slices))
        place = folder / "work" / f"{kept.run}-{part.ordinal}.sqlite"
        known = ledger.ledger.run(kept.run) or begun
        left = refusals_in(tuple((folder / "work").glob("*.sqlite")))  # of slices that were cut off
        task = SliceTask(local, part, local.scope.profile.name, local.scope.probes, _named(kept, part, len(slices)))
        found = collect_slice(task, place, edge, known.refusals | left)
        if found is None:
            break
        write_durably(_bundle_path(folder, kept, part.ordinal), found.octets)
        ledger.keep(ledger.ledger.with_try(begun, part.ordinal).with_refusals(kept.run, refusals_in((place,))))
        delete_store(place)
        result = result.plus(part, found.answered, len(found.octets))
    return result


def _named(kept: StickRun, part: ScopeSlice, of: int) -> BundledSlice:
    return BundledSlice(
        run=kept.run,
        site=kept.site,
        collector=kept.collector,
        ordinal=part.ordinal,
        of=of,
        scope_sha256=kept.scope_sha256,
    )


def _bundle_path(folder: Path, kept: StickRun, ordinal: int) -> Path:
    return folder / f"{kept.site}-{kept.run}-{ordinal}.kitscan"


def _state_path(folder: Path, site: str) -> Path:
    return folder / f"{site}-run.json"


def _read(path: Path) -> StickRun:
    try:
        return StickRun.model_validate_json(read_octets(path, MAX_STATE))
    except ValidationError as error:
        flaw = Flaw("whole file", "does not say which run the folder holds", "the file as kitscan wrote it")
        raise DataFileError(path, (flaw,), "name another folder with --out") from error


def _remove_work(work: Path) -> None:
    """Remove the folder of what is being collected, where nothing else is in it."""
    for store in work.glob("*.sqlite"):  # it was killed between the bundle and this
        delete_store(store)
    for name in ("ledger.json", "lock"):
        (work / name).unlink(missing_ok=True)
    make_durable(work)
    try:
        work.rmdir()
    except OSError:  # somebody keeps something there
        return
