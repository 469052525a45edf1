"""How many rows a request asks for: it falls with each failure, and grows again after a run of answers."""

from dataclasses import replace

import pytest

from scanner.protocols.snmp.budget import (
    ANSWER_OCTETS,
    COLUMNS_A_REQUEST,
    FIRST_ROWS,
    MAX_COLUMNS,
    MAX_ROWS,
    SMALL_ANSWER_OCTETS,
    Budget,
    BudgetLimit,
    RowCount,
)
from scanner.protocols.snmp.errors import ErrorAnswerError, NoAnswerError, SessionError, UnreachableError
from scanner.rate_limit.profiles import PROFILES

LAB = PROFILES["lab"]
TOO_BIG, SILENT = ErrorAnswerError(1, 0), NoAnswerError("no answer")


@pytest.mark.parametrize(
    ("rows", "octets", "error", "falls", "most", "left"),
    [
        (0, 100.0, SILENT, False, FIRST_ROWS, ANSWER_OCTETS),
        (10, 1_000.0, UnreachableError("gone"), False, FIRST_ROWS, ANSWER_OCTETS),
        (10, 441.0, SILENT, True, FIRST_ROWS, SMALL_ANSWER_OCTETS),
        (10, 440.0, SILENT, True, FIRST_ROWS, 110.0),
        (2, 441.0, TOO_BIG, True, FIRST_ROWS, SMALL_ANSWER_OCTETS),
        (1, 441.0, TOO_BIG, True, 0, ANSWER_OCTETS),
        (10, 440.0, TOO_BIG, True, FIRST_ROWS, 220.0),
        (10, 219.0, SILENT, True, 0, ANSWER_OCTETS),
        (10, 220.0, SILENT, True, FIRST_ROWS, 55.0),
        (10, 219.0, TOO_BIG, True, FIRST_ROWS, 109.5),
    ],
)
def test_a_failure_lowers_the_rows_or_the_octets(
    rows: int, octets: float, error: SessionError, falls: bool, most: int, left: float
) -> None:
    count = RowCount()
    assert (count.failed(rows, octets, error), count.most, count.octets) == (falls, most, left)


def test_it_grows_with_each_answer_until_the_first_failure_and_then_after_8_and_16() -> None:
    count = RowCount()
    count.succeeded(10, 10)
    count.succeeded(20, 20)
    assert (count.most, count.octets) == (40, ANSWER_OCTETS)
    for answers in (8, 16):
        count.failed(10, count.octets / 4, TOO_BIG)
        low = count.octets
        for _ in range(answers - 1):
            count.succeeded(10, 10)
        assert count.octets == low
        count.succeeded(10, 10)
        assert count.octets == min(ANSWER_OCTETS, 2 * low)
    assert count.most == MAX_ROWS


def test_a_failure_that_lowers_nothing_does_not_make_the_run_longer() -> None:
    count = RowCount(octets=100.0)
    count.failed(10, 440.0, SILENT)
    count.succeeded(10, 10)
    assert (count.octets, count.most) == (200.0, 20)


def test_a_run_of_answers_begins_anew_with_a_failure() -> None:
    count = RowCount()
    count.failed(10, 400.0, TOO_BIG)
    for _ in range(7):
        count.succeeded(10, 10)
    count.failed(0, 0.0, SILENT)
    count.succeeded(10, 10)
    assert count.octets == 200.0


def test_two_answers_of_one_row_show_a_device_without_getbulk_for_good() -> None:
    count = RowCount()
    count.succeeded(2, 1)
    assert (count.has_no_getbulk, count.most) == (False, 20)
    count.succeeded(1, 1)
    count.succeeded(2, 1)
    assert (count.has_no_getbulk, count.most) == (True, 0)
    count.succeeded(1, 1)
    assert count.most == 0


def test_an_answer_of_two_rows_ends_the_row_of_single_ones() -> None:
    count = RowCount()
    for came in (1, 2, 1):
        count.succeeded(2, came)
    assert not count.has_no_getbulk


@pytest.mark.parametrize(
    ("columns", "error", "left"),
    [
        (24, TOO_BIG, 12),
        (1, TOO_BIG, 1),
        (3, TOO_BIG, 1),
        (24, SILENT, COLUMNS_A_REQUEST),
        (7, SILENT, COLUMNS_A_REQUEST),
        (6, SILENT, MAX_COLUMNS),
        (24, ErrorAnswerError(5, 1), MAX_COLUMNS),
    ],
)
def test_a_failed_getnext_asks_for_fewer_columns(columns: int, error: SessionError, left: int) -> None:
    count = RowCount()
    count.failed_with(columns, error)
    assert count.columns == left


def test_columns_never_rise_with_an_error() -> None:
    count = RowCount(columns=2)
    count.failed_with(24, TOO_BIG)
    assert count.columns == 2


@pytest.mark.parametrize(
    ("spent", "seconds", "limit"),
    [
        ((9, 0, 0), 9.0, None),
        ((10, 0, 0), 9.0, BudgetLimit.VARIABLES),
        ((9, 24, 3), 9.0, None),
        ((9, 25, 0), 9.0, BudgetLimit.OCTETS),
        ((9, 24, 4), 9.0, BudgetLimit.OCTETS),
        ((9, 0, 0), 10.0, BudgetLimit.TIME),
        ((10, 25, 0), 10.0, BudgetLimit.TIME),
    ],
)
def test_a_budget_ends_with_what_runs_out_first(
    spent: tuple[int, int, int], seconds: float, limit: BudgetLimit | None
) -> None:
    now = 100.0
    budget = Budget(replace(LAB, walk_seconds=10.0, walk_varbinds=10, walk_octets=100), lambda: now)
    budget.spend(*spent)
    now += seconds
    assert budget.spent() is limit
