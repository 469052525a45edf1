"""Rows into a table at once: by COPY into PostgreSQL, in its binary format, row by row into another database.

The binary format (PostgreSQL, COPY, "Binary Format"): a header, then for each row how many values it has, and each
value's length before its octets; -1 stands for a row that is the last, and for a value that is null.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
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

TableRow = Sequence[Any]
"""The values of a row, in the order of the table's columns."""


def load(connection: sa.Connection, table: sa.Table, rows: Iterable[TableRow]) -> None:
    """Add rows to a table, each with all of its columns in order. Raises SQLAlchemyError where that fails."""
    names = [column.name for column in table.columns]
    if (connection.dialect.name, connection.dialect.driver) == ("postgresql", "pg8000"):
        chunks = tuple(_chunks(table, rows))  # an error in mid-COPY would leave the connection in mid-message
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


def _chunks(table: sa.Table, rows: Iterable[TableRow]) -> Iterator[bytes]:
    """Rows in the binary format."""
    packers = [_packer(column.type) for column in table.columns]
    count = _COUNT.pack(len(packers))
    values, size = [_HEADER], 0
    for row in rows:
        values.append(count)
        for pack, value in zip(packers, row, strict=True):
            octets = _NULL if value is None else pack(value)
            values.append(octets)
            size += len(octets)
        if size > _CHUNK:
            yield b"".join(values)
            values, size = [], 0
    values.append(_END)
    yield b"".join(values)


def _packer(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], bytes]:
    """What packs the values of a column of this type, each with its length."""
    match kind:
        case sa.Boolean():
            return partial(Struct("!i?").pack, 1)
        case sa.BigInteger():
            return partial(Struct("!iq").pack, 8)
        case sa.Integer():
            return partial(Struct("!ii").pack, 4)
        case sa.LargeBinary():
            return _packed_octets
        case sa.Text() | sa.String():
            return _packed_text
        case _:
            raise TypeError(f"no column of a table that is loaded is of the type {kind}")


def _packed_octets(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def _packed_text(value: str) -> bytes:
    octets = value.encode()
    return _LENGTH.pack(len(octets)) + octets
