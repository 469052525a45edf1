"""SSH servers that send as fast as they can, many at once: the memory of the scanning process.

    python -m benchmarks.reliability.floods [--count N] [--seconds S]

Exits 1 if the process took more memory than that, or a session had another end than it must.
"""

import argparse
import asyncio
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from benchmarks.hostile.ssh_peers import FLOODS
from benchmarks.reliability.ssh_peers import Outcome, cost, outcomes, peak_mb

MAX_MB = 1024
"""Mebibytes of 50 floods at once."""


async def flooded(count: int, seconds: float, folder: Path) -> list[Outcome]:
    """So many floods at once, of each kind in turn. The machine is busy: the margin is wide."""
    return await outcomes(islice(cycle(FLOODS), count), seconds, folder, margin=10.0)


def main() -> None:
    """A row a broken promise, and a sum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0, help="for one session")
    parser.add_argument("--max-mb", type=int, default=MAX_MB)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ended = asyncio.run(flooded(options.count, options.seconds, Path(folder)))
    broken = [one for one in ended if one.faults]
    for one in broken:
        print(f"{one.name}: {'; '.join(one.faults)}")
    print(f"{len(ended)} floods at once, {len(broken)} broken promises, {cost()}")
    sys.exit(1 if broken or peak_mb() > options.max_mb else 0)


if __name__ == "__main__":
    main()
