"""How many sessions are held at once, and how fast one AAA service is asked to let us in."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from scanner.rate_limit.profiles import Profile, TokenBucket

MIN_SESSIONS, MAX_SESSIONS = 20, 50
"""Sessions at once: fewer leave a run waiting for slow supervisors, more are more than one process serves well."""

DEVICES_A_SESSION = 5
"""Of the devices that a profile asks at once, how many have one that is in a session."""

REQUESTS_A_LOGIN = 5
"""What a login costs the service behind it: it starts, asks for the password, decides, authorises a shell, accounts for
it (RFC 8907 sections 5 to 7)."""


LOOK_SECONDS = 0.1
"""How soon a thread that waits for its turn sees that it was given up."""


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Sessions at once, and logins a second in one realm, None for no limit."""

    sessions: int = 40
    logins_a_second: float | None = None


def session_limits_of(profile: Profile) -> SessionLimits:
    """A realm's service is one address more that a run asks: it sees no more requests a second than any other."""
    sessions = min(MAX_SESSIONS, max(MIN_SESSIONS, profile.devices_at_once // DEVICES_A_SESSION))
    requests = profile.requests_per_address
    return SessionLimits(sessions, requests / REQUESTS_A_LOGIN if requests else None)


class RealmLoginLimiter:
    """Turns to log in, one bucket a realm; an account that is a device's own (the realm without a name) waits for
    nobody."""

    def __init__(
        self,
        logins_a_second: float | None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate, self._now, self._sleep = logins_a_second, now, sleep
        self._buckets: dict[str, TokenBucket] = {}
        self._starts: dict[str, TokenBucket] = {}
        self._lock = threading.Lock()

    async def turn(self, realm: str) -> None:
        """Return when a login may be offered that this realm decides."""
        if not realm or self._rate is None:
            return
        bucket = self._buckets.setdefault(realm, TokenBucket(self._rate))
        until = self._now() + bucket.wait(self._now())
        while (left := until - self._now()) > 0:
            await self._sleep(left)

    def start(self, realm: str, given_up: Callable[[], bool]) -> None:
        """Block this thread until the login that has had its turn may go out, or is given up: turns lie far back where
        many have waited for a first one to be proven, and must not all be used at once."""
        if not realm or self._rate is None:
            return
        with self._lock:
            bucket = self._starts.setdefault(realm, TokenBucket(self._rate))
            until = self._now() + bucket.wait(self._now())
        while (left := until - self._now()) > 0 and not given_up():
            time.sleep(min(left, LOOK_SECONDS))
