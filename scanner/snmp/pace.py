"""Turns to send: one bucket for all packets of a run, and one with a bound on outstanding requests for each address."""

import asyncio
from weakref import WeakValueDictionary

from scanner.pacing import Profile, TokenBucket


class AddressPace:
    """The pace at one address: await `turn` before each packet, retransmissions too; hold `in_flight` while a request
    is outstanding."""

    __slots__ = ("__weakref__", "_address", "_overall", "in_flight")

    def __init__(self, profile: Profile, overall: TokenBucket) -> None:
        self._overall = overall
        self._address = TokenBucket(profile.requests_per_address)
        self.in_flight = asyncio.Semaphore(profile.in_flight)

    async def turn(self) -> None:
        """Return when one more packet may go to this address."""
        for bucket in (self._address, self._overall):
            wait = bucket.wait(asyncio.get_running_loop().time())
            if wait > 0:
                await asyncio.sleep(wait)


class Pacer:
    """Holds a whole run to a profile: whoever sends asks it for the pace of the address."""

    __slots__ = ("_addresses", "_overall", "_profile")

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._overall = TokenBucket(profile.packets)
        self._addresses: WeakValueDictionary[str, AddressPace] = WeakValueDictionary()

    def at(self, address: str) -> AddressPace:
        """The pace of an address, the same one for all that speak to it at a time."""
        pace = self._addresses.get(address)
        if pace is None:
            pace = self._addresses[address] = AddressPace(self._profile, self._overall)
        return pace
