"""`python -m benchmarks.year`: an audit a night for a simulated year, and what each night told beside its script.

Prints the events that were told on their day, those that no script explains, the size of the store beside what
N nights may cost, and how long the last night took beside the second. Ends with 1 if any of it is not as it must be.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.year.script import SHARE
from benchmarks.year.simulation import NightResult, Year

MAX_GROWTH, MAX_SLOWDOWN = 1.5, 1.3
"""The store may be so many times as big as (1 + share of changes x nights) single runs; the last nights may take so
many times as long as the first ones."""

TIMED = 5
"""Nights whose median is compared, from night 2 on and at the end: one night alone is timed by chance."""


def main() -> None:
    """Simulate, and print."""
    options = _options().parse_args()
    began, results = time.monotonic(), list[NightResult]()
    with tempfile.TemporaryDirectory() as folder:
        for result in Year(Path(folder), options.devices, options.nights).advance():
            results.append(result)
            _print_faults(result)
            if result.night % 30 == 0:
                print(f"night {result.night}: {result.octets / 1e6:.1f} MB, {result.seconds:.1f} s", flush=True)
    minutes = (time.monotonic() - began) / 60
    print(f"\n{options.nights} audits of {options.devices} devices in {minutes:.1f} minutes\n")
    rows = tuple(summary(results))
    for what, figure, asked, _ in rows:
        print(f"| {what} | {figure} | {asked} |")
    sys.exit(0 if all(holds for *_, holds in rows) else 1)


def summary(results: Sequence[NightResult]) -> Sequence[tuple[str, str, str, bool]]:
    """What was measured, its figure, what was asked for, and whether it is."""
    expected = sum(result.expected for result in results)
    missed = sum(len(result.missed) for result in results)
    spurious = sum(len(result.spurious) for result in results)
    one, last = results[0].octets, results[-1].octets
    allowed = MAX_GROWTH * (1 + SHARE * len(results)) * one
    early, late = _median(results[1 : 1 + TIMED]), _median(results[-TIMED:])
    return (
        ("events told on their day", f"{expected - missed:,} of {expected:,}", "all", not missed),
        ("events that nothing explains", f"{spurious:,}", "0", not spurious),
        ("store, MB", f"{last / 1e6:.2f}", f"at most {allowed / 1e6:.2f} (one run: {one / 1e6:.2f})", last <= allowed),
        (
            "a last night, s of processor",
            f"{late:.2f}",
            f"at most {MAX_SLOWDOWN * early:.2f} (a first one: {early:.2f})",
            late <= MAX_SLOWDOWN * early,
        ),
    )


def _median(results: Sequence[NightResult]) -> float:
    return sorted(result.seconds for result in results)[len(results) // 2]


def _print_faults(result: NightResult) -> None:
    for expected in result.missed:
        print(f"night {result.night}: not told: {expected}", flush=True)
    for event in result.spurious:
        causes = ", ".join(event.causes)
        told = f"{event.kind} {event.device.name} at {event.at!r}: {event.before!r} to {event.after!r} ({causes})"
        print(f"night {result.night}: told without cause: {told}", flush=True)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--devices", type=int, default=500)
    return parser


if __name__ == "__main__":
    main()
