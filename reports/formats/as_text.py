"""The document as a terminal summary: what falls due, three columns, restricted devices, what was not seen, next steps.

Where nobody chose the policies, that is its first line.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fingerprints.model.device import Level
from reports.document.document import AppliedPolicy, Document, ReportedDevice, place_of
from reports.document.due import DueDay, is_passed, next_first
from reports.document.due_wording import cite_rule, describe_due_day
from reports.document.force_wording import describe_force, describe_force_briefly, describe_left_out
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
SHOWN_DATES = 3
SHOWN_PASSED = 1
SHOWN_LEFT_OUT = 4
"""Rows of each part: the summary fits on a screen or two. It counts what it leaves out."""

WHOLE_POLICIES = 4
"""Up to so many policies are described in full; where there are more, each has one line."""


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
    for part in _parts(document, console.width):
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _parts(document: Document, width: int) -> Iterator[RenderableType]:
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
    yield from _flagged(document, width, glance.labels[Verdict.RESTRICTED])
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
        grid.add_row(_text(f" {day} ", "bold"), _text(f"{what} "), _text(rule, limit=80), _text(devices, "dim", 160))
    yield grid
    yield from _more(len(table.rows), SHOWN_DUE, "date")
    yield Padding(_text(table.note, "dim"), (0, 0, 0, 1))


def _policies(document: Document) -> Iterator[RenderableType]:
    """Each policy with its force, on one line where they are many, and the first of those left out."""
    header = document.header
    yield _heading("Judged by")
    brief = len(header.policies) > WHOLE_POLICIES
    for policy in header.policies:
        yield _line(describe_force_briefly(policy, header.as_of)) if brief else _bullet(_whole(policy, header.as_of))
    if brief:
        yield _text("  whom each binds, in full, and the exceptions that no scan sees: in the other formats", "dim")
    if not header.policies:
        yield _bullet("no policy")
    left_out = header.policies_left_out
    if left_out:
        named = ", ".join(map(describe_left_out, left_out[:SHOWN_LEFT_OUT]))
        more = len(left_out) - SHOWN_LEFT_OUT
        yield _bullet(f"Left out: {named}{f' and {more:,} more, in the other formats' if more > 0 else ''}")


def _whole(policy: AppliedPolicy, as_of: date) -> str:
    return f"{policy.id}: {describe_force(policy, as_of)}"


def _line(sentence: str) -> Padding:
    """A bullet that ends with the line. A text alone would lose `no_wrap`, because `Console.print` joins texts."""
    return Padding(Text(f"• {sanitize(sentence)}", no_wrap=True, overflow="ellipsis"), (0, 0, 0, 1))


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


def _flagged(document: Document, width: int, restricted: str) -> Iterator[RenderableType]:
    flagged = [judged for judged in worst_first(document) if judged.verdict in (Verdict.RESTRICTED, Verdict.REVIEW)]
    if not flagged:
        return
    yield _heading(f"{restricted}, then under review")
    rows = [(judged, _device(judged)) for judged in flagged[:SHOWN_DEVICES]]
    widths = [max(cell.cell_len for cell in column) for column in zip(*(cells for _, cells in rows), strict=True)]
    for judged, cells in rows:
        dates = next_first(judged, document.header.as_of)
        grid, below = _grid(0), list(_dates(dates, document.header.as_of))
        for column in widths:
            grid.add_column(width=column, overflow="fold")
        known = _known(judged, dates)
        if sum(widths) + len(widths) + cell_len(known) <= width:
            grid.add_row(*cells, _text(known, "dim"))
        else:
            grid.add_row(*cells)
            below.insert(0, known)
        yield grid
        yield from (Padding(_text(line, "dim"), (0, 0, 0, 4)) for line in below)
    yield from _more(len(flagged), SHOWN_DEVICES, "device")


def _device(judged: ReportedDevice) -> tuple[Text, ...]:
    """The cells of a device's line: its mark, name, product and place."""
    address = judged.device.addresses[0] if judged.device.addresses else ""
    name = sanitize(name_of(judged), 32)
    return (
        _text(MARK[judged.verdict], STYLE[judged.verdict]),
        _text(name if name == address or not address else f"{name} {address}"),
        _text(f"{sanitize(maker_of(judged), 24)} {sanitize(judged.device.identity.model or '', 24)}".strip()),
        _text(PLACE[place_of(judged.placement)].lower()),
    )


def _known(judged: ReportedDevice, dates: tuple[DueDay, ...]) -> str:
    """What else a device's line says: how sure its maker is, other companies in it, and the policies that decide its
    verdict and have no date."""
    dated = {due_day.policy for due_day in dates}
    deciding = (finding.policy for finding in open_findings(judged) if finding.verdict is judged.verdict)
    policies = dict.fromkeys(policy for policy in deciding if policy not in dated)
    level = () if judged.device.identity.level is Level.CONFIRMED else maker_and_level(judged)[1:]
    return sanitize(", ".join((*level, *other_ties(judged), *policies)), 300)


def _dates(dates: tuple[DueDay, ...], as_of: date) -> Iterator[str]:
    """The next dates, one a line, and a line for all that have passed, the latest first."""
    ahead = [due_day for due_day in dates if not is_passed(due_day, as_of)]
    for due_day in ahead[:SHOWN_DATES]:
        yield describe_due_day(due_day, as_of)
    if len(ahead) > SHOWN_DATES:
        yield f"and {format_count(len(ahead) - SHOWN_DATES, 'more date')}"
    passed = dates[len(ahead) :]
    if passed:
        shown = ", ".join(f"{due_day.day.isoformat()} {cite_rule(due_day)}" for due_day in passed[:SHOWN_PASSED])
        more = len(passed) - SHOWN_PASSED
        yield f"passed: {shown}{f' and {more:,} more' if more > 0 else ''}"


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
