"""The targets that an earlier run did not assess, among those that today's scope holds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.targets.addresses import AddressBlock, parse_address, zone_of
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import AddressSpan, Targets, gather
from scanner.targets.target import Ports, Target


@dataclass(frozen=True, slots=True)
class Retry:
    """A scan that asks again what run number `run` did not assess. `keys` are those targets' keys within that run;
    for a name that had no address, the name. `causes` are the reasons that the user chose, or empty for all."""

    run: int
    keys: tuple[str, ...]
    causes: tuple[str, ...] = ()

    def among(self, targets: Targets) -> Targets:
        """Those of today's targets that failed in that run, each named by itself."""
        failed = frozenset(self.keys)
        spans = tuple(_span(target) for target in self._failed(targets, failed))
        unresolved = tuple(name for name in targets.unresolved if name.name in failed)
        return replace(gather(spans, unresolved), secret_columns=targets.secret_columns)

    def missing(self, targets: Targets) -> tuple[str, ...]:
        """The keys that name none of these targets, in their order."""
        labels = {label for target in targets.named() for label in target.labels}
        held = {*(target.key for target in targets.named()), *(name.name for name in targets.unresolved), *labels}
        return tuple(key for key in self.keys if key not in held)

    def recorded(self) -> tuple[str, ...]:
        """The retry in the words of the command line, as a run's record holds it."""
        return (f"--retry-failed={self.run}", *((f"--cause={','.join(self.causes)}",) if self.causes else ()))

    def _failed(self, targets: Targets, failed: frozenset[str]) -> Iterator[Target]:
        numbers = TargetNumbers(targets)
        for key in self.keys:
            target = numbers.with_key(key)
            if target is not None:
                yield target
        for target in targets.named():  # a name that had no address then has one now
            if failed.intersection(target.labels):
                yield target


def _span(target: Target) -> AddressSpan:
    address = parse_address(target.address)
    block = AddressBlock(address.version, int(address), int(address))
    ports = Ports(target.snmp_port, target.ssh_port)
    return AddressSpan(block, ports, "", target.labels, target.attributes, zone_of(address))
