"""A notice as a short text for people: mail, chat. Nothing in it is markup, whatever a device says."""

from collections.abc import Iterator

from reports.changes.change_wording import describe_event, label_state
from reports.changes.state.event import Event
from reports.document.sanitize import sanitize
from reports.document.wording import VERDICT, format_count, join_words
from reports.judgement.policy_views.timeline import Milestone
from reports.policy.verdict import Verdict
from scanner.notify.news import name_of_device
from scanner.notify.notices import Notice
from scanner.notify.reminders import DueStage, Reminder

MAX_LINES = 20
"""Events that a message lists; it counts all."""

MAX_NAMED = 5
"""Devices that a reminder names; it counts all."""

MAX_NAME = 80
"""Characters of a device's name in a message."""

_INERT = str.maketrans({"<": "‹", ">": "›", "@": "＠", "[": "［", "]": "］", "`": "ˋ", "|": "¦", "*": "∗", "&": "＆"})
"""Signs that Markdown, HTML and the markup of chats read, each with one that looks like it and says nothing to them."""


def message_of(notice: Notice) -> tuple[str, str]:
    """The subject, one line, and the body."""
    return inert(_subject(notice)), "\n".join(map(inert, _lines(notice)))


def inert(text: str) -> str:
    """One line of text that no mail program and no chat reads as a link, a mention or markup."""
    return sanitize(text, 1_000).translate(_INERT).replace("://", ":⁄⁄")


def describe_reminder(reminder: Reminder) -> str:
    """`In at most 30 days, on 2027-12-31, is the last day for 2 devices by gb-x/core: core-1 and core-2.`, safe to
    show in a terminal."""
    names = [sanitize(name_of_device(device), MAX_NAME) for device in reminder.devices[:MAX_NAMED]]
    more = len(reminder.devices) - len(names)
    listed = join_words([*names, f"{more:,} more"] if more else names)
    devices = format_count(len(reminder.devices), "device")
    rule = sanitize(f"{reminder.policy}/{reminder.rule}")
    return f"{_when(reminder)} for {devices} by {rule}: {listed}."


def _when(reminder: Reminder) -> str:
    day, is_start = reminder.day.isoformat(), reminder.milestone is Milestone.STARTS
    if reminder.stage is DueStage.PASSED:
        return f"Since {day} the rule holds" if is_start else f"The last day, {day}, has passed"
    return f"Within {reminder.stage.value} days, on {day}, {'the rule starts' if is_start else 'is the last day'}"


def _subject(notice: Notice) -> str:
    restricted = len({entry.event.device.lasting_id for entry in notice.events if _is_restricted(entry.event)})
    parts = (
        "first audit" if notice.before is None else "",
        format_count(len(notice.events), "change") if notice.events and notice.before is not None else "",
        f"{format_count(restricted, 'device')} restricted" if restricted else "",
        format_count(len(notice.reminders), "reminder") if notice.reminders else "",
    )
    return f"kitscan run {notice.run}: {', '.join(filter(None, parts)) or format_count(len(notice.events), 'device')}"


def _is_restricted(event: Event) -> bool:
    return event.device.verdict is Verdict.RESTRICTED


def _lines(notice: Notice) -> Iterator[str]:
    since = "the first audit of this scope" if notice.before is None else f"since run {notice.before}"
    yield f"Run {notice.run} of {notice.started:%Y-%m-%d}, {since}:"
    for entry in notice.events[:MAX_LINES]:
        device = entry.event.device
        verdict = label_state(device, notice.binding)
        yield f"- {verdict}: {sanitize(name_of_device(device), MAX_NAME)}: {describe_event(entry.event)}"
    if len(notice.events) > MAX_LINES:
        yield f"- and {len(notice.events) - MAX_LINES:,} more"
    for reminder in notice.reminders[:MAX_LINES]:
        yield f"- Due: {describe_reminder(reminder.reminder)}"
    if len(notice.reminders) > MAX_LINES:
        yield f"- and {format_count(len(notice.reminders) - MAX_LINES, 'date')} more"
    yield from _whole_night(notice)


def _whole_night(notice: Notice) -> Iterator[str]:
    counts = [f"{count:,} {VERDICT[verdict].lower()}" for verdict, count in notice.verdicts.items() if count]
    devices = format_count(sum(notice.verdicts.values()), "device")
    yield f"In all {devices}: {', '.join(counts) or 'none'}. {notice.same:,} as they were."
    if notice.missing:
        yield f"Not assessed: {format_count(notice.missing, 'target')}."
    if notice.partial:
        yield "The run did not reach its end: what it did not reach is not told as gone."
    if not notice.same_scope:
        yield "It was asked another scope than the run before."
    if notice.redacted:
        yield "Names, addresses and serial numbers are pseudonyms; a pseudonym holds for this night."
    yield f"Next: kitscan assess {notice.run}" if notice.before is None else _next_step(notice)


def _next_step(notice: Notice) -> str:
    return f"Next: kitscan diff {notice.before} {notice.run}"
