"""When Python looks for reference cycles (the gc module): seldom as a rule, often while a scan collects."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SELDOM = (100_000, 50, 100)
"""Thresholds of a whole command. A run makes millions of values without cycles. With Python's default of 700, looking
through them takes a third of the processor time."""

OFTEN = (100_000, 10, 10)
"""Thresholds while a scan collects. Each device leaves some cycles behind (tasks, and errors with their traces); with
SELDOM those of thousands of devices wait for the next look. Looking five times as often takes a fifth more processor
time, and the most memory is the same."""


def look_seldom() -> None:
    """Set the thresholds of a command."""
    gc.set_threshold(*SELDOM)


@contextmanager
def looking_often() -> Iterator[None]:
    """Look often inside this block, and only among what was made inside it: the fingerprint data take no part."""
    before = gc.get_threshold()
    gc.collect()  # a collector enters many such blocks: what is left of one would never be looked through again
    gc.freeze()
    gc.collect()  # quick, and from here on Python compares with how little is left
    gc.set_threshold(*OFTEN)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


SET_ASIDE = 500
"""Devices after which what is known of them is set aside."""


@contextmanager
def setting_aside() -> Iterator[Callable[[], None]]:
    """Inside this block, what there is at each call of the function is not looked through again: a run of many devices
    keeps more and more that has no cycles, and to look at all of it again and again takes a tenth of the time. Cycles
    that are free by then are cleared before."""
    try:
        yield _set_aside
    finally:
        gc.unfreeze()


def _set_aside() -> None:
    gc.collect(1)  # quick: of what was made since the last time
    gc.freeze()
