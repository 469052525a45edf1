"""The process that plays the devices of a lab: their sockets are in the namespaces of the nodes, it itself is not.

`up` starts it. It waits for its orders (a line of JSON on standard input), so that `up` can record it before it does
anything, and answers with one line on standard output: empty if all devices answer, else why not. It ends at SIGTERM,
and if `up` ends before the orders.
"""

import asyncio
import json
import logging
import signal
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from fingerprints.database.yaml_file import FileModel
from fingerprints.model.errors import KitscanError
from scanner.lab.lldp_sending import announcing
from scanner.lab.netns import inside
from scanner.simulator.device_folder import read_device_folder
from scanner.simulator.passwords import Passwords
from scanner.simulator.serving import serving
from scanner.simulator.sockets import PortRefusedError
from scanner.targets.target import Ports

PORTS = Ports(161, 22)
_LOG = logging.getLogger("kitscan.lab")


class KeptNode(FileModel):
    """One device to play: its name in the folder of device files, and where. `links` are its node's interfaces."""

    device: str
    namespace: str
    address: str
    links: tuple[str, ...]


class KeeperOrders(FileModel):
    """What to play. `passwords` are the variables of the lab, and public by their nature."""

    devices: str
    nodes: tuple[KeptNode, ...]
    passwords: dict[str, str]


def main() -> None:
    """Take the orders, play, and say how it went. Exits with 1 if it could not begin."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    line = sys.stdin.readline()
    if not line.strip():
        sys.exit(1)
    orders = KeeperOrders.model_validate_json(line)
    try:
        asyncio.run(_play(orders))
    except PortRefusedError as error:
        _answer(f"a device cannot use {error.place}: {error.reason}")
    except KitscanError as error:
        _answer(error.summary)
    except OSError as error:
        _answer(f"{error.filename or 'a socket'}: {error.strerror}")
    else:
        return
    sys.exit(1)


async def _play(orders: KeeperOrders) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    network = read_device_folder(Path(orders.devices))
    namespaces = {node.address: node.namespace for node in orders.nodes}

    def where(address: str) -> AbstractContextManager[None]:
        return inside(namespaces[address])

    devices = [(node.address, network[node.device]) for node in orders.nodes]
    speakers = [(network[node.device], node.namespace, node.address, node.links) for node in orders.nodes]
    passwords = Passwords.from_environment(orders.passwords)
    with serving(devices, passwords, PORTS, network, where), announcing(speakers):
        _answer("")
        _LOG.info("%d devices answer", len(devices))
        await stop.wait()
        _LOG.info("ended")


def _answer(text: str) -> None:
    """Say how it went, once; nobody listens afterwards."""
    if text:
        _LOG.error("%s", text)
    sys.stdout.write(json.dumps(text) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
