"""The document as Markdown (CommonMark with GitHub's tables): the summary that goes into a ticket or a wiki.

Device text stands in code spans, where nothing is interpreted: no markup, no links, no mentions.
"""

import re
from collections.abc import Iterator
from datetime import date

from reports.document.document import Document, ReportedDevice, ReportedFinding, place_of
from reports.document.overview import (
    Column,
    deadline_of,
    known_as,
    name_of,
    open_findings,
    other_ties,
    overview,
    worst_first,
)
from reports.document.sanitize import sanitize
from reports.document.wording import NOT_LEGAL_ADVICE, PLACE, SEEN_ONLY, SEEN_ONLY_MEANS, VERDICT, cause, due, long_date
from reports.policy.verdict import Verdict

_ACTING = re.compile(r"[\\`*_\[\]#|<>~$&]|:(?=//)|(?<=www)\.|^[-+=]|(?<=^\d)[.)]")
"""What acts in running text: emphasis, links, tables, HTML, and at the start of a line lists and headings."""

CELL_LIMIT = 120


def render(document: Document) -> str:
    """The whole summary."""
    return "\n".join(_lines(document)) + "\n"


def code(text: str) -> str:
    """Device text as a code span, in a table's cell too; a backtick would end it, so it becomes a look-alike."""
    shown = sanitize(text, CELL_LIMIT).replace("`", "ˋ").replace("\\", "＼").replace("|", "\\|").strip()
    return f"`{shown}`" if shown else ""


def plain(text: str) -> str:
    """Running text in which nothing acts as markup; `@` becomes a look-alike, or it would call somebody."""
    return _ACTING.sub(r"\\\g<0>", sanitize(text, 600)).replace("@", "＠")


def _lines(document: Document) -> Iterator[str]:
    seen = overview(document)
    yield f"# Hardware provenance, {long_date(document.header.as_of)}"
    yield ""
    yield f"**{plain(seen.summary)}**"
    if seen.unseen:
        yield from ("", "**Not everything was seen:**", "")
        yield from (f"- {plain(sentence)}" for sentence in seen.unseen)
    yield from _columns(seen.columns)
    yield from _devices(document)
    yield from _missing(document)
    yield from _seen_only(document)
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
    findings = dict.fromkeys(_told(finding) for finding in open_findings(judged))
    return (
        VERDICT[judged.verdict],
        code(name_of(judged)),
        code(" ".join(judged.device.addresses)),
        ", ".join((*map(plain, known_as(judged)), *map(plain, other_ties(judged)))),
        code(identity.model or ""),
        PLACE[place_of(judged.placement)],
        ", ".join(code(finding) for finding in findings),
        due(deadline, as_of) if deadline else "",
    )


def _told(finding: ReportedFinding) -> str:
    part = f" ({finding.component})" if finding.component else ""
    return f"{finding.policy}/{finding.rule}{part}"


def _missing(document: Document) -> Iterator[str]:
    if not document.not_assessed:
        return
    yield from ("", "## Not assessed")
    rows = ((code(item.target), plain(cause(item.reason)), plain(item.hint)) for item in document.not_assessed)
    yield from _table(("Target", "Why", "What to do"), *rows)


def _seen_only(document: Document) -> Iterator[str]:
    if not document.seen_only_as_neighbour:
        return
    yield from ("", f"## {SEEN_ONLY}", "", SEEN_ONLY_MEANS)
    rows = (
        (code(one.name or one.mac or one.address), plain(", ".join(tie.entity for tie in one.watched)), plain(one.text))
        for one in document.seen_only_as_neighbour
    )
    yield from _table(("Known as", "May be by", "Where"), *rows)


def _policies(document: Document) -> Iterator[str]:
    yield from ("", "## Judged by", "", plain(document.header.policies_chosen), "")
    for policy in document.header.policies:
        force = "binding" if policy.binding else "not binding"
        recalled = ", ".join(map(code, policy.recalled_rules))
        unsure = f"; from memory, to be checked: {recalled}" if recalled else ""
        yield f"- {code(policy.id)} {plain(policy.title)} ({plain(policy.jurisdiction)}, {force}){unsure}"
