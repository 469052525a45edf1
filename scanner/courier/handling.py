"""What a courier does with a message once a handler had it: the same for files and for a broker."""

from enum import Enum, auto

from fingerprints.model.errors import KitscanError
from scanner.courier.courier import CourierError, Handler
from scanner.courier.envelope import MessageRefusedError
from scanner.courier.message import MAX_MESSAGE

MAX_TRIES = 3
"""A message that ends its readers, by a defect or by its size, is given up after so many of them."""


class Handled(Enum):
    """DONE: it is forgotten. LATER: what stood in the way may go (a disk, a database). NEVER: it is given up."""

    DONE = auto()
    LATER = auto()
    NEVER = auto()


def check_size(octets: bytes) -> None:
    """Raises CourierError for a message that the other end would not read."""
    if len(octets) > MAX_MESSAGE:
        raise CourierError(f"a message of {len(octets):,} octets is larger than {MAX_MESSAGE:,}")


def hand_over(handle: Handler, octets: bytes) -> Handled:
    """Hand a message to a handler. What is no KitscanError is a defect: it is raised, ends `serve`, and counts as a
    try of this message."""
    try:
        handle(octets)
    except MessageRefusedError:
        return Handled.NEVER
    except (KitscanError, OSError):
        return Handled.LATER
    return Handled.DONE
