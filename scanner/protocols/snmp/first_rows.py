"""Some more rows of columns that the device is known to have: a few rows each, of several columns in one request."""

from collections.abc import AsyncGenerator, Sequence

from scanner.protocols.snmp.column_walk import ColumnWalk, WalkAnswer, gap_at
from scanner.protocols.snmp.errors import NoAnswerError, RequestsSpentError, SessionError
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import SnmpSession

COLUMNS_A_REQUEST = 8
"""Columns in one request for their first rows."""

ROWS_A_REQUEST = 25
"""Rows of one column that one request asks for."""


async def rows_of(session: SnmpSession, columns: Sequence[ColumnWalk]) -> AsyncGenerator[WalkAnswer, None]:
    """The rows that these columns may still have, one answer at a time, and a gap for each column that the device does
    not answer for. After an error it gets smaller requests; after two silences no more."""
    left, most, silences = [*columns], COLUMNS_A_REQUEST, 0
    while left:
        group, left = left[:most], left[most:]
        repetitions = _repetitions(group, most)
        try:
            answer = await session.get_bulk([column.last for column in group], repetitions)
        except SessionError as error:
            silences += isinstance(error, NoAnswerError)
            if silences > 1 or isinstance(error, RequestsSpentError):
                yield [gap_at(column.oid, error) for column in (*group, *left)]
                return
            if len(group) > 1 or repetitions > 1:
                most = 1 if isinstance(error, NoAnswerError) else max(1, len(group) // 2)
                left = group + left
            else:
                yield [gap_at(group[0].oid, error)]
            continue
        yield [item for place, column in enumerate(group) for item in _taken(column, answer[place :: len(group)])]
        left += [column for column in group if column.open and column.left]


def _repetitions(columns: Sequence[ColumnWalk], most: int) -> int:
    """Rows of one request; one after an error."""
    if most < COLUMNS_A_REQUEST:
        return 1
    return min(max(column.left for column in columns), ROWS_A_REQUEST // len(columns) + 1)


def _taken(column: ColumnWalk, varbinds: Sequence[Varbind]) -> WalkAnswer:
    """The rows of an answer that are the column's. An answer that is cut off before the column says nothing of it."""
    if not varbinds:
        return []
    own, gap = column.take(varbinds[: column.left])
    column.open &= bool(own)
    return [*own, *(() if gap is None else (gap,))]
