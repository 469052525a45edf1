"""The session limits of the SSH probe: what each profile allows, and when a login of a realm may go out."""

import asyncio

import pytest

from scanner.protocols.ssh.session_limits import RealmLoginLimiter, SessionLimits, session_limits_of
from scanner.rate_limit.profiles import PROFILES
from scanner.rate_limit.token_bucket import SLACK_SECONDS


@pytest.mark.parametrize(
    ("profile", "limits"),
    [("gentle", SessionLimits(20, 1.0)), ("normal", SessionLimits(40, 4.0)), ("lab", SessionLimits(50, None))],
)
def test_a_realm_sees_no_more_requests_than_any_address_of_the_profile(profile: str, limits: SessionLimits) -> None:
    assert session_limits_of(PROFILES[profile]) == limits


class Clockwork:
    """A clock that only moves when a task sleeps."""

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


async def acquire_times(rate: float | None, *realms: str) -> list[float]:
    """When each of these logins was allowed, one after the other."""
    clock = Clockwork()
    taken = RealmLoginLimiter(rate, clock.now, clock.sleep)
    came: list[float] = []
    for realm in realms:
        await taken.acquire(realm)
        came.append(clock.time - 100.0)
    return came


async def test_logins_in_a_realm_are_held_apart_and_realms_do_not_wait_for_each_other() -> None:
    assert await acquire_times(2.0, "a", "a", "b", "a") == pytest.approx([0.0, 0.5, 0.5, 1.0], abs=2 * SLACK_SECONDS)


async def test_no_realm_and_no_limit_wait_for_nothing() -> None:
    assert await acquire_times(0.1, "", "", "") == [0.0, 0.0, 0.0]
    assert await acquire_times(None, "a", "a") == [0.0, 0.0]


async def test_logins_at_the_same_time_are_held_apart_too() -> None:
    clock = Clockwork()
    realms = RealmLoginLimiter(4.0, clock.now, clock.sleep)
    await asyncio.gather(*(realms.acquire("a") for _ in range(5)))
    assert clock.time >= 101.0 - SLACK_SECONDS
