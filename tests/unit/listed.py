"""Targets written out one by one, as spans."""

from collections.abc import Iterable

from scanner.targets.addresses import AddressBlock, parse_address, zone_of
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import Ports, Target


def listed(targets: Iterable[Target]) -> Targets:
    """These targets, each a span of its own."""
    return Targets(tuple(map(_span, targets)))


def _span(target: Target) -> AddressSpan:
    address = parse_address(target.address)
    block = AddressBlock(address.version, int(address), int(address))
    ports = Ports(target.snmp_port, target.ssh_port)
    return AddressSpan(block, ports, target.prefix, target.labels, target.attributes, zone_of(address))
