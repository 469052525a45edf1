"""One module a schema: how a store of the schema before becomes one of it."""
