"""`python -m benchmarks.identification`: merges the addresses of 10,000 made-up devices of 200 observations, adds
neighbours' reports, and identifies them, on one core, with the garbage collector set as in kitscan. Prints the CPU
seconds of each step, and the answers, which must not change."""

import argparse
import cProfile
import gc
import pstats
import time
from collections import Counter

from benchmarks.identification.devices import OBSERVATIONS, devices
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.matching.grouping import gather_evidence, plan_devices, rows_together
from fingerprints.matching.subject_facts import facts_of
from fingerprints.model.evidence import Evidence
from scanner.garbage import SELDOM

DEVICES = 10_000


def main() -> None:
    """Make the devices, identify them, and print."""
    options = _parser().parse_args()
    gc.set_threshold(*SELDOM)
    database = load_database()
    evidence = list(devices(options.devices))
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(_measure, evidence, database)
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)
    else:
        _measure(evidence, database)


def _measure(evidence: list[Evidence], database: FingerprintDatabase) -> None:
    started = time.process_time()
    facts = (facts_of(of_subject, database) for of_subject in evidence)
    plans = plan_devices(facts, lambda devices: rows_together(devices, evidence), database.attribute_scores)
    merged = [group for _, group in gather_evidence(plans, evidence)]
    joined = time.process_time()
    identified = [identify(of_device, database) for of_device in merged]
    ended = time.process_time()
    makers = Counter(device.identity.vendor.id if device.identity.vendor else "nobody" for device in identified)
    print(
        f"{len(identified):,} devices of {OBSERVATIONS} observations: "
        + ", ".join(f"{n} {m}" for m, n in makers.items())
    )
    print(
        f"joining {joined - started:.2f} s, identifying {ended - joined:.2f} s, in all {ended - started:.2f} s of CPU"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identification", description=__doc__)
    parser.add_argument("--devices", type=int, default=DEVICES, help=f"How many.  [{DEVICES}]")
    parser.add_argument("--profile", action="store_true", help="Print what takes the time.")
    return parser


if __name__ == "__main__":
    main()
