"""`python -m benchmarks.fleet.hostile`: what a stolen centre does to a site, and a stolen collector to the centre.

A stolen centre sends forged, replayed, widened and random orders to a collector that works: 0 packets outside the
site's own scope, 0 to what it excludes, 0 logins (its probes are SNMP alone), no more runs than it allows in a day. A
stolen collector sends rows outside its scope, another site's bundles, replays, broken bundles, refusals and heartbeats
in another's name: 0 rows accepted outside its scope, and the other site's part of the document is the same to the byte.
"""

import argparse
import difflib
import sys
import tempfile
from pathlib import Path

from benchmarks.fleet import hostile_centre, hostile_collector

SHOWN = 40
"""Lines of a difference that are shown."""


def main() -> None:
    """Print two rows of figures; exit 1 where a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet.hostile", description=__doc__)
    parser.add_argument("--orders", type=int, default=300, help="random orders beside those that are made on purpose")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        centre = hostile_centre.measured(Path(name), options.seed, options.orders)
    print(
        f"stolen centre: {centre.orders} orders, {centre.refusals} refused; {centre.inside} packets inside the scope, "
        f"{centre.outside} outside, {centre.excluded} to what is excluded, {centre.logins} logins, {centre.replayed} "
        f"for replays; {centre.runs} runs begun of {hostile_centre.RUNS} allowed",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as name:
        collector = hostile_collector.measured(Path(name))
    same = "the same" if collector.honest_before == collector.honest_after else "CHANGED"
    print(
        f"stolen collector: {collector.messages} messages, {collector.bundles} bundles, put aside {collector.aside}; "
        f"{len(collector.outside)} subjects outside its scope, rows of the other site "
        f"{'the same' if collector.same_rows else 'CHANGED'}, its part of the document {same}"
    )
    before, after = collector.honest_before.splitlines(), collector.honest_after.splitlines()
    for line in list(difflib.unified_diff(before, after, "without", "with", n=1, lineterm=""))[:SHOWN]:
        print(f"  {line}")
    sys.exit(0 if centre.is_kept and collector.is_kept else 1)


if __name__ == "__main__":
    main()
