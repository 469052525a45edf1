"""Rows into a table at once: by COPY into PostgreSQL, in its binary format, row by row into another database.

The binary format (PostgreSQL, COPY, "Binary Format"): a header, then for each row how many values it has, and each
value's length before its octets; -1 stands for a row that is the last, and for a value that is null.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, islice, repeat
from struct import Struct
from typing import Any

import sqlalchemy as sa

_CHUNK = 256 * 1024
"""Octets that are handed to the driver at once, about."""

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COUNT = Struct("!h")
_END = _COUNT.pack(-1)
_LENGTH = Struct("!i")
_NULL = _LENGTH.pack(-1)

MAX_PACKED = 1000
"""Rows that are packed at once."""

LoadedRow = Sequence[Any]
"""The values of a row, in the order of the table's columns."""


def load(connection: sa.Connection, table: sa.Table, rows: Iterable[LoadedRow]) -> None:
    """Add rows to a table, each with all of its columns in order. Raises SQLAlchemyError where that fails."""
    names = [column.name for column in table.columns]
    if (connection.dialect.name, connection.dialect.driver) == ("postgresql", "pg8000"):
        chunks = tuple(_chunks(table, rows))  # an error in mid-COPY would leave the connection in mid-message
        if len(chunks) == len((_HEADER, _END)):
            return
        _copy(connection, f"COPY {table.name} ({', '.join(names)}) FROM STDIN WITH (FORMAT binary)", chunks)
        return
    values = [dict(zip(names, row, strict=True)) for row in rows]
    if values:
        connection.execute(table.insert(), values)


def _copy(connection: sa.Connection, statement: str, chunks: Sequence[bytes]) -> None:
    """Run a COPY. SQLAlchemy knows none: what the driver raises becomes an error of SQLAlchemy here."""
    errors: Any = connection.dialect.loaded_dbapi
    cursor: Any = connection.connection.cursor()
    try:
        with closing(cursor):
            cursor.execute(statement, stream=chunks)
    except errors.Error as error:
        raise sa.exc.DBAPIError.instance(statement, (), error, errors.Error) from error


def _chunks(table: sa.Table, rows: Iterable[LoadedRow]) -> Iterator[bytes]:
    """Rows in the binary format. They are packed by column: one value after the other takes three times as long."""
    packers = [_packer(column) for column in table.columns]
    left = iter(rows)
    yield _HEADER
    while some := tuple(islice(left, MAX_PACKED)):
        packed = (part for pack, column in zip(packers, zip(*some, strict=True), strict=True) for part in pack(column))
        octets = b"".join(chain.from_iterable(zip(repeat(_COUNT.pack(len(packers))), *packed, strict=False)))
        yield from (octets[at : at + _CHUNK] for at in range(0, len(octets), _CHUNK))
    yield _END


def _packer(column: sa.Column[Any]) -> Callable[[Sequence[Any]], Iterable[Iterable[bytes]]]:
    """What packs the values of a column of so many rows: into one row of octets or two, which belong together."""
    pack: Callable[[Any], bytes]
    match column.type:
        case sa.LargeBinary() if not column.nullable:
            return _octets_with_length
        case sa.String() if not column.nullable:
            return _texts_with_length
        case sa.LargeBinary():
            pack = _packed_octets
        case sa.Boolean():
            pack = partial(Struct("!i?").pack, 1)
        case sa.BigInteger():
            pack = partial(Struct("!iq").pack, 8)
        case sa.Integer():
            pack = partial(Struct("!ii").pack, 4)
        case kind:
            raise TypeError(f"{column.name} is of a type that is not loaded: {kind}")
    if column.nullable:
        return lambda values: ([_NULL if value is None else pack(value) for value in values],)
    return lambda values: (map(pack, values),)


def _octets_with_length(values: Sequence[bytes]) -> Iterable[Iterable[bytes]]:
    return map(_LENGTH.pack, map(len, values)), values


def _texts_with_length(values: Sequence[str]) -> Iterable[Iterable[bytes]]:
    return _octets_with_length(tuple(map(str.encode, values)))


def _packed_octets(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value
