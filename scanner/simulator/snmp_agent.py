"""The SNMP agents of the simulated devices, and their sockets.

They speak v1, v2c and v3 (RFC 1157, 3416, 3412, 3414), and are read-only: a SET gets an error and changes nothing.
"""

import asyncio
import socket
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError, Oid, Syntax
from scanner.protocols.snmp.message.codec import ErrorStatus, Message, Pdu, PduType, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.simulator.sockets import SocketPlace, bind, here
from scanner.simulator.user_security import Engine, Refusal

MAX_DATAGRAM = 1_472
"""Octets of the longest answer: what an Ethernet frame carries. Real agents have the same limit."""

MAX_REPETITIONS = 64
MAX_VARBINDS = 512
"""The most variables collected for one GETBULK. More never fit into a datagram."""

_DRAIN = 64
"""Datagrams answered in one turn of the loop, so that one manager cannot starve the others."""


class View:
    """An ordered table of variables: RFC 3416's GET, GETNEXT and GETBULK over it."""

    __slots__ = ("_oids", "_rows")

    def __init__(self, rows: Sequence[Varbind]) -> None:
        """`rows` in ascending order of their OIDs."""
        self._rows = tuple(rows)
        self._oids = [row.oid for row in rows]

    def get(self, oid: Oid) -> Varbind:
        """The variable with exactly this OID, or an exception value."""
        at = bisect_left(self._oids, oid)
        if at < len(self._oids) and self._oids[at] == oid:
            return self._rows[at]
        column = oid[:-1]
        after = self.next(column)
        known = after.oid[: len(column)] == column and not after.is_exception
        return Varbind(oid, Syntax.NO_SUCH_INSTANCE if known else Syntax.NO_SUCH_OBJECT)

    def next(self, oid: Oid) -> Varbind:
        """The first variable after this OID, or endOfMibView."""
        at = bisect_right(self._oids, oid)
        return self._rows[at] if at < len(self._rows) else Varbind(oid, Syntax.END_OF_MIB_VIEW)

    def bulk(self, pdu: Pdu) -> list[Varbind]:
        """The variables that a GETBULK requests (RFC 3416 section 4.2.3), repetition by repetition."""
        fixed = max(0, min(pdu.error_status, len(pdu.varbinds)))
        varbinds = [self.next(varbind.oid) for varbind in pdu.varbinds[:fixed]]
        row = list(pdu.varbinds[fixed:])
        for _ in range(min(pdu.error_index, MAX_REPETITIONS) if row else 0):
            row = [self.next(varbind.oid) for varbind in row]
            varbinds += row
            if len(varbinds) > MAX_VARBINDS or all(varbind.is_exception for varbind in row):
                break
        return varbinds


class DatagramAnswerer(Protocol):
    """What answers the datagrams of one address."""

    def answer(self, datagram: bytes, now: float) -> bytes | None:
        """As `Agent.answer`."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One device's agent. Without a `community` it speaks no v1 and v2c, without an `engine` no v3."""

    view: View
    community: bytes | None = None
    engine: Engine | None = None

    def answer(self, datagram: bytes, now: float) -> bytes | None:
        """The answer to one datagram, or None if a real agent drops it. `now` is seconds of a monotonic clock."""
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
                varbinds = [self.view.get(varbind.oid) for varbind in pdu.varbinds]
            case PduType.GET_NEXT:
                varbinds = [self.view.next(varbind.oid) for varbind in pdu.varbinds]
            case PduType.GET_BULK:
                varbinds = self.view.bulk(pdu)
            case PduType.SET:
                return Pdu(PduType.RESPONSE, pdu.request_id, pdu.varbinds, ErrorStatus.NO_ACCESS, 1)
            case _:
                return None
        return Pdu(PduType.RESPONSE, pdu.request_id, tuple(varbinds))

    def _v1(self, pdu: Pdu) -> Pdu | None:
        """The answer in v1, which has neither exceptions nor Counter64: noSuchName names the first such variable."""
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
    """Encode a response within `limit` octets (RFC 3416 sections 4.2.1 and 4.2.3).

    The answer to a GETBULK (`cut`) loses variables at its end. Any other response that does not fit becomes tooBig.
    """
    octets = encode(pdu)
    while cut and len(octets) > limit and len(pdu.varbinds) > 1:
        keep = max(1, len(pdu.varbinds) * limit // (len(octets) + 1))
        pdu = replace(pdu, varbinds=pdu.varbinds[: min(keep, len(pdu.varbinds) - 1)])
        octets = encode(pdu)
    if len(octets) <= limit:
        return octets
    return encode(Pdu(PduType.RESPONSE, pdu.request_id, (), ErrorStatus.TOO_BIG))


@contextmanager
def serving(agents: Sequence[tuple[str, int, DatagramAnswerer]], where: SocketPlace = here) -> Iterator[None]:
    """Run agents at their addresses and ports, on the running loop, until the block ends. Raises PortRefusedError."""
    loop = asyncio.get_running_loop()
    sockets: list[socket.socket] = []
    try:
        for address, port, agent in agents:
            with where(address):
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


def _drain(sock: socket.socket, agent: DatagramAnswerer, clock: Callable[[], float]) -> None:
    """Answer the waiting datagrams. A socket error here is a manager's closed port; the next datagram is another's."""
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
