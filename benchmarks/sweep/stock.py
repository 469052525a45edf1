"""One sweep with the receive buffer that Linux had for twenty years: `python -m benchmarks.sweep.stock PREFIX PORT`.

It prints how many answered and how much this host dropped.
"""

import asyncio
import sys
from pathlib import Path

from scanner.credentials.book import FileBook
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep import sweep_socket
from scanner.protocols.snmp.sweep.sweep import Sweep
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.read_targets import read_targets
from scanner.targets.target import Ports

STOCK = 212_992 // 2
"""Octets to ask for: the kernel gives twice as many."""


async def main(prefix: str, port: int) -> None:
    """Ask for engine IDs."""
    sweep_socket.RECEIVE_BUFFER = STOCK
    targets = read_targets((prefix,), Ports(port), str)
    sweep = Sweep(targets, FileBook((), Path(), lambda _: ""), RateLimiter(PROFILES["lab"]))
    results = [one async for completed in sweep.run(RetryPolicy(1.0, 1)) for one in completed]
    print(len(results), sweep.cost().local_drops)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
