"""A session with one device under one credential: the Protocol that walks use, and its v1 and v2c form."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from scanner.credentials.credential import Community, CommunityVersion
from scanner.protocols.snmp.errors import (
    ErrorAnswerError,
    MalformedAnswerError,
    NoAnswerError,
    RefusedError,
    SessionError,
    UnreachableError,
)
from scanner.protocols.snmp.message import ber, codec
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.codec import ErrorStatus, Message, PduType
from scanner.protocols.snmp.message.fast_encoder import encode_request
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.request_channel import AnyMessage, RequestChannel, fresh_id

REFUSALS = frozenset({ErrorStatus.NO_ACCESS, ErrorStatus.AUTHORIZATION_ERROR})

ROOT_ARCS = 6
"""Arcs of mib-2 and of enterprises (RFC 1155): the roots below which an agent has its subtrees."""

MAX_GETBULK_FAILURES = 2

SILENT_PART = 4
"""The part of a request, one in so many, that is requested again after a silence."""

MAX_FRUITLESS = 3
"""Single variables that may fail while none is answered. A device that fails all of them fails the others too."""


class SnmpSession(Protocol):
    """Requests to one device. Answers follow RFC 3416 in every version: a variable that does not exist comes back as
    an exception value, never as an error. All methods raise SessionError."""

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """The requested variables, in their order."""
        ...

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """For each OID the next variable that the device has; the order is not checked."""
        ...

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """Up to `repetitions` rows of next variables, each row in the order of `oids`, the last one perhaps cut off."""
        ...

    def allow(self, requests: int | None) -> None:
        """Send at most so many more requests, besides retransmissions; None for any number. After those every request
        raises RequestsSpentError."""
        ...

    def close(self) -> None:
        """End the session and free its socket."""
        ...


def check_oids(oids: Sequence[Oid], answer: tuple[Varbind, ...]) -> tuple[Varbind, ...]:
    """The answer, if it holds the requested variables. Raises MalformedAnswerError otherwise."""
    if len(answer) != len(oids) or any(varbind.oid != oid for varbind, oid in zip(answer, oids, strict=True)):
        raise MalformedAnswerError("the device answered with other variables than requested")
    return answer


def check_count(requested: Sequence[object], answer: tuple[Varbind, ...]) -> tuple[Varbind, ...]:
    """The answer, if it has one variable for each requested. Raises MalformedAnswerError otherwise."""
    if len(answer) != len(requested):
        raise MalformedAnswerError("the device answered with another number of variables than requested")
    return answer


def at_most(most: int, answer: tuple[Varbind, ...]) -> tuple[Varbind, ...]:
    """The answer, if it has at least one and at most `most` variables. Raises MalformedAnswerError otherwise."""
    if not 1 <= len(answer) <= most:
        raise MalformedAnswerError("the device answered with more variables than requested, or with none")
    return answer


async def get_each(session: SnmpSession, oids: Sequence[Oid], has_answered: bool = True) -> tuple[Varbind, ...]:
    """The variables that exist, by one GET, or in parts if the device cannot answer for all at once. `has_answered` is
    False for a session that may be silent because its credential is wrong.

    Raises SessionError if no request got a proper answer.
    """
    answers = await request_each(session.get, oids, Syntax.NO_SUCH_OBJECT, has_answered)
    varbinds = [answer for answer in answers if isinstance(answer, Varbind)]
    errors = [answer for answer in answers if isinstance(answer, SessionError)]
    if errors and not varbinds:
        raise errors[-1]
    return tuple(varbind for varbind in varbinds if not varbind.is_exception)


async def get_next_each(session: SnmpSession, oids: Sequence[Oid]) -> tuple[Varbind | SessionError, ...]:
    """For each OID the next variable that the device has, by one GETNEXT, or in parts as get_each: a variable that may
    lie in another subtree, an exception value at the end of the device's MIB, or the error that came instead."""
    return await request_each(session.get_next, oids, Syntax.END_OF_MIB_VIEW)


