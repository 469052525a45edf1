"""Numbers for targets, and the way back. A silent address is kept as a number, without an object of its own."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from scanner.targets.addresses import Address, parse_address, zone_of
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import Target, split_key


class _Run(NamedTuple):
    """The last address of a span, and the span's place in the list of spans."""

    last: int
    span: int


class TargetNumbers:
    """Numbers the targets of a scan from 0 up, in the order in which they iterate, and finds a target by its number."""

    __slots__ = ("_firsts", "_ports", "_runs", "_spans", "_starts")

    def __init__(self, targets: Targets) -> None:
        self._spans = targets.spans
        self._starts = [0, *accumulate(span.block.count for span in targets.spans)]
        runs_by_kind: dict[tuple[int, str, int], list[tuple[int, _Run]]] = {}
        for place, span in enumerate(targets.spans):
            kind = (span.block.version, span.zone, span.ports.snmp)
            runs_by_kind.setdefault(kind, []).append((span.block.first, _Run(span.block.last, place)))
        for runs in runs_by_kind.values():
            runs.sort()
        self._firsts = {kind: [first for first, _ in runs] for kind, runs in runs_by_kind.items()}
        self._runs = {kind: [run for _, run in runs] for kind, runs in runs_by_kind.items()}
        self._ports = sorted({port for _, _, port in runs_by_kind})

    def __len__(self) -> int:
        return self._starts[-1]

    def spans(self) -> Iterator[tuple[int, AddressSpan]]:
        """Each span with the number of its first address."""
        return zip(self._starts, self._spans, strict=False)

    def target(self, number: int) -> Target:
        """The target with this number. Raises IndexError if there is none."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        place = bisect_right(self._starts, number) - 1
        span = self._spans[place]
        return span.target(span.block.first + number - self._starts[place])

    def with_key(self, key: str) -> Target | None:
        """The target with this key within a run, or None."""
        try:
            address, port = split_key(key)
            return next(self._targets_at(parse_address(address), (port,)), None)
        except ValueError:
            return None

    def at(self, address: str) -> Iterator[Target]:
        """The targets at an address, whatever their ports. Nothing for text that is no address."""
        try:
            return self._targets_at(parse_address(address), self._ports)
        except ValueError:
            return iter(())

    def _targets_at(self, address: Address, ports: Iterable[int]) -> Iterator[Target]:
        number, zone = int(address), zone_of(address)
        for port in ports:
            kind = (address.version, zone, port)
            place = bisect_right(self._firsts.get(kind, ()), number) - 1
            if place >= 0 and number <= (run := self._runs[kind][place]).last:
                yield self._spans[run.span].target(number)
