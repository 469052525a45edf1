"""The answer of a report in one sentence, verb and number first, for a page that shows the rest in figures below it."""

from collections.abc import Iterator, Sequence
from datetime import date

from reports.document.document import Place
from reports.document.due import DueDate, is_passed
from reports.document.force_wording import say_breaks
from reports.document.overview import Overview
from reports.document.wording import format_count
from reports.judgement.policy_views.timeline import Milestone


def main_sentence(glance: Overview, dates: Sequence[DueDate], as_of: date, binding: bool) -> str:
    """`60 devices break a rule; 14 stand in the core; 3 deadlines have passed.` The overview's headline where no device
    is restricted, because it says how much was looked at."""
    restricted = {column.place: len(column.restricted) for column in glance.columns}
    total = sum(restricted.values())
    if not total:
        return glance.headline
    clauses = (f"{format_count(total, 'device')} {say_breaks(total, binding)}", *_core(restricted[Place.CORE], total))
    return f"{'; '.join((*clauses, *_passed(dates, as_of, binding)))}."


def _core(count: int, total: int) -> Iterator[str]:
    if total == count == 1:
        yield "it stands in the core"
    elif count:
        yield f"{count:,} {'stands' if count == 1 else 'stand'} in the core"


def _passed(dates: Sequence[DueDate], as_of: date, binding: bool) -> Iterator[str]:
    last_days = [
        entry
        for due_date in dates
        for entry in due_date.entries
        if entry.due.milestone is Milestone.LAST_DAY and is_passed(entry.due, as_of)
    ]
    if last_days:
        have = ("has" if len(last_days) == 1 else "have") if binding else "would have"
        yield f"{format_count(len(last_days), 'deadline')} {have} passed"
