"""Which of a night's news a destination is told: a decision, without sending. None where there is nothing to tell.

Ids are digests of what is told. A night that is told again, because it was killed before it had noted it, gives the
same ids, so that a receiver can drop what it has.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import Event
from reports.policy.verdict import Verdict, severity, worst
from scanner.notify.destination import NoticeFilter
from scanner.notify.news import News
from scanner.notify.reminders import Reminder

ID_LENGTH = 32
"""Hexadecimal digits of an id: 128 bits."""


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """An event and its id."""

    id: str
    event: Event


@dataclass(frozen=True, slots=True)
class NoticeReminder:
    """A reminder and its id."""

    id: str
    reminder: Reminder


@dataclass(frozen=True, slots=True)
class Notice:
    """What one destination is told of one night.

    `before` is the run that it was compared with, None on the first night of a scope. `same` devices are as they were.
    Counts are of the whole night, whatever the destination wants: `verdicts` of devices, `missing` of targets that
    could not be assessed. `binding` is False where nobody chose the policies: then a verdict is what would be. Texts
    are not yet safe to show.
    """

    id: str
    run: int
    before: int | None
    started: datetime
    finished: datetime
    as_of: date
    partial: bool
    same_scope: bool
    same: int
    verdicts: Mapping[Verdict, int]
    in_scope: int
    silent: int
    missing: int
    tool: str
    binding: bool
    redacted: bool
    events: tuple[NoticeEvent, ...]
    reminders: tuple[NoticeReminder, ...]


def notice_of(news: News, wants: NoticeFilter) -> Notice | None:
    """The notice of a destination. A destination that wants pseudonyms is given news with pseudonyms."""
    before = _verdicts_before(news)
    baseline = (news.before.run, news.before.started.isoformat()) if news.before else (0, "")
    events = tuple(
        NoticeEvent(_event_id(baseline, event), event)
        for event in news.events
        if _is_wanted(event.device, before, wants.at)
    )
    reminders = tuple(
        NoticeReminder(_reminder_id(reminder), reminder) for reminder in _reminders(news.reminders, wants.at)
    )
    if not events and not reminders:
        return None
    ids = [*(entry.id for entry in events), *(entry.id for entry in reminders)]
    after, counts = news.after, Counter(device.verdict for device in news.after.devices)
    return Notice(
        id=_digest("notice", after.run, after.started.isoformat(), ids),
        run=after.run,
        before=news.before.run if news.before else None,
        started=after.started,
        finished=after.finished or after.started,
        as_of=after.judged.as_of,
        partial=not after.complete,
        same_scope=news.same_scope,
        same=news.same,
        verdicts={verdict: counts[verdict] for verdict in Verdict},
        in_scope=after.in_scope,
        silent=after.silent,
        missing=len(after.missing),
        tool=after.judged.tool,
        binding=after.judged.binding,
        redacted=wants.redact,
        events=events,
        reminders=reminders,
    )


def _verdicts_before(news: News) -> Mapping[str, Verdict]:
    """The verdict of each device that was known before, by its lasting id."""
    state = news.before
    if state is None:
        return {}
    known = {entry.device.lasting_id: entry.device.verdict for entry in state.known}
    return {**known, **{device.lasting_id: device.verdict for device in state.devices}}


def _is_wanted(device: DeviceState, before: Mapping[str, Verdict], at: Verdict) -> bool:
    """True if the device's verdict is `at` or worse, or was: that it got better is news too."""
    return severity(worst((device.verdict, before.get(device.lasting_id, Verdict.CLEAR)))) <= severity(at)


def _reminders(reminders: tuple[Reminder, ...], at: Verdict) -> Iterator[Reminder]:
    for reminder in reminders:
        devices = tuple(device for device in reminder.devices if severity(device.verdict) <= severity(at))
        if devices:
            yield replace(reminder, devices=devices)


def _event_id(baseline: tuple[int, str], event: Event) -> str:
    """By the run that it was compared with and not by its own: told again by a later run, it is the same event."""
    causes = [cause.value for cause in event.causes]
    texts = event.kind.value, event.device.lasting_id, event.at, event.before, event.after, event.silent_since
    return _digest("event", baseline, texts, causes)


def _reminder_id(reminder: Reminder) -> str:
    devices = [device.lasting_id for device in reminder.devices]
    day = reminder.milestone.value, reminder.day.isoformat(), reminder.stage.value
    return _digest("reminder", reminder.policy, reminder.rule, day, devices)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:ID_LENGTH]
