"""An SNMP agent in memory that breaks off, refuses and cuts: every message is encoded and decoded as on the wire."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scanner.protocols.snmp.errors import MalformedAnswerError, NoAnswerError, RequestsSpentError
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError, Oid, Syntax
from scanner.protocols.snmp.message.codec import Message, PduType
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.request_channel import AnyMessage, IsAnswer

Rows = Mapping[Oid, tuple[Syntax, str]]

MAX_VARIABLES = 120
"""Variables of one answer, as a device cuts what does not fit in its datagram."""

ATTEMPTS = 3
"""Sends of one request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as an agent sees it: its number, from 1, its kind and OIDs, and the honest answer."""

    number: int
    kind: PduType
    oids: tuple[Oid, ...]
    honest: tuple[Varbind, ...]


Reply = tuple[Varbind, ...] | tuple[int, int] | bytes | None
"""An answer: its variables, an error-status with its index, raw octets, or silence."""

Fault = Callable[[Asked], Reply]


def honest(asked: Asked) -> Reply:
    """No fault."""
    return asked.honest


@dataclass
class AgentChannel:
    """A request channel (as RequestChannel) to an agent that serves `rows`; `fault` decides each answer."""

    rows: Rows
    fault: Fault = honest
    number: int = 0
    left: int | None = None
    keys: list[Oid] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = sorted(self.rows)

    def now(self) -> float:
        """No time passes."""
        return 0.0

    def allow(self, requests: int | None) -> None:
        """As RequestChannel.allow."""
        self.left = requests

    def close(self) -> None:
        """Nothing is open."""

    async def request(self, identity: int, datagram: bytes, is_answer: IsAnswer) -> AnyMessage:
        """As RequestChannel.request."""
        if self.left is not None:
            if self.left <= 0:
                raise RequestsSpentError("the requests for the device's own MIBs ran out")
            self.left -= 1
        asked = codec.decode(datagram)
        assert isinstance(asked, Message) and asked.pdu.request_id == identity
        is_malformed = False
        for _ in range(ATTEMPTS):
            octets = self._answer(asked)
            if octets is None:
                continue
            try:
                answer = codec.decode(octets)
            except DecodeError:
                is_malformed = True
                continue
            if is_answer(answer, octets):
                return answer
        raise MalformedAnswerError("no answer") if is_malformed else NoAnswerError("no answer to 3 requests")

    def _answer(self, message: Message) -> bytes | None:
        self.number += 1
        oids = tuple(varbind.oid for varbind in message.pdu.varbinds)
        reply = self.fault(Asked(self.number, message.pdu.type, oids, self._honest(message, oids)))
        if reply is None or isinstance(reply, bytes):
            return reply
        pdu = replace(message.pdu, type=PduType.RESPONSE, error_status=0, error_index=0)
        is_error = len(reply) == 2 and isinstance(reply[0], int)
        if message.version == codec.V1 and not is_error:
            absent = next((place for place, one in enumerate(reply, 1) if _is_exception(one)), 0)
            reply, is_error = ((2, absent), True) if absent else (reply, False)
        if is_error:
            status, index = reply
            assert isinstance(status, int) and isinstance(index, int)
            return codec.encode(replace(message, pdu=replace(pdu, error_status=status, error_index=index)))
        varbinds = tuple(one for one in reply if isinstance(one, Varbind))
        return codec.encode(replace(message, pdu=replace(pdu, varbinds=varbinds)))

    def _honest(self, message: Message, oids: tuple[Oid, ...]) -> tuple[Varbind, ...]:
        if message.pdu.type is PduType.GET:
            return tuple(Varbind(oid, *self.rows.get(oid, (Syntax.NO_SUCH_OBJECT, ""))) for oid in oids)
        found: list[Varbind] = []
        row: Sequence[Oid] = oids
        for _ in range(message.pdu.error_index if message.pdu.type is PduType.GET_BULK else 1):
            found += map(self._next, row)
            row = [varbind.oid for varbind in found[-len(oids) :]]
            if len(found) >= MAX_VARIABLES or all(varbind.is_exception for varbind in found[-len(oids) :]):
                break
        return tuple(found)

    def _next(self, oid: Oid) -> Varbind:
        place = bisect_right(self.keys, oid)
        if place == len(self.keys):
            return Varbind(oid, Syntax.END_OF_MIB_VIEW)
        return Varbind(self.keys[place], *self.rows[self.keys[place]])


def _is_exception(one: object) -> bool:
    return isinstance(one, Varbind) and one.is_exception