async def request_each(
    request: Callable[[Sequence[Oid]], Awaitable[tuple[Varbind, ...]]],
    oids: Sequence[Oid],
    absent: Syntax,
    has_answered: bool = True,
) -> tuple[Varbind | SessionError, ...]:
    """For each OID its variable, or the error that came instead; `absent` stands for a variable that is not there.

    A part that fails is halved (tooBig, genErr, a malformed answer, one with fewer variables) or requested without the
    variable that the device names, which follows by itself. A device that has answered gets a smaller request after a
    silence: some agents drop what they cannot answer in one datagram. After the next silence, or a refusal, nothing is
    requested.
    """
    parts = _Parts(oids, absent, list(range(len(oids))), max(1, len(oids)), trusts_silence=not has_answered)
    while places := parts.next():
        try:
            parts.answered(places, await request([oids[place] for place in places]))
        except SessionError as error:
            parts.failed(places, error)
    return tuple(parts.answers[place] for place in range(len(oids)))


@dataclass(slots=True)
class _Parts:
    """Variables that are requested in parts: the answers by place, the places left, of which the last `suspects` were
    named in errors, and the size of the next part. The size grows again once a single variable was at fault."""

    oids: Sequence[Oid]
    absent: Syntax
    left: list[int]
    size: int
    answers: dict[int, Varbind | SessionError] = field(default_factory=dict)
    growing: bool = False
    suspects: int = 0
    trusts_silence: bool = False

    def next(self) -> list[int]:
        """The places of the next part: the suspects come last, each by itself."""
        certain = len(self.left) - self.suspects
        return self.left[: min(self.size, certain)] if certain else self.left[:1]

    def answered(self, places: Sequence[int], varbinds: Sequence[Varbind]) -> None:
        """Keep the answer to a part."""
        self.answers.update(zip(places, varbinds, strict=True))
        self._leave(places)
        self.size *= 2 if self.growing else 1

    def failed(self, places: Sequence[int], error: SessionError) -> None:
        """Keep the error if it is one variable's or the last one; request less next time otherwise."""
        if isinstance(error, NoAnswerError) and not self._trusts(error) and len(places) > 1:
            self.size, self.growing, self.trusts_silence = -(-len(places) // SILENT_PART), False, True
        elif isinstance(error, NoAnswerError | RefusedError):
            self._give_up(error)
        elif len(places) == 1:
            self._failed_alone(places[0], error)
        elif self.suspects < MAX_FRUITLESS and (named := named_by(error, places)) is not None:
            self.left.remove(named)
            self.left.append(named)
            self.suspects += 1
        else:
            self.size, self.growing = len(places) // 2, False

    def _trusts(self, error: NoAnswerError) -> bool:
        return self.trusts_silence or isinstance(error, UnreachableError)

    def _failed_alone(self, place: int, error: SessionError) -> None:
        is_no_name = isinstance(error, ErrorAnswerError) and error.status == ErrorStatus.NO_SUCH_NAME
        is_absent = is_no_name and self.absent is Syntax.NO_SUCH_OBJECT
        self.answers[place] = Varbind(self.oids[place], self.absent) if is_absent else error
        self._leave((place,))
        self.size, self.growing = 1, True
        errors = [answer for answer in self.answers.values() if isinstance(answer, SessionError)]
        if not is_no_name and len(errors) == len(self.answers) >= MAX_FRUITLESS:
            self._give_up(error)

    def _leave(self, places: Sequence[int]) -> None:
        if len(self.left) == self.suspects:
            self.suspects -= len(places)
        self.left = self.left[len(places) :]

    def _give_up(self, error: SessionError) -> None:
        self.answers.update(dict.fromkeys(self.left, error))
        self.left, self.suspects = [], 0


def named_by(error: SessionError, places: Sequence[int]) -> int | None:
    """The place of the variable that an error-index names; None if the whole request is at fault."""
    if not isinstance(error, ErrorAnswerError) or error.is_too_big:
        return None
    return places[error.index - 1] if 1 <= error.index <= len(places) else None


@dataclass(slots=True)
class GetBulkSupport:
    """Whether one device answers GETBULK: some that speak v2c or v3 do not. A device whose first GETBULK fails gets a
    GETNEXT in its place, and next time a GETBULK for one row; after a second failure it gets no more GETBULK."""

    failures: int = 0
    answered: bool = False

    async def request(
        self,
        get_bulk: Callable[[Sequence[Oid], int], Awaitable[tuple[Varbind, ...]]],
        get_next: Callable[[Sequence[Oid]], Awaitable[tuple[Varbind, ...]]],
        oids: Sequence[Oid],
        repetitions: int,
    ) -> tuple[Varbind, ...]:
        """The answer to a GETBULK, or one row by GETNEXT. Raises SessionError."""
        if self.failures >= MAX_GETBULK_FAILURES:
            return await get_next(oids)
        try:
            answer = await get_bulk(oids, 1 if self.failures else repetitions)
        except SessionError as error:
            too_big = isinstance(error, ErrorAnswerError) and error.is_too_big
            if self.answered or too_big or isinstance(error, RefusedError | UnreachableError):
                raise
            answer = await get_next(oids)
            self.failures += 1
            return answer
        self.failures, self.answered = 0, True
        return answer


class CommunitySession:
    """An SnmpSession over v1 or v2c. With `context` the community is sent as `community@context`, which selects one
    VLAN's bridge on some switches (community indexing)."""

    __slots__ = ("_channel", "_communities", "_greatest", "_head", "_passes", "_support", "_version")

    def __init__(self, channel: RequestChannel, credential: Community, context: str = "") -> None:
        self._channel = channel
        self._version = codec.V1 if credential.version is CommunityVersion.V1 else codec.V2C
        bare = credential.community.reveal().encode()
        self._communities = (bare + f"@{context}".encode() if context else bare, bare)
        self._head = codec.encode_head(self._version, self._communities[0])
        self._support = GetBulkSupport(MAX_GETBULK_FAILURES if self._version == codec.V1 else 0)
        self._greatest: Oid = ()
        self._passes: set[Oid] = set()

    def allow(self, requests: int | None) -> None:
        """As SnmpSession.allow."""
        self._channel.allow(requests)

    def close(self) -> None:
        """Close the socket."""
        self._channel.close()

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As Session.get. Raises MalformedAnswerError for other variables than were asked."""
        return await self._request_each(PduType.GET, tuple(oids), Syntax.NO_SUCH_OBJECT)

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As Session.get_next."""
        return await self._request_each(PduType.GET_NEXT, tuple(oids), Syntax.END_OF_MIB_VIEW)

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """As Session.get_bulk; over v1, which has no such request, one row by GETNEXT."""
        return await self._support.request(self._get_bulk, self.get_next, oids, repetitions)

    async def _get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        return at_most(len(oids) * repetitions, await self._request(PduType.GET_BULK, tuple(oids), repetitions))

    async def _request_each(self, kind: PduType, oids: tuple[Oid, ...], absent: Syntax) -> tuple[Varbind, ...]:
        """One variable for each OID. A v1 device fails the whole request over one that is not there (RFC 1157 section
        4.1.2), so the rest is requested again without it, and without what cannot be there either."""
        are_scalars = all(oid[-1] == 0 for oid in oids)
        varbinds_by_place: dict[int, Varbind] = {}
        left = list(range(len(oids)))
        while left:
            try:
                varbinds = await self._request(kind, tuple(oids[place] for place in left))
            except ErrorAnswerError as error:
                place = left[0] if len(left) == 1 else named_by(error, left)
                is_lawful = self._version == codec.V1 or kind is PduType.GET
                if error.status != ErrorStatus.NO_SUCH_NAME or place is None or not is_lawful:
                    raise
                left.remove(place)
                varbinds_by_place[place] = Varbind(oids[place], absent)
                if self._version == codec.V1 and kind is PduType.GET and len(left) > 1 and are_scalars:
                    scalars = await self._scalars([oids[other] for other in left])
                    varbinds_by_place.update(zip(left, scalars, strict=True))
                    break
                if kind is PduType.GET_NEXT:
                    ended = await self._ended_with(oids[place], [oids[other] for other in left])
                    varbinds_by_place.update(
                        (other, Varbind(oids[other], absent)) for other in left if oids[other] in ended
                    )
                    left = [other for other in left if other not in varbinds_by_place]
                continue
            varbinds_by_place.update(zip(left, check_count(left, varbinds), strict=True))
            break
        answer = tuple(varbinds_by_place[place] for place in range(len(oids)))
        return check_oids(oids, answer) if kind is PduType.GET else answer

    async def _scalars(self, oids: Sequence[Oid]) -> list[Varbind]:
        """The scalars of a v1 device of which some are absent, by one GETNEXT of their object types: a GET would fail
        once for each that is absent."""
        following = await self.get_next([oid[:-1] for oid in oids])
        return [
            varbind if varbind.oid == oid and not varbind.is_exception else Varbind(oid, Syntax.NO_SUCH_OBJECT)
            for oid, varbind in zip(oids, following, strict=True)
        ]

    async def _ended_with(self, oid: Oid, others: Sequence[Oid]) -> list[Oid]:
        """Those of `others` that have no next variable in a v1 device that has none after `oid`: all that come after
        it, if its MIB ends there (RFC 1157 section 4.1.3). Some agents mean only a subtree: without a sign that the
        agent goes past subtrees, the first of them is requested by itself."""
        beyond = [other for other in others if other > oid and other[:ROOT_ARCS] == oid[:ROOT_ARCS]]
        if self._version != codec.V1 or not beyond or oid < self._greatest:
            return []
        if oid[:ROOT_ARCS] not in self._passes:
            try:
                await self._request(PduType.GET_NEXT, (min(beyond),))
            except ErrorAnswerError as error:
                return beyond if error.status == ErrorStatus.NO_SUCH_NAME else []
            return []
        return beyond

    def _note(self, oids: Sequence[Oid], varbinds: Sequence[Varbind]) -> None:
        """Keep what an answer shows of a v1 device: its greatest OID, and the roots where it goes past subtrees."""
        for oid, (name, _, _) in zip(oids, varbinds, strict=False):
            self._greatest = max(self._greatest, name)
            if name[:ROOT_ARCS] == oid[:ROOT_ARCS] and name[: ROOT_ARCS + 1] != oid[: ROOT_ARCS + 1]:
                self._passes.add(oid[:ROOT_ARCS])

    async def _request(self, kind: PduType, oids: tuple[Oid, ...], repetitions: int = 0) -> tuple[Varbind, ...]:
        request_id = fresh_id()
        request = encode_request(kind, request_id, oids, repetitions)
        datagram = ber.tlv(ber.SEQUENCE, self._head + request)
        answer = await self._channel.request(request_id, datagram, self._is_answer)
        if not isinstance(answer, Message):
            raise MalformedAnswerError("the device answered in another version")
        status = answer.pdu.error_status
        if status in REFUSALS:
            raise RefusedError("the device refuses this credential")
        if status != ErrorStatus.NO_ERROR:
            raise ErrorAnswerError(status, answer.pdu.error_index)
        if self._version == codec.V1:
            self._note(oids, answer.pdu.varbinds)
        return answer.pdu.varbinds

    def _is_answer(self, answer: AnyMessage, _datagram: bytes) -> bool:
        """True for a response in this version and under this community, with or without its context."""
        if not isinstance(answer, Message) or answer.community not in self._communities:
            return False
        return answer.version == self._version and answer.pdu.type is PduType.RESPONSE
