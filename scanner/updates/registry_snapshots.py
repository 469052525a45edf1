"""Reads snapshots as their publishers write them: IEEE's CSV lists, oui-data's JSON, mac-vendor-lookup's list, IANA's
text or CSV, Wireshark's table of the same numbers, and packs of rules or policies. The content shows which of them a
file is.

Only numbers and names are kept. A name loses its control characters and is cut at MAX_NAME.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from fingerprints.database.provenance import SOURCE
from fingerprints.database.snapshots import DataSet
from fingerprints.model.errors import DataFileError, Flaw
from scanner.updates.archive import every_yaml_file, is_archive, yaml_files
from scanner.updates.compiled_tables import organisation_name
from scanner.updates.fetch import FetchedFile
from scanner.updates.policy_pack import is_policy_pack, policy_texts, stated_day

MAX_NAME = 200

WIDTHS: Mapping[str, int] = {"24 bits": 6, "28 bits": 7, "36 bits": 9}
"""The parts of the prefix table, and how many hexadecimal digits a prefix of each has (IEEE MA-L, MA-M, MA-S)."""

_IEEE_HEADING = ("Registry", "Assignment", "Organization Name")
_LAST_UPDATED = re.compile(r"\(last updated (\d{4}-\d{2}-\d{2})\)")
_MAC_VENDORS_LINE = re.compile(r"[0-9A-Fa-f]{6}:")
_PACK_DATE = re.compile(rb"(?m)^date:\s*[\"']?(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot: `rows` maps prefix or number to name, or for a pack path to text. `stated` is the day that the
    publisher states in it, None if it states none."""

    which: DataSet
    form: str
    rows: Mapping[str, str]
    stated: date | None = None


def read_snapshot(file: FetchedFile) -> Snapshot:
    """Read a snapshot. Raises DataFileError for content in no known form, and for a malformed row, named by its
    number."""
    if is_archive(file.content):
        files = every_yaml_file(file.content, file.name)
        return _policy_pack(file.name, files) if is_policy_pack(files) else _rule_pack(file)
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _flawed(
            file.name, f"byte {error.start}", "is not UTF-8", "a text file, or a zip or tar archive"
        ) from error
    for is_of_form, read in _FORMS:
        if is_of_form(text[:4096]):
            return read(file.name, text)
    known = (
        "IEEE's oui.csv, mam.csv or oui36.csv, oui-data's index.json, mac-vendor-lookup's mac-vendors.txt, IANA's "
        "enterprise-numbers, or a pack of rules or policies"
    )
    raise _flawed(file.name, "whole file", "has no form that kitscan knows", known)


def part_of(prefix: str) -> str:
    """The part of the prefix table that a prefix belongs to, by its width."""
    return next(part for part, digits in WIDTHS.items() if digits == len(prefix))


def _ieee(name: str, text: str) -> Snapshot:
    rows: dict[str, str] = {}
    for line, row in _records(name, text):
        prefix = row[1].strip().upper() if len(row) > 2 else ""
        if not _is_prefix(prefix):
            raise _flawed(name, f"line {line}", f"has the assignment {prefix[:40]!r}", "6, 7 or 9 hexadecimal digits")
        rows.setdefault(prefix, _name(row[2]))
    return Snapshot(DataSet.MAC_PREFIXES, "IEEE's CSV", rows)


def _oui_data(name: str, text: str) -> Snapshot:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _flawed(name, "whole file", "is not JSON", "oui-data's index.json") from error
    rows: dict[str, str] = {}
    for prefix, entry in entries.items():
        if not _is_prefix(prefix.upper()) or not isinstance(entry, str):
            raise _flawed(name, repr(prefix[:40]), "is no prefix with a name", "6, 7 or 9 hexadecimal digits: a text")
        rows[prefix.upper()] = _name(organisation_name(entry))
    return Snapshot(DataSet.MAC_PREFIXES, "oui-data's JSON", rows)


def _mac_vendors(name: str, text: str) -> Snapshot:
    """mac-vendor-lookup's list: `PREFIX:name` a line, 24-bit prefixes."""
    rows: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        prefix, _, holder = line.partition(":")
        if len(prefix) != WIDTHS["24 bits"] or not _is_prefix(prefix.upper()):
            raise _flawed(
                name, f"line {number}", f"has the prefix {prefix[:40]!r}", "6 hexadecimal digits, a colon, a name"
            )
        rows.setdefault(prefix.upper(), _name(holder))
    return Snapshot(DataSet.MAC_PREFIXES, "mac-vendor-lookup's list", rows)


