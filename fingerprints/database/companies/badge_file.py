"""Reads the file of badges: public records of who builds what bears another company's name."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from fingerprints.database.companies.company import Badge, BuilderRecord
from fingerprints.database.companies.company_dates import When, end_of, first_day
from fingerprints.database.pattern import PatternError, compiled
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw

BADGES = "badges.yaml"

BadgeText = Annotated[str, Field(min_length=1, max_length=200)]


class LineEntry(FileModel):
    """A product line: a pattern, models that it must match, and models of the same brand that it must not."""

    pattern: BadgeText
    examples: Annotated[tuple[BadgeText, ...], Field(min_length=1)]
    rejects: tuple[BadgeText, ...] = ()


class RecordEntry(FileModel):
    """A record as written; company.BuilderRecord explains the fields. `note` names the public source."""

    builder: str
    note: Annotated[str, Field(min_length=1, max_length=300)]
    since: When | None = None
    until: When | None = None
    certainty: Annotated[str, Field(pattern="^(checked|recalled)$")] = "recalled"
    in_part: bool = True
    lines: tuple[LineEntry, ...] = ()


class BadgeEntry(FileModel):
    """A brand, and the records of it."""

    brand: str
    records: Annotated[tuple[RecordEntry, ...], Field(min_length=1)]


class OperatorEntry(FileModel):
    """A network operator that has its customers' equipment built: `words` are its names on such boxes. Its records are
    of product lines, because it buys from many."""

    name: BadgeText
    words: Annotated[tuple[Annotated[str, Field(min_length=4, max_length=40)], ...], Field(min_length=1)]
    records: Annotated[tuple[RecordEntry, ...], Field(min_length=1)]


class BadgesFile(FileModel):
    """A file of badges, with the source of its facts."""

    source: str
    badges: tuple[BadgeEntry, ...]
    operators: tuple[OperatorEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Badges:
    """The content of the file: records by the id of the brand, and the badges of operators."""

    by_brand: Mapping[str, tuple[BuilderRecord, ...]]
    of_operators: tuple[Badge, ...]


def read_badges(path: Path, companies: Container[str]) -> Badges:
    """The records; none without a file. Raises DataFileError for a brand that stands twice, for an id that is not among
    `companies`, and for a pattern that is wrong, may take too long, or does not fit its examples."""
    if not path.exists():
        return Badges({}, ())
    file = read_yaml(path, BadgesFile)
    by_brand: dict[str, tuple[BuilderRecord, ...]] = {}
    flaws: list[Flaw] = []
    for badge in file.badges:
        if badge.brand in by_brand or badge.brand not in companies:
            flaws.append(Flaw(badge.brand, "stands here twice, or is no company", "each brand once, by its id"))
        by_brand[badge.brand] = _records(badge.brand, badge.records, companies, flaws)
    operators = [
        Badge(badge.name, badge.words, _records(badge.name, badge.records, companies, flaws))
        for badge in file.operators
    ]
    flaws += [
        Flaw(badge.name, "has a record without lines", "lines: an operator buys from many")
        for badge in operators
        if not all(record.lines for record in badge.records)
    ]
    if flaws:
        raise DataFileError(path, tuple(flaws), "correct these places and run the same command again")
    return Badges(by_brand, tuple(operators))


def _records(
    badge: str, entries: tuple[RecordEntry, ...], companies: Container[str], flaws: list[Flaw]
) -> tuple[BuilderRecord, ...]:
    unknown = [entry.builder for entry in entries if entry.builder not in companies]
    flaws += [Flaw(badge, f"names {builder}, which is no company", "an id") for builder in unknown]
    try:
        return tuple(map(_record, entries))
    except PatternError as error:
        flaws.append(Flaw(badge, str(error), "a pattern that matches its examples and none of its rejects"))
        return ()


def _record(entry: RecordEntry) -> BuilderRecord:
    return BuilderRecord(
        entry.builder,
        first_day(entry.since) if entry.since else None,
        end_of(entry.until) if entry.until else None,
        entry.certainty,
        entry.note,
        entry.in_part,
        tuple(map(_line, entry.lines)),
    )


def _line(entry: LineEntry) -> re.Pattern[str]:
    pattern = compiled(entry.pattern, ())
    wrong = [text for text in entry.examples if not pattern.search(text)]
    wrong += [text for text in entry.rejects if pattern.search(text)]
    if wrong:
        raise PatternError(f"the pattern {entry.pattern} is wrong about {wrong[0]}")
    return pattern
