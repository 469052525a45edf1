"""One line of a list of targets, as written: what every reader of lists yields."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A target word with its place in the list (`row 3`, `node leaf1`), and what the list says beside it.

    Ports are None where the list does not say.
    """

    place: str
    word: str
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    snmp_port: int | None = None
    ssh_port: int | None = None
