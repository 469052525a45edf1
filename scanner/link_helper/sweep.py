# SPDX-License-Identifier: GPL-2.0-only
"""The sweep of attached segments, with one AF_PACKET socket a segment.

It sends frames at an even rate and reads answers in between, so that none is lost however many come at once. It keeps
nothing about silent addresses.
"""

import errno
import ipaddress
import select
import socket
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scanner.link_helper.frames import (
    ETH_P_ARP,
    ETH_P_IPV6,
    arp_request,
    nd_solicitation,
    parse_arp_reply,
    parse_nd_advertisement,
)
from scanner.link_helper.segments import AttachedSegment

WriteLine = Callable[..., None]
"""Writes one line to the program that started this one."""

RequestedRange = tuple[str, str, str]
"""First and last address, and their zone (RFC 4007), mostly none."""

ROUNDS = 2
"""How often a silent address is asked."""

TICK = 0.01
"""Seconds between two checks of the clock, so that a slow rate costs few of them."""

DRAIN_EVERY = 32
"""Requests between two reads of the socket: a stock receive buffer holds some 250 answers."""

ANSWERS_A_LINE, LINE_SECONDS = 256, 1.0
"""Answers in one line; fewer if the last line is so many seconds old."""

RECEIVE_BUFFER = 4 * 1024 * 1024

ARPHRD_ETHER = 1  # <linux/if_arp.h>

_NO_ROOM = frozenset({errno.ENOBUFS, errno.EAGAIN})


@dataclass(slots=True)
class SweepCounters:
    """Frames sent, addresses that answered, and how often this host had no room for a frame, which it sent a little
    later."""

    sent: int = 0
    answers: int = 0
    held_up: int = 0


class FrameRateLimiter:
    """Allows `rate` frames a second. Frames that fell due while this process did not run are not sent in a burst: at
    most a moment's worth is kept."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._now = rate, now
        self._max_tokens = max(1.0, 2 * rate * TICK)
        self._tokens, self._refilled_at = 1.0, now()

    def try_acquire(self) -> bool:
        """True if a frame may be sent now; this uses its token."""
        if self._tokens < 1.0:
            now = self._now()
            refilled = self._tokens + (now - self._refilled_at) * self._rate
            self._tokens, self._refilled_at = min(self._max_tokens, refilled), now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def seconds_to_wait(self) -> float:
        """Seconds to sleep before the next try, long enough that several frames may then go together."""
        return max(TICK, (1.0 - self._tokens) / self._rate)


def sweep(
    segments: Iterable[AttachedSegment],
    ranges: Iterable[RequestedRange],
    rate: float,
    wait: float,
    write_line: WriteLine,
    counters: SweepCounters,
) -> None:
    """Ask each address of these ranges that lies in a segment, at `rate` requests a second, and ask the silent ones
    again `wait` seconds after the last request.

    Raises PermissionError if CAP_NET_RAW is missing. Any other failure of a segment becomes a line; the others go on.
    """
    all_ranges = tuple(ranges)
    for segment in segments:
        try:
            with _open_socket(segment) as link:
                name, _, _, kind, mac = link.getsockname()
                if kind != ARPHRD_ETHER:
                    continue
                write_line(segment=name, prefix=str(segment.prefix))
                inside_ranges = ranges_inside(segment, name, all_ranges)
                if inside_ranges:
                    _SegmentSweep(link, segment, mac, inside_ranges, write_line, counters).run(rate, wait)
        except PermissionError:
            raise
        except OSError as error:
            write_line(failed=f"sweep of {segment.prefix}", why=error.strerror or type(error).__name__)


def ranges_inside(segment: AttachedSegment, name: str, ranges: Iterable[RequestedRange]) -> list[tuple[int, int]]:
    """The parts of these ranges that lie in a segment, sorted and disjoint, as first and last number. A range with a
    zone lies only in the segments of that interface."""
    prefix, parts = segment.prefix, []
    for first, last, zone in ranges:
        lowest, highest = ipaddress.ip_address(first), ipaddress.ip_address(last)
        if lowest.version == prefix.version and zone in ("", name, str(segment.interface)):
            part = max(int(lowest), int(prefix[0])), min(int(highest), int(prefix[-1]))
            parts += [part] if part[0] <= part[1] else []
    return _join(sorted(parts))


def _join(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join sorted parts that touch or overlap: a range without a zone may hold an address that has one."""
    joined: list[tuple[int, int]] = []
    for first, last in parts:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def _open_socket(segment: AttachedSegment) -> socket.socket:
    """A socket that receives what comes in on the segment's interface, and nothing that leaves by it."""
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    try:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        link.setblocking(False)
        kind = ETH_P_ARP if segment.prefix.version == 4 else ETH_P_IPV6
        link.bind((socket.if_indextoname(segment.interface), kind))
    except BaseException:
        link.close()
        raise
    return link


