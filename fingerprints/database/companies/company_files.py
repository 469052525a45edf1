"""Reads the files below companies/: YAML for watched makers, dated ties, badges and exceptions, one TSV for the long
list of all others."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from fingerprints.database.companies.badge_file import BADGES, read_badges
from fingerprints.database.companies.company import Arc, Company, CompanyData, ReusedNumber, Tie
from fingerprints.database.companies.company_dates import When, end_of, first_day
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw

REGISTRY = "registry.tsv"
OWN_COMPANIES = "companies.tsv"
"""The file in a folder of the user's own rules with companies that kitscan does not know, in the columns of
REGISTRY."""

EXCEPTIONS = "exceptions.yaml"
REGISTRY_COLUMNS = ("id", "name", "home", "enterprises", "aliases", "owners")

KEPT = "kept"

CompanyId = Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=40)]

Number = Annotated[int, Field(ge=0, lt=2**32)]
EnterpriseOid = Annotated[str, Field(pattern=r"^1\.3\.6\.1\.4\.1(\.\d+){1,}$")]


class TieEntry(FileModel):
    """A tie as written: `since` and `until` are YYYY, YYYY-MM or YYYY-MM-DD."""

    company: CompanyId
    since: When | None = None
    until: When | None = None
    certainty: Annotated[str, Field(pattern="^(checked|recalled)$")] = "recalled"
    note: str = ""
    keeps_name: bool = True


class CompanyEntry(FileModel):
    """One company as written; company.Company explains the fields."""

    id: CompanyId
    name: Annotated[str, Field(min_length=1)]
    home: str = ""
    watched: bool = False
    makes_chips: bool = False
    aliases: tuple[str, ...] = ()
    oui_names: tuple[str, ...] = ()
    enterprises: tuple[Number, ...] = ()
    lookalikes: tuple[str, ...] = ()
    owners: tuple[TieEntry, ...] = ()


class CompaniesFile(FileModel):
    """A file of companies, with the source of its facts."""

    source: str
    companies: tuple[CompanyEntry, ...]


class GenericEntry(FileModel):
    """An enterprise number of an agent toolkit, a reference firmware or a standards body."""

    number: Number
    name: str
    note: str = ""


class ReusedNumberEntry(FileModel):
    """An enterprise number that devices of a company use although it does not hold the number."""

    number: Number
    company: CompanyId
    registered_to: str
    note: str = ""


class ArcEntry(FileModel):
    """A subtree that belongs to other companies than the holder of its number."""

    oid: EnterpriseOid
    brand: CompanyId | None = None
    platform: CompanyId | None = None
    maker: CompanyId | None = None
    note: str = ""


class ExceptionsFile(FileModel):
    """Exceptions to the rule that the holder of a number or a name is the company."""

    source: str
    generic: tuple[GenericEntry, ...]
    reused_numbers: tuple[ReusedNumberEntry, ...]
    arcs: tuple[ArcEntry, ...]
    lookalikes: tuple[str, ...]


def read_companies(folder: Path, own: Path | None = None) -> CompanyData:
    """All files of a companies folder together, with the companies of the user's own file (OWN_COMPANIES) if it exists.
    Raises DataFileError, also for a repeated id, and for a tie, badge or number that names an unknown id."""
    companies: dict[str, Company] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in (EXCEPTIONS, BADGES, "SOURCE.yaml"):
            continue
        for entry in read_yaml(path, CompaniesFile).companies:
            _add(companies, _company(entry), path)
    for company in _registry(folder / REGISTRY):
        _add(companies, company, folder / REGISTRY)
    if own is not None and own.exists():
        for company in _registry(own):
            _add(companies, company, own)
    badges = read_badges(folder / BADGES, companies)
    for brand, records in badges.by_brand.items():
        companies[brand] = replace(companies[brand], built_by=records)
    exceptions = read_yaml(folder / EXCEPTIONS, ExceptionsFile)
    _check(companies, exceptions, folder)
    return CompanyData(
        tuple(companies.values()),
        tuple((entry.number, entry.name) for entry in exceptions.generic),
        tuple(
            ReusedNumber(entry.number, entry.company, entry.registered_to, entry.note)
            for entry in exceptions.reused_numbers
        ),
        tuple(Arc(e.oid, e.brand or "", e.platform or "", e.maker or "", e.note) for e in exceptions.arcs),
        exceptions.lookalikes,
        badges.of_operators,
    )


def _company(entry: CompanyEntry) -> Company:
    return Company(
        id=entry.id,
        name=entry.name,
        aliases=entry.aliases,
        enterprise_numbers=entry.enterprises,
        oui_names=entry.oui_names,
        watched=entry.watched,
        makes_chips=entry.makes_chips,
        home=entry.home,
        owners=tuple(map(_tie, entry.owners)),
        lookalikes=entry.lookalikes,
    )


def _tie(entry: TieEntry) -> Tie:
    since = first_day(entry.since) if entry.since else None
    until = end_of(entry.until) if entry.until else None
    return Tie(entry.company, since, until, entry.certainty, entry.note, entry.keeps_name)


def _registry(path: Path) -> list[Company]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise _wrong(path, "whole file", f"cannot be read ({error.strerror})", "a readable file") from error
    if not lines or tuple(lines[0].split("\t")) != REGISTRY_COLUMNS:
        raise _wrong(path, "line 1", "is not the heading", f"the columns {', '.join(REGISTRY_COLUMNS)}, tabs between")
    return [_row(path, number, line) for number, line in enumerate(lines[1:], 2) if line]


def _row(path: Path, number: int, line: str) -> Company:
    try:
        company_id, name, home, numbers, aliases, owners = line.split("\t")
        ties = tuple(_owner(owner) for owner in owners.split("|") if owner)
        enterprises = tuple(map(int, numbers.split()))
    except ValueError as error:
        raise _wrong(path, f"line {number}", str(error), f"cells for {', '.join(REGISTRY_COLUMNS)}") from error
    if not re.fullmatch(r"[a-z0-9_]+", company_id) or not name:
        raise _wrong(path, f"line {number}", "has no id or no name", "an id of a-z, 0-9 and _, then a name")
    return Company(company_id, name, tuple(filter(None, aliases.split("|"))), enterprises, home=home, owners=ties)


def _owner(written: str) -> Tie:
    """A tie from `id since [until]`, or `id since kept` where the company still sells under its name."""
    company, since, *until = written.split(" ")
    if until and until != [KEPT]:
        return Tie(company, first_day(since), end_of(until[0]))
    return Tie(company, first_day(since), keeps_name=until == [KEPT])


def _add(companies: dict[str, Company], company: Company, path: Path) -> None:
    if company.id in companies:
        raise _wrong(path, company.id, "this id is used twice", "each company once")
    companies[company.id] = company


def _check(companies: dict[str, Company], exceptions: ExceptionsFile, folder: Path) -> None:
    """Raises DataFileError for a tie, reused number or arc that names an unknown company id."""
    named = [(company.id, tie.company) for company in companies.values() for tie in company.owners]
    named += [(str(reused.number), reused.company) for reused in exceptions.reused_numbers]
    named += [(arc.oid, end) for arc in exceptions.arcs for end in (arc.brand, arc.platform, arc.maker) if end]
    unknown = tuple(
        Flaw(place, f"names {company}, which is no company", "an id")
        for place, company in named
        if company not in companies
    )
    if unknown:
        raise DataFileError(folder, unknown, "correct these places and run the same command again")


def _wrong(path: Path, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(place, problem, expected),), "correct the file and run the same command again")
