"""Temporary tables of a connection: what is to be written, for the database to look up what it has of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from scanner.store.bulk.copying import LoadedRow, load
from scanner.store.tables import BIG_ID, ORDERED

_STAGED = sa.MetaData()


def _staged(name: str, *columns: sa.Column[Any]) -> sa.Table:
    place = sa.Column("place", BIG_ID, nullable=False)
    return sa.Table(name, _STAGED, place, *columns, prefixes=["TEMPORARY"])


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

STAGED_DIGESTS = _staged("staged_digests", sa.Column("sha256", sa.LargeBinary, nullable=False))

STAGED_BASES = _staged(
    "staged_bases",
    sa.Column("key", ORDERED, nullable=False),
    sa.Column("probe", sa.Text, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("content", BIG_ID, nullable=False),
    sa.Column("spent", sa.Integer, nullable=False),
)


_PREPARED = """
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
 set_config('jit', 'off', true),
 (SELECT set_config(name, 'lz4', true) FROM pg_settings
  WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)),
 count(*), coalesce(sum(pg_total_relation_size(oid)), 0)
FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'
"""

MAX_STAGED = 4 * 1024 * 1024
"""Octets of temporary tables that a connection keeps, about."""


def prepare(connection: sa.Connection) -> None:
    """Prepare a connection for what is staged and written until the transaction ends.

    PostgreSQL looks up what is staged row by row: of temporary tables it knows no size, reads whole tables of a store
    for a few rows, and compiles (jit) longer than it asks. It packs long texts by LZ4 where it has that, in less than
    half the time. What was staged before and deleted is no more than MAX_STAGED: nothing else clears it away.
    """
    if connection.dialect.name == "postgresql":
        *_, tables, size = connection.exec_driver_sql(_PREPARED).one()
        if size > MAX_STAGED:
            _STAGED.drop_all(connection)
        elif tables == len(_STAGED.tables):
            return
    for table in _STAGED.tables.values():
        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))


def stage(connection: sa.Connection, table: sa.Table, rows: Iterable[LoadedRow]) -> None:
    """Have these rows, and no others, in a temporary table."""
    connection.execute(table.delete())
    load(connection, table, rows)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query of one number for each row that is staged, in order. As a subquery it is asked row by row, by an index,
    whatever PostgreSQL takes the tables for. `joined` gives all numbers as one text, parted by commas: a driver takes
    longer for many rows than the server."""

    each: sa.Select[Any]
    joined: sa.Select[Any]

    @classmethod
    def of(cls, staged: sa.Table, number: sa.Select[Any]) -> Self:
        """What a query of one number finds for each row of a temporary table."""
        asked = number.correlate(staged).scalar_subquery()
        words = sa.func.coalesce(sa.cast(asked, sa.Text), "")
        joined = sa.func.string_agg(words, aggregate_order_by(sa.literal_column("','"), staged.c.place))
        return cls(sa.select(asked).select_from(staged).order_by(staged.c.place), sa.select(joined))

    def numbers(self, connection: sa.Connection, **values: int) -> list[Any]:
        """The number of each row, None where it has none. `values` are those of the query's parameters."""
        if connection.dialect.name != "postgresql":
            return list(connection.scalars(self.each, values))
        return [int(word) if word else None for word in _parts_of(connection.scalar(self.joined, values))]


def new_numbers(connection: sa.Connection, table: sa.Table, count: int) -> list[int]:
    """Numbers for so many new rows of a table, ascending. PostgreSQL gives them to nobody else; in SQLite the one who
    writes has them for himself."""
    if not count:
        return []
    if connection.dialect.name != "postgresql":
        newest = connection.scalar(sa.select(sa.func.max(table.c.id))) or 0
        return list(range(newest + 1, newest + 1 + count))
    asked = _NEW_NUMBERS.format(table=table.name)
    return [int(word) for word in _parts_of(connection.scalar(sa.text(asked), {"count": count}))]


_NEW_NUMBERS = (
    "SELECT string_agg(nextval(own)::text, ',') FROM (SELECT pg_get_serial_sequence('{table}', 'id')::regclass AS own"
    " OFFSET 0) AS named, generate_series(1, :count)"
)


def _parts_of(joined: str | None) -> list[str]:
    """Numbers that are one text, parted by commas; none where there was no row."""
    return [] if joined is None else joined.split(",")
