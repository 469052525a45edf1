"""The token bucket behind every rate limit of a run."""

import math

BURST_SECONDS = 0.005
"""How much is sent at once, in seconds of the rate: one packet at 200 a second, 50 at 10,000."""

SLACK_SECONDS = 0.01
"""A sender that wakes up late by less than this catches up, so that the rate is kept."""

EASE_SECONDS = 1.0
"""Time without a local drop after which a halved rate doubles again."""

MIN_RATE = 100.0
"""Packets a second below which local drops never slow a rate."""

UNLIMITED_BURST = 256
"""How much is sent at once without a limit."""

BucketState = tuple[float, float, float, float, float, float]
"""What a bucket remembers, as numbers. NaN stands for a rate that is not reduced."""


class TokenBucket:
    """Grants sends at `rate` a second, None for no limit. Time is an argument, so that tests need no clock.

    When this host drops packets itself (`slow_down`), the bucket grants half of the rate achieved so far, and doubles
    it each second until the full rate is reached.

    Of `senders` that share a rate, each sends a part of the burst at once: what they have in hand together and what
    they may catch up is a hundredth of a second, so that no second holds more than 101 % of the rate.
    """

    __slots__ = (
        "_burst_seconds",
        "_counted",
        "_ease_at",
        "_full_at",
        "_rate",
        "_recovered_at",
        "_reduced",
        "_since",
        "_slack",
    )

    def __init__(self, rate: float | None, senders: int = 1) -> None:
        self._rate = rate
        self._burst_seconds = BURST_SECONDS / senders
        self._slack = SLACK_SECONDS if senders == 1 else SLACK_SECONDS - BURST_SECONDS
        self._full_at = float("-inf")
        self._reduced: float | None = None
        self._recovered_at = self._ease_at = float("inf")
        self._since, self._counted = float("-inf"), 0

    def burst(self) -> int:
        """How many packets may be sent at once."""
        rate = self._reduced or self._rate
        return UNLIMITED_BURST if rate is None else max(1, min(UNLIMITED_BURST, int(rate * self._burst_seconds)))

    def reserve(self, now: float, packets: int = 1) -> float:
        """Take tokens for some packets, and return how many seconds to wait before sending them."""
        self._ease(now)
        if now - self._since > EASE_SECONDS:
            self._since, self._counted = now, 0
        self._counted += packets
        rate = self._reduced or self._rate
        if rate is None:
            return 0.0
        start = max(now - self._slack, self._full_at)
        self._full_at = start + packets / rate
        return max(0.0, start - now)

    def slow_down(self, now: float) -> None:
        """This host dropped something: grant half as much for a while."""
        measured = self._counted / max(now - self._since, BURST_SECONDS)
        achieved = self._reduced or min(self._rate or measured, measured)
        if self._reduced is None:
            self._recovered_at = achieved
        slowest = min(MIN_RATE, self._rate or MIN_RATE)  # never above the rate that was set
        self._reduced, self._ease_at = max(slowest, achieved / 2), now + EASE_SECONDS
        self._since, self._counted = now, 0

    @property
    def state(self) -> BucketState:
        """What the bucket remembers. Setting it makes this bucket go on as the one that it was taken from."""
        reduced = math.nan if self._reduced is None else self._reduced
        return self._full_at, reduced, self._recovered_at, self._ease_at, self._since, self._counted

    @state.setter
    def state(self, state: BucketState) -> None:
        self._full_at, reduced, self._recovered_at, self._ease_at, self._since, counted = state
        self._reduced, self._counted = None if math.isnan(reduced) else reduced, int(counted)

    def _ease(self, now: float) -> None:
        while self._reduced is not None and now >= self._ease_at:
            self._reduced, self._ease_at = self._reduced * 2, self._ease_at + EASE_SECONDS
            if self._reduced >= self._recovered_at:
                self._reduced = None
