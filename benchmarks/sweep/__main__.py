"""`python -m benchmarks.sweep [ROW...]`: the sweep beside its peers, in the same run on the same machine.

It needs two cores, a C compiler, Debian's onesixtyone, and pysnmp and gufo-snmp from the index.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.sweep.rows import ROWS
from benchmarks.sweep.running import discover


def main() -> None:
    """Print the table row by row."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], help="Only these.")
    print("| measured | kitscan | in the same run | must |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        discover(Path(folder), "127.20.0.1", "--dry-run")  # writes the byte code
        for name in parser.parse_args().rows or ROWS:
            for row in ROWS[name](Path(folder)):
                print(f"| {row.what} | {row.ours} | {row.peer} | {row.must} |", flush=True)


if __name__ == "__main__":
    main()
