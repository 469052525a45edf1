"""What can go wrong between a question and its answer: the errors that every session raises."""

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import GapReason


class SessionError(KitscanError):
    """A question without a usable answer; `reason` is what becomes of it in evidence."""

    reason = GapReason.NO_ANSWER


class NoAnswerError(SessionError):
    """Nothing came, as from a dead host, a closed port, a wrong community or a wrong privacy key."""


class UnreachableError(NoAnswerError):
    """An ICMP error said that nothing listens there: asking again would not help."""


class MalformedAnswerError(SessionError):
    """The device answered with what is no SNMP, or with other variables than it was asked for."""

    reason = GapReason.MALFORMED


class RefusedError(SessionError):
    """The device said in so many words that this credential may not."""

    reason = GapReason.REFUSED


class UndecipheredError(RefusedError):
    """The device could not decipher the request: the privacy key is wrong, or stretched in the other way."""


class ErrorAnswerError(SessionError):
    """The device answered with an error-status; `index` is the variable that it names, from 1, or 0."""

    def __init__(self, status: int, index: int) -> None:
        self.status = status
        self.index = index
        super().__init__(f"the device answered with error-status {status}")
