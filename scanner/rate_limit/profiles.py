"""The profiles: how fast a run may send, and how much one device's walk may cost."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits of a run. Rates are per second, None for no limit; `in_flight` is requests outstanding at one address.

    `walk_seconds`, `walk_varbinds` and `walk_octets` bound one device's walk, `table_varbinds` one column. A slower
    profile has more time, so that a big chassis is finished and not cut. `own_mib_requests` bounds the second round.
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
    own_mib_requests: int = 120


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("gentle", 5.0, 200.0, 1, 50, 3_600.0, 50_000),
        Profile("normal", 20.0, 1_000.0, 1, 200, 900.0, 50_000),
        Profile("lab", None, None, 4, 2_000, 120.0, 50_000),
    )
}


LINK_SHARE = 0.2
"""The part of a run's packets that the layer 2 helper may send. It is a process of its own with its own limiter."""


def split_for_link_helper(profile: Profile) -> tuple[Profile, Profile]:
    """A profile for this process and one for the helper: together they send no more than the whole."""
    if profile.packets is None:
        return profile, profile
    helpers = profile.packets * LINK_SHARE
    return replace(profile, packets=profile.packets - helpers), replace(profile, packets=helpers)
