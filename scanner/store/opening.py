"""Opening the database of a store: its engine, its tables where they are new, and its lock."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

import sqlalchemy as sa

from scanner.store.database_errors import translate_errors
from scanner.store.errors import StoreBusyError, StoreError
from scanner.store.sqlite_file import connector, is_busy, locked, use_wal
from scanner.store.tables import create_tables

CREATE_SECONDS = 20.0
"""How long a command waits for others that create the same store."""

_LOCK = 0x6B69747363616E
"""The number by which writers of a PostgreSQL database keep each other out: the octets of `kitscan`."""


_TRANSACTION = _LOCK + 1
"""The number of the one transaction that writes at a time."""


def is_file(place: str) -> bool:
    """True for a store that is a file, and no other database."""
    return "://" not in place


def engine_of(place: str, create: bool) -> sa.Engine:
    """The engine of a store. Raises StoreError where the driver of its URL is not installed."""
    _silence_pools()
    if is_file(place):
        return sa.create_engine("sqlite://", creator=connector(place, create), poolclass=sa.QueuePool)
    try:
        return sa.create_engine(place, connect_args=_connect_args(place), pool_pre_ping=True)  # it may restart
    except ImportError as error:
        missing = f"{place}: its driver is not installed ({error.name})"
        raise StoreError(missing, f"pip install {error.name}") from error


@cache
def _silence_pools() -> None:
    """What matters is raised. A pool would also write of each connection that is gone, with a traceback to stderr."""
    logging.getLogger("sqlalchemy.pool").addHandler(logging.NullHandler())
    logging.getLogger("sqlalchemy.pool").propagate = False


def _connect_args(place: str) -> dict[str, str]:
    """What the driver is told beside the URL. pg8000 reads no environment by itself, as libpq does, and fails in its
    own code where a server asks for a password and there is none, rather than an empty one."""
    asked = place.startswith("postgresql+pg8000:")
    return {"password": os.environ.get("PGPASSWORD", "")} if asked else {}


def create_tables_once(engine: sa.Engine) -> None:
    """Create the tables of a new store. Several commands may do so at the same moment: one creates them, in one
    transaction, and the others see them."""
    until = time.monotonic() + CREATE_SECONDS
    while True:
        try:
            with engine.connect() as connection:
                create_tables(connection)
            return
        except sa.exc.OperationalError as error:
            if not is_busy(error.orig) or time.monotonic() > until:
                raise
            time.sleep(CREATE_SECONDS / 200)


@contextmanager
def writing_connection(engine: sa.Engine, place: str) -> Iterator[sa.Connection]:
    """A connection of the one writer of a store, who holds it (`held`). What was written is kept however the block
    ends."""
    with translate_errors(place), engine.connect() as connection:
        if is_file(place):
            use_wal(connection)
        yield connection


@contextmanager
def reading_connection(engine: sa.Engine, place: str) -> Iterator[sa.Connection]:
    """A connection that sees one state of a store in all its queries, whatever is written or pruned meanwhile."""
    with translate_errors(place), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # the driver itself begins only at the first INSERT
        elif connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield connection


@contextmanager
def lone_transaction(connection: sa.Connection) -> Iterator[None]:
    """A transaction of the one writer, kept all or none. PostgreSQL has it wait until another such one has ended: the
    lock of `held` goes with a connection of its own, which may be cut while the one that writes goes on."""
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_TRANSACTION)))
        yield


def give_room_back(connection: sa.Connection) -> None:
    """Make a store file as small as what it holds. A disk without room for its copy, or a reader, leaves it as it is.
    PostgreSQL uses the room again by itself."""
    if connection.dialect.name == "sqlite":
        with suppress(sa.exc.SQLAlchemyError):
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("VACUUM")
            alone.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def held(engine: sa.Engine, place: str, holder: str) -> Iterator[None]:
    """Hold a store: a file by its lock, PostgreSQL by an advisory lock of a connection of its own. Raises
    StoreBusyError if another process holds it; of a file it says by which words (`holder`)."""
    if is_file(place):
        with locked(place, f"{holder} (process {os.getpid()})"):
            yield
    elif engine.dialect.name != "postgresql":
        yield
    else:
        with translate_errors(place), engine.connect() as connection:
            if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_LOCK))):
                problem = f"{place}: another run is writing to this store"
                raise StoreBusyError(problem, "wait for it, or name another store with --store")
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
