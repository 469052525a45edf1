"""What `kitscan lab check` prints: a table, JSON or JUnit XML. The same check gives the same bytes."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reports.document.sanitize import sanitize
from reports.document.wording import format_count
from scanner.cli.lab.table import format_table
from scanner.lab.checking import LabCheck
from scanner.lab.comparison import LabDifference

SCHEMA = "kitscan-lab-check/1"


def _differences(check: LabCheck) -> tuple[LabDifference, ...]:
    return check.comparison.differences + (check.links.differences if check.links else ())


def format_check(check: LabCheck) -> str:
    """The differences as a table, and a line that counts."""
    rows = [(item.node, item.what.value, item.expected, item.found) for item in _differences(check)]
    table = format_table(("NODE", "WHAT", "EXPECTED", "FOUND"), rows) + "\n\n" if rows else ""
    comparison = check.comparison
    line = f"{check.lab}: {len(comparison.right)} of {format_count(check.nodes, 'node')} as expected"
    if comparison.without:
        line += f", {len(comparison.without)} without an expectation"
    if check.links:
        unseeable = f", {check.links.unseeable} that no LLDP shows" if check.links.unseeable else ""
        line += f"; {format_count(check.links.seen, 'link')} as declared{unseeable}"
    return f"{table}{line}\n"


def format_json(check: LabCheck) -> str:
    """One object."""
    whole = {
        "schema": SCHEMA,
        "lab": check.lab,
        "nodes": check.nodes,
        "right": list(check.comparison.right),
        "without_expectation": list(check.comparison.without),
        "links": {"seen": check.links.seen, "unseeable": check.links.unseeable} if check.links else None,
        "differences": [asdict(item) for item in _differences(check)],
    }
    return json.dumps(whole, indent=1) + "\n"


def format_junit(check: LabCheck) -> str:
    """One test case a node; one that expects nothing is skipped."""
    differing = {node: list(items) for node, items in groupby(_differences(check), key=lambda item: item.node)}
    counts = {
        "tests": str(len(check.comparison.right) + len(check.comparison.without) + len(differing)),
        "failures": str(len(differing)),
        "skipped": str(len(check.comparison.without)),
    }
    root = Element("testsuites", {"name": "kitscan lab", **counts})
    group = f"kitscan.lab.{sanitize(check.lab)}"
    suite = SubElement(root, "testsuite", {"name": sanitize(check.lab), **counts})
    for node in sorted({*check.comparison.right, *check.comparison.without, *differing}):
        case = SubElement(suite, "testcase", {"classname": group, "name": sanitize(node)})
        if node in differing:
            lines = "; ".join(_sentences(differing[node]))
            SubElement(case, "failure", {"message": lines, "type": differing[node][0].what.value})
        elif node in check.comparison.without:
            SubElement(case, "skipped", {"message": "without an expectation"})
    indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _sentences(items: Iterable[LabDifference]) -> list[str]:
    return [sanitize(f"{item.what.value}: expected {item.expected}, found {item.found}") for item in items]


FORMATS: dict[str, Callable[[LabCheck], str]] = {"text": format_check, "json": format_json, "junit": format_junit}
