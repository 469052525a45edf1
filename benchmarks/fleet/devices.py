"""The simulated devices of a site: a generated operator, spread evenly over the site's addresses."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, summarize_address_range
from pathlib import Path

from scanner.operators.generate import generate
from scanner.operators.operator import GeneratedOperator, Order
from scanner.operators.product import read_optics, read_products
from scanner.operators.project import Catalogue, project_files, write_project
from scanner.operators.shape import ShapeName, read_shape
from scanner.targets.target import Ports

BLOCK = 65_536
"""Addresses from the first one of a site to the first one of the next: a site has a /16 of 127.0.0.0/8."""

FIRST = IPv4Address("127.64.0.0")
"""The first address of the first site."""

MAX_SITES = 128
"""Sites that fit into 127.0.0.0/8 from there on, with room below for other benchmarks."""


@dataclass(frozen=True, slots=True)
class SiteNetwork:
    """The addresses of a site: so many from the first one on."""

    first: IPv4Address
    addresses: int

    def prefixes(self) -> Iterator[str]:
        """The same as prefixes."""
        last = self.first + (self.addresses - 1)
        return (str(prefix) for prefix in summarize_address_range(self.first, last))

    def at(self, number: int, of: int) -> str:
        """The address of one device of so many."""
        return str(self.first + (number * self.addresses // of + self.addresses // (2 * of)))


def network_of(number: int, addresses: int) -> SiteNetwork:
    """The network of the site with this number. Raises ValueError for a site that would leave its /16."""
    if not 0 <= number < MAX_SITES or not 0 < addresses <= BLOCK:
        raise ValueError(f"site {number} with {addresses} addresses does not fit into 127.0.0.0/8")
    return SiteNetwork(FIRST + number * BLOCK, addresses)


def write_operator(folder: Path, shape: str, devices: int, seed: int, network: SiteNetwork, ports: Ports) -> None:
    """Write the folder of an operator as `kitscan lab generate` does, but with each device at a place of its own in the
    network: not in a row at its beginning."""
    order = Order(ShapeName(shape), devices, seed, f"{network.first}/16", ports)
    plan, catalogue = read_shape(order.shape), Catalogue(read_products(), read_optics())
    packed = generate(order, plan, catalogue.products, catalogue.optics)
    spread = {
        name: replace(device, address=network.at(number, devices))
        for number, (name, device) in enumerate(packed.devices.items())
    }
    operator = GeneratedOperator(spread, packed.cables)
    write_project(folder, project_files(order, plan, operator, catalogue))
