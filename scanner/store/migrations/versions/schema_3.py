"""From schema 2 to schema 3: the ledger of a fleet, and counts of ranges beyond 2**31."""

from alembic import op

from scanner.store.tables import ABOUT, METADATA, RANGES

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Add the tables that are not there, and widen the counts of ranges. SQLite keeps any whole number in 64 bits."""
    connection = op.get_bind()
    METADATA.create_all(connection)
    if connection.dialect.name == "postgresql":
        for column in (RANGES.c.addresses, RANGES.c.silent):
            op.alter_column(RANGES.name, column.name, type_=column.type)
    connection.execute(ABOUT.update().values(schema_version=3))
