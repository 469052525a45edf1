"""Counts of what a run sends and receives, and what it costs in time."""

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a sweep or of a whole run.

    `packets` counts everything sent, `retransmissions` the repeats among them. `local_drops` counts packets that this
    host itself dropped, in either direction. `seconds` is elapsed time, `cpu_seconds` this process's CPU time.
    """

    packets: int = 0
    retransmissions: int = 0
    answers: int = 0
    local_drops: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        """The cost of both, one after the other."""
        return Cost(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        return (
            f"{self.packets:,} packets sent ({self.retransmissions:,} of them again), {self.answers:,} answers, "
            f"{self.local_drops:,} local drops; {self.seconds:,.1f} s, {self.cpu_seconds:,.2f} s of CPU"
        )


@dataclass(slots=True)
class TrafficCounter:
    """The running counts behind a Cost. The sweep, the probes of single addresses and the layer 2 helper each have
    one."""

    packets: int = 0
    retransmissions: int = 0
    answers: int = 0
    local_drops: int = 0

    def sent(self, again: bool, packets: int = 1) -> None:
        """Count packets that have gone out; `again` if they repeat earlier ones."""
        self.packets += packets
        self.retransmissions += again * packets

    def add(self, other: "TrafficCounter") -> None:
        """Count what another process of the run counted."""
        self.packets += other.packets
        self.retransmissions += other.retransmissions
        self.answers += other.answers
        self.local_drops += other.local_drops

    def cost(self, seconds: float = 0.0, cpu_seconds: float = 0.0) -> Cost:
        """The counts until now, with the time that they took."""
        return Cost(self.packets, self.retransmissions, self.answers, self.local_drops, seconds, cpu_seconds)
