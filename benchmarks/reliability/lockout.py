"""A wrong login over many devices of one AAA service: how many of them get it, whatever they answer.

    python -m benchmarks.reliability.lockout [--count N]

For each way to say no, `count` devices on loopback. Exits 1 if more than two logins of a realm went out.
"""

import argparse
import asyncio
import ipaddress
import sys
import tempfile
import time
from pathlib import Path

import paramiko

from benchmarks.hostile.ssh_peers import LOCKING_PEERS
from benchmarks.reliability.ssh_peers import book_of, cost, served
from scanner.credentials.lockout import REALM_REFUSALS
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.targets.target import Target

_DEVICES_AT_ONCE = 200


async def logins_tried(count: int, folder: Path) -> dict[str, int]:
    """By the way to say no: how many logins `count` devices got. Each way is a realm of its own."""
    paramiko.ECDSAKey.generate().write_private_key_file(str(folder / "id"))
    networks = {name: ipaddress.ip_network(f"127.{100 + at}.0.0/16") for at, name in enumerate(LOCKING_PEERS)}
    book = book_of(folder, (_entry(name, networks[name], at) for at, name in enumerate(networks)))
    async with served({name: (name, "lo") for name in networks}) as (ports, got):
        probe = SshProbe(book, HostKeys(folder / "known_hosts"), SessionLimits(40), session_seconds=60.0)
        targets = (
            Target(str(network[number]), ssh_port=ports[name])
            for number in range(1, count + 1)
            for name, network in networks.items()
        )

        async def work() -> None:
            for target in targets:
                async for _ in probe.observe(target):
                    pass

        async with asyncio.TaskGroup() as group:
            for _ in range(_DEVICES_AT_ONCE):
                group.create_task(work())
        probe.close()
    return {name: tally["secrets"] for name, tally in got.items()}


def _entry(name: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network, number: int) -> str:
    secret = "key: file:id" if "keys" in name else "password: file:password"
    return f"name: cli-{number}, ssh: true, user: audit, {secret}, realm: realm-{number}, prefixes: [{network}]"


def main() -> None:
    """A row for each way to say no."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tried = asyncio.run(logins_tried(count, Path(folder)))
    for name, number in tried.items():
        print(f"{name:40} {number} logins on {count} devices")
    print(f"{len(tried) * count} devices in {time.monotonic() - start:.0f} s, {cost()}")
    sys.exit(1 if max(tried.values()) > REALM_REFUSALS else 0)


if __name__ == "__main__":
    main()
