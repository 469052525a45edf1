"""`python -m benchmarks.receiving`: how fast the evidence of sites goes into PostgreSQL, twice and on a second night.

A row is what one probe brought of one device at one time, as the store keeps it: here five a device, of 40 observations
each, which are all different. `--rows` and `--observations` shape others: a switch that tells all it has brings six of
210. A first night adds every text, the later ones find most of them there.

Beside the clock stand the processor seconds of this process and of all processes of the database: on a machine that
does other work these alone can be compared. The database is Debian's, started in a folder of its own, on a socket
there, without fsync; `--store` names another store. Ends with 1 if a figure is not as it must be.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from fingerprints.model.evidence import Observation, Source
from fingerprints.model.recording import encode
from scanner.fleet.namespace import in_site
from scanner.fleet.receiving import receive_bundle
from scanner.fleet.sites import Site, Sites
from scanner.sink import RunOutcome
from scanner.store.bulk.writing import write_subjects
from scanner.store.bundles.bundle_writer import BundleOptions, bundle_of
from scanner.store.bundles.manifest import BundledSlice
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.store.evidence_rows import EvidenceRow, SubjectRows
from scanner.store.row_times import microseconds_of
from scanner.store.store import Store, open_store
from scanner.targets.addresses import AddressBlock, AddressSet, text_of
from tests.services import postgresql

DEVICES, SLICE = 10_000, 250
ROWS, OBSERVATIONS = 5, 40
"""Rows of a device, and observations of a row: 200 of a device together."""

CHANGED = 50
"""One device of so many changes in a night."""

MIN_RATE, MAX_NEW = 20_000, 0.04
FIRST_NIGHT = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
FIRST = int.from_bytes(bytes((10, 0, 0, 0)), "big")
TABLES = ("contents", "sequences", "sequence_rows", "subjects", "run_subjects", "ranges")


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows of a device, and observations of a row."""

    rows: int
    observations: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, and of the processors: of this process, which receives, and of the database's. That is None
    where it is not a server of this machine's."""

    clock: float
    receiver: float
    database: float | None

    def words(self) -> str:
        """The processor seconds, for a reader."""
        database = "not known" if self.database is None else f"{self.database:.2f} s"
        return f"receiver {self.receiver:.2f} s, database {database}"


@dataclass(frozen=True, slots=True)
class Place:
    """A store that is measured, and the folder of its server, None where it is somebody else's."""

    url: str
    server: Path | None

    def spent(self, work: Callable[[], object]) -> Spent:
        """What a piece of work takes."""
        before = (time.perf_counter(), time.process_time(), self._database_seconds())
        work()
        after = (time.perf_counter(), time.process_time(), self._database_seconds())
        database = None if self.server is None else after[2] - before[2]
        return Spent(after[0] - before[0], after[1] - before[1], database)

    def _database_seconds(self) -> float:
        return 0.0 if self.server is None else postgresql.processor_seconds(self.server)


def main() -> None:
    """Receive, and print."""
    options = _options().parse_args()
    shape = Shape(options.rows, options.observations)
    with TemporaryDirectory() as folder, _place(options.store) as place, open_store(place.url, create=True) as store:
        rows = tuple(_measured(store, place, Path(folder), options.devices, shape))
    for what, figure, spent, asked, _ in rows:
        print(f"| {what} | {figure} | {spent} | {asked} |")
    sys.exit(0 if all(holds for *_, holds in rows) else 1)


def _measured(
    store: Store, place: Place, folder: Path, devices: int, shape: Shape
) -> Iterator[tuple[str, str, str, str, bool]]:
    """What was measured, its figure, processor seconds, what it must be, and whether it is."""
    key, scope = new_private_key(), AddressSet((AddressBlock(4, FIRST, FIRST + 2 * devices - 1),))
    sites = Sites({"LON": Site("LON", scope, {"lon1": public_key_of(key)})})
    first, second = ([_at_centre(part) for part in _slices(0, devices, night, shape)] for night in range(2))
    others = _bundled(folder, _slices(devices, devices, 0, shape), key, "b" * 32)
    third = _bundled(folder, _slices(0, devices, 2, shape), key, "c" * 32)
    count, octets = devices * shape.rows, sum(len(row.lines) for part in first for box in part for row in box.rows)
    gc.freeze()  # what waits here to be written is no receiver's
    words = f"{shape.rows} a device, of {shape.observations} observations and {octets / count:,.0f} octets each"
    yield "a row: what one probe brought of one device at one time", f"{count:,} rows: {words}", "", "", True

    def told(what: str, spent: Spent, asked: int = 0) -> tuple[str, str, str, str, bool]:
        rate = count / spent.clock
        words = f"at least {asked:,}" if asked else ""
        return what, f"{rate:,.0f} rows/s", spent.words(), words, rate >= asked

    yield told("first night, into the database", place.spent(lambda: _write(store, first)), MIN_RATE)
    texts = _counts(store)["contents"]
    yield told("second night, into the database", place.spent(lambda: _write(store, second)), MIN_RATE)
    new = (_counts(store)["contents"] - texts) / texts
    yield "new texts of the second night", f"{new:.1%} of the first", "", f"at most {MAX_NEW:.0%}", new <= MAX_NEW
    yield told("a first night in bundles, read and checked too", place.spent(lambda: _receive(store, sites, others)))
    yield told("a third night in bundles, read and checked too", place.spent(lambda: _receive(store, sites, third)))
    once = sum(_counts(store).values())
    yield told("the same bundles again", place.spent(lambda: _receive(store, sites, (*others, *third))))
    added = sum(_counts(store).values()) - once
    yield "rows that the same bundles add again", f"{added:,}", "", "0", added == 0


