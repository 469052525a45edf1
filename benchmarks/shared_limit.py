"""`python -m benchmarks.shared_limit`: 1,048,576 addresses of 127/8, swept by two processes under one limit of 20,000
packets a second. A socket behind all addresses counts what arrives, by the kernel's clock.

It ends with 1 if any second, wherever it begins, holds more than 101 % of the limit, if less than 95 % of it is used,
or if a packet is missing.
"""

import argparse
import asyncio
import multiprocessing
import socket
import struct
import sys
from array import array
from bisect import bisect_right
from dataclasses import dataclass, replace
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path

from scanner.credentials.book import FileBook
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep.sweep import Sweep
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.rate_limit.shared_bucket import SharedBucket
from scanner.targets.read_targets import read_targets
from scanner.targets.target import Ports

NETWORK, PACKETS, PROCESSES = "127.16.0.0/12", 20_000.0, 2
MOST, LEAST = 1.01, 0.95
SILENCE_SECONDS = 3.0

_SO_TIMESTAMPNS = 35


@dataclass(frozen=True, slots=True)
class Kept:
    """What arrived: how many packets, the most of them in any second as a part of the limit, and the part of the limit
    that was used from the first to the last."""

    packets: int
    most: float
    used: float


def main() -> None:
    """Sweep, and say how the limit was kept."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.shared_limit", description=__doc__)
    options.add_argument("--network", default=NETWORK, help=f"Inside 127.0.0.0/8.  [{NETWORK}]")
    options.add_argument("--packets", type=float, default=PACKETS, help=f"A second, in all.  [{PACKETS:g}]")
    options.add_argument("--processes", type=int, default=PROCESSES, help=f"[{PROCESSES}]")
    given = options.parse_args()
    kept = limit_kept(given.network, given.packets, given.processes)
    print(f"{kept.packets:,} packets by {given.processes} processes under one limit of {given.packets:,.0f}/s")
    print(f"the fullest second {100 * kept.most:.2f} % of it (must: at most {100 * MOST:g})")
    print(f"used {100 * kept.used:.2f} % of it (must: at least {100 * LEAST:g})")
    sys.exit(kept.packets != ip_network(given.network).num_addresses or kept.most > MOST or kept.used < LEAST)


def limit_kept(network: str, packets: float, processes: int) -> Kept:
    """Sweep a network of 127/8 once, an equal part by each process, and count."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        sink.bind(("0.0.0.0", 0))
        sink.settimeout(SILENCE_SECONDS)
        port = sink.getsockname()[1]
        overall = SharedBucket(packets, processes)
        fork = multiprocessing.get_context("fork")
        addresses = ip_network(network)
        cuts = [addresses.num_addresses * part // processes for part in range(processes + 1)]
        words = [f"{addresses[first]}-{addresses[last - 1]}" for first, last in pairwise(cuts)]
        sweeps = [fork.Process(target=_sweep, args=(word, port, packets, overall)) for word in words]
        for sweep in sweeps:
            sweep.start()
        came = _arrivals(sink)
        for sweep in sweeps:
            sweep.join()
    fullest = max(bisect_right(came, when + 1.0, place) - place for place, when in enumerate(came))
    return Kept(len(came), fullest / packets, (len(came) - 1) / (came[-1] - came[0]) / packets)


def _sweep(word: str, port: int, packets: float, overall: SharedBucket) -> None:
    profile = replace(PROFILES["lab"], packets=packets)
    book = FileBook((), Path(), lambda _: "")

    async def ask() -> None:
        sweep = Sweep(read_targets((word,), Ports(port), str), book, RateLimiter(profile, overall))
        async for _ in sweep.run(RetryPolicy(0.1, 1)):
            pass

    asyncio.run(ask())


def _arrivals(sink: socket.socket) -> "array[float]":
    """When each packet came, until none comes any more."""
    came = array("d")
    read = struct.Struct("@ll").unpack
    try:
        while True:
            _, ancillary, _, _ = sink.recvmsg(64, 64)
            seconds, nanoseconds = read(ancillary[0][2])
            came.append(seconds + nanoseconds / 1e9)
    except TimeoutError:
        return array("d", sorted(came))


if __name__ == "__main__":
    main()
