"""The waits for a device: the retry policy's at first, then by its own speed, and never less in sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols.snmp.rtt_estimator import RttEstimator

INITIAL_WAITS = (1.0, 1.5, 2.25)


def waits(rtt: RttEstimator) -> list[float]:
    return [round(wait, 3) for wait in rtt.waits()]


def test_a_device_that_never_answered_gets_the_initial_waits() -> None:
    assert waits(RttEstimator(INITIAL_WAITS)) == [1.0, 1.5, 2.25]


def test_a_fast_device_gets_short_waits_that_double_up_to_the_initial_sum() -> None:
    rtt = RttEstimator(INITIAL_WAITS, min_wait=0.2)
    rtt.measured(0.02)
    assert waits(rtt) == [0.2, 0.4, 0.8, 1.6, 1.75]


def test_the_first_measure_counts_three_times_and_later_ones_are_smoothed() -> None:
    rtt = RttEstimator(INITIAL_WAITS, min_wait=0.0)
    rtt.measured(0.1)
    assert waits(rtt)[0] == 0.3
    rtt.measured(0.1)
    assert waits(rtt)[0] == 0.25


def test_a_device_whose_answers_vary_gets_longer_than_a_steady_one() -> None:
    steady, varying = RttEstimator(INITIAL_WAITS, min_wait=0.0), RttEstimator(INITIAL_WAITS, min_wait=0.0)
    for turn in range(40):
        steady.measured(0.1)
        varying.measured(0.05 if turn % 2 else 0.15)
    assert waits(steady)[0] < 0.11
    assert waits(varying)[0] > 0.25


def test_no_device_gets_less_than_the_least() -> None:
    rtt = RttEstimator(INITIAL_WAITS, min_wait=1.0)
    rtt.measured(0.001)
    assert waits(rtt)[0] == 1.0


def test_an_answer_that_may_be_to_either_of_two_sends_measures_nothing_and_keeps_the_longer_wait() -> None:
    rtt = RttEstimator(INITIAL_WAITS, min_wait=0.2)
    rtt.ambiguous(1.5)
    assert waits(rtt)[:3] == [1.5, 3.0, 1.5]
    rtt.measured(0.02)
    assert waits(rtt)[0] == 0.2


def test_the_more_is_lost_the_more_often_a_request_is_sent_and_never_more_than_ten_times() -> None:
    rtt = RttEstimator(INITIAL_WAITS, min_wait=0.2)
    sends = []
    for lost in (0, 1, 2, 20, 200):
        for _ in range(lost):
            rtt.ambiguous(0.4)
        rtt.measured(0.02)
        sends.append(len(waits(rtt)))
    assert sends == [5, 5, 7, 9, 10]


def test_where_an_answer_is_expected_silence_is_loss_and_a_request_is_sent_six_times() -> None:
    rtt = RttEstimator(INITIAL_WAITS)
    rtt.is_expected = True
    assert waits(rtt) == [1.0, 1.5, 2.25, 1.0, 1.0, 1.0]


def test_a_policy_of_one_attempt_stays_one_attempt() -> None:
    rtt = RttEstimator((2.0,))
    rtt.measured(0.02)
    assert waits(rtt) == [2.0]


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=20), st.floats(0.05, 1.0))
def test_the_waits_never_sum_to_less_than_the_initial_ones_and_always_end(
    seconds: list[float], min_wait: float
) -> None:
    rtt = RttEstimator(INITIAL_WAITS, min_wait)
    for one in seconds:
        rtt.measured(one)
    waited = list(rtt.waits())
    assert sum(waited) >= sum(INITIAL_WAITS) or sum(waited) == pytest.approx(sum(INITIAL_WAITS))
    assert len(waited) <= 8
    assert min(waited) >= min_wait
