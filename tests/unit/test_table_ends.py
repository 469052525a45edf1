"""What the ends of a table's columns show: rows that are hidden, or a device that ends each subtree alike."""

from collections.abc import Sequence

import pytest

from fingerprints.model.evidence import GapReason
from scanner.protocols.snmp.column_walk import ColumnWalk
from scanner.protocols.snmp.empty_spans import END_OF_MIB
from scanner.protocols.snmp.errors import IllegalEndError
from scanner.protocols.snmp.lawful_ends import LawfulSession, TableEnds
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.variables import Varbind

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


# An end that only a GET may be answered with


class Answering:
    """A session that gives one answer to everything, and keeps what else it was asked."""

    def __init__(self, *syntaxes: Syntax) -> None:
        self.answer = tuple(Varbind((*TABLE, place), syntax, "") for place, syntax in enumerate(syntaxes))
        self.told: list[object] = []

    async def get(self, _oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        return self.answer

    async def get_next(self, _oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        return self.answer

    async def get_bulk(self, _oids: Sequence[Oid], _repetitions: int) -> tuple[Varbind, ...]:
        return self.answer

    def allow(self, requests: int | None) -> None:
        self.told.append(requests)

    def close(self) -> None:
        self.told.append("closed")


A, END, GONE = Syntax.OCTETS, Syntax.END_OF_MIB_VIEW, Syntax.NO_SUCH_OBJECT
PAIR = [(*TABLE, 11), (*TABLE, 12)]


@pytest.mark.parametrize(
    ("syntaxes", "kept"),
    [
        ((A, A, A, A), 4),
        ((A, END, A, END), 4),
        ((A, A, A, GONE), 2),
        ((A, A, GONE, A), 2),
        ((A, A, A, A, Syntax.NO_SUCH_INSTANCE, A), 4),
    ],
)
async def test_the_rows_before_an_illegal_end_are_taken(syntaxes: tuple[Syntax, ...], kept: int) -> None:
    session = Answering(*syntaxes)
    assert await LawfulSession(session).get_bulk(PAIR, 3) == session.answer[:kept]
    assert await LawfulSession(session).get(PAIR) == session.answer


@pytest.mark.parametrize(("syntaxes", "index"), [((GONE, A), 1), ((A, GONE), 2), ((A, GONE, A, GONE), 2)])
async def test_an_illegal_end_in_the_first_row_names_its_variable(syntaxes: tuple[Syntax, ...], index: int) -> None:
    session = LawfulSession(Answering(*syntaxes))
    for asked in (session.get_next(PAIR), session.get_bulk(PAIR, 2)):
        with pytest.raises(IllegalEndError) as error:
            await asked
        assert error.value.index == index


async def test_what_a_session_is_told_reaches_the_one_behind_it() -> None:
    behind = Answering()
    session = LawfulSession(behind)
    session.allow(3)
    session.allow(None)
    session.close()
    assert behind.told == [3, None, "closed"]
