"""The comparison of an inventory as text, Markdown, CSV and JSON (schema `kitscan-inventory-check/1`)."""

import json
from collections.abc import Callable, Iterator, Mapping

from reports.document.sanitize import sanitize
from reports.document.wording import describe_reason, format_count
from reports.formats.as_markdown import code, plain
from reports.formats.csv_table import to_csv
from reports.inventory_check.compare import DifferenceKind, InventoryCheck, ListDifference

SCHEMA = "kitscan-inventory-check/1"
COLUMNS = ("kind", "name", "address", "device", "listed", "found", "reason", "elsewhere", "text")

TITLES: Mapping[DifferenceKind, str] = {
    DifferenceKind.MAKER: "The maker differs",
    DifferenceKind.SERIAL: "The serial number differs",
    DifferenceKind.MODEL: "The model differs",
    DifferenceKind.NO_ANSWER: "Listed, and did not answer",
    DifferenceKind.NOT_LISTED: "Answered, and the lists say nothing of it",
}


def check_of_form(check: InventoryCheck, form: str) -> str:
    """The comparison in one of CHECK_FORMATS, ending with a line end: the same text for the same comparison."""
    return CHECK_FORMATS[form](check)


def describe_difference_of_list(row: ListDifference) -> str:
    """A difference as a sentence without its subject."""
    elsewhere = f"; {row.elsewhere} has this serial number" if row.elsewhere else ""
    match row.kind:
        case DifferenceKind.NO_ANSWER:
            because = describe_reason(row.reason) if row.reason is not None else ""
            return f"{because}{f' (listed as {row.listed})' if row.listed else ''}{elsewhere}"
        case DifferenceKind.NOT_LISTED:
            return row.found or "nothing names its maker"
        case _:
            return f"listed as {row.listed}, found {row.found}{elsewhere}"


def summarise(check: InventoryCheck) -> str:
    """The counts in one sentence."""
    listed = format_count(check.listed, "target is listed", "targets are listed")
    answered = format_count(check.answered, "device answered", "devices answered")
    rest = f"; nothing could be compared of {check.not_comparable:,}" if check.not_comparable else ""
    return f"{listed}, {check.agreeing:,} answered as the lists say{rest}. {answered} in all."


def _text(check: InventoryCheck) -> str:
    return "".join(f"{line}\n" for line in _lines(check))


def _lines(check: InventoryCheck) -> Iterator[str]:
    yield sanitize(f"Run {check.run}: {summarise(check)}", 400)
    for kind, rows in _by_kind(check):
        yield ""
        yield f"{TITLES[kind]}: {len(rows):,}"
        yield from (sanitize(f"  {_subject(row)}: {describe_difference_of_list(row)}", 400) for row in rows)


def _markdown(check: InventoryCheck) -> str:
    lines = ["# Inventory and what answered", "", plain(f"Run {check.run}: {summarise(check)}")]
    for kind, rows in _by_kind(check):
        lines += ["", f"## {TITLES[kind]}: {len(rows):,}", ""]
        lines += [f"- {code(_subject(row))}: {plain(describe_difference_of_list(row))}" for row in rows]
    return "\n".join(lines) + "\n"


def _csv(check: InventoryCheck) -> str:
    return to_csv(COLUMNS, ({**_row(row), "text": describe_difference_of_list(row)} for row in check.differences))


def _json(check: InventoryCheck) -> str:
    counts = {
        "answered": check.answered,
        "listed": check.listed,
        "agreeing": check.agreeing,
        "not_comparable": check.not_comparable,
    }
    rows = [{**_row(row), "text": describe_difference_of_list(row)} for row in check.differences]
    return json.dumps({"schema": SCHEMA, "run": check.run, **counts, "differences": rows}, indent=1) + "\n"


def _row(row: ListDifference) -> dict[str, str]:
    return {
        "kind": row.kind.value,
        "name": row.name,
        "address": row.address,
        "device": row.device,
        "listed": row.listed,
        "found": row.found,
        "reason": row.reason.value if row.reason is not None else "",
        "elsewhere": row.elsewhere,
    }


def _by_kind(check: InventoryCheck) -> Iterator[tuple[DifferenceKind, list[ListDifference]]]:
    for kind in DifferenceKind:
        rows = [row for row in check.differences if row.kind is kind]
        if rows:
            yield kind, rows


def _subject(row: ListDifference) -> str:
    return row.name if not row.address or row.address == row.name else f"{row.name} ({row.address})"


CHECK_FORMATS: Mapping[str, Callable[[InventoryCheck], str]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
    "markdown": _markdown,
}
"""Each format by its name."""