def _iana_text(name: str, text: str) -> Snapshot:
    stated = _LAST_UPDATED.search(text[:4096])
    rows: dict[str, str] = {}
    number = ""
    for line in map(str.rstrip, text.split("\n")):
        if line.isascii() and line.isdecimal():
            number = line
        elif number and line.startswith("  "):
            if line[2:3].strip():  # a deeper line is a contact: the holder's line is empty
                rows.setdefault(_number(name, number), _name(line))
            number = ""
    return _numbers("IANA's text", rows, _day(name, stated[1] if stated else None))


def _iana_csv(name: str, text: str) -> Snapshot:
    rows: dict[str, str] = {}
    for line, row in _records(name, text):
        if len(row) < 2 or not row[0].strip().isdecimal():
            raise _flawed(name, f"line {line}", f"has the number {''.join(row[:1])[:40]!r}", "a decimal number")
        rows.setdefault(_number(name, row[0].strip()), _name(row[1]))
    return _numbers("IANA's CSV", rows)


def _wireshark(name: str, text: str) -> Snapshot:
    lines = (line.split(maxsplit=1) for line in text.splitlines())
    pairs = (parts for parts in lines if len(parts) == 2 and parts[0].isdecimal())
    rows = {_number(name, number): _name(holder.partition("# formerly ")[0]) for number, holder in pairs}
    return _numbers("Wireshark's table", rows)


def _numbers(form: str, rows: dict[str, str], stated: date | None = None) -> Snapshot:
    """The numbers that have a holder, as a snapshot."""
    held = {number: holder for number, holder in rows.items() if holder and holder != "---none---"}
    return Snapshot(DataSet.ENTERPRISE_NUMBERS, form, held, stated)


def _number(name: str, digits: str) -> str:
    """An enterprise number without leading zeros. An arc has at most 32 bits (RFC 2578 section 3.5)."""
    if len(digits) > 10 or int(digits) >= 2**32:
        raise _flawed(name, digits[:40], "is no enterprise number", "a number below 4294967296")
    return str(int(digits))


def _rule_pack(file: FetchedFile) -> Snapshot:
    files = yaml_files(file.content, file.name)
    sources = [text for path, text in files.items() if path.rpartition("/")[2] == SOURCE]
    stated = next((match[1].decode() for text in sources if (match := _PACK_DATE.search(text))), None)
    rules: dict[str, str] = {}
    for path, content in files.items():
        if path.rpartition("/")[2] != SOURCE:
            try:
                rules[path] = content.decode()
            except UnicodeDecodeError as error:
                raise _flawed(file.name, path[:100], "is not UTF-8", "a text file in UTF-8") from error
    if not rules:
        raise _flawed(file.name, "whole file", "holds no YAML file", "rule files, as rules/<company>/<family>.yaml")
    return Snapshot(DataSet.RULES, "a rule pack", rules, _day(file.name, stated))


def _policy_pack(name: str, files: Mapping[str, bytes]) -> Snapshot:
    return Snapshot(DataSet.POLICIES, "a pack of policies", policy_texts(files, name), stated_day(files, name))


def _day(name: str, stated: str | None) -> date | None:
    try:
        return date.fromisoformat(stated) if stated else None
    except ValueError as error:
        raise _flawed(name, f"date {stated}", "is no date", "a date such as 2026-11-22") from error


def _records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file without its heading, each with the line on which it ends."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        next(reader)
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise _flawed(name, f"line {reader.line_num}", str(error), "rows of CSV") from error


def _is_prefix(text: str) -> bool:
    return len(text) in WIDTHS.values() and all(mark in "0123456789ABCDEF" for mark in text)


def _name(text: str) -> str:
    """The name on one line, without unprintable characters."""
    return "".join(mark for mark in " ".join(text[: MAX_NAME * 2].split()) if mark.isprintable())[:MAX_NAME]


def _flawed(name: str, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(name, (Flaw(place, problem, expected),), "fetch the file again, or name another")


def _has_heading(*columns: str) -> Callable[[str], bool]:
    return lambda start: tuple(start.partition("\n")[0].strip().split(",")[: len(columns)]) == columns


_FORMS: tuple[tuple[Callable[[str], bool], Callable[[str, str], Snapshot]], ...] = (
    (_has_heading(*_IEEE_HEADING), _ieee),
    (lambda start: start.lstrip().startswith("{"), _oui_data),
    (lambda start: _MAC_VENDORS_LINE.match(start) is not None, _mac_vendors),
    (lambda start: start.lstrip().startswith("PRIVATE ENTERPRISE NUMBERS"), _iana_text),
    (_has_heading("Decimal"), _iana_csv),
    (lambda start: "enterprises.tsv" in start or "Enterprise Numbers" in start, _wireshark),
)
"""How each form starts, and its reader."""
