"""Compares what a scan of a lab found with what the lab's topology expects. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from reports.policy.verdict import Verdict
from scanner.lab.expectations import UNKNOWN, Expectation, ExpectedPart
from scanner.lab.scanned_nodes import ScannedLinks, ScannedNode, SilentNode


class Compared(StrEnum):
    """What was compared at a node."""

    ANSWER = "answer"
    MAKER = "maker"
    PLACE = "place"
    VERDICT = "verdict"
    PARTS = "parts"
    DEVICE = "device"
    """The scan took it and another node for one device."""
    LINK = "link"


@dataclass(frozen=True, slots=True)
class LabDifference:
    """What differs at one node: what was expected and what was found, as short texts."""

    node: str
    what: Compared
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class NodeComparison:
    """All nodes compared: the `right` ones, those `without` an expectation that answered, and the differences, sorted.
    A node with a difference is in neither."""

    right: tuple[str, ...]
    without: tuple[str, ...]
    differences: tuple[LabDifference, ...]


@dataclass(frozen=True, slots=True)
class LinkComparison:
    """Declared links compared with LLDP: how many were `seen`, how many nobody could see (an end does not speak LLDP,
    or neither end reports any neighbour), and the differences, sorted."""

    seen: int
    unseeable: int
    differences: tuple[LabDifference, ...]


def compare_with_expectations(
    expectations: Mapping[str, Expectation], found: Mapping[str, ScannedNode | SilentNode]
) -> NodeComparison:
    """Compare every node that has an entry in `expectations`. A node that `found` does not name did not answer.

    A node that did not answer differs, unless the verdict `not_assessed` is expected of it and the report says so: one
    that the report does not name was not looked for.
    """
    right: list[str] = []
    without: list[str] = []
    differences: list[LabDifference] = []
    for node, expectation in sorted(expectations.items()):
        differing = _differences(node, expectation, found.get(node, SilentNode("")))
        differences += differing
        if not differing:
            (without if expectation.is_empty else right).append(node)
    return NodeComparison(tuple(right), tuple(without), tuple(differences))


def compare_links(
    declared: Iterable[tuple[str, str]], found: ScannedLinks, without_lldp: frozenset[str] = frozenset()
) -> LinkComparison:
    """Compare the declared links between nodes with the neighbours that LLDP names. `without_lldp` are the nodes that
    are known not to speak it."""
    wanted = {frozenset(pair) for pair in declared if pair[0] != pair[1]}
    seen = wanted & found.pairs
    unseeable = {pair for pair in wanted - seen if pair & without_lldp or not pair & found.reporting}
    missing = [_link_difference(pair, "link", "no neighbour") for pair in wanted - seen - unseeable]
    extra = [_link_difference(pair, "no link", "neighbour by LLDP") for pair in found.pairs - wanted if len(pair) == 2]
    return LinkComparison(len(seen), len(unseeable), tuple(sorted(missing + extra, key=_link_key)))


def describe_parts(parts: Iterable[tuple[str, int | None]]) -> str:
    """Parts as labels write them: `huawei:2 zte`. `none` of none."""
    return " ".join(maker if count is None else f"{maker}:{count}" for maker, count in parts) or "none"


def _differences(node: str, expectation: Expectation, found: ScannedNode | SilentNode) -> list[LabDifference]:
    match found:
        case SilentNode():
            return _silent_differences(node, expectation, found)
        case ScannedNode():
            return _found_differences(node, expectation, found)
        case _:
            assert_never(found)


def _silent_differences(node: str, expectation: Expectation, found: SilentNode) -> list[LabDifference]:
    if expectation.verdict is not Verdict.NOT_ASSESSED or not found.reason:
        return [LabDifference(node, Compared.ANSWER, "an answer", found.reason or "not in the report")]
    differences = []
    if expectation.maker not in (None, UNKNOWN, found.maker):
        differences.append(LabDifference(node, Compared.MAKER, str(expectation.maker), found.maker))
    if expectation.parts:
        differences.append(LabDifference(node, Compared.PARTS, _parts_text(expectation.parts), "none"))
    return differences


def _found_differences(node: str, expectation: Expectation, found: ScannedNode) -> list[LabDifference]:
    pairs = (
        (Compared.MAKER, expectation.maker, found.maker),
        (Compared.PLACE, expectation.place, found.place),
        (Compared.VERDICT, expectation.verdict, found.verdict),
    )
    differences = [
        LabDifference(node, what, str(wanted), got)
        for what, wanted, got in pairs
        if wanted is not None and wanted != got
    ]
    if expectation.parts is not None and not _are_parts(expectation.parts, dict(found.parts)):
        wanted, got = _parts_text(expectation.parts), describe_parts(found.parts)
        differences.append(LabDifference(node, Compared.PARTS, wanted, got))
    if found.devices > 1:
        differences.append(LabDifference(node, Compared.DEVICE, "one device", f"{found.devices} devices"))
    if found.shared_with:
        text = f"one device with {', '.join(found.shared_with)}"
        differences.append(LabDifference(node, Compared.DEVICE, "a device of its own", text))
    return differences


def _are_parts(expected: tuple[ExpectedPart, ...], found: Mapping[str, int]) -> bool:
    makers = {part.maker for part in expected}
    return makers == set(found) and all(part.count in (None, found[part.maker]) for part in expected)


def _parts_text(parts: Iterable[ExpectedPart]) -> str:
    return describe_parts((part.maker, part.count) for part in parts)


def _link_difference(pair: frozenset[str], expected: str, found: str) -> LabDifference:
    one, other = sorted(pair)
    return LabDifference(f"{one} - {other}", Compared.LINK, expected, found)


def _link_key(difference: LabDifference) -> str:
    return difference.node
