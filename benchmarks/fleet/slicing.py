"""`python -m benchmarks.fleet.slicing`: one scanner against 3 and 20 collectors, the document byte for byte.

A site is collected once, by `kitscan collect` of one scanner. The same evidence is then cut at random into slices,
signed by 1, 3 and 20 collectors of the site, and taken in by `kitscan receive` in a random order, some bundles twice.
What `kitscan assess` makes of each store must be the same document to the byte.
"""

import argparse
import hashlib
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from benchmarks.fleet import small
from benchmarks.fleet.folders import FleetFolders
from benchmarks.reliability import forked
from scanner.sink import RangeCount, RunOutcome
from scanner.store.bundles.bundle_reader import Bundle, read_bundle
from scanner.store.bundles.bundle_writer import BundleOptions, bundle_of
from scanner.store.bundles.manifest import BundledRange, BundledRun, BundledSlice
from scanner.store.evidence_rows import SubjectRows
from scanner.store.store import open_store

SITE, SILENT = "LON", "127.78.200.0/24"
"""A range in which nobody answers is part of the site's scope."""


@dataclass(frozen=True, slots=True)
class CutDocument:
    """The document of evidence that came in so many slices from so many collectors: its digest and octets."""

    collectors: int
    slices: int
    sha256: str
    octets: int


def measured(folder: Path, devices: int, collectors: Sequence[int], seed: int) -> Iterator[CutDocument]:
    """The documents of one evidence: first as it was collected, then for each number of collectors."""
    small.preload()
    chance = random.Random(seed)
    site = small.small_site(SITE, 0, devices, max(collectors))
    site = replace(site, scope=(*site.scope, SILENT))
    with small.small_fleet(folder, (site,)) as fleet:
        own = fleet.folders.collector(SITE, site.collectors[0])
        words = ("collect", "--site", SITE, "--out", "stick")
        _ran(forked.start(own, *words, prepare=small.make_hasty))
        collected = sorted((own / "stick").glob("*.kitscan"))
        yield _received(fleet.folders, collected, folder / "whole", 1)
        whole = [read_bundle(path) for path in collected]
        for number, count in enumerate(collectors):
            stick = folder / f"stick-{number}"
            stick.mkdir()
            paths = [*_cut(whole, fleet.folders, count, chance, stick)]
            yield _received(fleet.folders, _shuffled(paths, chance), folder / f"cut-{number}", count)


def _received(fleet: FleetFolders, paths: Sequence[Path], folder: Path, collectors: int) -> CutDocument:
    """Take bundles in at a new centre of the same sites, in this order, and report."""
    folder.mkdir()
    (folder / "kitscan.yaml").write_text("fail_on: never\n")
    (folder / "sites").symlink_to(fleet.centre / "sites")
    _ran(forked.start(folder, "receive", *map(str, paths)))
    _ran(forked.start(folder, "assess", "--format", "json", "--out", small.REPORT))
    octets = (folder / small.REPORT).read_bytes()
    return CutDocument(collectors, len(set(paths)), hashlib.sha256(octets).hexdigest(), len(octets))


def _ran(running: forked.Running) -> None:
    ended = running.wait()
    if ended.code not in (0, 3):
        raise OSError(f"it ended with {ended.code}: {ended.said}")


def _shuffled(paths: list[Path], chance: random.Random) -> list[Path]:
    """In a random order, a third of them twice."""
    twice = [*paths, *chance.sample(paths, len(paths) // 3)]
    chance.shuffle(twice)
    return twice


def _cut(
    whole: Sequence[Bundle], fleet: FleetFolders, collectors: int, chance: random.Random, stick: Path
) -> Iterator[Path]:
    """The evidence of bundles as bundles of random slices, each of a random collector; some slices are empty."""
    (site,) = fleet.sites
    runs = [bundle.manifest.runs[0] for bundle in whole]
    of = chance.randint(max(collectors, len(runs)), 2 * collectors + len(runs))
    parts: list[list[SubjectRows]] = [[] for _ in range(of)]
    for subject in (subject for bundle in whole for subject in bundle.subjects[0]):
        parts[chance.randrange(of)].append(subject)
    cut = [_cut_range(part, of, chance) for part in _added_up(runs)]
    costs = [run.cost for run in runs] + [{}] * (of - len(runs))
    times = {"started": min(run.started for run in runs), "finished": max(str(run.finished) for run in runs)}
    names = [*site.collectors[:collectors], *chance.choices(site.collectors[:collectors], k=of - collectors)]
    for at, (part, cost, name) in enumerate(zip(parts, costs, names, strict=True)):
        named = whole[0].manifest.slice
        if named is None:
            raise ValueError("a bundle of no slice")
        own = named.model_copy(update={"collector": name, "ordinal": at + 1, "of": of})
        key = (fleet.collector(SITE, name) / "key").read_text()
        path = stick / f"{at + 1}.kitscan"
        run = runs[0].model_copy(update={"cost": cost, **times})
        path.write_bytes(_bundle(run, part, [counts[at] for counts in cut], own, key))
        yield path


def _added_up(runs: Sequence[BundledRun]) -> Iterator[RangeCount]:
    """The ranges of all runs, each prefix once."""
    by_prefix: dict[str, list[BundledRange]] = {}
    for part in (part for run in runs for part in run.ranges):
        by_prefix.setdefault(part.prefix, []).append(part)
    for prefix, parts in by_prefix.items():
        yield RangeCount(prefix, sum(part.addresses for part in parts), sum(part.silent for part in parts))


def _cut_range(part: RangeCount, of: int, chance: random.Random) -> list[RangeCount]:
    """A range as the parts of it that so many slices hold."""
    cuts = sorted(chance.randint(0, part.silent) for _ in range(of - 1))
    silent = [after - before for before, after in zip((0, *cuts), (*cuts, part.silent), strict=True)]
    answered = part.addresses - part.silent
    return [RangeCount(part.prefix, count + answered * (at == 0), count) for at, count in enumerate(silent)]


def _bundle(
    run: BundledRun, subjects: Sequence[SubjectRows], ranges: Sequence[RangeCount], named: BundledSlice, key: str
) -> bytes:
    with tempfile.TemporaryDirectory() as name, open_store(f"{name}/slice.sqlite", create=True) as store:
        with store.writing(run.kind, run.tool_version, datetime.fromisoformat(run.started)) as writer:
            for subject in subjects:
                writer.enter(subject.key, subject.address, subject.labels, subject.attributes)
                for row in subject.rows:
                    writer.add_lines(subject.key, row.probe, row.lines, row.time)
                if subject.done:
                    writer.done(subject.key)
            for counted in ranges:
                if counted.addresses:
                    writer.range(counted)
            writer.spend(run.cost)
            writer.finish(RunOutcome.COMPLETE, datetime.fromisoformat(run.finished or run.started))
        return bundle_of(store, [1], BundleOptions(run.tool_version, "cut", {}, key=key, slice=named))


def main() -> None:
    """Print a row for each number of collectors; exit 1 where a document differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet.slicing", description=__doc__)
    parser.add_argument("--devices", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3, help="random slicings for each number of collectors")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = [*measured(Path(name), options.devices, (1, 3, 20) * options.rounds, options.seed)]
    for document in found:
        print(
            f"collectors {document.collectors:>2}, slices {document.slices:>2}: document of {document.octets:,} bytes, "
            f"SHA-256 {document.sha256[:16]}"
        )
    same = len({document.sha256 for document in found}) == 1
    print("all the same to the byte" if same else "DIFFERENT")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
