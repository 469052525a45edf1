"""How many SSH sessions run at once, and how fast one AAA service is asked for logins."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from scanner.rate_limit.profiles import Profile
from scanner.rate_limit.token_bucket import TokenBucket

MIN_SESSIONS, MAX_SESSIONS = 20, 50
"""Sessions at once. With fewer, a run waits for slow supervisors; more are more than one process serves well."""

DEVICES_A_SESSION = 5
"""Of so many devices that a profile asks at once, one is in an SSH session."""

REQUESTS_A_LOGIN = 5
"""Requests that one login costs the AAA service: start, password, decision, authorisation of a shell, accounting
(RFC 8907 sections 5 to 7)."""


POLL_SECONDS = 0.1
"""How soon a thread that waits for a login notices that it was cancelled."""


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Sessions at once, and logins a second in one realm (None for no limit)."""

    sessions: int = 40
    logins_a_second: float | None = None


def session_limits_of(profile: Profile) -> SessionLimits:
    """The limits under a profile. A realm's AAA service gets no more requests a second than any other address."""
    sessions = min(MAX_SESSIONS, max(MIN_SESSIONS, profile.devices_at_once // DEVICES_A_SESSION))
    requests = profile.requests_per_address
    return SessionLimits(sessions, requests / REQUESTS_A_LOGIN if requests else None)


class RealmLoginLimiter:
    """Limits logins by realm, one bucket each. Accounts local to a device (the realm without a name) are not limited.

    A login first acquires its place in the queue, and later starts. Between the two many logins may have waited for the
    first one to prove a credential; `start` keeps them from all starting at once.
    """

    def __init__(
        self,
        logins_a_second: float | None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate, self._now, self._sleep = logins_a_second, now, sleep
        self._queues: dict[str, TokenBucket] = {}
        self._starts: dict[str, TokenBucket] = {}
        self._lock = threading.Lock()

    async def acquire(self, realm: str) -> None:
        """Return when a login of this realm may be tried."""
        if not realm or self._rate is None:
            return
        bucket = self._queues.setdefault(realm, TokenBucket(self._rate))
        until = self._now() + bucket.reserve(self._now())
        while (left := until - self._now()) > 0:
            await self._sleep(left)

    def start(self, realm: str, cancelled: Callable[[], bool]) -> None:
        """Block this thread until a login that has acquired its place may go out, or is cancelled."""
        if not realm or self._rate is None:
            return
        with self._lock:
            bucket = self._starts.setdefault(realm, TokenBucket(self._rate))
            until = self._now() + bucket.reserve(self._now())
        while (left := until - self._now()) > 0 and not cancelled():
            time.sleep(min(left, POLL_SECONDS))