def _at_centre(part: tuple[SubjectRows, ...]) -> tuple[SubjectRows, ...]:
    return tuple(in_site(subject, "LON") for subject in part)


def _slices(first: int, devices: int, night: int, shape: Shape) -> list[tuple[SubjectRows, ...]]:
    """So many devices from a number on, as each answers in a night, slice by slice."""
    every = [_device(number, night, shape) for number in range(first, first + devices)]
    return [tuple(every[start : start + SLICE]) for start in range(0, devices, SLICE)]


def _device(number: int, night: int, shape: Shape) -> SubjectRows:
    """A device unlike any other. Its uptime is another one each night; one of CHANGED has new software."""
    release = night if number % CHANGED == 0 else 0
    began = microseconds_of(FIRST_NIGHT + timedelta(days=night, milliseconds=number))
    system = [
        Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", f"Software release {release}, build {number}"),
        Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(8_640_000 * night + 7919 * number)),
    ]
    rows = []
    for place in range(shape.rows):
        each = shape.observations
        ports = range(place * each, (place + 1) * each - (0 if place else len(system)))
        table = [
            Observation(Source.SNMP_IF_ALIAS, f"1.3.6.1.2.1.31.1.1.1.18.{port}", f"to box {number * 7 + port}")
            for port in ports
        ]
        said = [*system, *table] if place == 0 else [*table[:-1], table[-1]._replace(value=f"release {release}")]
        rows.append(EvidenceRow(began + place, "snmp", "\n".join(encode(said))))
    address = text_of(4, FIRST + number)
    return SubjectRows(address, address, "[]", "[]", True, tuple(rows))


def _write(store: Store, slices: Sequence[tuple[SubjectRows, ...]]) -> None:
    """Write slices into a run, each in a transaction."""
    with store.writing("scan", "1.0", FIRST_NIGHT) as writer:
        run = writer.run
    for part in slices:
        with store.alone("a benchmark") as connection:
            write_subjects(connection, run, part)


def _bundled(folder: Path, slices: Sequence[tuple[SubjectRows, ...]], key: str, run: str) -> list[Path]:
    """The bundles of slices, as a collector writes them."""
    paths = []
    with open_store(str(folder / f"{run}.sqlite"), create=True) as store:
        for ordinal, part in enumerate(slices, 1):
            with store.writing("scan", "1.0", FIRST_NIGHT) as writer:
                for subject in part:
                    writer.enter(subject.key, subject.address, subject.labels, subject.attributes)
                    for row in subject.rows:
                        writer.add_lines(subject.key, row.probe, row.lines, row.time)
                    writer.done(subject.key)
                writer.finish(RunOutcome.COMPLETE, FIRST_NIGHT + timedelta(days=2))
            named = {"run": run, "site": "LON", "collector": "lon1", "scope_sha256": "c" * 64}
            own = BundledSlice.model_validate(named | {"ordinal": ordinal, "of": len(slices)})
            paths.append(folder / f"{run}-{ordinal:06}.zip")
            paths[-1].write_bytes(bundle_of(store, [writer.run], BundleOptions("1.0", "", {}, key, own)))
    return paths


def _receive(store: Store, sites: Sites, bundles: Sequence[Path]) -> None:
    for path in bundles:
        receive_bundle(store, sites, path, datetime.now(UTC))


def _counts(store: Store) -> dict[str, int]:
    """The rows of each table of evidence."""
    with store.reading() as connection:
        return {name: connection.exec_driver_sql(f"select count(*) from {name}").scalar() or 0 for name in TABLES}


@contextmanager
def _place(named: str | None) -> Iterator[Place]:
    """The store that was named, or a database of a server that runs while the block does."""
    if named is not None:
        yield Place(named, None)
        return
    programs = postgresql.programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed (Debian package postgresql); name another store with --store")
    os.environ["PGPASSWORD"] = "benchmark"
    with postgresql.server(programs, "benchmark") as folder:
        yield Place(f"postgresql+pg8000://kitscan@/postgres?unix_sock={folder}/.s.PGSQL.5432", folder)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.receiving", description=__doc__)
    parser.add_argument("--devices", type=int, default=DEVICES, help=f"How many devices.  [{DEVICES:,}]")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"Rows of a device.  [{ROWS}]")
    parser.add_argument("--observations", type=int, default=OBSERVATIONS, help=f"Of a row.  [{OBSERVATIONS}]")
    parser.add_argument("--store", metavar="PATH|URL", help="A new store.  [a PostgreSQL of its own]")
    return parser


if __name__ == "__main__":
    main()
