"""What a lab expects a scan to find at each of its nodes: the labels `kitscan-expect-...` of its topology."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from reports.policy.verdict import Verdict

PREFIX = "kitscan-expect-"
UNKNOWN = "unknown"
"""The maker of a node that nothing may name a maker of."""

NO_ZONE = "none"
"""The place of a node that no zone matches."""

_MAKER = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
_PART = re.compile(r"(?P<maker>[a-z0-9][a-z0-9_-]{0,63})(:(?P<count>[1-9][0-9]{0,3}))?\Z")
_MEANT = re.compile(r"kitscan[\W_]*expect", re.IGNORECASE)
NAMES = ("maker", "place", "verdict", "parts")


@dataclass(frozen=True, slots=True)
class ExpectedPart:
    """Components of one watched maker: exactly `count` of them, or any number from 1 on where it is None."""

    maker: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is to be found at one node. A field that is None is not compared; no `parts` (an empty tuple) says that it
    has no watched ones."""

    maker: str | None = None
    place: str | None = None
    verdict: Verdict | None = None
    parts: tuple[ExpectedPart, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """True if nothing is compared."""
        return self == Expectation()


def read_expectations(labels_of: Mapping[str, Mapping[str, str]], path: Path) -> dict[str, Expectation]:
    """The expectation of each node, by its name, from the labels of each. Raises DataFileError, which names each label
    that is unknown or has an illegal value."""
    flaws: list[Flaw] = []
    read = {node: _expectation(node, labels, flaws) for node, labels in labels_of.items()}
    if flaws:
        raise DataFileError(path, tuple(flaws), "correct these labels and run the same command again")
    return read


def _expectation(node: str, labels: Mapping[str, str], flaws: list[Flaw]) -> Expectation:
    values: dict[str, str] = {}
    for label, value in labels.items():
        if not _MEANT.match(label):
            continue
        name = label.removeprefix(PREFIX)
        if name in NAMES:
            values[name] = value.strip()
        else:
            near = get_close_matches(name, NAMES, n=1)
            listed = ", ".join(PREFIX + known for known in near or NAMES)
            flaws.append(Flaw(_place(node, label), "is no label of an expectation", listed))
    return Expectation(
        _checked(node, "maker", values, _is_maker, f"a company id such as huawei, or {UNKNOWN}", flaws),
        _checked(node, "place", values, bool, f"the name of a zone, or {NO_ZONE}", flaws),
        _verdict(node, values, flaws),
        _parts(node, values, flaws),
    )


def _checked(
    node: str, name: str, values: Mapping[str, str], is_legal: Callable[[str], object], expected: str, flaws: list[Flaw]
) -> str | None:
    value = values.get(name)
    if value is None or is_legal(value):
        return value
    flaws.append(Flaw(_place(node, PREFIX + name), f"is {value[:40]!r}", expected))
    return None


def _verdict(node: str, values: Mapping[str, str], flaws: list[Flaw]) -> Verdict | None:
    legal = [verdict.value for verdict in Verdict]
    value = _checked(node, "verdict", values, legal.__contains__, " or ".join(legal), flaws)
    return None if value is None else Verdict(value)


def _parts(node: str, values: Mapping[str, str], flaws: list[Flaw]) -> tuple[ExpectedPart, ...] | None:
    expected = "makers with counts such as huawei:2 zte, each maker once"
    value = _checked(node, "parts", values, _are_parts, expected, flaws)
    if value is None:
        return None
    found = (match for word in value.split() if (match := _PART.match(word)))
    return tuple(ExpectedPart(part["maker"], int(part["count"]) if part["count"] else None) for part in found)


def _is_maker(text: str) -> bool:
    return _MAKER.match(text) is not None


def _are_parts(text: str) -> bool:
    words = text.split()
    makers = {word.partition(":")[0] for word in words}
    return len(makers) == len(words) and all(map(_PART.match, words))


def _place(node: str, label: str) -> str:
    return f"topology.nodes.{node}.labels.{label}"
