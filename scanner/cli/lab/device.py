"""`kitscan lab device`: plays one device of a lab, until it is stopped."""

import asyncio
import os
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError

if TYPE_CHECKING:
    from scanner.simulator.device import SimulatedDevice
    from scanner.simulator.passwords import Passwords
    from scanner.targets.target import Ports

_PORT = click.IntRange(1, 65_535)


@click.command("device")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", help="Which device of the folder.  [this machine's host name]")
@click.option("--address", default="0.0.0.0", show_default=True, help="Where it answers.")  # noqa: S104 # a node's own network
@click.option("--snmp-port", type=_PORT, default=161, show_default=True)
@click.option("--ssh-port", type=_PORT, default=22, show_default=True)
def device(folder: Path, name: str | None, address: str, snmp_port: int, ssh_port: int) -> int:
    """Play one device of a folder of device files, until Ctrl-C or SIGTERM.

    It answers SNMP and SSH as its file says. The community and the passwords that it accepts stand in the environment
    variables LAB_COMMUNITY, LAB_AUTH, LAB_PRIV and LAB_SSH; the user is audit.
    """
    from scanner.simulator.device_folder import read_device_folder
    from scanner.simulator.passwords import Passwords
    from scanner.targets.target import Ports

    devices = read_device_folder(folder)
    wanted = name or socket.gethostname()
    if wanted not in devices:
        raise KitscanError(f"{folder}: there is no device {wanted}", f"--name with one of {', '.join(devices)}")
    try:
        passwords = Passwords.from_environment(os.environ)
    except KeyError as error:
        raise KitscanError(f"the variable {error.args[0]} is not set", "set it, as in the lab's lab.env") from error
    asyncio.run(_play(devices, wanted, address, Ports(snmp_port, ssh_port), passwords))
    return 0


async def _play(
    devices: "dict[str, SimulatedDevice]", name: str, address: str, ports: "Ports", passwords: "Passwords"
) -> None:
    from scanner.simulator.serving import serving
    from scanner.simulator.sockets import PortRefusedError

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        with serving([(address, devices[name])], passwords, ports, devices):
            click.echo(f"{name} answers at {address}, ports {ports.snmp} (SNMP) and {ports.ssh} (SSH)", err=True)
            await stop.wait()
    except PortRefusedError as error:
        step = "--address with one of this machine" if error.is_elsewhere else "free it, or choose other ports"
        raise KitscanError(f"{name} cannot use {error.place}: {error.reason}", step) from error
