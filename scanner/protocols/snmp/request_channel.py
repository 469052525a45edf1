"""Requests to one address: a connected socket, rate-limited sends, retransmissions timed by the device's speed."""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.protocols.snmp.datagrams import SocketAddress, UdpSocket, socket_address
from scanner.protocols.snmp.errors import (
    MalformedAnswerError,
    NoAnswerError,
    RequestsSpentError,
    SessionError,
    UnreachableError,
)
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError
from scanner.protocols.snmp.message.codec import Message, V3Message
from scanner.protocols.snmp.rtt_estimator import LIMITED_MIN_WAIT, MIN_WAIT, RttEstimator
from scanner.rate_limit.limiter import AddressRateLimiter

AnyMessage = Message | V3Message

IsAnswer = Callable[[AnyMessage, bytes], bool]
"""True if a message, also given as its datagram, is the answer to the request."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to send again: `attempts` sends, the first wait in seconds, each next one `growth` times as long."""

    first: float = 1.0
    attempts: int = 3
    growth: float = 1.5

    def waits(self) -> Iterator[float]:
        """The seconds to wait after each send."""
        return (self.first * self.growth**attempt for attempt in range(self.attempts))


def fresh_id() -> int:
    """A random request or message id, 1 to 2**31 - 1 (RFC 3416 section 3)."""
    return int.from_bytes(os.urandom(4), "big") >> 1 or 1


def rtt_estimator_for(limiter: AddressRateLimiter, retry_policy: RetryPolicy) -> RttEstimator:
    """A new estimator for one device. Several channels to the device may share it."""
    return RttEstimator(retry_policy.waits(), LIMITED_MIN_WAIT if limiter.limited else MIN_WAIT)


class RequestCount:
    """How many requests may still be sent; at first any number."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left: int | None = None

    def take(self) -> None:
        """Count a request. Raises RequestsSpentError if none is left."""
        if self.left is None:
            return
        if self.left <= 0:
            raise RequestsSpentError("the requests for the device's own MIBs ran out")
        self.left -= 1


MAX_UNREAD = 16
"""Unread datagrams kept for one request; more is a flood."""


class _PendingRequest:
    """One request on its way: what came under its id, and the future that waits for it."""

    __slots__ = ("error", "late", "late_at", "sends", "sent_at", "unread", "waiter")

    def __init__(self) -> None:
        self.unread: list[bytes] = []
        self.error: SessionError | None = None
        self.late, self.late_at = False, 0.0
        self.sends = 0
        self.sent_at = 0.0
        self.waiter: asyncio.Future[None] | None = None

    def wake(self) -> None:
        """Resume the waiting task: something has come, or the wait is over."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)


class RequestChannel:
    """Sends requests to one address and port. An answer comes from there, carries the id of a request and satisfies its
    `is_answer`. Everything else is dropped, and counted as malformed if it is not SNMP or the wrong kind of answer."""

    __slots__ = ("_alarm", "_count", "_limiter", "_loop", "_malformed", "_pending", "_rtt", "_socket")

    def __init__(
        self,
        address: str,
        port: int,
        limiter: AddressRateLimiter,
        retry_policy: RetryPolicy,
        rtt: RttEstimator | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._limiter = limiter
        self._rtt = rtt or rtt_estimator_for(limiter, retry_policy)
        self._count = RequestCount()
        self._malformed = 0
        self._pending: dict[int, _PendingRequest] = {}
        self._alarm: asyncio.TimerHandle | None = None
        family, remote = socket_address(address, port)
        self._socket = UdpSocket(family, self._received, remote, self._unreachable)

    def now(self) -> float:
        """The time of the clock that waits are measured by, in seconds."""
        return self._loop.time()

    def allow(self, requests: int | None) -> None:
        """See SnmpSession.allow."""
        self._count.left = requests

    def close(self) -> None:
        """Close the socket."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._socket.close()

    async def request(self, identity: int, datagram: bytes, is_answer: IsAnswer) -> AnyMessage:
        """Send the datagram until an answer with this request or message id comes that satisfies `is_answer`.

        Raises UnreachableError, MalformedAnswerError if only malformed messages came, NoAnswerError if nothing did,
        RequestsSpentError if no request is allowed any more.
        """
        self._count.take()
        async with self._limiter.in_flight:
            pending = self._pending[identity] = _PendingRequest()
            malformed_before = self._malformed
            try:
                for wait in self._rtt.waits():
                    if self._limiter.limited:
                        await self._limiter.acquire()
                    answer = await self._send_and_wait(pending, datagram, wait, is_answer)
                    if answer is not None:
                        self._measure(pending, wait)
                        return answer
            finally:
                del self._pending[identity]
        if self._malformed > malformed_before:
            raise MalformedAnswerError("what the device sent is no answer to the request")
        raise NoAnswerError(f"no answer to {pending.sends} requests")

    async def _send_and_wait(
        self, pending: _PendingRequest, datagram: bytes, wait: float, is_answer: IsAnswer
    ) -> AnyMessage | None:
        """The answer to one send, or None once its time is over."""
        answer = self._read(pending, is_answer)
        if answer is not None:
            return answer
        pending.late, pending.sent_at = False, self._loop.time()
        pending.late_at = pending.sent_at + wait
        pending.sends += 1
        self._limiter.traffic.sent(again=pending.sends > 1)
        self._socket.send(datagram)
        self._set_alarm(pending.late_at)
        while answer is None and not pending.late:
            pending.waiter = self._loop.create_future()
            await pending.waiter
            answer = self._read(pending, is_answer)
        return answer

    def _measure(self, pending: _PendingRequest, wait: float) -> None:
        self._limiter.traffic.answers += 1
        if pending.sends == 1:
            self._rtt.measured(self._loop.time() - pending.sent_at)
        else:
            self._rtt.ambiguous(wait, pending.sends)

    def _read(self, pending: _PendingRequest, is_answer: IsAnswer) -> AnyMessage | None:
        """The first answer among the unread datagrams. They are decoded only here, where they are used: with many
        devices at once, most answers wait some time."""
        if pending.error is not None:
            raise pending.error
        unread, pending.unread = pending.unread, []
        for datagram in unread:
            try:
                answer = codec.decode(datagram)
            except DecodeError:
                self._malformed += 1
                continue
            if is_answer(answer, datagram):
                return answer
            self._malformed += 1
        return None

    def _set_alarm(self, when: float) -> None:
        """Set the alarm for that time. One alarm serves all requests and may ring after they are answered: setting and
        cancelling one for each costs more than a ring for nothing."""
        if self._alarm is None or self._alarm.when() > when:
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = self._loop.call_at(when, self._alarm_rang)

    def _alarm_rang(self) -> None:
        """The time of a request is over, unless its answer is in the socket already: with thousands of devices, kitscan
        itself is late."""
        self._alarm = None
        self._socket.read()
        now = self._loop.time()
        for pending in self._pending.values():
            if pending.late_at <= now:
                pending.late = True
                pending.wake()
            else:
                self._set_alarm(pending.late_at)

    def _received(self, datagram: bytes, _source: SocketAddress) -> None:
        try:
            pending = self._pending.get(codec.read_identity(datagram))
        except DecodeError:
            self._malformed += 1
            return
        if pending is not None and len(pending.unread) < MAX_UNREAD:
            pending.unread.append(datagram)
            pending.wake()

    def _unreachable(self) -> None:
        for pending in self._pending.values():
            pending.error = UnreachableError("nothing listens on this port")
            pending.wake()
