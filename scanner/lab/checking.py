"""Checks a lab that is up: scans it, and compares the report with what its topology expects."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fingerprints.model.input_file import read_octets
from scanner.lab.comparison import LinkComparison, NodeComparison, compare_links, compare_with_expectations
from scanner.lab.engines import Lab
from scanner.lab.errors import LabRefusedError
from scanner.lab.expectations import NAMES, PREFIX, Expectation, read_expectations
from scanner.lab.namespace_plan import is_bridge, joined_ends
from scanner.lab.scan_process import run_scan
from scanner.lab.scanned_nodes import scanned_links, scanned_nodes
from scanner.simulator.device_folder import read_device_folder

REPORT = "check.json"
MAX_REPORT = 256 * 1024 * 1024
"""Octets of the largest report that is read: some hundred thousand devices."""

_STORE = "check.sqlite"
_REPORTED = (0, 1, 3)
"""Exit codes of a scan that wrote its report."""


@dataclass(frozen=True, slots=True)
class LabCheck:
    """What a check found. `links` is None where nobody asked for them."""

    lab: str
    nodes: int
    comparison: NodeComparison
    links: LinkComparison | None

    @property
    def is_right(self) -> bool:
        """True if nothing differs."""
        return not self.comparison.differences and not (self.links and self.links.differences)


def expectations_of(lab: Lab) -> dict[str, Expectation]:
    """What the lab expects of each device. Raises DataFileError, and LabRefusedError if it expects nothing at all: then
    nothing would be checked."""
    expectations = read_expectations(lab.labels, lab.files.topology)
    if all(expectation.is_empty for expectation in expectations.values()):
        labels = ", ".join(f"{PREFIX}{name}" for name in NAMES)
        raise LabRefusedError(f"no node of lab {lab.topology.name} expects anything", f"write one of {labels}")
    return expectations


def check_lab(lab: Lab, expectations: Mapping[str, Expectation], options: Sequence[str], with_links: bool) -> LabCheck:
    """Scan a lab that is up, and compare. Raises LabRefusedError if it is not up, or the scan wrote no report."""
    document = _scanned(lab, options)
    comparison = compare_with_expectations(expectations, scanned_nodes(document, expectations))
    links = None
    if with_links:
        links = compare_links(_declared(lab), scanned_links(document, expectations), _without_lldp(lab))
    return LabCheck(lab.topology.name, len(expectations), comparison, links)


def _scanned(lab: Lab, options: Sequence[str]) -> Mapping[str, Any]:
    report, store = lab.directory / REPORT, lab.directory / _STORE
    for path in (report, *lab.directory.glob(f"{_STORE}*")):
        path.unlink(missing_ok=True)
    done = run_scan(lab, [*options, "--store", str(store), "--out", str(report), "--format", "json"])
    if done.returncode not in _REPORTED or not report.is_file():
        printed = done.stdout.strip()[-2_000:]
        problem = f"the scan of lab {lab.topology.name} ended with {done.returncode}:\n{printed}"
        raise LabRefusedError(problem, "correct what it names, and check again")
    document: Mapping[str, Any] = json.loads(read_octets(report, MAX_REPORT))
    return document


def _without_lldp(lab: Lab) -> frozenset[str]:
    """The nodes whose device files say so; a lab of real images has no such files."""
    devices = read_device_folder(lab.files.devices) if lab.files.devices.is_dir() else {}
    return frozenset(name for name, device in devices.items() if not device.lldp)


def _declared(lab: Lab) -> list[tuple[str, str]]:
    """The links between two devices."""
    bridges = {node.name for node in lab.topology.nodes if is_bridge(node)}
    pairs = ((one.node, other.node) for one, other in joined_ends(lab.topology.links))
    return [pair for pair in pairs if not bridges.intersection(pair)]
