"""How long to wait for one device's answer before asking again: patiently at first, then by the times it took so far.

The arithmetic is TCP's (RFC 6298), with Karn's rule: an answer to a question that was sent twice measures nothing.
"""

from collections.abc import Iterable, Iterator

MIN_WAIT = 0.2
"""Seconds that any device gets at least: an agent that is busy for a moment is not asked again for it."""

PATIENT_MIN_WAIT = 1.0
"""The same where the pace is limited: nobody who was asked to go easy on a device sends again within a second."""


class RttEstimator:
    """What one device's answers took. `patient` are the waits while that is unknown, `least` is the shortest one later,
    in seconds."""

    __slots__ = ("_least", "_patient", "_smoothed", "_variation", "_wait")

    def __init__(self, patient: Iterable[float], least: float = MIN_WAIT) -> None:
        self._patient = tuple(patient)
        self._least = least
        self._smoothed: float | None = None
        self._variation = 0.0
        self._wait: float | None = None

    def measured(self, seconds: float) -> None:
        """An answer came that long after its question, which was sent once (RFC 6298 section 2)."""
        if self._smoothed is None:
            self._smoothed, self._variation = seconds, seconds / 2
        else:
            self._variation += (abs(self._smoothed - seconds) - self._variation) / 4
            self._smoothed += (seconds - self._smoothed) / 8
        self._wait = max(self._least, self._smoothed + 4 * self._variation)

    def unclear(self, wait: float) -> None:
        """An answer came, to which of several sends is unknown, `wait` seconds being allowed for it at the end: the
        next question gets as long, until one measures again (RFC 6298 section 5, Karn's rule)."""
        self._wait = max(wait, self._wait or 0.0)

    def waits(self) -> Iterator[float]:
        """The seconds to wait after each send of one question. Where it is known how fast the device answers, the first
        is short and each next one twice as long; a device is given up no sooner for that."""
        if self._wait is None or len(self._patient) == 1:
            yield from self._patient
            return
        left, wait = sum(self._patient), self._wait
        while wait < left:
            yield wait
            left -= wait
            wait *= 2
        yield max(left, self._wait)
