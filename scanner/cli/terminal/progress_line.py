"""One line about how far work is. Pure: values in, text out."""

import math
from dataclasses import dataclass

SMOOTHING_SECONDS = 10.0
"""The time constant of the rate: what happened so long ago weighs 1/e."""

SETTLING_SECONDS = 2.0
"""A rate younger than this says nothing yet."""

MAX_LEFT = 100 * 86_400
"""Seconds left beyond which nothing is said: the work stands still."""


@dataclass(frozen=True, slots=True)
class WorkReading:
    """What is to be said: the stage of the work, how much of it is done, counted in `unit`, and more in words. Where
    `of` is 0, nothing can be said of how much is left."""

    stage: str
    unit: str = ""
    done: int = 0
    of: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """The smoothed rate of a stage that began at the moment `began`, as of `now`: units a second."""

    stage: str
    began: float
    now: float
    done: int
    smoothed: float = 0.0

    @classmethod
    def first(cls, reading: WorkReading, now: float) -> "Pace":
        """The pace when a stage is first seen."""
        return cls(reading.stage, now, now, reading.done)

    def after(self, reading: WorkReading, now: float) -> "Pace":
        """The pace after a later reading: the average since the stage began, and later mostly what happened lately."""
        if reading.stage != self.stage:
            return self.first(reading, now)
        passed = now - self.now
        if passed <= 0:
            return self
        weight = max(passed / (now - self.began), 1.0 - math.exp(-passed / SMOOTHING_SECONDS))
        smoothed = self.smoothed + weight * ((reading.done - self.done) / passed - self.smoothed)
        return Pace(self.stage, self.began, now, reading.done, smoothed)

    @property
    def rate(self) -> float | None:
        """None as long as it is too early to say, and while nothing moves."""
        return self.smoothed if self.now - self.began >= SETTLING_SECONDS and self.smoothed > 0 else None


def format_progress(reading: WorkReading, pace: Pace, width: int) -> str:
    """The line, in fewer than `width` columns: `sweep 41 % - 26,900 of 65,534 packets - 312 alive - 1,000/s - 2 min
    31 s left`. A narrow terminal gets less: first the rate goes, then the notes, the time left, the counts."""
    percent = f" {_percent(reading)} %" if reading.of else ""
    counts = f"{reading.done:,} of {reading.of:,} {reading.unit}" if reading.of else ""
    rate = f"{_rate(pace.rate)}" if reading.of and pace.rate else ""
    head, notes, left = f"{reading.stage}{percent}", ", ".join(reading.notes), _left(reading, pace)
    fuller = ((head, counts, notes, rate, left), (head, counts, notes, left), (head, counts, left), (head, counts))
    for pieces in fuller:
        line = " - ".join(filter(None, pieces))
        if len(line) < width:
            return line
    return head[: max(width - 1, 0)]


def _left(reading: WorkReading, pace: Pace) -> str:
    """How long the rest takes at this pace; nothing where that cannot be said, or is next to nothing."""
    if not pace.rate or not reading.of:
        return ""
    seconds = (reading.of - reading.done) / pace.rate
    return f"{format_seconds(seconds)} left" if 1 <= seconds <= MAX_LEFT else ""


def _percent(reading: WorkReading) -> int:
    """Not 100 as long as the stage goes on."""
    return min(99, 100 * reading.done // reading.of)


def _rate(rate: float) -> str:
    """A rate in the unit in which it is a number of at least one digit."""
    return f"{rate:,.0f}/s" if rate >= 1 else f"{rate * 60:,.0f}/min"


def format_seconds(seconds: float) -> str:
    """A span of time in its two largest units: `42 s`, `2 min 31 s`, `3 h 5 min`, `2 d 4 h`."""
    whole = max(0, round(seconds))
    for size, name, smaller, smaller_name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {name}" + (f" {rest} {smaller_name}" if rest else "")
    return f"{whole} s"
