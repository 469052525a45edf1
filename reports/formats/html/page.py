"""The whole HTML report as plain values, in reading order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from reports.document.document import Document, Place
from reports.document.due import next_first
from reports.document.due_wording import describe_due_day
from reports.document.force_wording import glossary
from reports.document.overview import (
    Column,
    Overview,
    maker_of,
    name_of,
    other_ties,
    overview,
    worst_first,
)
from reports.document.tables import TextTable, due_table, left_out_table, not_assessed_table, unscanned_table
from reports.document.wording import (
    MARK,
    NOT_LEGAL_ADVICE,
    PLACE,
    PLACE_MEANING,
    UNSCANNED_TITLE,
    format_count,
    format_long_date,
)
from reports.formats.html.map import map_blocks
from reports.formats.html.parts import Cell, DataBlock, Fact, Table, cells, facts, left_out, present, sentence
from reports.formats.html.policies import PolicyView, policy_views
from reports.formats.html.rows import data_blocks
from reports.policy.verdict import Verdict

SHOWN_RESTRICTED = 12
SHOWN_MAKERS = 10
SHOWN_UNSCANNED = 200
SHOWN_DUE = 12
"""Rows shown of each part; the rest is counted there."""

ALL_ASSESSED = "Every target that was named or showed a sign of life was assessed."


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a column's bar, in percent of its width."""

    state: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Count:
    """The number of devices with one verdict; `amount` is `some` or `none`, a class of the style sheet."""

    state: str
    mark: str
    label: str
    count: str
    amount: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A restricted device with a link to its evidence."""

    anchor: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class FlaggedGroup:
    """The restricted devices of a column."""

    title: str
    items: tuple[Flagged, ...]
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """Core, non-core or unclassified; `restricted` and `makers` are empty or hold one item."""

    key: str
    title: str
    total: str
    meaning: str
    bar: tuple[Part, ...]
    counts: tuple[Count, ...]
    restricted: tuple[FlaggedGroup, ...]
    makers: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the template writes; `not_assessed`, `unscanned`, `silent` and `left_out` are empty or hold one table.

    `notice` stands above everything else, or is empty. `due` always has its title and note, and may have no rows.
    """

    title: str
    notice: str
    headline: str
    where: str
    lede: str
    tool_version: str
    facts: tuple[Fact, ...]
    sections: tuple[Fact, ...]
    due: Table
    completeness: str
    unseen_title: str
    unseen: tuple[str, ...]
    columns: tuple[ColumnView, ...]
    not_assessed: tuple[Table, ...]
    unscanned: tuple[Table, ...]
    verdicts: tuple[Fact, ...]
    places: tuple[Fact, ...]
    silent: tuple[Table, ...]
    policies_chosen: str
    policies: tuple[PolicyView, ...]
    left_out: tuple[Table, ...]
    glossary: tuple[Fact, ...]
    not_advice: str
    made_by: str
    data: tuple[DataBlock, ...]
    css: str
    script: str
    csp: str


def page(document: Document, css: str, script: str, csp: str) -> Page:
    """The page of a document. `css`, `script` and `csp` are kitscan's own and are not escaped."""
    header, glance, devices = document.header, overview(document), worst_first(document)
    anchors = {judged.device.id: f"device-{number}" for number, judged in enumerate(devices, 1)}
    not_assessed, unscanned, silent = _not_assessed(document), _unscanned(document), tuple(_silent(document))
    return Page(
        title=f"Hardware provenance, {format_long_date(header.as_of)}",
        notice=glance.notice,
        headline=glance.headline,
        where=glance.where,
        lede=_lede(document),
        tool_version=header.tool_version,
        facts=_facts(document),
        sections=_sections(bool(not_assessed), bool(unscanned), bool(silent)),
        due=_due(document),
        completeness="partial" if glance.unseen else "complete",
        unseen_title="Not everything was seen" if glance.unseen else "Every target in scope was assessed",
        unseen=(*(glance.unseen or (ALL_ASSESSED,)), *glance.limits),
        columns=_columns(glance, anchors, header.as_of),
        not_assessed=not_assessed,
        unscanned=unscanned,
        verdicts=tuple(Fact(verdict.value, label) for verdict, label in glance.labels.items()),
        places=tuple(Fact(place.value, PLACE[place]) for place in Place),
        silent=silent,
        policies_chosen=header.policies_chosen,
        policies=policy_views(document),
        left_out=_left_out(document),
        glossary=tuple(Fact(word, meaning) for word, meaning in glossary(header.binding)),
        not_advice=NOT_LEGAL_ADVICE,
        made_by=f"Made by kitscan {header.tool_version} from the evidence of run {header.run}.",
        data=(*data_blocks(document), *map_blocks(document)),
        css=css,
        script=script,
        csp=csp,
    )


def _lede(document: Document) -> str:
    day, policies = (
        format_long_date(document.header.as_of),
        format_count(len(document.header.policies), "policy", "policies"),
    )
    restrict = "restrict" if document.header.binding else "would restrict"
    return (
        "This report names the maker of each device on the network, shows the evidence, and lists the devices that the "
        f"policies below {restrict} where they stand. It applies {policies} as they stood on {day}."
    )


