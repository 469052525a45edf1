"""One entry of an inventory, as written. Every inventory reader yields these."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """A target word, its place in the inventory (`row 3`, `nodes.leaf1`), and what the inventory says of it.

    Ports are None if the inventory does not give them. `secret_columns` are names of what it gives and
    kitscan does not keep, because they stand for a secret.
    """

    place: str
    word: str
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    snmp_port: int | None = None
    ssh_port: int | None = None
    secret_columns: tuple[str, ...] = ()
