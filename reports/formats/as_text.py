"""The document as a terminal summary: first the answer in about ten lines, then the tables behind it, ordered by use.

Where nobody chose the policies, that is its first line. Everything fits a terminal of 80 columns.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fingerprints.model.device import Level
from reports.document.answers.answer import answer
from reports.document.document import AppliedPolicy, Document, ReportedDevice, place_of
from reports.document.due import DueDay, is_passed, next_first
from reports.document.due_wording import cite_rule, describe_due_day
from reports.document.force_wording import describe_force, describe_force_briefly, describe_left_out
from reports.document.group_wording import (
    GROUPS_TITLE,
    describe_groups,
    describe_groups_briefly,
    describe_maker,
    name_devices,
    say_what_to_do,
)
from reports.document.groups import by_product, finding_groups
from reports.document.overview import (
    Column,
    Overview,
    maker_and_level,
    maker_of,
    name_of,
    open_findings,
    other_ties,
    overview,
    worst_first,
)
from reports.document.provenance_wording import PROVENANCE_TITLE, describe_run, provenance_facts
from reports.document.sanitize import sanitize
from reports.document.tables import due_table, not_assessed_table, unscanned_table
from reports.document.wording import (
    MARK,
    NOT_LEGAL_ADVICE,
    PLACE,
    format_count,
    format_long_date,
)
from reports.formats.text_layout import bullet, count_more, entry, fit, grid, heading, text
from reports.policy.verdict import Verdict

WIDTH = 80
STYLE = {
    Verdict.RESTRICTED: "bold red",
    Verdict.REVIEW: "yellow",
    Verdict.CONDITIONAL: "cyan",
    Verdict.NOT_ASSESSED: "dim",
    Verdict.CLEAR: "green",
}

MAX_NAME = 26
"""Columns of a device's name in a list."""

SHOWN_MAKERS = 4
SHOWN_GROUPS = 8
SHOWN_DEVICES = 8
SHOWN_UNSCANNED = 5
SHOWN_NOT_ASSESSED = 5
SHOWN_DUE = 8
SHOWN_DATES = 3
SHOWN_PASSED = 1
SHOWN_LEFT_OUT = 4
"""Rows of each part: what is left out is counted."""

WHOLE_POLICIES = 4
"""Up to so many policies are described in full; where there are more, each has one line."""


def render(document: Document) -> str:
    """The summary as plain text, 80 columns wide."""
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
    """The answer, then the tables: what is there, by when, why, which devices, what was not seen, what to do, by what
    law, and where it all comes from."""
    glance = overview(document)
    yield from _answer(document, glance)
    yield text("")
    yield text(f"kitscan · as of {format_long_date(document.header.as_of)} · {describe_run(document)}", "dim")
    yield text("")
    yield _counts(glance.columns, glance.labels)
    yield from _makers(glance.columns, glance.labels[Verdict.RESTRICTED])
    yield from (text(sentence, "dim") for sentence in glance.limits)
    yield from _due(document)
    yield from _groups(document)
    yield from _flagged(document, width, glance.labels[Verdict.RESTRICTED])
    if glance.unseen:
        yield heading("Not everything was seen", "bold yellow")
        yield from (bullet(sentence) for sentence in glance.unseen)
    yield from _not_assessed(document)
    yield from _unscanned(document)
    if glance.next_steps:
        yield heading("Next")
        yield from (bullet(step) for step in glance.next_steps)
    yield from _policies(document)
    yield from _provenance(document)
    yield text("")
    yield text(NOT_LEGAL_ADVICE, "dim")


def _answer(document: Document, glance: Overview) -> Iterator[RenderableType]:
    said = answer(document, glance)
    if said.notice:
        yield text(said.notice, "bold yellow")
    yield text(said.headline, "bold")
    yield from (text(line) for line in (said.places, said.dates) if line)
    if said.unseen:
        yield text(said.unseen, "yellow")
    for groups in said.groups:
        verdict = groups[0].cause.verdict
        yield entry(Text(MARK[verdict], STYLE[verdict]), describe_groups_briefly(groups))
    if said.more:
        yield text(f"  {said.more}", "dim")
    if said.next_step:
        yield entry(Text("→"), said.next_step)


