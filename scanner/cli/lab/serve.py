"""`kitscan lab serve`: plays all devices of a generated operator, until it is stopped."""

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError

if TYPE_CHECKING:
    from scanner.operators.reading import GeneratedProject
    from scanner.simulator.passwords import Passwords


@click.command("serve")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def serve(folder: Path) -> int:
    """Play all devices of a folder that `kitscan lab generate` wrote, until Ctrl-C or SIGTERM.

    They answer SNMP and SSH at the addresses and ports of the folder, all from this process. Addresses outside
    127.0.0.0/8 must be this machine's, as those of a network namespace are.
    """
    from scanner.operators.project import ENVIRONMENT_FILE
    from scanner.operators.reading import read_project
    from scanner.simulator.environment_file import read_environment_file
    from scanner.simulator.passwords import Passwords

    project = read_project(folder)
    variables = {**read_environment_file(folder / ENVIRONMENT_FILE), **os.environ}
    try:
        passwords = Passwords.from_environment(variables)
    except KeyError as error:
        raise KitscanError(
            f"the variable {error.args[0]} is not set", f"set it in {folder / ENVIRONMENT_FILE}"
        ) from error
    asyncio.run(_play(project, passwords))
    return 0


async def _play(project: "GeneratedProject", passwords: "Passwords") -> None:
    from scanner.simulator.serving import serving_network
    from scanner.simulator.sockets import PortRefusedError

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    answering = project.answering()
    try:
        with serving_network(answering, project.network, passwords, project.ports, lasting_keys=True):
            ports = f"ports {project.ports.snmp} (SNMP) and {project.ports.ssh} (SSH)"
            click.echo(f"{len(answering):,} of {len(project.network):,} devices answer, {ports}", err=True)
            await stop.wait()
    except PortRefusedError as error:
        step = "free it, or generate the folder with other ports, another network or fewer devices"
        if error.is_elsewhere:
            step = (
                "give this machine the addresses of --network, best in a network namespace, as docs/generate.md shows"
            )
        raise KitscanError(f"the devices cannot use {error.place}: {error.reason}", step) from error
