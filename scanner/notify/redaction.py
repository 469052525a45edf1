"""News with pseudonyms, by the rules of redacted reports. One night's notices call a device alike everywhere; another
night, whose network is another one, may call it otherwise.
"""

from dataclasses import replace

from reports.changes.compare import compare
from reports.changes.redaction import redact_states
from reports.changes.state.device_state import DeviceState
from reports.changes.state.run_state import RunState
from scanner.notify.news import News, news_of


def redacted_news(news: News) -> News:
    """The news with pseudonyms. Both runs are read, so that what a device was before is hidden too."""
    of_reminders = tuple(_state_of(news.after, reminder.devices) for reminder in news.reminders)
    runs = (news.after,) if news.before is None else (news.after, news.before)
    after, *others = redact_states((*runs, *of_reminders))
    before = None if news.before is None else others.pop(0)
    hidden = news_of(None if before is None else compare(before, after), before, after)
    reminders = tuple(
        replace(reminder, devices=state.devices) for reminder, state in zip(news.reminders, others, strict=True)
    )
    return replace(hidden, reminders=reminders)


def _state_of(state: RunState, devices: tuple[DeviceState, ...]) -> RunState:
    """The run with these devices alone."""
    return replace(state, devices=devices, known=(), missing=())
