"""Who has said something in a sweep, and what it has yet to be asked."""

from dataclasses import dataclass, field

from fingerprints.evidence import Observation, Source
from scanner.discovery.questions import Stretch
from scanner.snmp.datagrams import SocketAddress
from scanner.targets.target import Target


@dataclass(frozen=True, slots=True)
class Heard:
    """A target that answered: the address it answered from (with the port where that is another than was asked), which
    need not be its own, and what it said."""

    target: Target
    answered_from: str
    observations: tuple[Observation, ...]


@dataclass(slots=True)
class Speaker:
    """One target that has said something. Of two communities that would both be let in, one is enough."""

    target: Target
    stretch: Stretch
    answered_from: str
    let_in: bool = False
    answered: set[int] = field(default_factory=set)
    observations: list[Observation] = field(default_factory=list)

    def open_to(self, question: int) -> bool:
        """Whether this question is still to be asked."""
        if question >= len(self.stretch.questions) or question in self.answered:
            return False
        return question == 0 or not self.let_in

    def complete(self, question: int) -> bool:
        """Whether there is nothing left to ask from this question on."""
        return not any(map(self.open_to, range(question, len(self.stretch.questions))))

    def heard(self) -> Heard:
        """What is told of it: the system group first, the engine ID last, whichever came first."""
        in_order = sorted(self.observations, key=lambda one: (one.source is Source.SNMP_ENGINE_ID, one.at))
        return Heard(self.target, self.answered_from, tuple(in_order))


def named(source: SocketAddress, asked_port: int) -> str:
    """An address as it is told: with its port where that is another than was asked."""
    address, port = str(source[0]), int(source[1])
    if port == asked_port:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
