"""How fast kitscan may speak: the profiles, and the token bucket that holds to them."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Profile:
    """A pace. Rates are per second, None for no limit; `in_flight` is requests outstanding at one address.

    `walk_seconds` and `walk_varbinds` bound one device's walk; a slower pace has a longer time, so that a big
    chassis is finished and not cut.
    """

    name: str
    requests_per_address: float | None
    packets: float | None
    in_flight: int
    devices_at_once: int
    walk_seconds: float
    walk_varbinds: int
    table_varbinds: int = 10_000
    walk_octets: int = 8 * 1024 * 1024


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("gentle", 5.0, 200.0, 1, 50, 3_600.0, 50_000),
        Profile("normal", 20.0, 1_000.0, 1, 200, 900.0, 50_000),
        Profile("lab", None, None, 4, 2_000, 120.0, 50_000),
    )
}


LINK_SHARE = 0.2
"""Of a run's packets, what the layer 2 helper may send: a program of its own, which no bucket of ours can hold."""


def shared(profile: Profile) -> tuple[Profile, Profile]:
    """A profile for this process and one for the helper: together they send no more than the whole."""
    if profile.packets is None:
        return profile, profile
    helpers = profile.packets * LINK_SHARE
    return replace(profile, packets=profile.packets - helpers), replace(profile, packets=helpers)


BURST_SECONDS = 0.005
"""What is sent at once, in seconds of the rate: one packet at 200 a second, 50 at 10,000."""

SLACK_SECONDS = 0.01
"""Sends that came too late by less than this are made up for, so that a rate is kept by who wakes up late each time."""

EASE_SECONDS = 1.0
"""After so long without a local drop a pace that was halved is doubled again."""

MIN_RATE = 100.0
"""Packets a second that no number of local drops slows below."""

UNLIMITED_BURST = 256
"""What is sent at once where there is no limit."""


class TokenBucket:
    """Grants sends at `rate` a second, None for no limit; time is an argument, so a test needs no clock.

    Where this host drops packets itself (`slow`), it grants half of the pace that was had, and doubles that each second
    until it is back where it was.
    """

    __slots__ = ("_back_at", "_counted", "_ease_at", "_full_at", "_held", "_rate", "_since")

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._full_at = float("-inf")
        self._held: float | None = None
        self._back_at = self._ease_at = float("inf")
        self._since, self._counted = float("-inf"), 0

    def burst(self) -> int:
        """How many packets may be sent at once."""
        rate = self._held or self._rate
        return UNLIMITED_BURST if rate is None else max(1, min(UNLIMITED_BURST, int(rate * BURST_SECONDS)))

    def wait(self, now: float, packets: int = 1) -> float:
        """Take tokens for some packets and say how many seconds to wait before sending them."""
        self._ease(now)
        if now - self._since > EASE_SECONDS:
            self._since, self._counted = now, 0
        self._counted += packets
        rate = self._held or self._rate
        if rate is None:
            return 0.0
        start = max(now - SLACK_SECONDS, self._full_at)
        self._full_at = start + packets / rate
        return max(0.0, start - now)

    def slow(self, now: float) -> None:
        """This host dropped something: grant half as much for a while."""
        measured = self._counted / max(now - self._since, BURST_SECONDS)
        pace = self._held or min(self._rate or measured, measured)
        if self._held is None:
            self._back_at = pace
        slowest = min(MIN_RATE, self._rate or MIN_RATE)  # whoever was asked for less is never sped up to it
        self._held, self._ease_at = max(slowest, pace / 2), now + EASE_SECONDS
        self._since, self._counted = now, 0

    def _ease(self, now: float) -> None:
        while self._held is not None and now >= self._ease_at:
            self._held, self._ease_at = self._held * 2, self._ease_at + EASE_SECONDS
            if self._held >= self._back_at:
                self._held = None
