"""The rate limiter: one bucket for everything that a run sends, and a least time between two packets to one address."""

import asyncio
from typing import Protocol

from scanner.rate_limit.profiles import Profile
from scanner.rate_limit.token_bucket import TokenBucket
from scanner.rate_limit.traffic import TrafficCounter


class AddressRateLimiter:
    """The rate at one address. Await `acquire` before each packet, retransmissions too, and hold `in_flight` while a
    request is outstanding. Unless `limited` is set, `acquire` returns at once and may be left out.

    `answered_to` are the names of credentials that the address has answered to in this run: where one of them meets
    silence, the network loses packets, and more may be sent.
    """

    __slots__ = ("_free_at", "_interval", "_order", "_run", "answered_to", "in_flight", "limited", "traffic")

    def __init__(self, profile: Profile, run: "RateLimiter") -> None:
        self._run = run
        self.traffic = run.traffic
        self._interval = run.interval
        self._free_at = float("-inf")
        self._order = asyncio.Lock()
        self.limited = bool(profile.requests_per_address or profile.packets)
        self.in_flight = asyncio.Semaphore(profile.in_flight)
        self.answered_to: set[str] = set()

    async def acquire(self, packets: int = 1) -> None:
        """Return when `packets` packets may go to this address.

        Several packets that cannot be held apart reserve their time before and after, so that no second holds more
        than the profile allows, wherever it begins.
        """
        async with self._order:
            if self._interval:
                await _sleep_until(self._free_at + (packets - 1) * self._interval)
            for _ in range(packets):
                await self._run.acquire()
            self._free_at = asyncio.get_running_loop().time() + packets * self._interval

    def hold_off(self) -> None:
        """Another part of the run just sent a packet here: the next one waits its time from now on."""
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + self._interval)


class RunBucket(Protocol):
    """The bucket of everything that a run sends: of one process (`TokenBucket`), or of several (`SharedBucket`)."""

    def burst(self) -> int:
        """See `TokenBucket.burst`."""
        ...

    def reserve(self, now: float, packets: int = 1) -> float:
        """See `TokenBucket.reserve`."""
        ...

    def slow_down(self, now: float) -> None:
        """See `TokenBucket.slow_down`."""
        ...


class RateLimiter:
    """Holds a whole run to a profile. `at` gives the limiter of one address; a sender that sends an address a single
    packet uses `acquire` alone. Processes that ask for one run share `overall`; an address belongs to one of them."""

    __slots__ = ("_addresses", "_overall", "_profile", "traffic")

    def __init__(self, profile: Profile, overall: RunBucket | None = None) -> None:
        self._profile = profile
        self._overall = overall or TokenBucket(profile.packets)
        self._addresses: dict[str, AddressRateLimiter] = {}
        self.traffic = TrafficCounter()

    def at(self, address: str) -> AddressRateLimiter:
        """The limiter of an address: the same one throughout a run, so that what was just sent there counts."""
        limiter = self._addresses.get(address)
        if limiter is None:
            limiter = self._addresses[address] = AddressRateLimiter(self._profile, self)
        return limiter

    @property
    def interval(self) -> float:
        """The seconds between two packets to one address."""
        return 1.0 / self._profile.requests_per_address if self._profile.requests_per_address else 0.0

    @property
    def burst(self) -> int:
        """How many packets may be sent at once now."""
        return self._overall.burst()

    async def acquire(self) -> None:
        """Return when the run may send one more packet."""
        await self.acquire_up_to(1)

    async def acquire_up_to(self, most: int) -> int:
        """Return when the run may send some packets at once, and how many: at least one, at most `most`."""
        packets = min(most, self.burst)
        now = asyncio.get_running_loop().time()
        wait = self._overall.reserve(now, packets)
        if wait:
            await _sleep_until(now + wait)
        return packets

    def slow_down(self) -> None:
        """This host drops packets: the whole run slows down for a while."""
        self._overall.slow_down(asyncio.get_running_loop().time())


async def _sleep_until(time: float) -> None:
    while (left := time - asyncio.get_running_loop().time()) > 0:
        await asyncio.sleep(left)
