"""Question and answer with one address: a connected socket, paced sends, retransmissions by the device's own speed."""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.protocols.snmp.datagrams import Datagrams, SocketAddress, socket_address
from scanner.protocols.snmp.errors import MalformedAnswerError, NoAnswerError, SessionError, UnreachableError
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError
from scanner.protocols.snmp.message.codec import Message, V3Message
from scanner.protocols.snmp.rtt_estimator import MIN_WAIT, PATIENT_MIN_WAIT, RttEstimator
from scanner.rate_limit.limiter import AddressPace

Answer = Message | V3Message

Fits = Callable[[Answer, bytes], bool]
"""Whether an answer, also given as the datagram it came in, belongs to the question."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to wait for an answer: `attempts` sends, the first wait in seconds, each next one `growth` times it."""

    first: float = 1.0
    attempts: int = 3
    growth: float = 1.5

    def waits(self) -> Iterator[float]:
        """The seconds to wait after each send."""
        return (self.first * self.growth**attempt for attempt in range(self.attempts))


def fresh_id() -> int:
    """A request or message id that nobody guesses: 1 to 2**31 - 1 (RFC 3416 section 3)."""
    return int.from_bytes(os.urandom(4), "big") >> 1 or 1


def round_trips(pace: AddressPace, patience: RetryPolicy) -> RttEstimator:
    """What is known of a device's speed at first: nothing. Exchanges with one device may share it."""
    return RttEstimator(patience.waits(), PATIENT_MIN_WAIT if pace.limited else MIN_WAIT)


MAX_UNREAD = 16
"""Datagrams with the id of one question that wait to be read; more is a flood."""


class _Question:
    """One question on its way: what came under its id, and who waits for that."""

    __slots__ = ("came", "late", "late_at", "sends", "sent_at", "trouble", "waiter")

    def __init__(self) -> None:
        self.came: list[bytes] = []
        self.trouble: SessionError | None = None
        self.late, self.late_at = False, 0.0
        self.sends = 0
        self.sent_at = 0.0
        self.waiter: asyncio.Future[None] | None = None

    def wake(self) -> None:
        """Go on: something has come, or the wait is over."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)


class RequestChannel:
    """Asks one address and port. Only what comes from there, carries the id of a question and fits it is an answer; all
    else is dropped, and counted where it was no SNMP or an answer of the wrong kind."""

    __slots__ = ("_alarm", "_asked", "_datagrams", "_loop", "_malformed", "_pace", "_trips")

    def __init__(
        self, address: str, port: int, pace: AddressPace, patience: RetryPolicy, trips: RttEstimator | None = None
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._pace = pace
        self._trips = trips or round_trips(pace, patience)
        self._malformed = 0
        self._asked: dict[int, _Question] = {}
        self._alarm: asyncio.TimerHandle | None = None
        family, remote = socket_address(address, port)
        self._datagrams = Datagrams(family, self._heard, remote, self._unreachable)

    def now(self) -> float:
        """The seconds of the clock that waits are measured by."""
        return self._loop.time()

    def close(self) -> None:
        """Give the socket back."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._datagrams.close()

    async def ask(self, identity: int, datagram: bytes, fits: Fits) -> Answer:
        """Send until an answer with this request or message id comes that `fits`.

        Raises UnreachableError, MalformedAnswerError where only rubbish came, NoAnswerError where nothing did.
        """
        async with self._pace.in_flight:
            question = self._asked[identity] = _Question()
            rubbish = self._malformed
            try:
                for wait in self._trips.waits():
                    if self._pace.limited:
                        await self._pace.turn()
                    answer = await self._waited(question, datagram, wait, fits)
                    if answer is not None:
                        self._learn(question, wait)
                        return answer
            finally:
                del self._asked[identity]
        if self._malformed > rubbish:
            raise MalformedAnswerError("what the device sent is no answer")
        raise NoAnswerError(f"no answer to {question.sends} requests")

    async def _waited(self, question: _Question, datagram: bytes, wait: float, fits: Fits) -> Answer | None:
        """The answer to one sending, None where the time for it is over."""
        answer = self._read(question, fits)
        if answer is not None:
            return answer
        question.late, question.sent_at = False, self._loop.time()
        question.late_at = question.sent_at + wait
        question.sends += 1
        self._pace.traffic.sent(again=question.sends > 1)
        self._datagrams.send(datagram)
        self._ring_at(question.late_at)
        while answer is None and not question.late:
            question.waiter = self._loop.create_future()
            await question.waiter
            answer = self._read(question, fits)
        return answer

    def _learn(self, question: _Question, wait: float) -> None:
        self._pace.traffic.answers += 1
        if question.sends == 1:
            self._trips.measured(self._loop.time() - question.sent_at)
        else:
            self._trips.unclear(wait)

    def _read(self, question: _Question, fits: Fits) -> Answer | None:
        """The first of what came that fits. It is read only here, where it is used: with many devices at once, most
        answers wait some time."""
        if question.trouble is not None:
            raise question.trouble
        came, question.came = question.came, []
        for datagram in came:
            try:
                answer = codec.decode(datagram)
            except DecodeError:
                self._malformed += 1
                continue
            if fits(answer, datagram):
                return answer
            self._malformed += 1
        return None

    def _ring_at(self, when: float) -> None:
        """Wake up by then. One alarm serves all questions, and is left to ring where they were answered: most are, long
        before, and setting and stopping one for each costs more than a ring for nothing."""
        if self._alarm is None or self._alarm.when() > when:
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = self._loop.call_at(when, self._ring)

    def _ring(self) -> None:
        """The time of a question is over, unless its answer lies in the socket already: with thousands of devices it is
        we who are late."""
        self._alarm = None
        self._datagrams.read()
        now = self._loop.time()
        for question in self._asked.values():
            if question.late_at <= now:
                question.late = True
                question.wake()
            else:
                self._ring_at(question.late_at)

    def _heard(self, datagram: bytes, _source: SocketAddress) -> None:
        try:
            question = self._asked.get(codec.identity(datagram))
        except DecodeError:
            self._malformed += 1
            return
        if question is not None and len(question.came) < MAX_UNREAD:
            question.came.append(datagram)
            question.wake()

    def _unreachable(self) -> None:
        for question in self._asked.values():
            question.trouble = UnreachableError("nothing listens on this port")
            question.wake()
