"""The simulated devices of a site: a generated operator, spread evenly over the site's addresses."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, summarize_address_range
from pathlib import Path

from scanner.operators.drawing import serial
from scanner.operators.generate import generate
from scanner.operators.operator import Cable, FittedOptic, GeneratedDevice, GeneratedOperator, Order
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


@dataclass(frozen=True, slots=True)
class SiteOperator:
    """The operator of a site: its shape, how many devices it has, and where they are."""

    shape: str
    devices: int
    seed: int
    network: SiteNetwork
    ports: Ports

    def write(self, folder: Path, site: int) -> None:
        """Write its folder as `kitscan lab generate` does, but with each device at a place of its own in the network,
        not in a row at its beginning, and with names, serial numbers and MAC addresses that no site of another number
        has."""
        order = Order(ShapeName(self.shape), self.devices, self.seed, f"{self.network.first}/16", self.ports)
        plan, catalogue = read_shape(order.shape), Catalogue(read_products(), read_optics())
        alone = generate(order, plan, catalogue.products, catalogue.optics)
        devices = {}
        for number, device in enumerate(alone.devices.values()):
            own = replace(
                _renumbered(device, site * self.devices + number, catalogue),
                name=_name(site, device.name),
                address=self.network.at(number, self.devices),
            )
            devices[own.name] = own
        cables = tuple(
            Cable(*(replace(end, device=_name(site, end.device)) for end in (cable.a, cable.b)))
            for cable in alone.cables
        )
        write_project(folder, project_files(order, plan, GeneratedOperator(devices, cables), catalogue))


def _name(site: int, name: str) -> str:
    return f"s{site + 1:02}-{name}"


def _renumbered(device: GeneratedDevice, number: int, catalogue: Catalogue) -> GeneratedDevice:
    """A device with the MAC address and the serial numbers of another number, of which there are 65,536."""
    product = catalogue.products[device.product]
    optic = device.optic
    return replace(
        device,
        mac=f"{product.prefix}:{number // 256:02x}:{number % 256:02x}:00",
        serials=tuple(serial(pattern, number) for pattern in product.serials.values()),
        optic=optic and FittedOptic(optic.kind, serial(catalogue.optics[optic.kind].serial, number)),
    )
