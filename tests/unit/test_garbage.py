"""Reference cycles that devices leave behind are cleared while a scan collects. After it the thresholds come back."""

import gc
import weakref

from scanner.garbage import OFTEN, looking_often


class Cycle:
    def __init__(self) -> None:
        self.itself = self


def test_cycles_are_cleared_after_some_thousand_values() -> None:
    before = gc.get_threshold()
    with looking_often():
        assert gc.get_threshold() == OFTEN
        first = weakref.ref(Cycle())
        kept = [[number] for number in range(OFTEN[0] + 1_000)]
        assert (first(), len(kept)) == (None, OFTEN[0] + 1_000)
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_cycles_that_one_block_left_do_not_outlast_the_next() -> None:
    """What is frozen is never looked through: a collector that makes a slice after the other would grow."""
    with looking_often():
        left = weakref.ref(Cycle())
    with looking_often():
        assert left() is None
