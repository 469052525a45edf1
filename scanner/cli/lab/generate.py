"""`kitscan lab generate`: invents a whole operator, and writes the folder to serve and to scan it from."""

from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError

_PORT = click.IntRange(1, 65_535)
_SHAPES = ("mobile", "access", "campus", "mixed")


@click.command("generate")
@click.option("--devices", type=click.IntRange(1, 50_000), required=True, help="How many devices.")
@click.option("--shape", type=click.Choice(_SHAPES), required=True, help="Which kind of operator.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same operator.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder that is written.")
@click.option("--network", default="127.64.0.0/16", show_default=True, help="Where the devices have their addresses.")
@click.option("--snmp-port", type=_PORT, default=11_161, show_default=True)
@click.option("--ssh-port", type=_PORT, default=11_122, show_default=True)
def generate(devices: int, shape: str, seed: int, out: Path, network: str, snmp_port: int, ssh_port: int) -> int:
    """Invent an operator: a project folder with thousands of devices, and what a scan must find of each.

    All devices differ in names, addresses and serial numbers, and know their neighbours. `kitscan lab serve` plays
    them. On the default addresses nobody needs root.
    """
    from scanner.operators import generate as drawn
    from scanner.operators import project
    from scanner.operators.operator import Order
    from scanner.operators.product import read_optics, read_products
    from scanner.operators.shape import ShapeName, read_shape
    from scanner.targets.target import Ports

    order = Order(ShapeName(shape), devices, seed, str(_network(network, devices)), Ports(snmp_port, ssh_port))
    if not project.may_write(out):
        raise KitscanError(f"{out}: it holds a project of your own", "name a new folder with --out")
    plan, catalogue = read_shape(order.shape), project.Catalogue(read_products(), read_optics())
    operator = drawn.generate(order, plan, catalogue.products, catalogue.optics)
    try:
        project.write_project(out, project.project_files(order, plan, operator, catalogue))
    except OSError as error:
        raise KitscanError(f"{out}: {error.strerror}", "name a new folder with --out") from error
    click.echo(f"{out}: {devices:,} devices, {len(operator.cables):,} cables; next: kitscan lab serve {out}", err=True)
    return 0


def _network(text: str, devices: int) -> IPv4Network:
    from scanner.operators.generate import needed_addresses

    try:
        network = IPv4Network(text)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise KitscanError(f"--network {text}: {error}", "an IPv4 prefix such as 127.64.0.0/16") from error
    if network.num_addresses < needed_addresses(devices):
        problem = f"--network {text} has {network.num_addresses:,} addresses"
        raise KitscanError(problem, f"one with {needed_addresses(devices):,} for {devices:,} devices")
    return network
