"""The tables of a store (schema 3): what was asked and observed, each text once, and what was said of it later.

Evidence is kept in three steps, so that a device that says the same every night costs a few octets a night. A text is
one row of `contents`. What the probes brought of a subject, in order and without its times, is one row of `sequences`.
A run holds one row of `run_subjects` for each subject: the sequence, and the times and small differences beside it.
"""

import sqlalchemy as sa

from scanner.store.errors import StoreError

SCHEMA_VERSION = 3

METADATA = sa.MetaData()

ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""A text that sorts by code point in every database, as SQLite does."""

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A number that a database counts up. SQLite counts up INTEGER alone."""

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

CONTENTS = sa.Table(
    "contents",
    METADATA,
    sa.Column("id", BIG_ID, primary_key=True),
    sa.Column("sha256", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("lines", sa.Text, nullable=False),
)
"""Every text of evidence and of states, once. `sha256` is the digest of its UTF-8."""

SUBJECTS = sa.Table(
    "subjects",
    METADATA,
    sa.Column("id", BIG_ID, primary_key=True),
    sa.Column("key", ORDERED, nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("labels", sa.Text, nullable=False),
    sa.Column("attributes", sa.Text, nullable=False),
)
"""Every subject of all runs, once as long as its labels and attributes stay as they are."""

SEQUENCES = sa.Table(
    "sequences",
    METADATA,
    sa.Column("id", BIG_ID, primary_key=True),
    sa.Column("sha256", sa.LargeBinary(32), nullable=False, unique=True),
)
"""What probes brought of one subject, in order, without its times. The digest is that of its rows."""

SEQUENCE_ROWS = sa.Table(
    "sequence_rows",
    METADATA,
    sa.Column("sequence", BIG_ID, primary_key=True, autoincrement=False),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("probe", sa.String(32), nullable=False),
    sa.Column("content", BIG_ID, nullable=False),
    sqlite_with_rowid=False,
)

RUN_SUBJECTS = sa.Table(
    "run_subjects",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True, autoincrement=False),
    sa.Column("subject", BIG_ID, primary_key=True, autoincrement=False),
    sa.Column("done", sa.Boolean, nullable=False, default=False),
    sa.Column("observed", sa.Boolean, nullable=False, default=False),
    sa.Column("sequence", BIG_ID),
    sa.Column("times", sa.LargeBinary),
    sqlite_with_rowid=False,
)
"""The subjects of a run. `observed` is true where anything but gaps is known. `times` holds for each row of the
sequence its time, and how its text differs from the one that is kept (`row_times.py`)."""

EVIDENCE = sa.Table(
    "evidence",
    METADATA,
    sa.Column("id", BIG_ID, primary_key=True),
    sa.Column("run", sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("subject", BIG_ID, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("probe", sa.String(32), nullable=False),
    sa.Column("content", BIG_ID, nullable=False),
    sa.Column("patch", sa.LargeBinary, nullable=False),
    sa.Index("ix_evidence_run_subject", "run", "subject"),
)
"""Rows of evidence as they arrive: microseconds since 1970 in UTC, the text kept, and how it differs from that
(`patch`). At the end of a run they go over into `run_subjects`. A run that was killed keeps them here."""

BASES = sa.Table(
    "bases",
    METADATA,
    sa.Column("key", ORDERED, primary_key=True),
    sa.Column("probe", sa.String(32), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", BIG_ID, nullable=False),
    sa.Column("spent", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""The text that the next text of a subject's key, of a probe and its how-manieth row in a run is compared with, and how
many octets of differences to it were kept so far."""

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

RANGES = sa.Table(
    "ranges",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("prefix", sa.String(128), primary_key=True),
    sa.Column("addresses", sa.BigInteger, nullable=False),
    sa.Column("silent", sa.BigInteger, nullable=False),
)

DEVICES = sa.Table(
    "devices",
    METADATA,
    sa.Column("id", BIG_ID, primary_key=True),
    sa.Column("lasting_id", ORDERED, nullable=False, unique=True),
)
"""Every device of which a state was ever kept, by its lasting id."""

RUN_STATES = sa.Table(
    "run_states",
    METADATA,
    sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", BIG_ID, nullable=False),
)
"""What was said of a run as a whole, as JSON. It outlives the run's evidence, so it may name a run that is gone."""

STATES = sa.Table(
    "states",
    METADATA,
    sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("device", BIG_ID, primary_key=True, autoincrement=False),
    sa.Column("content", BIG_ID, nullable=False),
    sqlite_with_rowid=False,
)
"""What a run said of each device, as JSON. It outlives the run's evidence."""

LOGINS = sa.Table(
    "logins",
    METADATA,
    sa.Column("key", ORDERED, primary_key=True),
    sa.Column("protocol", sa.String(16), primary_key=True),
    sa.Column("credential", sa.String(128), nullable=False),
    sa.Column("platform", sa.String(64), nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Which credential, by its name in credentials.yaml, last worked for a subject's key, and the platform found there."""

REMINDERS = sa.Table(
    "reminders",
    METADATA,
    sa.Column("device", sa.String(128), primary_key=True),
    sa.Column("finding", ORDERED, primary_key=True),
    sa.Column("stage", sa.String(32), primary_key=True),
    sa.Column("run", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Which stage of which finding that falls due was told, for which device, and after which run."""

NOTICES = sa.Table(
    "notices",
    METADATA,
    sa.Column("id", BIG_ID, primary_key=True),
    sa.Column("run", sa.Integer, nullable=False, index=True),
    sa.Column("channel", sa.String(128), nullable=False),
    sa.Column("time", sa.String(32), nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
)
"""What was sent after a run: over which channel (never its URL), when, and how that ended."""


FLEET_RUNS = sa.Table(
    "fleet_runs",
    METADATA,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("run", sa.Integer, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
    sa.Column("sites", sa.Text, nullable=False),
    sa.Column("is_ordered", sa.Boolean, nullable=False),
    sa.Column("began", sa.String(32), nullable=False),
    sa.Column("ended", sa.String(32)),
)
"""The runs of a fleet. `terms` and `sites` are JSON, `is_ordered` is false for a run that bundles began. A row outlives
the run's evidence, without its number: old bundles of it are not taken again."""

FLEET_PLANS = sa.Table(
    "fleet_plans",
    METADATA,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("site", sa.String(32), primary_key=True),
    sa.Column("slices", sa.Integer, nullable=False),
    sa.Column("scope_sha256", sa.String(64), nullable=False),
)
"""Into how many slices a site divides a run, and the digest of the scope that it divided."""

FLEET_SLICES = sa.Table(
    "fleet_slices",
    METADATA,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("site", sa.String(32), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("addresses", sa.BigInteger, nullable=False, default=0),
    sa.Column("words", sa.Text, nullable=False, default=""),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("leased_until", sa.String(32)),
    sa.Column("collector", sa.String(32), nullable=False, default=""),
    sa.Column("sha256", sa.String(64), nullable=False, default="", index=True),
    sa.Column("complete", sa.Boolean, nullable=False, default=False),
    sa.Column("detail", sa.Text, nullable=False, default=""),
    sa.Column("refused_by", sa.Text, nullable=False, default="[]"),
    sa.Column("started", sa.String(32)),
    sa.Column("finished", sa.String(32)),
    sa.Column("cost", sa.Text, nullable=False, default="{}"),
)
"""The slices of runs. Ordinal 0 stands for a plan that a site refused. `sha256` is the digest of the bundle taken.
`cost` and `refused_by` are JSON."""

FLEET_COLLECTORS = sa.Table(
    "fleet_collectors",
    METADATA,
    sa.Column("site", sa.String(32), primary_key=True),
    sa.Column("collector", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("last_heard", sa.String(32), nullable=False),
    sa.Column("spool_bytes", sa.BigInteger, nullable=False, default=0),
    sa.Column("spool_limit", sa.BigInteger, nullable=False, default=0),
    sa.Column("spooled", sa.BigInteger, nullable=False, default=0),
    sa.Column("working_on", sa.String(64), nullable=False, default=""),
    sa.Column("clock_offset", sa.Float),
)
"""The collectors that were heard of, with what each said last. `last_heard` is the centre's time."""

FLEET_ASIDE = sa.Table(
    "fleet_aside",
    METADATA,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("reason", sa.String(32), primary_key=True),
    sa.Column("token", sa.String(32), nullable=False, index=True),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("collector", sa.String(32), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("time", sa.String(32), nullable=False),
)
"""What of which bundle, by the digest of its file, was not taken, and why. `rows` counts what was left out of it."""

_CREATION = 0x6B6974_6E6577
"""The number by which those that create the tables of one PostgreSQL database wait for one another."""


def create_tables(connection: sa.Connection) -> None:
    """Create the tables in an empty database, all or none. A database that holds any table stays as it is."""
    if sa.inspect(connection).get_table_names():
        return
    if connection.dialect.name == "sqlite":
        connection.rollback()
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver itself begins only at the first INSERT
    elif connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CREATION)))
    if sa.inspect(connection).get_table_names():  # another process has created them meanwhile
        return
    METADATA.create_all(connection)
    connection.execute(ABOUT.insert().values(schema_version=SCHEMA_VERSION))
    connection.commit()


def schema_of(connection: sa.Connection) -> int | None:
    """The schema version of a database; None where it is not a kitscan store."""
    if ABOUT.name not in sa.inspect(connection).get_table_names():
        return None
    return connection.scalar(sa.select(ABOUT.c.schema_version))


def is_old(connection: sa.Connection) -> bool:
    """True for a store of an earlier schema."""
    return (schema_of(connection) or SCHEMA_VERSION) < SCHEMA_VERSION


def check_tables(connection: sa.Connection, place: str) -> None:
    """Raise StoreError for a database that is not a kitscan store of this version."""
    version = schema_of(connection)
    if version != SCHEMA_VERSION:
        problem = "is not a kitscan store" if version is None else f"has store schema {version}, not {SCHEMA_VERSION}"
        raise StoreError(f"{place}: {problem}", "name another store with --store, or move this file away")
