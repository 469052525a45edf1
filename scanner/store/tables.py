"""The tables of a store: runs, who began them, their subjects, evidence, costs, refusals and range counts."""

import sqlalchemy as sa

from scanner.store.errors import StoreError

SCHEMA_VERSION = 1

METADATA = sa.MetaData()

ABOUT = sa.Table("kitscan_store", METADATA, sa.Column("schema_version", sa.Integer, nullable=False))

RUNS = sa.Table(
    "runs",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("tool_version", sa.String(32), nullable=False),
    sa.Column("started", sa.String(32), nullable=False),
    sa.Column("finished", sa.String(32)),
    sa.Column("outcome", sa.String(16)),
)

SUBJECTS = sa.Table(
    "subjects",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("labels", sa.Text, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False, default=False),
    sa.Column("attributes", sa.Text, nullable=False),
    sa.UniqueConstraint("run", "key"),
)

EVIDENCE = sa.Table(
    "evidence",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.ForeignKey("subjects.id"), nullable=False, index=True),
    sa.Column("time", sa.String(32), nullable=False),
    sa.Column("probe", sa.String(32), nullable=False),
    sa.Column("lines", sa.Text, nullable=False),
)

COSTS = sa.Table(
    "costs",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("amount", sa.Float, nullable=False),
)
"""What a run cost, by name: packets, seconds. A resumed run holds the sum of its parts."""

REFUSALS = sa.Table(
    "refusals",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("credential", sa.String(128), primary_key=True),
    sa.Column("address", sa.String(128), primary_key=True),
)
"""Which credential, by its name in credentials.yaml, which device refused in a run. A resumed run keeps to it."""

RECORDS = sa.Table(
    "records",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("started_by", sa.Text, nullable=False),
    sa.Column("targets", sa.Text, nullable=False),
    sa.Column("exclusions", sa.Text, nullable=False),
    sa.Column("profile", sa.String(64), nullable=False),
    sa.Column("probes", sa.Text, nullable=False),
)
"""Who began a run (`user@host`), and of what: lists in JSON, as the user gave them."""

LATER_TABLES = (COSTS, REFUSALS, RECORDS)
"""Tables that a store may lack, because an earlier kitscan made it."""

RANGES = sa.Table(
    "ranges",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("prefix", sa.String(128), primary_key=True),
    sa.Column("addresses", sa.Integer, nullable=False),
    sa.Column("silent", sa.Integer, nullable=False),
)


def create_tables(connection: sa.Connection) -> None:
    """Create the tables in an empty database, all or none. A database that holds any table stays as it is."""
    if sa.inspect(connection).get_table_names():
        return
    if connection.dialect.name == "sqlite":
        connection.rollback()
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver itself begins only at the first INSERT
        if sa.inspect(connection).get_table_names():
            return
    METADATA.create_all(connection)
    connection.execute(ABOUT.insert().values(schema_version=SCHEMA_VERSION))
    connection.commit()


def check_tables(connection: sa.Connection, place: str) -> None:
    """Raise StoreError for a database that is not a kitscan store of this version."""
    tables = sa.inspect(connection).get_table_names()
    version = connection.scalar(sa.select(ABOUT.c.schema_version)) if ABOUT.name in tables else None
    if version != SCHEMA_VERSION:
        problem = "is not a kitscan store" if version is None else f"has store schema {version}, not {SCHEMA_VERSION}"
        raise StoreError(f"{place}: {problem}", "name another store with --store, or move this file away")
