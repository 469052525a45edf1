"""How long to wait for one device's answer before a retransmission: first a set time, then by its round-trip times; and
how often to send, by how much the network to it loses.

The arithmetic of the waits is TCP's (RFC 6298), with Karn's rule: the answer to a request that was sent twice measures
nothing.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import repeat

MIN_WAIT = 0.2
"""The least seconds that any device gets: an agent that is busy for a moment gets no second request."""

LIMITED_MIN_WAIT = 1.0
"""The same under a rate limit: a run that must be gentle never sends again within a second."""


MAX_SENDS = 10
"""Sends of one request to a device that answers others, however much is lost on the way."""

EXPECTED_SENDS = 6
"""The same, at the least, where an answer is expected: at 20 % loss each way one request in 450 then has none."""

UNANSWERED = 0.001
"""The part of the requests that may stay without an answer because all their sends were lost."""


class RttEstimator:
    """The round-trip time of one device. `initial_waits` are the waits until it is measured, `min_wait` is the shortest
    wait after that, in seconds. `is_expected` is True where silence can only mean that packets are lost: then a request
    is sent more often."""

    __slots__ = ("_answers", "_initial_waits", "_min_wait", "_sends", "_smoothed", "_variation", "_wait", "is_expected")

    def __init__(self, initial_waits: Iterable[float], min_wait: float = MIN_WAIT) -> None:
        self._initial_waits = tuple(initial_waits)
        self._min_wait = min_wait
        self._smoothed: float | None = None
        self._variation = 0.0
        self._wait: float | None = None
        self._sends = self._answers = 0
        self.is_expected = False

    def measured(self, seconds: float) -> None:
        """An answer came `seconds` after its request, which was sent once (RFC 6298 section 2)."""
        self._count(1)
        if self._smoothed is None:
            self._smoothed, self._variation = seconds, seconds / 2
        else:
            self._variation += (abs(self._smoothed - seconds) - self._variation) / 4
            self._smoothed += (seconds - self._smoothed) / 8
        self._wait = max(self._min_wait, self._smoothed + 4 * self._variation)

    def ambiguous(self, wait: float, sends: int = 2) -> None:
        """An answer came after so many sends, and it is unknown to which. The last wait was `wait` seconds; the next
        request gets as long, until an answer measures again (RFC 6298 section 5, Karn's rule)."""
        self._count(sends)
        self._wait = max(wait, self._wait or 0.0)

    def _count(self, sends: int) -> None:
        """Count a request that was answered. One that was not says nothing of the network: the device may drop it."""
        self._sends += sends
        self._answers += 1

    def _least_sends(self) -> int:
        """How often a request is sent at the least, by what was lost on the way to this device; 0 for no matter."""
        lost = 1 - self._answers / self._sends if self._sends else 0.0
        needed = math.ceil(math.log(UNANSWERED) / math.log(lost)) if 0 < lost < 1 else 0
        return min(MAX_SENDS, max(needed, EXPECTED_SENDS if self.is_expected else 0))

    def waits(self) -> Iterator[float]:
        """The seconds to wait after each send of one request. Once the device's speed is known, the first wait is short
        and each next one twice as long; their sum is no less than before."""
        sends, last = 0, 0.0
        for last in self._usual_waits():
            yield last
            sends += 1
        if len(self._initial_waits) > 1:
            extra = max(self._min_wait, min(last, self._initial_waits[0]))
            yield from repeat(extra, self._least_sends() - sends)

    def _usual_waits(self) -> Iterator[float]:
        if self._wait is None or len(self._initial_waits) == 1:
            yield from self._initial_waits
            return
        left, wait = sum(self._initial_waits), self._wait
        while wait < left:
            yield wait
            left -= wait
            wait *= 2
        yield max(left, self._wait)
