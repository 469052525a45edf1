"""Columns that share a request: which leave it, which join it, and what a long column in disorder still gives."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.budget import MAX_COLUMNS, MAX_ROWS, Budget, BudgetLimit, RowCount
from scanner.protocols.snmp.column_walk import MAX_REMEMBERED, ColumnGroup, ColumnWalk
from scanner.protocols.snmp.errors import (
    ErrorAnswerError,
    MalformedAnswerError,
    NoAnswerError,
    SessionError,
    UnreachableError,
)
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.walk import Walker
from scanner.rate_limit.profiles import PROFILES
from tests.unit.snmp_device import Device, silent_above

LAB = PROFILES["lab"]
FIRST: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
SECOND: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
COLUMNS = [(*FIRST, number) for number in range(1, 5)]


def group(*oids: Oid, octets: float = 30.0) -> ColumnGroup:
    return ColumnGroup([ColumnWalk(oid, 100) for oid in oids], octets)


def oids(groups: Sequence[ColumnGroup]) -> list[list[Oid]]:
    return [[column.oid for column in one.columns] for one in groups]


@pytest.mark.parametrize(
    ("error", "parts"),
    [
        (ErrorAnswerError(5, 1), [COLUMNS[:1], COLUMNS[1:]]),
        (ErrorAnswerError(5, 2), [COLUMNS[1:2], [COLUMNS[0], *COLUMNS[2:]]]),
        (ErrorAnswerError(5, 4), [COLUMNS[3:], COLUMNS[:3]]),
        (ErrorAnswerError(5, 0), [COLUMNS[:2], COLUMNS[2:]]),
        (ErrorAnswerError(5, 5), [COLUMNS[:2], COLUMNS[2:]]),
        (ErrorAnswerError(1, 2), [COLUMNS[:2], COLUMNS[2:]]),
        (MalformedAnswerError("no SNMP"), [COLUMNS[:2], COLUMNS[2:]]),
        (NoAnswerError("no answer"), []),
        (UnreachableError("gone"), []),
    ],
)
def test_after_an_error_what_can_be_asked_by_itself_is(error: SessionError, parts: list[list[Oid]]) -> None:
    found = group(*COLUMNS).parts(error)
    assert oids(found) == parts
    assert all(part.closed for part in found)


def test_after_a_silence_each_table_is_asked_by_itself_and_one_column_is_not_divided() -> None:
    assert oids(group((*FIRST, 1), (*FIRST, 2), (*SECOND, 1)).parts(NoAnswerError(""))) == [
        [(*FIRST, 1), (*FIRST, 2)],
        [(*SECOND, 1)],
    ]
    assert group((*FIRST, 1)).parts(ErrorAnswerError(5, 1)) == []


@pytest.mark.parametrize(("octets", "columns", "rows"), [(30.0, 4, 10), (200.0, 4, 1), (2_000.0, 4, 1), (100.0, 2, 7)])
def test_a_request_asks_for_as_many_rows_as_one_answer_holds_and_never_for_none(
    octets: float, columns: int, rows: int
) -> None:
    assert group(*COLUMNS[:columns], octets=octets).rows(RowCount()) == rows


def test_a_request_asks_for_no_more_rows_than_the_last_error_left() -> None:
    one = group(COLUMNS[0])
    one.most = 3
    assert (one.rows(RowCount()), one.rows(RowCount(most=0))) == (3, 0)


# A device that answers one row at a time: columns of several tables share a request.

TABLES = [[(*FIRST, column) for column in range(1, 9)], [(*SECOND, column) for column in range(1, 9)]]
CELLS = sorted((*column, row) for table in TABLES for column in table for row in range(1, 4))


def one_row(device: Device) -> Walker:
    return Walker(device, Budget(LAB, lambda: 0.0), RowCount(most=0, has_no_getbulk=True))


async def walked(walker: Walker) -> tuple[list[Oid], list[Gap]]:
    items = [item async for answer in walker.tables(TABLES) for item in answer]
    return [item.oid for item in items if isinstance(item, Varbind)], [item for item in items if isinstance(item, Gap)]


async def test_a_device_without_getbulk_is_asked_for_columns_of_several_tables_together() -> None:
    device = Device(CELLS)
    found, gaps = await walked(one_row(device))
    assert (sorted(found), gaps) == (CELLS, [])
    assert 8 < max(map(len, device.requests)) <= MAX_COLUMNS
    assert len(device.requests) < 16


@pytest.mark.parametrize("most", [1, 2, 3, 5, 7])
async def test_a_device_that_answers_for_few_columns_is_asked_for_few_and_gives_all(most: int) -> None:
    too_many = ErrorAnswerError(1, 0)
    device = Device(CELLS, lambda asked, _rows: too_many if len(asked) > most else None)
    found, gaps = await walked(one_row(device))
    assert (sorted(found), gaps) == (CELLS, [])


async def test_a_device_that_is_silent_for_many_columns_gives_all_in_small_requests() -> None:
    device = Device(CELLS, silent_above(6))
    found, gaps = await walked(one_row(device))
    assert (sorted(found), gaps) == (CELLS, [])


async def test_a_column_that_fails_by_itself_is_the_only_one_that_is_lost() -> None:
    bad = TABLES[1][2]

    def failure(asked: Sequence[Oid], _rows: int) -> SessionError | None:
        place = next((place for place, oid in enumerate(asked, 1) if oid[: len(bad)] == bad), 0)
        return ErrorAnswerError(5, place) if place else None

    found, gaps = await walked(one_row(Device(CELLS, failure)))
    assert sorted(found) == [cell for cell in CELLS if cell[: len(bad)] != bad]
    assert [(gap.at, gap.reason) for gap in gaps] == [(".".join(map(str, bad)), GapReason.NO_ANSWER)]


# A column that is longer than what is remembered of it

LONG: Oid = (*FIRST, 2)


def cells(*rows: int) -> list[Varbind]:
    return [Varbind((*LONG, row), Syntax.OCTETS, "x") for row in rows]


def long_column() -> ColumnWalk:
    column = ColumnWalk(LONG, 10 * MAX_REMEMBERED)
    for first in range(1, MAX_REMEMBERED + 1, 50):
        taken, gap = column.take(cells(*range(first, first + 50)))
        assert (len(taken), gap) == (50, None)
    return column


def test_a_long_column_goes_on_in_order_without_remembering_more() -> None:
    column = long_column()
    taken, gap = column.take(cells(MAX_REMEMBERED + 1, MAX_REMEMBERED + 2))
    assert (len(taken), gap, column.last) == (2, None, (*LONG, MAX_REMEMBERED + 2))
    assert column.continue_to([(*LONG, MAX_REMEMBERED + 3)])
    assert len(column._rows) == MAX_REMEMBERED


def test_a_row_that_comes_late_in_a_long_column_may_be_an_old_one_and_is_a_gap() -> None:
    column = long_column()
    taken, gap = column.take(cells(7))
    assert taken == []
    assert gap is not None and gap.reason is GapReason.NOT_INCREASING and not column.open


def test_a_row_that_comes_late_in_a_short_column_is_new_if_it_was_not_there() -> None:
    column = ColumnWalk(LONG, 100)
    column.take(cells(5, 9))
    taken, gap = column.take(cells(7))
    assert ([one.oid for one in taken], gap, column.missorts) == ([(*LONG, 7)], None, True)
    assert not column.continue_to([(*LONG, 8)])


@pytest.mark.parametrize(
    ("rows", "left", "moves_on"), [((1, 2), 2, True), ((1, 2, 3), 2, False), ((1,), 1, True), ((1,), 0, False)]
)
def test_a_column_moves_on_within_its_limit(rows: tuple[int, ...], left: int, moves_on: bool) -> None:
    column = ColumnWalk(LONG, left)
    assert column.continue_to([(*LONG, row) for row in rows]) is moves_on
    assert column.left == (left - len(rows) if moves_on else left)
    assert column.last == ((*LONG, rows[-1]) if moves_on else LONG)
    assert column.first == ((*LONG, rows[0]) if moves_on else None)


def test_a_column_keeps_its_first_row_and_what_comes_after_its_last() -> None:
    column = ColumnWalk(LONG, 100)
    column.take(cells(3))
    after = (*FIRST, 3, 1)
    taken, gap = column.take([*cells(4), Varbind(after, Syntax.OCTETS, "x")])
    assert ([one.oid[-1] for one in taken], gap) == ([4], None)
    assert (column.first, column.last, column.after, column.open) == ((*LONG, 3), (*LONG, 4), after, False)


def test_a_column_takes_as_many_rows_as_it_may_have_and_says_so() -> None:
    column = ColumnWalk(LONG, 2)
    taken, gap = column.take(cells(1, 2, 3))
    assert [one.oid[-1] for one in taken] == [1, 2]
    assert gap is not None and gap.reason is GapReason.BUDGET_SPENT


def test_a_group_asks_for_no_more_rows_than_any_request_may() -> None:
    assert group(COLUMNS[0], octets=1.0).rows(RowCount(most=1_000)) == MAX_ROWS


def test_rows_that_are_not_taken_cost_as_much_of_the_budget() -> None:
    """Else an agent that repeats itself would be asked for ever."""
    one, budget = group(LONG), Budget(replace(LAB, walk_varbinds=4), lambda: 0.0)
    one.take(cells(1, 2), budget)
    assert budget.spent() is None
    one.take(cells(2, 1), budget)
    assert budget.spent() is BudgetLimit.VARIABLES


def test_a_group_learns_what_a_variable_takes_and_drops_columns_that_have_ended() -> None:
    pair, budget = group(LONG, (*FIRST, 3)), Budget(LAB, lambda: 0.0)
    answer = [Varbind((*LONG, 1), Syntax.OCTETS, "x" * 20), Varbind((*FIRST, 4, 1), Syntax.OCTETS, "x")]
    assert pair.take(answer, budget) == answer[:1]
    assert [column.oid for column in pair.columns] == [LONG]
    assert pair.octets == 6 + len(LONG) + 1 + 20


def test_a_device_in_disorder_is_in_disorder_for_all_columns_of_a_group() -> None:
    pair, budget = group(LONG, (*FIRST, 3)), Budget(LAB, lambda: 0.0)
    pair.take([*cells(5), Varbind((*FIRST, 3, 5), Syntax.OCTETS, "x")], budget)
    assert not pair.missorts
    back = [*cells(2), Varbind((*FIRST, 2, 9), Syntax.OCTETS, "x")]
    assert pair.take(back, budget) == back[:1]
    assert pair.missorts and [column.oid for column in pair.columns] == [LONG]
