"""The document as a summary for a terminal: three columns, the restricted devices, what was not seen, what is next."""

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
    known_as,
    maker_of,
    name_of,
    open_findings,
    other_ties,
    overview,
    worst_first,
)
from reports.document.sanitize import sanitize
from reports.document.wording import MARK, NOT_LEGAL_ADVICE, PLACE, SEEN_ONLY, VERDICT, cause, counted, due, long_date
from reports.policy.action import Certainty
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
SHOWN_SEEN_ONLY = 5
SHOWN_MISSING = 5
"""The summary stays on a screen or two; what is left out is counted, and is in the other formats."""


def render(document: Document) -> str:
    """The summary as plain text, 100 columns wide."""
    return render_text(document, WIDTH, colour=False)


def render_text(document: Document, width: int, colour: bool) -> str:
    """The summary for a terminal `width` columns wide, with ANSI colour where `colour` says so."""
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
    seen = overview(document)
    yield _text(f"kitscan · as of {long_date(document.header.as_of)} · run {document.header.run}", "dim")
    yield _text(seen.summary, "bold")
    if seen.unseen:
        yield _text("\nNot everything was seen", "bold yellow")
        yield from (_bullet(sentence) for sentence in seen.unseen)
    yield _text("")
    yield _columns(seen.columns)
    yield from _flagged(document)
    yield from _missing(document)
    yield from _seen_only(document)
    if seen.next_steps:
        yield _text("\nNext", "bold")
        yield from (_bullet(step) for step in seen.next_steps)
    policies = ", ".join(map(_cited, document.header.policies)) or "none"
    yield _text(f"\nJudged by {policies}. {NOT_LEGAL_ADVICE}", "dim")


def _cited(policy: AppliedPolicy) -> str:
    if policy.recalled_rules:
        return f"{policy.id} (rule {', '.join(policy.recalled_rules)} from memory, to be checked)"
    return f"{policy.id} (from memory, to be checked)" if policy.certainty == Certainty.KNOWLEDGE else policy.id


def _text(words: str, style: str = "", limit: int = 600) -> Text:
    lines = (
        (sanitize(line, limit) for line in words.split("\n")) if words.startswith("\n") else (sanitize(words, limit),)
    )
    return Text("\n".join(lines), style=style)


def _bullet(words: str) -> Table:
    grid = _grid()
    grid.add_row(_text(" •"), _text(words))
    return grid


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
    return _text("; ".join([*shown, *([counted(more, "more maker")] if more > 0 else [])]), "dim")


def _flagged(document: Document) -> Iterator[RenderableType]:
    flagged = [judged for judged in worst_first(document) if judged.verdict in (Verdict.RESTRICTED, Verdict.REVIEW)]
    if not flagged:
        return
    yield _text("\nRestricted, then under review", "bold")
    grid = _grid(5)
    for judged in flagged[:SHOWN_DEVICES]:
        grid.add_row(*_device(judged, document.header.as_of))
    yield grid
    more = len(flagged) - SHOWN_DEVICES
    if more > 0:
        yield _text(f"  and {counted(more, 'device')} more, in the other formats", "dim")


def _device(judged: ReportedDevice, as_of: date) -> tuple[Text, ...]:
    identity, deadline = judged.device.identity, deadline_of(judged)
    rules = dict.fromkeys(finding.policy for finding in open_findings(judged))
    unsure = () if identity.level is Level.CONFIRMED else known_as(judged)[1:]
    until = (f"deadline {due(deadline, as_of)}",) if deadline else ()
    address = judged.device.addresses[0] if judged.device.addresses else ""
    name = name_of(judged)
    return (
        _text(MARK[judged.verdict], STYLE[judged.verdict]),
        _text(name if name == address or not address else f"{sanitize(name, 32)} {address}"),
        _text(f"{sanitize(maker_of(judged), 24)} {sanitize(identity.model or '', 24)}".strip()),
        _text(PLACE[place_of(judged.placement)].lower()),
        _text(", ".join((*unsure, *other_ties(judged), *rules, *until)), "dim"),
    )


def _missing(document: Document) -> Iterator[RenderableType]:
    if not document.not_assessed:
        return
    yield _text("\nNot assessed", "bold")
    grid = _grid(3)
    for item in document.not_assessed[:SHOWN_MISSING]:
        grid.add_row(_text(MARK[Verdict.NOT_ASSESSED]), _text(item.target, limit=40), _text(cause(item.reason)))
    yield grid
    more = len(document.not_assessed) - SHOWN_MISSING
    if more > 0:
        yield _text(f"  and {counted(more, 'target')} more, in the other formats", "dim")


def _seen_only(document: Document) -> Iterator[RenderableType]:
    seen = document.seen_only_as_neighbour
    if not seen:
        return
    yield _text(f"\n{SEEN_ONLY}", "bold")
    yield from (_bullet(sanitize(one.text, 200)) for one in seen[:SHOWN_SEEN_ONLY])
    if len(seen) > SHOWN_SEEN_ONLY:
        yield _text(f"  and {counted(len(seen) - SHOWN_SEEN_ONLY, 'device')} more, in the other formats", "dim")
