"""What can be wrong with a store."""

from fingerprints.model.errors import KitscanError
from scanner.sink import SinkError


class StoreError(SinkError):
    """The store cannot be opened or written, is not a kitscan store, or holds no such run."""


class StoreBusyError(KitscanError):
    """Another run is writing to this store."""


class StoreLockedError(StoreError):
    """Another process changes the store at this moment, and did so for longer than the database waits."""
