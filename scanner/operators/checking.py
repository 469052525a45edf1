"""What a scan found of a generated operator, compared with what it must find."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.lab.comparison import LinkComparison, NodeComparison, compare_links, compare_with_expectations
from scanner.lab.expectations import Expectation
from scanner.lab.scanned_nodes import scanned_links, scanned_nodes
from scanner.operators.reading import GeneratedProject


@dataclass(frozen=True, slots=True)
class OperatorComparison:
    """Devices compared with expected.csv, and neighbours with cables.csv."""

    nodes: NodeComparison
    links: LinkComparison


def compare_with_report(
    project: GeneratedProject, expected: Mapping[str, Expectation], report: Mapping[str, Any]
) -> OperatorComparison:
    """Compare a JSON report with a folder. Raises KeyError or TypeError if it is no report of kitscan."""
    cables = ((cable.a.device, cable.b.device) for cable in project.operator.cables)
    return OperatorComparison(
        compare_with_expectations(expected, scanned_nodes(report, expected)),
        compare_links(cables, scanned_links(report, expected), project.without_lldp()),
    )
