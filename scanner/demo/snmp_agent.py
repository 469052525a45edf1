"""The SNMP agents of the simulated devices: a datagram and the time in, a datagram or silence out; and their sockets.

v1, v2c and v3 (RFC 1157, 3416, 3412, 3414), read only: a SET is answered with an error and changes nothing.
"""

import asyncio
import socket
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from scanner.demo.sockets import bind
from scanner.demo.user_security import Engine, Refusal
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError, Oid, Syntax
from scanner.protocols.snmp.message.codec import ErrorStatus, Message, Pdu, PduType, V3Message
from scanner.protocols.snmp.message.variables import Varbind

MAX_DATAGRAM = 1_472
"""Octets of the longest answer: what an Ethernet frame carries, which is where real agents stop too."""

MAX_REPETITIONS = 64
MAX_VARBINDS = 512
"""Variables that one GETBULK is answered with before the datagram's length is asked: more never fit."""

_DRAIN = 64
"""Datagrams answered in one turn of the loop, so that one asker cannot starve the others."""


class View:
    """An ordered table of variables: RFC 3416's GET, GETNEXT and GETBULK over it."""

    __slots__ = ("_at", "_oids", "_rows")

    def __init__(self, rows: Sequence[Varbind]) -> None:
        """`rows` in ascending order of their OIDs."""
        self._rows = tuple(rows)
        self._oids = [row.oid for row in rows]
        self._at = {row.oid: row for row in rows}

    def get(self, oid: Oid) -> Varbind:
        """The variable of exactly this name, or why there is none."""
        found = self._at.get(oid)
        if found is not None:
            return found
        column = oid[:-1]
        after = self.next(column)
        known = after.oid[: len(column)] == column and not after.is_exception
        return Varbind(oid, Syntax.NO_SUCH_INSTANCE if known else Syntax.NO_SUCH_OBJECT)

    def next(self, oid: Oid) -> Varbind:
        """The first variable after this name, or the end of the view."""
        at = bisect_right(self._oids, oid)
        return self._rows[at] if at < len(self._rows) else Varbind(oid, Syntax.END_OF_MIB_VIEW)

    def bulk(self, pdu: Pdu) -> list[Varbind]:
        """The variables a GETBULK asks for (RFC 3416 section 4.2.3), repetition by repetition."""
        fixed = max(0, min(pdu.error_status, len(pdu.varbinds)))
        found = [self.next(varbind.oid) for varbind in pdu.varbinds[:fixed]]
        row = list(pdu.varbinds[fixed:])
        for _ in range(min(pdu.error_index, MAX_REPETITIONS) if row else 0):
            row = [self.next(varbind.oid) for varbind in row]
            found += row
            if len(found) > MAX_VARBINDS or all(varbind.is_exception for varbind in row):
                break
        return found