def _groups(document: Document) -> Iterator[RenderableType]:
    """Each cause with the names of its devices and what there is to do about it."""
    entries = by_product(finding_groups(document))
    if not entries:
        return
    yield heading(GROUPS_TITLE)
    for groups in entries[:SHOWN_GROUPS]:
        verdict = groups[0].cause.verdict
        yield entry(Text(MARK[verdict], STYLE[verdict]), describe_groups(groups))
        said = f"{name_devices(groups[0].devices)}. {say_what_to_do(groups[0], document.header.binding)}."
        yield Padding(text(said, "dim"), (0, 0, 0, 4))
    yield from count_more(len(entries), SHOWN_GROUPS, "cause")


def _due(document: Document) -> Iterator[RenderableType]:
    table = due_table(document)
    if not table.rows:
        yield text(f"{table.title}: {table.note}")
        return
    yield heading(table.title)
    rows = grid(3)
    for day, what, rule, devices in table.rows[:SHOWN_DUE]:
        rows.add_row(text(f" {day}", "bold"), text(what), text(f"{sanitize(rule, 80)}: {devices}", limit=240))
    yield rows
    yield from count_more(len(table.rows), SHOWN_DUE, "date")
    yield Padding(text(table.note, "dim"), (0, 0, 0, 1))


def _policies(document: Document) -> Iterator[RenderableType]:
    """Each policy with its force, on one line where they are many, and the first of those left out."""
    header = document.header
    yield heading("Judged by")
    brief = len(header.policies) > WHOLE_POLICIES
    for policy in header.policies:
        yield _line(describe_force_briefly(policy, header.as_of)) if brief else bullet(_whole(policy, header.as_of))
    if brief:
        yield text("  whom each binds, and exceptions that no scan sees: in the other formats", "dim")
    if not header.policies:
        yield bullet("no policy")
    left_out = header.policies_left_out
    if left_out:
        named = ", ".join(map(describe_left_out, left_out[:SHOWN_LEFT_OUT]))
        more = len(left_out) - SHOWN_LEFT_OUT
        yield bullet(f"Left out: {named}{f' and {more:,} more, in the other formats' if more > 0 else ''}")


def _provenance(document: Document) -> Iterator[RenderableType]:
    """Each fact that says where the report comes from."""
    yield heading(PROVENANCE_TITLE)
    rows = grid()
    for term, value in provenance_facts(document):
        rows.add_row(text(f" {term}", "dim"), text(value, limit=400))
    yield rows


def _whole(policy: AppliedPolicy, as_of: date) -> str:
    return f"{policy.id}: {describe_force(policy, as_of)}"


def _line(sentence: str) -> Padding:
    """A bullet that ends with the line. A text alone would lose `no_wrap`, because `Console.print` joins texts."""
    return Padding(Text(f"• {sanitize(sentence)}", no_wrap=True, overflow="ellipsis"), (0, 0, 0, 1))


def _counts(columns: Iterable[Column], labels: Mapping[Verdict, str]) -> Table:
    """Verdicts by place. What was assessed is the sum above it; what was not stands below, in no sum."""
    shown = tuple(columns)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for column in shown:
        table.add_column(PLACE[column.place].upper(), justify="right")
    for verdict in (*(verdict for verdict in labels if verdict is not Verdict.NOT_ASSESSED), Verdict.NOT_ASSESSED):
        if verdict is Verdict.NOT_ASSESSED:
            table.add_row(text("  Assessed"), *(text(f"{column.assessed:,}") for column in shown))
        counts = [dict(column.verdicts)[verdict] for column in shown]
        style = STYLE[verdict] if any(counts) else "dim"
        cells = (text(f"{count:,}", STYLE[verdict] if count else "dim") for count in counts)
        table.add_row(text(f"{MARK[verdict]} {labels[verdict]}", style), *cells)
    return table


