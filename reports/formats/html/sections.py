"""The static tables below the first screen: deadlines, what was not seen, waivers, and how the report was made."""

from collections.abc import Sequence
from datetime import date

from reports.document.answers.missing import MissingByCause, missing_by_cause
from reports.document.document import Document, Header, NotAssessed
from reports.document.due import DueDate, DueEntry
from reports.document.due_wording import cite_rule, describe_distance
from reports.document.overview import name_of, worst_first
from reports.document.provenance_wording import scan_cost
from reports.document.sanitize import sanitize
from reports.document.tables import left_out_table, unscanned_table
from reports.document.wording import NOT_ASSESSED_NOTE, describe_reason, format_count, format_long_date, next_step
from reports.formats.html.links import PageLink, filtered
from reports.formats.html.parts import Cell, Fact, Table, cells, facts, first_names, left_out, present, sentence

SHOWN_TARGETS = 20
"""Targets that a row of the reasons names. The device table and the CSV have all of them."""

SHOWN_UNSCANNED = 200
SHOWN_SILENT = 200
SHOWN_NAMES = 8

SHOWN_ORIGIN = 80
"""Characters that the first screen shows of a fact; the method has all of it."""

SILENT_NOTE = "These addresses did not answer. They may be unused, switched off, or shielded by a firewall."

WAIVERS_NOTE = "A waived finding stays in the report. Who answers for it, who approved it and until when stands here."


def due_table(dates: Sequence[DueDate], as_of: date) -> Table:
    """Each day and rule with its devices, passed days first."""
    rows = tuple(_due_row(entry, as_of) for due_date in dates for entry in due_date.entries)
    return Table("Deadlines", ("Day", "When", "What", "Rule", "Devices", "Which"), rows, shape="dated")


def missing_table(document: Document) -> tuple[Table, ...]:
    """The reasons why targets were not assessed, how many they are, what to do, and the first of them."""
    rows = tuple(map(_missing_row, missing_by_cause(document)))
    headings = ("Why", "Targets", "What to do", "Which")
    return present((Table("Not assessed, by cause", headings, rows, NOT_ASSESSED_NOTE, "caused"),))


def unscanned(document: Document) -> tuple[Table, ...]:
    """The devices that only their neighbours report."""
    table = unscanned_table(document)
    rows = tuple(cells(*row, shapes=("key",)) for row in table.rows[:SHOWN_UNSCANNED])
    more = left_out(len(table.rows), SHOWN_UNSCANNED, "device", "in the JSON document")
    return present((Table(table.title, table.headings, rows, table.note, more=more),))


def silent_ranges(document: Document) -> tuple[Table, ...]:
    """The ranges in scope with addresses that gave no sign of life."""
    ranges = [part for part in document.header.coverage.silent if part.silent]
    rows = tuple(
        cells(part.prefix, f"{part.addresses:,}", f"{part.silent:,}", shapes=("key", "number", "number"))
        for part in ranges[:SHOWN_SILENT]
    )
    more = left_out(len(ranges), SHOWN_SILENT, "range", "in the JSON document")
    return present((Table("Silent ranges", ("Range", "Addresses", "Silent"), rows, SILENT_NOTE, "counted", more),))


def left_out_policies(document: Document) -> tuple[Table, ...]:
    """The policies of the operator's jurisdictions that do not judge."""
    table = left_out_table(document)
    rows = tuple(cells(*row, shapes=("key",)) for row in table.rows)
    return present((Table(table.title, table.headings, rows, table.note),))


def waivers(document: Document) -> tuple[Table, ...]:
    """Each waiver that covers a finding, in its own words, with the rules and the devices that it covers."""
    covered: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for judged in worst_first(document):
        for finding in judged.findings:
            if finding.waiver is not None:
                rules, names = covered.setdefault(finding.waiver, ({}, {}))
                rules[f"{finding.policy}/{finding.rule}"] = None
                names[name_of(judged)] = None
    rows = tuple(
        cells(
            words,
            ", ".join(rules),
            f"{len(names):,}",
            first_names(tuple(names), SHOWN_NAMES),
            shapes=("", "", "number"),
        )
        for words, (rules, names) in sorted(covered.items())
    )
    return present((Table("Waivers", ("Waiver", "Rules", "Devices", "Which"), rows, WAIVERS_NOTE, "waived"),))


def method(header: Header, provenance: Sequence[tuple[str, str]]) -> tuple[Fact, ...]:
    """Where the report comes from, how old its law is, and what the scan cost."""
    known = header.policies_known_until
    age = format_count(max((header.as_of - known).days, 0), "day") if known else None
    cost = ((term, f"{amount:,.1f}".removesuffix(".0")) for term, amount in scan_cost(header.coverage))
    return facts(*provenance, ("Age of the policies", age), *cost)


def origin(header: Header, provenance: Sequence[tuple[str, str]]) -> tuple[Fact, ...]:
    """The first facts of the provenance, for the first screen: the number, who, when, of what, and without what."""
    shown = 7 if header.record else 5
    return tuple(Fact(term, sanitize(value, SHOWN_ORIGIN)) for term, value in provenance[:shown])


def _due_row(entry: DueEntry, as_of: date) -> tuple[Cell, ...]:
    due_day = entry.due
    devices = PageLink(filtered(due=due_day.day.isoformat()), f"{entry.devices:,}")
    more = entry.devices - len(entry.names)
    return (
        Cell(format_long_date(due_day.day), "key"),
        Cell(describe_distance(due_day.day, as_of), "passed" if due_day.day < as_of else "ahead"),
        Cell(due_day.milestone.value),
        Cell(cite_rule(due_day), "code"),
        Cell("", "number", links=(devices,)),
        Cell(f"{', '.join(entry.names)}{f' and {more:,} more' if more else ''}"),
    )


def _missing_row(cause: MissingByCause) -> tuple[Cell, ...]:
    names = tuple(item.target for item in cause.targets)
    step = next_step(cause.targets[0] if len(names) == 1 else NotAssessed("", cause.reason))
    return (
        Cell(sentence(describe_reason(cause.reason)), "key"),
        Cell("", "number", links=(PageLink(filtered(cause=cause.reason.value), f"{len(names):,}"),)),
        Cell(sentence(step)),
        Cell(first_names(names, SHOWN_TARGETS), "names"),
    )
