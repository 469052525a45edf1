"""The document as a terminal summary: three columns, restricted devices, what was not seen, the next steps."""

import io
from collections.abc import Iterable, Iterator
from datetime import date

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from fingerprints.model.device import Level
from reports.document.document import AppliedPolicy, Document, ReportedDevice, place_of
from reports.document.overview import (
    Column,
    deadline_of,
    maker_and_level,
    maker_of,
    name_of,
    open_findings,
    other_ties,
    overview,
    worst_first,
)
from reports.document.sanitize import sanitize
from reports.document.tables import not_assessed_table, unscanned_table
from reports.document.wording import (
    MARK,
    NOT_LEGAL_ADVICE,
    PLACE,
    VERDICT,
    format_count,
    format_deadline,
    format_long_date,
)
from reports.policy.verdict import Verdict

WIDTH = 100
STYLE = {
    Verdict.RESTRICTED: "bold red",
    Verdict.REVIEW: "yellow",
    Verdict.CONDITIONAL: "cyan",
    Verdict.NOT_ASSESSED: "dim",
    Verdict.CLEAR: "green",
}

SHOWN_MAKERS = 4
SHOWN_DEVICES = 12
SHOWN_UNSCANNED = 5
SHOWN_NOT_ASSESSED = 5
"""Rows of each part: the summary fits on a screen or two. It counts what it leaves out."""


def render(document: Document) -> str:
    """The summary as plain text, 100 columns wide."""
    return render_text(document, WIDTH, colour=False)


def render_text(document: Document, width: int, colour: bool) -> str:
    """The summary for a terminal of `width` columns (at least 40), with ANSI colour if `colour` is true."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(width, 40),
        color_system="standard" if colour else None,
        force_terminal=colour,
        no_color=not colour,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for part in _parts(document):
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _parts(document: Document) -> Iterator[RenderableType]:
    glance = overview(document)
    yield _text(f"kitscan · as of {format_long_date(document.header.as_of)} · run {document.header.run}", "dim")
    yield _text(glance.summary, "bold")
    if glance.unseen:
        yield _heading("Not everything was seen", "bold yellow")
        yield from (_bullet(sentence) for sentence in glance.unseen)
    yield _text("")
    yield _columns(glance.columns)
    yield from (_text(sentence, "dim") for sentence in glance.limits)
    yield from _flagged(document)
    yield from _not_assessed(document)
    yield from _unscanned(document)
    if glance.next_steps:
        yield _heading("Next")
        yield from (_bullet(step) for step in glance.next_steps)
    policies = ", ".join(map(_cited, document.header.policies)) or "none"
    yield _text("")
    yield _text(f"Judged by {policies}. {NOT_LEGAL_ADVICE}", "dim")
    if document.header.policies_left_out:
        left_out = format_count(len(document.header.policies_left_out), "policy", "policies")
        yield _text(f"Left out: {left_out} of your jurisdictions; --format json says which and why.", "dim")


def _cited(policy: AppliedPolicy) -> str:
    if policy.recalled_rules:
        return f"{policy.id} (rule {', '.join(policy.recalled_rules)} from memory, to be checked)"
    return f"{policy.id} (from memory, to be checked)" if policy.is_from_memory else policy.id


def _text(content: str, style: str = "", limit: int = 600) -> Text:
    """One line of safe text. The document's own texts may hold device text."""
    return Text(sanitize(content, limit), style=style)


def _heading(title: str, style: str = "bold") -> Text:
    """A title after an empty line."""
    return Text(f"\n{title}", style=style)


def _bullet(sentence: str) -> Table:
    grid = _grid()
    grid.add_row(_text(" •"), _text(sentence))
    return grid


def _more(total: int, shown: int, singular: str) -> Iterator[RenderableType]:
    """One line that counts what the summary leaves out, if it leaves out anything."""
    if total > shown:
        yield _text(f"  and {format_count(total - shown, singular)} more, in the other formats", "dim")


def _grid(columns: int = 2) -> Table:
    grid = Table.grid(padding=(0, 1))
    for _ in range(columns):
        grid.add_column(overflow="fold")
    return grid


def _columns(columns: Iterable[Column]) -> Table:
    shown = tuple(columns)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), expand=True)
    for column in shown:
        table.add_column(f"{PLACE[column.place].upper()} {column.devices:,}", ratio=1, overflow="fold")
    for verdict in Verdict:
        table.add_row(*(_count(verdict, dict(column.verdicts)[verdict]) for column in shown))
    table.add_row(*(_makers(column) for column in shown))
    return table


def _count(verdict: Verdict, count: int) -> Text:
    return _text(f"{MARK[verdict]} {VERDICT[verdict]:<13}{count:>3,}", STYLE[verdict] if count else "dim")


def _makers(column: Column) -> Text:
    shown = [f"{sanitize(maker.name, 24)} {maker.devices:,}" for maker in column.makers[:SHOWN_MAKERS]]
    more = len(column.makers) - len(shown)
    return _text("; ".join([*shown, *([format_count(more, "more maker")] if more > 0 else [])]), "dim")


def _flagged(document: Document) -> Iterator[RenderableType]:
    flagged = [judged for judged in worst_first(document) if judged.verdict in (Verdict.RESTRICTED, Verdict.REVIEW)]
    if not flagged:
        return
    yield _heading("Restricted, then under review")
    grid = _grid(5)
    for judged in flagged[:SHOWN_DEVICES]:
        grid.add_row(*_device(judged, document.header.as_of))
    yield grid
    yield from _more(len(flagged), SHOWN_DEVICES, "device")


def _device(judged: ReportedDevice, as_of: date) -> tuple[Text, ...]:
    identity, deadline = judged.device.identity, deadline_of(judged)
    policies = dict.fromkeys(finding.policy for finding in open_findings(judged))
    level = () if identity.level is Level.CONFIRMED else maker_and_level(judged)[1:]
    until = (f"deadline {format_deadline(deadline, as_of)}",) if deadline else ()
    address = judged.device.addresses[0] if judged.device.addresses else ""
    name = name_of(judged)
    return (
        _text(MARK[judged.verdict], STYLE[judged.verdict]),
        _text(name if name == address or not address else f"{sanitize(name, 32)} {address}"),
        _text(f"{sanitize(maker_of(judged), 24)} {sanitize(identity.model or '', 24)}".strip()),
        _text(PLACE[place_of(judged.placement)].lower()),
        _text(", ".join((*level, *other_ties(judged), *policies, *until)), "dim"),
    )


def _not_assessed(document: Document) -> Iterator[RenderableType]:
    table = not_assessed_table(document)
    if not table.rows:
        return
    yield _heading(table.title)
    grid = _grid(3)
    for target, cause, _ in table.rows[:SHOWN_NOT_ASSESSED]:
        grid.add_row(_text(MARK[Verdict.NOT_ASSESSED]), _text(target, limit=40), _text(cause))
    yield grid
    yield from _more(len(table.rows), SHOWN_NOT_ASSESSED, "target")


def _unscanned(document: Document) -> Iterator[RenderableType]:
    table = unscanned_table(document)
    if not table.rows:
        return
    yield _heading(table.title)
    yield from (_bullet(sanitize(where, 200)) for _, _, where in table.rows[:SHOWN_UNSCANNED])
    yield from _more(len(table.rows), SHOWN_UNSCANNED, "device")
