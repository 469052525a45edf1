"""The operator's list of support ends: support.yaml, or a CSV file with the same columns."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from fingerprints.database.companies.companies import Companies
from fingerprints.database.csv_file import CsvRow, read_csv, refused
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.secret_names import first_word
from reports.policy.maker_names import maker_id, similar_company
from reports.policy.policy import Policy
from reports.policy.policy_file import Text
from reports.policy.support_policy import SupportEntry, support_policy
from reports.policy.verdict import Verdict

TITLE = "The end of makers' support"
"""The title of a list that has none of its own."""

After = Literal[Verdict.REVIEW, Verdict.RESTRICTED]
"""What follows when support has ended."""

_NOT_IN_ID = re.compile(r"[^a-z0-9]+")


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


ModelTexts = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class SupportEntryModel(FileModel):
    """One entry of the file: a maker, its models or a family of them (neither: all that it made), and the last days."""

    maker: Text
    """The company: its id, its name or an alias."""
    models: ModelTexts | None = None
    """Models as they are identified; `*` and `?` match any characters."""
    family: Text | None = None
    """Instead of `models`: each model that begins with these words, or has them after a space."""
    announced: date | None = None
    """The day on which the maker said so; before it the entry says nothing."""
    end_of_sale: date | None = None
    """The last day on which it was sold."""
    end_of_security_fixes: date | None = None
    """The last day of security fixes."""
    end_of_support: date | None = None
    """The last day of support."""
    verdict: After | None = None
    """The verdict after the last day. Without it: that of the file."""
    citation: Text | None = None
    """The document that says so."""
    source: Text | None = None
    """Where that document is."""

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        if self.models is not None and self.family is not None:
            raise ValueError("models or family, not both")
        if self.end_of_support is None and self.end_of_security_fixes is None:
            raise ValueError("end_of_support or end_of_security_fixes: a date such as 2026-10-31")
        days = [day for day in (self.end_of_sale, self.end_of_support) if day is not None]
        if days != sorted(days):
            raise ValueError("an end_of_support on or after end_of_sale")
        return self


class SupportFile(FileModel):
    """The whole file."""

    title: Text = TITLE
    """The title that reports show."""
    verdict: After = Verdict.REVIEW
    """The verdict of a device whose last day has passed."""
    support: tuple[SupportEntryModel, ...]
    """The entries."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """An entry and its place in the file."""

    place: str
    entry: SupportEntryModel


def read_support(path: Path, companies: Companies) -> Policy:
    """The policy of a list of support ends; a file that ends in .csv or .tsv is a table, any other is YAML.

    Raises DataFileError, which names each place: an unknown key or column, a text that is no date, a maker that the
    companies data does not know, models that are listed twice.
    """
    if path.suffix.lower() in (".csv", ".tsv"):
        title, after, placed = TITLE, Verdict.REVIEW, _entries_of_table(path)
    else:
        file = read_yaml(path, SupportFile)
        title, after = file.title, Verdict(file.verdict)
        placed = [_Placed(f"support.{number}", entry) for number, entry in enumerate(file.support)]
    _refuse(path, [*_unknown_makers(placed, companies), *_listed_twice(placed, companies)])
    entries = [_entry(item.entry, companies, path, after) for item in placed]
    return support_policy(_with_distinct_ids(entries), title, path.name, after)


def declared_support() -> Policy:
    """The policy without a list: it judges only the devices whose end of support the operator declares on them."""
    return support_policy((), TITLE, "the operator's list of devices", Verdict.REVIEW)


def _entries_of_table(path: Path) -> list[_Placed]:
    table = read_csv(path)
    known = tuple(SupportEntryModel.model_fields)
    unknown = [name for name in table.columns if name not in known]
    if "maker" not in table.columns or unknown:
        problem = f"the column {unknown[0] or 'without a name'} is unknown" if unknown else "there is no column maker"
        raise refused(path, (Flaw("row 1", problem, f"maker, and any of {', '.join(known[1:])}"),))
    entries: list[_Placed] = []
    flaws: list[Flaw] = []
    for row in table.rows:
        try:
            entries.append(_Placed(row.place, SupportEntryModel.model_validate_json(json.dumps(dict(_cells(row))))))
        except ValidationError as error:
            flaws += _flaws(row, error)
    if flaws:
        raise refused(path, tuple(flaws))
    return entries


def _cells(row: CsvRow) -> Iterator[tuple[str, Any]]:
    """The cells of a row as the model reads them: one cell holds several models, with semicolons between them."""
    for column, cell in row.cells.items():
        yield column, [model.strip() for model in cell.split(";")] if column == "models" else cell


def _flaws(row: CsvRow, error: ValidationError) -> Iterator[Flaw]:
    for detail in error.errors(include_url=False, include_context=False):
        column = ".".join(map(str, detail["loc"]))
        place = f"{row.place}, column {column}" if column else row.place
        value = detail["input"] if isinstance(detail["input"], str) else ""
        expected = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        yield Flaw(place, f"{first_word(value)!r}" if value else "it is not complete", expected)


def _unknown_makers(placed: Iterable[_Placed], companies: Companies) -> Iterator[Flaw]:
    for item in placed:
        if maker_id(item.entry.maker, companies) is None:
            similar = similar_company(item.entry.maker, companies)
            expected = f"perhaps {similar}" if similar else "an id or a name of the companies data"
            problem = f"there is no company {item.entry.maker}"
            yield Flaw(item.place, problem, f"{expected}; add it to companies.tsv in your folder of rules")


def _listed_twice(placed: Iterable[_Placed], companies: Companies) -> Iterator[Flaw]:
    seen: dict[tuple[str, str], str] = {}
    for item in placed:
        maker = maker_id(item.entry.maker, companies) or item.entry.maker
        for pattern in _patterns(item.entry) or ("",):
            before = seen.setdefault((maker, pattern.casefold()), item.place)
            if before != item.place:
                what = f"{item.entry.maker} {pattern}".rstrip()
                yield Flaw(item.place, f"{what} is listed in {before} too", "each model once")


def _refuse(path: Path, flaws: list[Flaw]) -> None:
    if flaws:
        raise DataFileError(path, tuple(flaws[:20]), "correct these places and run the same command again")


def _entry(item: SupportEntryModel, companies: Companies, path: Path, after: Verdict) -> SupportEntry:
    maker = maker_id(item.maker, companies) or item.maker
    named = item.family or (item.models or ("all",))[0]
    slug = _NOT_IN_ID.sub("-", f"{maker} {named}".casefold()).strip("-")
    return SupportEntry(
        slug,
        maker,
        _patterns(item),
        item.end_of_sale,
        item.end_of_support,
        item.end_of_security_fixes,
        item.announced,
        Verdict(item.verdict) if item.verdict else after,
        ", ".join(filter(None, (item.citation, item.source))) or path.name,
    )


def _patterns(item: SupportEntryModel) -> tuple[str, ...]:
    """The patterns of an entry. A family is every model that begins with its words, or has them after a space."""
    return (f"{item.family}*", f"* {item.family}*") if item.family else item.models or ()


def _with_distinct_ids(entries: list[SupportEntry]) -> list[SupportEntry]:
    uses: Counter[str] = Counter()
    distinct = []
    for entry in entries:
        uses[entry.id] += 1
        distinct.append(entry if uses[entry.id] == 1 else replace(entry, id=f"{entry.id}-{uses[entry.id]}"))
    return distinct
