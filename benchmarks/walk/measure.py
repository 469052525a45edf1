"""`python -m benchmarks.walk.measure WHAT DEVICES PORT`: one measurement in a process of its own, printed as JSON.

The seconds of processor are those of the work alone: libraries are imported before.
"""

import asyncio
import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Coroutine

from benchmarks.walk import ours, peers
from scanner.garbage import SELDOM

Work = Callable[[int, int], Coroutine[None, None, int]]

WORK: dict[str, Work] = {
    "kitscan": ours.walk,
    "kitscan-v2c": lambda count, port: ours.system(count, port, v3=False),
    "kitscan-v3": lambda count, port: ours.system(count, port, v3=True),
    "pysnmp": peers.pysnmp_walk,
    "pysnmp-v2c": lambda count, port: peers.pysnmp_system(count, port, v3=False),
    "pysnmp-v3": lambda count, port: peers.pysnmp_system(count, port, v3=True),
    "gufo-snmp": peers.gufo_walk,
    "gufo-snmp-v2c": lambda count, port: peers.gufo_system(count, port, v3=False),
    "gufo-snmp-v3": lambda count, port: peers.gufo_system(count, port, v3=True),
    "puresnmp": peers.puresnmp_walk,
}


def main() -> None:
    """Warm up on one device, then measure."""
    what, count, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if what.startswith("kitscan"):
        gc.set_threshold(*SELDOM)  # as the command has it; each library runs as its users have it
    asyncio.run(WORK[what](1, port))
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    had = asyncio.run(WORK[what](count, port))
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = (after.ru_maxrss - before.ru_maxrss) * 1024
    print(json.dumps({"had": had, "wall": wall, "cpu": cpu, "memory": memory}))


if __name__ == "__main__":
    main()
