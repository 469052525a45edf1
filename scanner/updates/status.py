"""What every set of data is: whose snapshot, of what day, how many entries, shipped or the user's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import shorten

from fingerprints.database import products
from fingerprints.database.chunked_table import open_table
from fingerprints.database.companies import DATA as COMPANIES
from fingerprints.database.companies import load_companies
from fingerprints.database.provenance import Provenance, provenance_of
from fingerprints.database.rules import load_rules
from fingerprints.database.snapshots import DataSet, in_use, shipped_sheet
from reports.policy.policy_set import SHIPPED as POLICIES
from reports.policy.policy_set import load_policies
from scanner.updates.current import tally

MAX_SOURCE = 160
"""Characters of what is said of a source; its SOURCE.yaml says the rest."""

COMPANIES_SET, PRODUCTS_SET, POLICIES_SET = "companies", "products", "policies"

MAX_DAYS: Mapping[str, int] = {
    DataSet.MAC_PREFIXES: 180,
    DataSet.ENTERPRISE_NUMBERS: 365,
    DataSet.RULES: 365,
    PRODUCTS_SET: 365,
    COMPANIES_SET: 365,
    POLICIES_SET: 180,
}
"""The age in days beyond which each set is warned of. IEEE gives out some hundred prefixes a month, IANA as many
numbers; owners and laws change without notice."""


@dataclass(frozen=True, slots=True)
class DataStatus:
    """One set: `day` is that of the snapshot, or of the last review of what people write; `own` says that it is the
    user's, not the shipped one; `note` why data of the user's that are there are not used."""

    name: str
    source: str
    day: date
    entries: str
    own: bool = False
    note: str = ""

    def age(self, today: date) -> int:
        """Days since the snapshot."""
        return (today - self.day).days

    def stale(self, today: date) -> bool:
        """Whether that is beyond what the documentation calls fresh."""
        return self.age(today) > MAX_DAYS[self.name]

    def next_step(self) -> str:
        """What to do about an age."""
        renewable = {DataSet.MAC_PREFIXES: "", DataSet.ENTERPRISE_NUMBERS: "", DataSet.RULES: " --from PACK"}
        if self.name not in tuple(DataSet):
            return "install a newer kitscan"
        return f"kitscan db update {self.name}{renewable[DataSet(self.name)]}"


def statuses(data: Path | None, own_rules: Path | None, own_policies: Path | None) -> Iterator[DataStatus]:
    """Every set in use, the user's own folders after the sets that they stand before. Raises DataFileError for those
    folders alone."""
    for which in DataSet:
        yield _renewable(data, which)
    if own_rules is not None:
        yield _folder(DataSet.RULES, own_rules, f"{len(tuple(load_rules(own_rules).all())):,} rules")
    yield _shipped(PRODUCTS_SET, provenance_of(products.DATA, products.PRODUCTS), f"{_products():,} object ids")
    yield _shipped(COMPANIES_SET, provenance_of(COMPANIES), f"{sum(1 for _ in load_companies()):,} companies")
    yield _shipped(POLICIES_SET, provenance_of(POLICIES.parent), f"{len(load_policies(None, None)):,} policies")
    if own_policies is not None:
        yield _folder(POLICIES_SET, own_policies, f"{sum(1 for _ in own_policies.glob('*.yaml')):,} policies")


def renewable(data: Path | None) -> tuple[DataStatus, ...]:
    """The sets that `kitscan db update` renews."""
    return tuple(_renewable(data, which) for which in DataSet)


def _renewable(data: Path | None, which: DataSet) -> DataStatus:
    used = in_use(data, which)
    parts = tally(data, which)
    entries = " + ".join(f"{count:,} of {part}" for part, count in parts.items()) if len(parts) > 2 else ""
    first, count = next(iter(parts.items()))
    entries = entries or f"{count:,} {first}"
    if used.snapshot is None:
        return _shipped(which, shipped_sheet(which), entries, used.note)
    told = f"{used.snapshot.copy_from} ({used.snapshot.what}; date told by {used.snapshot.date_told_by})"
    return DataStatus(which, told, used.snapshot.day, entries, own=True)


def _shipped(name: str, sheet: Provenance, entries: str, note: str = "") -> DataStatus:
    told = f"{sheet.what}; {sheet.copy}" if sheet.copy else sheet.what
    return DataStatus(name, shorten(told, MAX_SOURCE, placeholder=" ..."), sheet.day, entries, note=note)


def _folder(name: str, folder: Path, entries: str) -> DataStatus:
    """A folder of the user's own: its newest file tells the day."""
    newest = max((path.stat().st_mtime for path in folder.rglob("*.yaml")), default=0.0)
    return DataStatus(name, f"{folder}, before the shipped ones", date.fromtimestamp(newest), entries, own=True)


def _products() -> int:
    table = open_table(products.DATA / products.PRODUCTS)
    return sum(len(table.lines(key)) for key in table.chunks())