@dataclass(frozen=True, slots=True)
class Agent:
    """One device's agent. Without a `community` it takes no v1 and v2c, without an `engine` no v3."""

    view: View
    community: bytes | None = None
    engine: Engine | None = None

    def answer(self, datagram: bytes, now: float) -> bytes | None:
        """The answer to one datagram; None for all that a real agent drops. `now` is seconds of a steady clock."""
        try:
            message = codec.decode(datagram)
        except DecodeError:
            return None
        match message:
            case Message():
                return self._answer_community(message)
            case V3Message():
                return self._answer_v3(message, datagram, now) if self.engine else None

    def _answer_community(self, message: Message) -> bytes | None:
        if self.community is None or message.community != self.community:
            return None
        respond = self._v1 if message.version == codec.V1 else self._v2
        pdu = respond(message.pdu)
        if pdu is None:
            return None
        cut = message.pdu.type is PduType.GET_BULK
        return fitted(pdu, lambda fit: codec.encode(replace(message, pdu=fit)), MAX_DATAGRAM, cut)

    def _answer_v3(self, message: V3Message, datagram: bytes, now: float) -> bytes | None:
        engine = self.engine
        if engine is None:
            return None
        opened = engine.open(message, datagram, now)
        if isinstance(opened, Refusal):
            return engine.report(message, opened, now)
        pdu = self._v2(opened.pdu)
        if pdu is None:
            return None
        limit = min(MAX_DATAGRAM, max(message.max_size, 484))
        cut = opened.pdu.type is PduType.GET_BULK
        return fitted(pdu, lambda fit: engine.close(message, replace(opened, pdu=fit), now), limit, cut)

    def _v2(self, pdu: Pdu) -> Pdu | None:
        match pdu.type:
            case PduType.GET:
                found = [self.view.get(varbind.oid) for varbind in pdu.varbinds]
            case PduType.GET_NEXT:
                found = [self.view.next(varbind.oid) for varbind in pdu.varbinds]
            case PduType.GET_BULK:
                found = self.view.bulk(pdu)
            case PduType.SET:
                return Pdu(PduType.RESPONSE, pdu.request_id, pdu.varbinds, ErrorStatus.NO_ACCESS, 1)
            case _:
                return None
        return Pdu(PduType.RESPONSE, pdu.request_id, tuple(found))

    def _v1(self, pdu: Pdu) -> Pdu | None:
        """As v1 has no exceptions and no 64-bit counters: noSuchName names the first variable there is none of."""
        if pdu.type is PduType.SET:
            return Pdu(PduType.RESPONSE, pdu.request_id, pdu.varbinds, ErrorStatus.NO_SUCH_NAME, 1)
        answer = self._v2(pdu) if pdu.type is not PduType.GET_BULK else None
        if answer is None:
            return None
        for index, varbind in enumerate(answer.varbinds, 1):
            if varbind.is_exception or varbind.syntax is Syntax.COUNTER64:
                return Pdu(PduType.RESPONSE, pdu.request_id, pdu.varbinds, ErrorStatus.NO_SUCH_NAME, index)
        return answer


def fitted(pdu: Pdu, encode: Callable[[Pdu], bytes], limit: int, cut: bool) -> bytes:
    """A response within `limit` octets: the answer to a GETBULK loses variables off its end (`cut`), any other that
    does not fit is tooBig (RFC 3416 sections 4.2.1 and 4.2.3)."""
    octets = encode(pdu)
    while cut and len(octets) > limit and len(pdu.varbinds) > 1:
        keep = max(1, len(pdu.varbinds) * limit // (len(octets) + 1))
        pdu = replace(pdu, varbinds=pdu.varbinds[: min(keep, len(pdu.varbinds) - 1)])
        octets = encode(pdu)
    if len(octets) <= limit:
        return octets
    return encode(Pdu(PduType.RESPONSE, pdu.request_id, (), ErrorStatus.TOO_BIG))


@contextmanager
def serving(agents: Sequence[tuple[str, int, Agent]]) -> Iterator[None]:
    """Agents answering at their addresses and ports, on the running loop. Raises PortRefusedError."""
    loop = asyncio.get_running_loop()
    sockets: list[socket.socket] = []
    try:
        for address, port, agent in agents:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sockets.append(sock)
            sock.setblocking(False)
            bind(sock, address, port, "udp")
            loop.add_reader(sock, _drain, sock, agent, loop.time)
        yield
    finally:
        for sock in sockets:
            loop.remove_reader(sock)
            sock.close()


def _drain(sock: socket.socket, agent: Agent, clock: Callable[[], float]) -> None:
    """Answer what has come in. A socket error here is an asker's closed port: the next datagram is another's."""
    for _ in range(_DRAIN):
        try:
            datagram, sender = sock.recvfrom(65_535)
            answer = agent.answer(datagram, clock())
            if answer is not None:
                sock.sendto(answer, sender)
        except BlockingIOError:
            return
        except OSError:
            continue
