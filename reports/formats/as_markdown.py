"""The document as Markdown (CommonMark with GitHub's tables): a summary for a ticket or a wiki.

Device text stands in code spans, where Markdown interprets nothing: no markup, no links, no mentions.
"""

import re
from collections.abc import Iterator
from datetime import date

from reports.document.document import AppliedPolicy, Document, ReportedDevice, place_of
from reports.document.overview import (
    Column,
    deadline_of,
    finding_label,
    maker_and_level,
    name_of,
    open_findings,
    other_ties,
    overview,
    worst_first,
)
from reports.document.sanitize import sanitize
from reports.document.tables import TextTable, not_assessed_table, unscanned_table
from reports.document.wording import NOT_LEGAL_ADVICE, PLACE, VERDICT, format_deadline, format_long_date
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
    yield f"**{plain(glance.summary)}**"
    if glance.unseen:
        yield from ("", "**Not everything was seen:**", "")
        yield from (f"- {plain(sentence)}" for sentence in glance.unseen)
    yield from _columns(glance.columns)
    yield from (line for sentence in glance.limits for line in ("", plain(sentence)))
    yield from _devices(document)
    yield from _not_assessed(not_assessed_table(document))
    yield from _unscanned(unscanned_table(document))
    yield from _policies(document)
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


def _columns(columns: tuple[Column, ...]) -> Iterator[str]:
    heading = ("Verdict", *(f"{PLACE[column.place]} ({column.devices:,})" for column in columns))
    counts = [dict(column.verdicts) for column in columns]
    rows = ((VERDICT[verdict], *(f"{count[verdict]:,}" for count in counts)) for verdict in Verdict)
    yield from _table(heading, *rows)


def _devices(document: Document) -> Iterator[str]:
    flagged = [judged for judged in worst_first(document) if judged.verdict is not Verdict.CLEAR]
    if not flagged:
        return
    yield from ("", "## Devices that are not clear")
    heading = ("Verdict", "Device", "Address", "Maker", "Model", "Where", "Findings", "Deadline")
    yield from _table(heading, *(_device(judged, document.header.as_of) for judged in flagged))


def _device(judged: ReportedDevice, as_of: date) -> tuple[str, ...]:
    identity, deadline = judged.device.identity, deadline_of(judged)
    findings = dict.fromkeys(finding_label(finding) for finding in open_findings(judged))
    return (
        VERDICT[judged.verdict],
        code(name_of(judged)),
        code(" ".join(judged.device.addresses)),
        ", ".join((*map(plain, maker_and_level(judged)), *map(plain, other_ties(judged)))),
        code(identity.model or ""),
        PLACE[place_of(judged.placement)],
        ", ".join(code(finding) for finding in findings),
        format_deadline(deadline, as_of) if deadline else "",
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
        force = "binding" if policy.binding else "not binding"
        yield f"- {code(policy.id)} {plain(policy.title)} ({plain(policy.jurisdiction)}, {force}){_memory(policy)}"


def _memory(policy: AppliedPolicy) -> str:
    """A warning about rules that are from memory, or about the whole policy."""
    rules = ", ".join(map(code, policy.recalled_rules))
    if rules:
        return f"; from memory, to be checked: {rules}"
    return "; from memory, to be checked" if policy.is_from_memory else ""
