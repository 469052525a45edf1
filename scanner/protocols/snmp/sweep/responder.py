"""A target that answered in a sweep, and which requests it still gets."""

from dataclasses import dataclass

from fingerprints.model.evidence import Observation
from scanner.protocols.snmp.datagrams import SocketAddress
from scanner.protocols.snmp.sweep.requests import AddressRun
from scanner.targets.addresses import parse_address
from scanner.targets.target import Target


@dataclass(frozen=True, slots=True)
class SweepResult:
    """A target that answered and its observations. `answered_from` is not its own address if any answer came from
    elsewhere; it has a port if that differs from the requested one."""

    target: Target
    answered_from: str
    observations: tuple[Observation, ...]


@dataclass(slots=True)
class Responder:
    """A target that has answered. `answered` has a bit for each request that has its answer or needs none: one accepted
    community is enough."""

    target: Target
    run: AddressRun
    answered_from: str = ""
    answered: int = 0
    engine: tuple[Observation, ...] = ()
    system: tuple[Observation, ...] = ()

    def came_from(self, source: str) -> None:
        """Keep where an answer came from: the last place that is not the target's own, if there is one."""
        if not self.answered_from or source != self.target.address:
            self.answered_from = source

    def record(self, request_index: int, accepted: bool, observations: tuple[Observation, ...]) -> None:
        """Record the answer to a request."""
        if request_index == 0:
            self.answered |= 1
            self.engine = observations
        else:
            self.answered |= self._all_requests & ~1 if accepted else 1 << request_index
            self.system += observations

    def is_pending(self, request_index: int) -> bool:
        """True if this request is still to be sent."""
        return request_index < len(self.run.requests) and not self.answered >> request_index & 1

    def is_complete(self, request_index: int) -> bool:
        """True if no request from this one on is still to be sent."""
        return (self.answered | (1 << request_index) - 1) & self._all_requests == self._all_requests

    @property
    def _all_requests(self) -> int:
        return (1 << len(self.run.requests)) - 1

    def result(self) -> SweepResult:
        """The result: the system group first, the engine ID last, in whatever order they came."""
        return SweepResult(self.target, self.answered_from, (*self.system, *self.engine))


def answered_itself(result: SweepResult) -> bool:
    """True if a target's answer came from its own address and port."""
    try:
        source, asked = (text.partition("%")[0] for text in (result.answered_from, result.target.address))
        return parse_address(source) == parse_address(asked)
    except ValueError:
        return False


def format_source(source: SocketAddress, asked_port: int) -> str:
    """A source address as text, with its port if that differs from the requested one."""
    address, port = str(source[0]), int(source[1])
    if port == asked_port:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
