"""Who has said something in a sweep, and what it has yet to be asked."""

from dataclasses import dataclass

from fingerprints.model.evidence import Observation
from scanner.protocols.snmp.datagrams import SocketAddress
from scanner.protocols.snmp.sweep.requests import AddressRun
from scanner.targets.target import Target


@dataclass(frozen=True, slots=True)
class Heard:
    """A target that answered: the address it answered from (with the port where that is another than was asked), which
    need not be its own, and what it said."""

    target: Target
    answered_from: str
    observations: tuple[Observation, ...]


@dataclass(slots=True)
class Responder:
    """One target that has said something. `settled` has a bit for each question that has its answer or needs none: of
    two communities that would both be let in, one is enough."""

    target: Target
    stretch: AddressRun
    answered_from: str
    settled: int = 0
    engine: tuple[Observation, ...] = ()
    system: tuple[Observation, ...] = ()

    def keep(self, question: int, let_in: bool, observations: tuple[Observation, ...]) -> None:
        """Keep the answer to a question."""
        if question == 0:
            self.settled |= 1
            self.engine = observations
        else:
            self.settled |= self._all & ~1 if let_in else 1 << question
            self.system += observations

    def open_to(self, question: int) -> bool:
        """Whether this question is still to be asked."""
        return question < len(self.stretch.questions) and not self.settled >> question & 1

    def complete(self, question: int) -> bool:
        """Whether there is nothing left to ask from this question on."""
        return (self.settled | (1 << question) - 1) & self._all == self._all

    @property
    def _all(self) -> int:
        return (1 << len(self.stretch.questions)) - 1

    def heard(self) -> Heard:
        """What is told of it: the system group first, the engine ID last, whichever came first."""
        return Heard(self.target, self.answered_from, (*self.system, *self.engine))


def named(source: SocketAddress, asked_port: int) -> str:
    """An address as it is told: with its port where that is another than was asked."""
    address, port = str(source[0]), int(source[1])
    if port == asked_port:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
