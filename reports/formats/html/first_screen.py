"""What the reader sees before scrolling: verdicts by place, dates, causes of findings, and what was not seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from reports.document.answers.matrix import ASSESSED, MatrixRow, verdict_matrix
from reports.document.answers.missing import missing_by_cause
from reports.document.document import Document, Header, Place
from reports.document.due import Due, DueDate
from reports.document.due_wording import cite_rule, describe_distance, due_note
from reports.document.group_wording import cite_cause, count_group, label_group, name_product, name_where
from reports.document.groups import FindingGroup, by_product
from reports.document.overview import Overview, name_of, waived_findings
from reports.document.totals import totals
from reports.document.wording import MARK, PLACE, describe_reason, format_count, format_short_month
from reports.formats.html.due_marks import DueMarks, due_marks
from reports.formats.html.links import PageLink, filtered, section
from reports.formats.html.parts import first_names, sentence
from reports.policy.verdict import Verdict

SHOWN_GROUPS = 8
SHOWN_CAUSES = 5
SHOWN_DATES = 3
SHOWN_SITES = 3
SHOWN_RULES = 2
"""Rows of each part that fit on the first screen; the sections below have all of them."""


NOTHING_ASSESSED = "No device was assessed, so nothing could be found."
"""What stands in place of the causes where there is no finding: what was not assessed is not clear."""


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number: a link to the rows that it counts, or a text alone where there are none."""

    links: tuple[PageLink, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A row of the matrix; `state` is a class of the style sheet."""

    state: str
    mark: str
    label: str
    cells: tuple[NumberCell, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A count of what the scan saw: its bar is `width` of the scope, in percent."""

    state: str
    label: str
    number: NumberCell
    width: str


@dataclass(frozen=True, slots=True)
class CauseRow:
    """Why findings arise: how many devices share the cause, what they are, where they stand, by which rule."""

    state: str
    mark: str
    verdict: str
    count: PageLink
    title: str
    where: str
    rule: str


@dataclass(frozen=True, slots=True)
class NextDate:
    """A day ahead by one rule: how far it is, how many devices it concerns, and what happens."""

    day: str
    distance: str
    devices: PageLink
    what: str
    rule: str


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """The values of the first screen. `more_causes` and `more_reasons` are empty or hold one link."""

    places: tuple[str, ...]
    matrix: tuple[VerdictRow, ...]
    dates_note: str
    dates: DueMarks
    next_dates: tuple[NextDate, ...]
    causes: tuple[CauseRow, ...]
    causes_note: str
    more_causes: tuple[PageLink, ...]
    amounts: tuple[Amount, ...]
    reasons: tuple[tuple[NumberCell, str], ...]
    more_reasons: tuple[PageLink, ...]


def first_screen(
    document: Document, glance: Overview, groups: tuple[FindingGroup, ...], dates: tuple[DueDate, ...], falls_due: Due
) -> FirstScreen:
    """The first screen of a document with its overview, its findings by cause, the dates that they name, and what of
    these falls due."""
    missing = missing_by_cause(document)
    products, numbers = by_product(groups), {group.cause: number for number, group in enumerate(groups)}
    more_groups, more_reasons = len(products) - SHOWN_GROUPS, len(missing) - SHOWN_CAUSES
    return FirstScreen(
        places=(*PLACE.values(), "No place", "All"),
        matrix=tuple(_verdict_row(row, glance.labels) for row in verdict_matrix(document)),
        dates_note=due_note(falls_due),
        dates=due_marks(dates, document.header.as_of, falls_due.until),
        next_dates=tuple(islice(_next_dates(dates, document.header.as_of), SHOWN_DATES)),
        causes=tuple(
            group_row(document.header, together, [numbers[group.cause] for group in together])
            for together in products[:SHOWN_GROUPS]
        ),
        causes_note=_count_causes(groups, len(products), document),
        more_causes=_more(more_groups, "findings", format_count(more_groups, "more cause")),
        amounts=tuple(_amounts(document)),
        reasons=tuple(
            (number(len(cause.targets), cause=cause.reason.value), sentence(describe_reason(cause.reason)))
            for cause in missing[:SHOWN_CAUSES]
        ),
        more_reasons=_more(more_reasons, "missing", format_count(more_reasons, "more reason")),
    )


def group_row(header: Header, groups: Sequence[FindingGroup], numbers: Sequence[int]) -> CauseRow:
    """The row of groups of the same devices, with their positions in the document: it links to these devices."""
    first, count = groups[0], len(groups[0].devices)
    part = f" ({first.cause.part})" if first.cause.part else ""
    return CauseRow(
        state=first.cause.verdict.value,
        mark=MARK[first.cause.verdict],
        verdict=label_group(first, header.binding),
        count=PageLink(filtered(group=map(str, numbers)), f"{count:,}", count_group(first)),
        title=f"{name_product(first.cause)}{part}",
        where=" · ".join((*_named(first), name_where(first.cause), *_sites(first.sites))),
        rule=first_names([cite_cause(group.cause) for group in groups], SHOWN_RULES),
    )


def _next_dates(dates: tuple[DueDate, ...], as_of: date) -> Iterator[NextDate]:
    for entry in (entry for due_date in dates if due_date.day >= as_of for entry in due_date.entries):
        day, devices = entry.due.day, format_count(entry.devices, "device")
        yield NextDate(
            f"{day.day} {format_short_month(day)} {day.year}",
            describe_distance(day, as_of),
            PageLink(filtered(due=day.isoformat()), devices),
            entry.due.milestone.value,
            cite_rule(entry.due),
        )


def number(count: int, **keys: str) -> NumberCell:
    """A count that links to the rows with these values; a plain 0 for none."""
    return NumberCell((PageLink(filtered(**keys), f"{count:,}"),)) if count else NumberCell((), "0")


def _into(anchor: str, count: int) -> NumberCell:
    return NumberCell((PageLink(section(anchor), f"{count:,}"),)) if count else NumberCell((), "0")


def _named(group: FindingGroup) -> Iterator[str]:
    """The name of the device, where there is only one."""
    if len(group.devices) == 1:
        yield name_of(group.devices[0])


def _sites(sites: tuple[str, ...]) -> Iterator[str]:
    if sites:
        yield first_names(sites, SHOWN_SITES)


def _count_causes(groups: tuple[FindingGroup, ...], causes: int, document: Document) -> str:
    if not groups:
        waived = sum(len(waived_findings(judged)) for judged in document.devices)
        assessed = totals(document).assessed
        if not assessed:
            return NOTHING_ASSESSED
        none_open = f"No finding is open in {format_count(assessed, 'assessed device')}"
        return f"{none_open}{f', and {waived:,} waived' if waived else ''}."
    devices = len({judged.device.id for group in groups for judged in group.devices})
    return f"{format_count(devices, 'device')} by {format_count(causes, 'cause')}"


def _more(count: int, anchor: str, text: str) -> tuple[PageLink, ...]:
    return (PageLink(section(anchor), text),) if count > 0 else ()


def _verdict_row(row: MatrixRow, labels: Mapping[Verdict, str]) -> VerdictRow:
    together = row.verdicts == ASSESSED
    cells = (_cell(row.by_place[place], row, place.value) for place in Place)
    outside = NumberCell((), f"{row.without_device:,}") if row.without_device else NumberCell((), "–")
    return VerdictRow(
        state="assessed" if together else row.verdicts[0].value,
        mark="Σ" if together else MARK[row.verdicts[0]],
        label="Assessed" if together else labels[row.verdicts[0]],
        cells=(*cells, outside, _cell(row.total, row, "")),
    )


def _cell(count: int, row: MatrixRow, place: str) -> NumberCell:
    if not count:
        return NumberCell((), "0")
    verdicts = [verdict.value for verdict in row.verdicts]
    href = filtered(verdict=verdicts, place=place) if place else filtered(verdict=verdicts)
    return NumberCell((PageLink(href, f"{count:,}"),))


def _amounts(document: Document) -> Iterator[Amount]:
    coverage, counted = document.header.coverage, totals(document)
    rows = (
        ("scope", "In scope", NumberCell((), f"{counted.in_scope:,}"), counted.in_scope),
        ("clear", "Maker known", NumberCell((), f"{coverage.identified:,}"), coverage.identified),
        ("not_assessed", "Not assessed", number(counted.not_assessed, verdict="not_assessed"), counted.not_assessed),
        ("silent", "Silent", _into("silent", counted.silent), counted.silent),
    )
    for state, label, cell, count in rows:
        share = 100 * count / counted.in_scope if counted.in_scope else 0
        yield Amount(state, label, cell, f"{min(max(share, 0.6 if count else 0), 100):.2f}%")