def _makers(columns: Iterable[Column], restricted: str) -> Iterator[RenderableType]:
    """The first makers of each place, one place a line."""
    for column in columns:
        if not column.makers:
            continue
        shown = [
            describe_maker(replace(maker, name=sanitize(maker.name, 24)), restricted)
            for maker in column.makers[:SHOWN_MAKERS]
        ]
        more = len(column.makers) - len(shown)
        named = "; ".join([*shown, *([format_count(more, "more maker")] if more > 0 else [])])
        yield entry(text(f"{PLACE[column.place]}:", "dim"), named, "dim")


def _flagged(document: Document, width: int, restricted: str) -> Iterator[RenderableType]:
    flagged = [judged for judged in worst_first(document) if judged.verdict in (Verdict.RESTRICTED, Verdict.REVIEW)]
    if not flagged:
        return
    yield heading(f"{restricted}, then under review")
    rows = [(judged, _device(judged)) for judged in flagged[:SHOWN_DEVICES]]
    widths = [max(map(cell_len, column)) for column in zip(*(cells for _, cells in rows), strict=True)]
    for judged, cells in rows:
        dates = next_first(judged, document.header.as_of)
        columns = (f"{cell}{' ' * (size - cell_len(cell))}" for cell, size in zip(cells, widths, strict=True))
        line = Text.assemble((MARK[judged.verdict], STYLE[judged.verdict]), " ", "  ".join(columns).rstrip())
        yield _cut(line, width)
        yield Padding(text(_known(judged, dates), "dim"), (0, 0, 0, 4))
        yield from (Padding(text(line, "dim"), (0, 0, 0, 4)) for line in _dates(dates, document.header.as_of))
    yield from count_more(len(flagged), SHOWN_DEVICES, "device")


def _cut(line: Text, width: int) -> Text:
    """The line, at most `width` columns of it."""
    line.truncate(width, overflow="ellipsis")
    return line


def _device(judged: ReportedDevice) -> tuple[str, ...]:
    """The cells of a device's line: its name, its address and its product. All is safe text."""
    address = judged.device.addresses[0] if judged.device.addresses else ""
    name = name_of(judged)
    product = f"{sanitize(maker_of(judged), 24)} {sanitize(judged.device.identity.model or '', 24)}".strip()
    return fit(name, MAX_NAME), "" if name == address else sanitize(address, 39), product


def _known(judged: ReportedDevice, dates: tuple[DueDay, ...]) -> str:
    """What else there is to say of a device: where it stands, how sure its maker is, other companies in it, and the
    policies that decide its verdict and have no date."""
    dated = {due_day.policy for due_day in dates}
    deciding = (finding.policy for finding in open_findings(judged) if finding.verdict is judged.verdict)
    policies = dict.fromkeys(policy for policy in deciding if policy not in dated)
    level = () if judged.device.identity.level is Level.CONFIRMED else maker_and_level(judged)[1:]
    place = PLACE[place_of(judged.placement)].lower()
    return sanitize(", ".join((place, *level, *other_ties(judged), *policies)), 300)


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
    yield heading(table.title)
    rows = grid(3)
    for target, cause, _ in table.rows[:SHOWN_NOT_ASSESSED]:
        rows.add_row(text(MARK[Verdict.NOT_ASSESSED]), text(target, limit=40), text(cause))
    yield rows
    yield from count_more(len(table.rows), SHOWN_NOT_ASSESSED, "target")


def _unscanned(document: Document) -> Iterator[RenderableType]:
    table = unscanned_table(document)
    if not table.rows:
        return
    yield heading(table.title)
    yield from (bullet(sanitize(where, 200)) for _, _, where in table.rows[:SHOWN_UNSCANNED])
    yield from count_more(len(table.rows), SHOWN_UNSCANNED, "device")
