"""Schema 1: the oldest store that is read. Nobody makes it anew."""

revision = "1"
down_revision = None


def upgrade() -> None:
    """Nothing: a store of schema 1 is where the upgrades begin."""
