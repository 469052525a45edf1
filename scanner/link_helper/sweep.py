# SPDX-License-Identifier: GPL-2.0-only
"""The sweep of attached segments: frames from a template on one AF_PACKET socket a segment, sent at an even pace and
drained in between, so that no answer is lost however many come at once. Nothing is kept of who stays silent."""

import errno
import ipaddress
import select
import socket
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scanner.link_helper.frames import ETH_P_ARP, ETH_P_IPV6, arp_answer, arp_question, nd_answer, nd_question
from scanner.link_helper.segments import Segment

Say = Callable[..., None]
"""Tells one line to whoever started this program."""

Range = tuple[str, str, str]
"""First and last address, and the zone (RFC 4007) that they are in, mostly none."""

ROUNDS = 2
"""How often an address that stays silent is asked."""

TICK = 0.01
"""Seconds between two looks at the clock, so that a slow pace costs few of them."""

DRAIN_EVERY = 32
"""Questions between two looks at what has come: a stock receive buffer holds some 250 answers."""

TOLD_TOGETHER, TOLD_AFTER = 256, 1.0
"""Answers that are told in one line; fewer, where the last line is so many seconds ago."""

RECEIVE_BUFFER = 4 * 1024 * 1024

ARPHRD_ETHER = 1  # <linux/if_arp.h>

_NO_ROOM = frozenset({errno.ENOBUFS, errno.EAGAIN})


@dataclass(slots=True)
class Cost:
    """What a sweep has sent, who answered, and how often this host had no room for a frame, which then went a little
    later."""

    sent: int = 0
    answers: int = 0
    held_up: int = 0


class Pace:
    """Lets `rate` frames a second pass. What fell due while this process did not run is forgiven, but for a moment's
    worth, and not sent in a burst."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._now = rate, now
        self._most = max(1.0, 2 * rate * TICK)
        self._due, self._looked = 1.0, now()

    def due(self) -> bool:
        """Whether one may go now, which takes it."""
        if self._due < 1.0:
            now = self._now()
            self._due, self._looked = min(self._most, self._due + (now - self._looked) * self._rate), now
        if self._due < 1.0:
            return False
        self._due -= 1.0
        return True

    def until_due(self) -> float:
        """Seconds to sleep before asking again: a little longer than need be where several may then go together."""
        return max(TICK, (1.0 - self._due) / self._rate)


def sweep(segments: Iterable[Segment], ranges: Iterable[Range], rate: float, wait: float, say: Say, cost: Cost) -> None:
    """Ask each address of these ranges that lies in a segment, `rate` questions a second, and once again where it
    stayed silent for `wait` seconds after the last one.

    Raises PermissionError where CAP_NET_RAW is missing; a segment that fails otherwise says so and leaves the others.
    """
    wanted = tuple(ranges)
    for segment in segments:
        try:
            with _opened(segment) as link:
                name, _, _, kind, mac = link.getsockname()
                if kind != ARPHRD_ETHER:
                    continue
                say(segment=name, prefix=str(segment.prefix))
                asked = inside(segment, name, wanted)
                if asked:
                    _Asking(link, segment, mac, asked, say, cost).ask(rate, wait)
        except PermissionError:
            raise
        except OSError as error:
            say(failed=f"sweep of {segment.prefix}", why=error.strerror or type(error).__name__)


def inside(segment: Segment, name: str, ranges: Iterable[Range]) -> list[tuple[int, int]]:
    """The parts of these ranges that lie in a segment, sorted and apart, as first and last number; what has a zone lies
    only in that interface's."""
    prefix, parts = segment.prefix, []
    for first, last, zone in ranges:
        lowest, highest = ipaddress.ip_address(first), ipaddress.ip_address(last)
        if lowest.version == prefix.version and zone in ("", name, str(segment.interface)):
            part = max(int(lowest), int(prefix[0])), min(int(highest), int(prefix[-1]))
            parts += [part] if part[0] <= part[1] else []
    return _joined(sorted(parts))


def _joined(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted parts, those that touch or overlap made one: a range without a zone may hold an address that has one."""
    joined: list[tuple[int, int]] = []
    for first, last in parts:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def _opened(segment: Segment) -> socket.socket:
    """A socket that hears what comes in on the segment's interface, and nothing that leaves by it."""
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


class _Asking:
    """The questions to one segment, about the addresses with the numbers of `asked`."""

    def __init__(
        self, link: socket.socket, segment: Segment, mac: bytes, asked: list[tuple[int, int]], say: Say, cost: Cost
    ) -> None:
        four = segment.prefix.version == 4
        self._link, self._asked, self._say, self._cost = link, asked, say, cost
        self._width, self._family = (4, socket.AF_INET) if four else (16, socket.AF_INET6)
        self._question = (arp_question if four else nd_question)(mac, segment.own.packed)
        self._answer = arp_answer if four else nd_answer
        self._interface: str = link.getsockname()[0]
        self._firsts = [first for first, _ in asked]
        self._left = sum(last - first + 1 for first, last in asked)
        self._answered: set[bytes] = set()
        self._untold: list[tuple[str, str]] = []
        self._told_at = time.monotonic()
        self._readable = select.poll()
        self._readable.register(link, select.POLLIN)

    def ask(self, rate: float, wait: float) -> None:
        """All rounds, and the wait after each; none where all have answered."""
        pace = Pace(rate)
        for _ in range(ROUNDS):
            self._round(pace)
            until = time.monotonic() + wait
            while self._left and (seconds := until - time.monotonic()) > 0:
                if self._readable.poll(seconds * 1e3):
                    self._drain()
            self._tell()

    def _round(self, pace: Pace) -> None:
        for number, address in enumerate(self._silent()):
            while not pace.due():
                self._drain()
                time.sleep(pace.until_due())
            while not self._sent(self._question(address)):
                self._drain()
                time.sleep(TICK)
            if number % DRAIN_EVERY == 0:
                self._drain()

    def _silent(self) -> Iterator[bytes]:
        for first, last in self._asked:
            for number in range(first, last + 1):
                address = number.to_bytes(self._width, "big")
                if address not in self._answered:
                    yield address

    def _sent(self, frame: bytes) -> bool:
        try:
            self._link.send(frame)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            self._cost.held_up += 1
            return False
        self._cost.sent += 1
        return True

    def _drain(self) -> None:
        """Take all that has come."""
        while True:
            try:
                told = self._answer(self._link.recv(128))
            except BlockingIOError:
                break
            if told is not None and told[0] not in self._answered and self._was_asked(told[0]):
                self._answered.add(told[0])
                self._left -= 1
                self._untold.append((socket.inet_ntop(self._family, told[0]), told[1].hex(":")))
        if len(self._untold) >= TOLD_TOGETHER or time.monotonic() - self._told_at > TOLD_AFTER:
            self._tell()

    def _tell(self) -> None:
        if self._untold:
            self._cost.answers += len(self._untold)
            self._say(answered=self._untold, interface=self._interface)
            self._untold = []
        self._told_at = time.monotonic()

    def _was_asked(self, address: bytes) -> bool:
        number = int.from_bytes(address, "big")
        place = bisect_right(self._firsts, number) - 1
        return place >= 0 and number <= self._asked[place][1]
