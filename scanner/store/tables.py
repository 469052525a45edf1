"""The tables of a store: runs, their subjects, evidence, costs and range counts."""

import sqlalchemy as sa

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

RANGES = sa.Table(
    "ranges",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("prefix", sa.String(128), primary_key=True),
    sa.Column("addresses", sa.Integer, nullable=False),
    sa.Column("silent", sa.Integer, nullable=False),
)
