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


class TokenBucket:
    """Grants sends at `rate` a second, at most `burst` at once; time is an argument, so a test needs no clock."""

    __slots__ = ("_burst", "_full_at", "_interval")

    def __init__(self, rate: float | None, burst: int = 1) -> None:
        self._interval = 1.0 / rate if rate else 0.0
        self._burst = burst
        self._full_at = float("-inf")

    def wait(self, now: float) -> float:
        """Take one token and say how many seconds to wait before sending."""
        start = max(now - self._interval * (self._burst - 1), self._full_at)
        self._full_at = start + self._interval
        return max(0.0, start - now)
