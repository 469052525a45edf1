"""The end of a time window ends the collecting as a signal does, and nothing else."""

import asyncio
import time
from collections.abc import Callable

import pytest

from scanner.stop_signals import CANCEL_SECONDS, AbandonedError, StopSignals


def window(seconds: float) -> Callable[[], float]:
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def test_work_that_is_done_before_its_window_ends_is_left_alone() -> None:
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.append("work")

    stop = StopSignals()
    stop.run(work(), lambda: done.append("ended"), window(30))
    assert done == ["work"]
    assert not stop.time_over and not stop.has_ended_work


def test_the_end_of_the_window_records_first_and_cancels_then() -> None:
    said: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            said.append("cancelled")
            raise

    stop = StopSignals()
    with pytest.raises(asyncio.CancelledError):
        stop.run(work(), lambda: said.append("recorded"), window(0.05))
    assert said == ["recorded", "cancelled"]
    assert stop.time_over and stop.has_ended_work
    assert stop.received is None


def test_a_window_that_is_over_already_ends_the_work_where_it_first_waits() -> None:
    stop = StopSignals()
    with pytest.raises(asyncio.CancelledError):
        stop.run(asyncio.sleep(60), lambda: None, lambda: 0.0)
    assert stop.time_over


def test_work_that_does_not_end_is_left_behind_in_time() -> None:
    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    stop, began = StopSignals(), time.monotonic()
    with pytest.raises(AbandonedError):
        stop.run(stubborn(), lambda: None, window(0.05))
    assert time.monotonic() - began < CANCEL_SECONDS + 2.0


def test_a_window_that_moves_while_the_work_goes_on_is_looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.stop_signals.MAX_WINDOW_SLEEP", 0.02)
    left = iter((7200.0, 7200.0, -1.0))
    stop, began = StopSignals(), time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        stop.run(asyncio.sleep(60), lambda: None, lambda: next(left))
    assert time.monotonic() - began < 5.0
