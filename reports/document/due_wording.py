"""Words about dates: what falls due, and the dates of one device."""

from datetime import date

from reports.document.document import ReportedFinding
from reports.document.due import DUE_DAYS, Due, DueDate, DueDay, DueEntry, is_passed
from reports.document.wording import format_count, format_long_date, join_words
from reports.judgement.policy_views.timeline import Milestone


def due_title(binding: bool) -> str:
    """The title above what falls due, which nothing does by policies that bind nobody."""
    return f"{'Due' if binding else 'Would fall due'} within {DUE_DAYS} days"


def due_note(falls_due: Due) -> str:
    """Until when the report looked ahead, and what comes later, as sentences."""
    last, later = format_long_date(falls_due.until), falls_due.later
    due_soon = format_count(falls_due.devices, "device")
    soon = f"By {last}: {due_soon}." if falls_due.entries else f"Nothing by {last}."
    if later is None:
        return f"{soon} No later date is known."
    devices, rules = format_count(later.devices, "device"), format_count(later.rules, "rule")
    return f"{soon} Later: {devices} by {rules}, the next day is {format_long_date(later.day)}."


def describe_entry(entry: DueEntry) -> str:
    """How many devices a date concerns, and the first of them: `7 devices: lon-core-1, lon-core-2 and 5 more`."""
    more = entry.devices - len(entry.names)
    named = ", ".join(entry.names)
    return f"{format_count(entry.devices, 'device')}: {named}{f' and {more:,} more' if more else ''}"


def describe_due_day(due_day: DueDay, as_of: date) -> str:
    """A date of one device: `2026-12-31 last day, de-contracts-2024/core`."""
    return f"{describe_day(due_day, as_of)}, {cite_rule(due_day)}"


def describe_day(due_day: DueDay, as_of: date) -> str:
    """The date and what happens on it: `2026-12-31 last day`, `2026-12-19 starts`, `2023-12-31 passed`."""
    return f"{due_day.day.isoformat()} {describe_milestone(due_day, as_of)}"


def finding_days(finding: ReportedFinding, as_of: date) -> tuple[tuple[str, str], ...]:
    """The dates of one finding as terms with their values. A last day that is only the eve of a start is left out."""
    starts, last = finding.starts, finding.deadline
    passed = " (passed)" if last and last < as_of else ""
    return (
        *((("starts", format_long_date(starts)),) if starts else ()),
        *((("deadline", f"{format_long_date(last)}{passed}"),) if last and not (starts and last < starts) else ()),
    )


def describe_milestone(due_day: DueDay, as_of: date) -> str:
    """`last day`, `starts`, or `passed` for a day that is over on `as_of`."""
    return "passed" if is_passed(due_day, as_of) else due_day.milestone.value


def cite_rule(due_day: DueDay) -> str:
    """The rule that names the date: `policy/rule`."""
    return f"{due_day.policy}/{due_day.rule}"


def describe_date(due_date: DueDate) -> str:
    """A day with what happens on it: `2026-12-31: 12 devices; last day of de-contracts-2024/core`."""
    rules = join_words([_happens(entry.due) for entry in due_date.entries])
    return f"{due_date.day.isoformat()}: {format_count(due_date.devices, 'device')}; {rules}"


def _happens(due_day: DueDay) -> str:
    rule = cite_rule(due_day)
    return f"{rule} starts" if due_day.milestone is Milestone.STARTS else f"last day of {rule}"


def describe_distance(day: date, as_of: date) -> str:
    """How far a day is from the day of judgement: `1,063 days ago`, `today`, `in 32 days`."""
    days = (day - as_of).days
    if not days:
        return "today"
    return f"in {format_count(days, 'day')}" if days > 0 else f"{format_count(-days, 'day')} ago"
