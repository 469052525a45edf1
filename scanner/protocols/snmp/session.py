"""A conversation with one device under one credential: the Protocol that walks use, and its v1 and v2c form.

Any engine that gives these calls can take the place of this one.
"""

from collections.abc import Sequence
from typing import Protocol

from scanner.credentials.access import Community, CommunityVersion
from scanner.protocols.snmp.errors import ErrorAnswerError, MalformedAnswerError, RefusedError
from scanner.protocols.snmp.message import ber, codec
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.codec import ErrorStatus, Message, PduType
from scanner.protocols.snmp.message.fast_encoder import encode_request
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.request_channel import Answer, RequestChannel, fresh_id

REFUSALS = frozenset({ErrorStatus.NO_ACCESS, ErrorStatus.AUTHORIZATION_ERROR})


class Session(Protocol):
    """Asks one device. Answers follow RFC 3416 whatever the version spoken: what is not there comes back as an
    exception value, never as an error. All raise SessionError."""

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """The variables asked for, in their order."""
        ...

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """For each OID the variable that the device puts after it; the order is not checked."""
        ...

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """Up to `repetitions` rows of next variables, each row in the order of `oids`, the last one perhaps cut off."""
        ...

    def close(self) -> None:
        """End the conversation and free what it holds."""
        ...


def as_asked(oids: Sequence[Oid], answer: tuple[Varbind, ...]) -> tuple[Varbind, ...]:
    """The answer, where it is of the variables asked for. Raises MalformedAnswerError."""
    if len(answer) != len(oids) or any(varbind.oid != oid for varbind, oid in zip(answer, oids, strict=True)):
        raise MalformedAnswerError("the device answered with other variables than were asked for")
    return answer


def as_many(asked: Sequence[object], answer: tuple[Varbind, ...]) -> tuple[Varbind, ...]:
    """The answer, where it has a variable for each asked for. Raises MalformedAnswerError."""
    if len(answer) != len(asked):
        raise MalformedAnswerError("the device answered with another number of variables than were asked for")
    return answer


def no_more(most: int, answer: tuple[Varbind, ...]) -> tuple[Varbind, ...]:
    """The answer, where it has one variable at least and so many at most. Raises MalformedAnswerError."""
    if not 1 <= len(answer) <= most:
        raise MalformedAnswerError("the device answered with more variables than were asked for, or with none")
    return answer


async def get_each(session: Session, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
    """The variables that are there, by one GET, or one by one where the device cannot answer for all at once.

    Raises SessionError where not one request was answered as it should be.
    """
    try:
        return tuple(varbind for varbind in await session.get(oids) if not varbind.is_exception)
    except (ErrorAnswerError, MalformedAnswerError):
        if len(oids) == 1:
            raise
    found: list[Varbind] = []
    failed = 0
    for oid in oids:
        try:
            found += [varbind for varbind in await session.get((oid,)) if not varbind.is_exception]
        except (ErrorAnswerError, MalformedAnswerError):
            failed += 1
            if failed == len(oids):
                raise
    return tuple(found)


class CommunitySession:
    """A Session over v1 or v2c. With `context` the community goes out as `community@context`, by which some switches
    show one VLAN's bridge (their makers call it community indexing)."""

    __slots__ = ("_exchange", "_head", "_version")

    def __init__(self, exchange: RequestChannel, credential: Community, context: str = "") -> None:
        self._exchange = exchange
        self._version = codec.V1 if credential.version is CommunityVersion.V1 else codec.V2C
        community = credential.community.reveal().encode() + (f"@{context}".encode() if context else b"")
        self._head = codec.encode_head(self._version, community)

    def close(self) -> None:
        """Give the socket back."""
        self._exchange.close()

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As Session.get. Raises MalformedAnswerError for other variables than were asked."""
        return await self._each(PduType.GET, tuple(oids), Syntax.NO_SUCH_OBJECT)

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As Session.get_next."""
        return await self._each(PduType.GET_NEXT, tuple(oids), Syntax.END_OF_MIB_VIEW)

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """As Session.get_bulk; over v1, which has no such request, one row by GETNEXT."""
        if self._version == codec.V1:
            return await self.get_next(oids)
        return no_more(len(oids) * repetitions, await self._ask(PduType.GET_BULK, tuple(oids), repetitions))

    async def _each(self, kind: PduType, oids: tuple[Oid, ...], absent: Syntax) -> tuple[Varbind, ...]:
        """One variable for each OID. A v1 device fails the whole request over one that is not there (RFC 1157 section
        4.1.2), so the rest is asked again without it."""
        found: dict[int, Varbind] = {}
        left = list(range(len(oids)))
        while left:
            try:
                varbinds = await self._ask(kind, tuple(oids[place] for place in left))
            except ErrorAnswerError as error:
                if error.status != ErrorStatus.NO_SUCH_NAME or not 1 <= error.index <= len(left):
                    raise
                place = left.pop(error.index - 1)
                found[place] = Varbind(oids[place], absent)
                continue
            found.update(zip(left, as_many(left, varbinds), strict=True))
            break
        answer = tuple(found[place] for place in range(len(oids)))
        return as_asked(oids, answer) if kind is PduType.GET else answer

    async def _ask(self, kind: PduType, oids: tuple[Oid, ...], repetitions: int = 0) -> tuple[Varbind, ...]:
        request_id = fresh_id()
        question = encode_request(kind, request_id, oids, repetitions)
        datagram = ber.tlv(ber.SEQUENCE, self._head + question)
        answer = await self._exchange.ask(request_id, datagram, self._fits)
        if not isinstance(answer, Message):
            raise MalformedAnswerError("the device answered in another version")
        status = answer.pdu.error_status
        if status in REFUSALS:
            raise RefusedError("the device refuses this credential")
        if status != ErrorStatus.NO_ERROR:
            raise ErrorAnswerError(status, answer.pdu.error_index)
        return answer.pdu.varbinds

    def _fits(self, answer: Answer, _datagram: bytes) -> bool:
        return isinstance(answer, Message) and answer.version == self._version and answer.pdu.type is PduType.RESPONSE
