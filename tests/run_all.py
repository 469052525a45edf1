"""Runs the tests in two parts, the first in parallel: `python -m tests.run_all [--junitxml=FILE] [PYTEST ARGUMENT...]`.

The second part runs one test at a time: those marked `alone`, which measure time or take fixed ports, and those of the
lab. Prints one closing line with the counts of both parts, as pytest prints it, and writes one JUnit report of both.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

WORKERS = min(len(os.sched_getaffinity(0)) + 1, 8)
"""One more than there are cores: the tests with agents mostly wait."""

PARALLEL = ("-n", str(WORKERS), "--dist=worksteal", "-m", "not (alone or lab or long)")
SERIAL = ("-m", "(alone or lab) and not long")
QUIET = "-qq"
"""Keeps each part from printing a closing line of its own."""

INTERRUPTED = 2
NOTHING_SELECTED = 5
"""Exit codes of pytest."""


def main(words: Sequence[str]) -> int:
    """Run both parts; the exit code of the first that failed."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--junitxml", type=Path)
    own, passed_on = parser.parse_known_args(words)
    began = time.monotonic()
    codes = []
    suites = ElementTree.Element("testsuites")
    with tempfile.TemporaryDirectory() as folder:
        for number, part in enumerate((PARALLEL, (*SERIAL, *serial_files(passed_on)))):
            report = Path(folder) / f"{number}.xml"
            command = [sys.executable, "-m", "pytest", QUIET, *part, f"--junitxml={report}", *passed_on]
            codes.append(subprocess.run(command, check=False).returncode)
            if report.exists():
                suites.extend(ElementTree.parse(report).getroot())
            if codes[-1] == INTERRUPTED:
                break
    if own.junitxml:
        ElementTree.ElementTree(suites).write(own.junitxml, encoding="utf-8", xml_declaration=True)
    print(closing_line(suites, time.monotonic() - began))
    return next((code for code in codes if code not in (0, NOTHING_SELECTED)), min(codes))


def serial_files(passed_on: Sequence[str]) -> tuple[str, ...]:
    """The files that have tests to run alone, unless paths are given: importing all the others takes seconds."""
    if any(Path(word.partition("::")[0]).exists() for word in passed_on):
        return ()
    files = sorted(Path("tests").rglob("test_*.py"))
    return tuple(str(file) for file in files if re.search(r"mark\.(alone|lab)\b", file.read_text(encoding="utf-8")))


def closing_line(suites: ElementTree.Element, seconds: float) -> str:
    """The counts of all parts and the time they took, as pytest puts them."""
    counts: Counter[str] = Counter()
    for suite in suites:
        counts.update({name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")})
    passed = counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"]
    shown = {"failed": counts["failures"], "passed": passed, "skipped": counts["skipped"], "error": counts["errors"]}
    text = ", ".join(f"{count} {name}" for name, count in shown.items() if count)
    minutes, rest = divmod(round(seconds), 60)
    return f"{text or 'no tests ran'} in {seconds:.2f}s ({minutes // 60}:{minutes % 60:02}:{rest:02})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
