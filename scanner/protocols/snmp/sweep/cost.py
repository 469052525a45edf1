"""What a sweep costs: counted when it is over, and foretold before it begins."""

from dataclasses import astuple, dataclass

from scanner.rate_limit.profiles import Profile


@dataclass(frozen=True, slots=True)
class Cost:
    """What a sweep or a whole run sent and heard: `packets` are all that were sent, `retransmissions` those among them
    that asked again; `local_drops` is what this host itself lost of questions and answers. Seconds of the clock and of
    this process's CPU."""

    packets: int = 0
    retransmissions: int = 0
    answers: int = 0
    local_drops: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        """The cost of both, one after the other."""
        return Cost(*(mine + more for mine, more in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        return (
            f"{self.packets:,} packets sent ({self.retransmissions:,} of them again), {self.answers:,} answers, "
            f"{self.local_drops:,} local drops; {self.seconds:,.1f} s, {self.cpu_seconds:,.2f} s of CPU"
        )


@dataclass(slots=True)
class Counters:
    """The counts of a sweep on its way."""

    packets: int = 0
    retransmissions: int = 0
    answers: int = 0
    local_drops: int = 0
    began: float = 0.0
    cpu_before: float = 0.0

    def cost(self, now: float, cpu: float) -> Cost:
        """The cost until now, by the clock and by this process's CPU time."""
        return Cost(
            self.packets, self.retransmissions, self.answers, self.local_drops, now - self.began, cpu - self.cpu_before
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What asking addresses that all stay silent takes: packets, and seconds at the pace of a profile."""

    packets: int
    seconds: float


def forecast(packets_at: dict[int, int], profile: Profile) -> Forecast:
    """For addresses by the number of packets that each gets: `packets_at[4]` addresses get 4."""
    packets = sum(each * addresses for each, addresses in packets_at.items())
    most = max(packets_at, default=0)
    return Forecast(
        packets,
        max(
            packets / profile.packets if profile.packets else 0.0,
            most / profile.requests_per_address if profile.requests_per_address else 0.0,
        ),
    )
