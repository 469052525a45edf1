"""What the ends of a table's columns show: rows that are hidden, or a device that ends each subtree alike."""

import pytest

from fingerprints.model.evidence import GapReason
from scanner.protocols.snmp.column_walk import ColumnWalk
from scanner.protocols.snmp.empty_spans import END_OF_MIB
from scanner.protocols.snmp.lawful_ends import TableEnds
from scanner.protocols.snmp.message.ber import Oid

TABLE: Oid = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
PORTS: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
BEYOND: Oid = (1, 3, 6, 1, 2, 1, 99, 1)


def column(oid: Oid, rows: int, after: Oid | None) -> ColumnWalk:
    walk = ColumnWalk(oid, 100)
    if rows:
        walk.first, walk.last = (*oid, 1), (*oid, rows)
    walk.after = after
    return walk


def gaps(*columns: ColumnWalk, greatest: Oid = ()) -> list[str]:
    ends = TableEnds()
    ends.note(columns)
    found = list(ends.gaps(greatest))
    assert all(gap.reason is GapReason.MALFORMED for gap in found)
    assert list(ends.gaps(greatest)) == []  # each once
    return [gap.at.rpartition(".")[2] for gap in found]


def end_of(number: int) -> Oid:
    """The first row of the next column."""
    return (*TABLE, number + 1, 1)


@pytest.mark.parametrize(
    ("after", "hidden"),
    [(end_of(11), []), (END_OF_MIB, ["11"]), (BEYOND, ["11"]), ((*TABLE, 12, 2), ["11"]), ((*TABLE, 11, 9, 9), [])],
)
def test_a_column_goes_on_to_the_next_of_its_table(after: Oid, hidden: list[str]) -> None:
    assert gaps(column((*TABLE, 11), 3, after), column((*TABLE, 12), 3, None)) == hidden


PASSES = column((*PORTS, 22), 2, BEYOND)
"""A column at whose end the device went on past the end of its group of objects."""


@pytest.mark.parametrize(
    ("passing", "rows", "greatest", "hidden"),
    [
        (PASSES, 2, BEYOND, ["13"]),
        (PASSES, 3, BEYOND, []),
        (PASSES, 2, (), []),
        (PASSES, 2, (*TABLE, 13, 2), []),
        (PASSES, 2, (*TABLE, 13, 2, 0), ["13"]),
        (column((*PORTS, 22), 2, END_OF_MIB), 2, BEYOND, []),
        (column((*PORTS, 22), 2, (*PORTS[:-1], 3)), 2, BEYOND, []),
    ],
)
def test_the_last_column_is_short_where_the_device_has_more_behind_it_and_passes_groups(
    passing: ColumnWalk, rows: int, greatest: Oid, hidden: list[str]
) -> None:
    table = column((*TABLE, 12), 3, (*TABLE, 13, 1)), column((*TABLE, 13), rows, END_OF_MIB)
    assert gaps(passing, *table, greatest=greatest) == hidden


def test_a_table_that_is_not_there_hides_nothing() -> None:
    assert gaps(PASSES, column((*TABLE, 12), 0, BEYOND), column((*TABLE, 13), 0, BEYOND)) == []


def test_the_columns_of_another_table_say_nothing_of_this_one() -> None:
    other: Oid = (*TABLE[:-1], 2)
    assert gaps(PASSES, column((*TABLE, 13), 2, END_OF_MIB), column((*other, 1), 3, BEYOND), greatest=BEYOND) == []
