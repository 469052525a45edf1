"""`python -m benchmarks.receiving`: how fast the evidence of sites goes into PostgreSQL, twice and on a second night.

A row is what one probe brought of one device at one time: here five a device, of 40 observations each. The database is
Debian's, started in a folder of its own, on a socket there; `--store` names another store. Ends with 1 if a figure is
not as it must be.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
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
"""Rows of a device, and observations of a row."""

CHANGED = 50
"""One device of so many changes in a night."""

MIN_RATE, MAX_NEW = 20_000, 0.04
FIRST_NIGHT = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
FIRST = int.from_bytes(bytes((10, 0, 0, 0)), "big")
TABLES = ("contents", "sequences", "sequence_rows", "subjects", "run_subjects", "ranges")


def main() -> None:
    """Receive, and print."""
    options = _options().parse_args()
    with TemporaryDirectory() as folder, _place(options.store) as place, open_store(place, create=True) as store:
        rows = tuple(_measured(store, Path(folder), options.devices))
    for what, figure, asked, _ in rows:
        print(f"| {what} | {figure} | {asked} |")
    sys.exit(0 if all(holds for *_, holds in rows) else 1)


def _measured(store: Store, folder: Path, devices: int) -> Iterator[tuple[str, str, str, bool]]:
    """What was measured, its figure, what it must be, and whether it is."""
    nights = [[_slice_of(first, night, devices) for first in range(0, devices, SLICE)] for night in range(3)]
    octets = sum(len(row.lines) for part in nights[0] for subject in part for row in subject.rows)
    count = devices * ROWS
    yield "rows, octets of each", f"{count:,}, {octets / count:,.0f}", "", True
    seconds = _written(store, nights[0])
    yield "rows/s into the database", f"{count / seconds:,.0f}", f"at least {MIN_RATE:,}", count / seconds >= MIN_RATE
    first = _counts(store)["contents"]
    seconds = _written(store, nights[1])
    new = (_counts(store)["contents"] - first) / first
    yield "rows/s on a second night", f"{count / seconds:,.0f}", f"at least {MIN_RATE:,}", count / seconds >= MIN_RATE
    yield "new texts of the second night", f"{new:.1%} of the first", f"at most {MAX_NEW:.0%}", new <= MAX_NEW
    key = new_private_key()
    bundles = _bundled(folder, nights[2], key)
    scope = AddressSet((AddressBlock(4, FIRST, FIRST + devices - 1),))
    sites = Sites({"LON": Site("LON", scope, {"lon1": public_key_of(key)})})
    seconds, once = _received(store, sites, bundles), _counts(store)
    _received(store, sites, bundles)
    added = sum(_counts(store).values()) - sum(once.values())
    yield "rows/s, bundles read and checked", f"{count / seconds:,.0f}", "", True
    yield "rows that the same bundles add again", f"{added:,}", "0", added == 0


def _slice_of(first: int, night: int, devices: int) -> tuple[SubjectRows, ...]:
    return tuple(_device(number, night) for number in range(first, min(first + SLICE, devices)))


def _device(number: int, night: int) -> SubjectRows:
    """A device unlike any other. Its uptime is another one each night; one of CHANGED has new software."""
    release = night if number % CHANGED == 0 else 0
    began = microseconds_of(FIRST_NIGHT + timedelta(days=night, milliseconds=number))
    system = [
        Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", f"Software release {release}, build {number}"),
        Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(8_640_000 * night + 7919 * number)),
    ]
    rows = []
    for place in range(ROWS):
        ports = range(place * OBSERVATIONS, (place + 1) * OBSERVATIONS - (0 if place else len(system)))
        table = [
            Observation(Source.SNMP_IF_ALIAS, f"1.3.6.1.2.1.31.1.1.1.18.{port}", f"to box {number * 7 + port}")
            for port in ports
        ]
        said = [*system, *table] if place == 0 else [*table[:-1], replace(table[-1], value=f"release {release}")]
        rows.append(EvidenceRow(began + place, "snmp", "\n".join(encode(said))))
    address = text_of(4, FIRST + number)
    return SubjectRows(address, address, "[]", "[]", True, tuple(rows))


def _written(store: Store, slices: Sequence[tuple[SubjectRows, ...]]) -> float:
    """The seconds that it takes to write slices into a run, each in a transaction."""
    with store.writing("scan", "1.0", FIRST_NIGHT) as writer:
        run = writer.run
    own = [tuple(in_site(subject, "LON") for subject in part) for part in slices]
    began = time.perf_counter()
    for part in own:
        with store.alone("a benchmark") as connection:
            write_subjects(connection, run, part)
    return time.perf_counter() - began


def _bundled(folder: Path, slices: Sequence[tuple[SubjectRows, ...]], key: str) -> list[Path]:
    """The bundles of slices, as a collector writes them."""
    paths = []
    with open_store(str(folder / "site.sqlite"), create=True) as store:
        for ordinal, part in enumerate(slices, 1):
            with store.writing("scan", "1.0", FIRST_NIGHT) as writer:
                for subject in part:
                    writer.enter(subject.key, subject.address, subject.labels, subject.attributes)
                    for row in subject.rows:
                        writer.add_lines(subject.key, row.probe, row.lines, row.time)
                    writer.done(subject.key)
                writer.finish(RunOutcome.COMPLETE, FIRST_NIGHT + timedelta(days=2))
            named = {"run": "a" * 32, "site": "LON", "collector": "lon1", "scope_sha256": "c" * 64}
            own = BundledSlice.model_validate(named | {"ordinal": ordinal, "of": len(slices)})
            paths.append(folder / f"{ordinal:06}.zip")
            paths[-1].write_bytes(bundle_of(store, [writer.run], BundleOptions("1.0", "", {}, key, own)))
    return paths


def _received(store: Store, sites: Sites, bundles: Sequence[Path]) -> float:
    began = time.perf_counter()
    for path in bundles:
        receive_bundle(store, sites, path, datetime.now(UTC))
    return time.perf_counter() - began


def _counts(store: Store) -> dict[str, int]:
    """The rows of each table of evidence."""
    with store.reading() as connection:
        return {name: connection.exec_driver_sql(f"select count(*) from {name}").scalar() or 0 for name in TABLES}


@contextmanager
def _place(named: str | None) -> Iterator[str]:
    """The store that was named, or a database of a server that runs while the block does."""
    if named is not None:
        yield named
        return
    programs = postgresql.programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed (Debian package postgresql); name another store with --store")
    os.environ["PGPASSWORD"] = "benchmark"
    with postgresql.server(programs, "benchmark") as folder:
        yield f"postgresql+pg8000://kitscan@/postgres?unix_sock={folder}/.s.PGSQL.5432"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.receiving", description=__doc__)
    parser.add_argument("--devices", type=int, default=DEVICES, help=f"How many devices.  [{DEVICES:,}]")
    parser.add_argument("--store", metavar="PATH|URL", help="A new store.  [a PostgreSQL of its own]")
    return parser


if __name__ == "__main__":
    main()