class _SegmentSweep:
    """The sweep of one segment: the addresses with the numbers of `inside_ranges`."""

    def __init__(
        self,
        link: socket.socket,
        segment: AttachedSegment,
        mac: bytes,
        inside_ranges: list[tuple[int, int]],
        write_line: WriteLine,
        counters: SweepCounters,
    ) -> None:
        four = segment.prefix.version == 4
        self._link, self._ranges, self._write_line, self._counters = link, inside_ranges, write_line, counters
        self._width, self._family = (4, socket.AF_INET) if four else (16, socket.AF_INET6)
        self._request_frame = (arp_request if four else nd_solicitation)(mac, segment.own.packed)
        self._parse_answer = parse_arp_reply if four else parse_nd_advertisement
        self._interface: str = link.getsockname()[0]
        self._firsts = [first for first, _ in inside_ranges]
        self._silent_count = sum(last - first + 1 for first, last in inside_ranges)
        self._answered: set[bytes] = set()
        self._unwritten: list[tuple[str, str]] = []
        self._written_at = time.monotonic()
        self._readable = select.poll()
        self._readable.register(link, select.POLLIN)

    def run(self, rate: float, wait: float) -> None:
        """All rounds, with a wait after each unless all have answered."""
        rate_limiter = FrameRateLimiter(rate)
        for _ in range(ROUNDS):
            self._round(rate_limiter)
            until = time.monotonic() + wait
            while self._silent_count and (seconds := until - time.monotonic()) > 0:
                if self._readable.poll(seconds * 1e3):
                    self._drain()
            self._write_answers()

    def _round(self, rate_limiter: FrameRateLimiter) -> None:
        for number, address in enumerate(self._silent()):
            while not rate_limiter.try_acquire():
                self._drain()
                time.sleep(rate_limiter.seconds_to_wait())
            while not self._send(self._request_frame(address)):
                self._drain()
                time.sleep(TICK)
            if number % DRAIN_EVERY == 0:
                self._drain()

    def _silent(self) -> Iterator[bytes]:
        for first, last in self._ranges:
            for number in range(first, last + 1):
                address = number.to_bytes(self._width, "big")
                if address not in self._answered:
                    yield address

    def _send(self, frame: bytes) -> bool:
        try:
            self._link.send(frame)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            self._counters.held_up += 1
            return False
        self._counters.sent += 1
        return True

    def _drain(self) -> None:
        """Read all that has come."""
        while True:
            try:
                answer = self._parse_answer(self._link.recv(128))
            except BlockingIOError:
                break
            if answer is not None and answer[0] not in self._answered and self._is_in_ranges(answer[0]):
                self._answered.add(answer[0])
                self._silent_count -= 1
                self._unwritten.append((socket.inet_ntop(self._family, answer[0]), answer[1].hex(":")))
        if len(self._unwritten) >= ANSWERS_A_LINE or time.monotonic() - self._written_at > LINE_SECONDS:
            self._write_answers()

    def _write_answers(self) -> None:
        if self._unwritten:
            self._counters.answers += len(self._unwritten)
            self._write_line(answered=self._unwritten, interface=self._interface)
            self._unwritten = []
        self._written_at = time.monotonic()

    def _is_in_ranges(self, address: bytes) -> bool:
        number = int.from_bytes(address, "big")
        place = bisect_right(self._firsts, number) - 1
        return place >= 0 and number <= self._ranges[place][1]
