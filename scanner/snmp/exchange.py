"""Question and answer with one address: a connected socket, paced sends, retransmissions that wait longer each time."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.snmp import codec
from scanner.snmp.ber import DecodeError
from scanner.snmp.codec import Message, V3Message
from scanner.snmp.datagrams import Datagrams, SocketAddress, socket_address
from scanner.snmp.pace import AddressPace
from scanner.snmp.trouble import MalformedAnswerError, NoAnswerError, UnreachableError

Answer = Message | V3Message


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer: `attempts` sends, the first wait in seconds, each next one `growth` times it."""

    first: float = 1.0
    attempts: int = 3
    growth: float = 1.5

    def waits(self) -> Iterator[float]:
        """The seconds to wait after each send."""
        return (self.first * self.growth**attempt for attempt in range(self.attempts))


class Exchange:
    """Asks one address and port. Only what comes from there, carries the id of a question and fits it is an answer; all
    else is dropped, and counted where it was no SNMP or an answer of the wrong kind."""

    __slots__ = ("_datagrams", "_malformed", "_pace", "_patience", "_waiting")

    def __init__(self, address: str, port: int, pace: AddressPace, patience: Patience) -> None:
        self._pace = pace
        self._patience = patience
        self._malformed = 0
        self._waiting: dict[int, tuple[asyncio.Future[Answer], Callable[[Answer], bool]]] = {}
        family, remote = socket_address(address, port)
        self._datagrams = Datagrams(family, self._heard, remote, self._unreachable)

    def close(self) -> None:
        """Give the socket back."""
        self._datagrams.close()

    async def ask(self, identity: int, datagram: bytes, fits: Callable[[Answer], bool]) -> Answer:
        """Send until an answer with this request or message id comes that `fits`.

        Raises UnreachableError, MalformedAnswerError where only rubbish came, NoAnswerError where nothing did.
        """
        async with self._pace.in_flight:
            answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._waiting[identity] = (answer, fits)
            rubbish = self._malformed
            try:
                for wait in self._patience.waits():
                    await self._pace.turn()
                    if not answer.done():
                        self._datagrams.send(datagram)
                        await asyncio.wait({answer}, timeout=wait)
                    if answer.done():
                        return answer.result()
            finally:
                del self._waiting[identity]
                answer.cancel()
        if self._malformed > rubbish:
            raise MalformedAnswerError("what the device sent is no answer")
        raise NoAnswerError(f"no answer to {self._patience.attempts} requests")

    def _heard(self, datagram: bytes, _source: SocketAddress) -> None:
        try:
            answer = codec.decode(datagram)
        except DecodeError:
            self._malformed += 1
            return
        identity = answer.message_id if isinstance(answer, V3Message) else answer.pdu.request_id
        future, fits = self._waiting.get(identity, (None, None))
        if future is None or fits is None or future.done():
            return
        if fits(answer):
            future.set_result(answer)
        else:
            self._malformed += 1

    def _unreachable(self) -> None:
        for future, _ in self._waiting.values():
            if not future.done():
                future.set_exception(UnreachableError("nothing listens on this port"))
