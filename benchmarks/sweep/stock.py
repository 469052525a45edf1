"""One sweep with the receive buffer that Linux had for twenty years: `python -m benchmarks.sweep.stock PREFIX PORT`.

It prints how many answered and how much this host dropped.
"""

import asyncio
import sys
from pathlib import Path

from scanner.credentials.book import FileBook
from scanner.discovery import mailbox
from scanner.discovery.sweep import Sweep
from scanner.pacing import PROFILES
from scanner.snmp.exchange import Patience
from scanner.snmp.pace import Pacer
from scanner.targets.read import read_targets
from scanner.targets.target import Ports

STOCK = 212_992 // 2
"""Octets to ask for: the kernel gives twice as many."""


async def main(prefix: str, port: int) -> None:
    """Ask for engine IDs."""
    mailbox.RECEIVE_BUFFER = STOCK
    targets = read_targets((prefix,), Ports(port), str)
    sweep = Sweep(targets, FileBook((), Path(), lambda _: ""), Pacer(PROFILES["lab"]))
    heard = [one async for completed in sweep.run(Patience(1.0, 1)) for one in completed]
    print(len(heard), sweep.cost().local_drops)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
