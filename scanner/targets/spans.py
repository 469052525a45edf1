"""The targets of a scan as spans of addresses, counted and cut without being written out: a /8 costs nothing."""

from bisect import insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.targets.addresses import AddressSet, Block, address_of, missing, parse_address, text_of, zone_of
from scanner.targets.target import USUAL_PORTS, Ports, Target


@dataclass(frozen=True, slots=True)
class AddressSpan:
    """Neighbouring addresses that are asked in the same way. `prefix` is empty where the user named one address."""

    block: Block
    ports: Ports = USUAL_PORTS
    prefix: str = ""
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    zone: str = ""

    def __iter__(self) -> Iterator[Target]:
        return map(self.target, range(self.block.first, self.block.last + 1))

    def target(self, number: int) -> Target:
        """The target at the address with this number, which is one of the block's."""
        address = f"{text_of(self.block.version, number)}{f'%{self.zone}' if self.zone else ''}"
        return Target(address, self.ports.snmp, self.ports.ssh, self.prefix, self.labels, self.attributes)


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A host name that was named as a target and has no address: such a target is `not_assessed`."""

    name: str
    place: str
    detail: str


@dataclass(frozen=True, slots=True)
class Targets:
    """Everything to be asked: no address at one SNMP port occurs twice. Iterating yields one Target at a time."""

    spans: tuple[AddressSpan, ...]
    unresolved: tuple[Unresolved, ...] = ()

    def __iter__(self) -> Iterator[Target]:
        for span in self.spans:
            yield from span

    @property
    def count(self) -> int:
        """How many targets it holds."""
        return sum(span.block.count for span in self.spans)

    def named(self) -> Iterator[Target]:
        """Those that the user named one by one."""
        return (target for span in self.spans if not span.prefix for target in span)

    def addresses(self) -> AddressSet:
        """All addresses, whatever the port."""
        return AddressSet(span.block for span in self.spans)

    def described(self, known: "Targets", usual: Ports = USUAL_PORTS) -> "Targets":
        """The same targets, with the labels and attributes of those that `known` names one by one at the same port and
        in the same zone, and with their SSH port where they have the usual one."""
        mine: dict[tuple[int, str], list[Block]] = {}
        for span in self.spans:
            mine.setdefault((span.ports.snmp, span.zone), []).append(span.block)
        asked, none = {kind: AddressSet(blocks) for kind, blocks in mine.items()}, AddressSet()
        told = {
            (span.block, span.ports.snmp, span.zone): span
            for span in known.spans
            if not span.prefix
            and address_of(span.block.version, span.block.first) in asked.get((span.ports.snmp, span.zone), none)
        }
        return gather((*(_opened(span, told, usual) for span in self.spans), *told.values()), self.unresolved)

    def without(self, excluded: AddressSet) -> "Targets":
        """The same without some addresses."""
        left = tuple(part for span in self.spans for part in _cut(span, excluded))
        return replace(self, spans=left)

    def less(self, gone: Iterable[Target]) -> "Targets":
        """The same without some targets: another at the same address, by its port or zone, stays."""
        holes: dict[tuple[int, str], list[Block]] = {}
        for one in gone:
            address = parse_address(one.address)
            hole = Block(address.version, int(address), int(address))
            holes.setdefault((one.snmp_port, zone_of(address)), []).append(hole)
        sets = {kind: AddressSet(blocks) for kind, blocks in holes.items()}
        none = AddressSet()
        left = tuple(part for one in self.spans for part in _cut(one, sets.get((one.ports.snmp, one.zone), none)))
        return replace(self, spans=left)


def gather(spans: Iterable[AddressSpan], unresolved: Iterable[Unresolved] = ()) -> Targets:
    """Targets out of spans as they were named, in that order.

    An address named by itself is taken out of every range that also holds it, and keeps all labels and attributes
    it was given; of ranges that overlap, the first named keeps the address.
    """
    listed = tuple(spans)
    named: dict[tuple[Block, int, str], AddressSpan] = {}
    for span in listed:
        if not span.prefix:
            key = (span.block, span.ports.snmp, span.zone)
            named[key] = _joined(named[key], span) if key in named else span
    return Targets(tuple(_disjoint(listed, named)), tuple(unresolved))


def _disjoint(
    listed: tuple[AddressSpan, ...], named: dict[tuple[Block, int, str], AddressSpan]
) -> Iterator[AddressSpan]:
    waiting = dict(named)
    taken: dict[int, list[Block]] = {}
    for block, port, _ in sorted(named):
        taken.setdefault(port, []).append(block)
    for span in listed:
        if not span.prefix:
            first = waiting.pop((span.block, span.ports.snmp, span.zone), None)
            if first is not None:
                yield first
            continue
        held = taken.setdefault(span.ports.snmp, [])
        for part in tuple(missing(held, span.block)):
            yield replace(span, block=part)
            insort(held, part)


def _opened(span: AddressSpan, told: dict[tuple[Block, int, str], AddressSpan], usual: Ports) -> AddressSpan:
    """A span with the SSH port that is told of it, where its own is but the usual one."""
    other = told.get((span.block, span.ports.snmp, span.zone))
    if other is None or span.prefix or span.ports.ssh != usual.ssh:
        return span
    return replace(span, ports=other.ports)


def _cut(span: AddressSpan, holes: AddressSet) -> Iterator[AddressSpan]:
    for block in holes.missing_from(span.block):
        yield span if block == span.block else replace(span, block=block)


def _joined(one: AddressSpan, other: AddressSpan) -> AddressSpan:
    labels = tuple(dict.fromkeys((*one.labels, *other.labels)))
    attributes = tuple(dict.fromkeys((*one.attributes, *other.attributes)))
    return replace(one, labels=labels, attributes=attributes)
