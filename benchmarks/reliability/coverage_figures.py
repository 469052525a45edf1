"""What the tests run through, by coverage.py (Apache-2.0): `make coverage` measures it, and this reads the figures.

The whole has to reach LEAST; the modules where a branch that no test takes may be a false "clear" or a locked account
have to be complete.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LEAST = 90.0
"""Percent of the whole, branches counted."""

COMPLETE = (
    "scanner/scope.py",
    "scanner/credentials/*.py",
    "scanner/protocols/snmp/walk.py",
    "scanner/protocols/snmp/column_walk.py",
    "scanner/protocols/snmp/budget.py",
    "reports/judgement/*.py",
)
"""The modules of which every branch is taken: the scope, credentials, the walker, completeness and judgement."""


def percent(summary: Mapping[str, Any]) -> float:
    """Statements and branches that were run, of all of them."""
    run = summary["covered_lines"] + summary.get("covered_branches", 0)
    there = summary["num_statements"] + summary.get("num_branches", 0)
    return 100 * run / there if there else 100.0


def lacking(measured: Mapping[str, Any]) -> list[str]:
    """What is not run in the modules that have to be complete, a line for each of them."""
    found = []
    for name, file in sorted(measured["files"].items()):
        if any(Path(name).match(pattern) for pattern in COMPLETE) and percent(file["summary"]) < 100:
            branches = ", ".join(f"{start} to {end}" for start, end in file.get("missing_branches", ()))
            lines = ", ".join(map(str, file["missing_lines"]))
            found.append(f"{name}: {percent(file['summary']):.1f} %; lines {lines or '-'}; branches {branches or '-'}")
    return found


def main(words: Sequence[str]) -> int:
    """Print the figures; 1 if one is below what is promised."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability.coverage_figures", description=__doc__)
    parser.add_argument("measured", type=Path, help="what `coverage json` wrote")
    measured = json.loads(parser.parse_args(words).measured.read_text(encoding="utf-8"))
    whole, incomplete = percent(measured["totals"]), lacking(measured)
    print(f"the whole: {whole:.1f} % of statements and branches, at least {LEAST:.0f} promised")
    print(f"modules that have to be complete and are not: {len(incomplete)}", *incomplete, sep="\n  ")
    return 0 if whole >= LEAST and not incomplete else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
