"""The document as a terminal summary: what falls due, three columns, restricted devices, what was not seen, next steps.

Where nobody chose the policies, that is its first line.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from fingerprints.model.device import Level
from reports.document.document import Document, ReportedDevice, place_of
from reports.document.due import DueDay, next_first
from reports.document.due_wording import describe_day
from reports.document.force_wording import describe_force, describe_left_out
from reports.document.overview import (
    Column,
    maker_and_level,
    maker_of,
    name_of,
    open_findings,
    other_ties,
    overview,
    worst_first,
)
from reports.document.sanitize import sanitize
from reports.document.tables import due_table, not_assessed_table, unscanned_table
from reports.document.wording import (
    MARK,
    NOT_LEGAL_ADVICE,
    PLACE,
    format_count,
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
SHOWN_DUE = 8
SHOWN_DATES = 4
SHOWN_LEFT_OUT = 4
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
    if glance.notice:
        yield _text(glance.notice, "bold yellow")
    yield _text(f"kitscan · as of {format_long_date(document.header.as_of)} · run {document.header.run}", "dim")
    yield _text(glance.summary, "bold")
    yield from _due(document)
    if glance.unseen:
        yield _heading("Not everything was seen", "bold yellow")
        yield from (_bullet(sentence) for sentence in glance.unseen)
    yield _text("")
    yield _columns(glance.columns, glance.labels)
    yield from (_text(sentence, "dim") for sentence in glance.limits)
    yield from _flagged(document, glance.labels[Verdict.RESTRICTED])
    yield from _not_assessed(document)
    yield from _unscanned(document)
    if glance.next_steps:
        yield _heading("Next")
        yield from (_bullet(step) for step in glance.next_steps)
    yield from _policies(document)
    yield _text("")
    yield _text(NOT_LEGAL_ADVICE, "dim")


def _due(document: Document) -> Iterator[RenderableType]:
    table = due_table(document)
    if not table.rows:
        yield _text(f"{table.title}: {table.note}")
        return
    yield _heading(table.title)
    grid = _grid(4)
    for day, what, rule, devices in table.rows[:SHOWN_DUE]:
        grid.add_row(_text(f" {day}", "bold"), _text(what), _text(rule, limit=80), _text(devices, "dim", 160))
    yield grid
    yield from _more(len(table.rows), SHOWN_DUE, "date")
    yield _text(f" {table.note}", "dim")


def _policies(document: Document) -> Iterator[RenderableType]:
    """Each policy with its force, and the first of those left out."""
    header = document.header
    yield _heading("Judged by")
    for policy in header.policies:
        yield _bullet(f"{policy.id}: {describe_force(policy, header.as_of)}")
    if not header.policies:
        yield _bullet("no policy")
    left_out = header.policies_left_out
    if left_out:
        named = ", ".join(map(describe_left_out, left_out[:SHOWN_LEFT_OUT]))
        more = len(left_out) - SHOWN_LEFT_OUT
        yield _bullet(f"Left out: {named}{f' and {more:,} more, in the other formats' if more > 0 else ''}")


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


def _columns(columns: Iterable[Column], labels: Mapping[Verdict, str]) -> Table:
    shown = tuple(columns)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), expand=True)
    for column in shown:
        table.add_column(f"{PLACE[column.place].upper()} {column.devices:,}", ratio=1, overflow="fold")
    width = max(map(len, labels.values())) + 1
    for verdict, label in labels.items():
        table.add_row(*(_count(verdict, label.ljust(width), dict(column.verdicts)[verdict]) for column in shown))
    table.add_row(*(_makers(column) for column in shown))
    return table


def _count(verdict: Verdict, label: str, count: int) -> Text:
    return _text(f"{MARK[verdict]} {label}{count:>3,}", STYLE[verdict] if count else "dim")


def _makers(column: Column) -> Text:
    shown = [f"{sanitize(maker.name, 24)} {maker.devices:,}" for maker in column.makers[:SHOWN_MAKERS]]
    more = len(column.makers) - len(shown)
    return _text("; ".join([*shown, *([format_count(more, "more maker")] if more > 0 else [])]), "dim")


def _flagged(document: Document, restricted: str) -> Iterator[RenderableType]:
    flagged = [judged for judged in worst_first(document) if judged.verdict in (Verdict.RESTRICTED, Verdict.REVIEW)]
    if not flagged:
        return
    yield _heading(f"{restricted}, then under review")
    grid = _grid(5)
    for judged in flagged[:SHOWN_DEVICES]:
        grid.add_row(*_device(judged, document.header.as_of))
    yield grid
    yield from _more(len(flagged), SHOWN_DEVICES, "device")


def _device(judged: ReportedDevice, as_of: date) -> tuple[Text, ...]:
    identity, dates = judged.device.identity, next_first(judged, as_of)
    dated = {due_day.policy for due_day in dates}
    policies = dict.fromkeys(finding.policy for finding in open_findings(judged) if finding.policy not in dated)
    level = () if identity.level is Level.CONFIRMED else maker_and_level(judged)[1:]
    address = judged.device.addresses[0] if judged.device.addresses else ""
    name = name_of(judged)
    return (
        _text(MARK[judged.verdict], STYLE[judged.verdict]),
        _text(name if name == address or not address else f"{sanitize(name, 32)} {address}"),
        _text(f"{sanitize(maker_of(judged), 24)} {sanitize(identity.model or '', 24)}".strip()),
        _text(PLACE[place_of(judged.placement)].lower()),
        _lines(", ".join((*level, *other_ties(judged), *policies)), *_dates(dates, as_of)),
    )


def _dates(dates: tuple[DueDay, ...], as_of: date) -> Iterator[str]:
    """The next dates, one a line; the last line counts the rest. Policy and rule are words apart, which a narrow column
    can break between."""
    for due_day in dates[:SHOWN_DATES]:
        yield f"{describe_day(due_day, as_of)}, {due_day.policy}, rule {due_day.rule}"
    if len(dates) > SHOWN_DATES:
        yield f"and {format_count(len(dates) - SHOWN_DATES, 'more date')}"


def _lines(*lines: str) -> Text:
    return Text("\n").join(_text(line, "dim") for line in lines if line)


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
