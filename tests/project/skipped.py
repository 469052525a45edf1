"""Fails when a run on a machine that could run everything skipped a test: `skipped.py JUNIT.xml`.

A test that reads what is not distributed with the project says `not shipped: ...` where it skips, and may.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree


def skipped(report: Path) -> list[str]:
    """Each skipped test of a junit report with its reason."""
    cases = ElementTree.parse(report).getroot().iter("testcase")
    return [
        f"{case.get('classname')}.{case.get('name')}: {reason.get('message')}"
        for case in cases
        for reason in case.findall("skipped")
        if not (reason.get("message") or "").startswith("not shipped: ")
    ]


if __name__ == "__main__":
    found = skipped(Path(sys.argv[1]))
    for line in found:
        print("skipped where it could have run:", line)
    sys.exit(1 if found else 0)
