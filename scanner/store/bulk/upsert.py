"""Adding rows that may be there: SQLite and PostgreSQL say it in the same words, by two constructs of SQLAlchemy."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens where a row is there."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_new(connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows, except those whose key is there."""
    values = [dict(row) for row in rows]
    if values:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), values)


def put(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], changed: tuple[str, ...]) -> None:
    """Add a row; where its key is there, change these columns of it."""
    statement = insert_into(connection, table).values(dict(row))
    new = {name: statement.excluded[name] for name in changed}
    connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=new))
