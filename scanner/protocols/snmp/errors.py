"""The errors that every SNMP session raises."""

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import GapReason


class SessionError(KitscanError):
    """A request without a usable answer. `reason` is the reason of the gap in the evidence."""

    reason = GapReason.NO_ANSWER


class NoAnswerError(SessionError):
    """Nothing came: a dead host, a closed port, a wrong community or a wrong privacy key."""


class UnreachableError(NoAnswerError):
    """An ICMP error said that nothing listens there: a retransmission would not help."""


class MalformedAnswerError(SessionError):
    """The answer is not SNMP, or holds other variables than requested."""

    reason = GapReason.MALFORMED


class NotIncreasingError(SessionError):
    """The answer to GETNEXT does not come after the OID asked."""

    reason = GapReason.NOT_INCREASING


class RequestsSpentError(SessionError):
    """The requests that a device may get ran out; see SnmpSession.allow."""

    reason = GapReason.BUDGET_SPENT


class RefusedError(SessionError):
    """The device explicitly refused this credential."""

    reason = GapReason.REFUSED


class UndecipheredError(RefusedError):
    """The device could not decrypt the request: the privacy key is wrong, or extended in the other way."""


TOO_BIG = 1
"""The error-status tooBig (RFC 3416 section 3)."""


_GEN_ERR = 5
"""The error-status genErr (RFC 3416 section 3)."""


class ErrorAnswerError(SessionError):
    """The device answered with an error-status. `index` is the variable that it names, from 1, or 0."""

    def __init__(self, status: int, index: int) -> None:
        self.status = status
        self.index = index
        super().__init__(f"the device answered with error-status {status}")

    @property
    def is_too_big(self) -> bool:
        """True if the whole answer is at fault (tooBig), and no variable of it."""
        return self.status == TOO_BIG


class IllegalEndError(ErrorAnswerError):
    """The device answered a GETNEXT or a GETBULK with noSuchObject or noSuchInstance, which only a GET may be answered
    with (RFC 3416 section 4.2). Nobody knows what comes after."""

    reason = GapReason.MALFORMED

    def __init__(self, index: int) -> None:
        super().__init__(_GEN_ERR, index)
        self.args = ("the device answered with an end that is illegal there",)


def is_about_one_variable(error: SessionError) -> bool:
    """True if the device failed over a variable, whether it names it or not, and not over the size of the answer."""
    return isinstance(error, ErrorAnswerError) and not error.is_too_big
