"""Checks of a new snapshot before it replaces the data in use: it is not older, has not shrunk, and well-known entries
are still right. No option overrides them: a snapshot that fails is not the one its publisher meant.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from fingerprints.database.companies.companies import Companies
from fingerprints.database.companies.company_names import normalised
from fingerprints.database.rules import Rules
from fingerprints.database.snapshots import DataSet
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Source
from scanner.updates.printable_text import printable
from scanner.updates.registry_snapshots import Snapshot, part_of

MAX_SHRINK: Mapping[DataSet, int] = {
    DataSet.MAC_PREFIXES: 2,
    DataSet.ENTERPRISE_NUMBERS: 2,
    DataSet.RULES: 20,
    DataSet.POLICIES: 20,
}
"""Percent by which each part of a set may shrink. Registries almost never withdraw entries; rules and
policies are merged at times."""

MAX_LISTED = 20
"""Flaws that one refusal lists."""


class Sentinels(FileModel):
    """sentinels.yaml: well-known entries of each set, with the company that each must name."""

    mac_prefixes: dict[str, str]
    enterprise_numbers: dict[str, str]
    sys_descr: dict[str, str]


def read_sentinels() -> Sentinels:
    """The sentinels that ship with kitscan."""
    return read_yaml(Path(__file__).with_name("sentinels.yaml"), Sentinels)


def count_by_part(which: DataSet, rows: Mapping[str, str]) -> dict[str, int]:
    """The number of entries in each part of a set: one part a prefix width, or `numbers`."""
    if which is DataSet.MAC_PREFIXES:
        return dict(sorted(Counter(map(part_of, rows)).items()))
    return {"numbers": len(rows)}


def count_rules(rules: Rules) -> dict[str, int]:
    """The number of rules, and of companies that they claim."""
    all_rules = tuple(rules.all())
    return {"rules": len(all_rules), "companies": len({company for rule in all_rules for _, company in rule.claims})}


def check_sizes(which: DataSet, before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Flaw]:
    """One flaw for each part that shrank by more than MAX_SHRINK."""
    allowed = MAX_SHRINK[which]
    for part, count_before in before.items():
        count_after = after.get(part, 0)
        if count_after * 100 < count_before * (100 - allowed):
            problem = f"{count_after:,} entries where {count_before:,} are in use"
            least = -(-count_before * (100 - allowed) // 100)
            yield Flaw(part, problem, f"at least {least:,}: no more than {allowed} % fewer")


def check_known_entries(snapshot: Snapshot, sentinels: Sentinels, companies: Companies) -> Iterator[Flaw]:
    """One flaw for each well-known entry that is missing or names another company. Of prefixes, only the widths that
    the snapshot holds are checked."""
    if snapshot.which is DataSet.MAC_PREFIXES:
        parts = set(count_by_part(snapshot.which, snapshot.rows))
        known = {key: company for key, company in sentinels.mac_prefixes.items() if part_of(key) in parts}
    else:
        known = sentinels.enterprise_numbers
    for key, expected in known.items():
        name = snapshot.rows.get(key, "")
        company = companies.by_name(name) if name else None
        if company is None or company.id != expected:
            yield Flaw(key, f"is {name!r}" if name else "is missing", f"a name of {expected}")


def check_known_texts(rules: Rules, sentinels: Sentinels) -> Iterator[Flaw]:
    """One flaw for each well-known sysDescr for which no rule claims its maker any more."""
    for text, expected in sentinels.sys_descr.items():
        matches = rules.match(Source.SNMP_SYS_DESCR, "", text)
        claimed = {company for match in matches for _, company in match.rule.claims}
        if expected not in claimed:
            place = f"sysDescr {text[:40]!r}"
            yield Flaw(place, "no rule claims its maker any more", f"a rule that claims {normalised(expected)}")


def check_date(snapshot: date, in_use: date | None, today: date) -> Iterator[Flaw]:
    """A flaw if the snapshot's day is in the future (more than a time zone ahead of today), or before the day of the
    data in use."""
    if (snapshot - today).days > 1:
        yield Flaw("date", f"{snapshot} is in the future", "the day of the snapshot, by --date")
    elif in_use is not None and snapshot < in_use:
        yield Flaw("date", f"{snapshot} is before {in_use}, the day of the data in use", "a newer snapshot")


def refuse_if_flawed(name: str, flaws: tuple[Flaw, ...]) -> None:
    """Raises DataFileError if there are flaws. The data in use stay in use."""
    if flaws:
        listed = tuple(Flaw(*map(printable, (flaw.place, flaw.problem, flaw.expected))) for flaw in flaws[:MAX_LISTED])
        next_step = "the data in use are kept; fetch the whole file from its publisher, or wait for its next one"
        raise DataFileError(name, listed, next_step)
