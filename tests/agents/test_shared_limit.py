"""One limit that several processes of a run share."""

import fcntl
import multiprocessing
import os
import signal
import time

import pytest

from benchmarks.shared_limit import LEAST, MOST, limit_kept
from scanner.rate_limit.shared_bucket import SharedBucket


@pytest.mark.alone
def test_two_processes_keep_one_limit_in_every_second_and_use_it() -> None:
    kept = limit_kept("127.16.0.0/18", 8_192.0, 2)
    assert kept.packets == 16_384
    assert kept.most <= MOST
    assert kept.used >= LEAST


def test_what_one_process_takes_the_other_waits_for() -> None:
    bucket, now = SharedBucket(1_000.0, 2), time.monotonic()
    bucket.reserve(now, 1)
    other = multiprocessing.get_context("fork").Process(target=bucket.reserve, args=(now, 2_000))
    other.start()
    other.join()
    assert other.exitcode == 0
    assert bucket.reserve(now) == pytest.approx(2.0, abs=0.01)


def test_a_process_that_drops_packets_slows_all_down() -> None:
    bucket, now = SharedBucket(10_000.0, 2), time.monotonic()
    bucket.reserve(now, 1_000)
    other = multiprocessing.get_context("fork").Process(target=bucket.slow_down, args=(now + 0.5,))
    other.start()
    other.join()
    assert bucket.burst() == max(1, int(1_000 / 0.5 / 2 * 0.0025))


def test_a_process_that_is_killed_while_it_holds_the_bucket_leaves_it_free() -> None:
    bucket = SharedBucket(1_000.0, 2)
    reading, writing = os.pipe()

    def hold() -> None:
        fcntl.lockf(bucket._lock, fcntl.LOCK_EX)
        os.write(writing, b"1")
        time.sleep(60)

    holder = multiprocessing.get_context("fork").Process(target=hold)
    holder.start()
    os.read(reading, 1)
    os.kill(holder.pid or 0, signal.SIGKILL)
    holder.join()
    os.close(reading)
    os.close(writing)
    signal.alarm(5)  # ends the test where the lock is never freed
    try:
        assert bucket.reserve(time.monotonic()) == 0.0
    finally:
        signal.alarm(0)
