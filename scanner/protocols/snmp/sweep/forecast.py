"""What a sweep of silent addresses will cost, computed before it begins."""

from dataclasses import dataclass

from scanner.rate_limit.profiles import Profile


@dataclass(frozen=True, slots=True)
class Forecast:
    """The cost if every address stays silent: packets, and seconds at the rate of a profile."""

    packets: int
    seconds: float


def forecast(packets_at: dict[int, int], profile: Profile) -> Forecast:
    """The forecast for addresses counted by the packets that each gets: `packets_at[4]` addresses get 4."""
    packets = sum(each * addresses for each, addresses in packets_at.items())
    most = max(packets_at, default=0)
    return Forecast(
        packets,
        max(
            packets / profile.packets if profile.packets else 0.0,
            most / profile.requests_per_address if profile.requests_per_address else 0.0,
        ),
    )
