"""`python -m benchmarks.judgement`: the time it takes to judge 20,000 devices by 40 policies, caps included. With
`--devices` and `--workers`: to read, identify and judge so many, in one process and in several."""

import argparse
import time
from dataclasses import replace
from datetime import date

from benchmarks.judgement.network import network
from benchmarks.judgement.processes import measure
from fingerprints.database.companies.companies import load_companies
from reports.judgement.caps import measure_shares, settle_caps
from reports.judgement.evaluate import PolicyEvaluator, verdict_of
from reports.policy.policy_set import load_policies

POLICIES = 40
AS_OF = date(2026, 11, 22)


def main() -> None:
    """Judge, and print how long each step took."""
    options = _options().parse_args()
    if options.devices:
        measure(options.devices, options.workers.split(","))
        return
    policies, companies, devices = load_policies(None)[: options.policies], load_companies(), network()
    started = time.perf_counter()
    evaluator = PolicyEvaluator(policies, AS_OF, companies)
    judged = [replace(entry, findings=evaluator.judge(entry.device, entry.placement)) for entry in devices]
    evaluated = time.perf_counter()
    shares = measure_shares(judged, policies)
    concluded = [replace(entry, findings=settle_caps(entry.findings, shares, AS_OF)) for entry in judged]
    verdicts = [verdict_of(entry.device, entry.findings) for entry in concluded]
    ended = time.perf_counter()
    findings = sum(len(entry.findings) for entry in concluded)
    print(f"{len(verdicts):,} devices by {len(policies)} policies on {AS_OF}: {findings:,} findings")
    judging, concluding = evaluated - started, ended - evaluated
    print(f"judging {judging:.2f} s, caps and verdicts {concluding:.2f} s, in all {ended - started:.2f} s")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judgement", description=__doc__)
    parser.add_argument("--policies", type=int, default=POLICIES, help="How many of the shipped policies.  [40]")
    parser.add_argument("--devices", type=int, help="Judge a store of so many devices.")
    parser.add_argument(
        "--workers",
        default="1,2",
        help="With so many processes, one measurement each; 1+1 is two judgements at once.  [1,2]",
    )
    return parser


if __name__ == "__main__":
    main()
