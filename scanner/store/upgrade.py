"""Brings a store of an earlier schema to the present one, in one transaction: a process that is killed leaves the old
store."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from scanner.store.database_errors import translate_errors
from scanner.store.errors import StoreError
from scanner.store.opening import engine_of, give_room_back, held, is_file
from scanner.store.sqlite_file import can_write
from scanner.store.tables import SCHEMA_VERSION, is_old, schema_of

_MIGRATIONS = Path(__file__).with_name("migrations")

_log = logging.getLogger(__name__)


def upgrade(place: str) -> None:
    """Upgrade a store of an earlier schema, and say so.

    Raises StoreError where it cannot be written, StoreBusyError where a run is writing to it.
    """
    if is_file(place) and not can_write(place):
        problem = f"{place}: was made by an earlier kitscan, and must be upgraded where nothing can be written"
        raise StoreError(problem, "copy it to a folder that can be written, and name that copy with --store")
    engine = engine_of(place, create=True)
    try:
        with (
            held(engine, place, "kitscan, upgrading the store"),
            translate_errors(place),
            engine.connect() as connection,
        ):
            with _transaction(connection):
                found = schema_of(connection)
                if found is None or not is_old(connection):  # another command was quicker
                    return
                _migrate(connection, place, found)
            give_room_back(connection)
    finally:
        engine.dispose()
    _log.warning("%s: upgraded to store schema %d; earlier versions of kitscan cannot read it", place, SCHEMA_VERSION)


@contextmanager
def _transaction(connection: sa.Connection) -> Iterator[None]:
    """All or nothing, tables included: SQLite's driver itself begins only at the first INSERT."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.rollback()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _migrate(connection: sa.Connection, place: str, found: int) -> None:
    """Run the upgrades from one schema to the present one, each once. A schema's number is the name of its revision."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "place": place})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.stamp(config, str(found))
    command.upgrade(config, str(SCHEMA_VERSION))
