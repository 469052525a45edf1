"""How long to wait for one device's answer before a retransmission: first a set time, then by its round-trip times.

The arithmetic is TCP's (RFC 6298), with Karn's rule: the answer to a request that was sent twice measures nothing.
"""

from collections.abc import Iterable, Iterator

MIN_WAIT = 0.2
"""The least seconds that any device gets: an agent that is busy for a moment gets no second request."""

LIMITED_MIN_WAIT = 1.0
"""The same under a rate limit: a run that must be gentle never sends again within a second."""


class RttEstimator:
    """The round-trip time of one device. `initial_waits` are the waits until it is measured, `min_wait` is the shortest
    wait after that, in seconds."""

    __slots__ = ("_initial_waits", "_min_wait", "_smoothed", "_variation", "_wait")

    def __init__(self, initial_waits: Iterable[float], min_wait: float = MIN_WAIT) -> None:
        self._initial_waits = tuple(initial_waits)
        self._min_wait = min_wait
        self._smoothed: float | None = None
        self._variation = 0.0
        self._wait: float | None = None

    def measured(self, seconds: float) -> None:
        """An answer came `seconds` after its request, which was sent once (RFC 6298 section 2)."""
        if self._smoothed is None:
            self._smoothed, self._variation = seconds, seconds / 2
        else:
            self._variation += (abs(self._smoothed - seconds) - self._variation) / 4
            self._smoothed += (seconds - self._smoothed) / 8
        self._wait = max(self._min_wait, self._smoothed + 4 * self._variation)

    def ambiguous(self, wait: float) -> None:
        """An answer came after several sends, and it is unknown to which. The last wait was `wait` seconds; the next
        request gets as long, until an answer measures again (RFC 6298 section 5, Karn's rule)."""
        self._wait = max(wait, self._wait or 0.0)

    def waits(self) -> Iterator[float]:
        """The seconds to wait after each send of one request. Once the device's speed is known, the first wait is short
        and each next one twice as long; their sum is no less than before."""
        if self._wait is None or len(self._initial_waits) == 1:
            yield from self._initial_waits
            return
        left, wait = sum(self._initial_waits), self._wait
        while wait < left:
            yield wait
            left -= wait
            wait *= 2
        yield max(left, self._wait)
