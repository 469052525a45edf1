"""The time window of an audit: it ends at a time of day, by the clock of the machine."""

import re
from datetime import datetime, time, timedelta

from fingerprints.model.errors import KitscanError

MAX_RESUME_AGE = timedelta(hours=18)
"""How long a night without a window lasts: until then an audit that was cut off is resumed. A timer may start it at a
random moment, so the audit of the night before may be a little less than a day old, and is another night all the same.
"""

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def time_of_day(text: str) -> time:
    """The time that `HH:MM` names. Raises KitscanError for any other text."""
    written = _TIME.fullmatch(text.strip())
    if written is None:
        raise KitscanError(f"{text!r} is no time of day", "write it as 05:00, in the time zone of this machine")
    return time(int(written[1]), int(written[2]))


def end_of_window(start: datetime, until: time) -> datetime:
    """The next moment after `start` at which a clock on the wall of this machine shows `until`.

    `start` has a time zone; the result has that of the machine on that day. On the night on which clocks go forward a
    time may be skipped: the window then ends as much later. On that on which they go back the first of two ends it.
    """
    wall = start.astimezone().replace(tzinfo=None)
    day = wall.date()
    while True:
        end = datetime.combine(day, until).astimezone()
        if end > start:
            return end
        day += timedelta(days=1)


def end_of_night(start: datetime, until: time | None) -> datetime:
    """Until when an audit that began at `start` and was cut off is resumed."""
    return start + MAX_RESUME_AGE if until is None else end_of_window(start, until)
