"""Temporary tables of a connection, filled at once: by COPY into PostgreSQL, row by row into SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

import sqlalchemy as sa

from scanner.store.tables import BIG_ID, ORDERED

_STAGED = sa.MetaData()

_CHUNK = 256 * 1024
"""Octets that are handed to the driver at once, about."""

StagedRow = Sequence[Any]
"""The values of a row, in the order of the table's columns."""


def _staged(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(name, _STAGED, sa.Column("place", sa.Integer, nullable=False), *columns, prefixes=["TEMPORARY"])


STAGED_SUBJECTS = _staged(
    "staged_subjects",
    sa.Column("key", ORDERED, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("address", "labels", "attributes")),
)

STAGED_ROWS = _staged(
    "staged_rows",
    sa.Column("key", ORDERED, nullable=False),
    sa.Column("probe", sa.Text, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
)

STAGED_TEXTS = _staged(
    "staged_texts",
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("lines", sa.Text, nullable=False),
)

STAGED_SEQUENCES = _staged("staged_sequences", sa.Column("sha256", sa.LargeBinary, nullable=False))

STAGED_BASES = _staged(
    "staged_bases",
    sa.Column("key", ORDERED, nullable=False),
    sa.Column("probe", sa.Text, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("content", BIG_ID, nullable=False),
    sa.Column("spent", sa.Integer, nullable=False),
)


def look_up_by_index(connection: sa.Connection) -> None:
    """Have PostgreSQL look up what is staged row by row until the transaction ends: of temporary tables it knows no
    size, reads whole tables of a store for a few rows, and compiles (jit) longer than it asks."""
    if connection.dialect.name == "postgresql":
        for way in ("enable_hashjoin", "enable_mergejoin", "jit"):
            connection.exec_driver_sql(f"SET LOCAL {way} = off")


def stage(connection: sa.Connection, table: sa.Table, rows: Iterable[StagedRow]) -> None:
    """Have these rows, and no others, in a temporary table."""
    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
    connection.execute(table.delete())
    load(connection, table, rows)


def looked_up(connection: sa.Connection, staged: sa.Table, number: sa.Select[Any]) -> list[Any]:
    """What a query of one number finds for each row that is staged, in order, None where it finds none. As a subquery
    it is asked row by row, by an index, whatever PostgreSQL takes the tables for."""
    asked = number.correlate(staged).scalar_subquery()
    return list(connection.scalars(sa.select(asked).select_from(staged).order_by(staged.c.place)))


def load(connection: sa.Connection, table: sa.Table, rows: Iterable[StagedRow]) -> None:
    """Add rows to a table, each with all of its columns in order."""
    names = [column.name for column in table.columns]
    if (connection.dialect.name, connection.dialect.driver) == ("postgresql", "pg8000"):
        chunks = tuple(_chunks(rows))  # an error in mid-COPY would leave the connection in mid-message
        cursor: Any = connection.connection.cursor()
        with closing(cursor):
            cursor.execute(f"COPY {table.name} ({', '.join(names)}) FROM STDIN", stream=chunks)
        return
    values = [dict(zip(names, row, strict=True)) for row in rows]
    if values:
        connection.execute(table.insert(), values)


def _chunks(rows: Iterable[StagedRow]) -> Iterator[bytes]:
    """Rows in the text format of COPY: a line each, its values parted by tabs."""
    lines: list[str] = []
    size = 0
    for row in rows:
        line = "\t".join(map(_copied, row))
        lines.append(line)
        size += len(line)
        if size > _CHUNK:
            yield "".join(f"{line}\n" for line in lines).encode()
            lines, size = [], 0
    yield "".join(f"{line}\n" for line in lines).encode()


def _copied(value: object) -> str:
    match value:
        case str():
            return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case bytes():
            return f"\\\\x{value.hex()}"
        case _:
            return str(value)
