"""What a new snapshot must stand before it replaces the data in use: it is not older, has not shrunk, and entries that
everybody knows are still right. Nothing here is forced: a snapshot that fails is not the one its publisher meant.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from fingerprints.database.companies import Companies
from fingerprints.database.company_names import normalised
from fingerprints.database.rules import Rules
from fingerprints.database.snapshots import DataSet
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Source
from scanner.updates.registry_snapshots import Snapshot, part_of

MAX_SHRINK: Mapping[DataSet, int] = {
    DataSet.MAC_PREFIXES: 2,
    DataSet.ENTERPRISE_NUMBERS: 2,
    DataSet.RULES: 20,
}
"""Percent by which each part of a set may shrink. Registries take back next to nothing; rules get merged at times."""


MAX_TOLD = 20
"""Flaws that one refusal lists."""


class Sentinels(FileModel):
    """sentinels.yaml: what must be whose, by company."""

    mac_prefixes: dict[str, str]
    enterprise_numbers: dict[str, str]
    sys_descr: dict[str, str]


def read_sentinels() -> Sentinels:
    """Those that ship with kitscan."""
    return read_yaml(Path(__file__).with_name("sentinels.yaml"), Sentinels)


def counts(which: DataSet, rows: Mapping[str, str]) -> dict[str, int]:
    """Entries by part: the width of a prefix, or all numbers."""
    if which is DataSet.MAC_PREFIXES:
        return dict(sorted(Counter(map(part_of, rows)).items()))
    return {"numbers": len(rows)}


def rule_counts(rules: Rules) -> dict[str, int]:
    """How many rules there are, and of how many companies."""
    every = tuple(rules.all())
    return {"rules": len(every), "companies": len({company for rule in every for _, company in rule.claims})}


def shrunk(which: DataSet, before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Flaw]:
    """Each part that lost more than it may."""
    most = MAX_SHRINK[which]
    for part, had in before.items():
        has = after.get(part, 0)
        if has * 100 < had * (100 - most):
            lost = f"{has:,} entries where {had:,} are in use"
            yield Flaw(part, lost, f"at least {-(-had * (100 - most) // 100):,}: no more than {most} % fewer")


def misplaced(snapshot: Snapshot, sentinels: Sentinels, companies: Companies) -> Iterator[Flaw]:
    """Each well-known entry that is missing or somebody else's; of prefixes, only those of the parts that it has."""
    if snapshot.which is DataSet.MAC_PREFIXES:
        parts = set(counts(snapshot.which, snapshot.rows))
        known = {key: whose for key, whose in sentinels.mac_prefixes.items() if part_of(key) in parts}
    else:
        known = sentinels.enterprise_numbers
    for key, whose in known.items():
        name = snapshot.rows.get(key, "")
        found = companies.by_name(name) if name else None
        if found is None or found.id != whose:
            yield Flaw(key, f"is {name!r}" if name else "is missing", f"a name of {whose}")


def unnamed(rules: Rules, sentinels: Sentinels) -> Iterator[Flaw]:
    """Each well-known text that no rule gives to its maker any more."""
    for text, whose in sentinels.sys_descr.items():
        claims = {company for found in rules.match(Source.SNMP_SYS_DESCR, "", text) for _, company in found.rule.claims}
        if whose not in claims:
            yield Flaw(f"sysDescr {text[:40]!r}", "is no longer anybody's", f"a rule that claims {normalised(whose)}")


def misdated(snapshot: date, in_use: date | None, today: date) -> Iterator[Flaw]:
    """A day that is not over anywhere, or that comes before the day of the data in use."""
    if (snapshot - today).days > 1:
        yield Flaw("date", f"{snapshot} is still to come", "the day of the snapshot, by --date")
    elif in_use is not None and snapshot < in_use:
        yield Flaw("date", f"{snapshot} is before {in_use}, the day of the data in use", "a newer snapshot")


def refuse(name: str, flaws: tuple[Flaw, ...]) -> None:
    """Raises DataFileError where there are flaws; what is in use stays in use."""
    if flaws:
        told = tuple(Flaw(*map(_printable, (flaw.place, flaw.problem, flaw.expected))) for flaw in flaws[:MAX_TOLD])
        raise DataFileError(
            name, told, "the data in use were kept; fetch the whole file from its publisher, or wait for its next"
        )


def _printable(text: str) -> str:
    """Without what steers a terminal: a stranger's pack may hold such keys."""
    return "".join(mark if mark.isprintable() else "?" for mark in text)
