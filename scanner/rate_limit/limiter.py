"""Turns to send: one bucket for all that a run sends, and for each address a least time between two packets."""

import asyncio
from dataclasses import dataclass

from scanner.rate_limit.profiles import Profile, TokenBucket


@dataclass(slots=True)
class Traffic:
    """What asking single addresses has sent and heard in a run: `retransmissions` are those of the packets that asked
    again."""

    packets: int = 0
    retransmissions: int = 0
    answers: int = 0

    def sent(self, again: bool) -> None:
        """One packet has gone out."""
        self.packets += 1
        self.retransmissions += again


class AddressPace:
    """The pace at one address: await `turn` before each packet, retransmissions too; hold `in_flight` while a request
    is outstanding. Where nothing is `limited`, no turn needs awaiting."""

    __slots__ = ("_free_at", "_interval", "_order", "_pacer", "in_flight", "limited", "traffic")

    def __init__(self, profile: Profile, pacer: "RateLimiter") -> None:
        self._pacer = pacer
        self.traffic = pacer.traffic
        self._interval = pacer.interval
        self._free_at = float("-inf")
        self._order = asyncio.Lock()
        self.limited = bool(profile.requests_per_address or profile.packets)
        self.in_flight = asyncio.Semaphore(profile.in_flight)

    async def turn(self, packets: int = 1) -> None:
        """Return when one packet may go to this address, or `packets` that cannot be held apart: these then cost their
        time before and after, so that no second sees more than the profile says wherever it begins."""
        async with self._order:
            if self._interval:
                await _until(self._free_at + (packets - 1) * self._interval)
            for _ in range(packets):
                await self._pacer.turn()
            self._free_at = asyncio.get_running_loop().time() + packets * self._interval

    def asked(self) -> None:
        """Somebody else sent a packet here a moment ago: the next one waits its time from now on."""
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + self._interval)


class RateLimiter:
    """Holds a whole run to a profile: whoever sends asks it for the pace of the address, or, where one packet is all
    that the address gets, for a turn alone."""

    __slots__ = ("_addresses", "_overall", "_profile", "traffic")

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._overall = TokenBucket(profile.packets)
        self._addresses: dict[str, AddressPace] = {}
        self.traffic = Traffic()

    def at(self, address: str) -> AddressPace:
        """The pace of an address, the same one throughout a run: what was sent a moment ago counts."""
        pace = self._addresses.get(address)
        if pace is None:
            pace = self._addresses[address] = AddressPace(self._profile, self)
        return pace

    @property
    def interval(self) -> float:
        """The seconds between two packets to one address."""
        return 1.0 / self._profile.requests_per_address if self._profile.requests_per_address else 0.0

    @property
    def burst(self) -> int:
        """How many packets may be sent at once just now."""
        return self._overall.burst()

    async def turn(self) -> None:
        """Return when the run may send one more packet."""
        await self.turns(1)

    async def turns(self, most: int) -> int:
        """Return when the run may send some more packets at once, and how many: at most as many as asked for."""
        packets = min(most, self.burst)
        now = asyncio.get_running_loop().time()
        wait = self._overall.wait(now, packets)
        if wait:
            await _until(now + wait)
        return packets

    def congested(self) -> None:
        """This host drops what is sent or answered: the whole run slows down for a while."""
        self._overall.slow(asyncio.get_running_loop().time())


async def _until(time: float) -> None:
    while (left := time - asyncio.get_running_loop().time()) > 0:
        await asyncio.sleep(left)
