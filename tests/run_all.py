"""Runs the tests in three parts: `python -m tests.run_all [--junitxml=FILE] [PYTEST ARGUMENT...]`.

Most run in parallel, and beside them those of the lab, one at a time: they mostly wait for its daemons. Then, with
nothing beside them and one at a time, those marked `alone`, which measure time or take fixed ports. Prints one closing
line with the counts of all parts, as pytest prints it, and writes one JUnit report of all.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

WORKERS = min(len(os.sched_getaffinity(0)) + 2, 8)
"""Two more than there are cores: the tests with agents and fleets mostly wait."""

PARALLEL = ("-n", str(WORKERS), "--dist=worksteal", "-m", "not (alone or lab or long)")
LAB = ("-m", "lab and not (alone or long)")
ALONE = ("-m", "alone and not long")
QUIET = "-qq"
"""Keeps each part from printing a closing line of its own."""

INTERRUPTED = 2
NOTHING_SELECTED = 5
"""Exit codes of pytest."""


def main(words: Sequence[str]) -> int:
    """Run all parts; the exit code of the first that failed."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--junitxml", type=Path)
    own, passed_on = parser.parse_known_args(words)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder) / f"{number}.xml" for number in range(3)]
        codes = _parallel_and_lab(reports[:2], passed_on)
        if INTERRUPTED not in codes:
            with _started((*ALONE, *files_of("alone", passed_on)), reports[2], passed_on) as alone:
                codes.append(alone.wait())
        suites = ElementTree.Element("testsuites")
        for report in filter(Path.exists, reports):
            suites.extend(ElementTree.parse(report).getroot())
    if own.junitxml:
        ElementTree.ElementTree(suites).write(own.junitxml, encoding="utf-8", xml_declaration=True)
    print(closing_line(suites, time.monotonic() - began))
    return next((code for code in codes if code not in (0, NOTHING_SELECTED)), min(codes))


def _parallel_and_lab(reports: Sequence[Path], passed_on: Sequence[str]) -> list[int]:
    """The exit codes of both parts. What the lab's prints is shown behind the other's."""
    with tempfile.TemporaryFile() as printed:
        words = (*LAB, *files_of("lab", passed_on))
        with _started(words, reports[1], passed_on, printed) as lab, _started(PARALLEL, reports[0], passed_on) as rest:
            codes = [rest.wait(), lab.wait()]
        printed.seek(0)
        shutil.copyfileobj(printed, sys.stdout.buffer)
        sys.stdout.flush()
    return codes


def _started(
    part: Sequence[str], report: Path, passed_on: Sequence[str], printed: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", QUIET, *part, f"--junitxml={report}", *passed_on]
    return subprocess.Popen(command, stdout=printed)


def files_of(mark: str, passed_on: Sequence[str]) -> tuple[str, ...]:
    """The files that have tests with a mark, unless paths are given: importing all the others takes seconds."""
    if any(Path(word.partition("::")[0]).exists() for word in passed_on):
        return ()
    files = sorted(Path("tests").rglob("test_*.py"))
    return tuple(str(file) for file in files if re.search(rf"mark\.{mark}\b", file.read_text(encoding="utf-8")))


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
