"""The targets of a scan as spans of addresses. Counting and cutting spans costs the same for a /8 as for a /32."""

from bisect import insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.targets.addresses import AddressBlock, AddressSet, address_of, missing, parse_address, text_of, zone_of
from scanner.targets.entry import InventoryNote, SkipReason
from scanner.targets.target import USUAL_PORTS, Ports, Target


@dataclass(frozen=True, slots=True)
class AddressSpan:
    """Consecutive addresses with the same ports and labels. `prefix` is empty if the user named a single address."""

    block: AddressBlock
    ports: Ports = USUAL_PORTS
    prefix: str = ""
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    zone: str = ""

    @property
    def endpoint(self) -> "_Endpoint":
        """Addresses, SNMP port and zone: what a list may describe only once."""
        return self.block, self.ports.snmp, self.zone

    def __iter__(self) -> Iterator[Target]:
        return map(self.target, range(self.block.first, self.block.last + 1))

    def target(self, number: int) -> Target:
        """The target at the address with this number, which must lie in the block."""
        address = f"{text_of(self.block.version, number)}{f'%{self.zone}' if self.zone else ''}"
        return Target(address, self.ports.snmp, self.ports.ssh, self.prefix, self.labels, self.attributes)


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A target named by a host name that has no address. Such a target is `not_assessed`."""

    name: str
    place: str
    detail: str


@dataclass(frozen=True, slots=True)
class SecretColumn:
    """A column or label of an inventory that is not kept, because its name stands for a secret."""

    file: str
    name: str


@dataclass(frozen=True, slots=True)
class ReadList:
    """How much of one list was read: its kind, the entries that name targets, how many of the rest were skipped for
    which reason, and the notes of its reader. `networks` are those that the list says its targets lie in."""

    file: str
    kind: str
    entries: int
    skipped: tuple[tuple[SkipReason, int], ...] = ()
    notes: tuple[InventoryNote, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets of a scan. No address occurs twice at the same SNMP port. Iterating yields one Target at a time."""

    spans: tuple[AddressSpan, ...]
    unresolved: tuple[Unresolved, ...] = ()
    secret_columns: tuple[SecretColumn, ...] = ()
    lists: tuple[ReadList, ...] = ()

    def __iter__(self) -> Iterator[Target]:
        for span in self.spans:
            yield from span

    @property
    def count(self) -> int:
        """How many targets it holds."""
        return sum(span.block.count for span in self.spans)

    def named(self) -> Iterator[Target]:
        """The targets that the user named one by one."""
        return (target for span in self.spans if not span.prefix for target in span)

    def addresses(self) -> dict[str, AddressSet]:
        """All addresses by their zone, whatever the port. Most have no zone: an empty text."""
        blocks: dict[str, list[AddressBlock]] = {}
        for span in self.spans:
            blocks.setdefault(span.zone, []).append(span.block)
        return {zone: AddressSet(held) for zone, held in blocks.items()}

    def described(self, known: "Targets", usual: Ports = USUAL_PORTS) -> "Targets":
        """The same targets, with what `known` says of them.

        A target that `known` names one by one, at the same SNMP port and in the same zone, gets the labels and
        attributes given there. It also gets the SSH port given there, if its own is the usual one.
        """
        blocks: dict[tuple[int, str], list[AddressBlock]] = {}
        for span in self.spans:
            blocks.setdefault((span.ports.snmp, span.zone), []).append(span.block)
        addresses, none = {kind: AddressSet(held) for kind, held in blocks.items()}, AddressSet()
        described = {
            span.endpoint: span
            for span in known.spans
            if not span.prefix
            and address_of(span.block.version, span.block.first) in addresses.get((span.ports.snmp, span.zone), none)
        }
        spans = (*(_with_ssh_port(span, described, usual) for span in self.spans), *described.values())
        secret_columns = dict.fromkeys((*self.secret_columns, *known.secret_columns))
        gathered = gather(spans, self.unresolved)
        return replace(gathered, secret_columns=tuple(secret_columns), lists=(*self.lists, *known.lists))

    def without(self, excluded: AddressSet) -> "Targets":
        """The same targets without some addresses."""
        left = tuple(part for span in self.spans for part in _cut(span, excluded))
        return replace(self, spans=left)

    def less(self, gone: Iterable[Target]) -> "Targets":
        """The same targets without some. Another target at the same address, with its own port or zone, stays."""
        holes: dict[tuple[int, str], list[AddressBlock]] = {}
        for target in gone:
            address = parse_address(target.address)
            hole = AddressBlock(address.version, int(address), int(address))
            holes.setdefault((target.snmp_port, zone_of(address)), []).append(hole)
        sets = {kind: AddressSet(blocks) for kind, blocks in holes.items()}
        none = AddressSet()
        left = tuple(part for span in self.spans for part in _cut(span, sets.get((span.ports.snmp, span.zone), none)))
        return replace(self, spans=left)


def gather(spans: Iterable[AddressSpan], unresolved: Iterable[Unresolved] = ()) -> Targets:
    """Make targets out of spans, in the order in which the user named them.

    An address named by itself leaves every range that also holds it, and keeps all labels and attributes it was given.
    Where ranges overlap, the first one keeps the address.
    """
    listed = tuple(spans)
    named: dict[_Endpoint, AddressSpan] = {}
    for span in listed:
        if not span.prefix:
            key = span.endpoint
            named[key] = _joined(named[key], span) if key in named else span
    return Targets(tuple(_disjoint(listed, named)), tuple(unresolved))


_Endpoint = tuple[AddressBlock, int, str]
"""The addresses, SNMP port and zone of a span."""


def _disjoint(listed: tuple[AddressSpan, ...], named: dict[_Endpoint, AddressSpan]) -> Iterator[AddressSpan]:
    waiting = dict(named)
    taken: dict[tuple[int, str], list[AddressBlock]] = {}
    for block, port, zone in sorted(named):
        taken.setdefault((port, zone), []).append(block)
    for span in listed:
        if not span.prefix:
            first = waiting.pop(span.endpoint, None)
            if first is not None:
                yield first
            continue
        held = taken.setdefault((span.ports.snmp, span.zone), [])
        for part in tuple(missing(held, span.block)):
            yield replace(span, block=part)
            insort(held, part)


def _with_ssh_port(span: AddressSpan, described: dict[_Endpoint, AddressSpan], usual: Ports) -> AddressSpan:
    """The span with the SSH port that another list gives it, if its own is the usual one."""
    other = described.get(span.endpoint)
    if other is None or span.prefix or span.ports.ssh != usual.ssh:
        return span
    return replace(span, ports=other.ports)


def _cut(span: AddressSpan, holes: AddressSet) -> Iterator[AddressSpan]:
    for block in holes.missing_from(span.block):
        yield span if block == span.block else replace(span, block=block)


def _joined(span: AddressSpan, other: AddressSpan) -> AddressSpan:
    labels = tuple(dict.fromkeys((*span.labels, *other.labels)))
    attributes = tuple(dict.fromkeys((*span.attributes, *other.attributes)))
    return replace(span, labels=labels, attributes=attributes)
