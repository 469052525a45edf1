"""One column of the result: kitscan's answers to the recordings read in one way, and how good they are. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.accuracy.attributes import right_of_known, same_as
from benchmarks.accuracy.score import Answer, Naming, Ratio, Score, score
from benchmarks.accuracy.truth import Truth

CAPTURES, WIRE = "captures", "wire"
"""The recordings read as saved captures by `kitscan import`, and served as live agents that `kitscan scan` asks."""


@dataclass(frozen=True, slots=True)
class Column:
    """`present` are the recordings that have a device. `right` are the attributes that are right, by name, of those
    that the truth knows; `same` those that are as in the capture, of those that it tells. `packets` is the number that
    each agent was sent; a capture has none."""

    answers: Mapping[str, Answer] = field(repr=False)
    score: Score
    present: Ratio
    right: Mapping[str, Ratio]
    same: Mapping[str, Ratio]
    packets: tuple[int, ...] = ()


def columns_of(
    truths: Sequence[Truth], answers: Mapping[str, Mapping[str, Answer]], packets: Sequence[int], naming: Naming
) -> dict[str, Column]:
    """The columns, by name, of the answers by name."""
    return {name: _column(name, truths, answers, packets, naming) for name in answers}


def shared(truths: Sequence[Truth], answers: Mapping[str, Answer]) -> tuple[tuple[str, ...], ...]:
    """The recordings that have one device together: of one box, or merged wrongly."""
    by_device: dict[str, list[str]] = {}
    for truth in truths:
        if truth.recording in answers:
            by_device.setdefault(answers[truth.recording].device, []).append(truth.recording)
    return tuple(tuple(labels) for labels in by_device.values() if len(labels) > 1)


def percentile(numbers: Sequence[int], share: float) -> int:
    """The lowest of the numbers that is at least as large as this share of them. There is at least one."""
    ordered = sorted(numbers)
    return next(number for place, number in enumerate(ordered, 1) if place >= share * len(ordered))


def _column(
    name: str,
    truths: Sequence[Truth],
    answers: Mapping[str, Mapping[str, Answer]],
    packets: Sequence[int],
    naming: Naming,
) -> Column:
    own = answers[name]
    is_wire = name == WIRE
    return Column(
        own,
        score(truths, own, naming),
        Ratio(sum(truth.recording in own for truth in truths), len(truths)),
        right_of_known(truths, own),
        same_as(answers[CAPTURES], own, truths) if is_wire and CAPTURES in answers else {},
        tuple(packets) if is_wire else (),
    )
