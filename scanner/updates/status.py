"""The status of every set of data: its snapshot, its day, its entries, and whether it is shipped or the user's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import shorten

from fingerprints.database import products
from fingerprints.database.chunked_table import open_table
from fingerprints.database.companies.companies import DATA as COMPANIES
from fingerprints.database.companies.companies import load_companies
from fingerprints.database.provenance import Provenance, provenance_of
from fingerprints.database.rules import load_rules
from fingerprints.database.snapshots import WRITTEN_BY_PEOPLE, DataSet, Fallback, in_use, shipped_provenance
from scanner.updates.current import count_entries

MAX_SOURCE = 160
"""Characters of the description of a source; SOURCE.yaml holds the whole."""

COMPANIES_SET, PRODUCTS_SET = "companies", "products"

MAX_DAYS: Mapping[str, int] = {
    DataSet.MAC_PREFIXES: 180,
    DataSet.ENTERPRISE_NUMBERS: 365,
    DataSet.RULES: 365,
    PRODUCTS_SET: 365,
    COMPANIES_SET: 365,
    DataSet.POLICIES: 180,
}
"""The age in days beyond which kitscan warns of a set. IEEE assigns some hundred prefixes a month, IANA as many
numbers; owners and laws change without notice."""

LACKS: Mapping[str, str] = {
    DataSet.MAC_PREFIXES: "a MAC prefix that IEEE assigned since then names no maker",
    DataSet.ENTERPRISE_NUMBERS: "an enterprise number that IANA assigned since then names no maker",
    DataSet.RULES: "devices that say something new may stay unknown",
    PRODUCTS_SET: "object identifiers of newer products name no model",
    COMPANIES_SET: "a company that was bought since then is listed under its earlier owner",
    DataSet.POLICIES: "what was decided since then is not judged by",
}
"""What it means for a report that a set is old."""


@dataclass(frozen=True, slots=True)
class DataStatus:
    """The status of one set. `day` is that of the snapshot, or of the last review of data that people write. `own` is
    true for the user's data. `fallback` says why the user's updated data are not used, if they are not."""

    name: str
    source: str
    day: date
    entries: str
    own: bool = False
    fallback: Fallback | None = None

    def age(self, today: date) -> int:
        """Days since the snapshot."""
        return (today - self.day).days

    def stale(self, today: date) -> bool:
        """True if the age is beyond MAX_DAYS."""
        return self.age(today) > MAX_DAYS[self.name]

    @property
    def lacks(self) -> str:
        """What a report lacks where the set is old."""
        return LACKS[self.name]

    def next_step(self) -> str:
        """The command that renews the set."""
        if self.name not in tuple(DataSet):
            return "install a newer kitscan"
        return f"kitscan db update {self.name}{' --from PACK' if DataSet(self.name) in WRITTEN_BY_PEOPLE else ''}"


def statuses(data: Path | None, own_rules: Path | None, own_policies: Path | None) -> Iterator[DataStatus]:
    """Every set in use. A folder of the user's own rules or policies follows the shipped set that it overrides. Raises
    DataFileError only for those folders."""
    for which in (DataSet.MAC_PREFIXES, DataSet.ENTERPRISE_NUMBERS, DataSet.RULES):
        yield _renewable(data, which)
    if own_rules is not None:
        yield _folder(DataSet.RULES, own_rules, f"{len(tuple(load_rules(own_rules).all())):,} rules")
    yield _shipped(PRODUCTS_SET, provenance_of(products.DATA, products.PRODUCTS), f"{_products():,} object ids")
    yield _shipped(COMPANIES_SET, provenance_of(COMPANIES), f"{sum(1 for _ in load_companies()):,} companies")
    yield _renewable(data, DataSet.POLICIES)
    if own_policies is not None:
        yield _folder(DataSet.POLICIES, own_policies, f"{sum(1 for _ in own_policies.glob('*.yaml')):,} policies")


def _renewable(data: Path | None, which: DataSet) -> DataStatus:
    used = in_use(data, which)
    parts = count_entries(data, which)
    entries = " + ".join(f"{count:,} of {part}" for part, count in parts.items()) if len(parts) > 2 else ""
    first, count = next(iter(parts.items()))
    entries = entries or f"{count:,} {first}"
    if used.snapshot is None:
        return _shipped(which, shipped_provenance(which), entries, used.fallback)
    source = f"{used.snapshot.copy_from} ({used.snapshot.what}; date from {used.snapshot.dated_by})"
    return DataStatus(which, source, used.snapshot.day, entries, own=True)


def _shipped(name: str, shipped: Provenance, entries: str, fallback: Fallback | None = None) -> DataStatus:
    source = f"{shipped.what}; {shipped.copy}" if shipped.copy else shipped.what
    return DataStatus(name, shorten(source, MAX_SOURCE, placeholder=" ..."), shipped.day, entries, fallback=fallback)


def _folder(name: str, folder: Path, entries: str) -> DataStatus:
    """The status of a folder of the user's own. Its day is that of its newest file."""
    newest = max((path.stat().st_mtime for path in folder.rglob("*.yaml")), default=0.0)
    return DataStatus(name, f"{folder}, before the shipped ones", date.fromtimestamp(newest), entries, own=True)


def _products() -> int:
    table = open_table(products.DATA / products.PRODUCTS)
    return sum(len(table.lines(key)) for key in table.chunks())
