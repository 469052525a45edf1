"""A moment by two clocks, so that the time between two is known although somebody sets the clock of the day."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fingerprints.model.errors import DataFileError
from fingerprints.model.input_file import read_text_file

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Another one after each start of the machine (random(4))."""

_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets (clock_gettime(2))."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of day, and the `ticks` (seconds) since the machine's start of the name `boot`, which is empty where
    nobody knows it."""

    time: datetime
    boot: str
    ticks: float


def seconds_between(earlier: Moment, later: Moment) -> float:
    """The seconds from one moment to another. Within one start of the machine no clock that is set changes them. Across
    starts the time of day counts, and never less than none."""
    if earlier.boot and earlier.boot == later.boot:
        return later.ticks - earlier.ticks
    return max(0.0, (later.time - earlier.time).total_seconds())


def moment_now() -> Moment:
    """This moment."""
    try:
        boot = read_text_file(_BOOT_ID, 100).strip()
    except DataFileError:  # another system than Linux
        boot = ""
    return Moment(datetime.now(UTC), boot, time.clock_gettime(_TICKS))
