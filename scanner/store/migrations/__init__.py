"""The upgrades of a store, one a schema, which Alembic finds by their names of revisions."""