def _facts(document: Document) -> tuple[Fact, ...]:
    header, coverage = document.header, document.header.coverage
    return facts(
        ("As of", format_long_date(header.as_of)),
        ("In scope", f"{coverage.in_scope:,}"),
        ("Answered", f"{coverage.answered:,}"),
        ("Identified", f"{coverage.identified:,}"),
        ("Not assessed", f"{max(coverage.not_assessed, len(document.not_assessed)):,}"),
        ("Policies", ", ".join(policy.id for policy in header.policies) or "none"),
        ("Run", header.run),
        ("Fingerprint data", header.data_version),
    )


def _sections(not_assessed: bool, unscanned: bool, silent: bool) -> tuple[Fact, ...]:
    return facts(
        ("due", "What falls due"),
        ("overview", "Overview"),
        ("missing", "Not assessed" if not_assessed else None),
        ("seen-only", UNSCANNED_TITLE if unscanned else None),
        ("devices", "Every device"),
        ("silent", "Silent ranges" if silent else None),
        ("policies", "Policies"),
        ("words", "What the words mean"),
    )


def _due(document: Document) -> Table:
    table = due_table(document)
    rows = tuple(cells(*row, shapes=("key", "", "key")) for row in table.rows[:SHOWN_DUE])
    more = left_out(len(table.rows), SHOWN_DUE, "date", "in the JSON document")
    return Table(table.title, table.headings, rows, table.note, shape="dates", more=more)


def _columns(glance: Overview, anchors: Mapping[str, str], as_of: date) -> tuple[ColumnView, ...]:
    return tuple(
        ColumnView(
            key=column.place.value,
            title=PLACE[column.place],
            total=format_count(column.devices, "device"),
            meaning=PLACE_MEANING[column.place],
            bar=tuple(_bar(column)),
            counts=tuple(
                Count(
                    verdict.value,
                    MARK[verdict],
                    glance.labels[verdict],
                    f"{count:,}",
                    "some" if count else "none",
                )
                for verdict, count in column.verdicts
            ),
            restricted=tuple(_restricted(column, anchors, as_of, glance.labels[Verdict.RESTRICTED])),
            makers=tuple(_makers(column, glance.labels[Verdict.RESTRICTED])),
        )
        for column in glance.columns
    )


def _bar(column: Column) -> Iterator[Part]:
    start = 0.0
    for verdict, count in column.verdicts:
        if count:
            width = 100 * count / column.devices
            yield Part(verdict.value, f"{start:.2f}", f"{max(width - 0.6, 0.2):.2f}")
            start += width


def _restricted(column: Column, anchors: Mapping[str, str], as_of: date, restricted: str) -> Iterator[FlaggedGroup]:
    items = []
    for judged in column.restricted[:SHOWN_RESTRICTED]:
        product = " ".join(part for part in (maker_of(judged), judged.device.identity.model) if part)
        dates = [describe_due_day(due_day, as_of) for due_day in next_first(judged, as_of)]
        description = "; ".join((", ".join((product, *other_ties(judged))), *dates))
        items.append(Flagged(anchors[judged.device.id], name_of(judged), description))
    if items:
        more = left_out(len(column.restricted), SHOWN_RESTRICTED, "device", "in the list of every device")
        yield FlaggedGroup(f"{restricted} here", tuple(items), more)


def _makers(column: Column, restricted: str) -> Iterator[Table]:
    rows = tuple(
        cells(maker.name, f"{maker.devices:,}", f"{maker.restricted:,}", shapes=("", "number", "number"))
        for maker in column.makers[:SHOWN_MAKERS]
    )
    more = left_out(len(column.makers), SHOWN_MAKERS, "maker", "in the list of every device")
    if rows:
        headings = ("Maker", "Devices", restricted)
        yield Table("Makers here", headings, rows, shape="counted", more=more)


def _not_assessed(document: Document) -> tuple[Table, ...]:
    table = not_assessed_table(document)
    rows = tuple(cells(target, sentence(cause), sentence(step), shapes=("key",)) for target, cause, step in table.rows)
    return present((_titled(table, rows),))


def _unscanned(document: Document) -> tuple[Table, ...]:
    table = unscanned_table(document)
    rows = tuple(cells(*row, shapes=("key",)) for row in table.rows[:SHOWN_UNSCANNED])
    more = left_out(len(table.rows), SHOWN_UNSCANNED, "device", "in the JSON document")
    return present((_titled(table, rows, more),))


def _titled(table: TextTable, rows: tuple[tuple[Cell, ...], ...], more: tuple[str, ...] = ()) -> Table:
    return Table(table.title, table.headings, rows, table.note, more=more)


def _silent(document: Document) -> Iterator[Table]:
    rows = tuple(
        cells(part.prefix, f"{part.addresses:,}", f"{part.silent:,}", shapes=("key", "number", "number"))
        for part in document.header.coverage.silent
    )
    if rows:
        note = "These addresses did not answer. They may be unused, switched off, or shielded by a firewall."
        yield Table("Silent ranges", ("Range", "Addresses", "Silent"), rows, note, shape="counted")


def _left_out(document: Document) -> tuple[Table, ...]:
    table = left_out_table(document)
    return present((_titled(table, tuple(cells(*row, shapes=("key",)) for row in table.rows)),))
