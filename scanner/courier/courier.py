"""The couriers: who carries sealed messages between a centre and its sites. A courier reads none of them.

A message may come late, twice, or not at all; the receiving side is idempotent. `folder` (a stick, a shared folder) and
`celery` (RabbitMQ) implement these.
"""

from collections.abc import Callable
from typing import Protocol

from fingerprints.model.errors import KitscanError

Handler = Callable[[bytes], None]
"""Takes one sealed message. When it returns, the courier forgets the message; when it raises, the message comes again,
here or at another collector of the site."""


class CourierError(KitscanError):
    """The courier cannot take a message now: nobody is reached, or the queue is full. It may later."""


class CourierFullError(CourierError):
    """The centre's queue is full: it takes no more until it has received what waits."""


class CentreCourier(Protocol):
    """The centre's end."""

    def send(self, site: str, octets: bytes) -> None:
        """Hand a sealed message over for one collector of a site. It is durable on return. Raises CourierError."""
        ...

    def serve(self, handle: Handler, seconds: float | None = None) -> None:
        """Hand on what collectors send, one message at a time, until `stop`, or for some seconds. Raises
        CourierError."""
        ...

    def waiting(self, site: str) -> int | None:
        """How many messages wait for a site; None where it has no queue. Raises CourierError."""
        ...

    def stop(self) -> None:
        """End `serve` after the message that is being handled, and every later one at once. May be called from any
        thread and from a signal."""
        ...

    def close(self) -> None:
        """Close connections."""
        ...


class SiteCourier(Protocol):
    """A site's end. `send` may be called from another thread than `serve`."""

    def send(self, octets: bytes) -> None:
        """Hand a sealed message over for the centre. It is durable on return. Raises CourierError, CourierFullError."""
        ...

    def serve(self, handle: Handler, seconds: float | None = None) -> None:
        """Hand on orders to this site, one at a time, until `stop`, or for some seconds. Survives a broker that goes
        away and comes back."""
        ...

    def stop(self) -> None:
        """End `serve` after the message that is being handled, and every later one at once. May be called from any
        thread and from a signal."""
        ...

    def close(self) -> None:
        """Close connections."""
        ...
