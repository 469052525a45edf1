"""The document as Markdown (CommonMark with GitHub's tables): a summary for a ticket or a wiki.

Device text stands in code spans, where Markdown interprets nothing: no markup, no links, no mentions.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from reports.document.document import Document, ReportedDevice, place_of
from reports.document.due import next_first
from reports.document.due_wording import cite_rule, describe_day
from reports.document.force_wording import force_facts, label_device
from reports.document.overview import (
    Column,
    finding_label,
    maker_and_level,
    name_of,
    open_findings,
    other_ties,
    overview,
    worst_first,
)
from reports.document.sanitize import sanitize
from reports.document.tables import TextTable, due_table, left_out_table, not_assessed_table, unscanned_table
from reports.document.wording import NOT_LEGAL_ADVICE, PLACE, format_long_date
from reports.policy.verdict import Verdict

_ACTING = re.compile(r"[\\`*_\[\]#|<>~$&]|:(?=//)|(?<=www)\.|^[-+=]|(?<=^\d)[.)]")
"""Markup in running text: emphasis, links, tables, HTML; at the start of a line also lists and headings."""

CELL_LIMIT = 120


def render(document: Document) -> str:
    """The whole summary."""
    return "\n".join(_lines(document)) + "\n"


def code(text: str) -> str:
    """Device text as a code span that also fits a table cell. A backtick would end it and becomes a look-alike."""
    shown = sanitize(text, CELL_LIMIT).replace("`", "ˋ").replace("\\", "＼").replace("|", "\\|").strip()
    return f"`{shown}`" if shown else ""


def plain(text: str) -> str:
    """Running text without markup. `@` becomes a look-alike, because it would notify somebody."""
    return _ACTING.sub(r"\\\g<0>", sanitize(text, 600)).replace("@", "＠")


def _lines(document: Document) -> Iterator[str]:
    glance = overview(document)
    yield f"# Hardware provenance, {format_long_date(document.header.as_of)}"
    yield ""
    if glance.notice:
        yield from (f"> **{plain(glance.notice)}**", "")
    yield f"**{plain(glance.summary)}**"
    yield from _due(due_table(document))
    if glance.unseen:
        yield from ("", "**Not everything was seen:**", "")
        yield from (f"- {plain(sentence)}" for sentence in glance.unseen)
    yield from _columns(glance.columns, glance.labels)
    yield from (line for sentence in glance.limits for line in ("", plain(sentence)))
    yield from _devices(document)
    yield from _not_assessed(not_assessed_table(document))
    yield from _unscanned(unscanned_table(document))
    yield from _policies(document)
    yield from _left_out(left_out_table(document))
    yield from (
        "",
        f"Run {code(document.header.run)}, kitscan {code(document.header.tool_version)}. {NOT_LEGAL_ADVICE}",
    )


def _table(*rows: tuple[str, ...]) -> Iterator[str]:
    heading, *body = rows
    yield ""
    yield f"| {' | '.join(heading)} |"
    yield f"|{' --- |' * len(heading)}"
    yield from (f"| {' | '.join(row)} |" for row in body)


def _due(table: TextTable) -> Iterator[str]:
    yield from ("", f"**{table.title}.** {plain(table.note)}")
    if table.rows:
        rows = ((day, what, code(rule), code(devices)) for day, what, rule, devices in table.rows)
        yield from _table(table.headings, *rows)


def _columns(columns: tuple[Column, ...], labels: Mapping[Verdict, str]) -> Iterator[str]:
    heading = ("Verdict", *(f"{PLACE[column.place]} ({column.devices:,})" for column in columns))
    counts = [dict(column.verdicts) for column in columns]
    rows = ((label, *(f"{count[verdict]:,}" for count in counts)) for verdict, label in labels.items())
    yield from _table(heading, *rows)


def _devices(document: Document) -> Iterator[str]:
    flagged = [judged for judged in worst_first(document) if judged.verdict is not Verdict.CLEAR]
    if not flagged:
        return
    yield from ("", "## Devices that are not clear")
    heading = ("Verdict", "Device", "Address", "Maker", "Model", "Where", "Findings", "Dates, the next one first")
    yield from _table(heading, *(_device(judged, document.header.as_of, document.header.binding) for judged in flagged))


def _device(judged: ReportedDevice, as_of: date, binding: bool) -> tuple[str, ...]:
    identity = judged.device.identity
    findings = dict.fromkeys(finding_label(finding) for finding in open_findings(judged))
    return (
        label_device(judged, binding),
        code(name_of(judged)),
        code(" ".join(judged.device.addresses)),
        ", ".join((*map(plain, maker_and_level(judged)), *map(plain, other_ties(judged)))),
        code(identity.model or ""),
        PLACE[place_of(judged.placement)],
        ", ".join(code(finding) for finding in findings),
        "; ".join(f"{describe_day(day, as_of)} {code(cite_rule(day))}" for day in next_first(judged, as_of)),
    )


def _not_assessed(table: TextTable) -> Iterator[str]:
    if table.rows:
        yield from ("", f"## {table.title}")
        rows = ((code(target), plain(cause), plain(next_step)) for target, cause, next_step in table.rows)
        yield from _table(table.headings, *rows)


def _unscanned(table: TextTable) -> Iterator[str]:
    if table.rows:
        yield from ("", f"## {table.title}", "", table.note)
        rows = ((code(name), plain(companies), plain(where)) for name, companies, where in table.rows)
        yield from _table(table.headings, *rows)


def _policies(document: Document) -> Iterator[str]:
    yield from ("", "## Judged by", "", plain(document.header.policies_chosen), "")
    for policy in document.header.policies:
        yield f"- {code(policy.id)} {plain(policy.title)} ({plain(policy.jurisdiction)})"
        yield from (f"  - {term}: {plain(value)}" for term, value in force_facts(policy, document.header.as_of))


def _left_out(table: TextTable) -> Iterator[str]:
    if table.rows:
        yield from ("", f"## {table.title}", "", table.note)
        rows = ((code(name), plain(title), plain(why)) for name, title, why in table.rows)
        yield from _table(table.headings, *rows)
