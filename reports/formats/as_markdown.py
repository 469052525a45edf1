"""The document as Markdown (CommonMark with GitHub's tables): a summary for a ticket or a wiki.

What there is to do comes first, as a list to tick off: by cause, because sixty findings are six causes.
Device text stands in code spans, where Markdown interprets nothing, or is escaped: no markup, no links, no mentions.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from reports.document.answers.answer import answer
from reports.document.document import Document, Header, ReportedDevice, place_of
from reports.document.due import next_first
from reports.document.due_wording import cite_rule, describe_day
from reports.document.force_wording import force_facts, label_device
from reports.document.group_wording import cite_cause, count_group, label_group, name_cause, say_what_to_do
from reports.document.groups import FindingGroup, by_product, finding_groups
from reports.document.overview import (
    Column,
    completing_steps,
    finding_label,
    maker_and_level,
    name_of,
    open_findings,
    other_ties,
    overview,
    worst_first,
)
from reports.document.provenance_wording import PROVENANCE_TITLE, provenance_facts
from reports.document.sanitize import sanitize
from reports.document.tables import TextTable, due_table, left_out_table, not_assessed_table, unscanned_table
from reports.document.wording import NOT_LEGAL_ADVICE, PLACE, format_count, format_long_date
from reports.policy.verdict import Verdict

_ACTING = re.compile(r"[\\`*_\[\]#|<>~$&]|:(?=//)|(?<=www)\.|^[-+=]|(?<=^\d)[.)]")
"""Markup in running text: emphasis, links, tables, HTML; at the start of a line also lists and headings."""

CELL_LIMIT = 120

SHOWN_GROUPS = 20
SHOWN_NAMES = 6
SHOWN_DEVICES = 60
SHOWN_NOT_ASSESSED = 60
"""Rows of each part, so that a ticket takes the whole; what is left out is counted."""


def render(document: Document) -> str:
    """The whole summary."""
    return "\n".join(_lines(document)) + "\n"


def code(text: str, limit: int = CELL_LIMIT) -> str:
    """Device text as a code span that also fits a table cell. A backtick would end it and becomes a look-alike."""
    shown = sanitize(text, limit).replace("`", "ˋ").replace("\\", "＼").replace("|", "\\|").strip()
    return f"`{shown}`" if shown else ""


def plain(text: str) -> str:
    """Running text without markup. `@` becomes a look-alike, because it would notify somebody."""
    return _ACTING.sub(r"\\\g<0>", sanitize(text, 600)).replace("@", "＠")


def _lines(document: Document) -> Iterator[str]:
    glance = overview(document)
    said = answer(document, glance)
    yield from (f"# Hardware provenance, {format_long_date(document.header.as_of)}", "")
    if said.notice:
        yield from (f"> **{plain(said.notice)}**", "")
    yield f"**{plain(glance.summary)}**"
    yield from (line for sentence in (said.dates, said.unseen) if sentence for line in ("", plain(sentence)))
    yield from _to_do(document)
    yield from _columns(glance.columns, glance.labels)
    yield from (line for sentence in glance.limits for line in ("", plain(sentence)))
    yield from _due(due_table(document))
    if glance.unseen:
        yield from ("", "**Not everything was seen:**", "")
        yield from (f"- {plain(sentence)}" for sentence in glance.unseen)
    yield from _devices(document)
    yield from _not_assessed(not_assessed_table(document))
    yield from _unscanned(unscanned_table(document))
    yield from _policies(document)
    yield from _left_out(left_out_table(document))
    yield from _provenance(document)
    yield from ("", NOT_LEGAL_ADVICE)


def _to_do(document: Document) -> Iterator[str]:
    """A box to tick for each cause, the worst first, and for each step that no finding asks for."""
    entries = [groups for groups in by_product(finding_groups(document)) if _asks_for_work(groups[0])]
    steps = tuple(completing_steps(document))
    if not entries and not steps:
        return
    yield from ("", "## What to do", "")
    for groups in entries[:SHOWN_GROUPS]:
        yield _box(groups, document.header)
    if len(entries) > SHOWN_GROUPS:
        yield f"- [ ] and {format_count(len(entries) - SHOWN_GROUPS, 'more cause')}, in the other formats"
    yield from (f"- [ ] {plain(step)}" for step in steps)


def _asks_for_work(group: FindingGroup) -> bool:
    """True but for what is not assessed: the step that assesses what is missing says that once for all."""
    return group.cause.verdict is not Verdict.NOT_ASSESSED


def _box(groups: tuple[FindingGroup, ...], header: Header) -> str:
    """`- [ ] **Restricted**, Hikvision DS-2CD2143G2 in enterprise: 2 devices (`cam-10`, `cam-11`), by `us-889a/video`.
    Replace them, or have the finding waived.`"""
    first, binding = groups[0], header.binding
    devices = ", ".join(code(name_of(judged)) for judged in first.devices[:SHOWN_NAMES])
    more = len(first.devices) - SHOWN_NAMES
    named = f"{devices}{f' and {more:,} more' if more > 0 else ''}"
    rules = ", ".join(code(cite_cause(group.cause)) for group in groups)
    days = [group.deadline for group in groups if group.deadline]
    passed = " (passed)" if days and min(days) < header.as_of else ""
    due = f", last day {min(days).isoformat()}{passed}" if days else ""
    about = f"{plain(name_cause(first.cause))}: {plain(count_group(first))} ({named}), by {rules}{due}"
    return f"- [ ] **{label_group(first, binding)}**, {about}. {plain(say_what_to_do(first, binding))}."


def _provenance(document: Document) -> Iterator[str]:
    yield from ("", f"## {PROVENANCE_TITLE}")
    yield from _table(("What", "Value"), *((term, code(value, 600)) for term, value in provenance_facts(document)))


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
    """Verdicts by place. What was assessed is the sum above it; what was not stands below, in no sum."""
    heading = ("Verdict", *(PLACE[column.place] for column in columns))
    counts = [dict(column.verdicts) for column in columns]
    rows = [(label, *(f"{count[verdict]:,}" for count in counts)) for verdict, label in labels.items()]
    missing = rows.pop(list(labels).index(Verdict.NOT_ASSESSED))
    assessed = ("Assessed", *(f"{column.assessed:,}" for column in columns))
    yield from _table(heading, *rows, assessed, missing)


def _devices(document: Document) -> Iterator[str]:
    flagged = [judged for judged in worst_first(document) if judged.verdict is not Verdict.CLEAR]
    if not flagged:
        return
    first = f": the first {SHOWN_DEVICES} of {len(flagged):,}" if len(flagged) > SHOWN_DEVICES else ""
    yield from ("", f"## Devices that are not clear{first}")
    heading = ("Verdict", "Device", "Address", "Maker", "Model", "Where", "Findings", "Dates, the next one first")
    as_of, binding = document.header.as_of, document.header.binding
    yield from _table(heading, *(_device(judged, as_of, binding) for judged in flagged[:SHOWN_DEVICES]))


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
        more = len(table.rows) > SHOWN_NOT_ASSESSED
        first = f": the first {SHOWN_NOT_ASSESSED} of {len(table.rows):,}" if more else ""
        yield from ("", f"## {table.title}{first}")
        shown = table.rows[:SHOWN_NOT_ASSESSED]
        rows = ((code(target), plain(cause), plain(next_step)) for target, cause, next_step in shown)
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
