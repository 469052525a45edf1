"""The token bucket. Time is an argument, so that the tests can use any clock."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.rate_limit.token_bucket import BURST_SECONDS, SLACK_SECONDS, UNLIMITED_BURST, TokenBucket


def sent(bucket: TokenBucket, late: list[float], until: float = 3.0) -> list[tuple[float, int]]:
    """When how many packets went out, from a sender that wakes up late each time by the next of these seconds."""
    now, times, turn = 0.0, [], 0
    while now < until:
        packets = bucket.burst()
        wait = bucket.reserve(now, packets)
        now += wait + (late[turn % len(late)] if wait else 0.0)
        times.append((now, packets))
        turn += 1
    return times


@pytest.mark.parametrize("rate", [1.0, 5.0, 200.0, 1_000.0, 10_000.0])
def test_a_rate_is_kept_within_one_percent_by_who_wakes_up_a_little_late(rate: float) -> None:
    times = sent(TokenBucket(rate), [0.001, 0.0, 0.004], until=10 / min(rate, 5.0))
    asked = sum(packets for _, packets in times[1:]) / (times[-1][0] - times[0][0])
    assert asked == pytest.approx(rate, rel=0.01 if rate >= 200 else 0.02)


@given(st.lists(st.floats(0.0, 0.5), min_size=1, max_size=30))
def test_no_second_sees_more_than_the_rate_and_two_percent_however_late_somebody_wakes_up(late: list[float]) -> None:
    times = sent(TokenBucket(200.0), late)
    for start, _ in times:
        assert sum(packets for when, packets in times if start <= when < start + 1.0) <= 204


def test_a_burst_is_what_five_milliseconds_of_the_rate_hold() -> None:
    assert [TokenBucket(rate).burst() for rate in (1.0, 200.0, 1_000.0, 10_000.0, 1e6, None)] == [
        1, 1, 5, 50, UNLIMITED_BURST, UNLIMITED_BURST
    ]  # fmt: skip
    assert BURST_SECONDS < SLACK_SECONDS


def test_a_local_drop_halves_the_rate_and_a_second_without_one_restores_it() -> None:
    bucket = TokenBucket(None)
    for step in range(10):
        assert bucket.reserve(step / 10, 1_000) == 0.0
    bucket.slow_down(1.0)
    assert bucket.burst() == 25
    bucket.reserve(1.0, 5_000)
    assert bucket.reserve(1.0) == pytest.approx(1.0 - SLACK_SECONDS)
    assert (bucket.reserve(2.5), bucket.burst()) == (0.0, UNLIMITED_BURST)


def test_however_many_drops_something_is_still_sent() -> None:
    bucket = TokenBucket(1_000.0)
    for step in range(50):
        bucket.slow_down(step / 1_000)
    bucket.reserve(0.05)
    assert bucket.reserve(0.05) <= 0.01


def test_a_drop_never_raises_a_slow_rate() -> None:
    bucket = TokenBucket(20.0)
    bucket.reserve(0.0)
    bucket.slow_down(0.0)
    bucket.reserve(0.5, 20)
    assert bucket.reserve(0.5) == pytest.approx(1.0 - SLACK_SECONDS)


@pytest.mark.parametrize("senders", [2, 3, 8])
@settings(deadline=None)
@given(late=st.lists(st.floats(0.0, 0.5), min_size=1, max_size=30))
def test_of_several_senders_no_second_sees_more_than_the_rate_and_one_percent(senders: int, late: list[float]) -> None:
    rate, bucket = 20_000.0, TokenBucket(20_000.0, senders)
    turns = [(0.0, sender) for sender in range(senders)]
    times: list[tuple[float, int]] = []
    for turn in range(200 * senders):
        now, sender = min(turns)
        packets = bucket.burst()
        wait = bucket.reserve(now, packets)
        turns[sender] = (now + wait + (late[turn % len(late)] if wait else 0.0), sender)
        times.append((turns[sender][0], packets))
    for start, _ in times:
        assert sum(packets for when, packets in times if start <= when < start + 1.0) <= 1.01 * rate
