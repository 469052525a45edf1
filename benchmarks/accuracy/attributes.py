"""Models, versions and serial numbers against the truth, and those of one way of reading against another's. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.accuracy.score import Answer, Ratio
from benchmarks.accuracy.truth import ATTRIBUTES, Truth, squeezed

MIN_PART = 3
"""Letters and digits of a model that stands for a longer one."""

Compared = tuple[str, str, str, str]
"""The recording, the attribute's name, the answer's text, and the text that is expected."""


def right_of_known(truths: Sequence[Truth], answers: Mapping[str, Answer]) -> dict[str, Ratio]:
    """How often each attribute is right, of the recordings whose truth is known."""
    return _ratios((each, is_right(*each[1:])) for each in known(truths, answers))


def same_as(captures: Mapping[str, Answer], answers: Mapping[str, Answer], truths: Sequence[Truth]) -> dict[str, Ratio]:
    """How often each attribute is that of the capture, of the recordings of which the capture tells one."""
    return _ratios((each, each[2] == each[3]) for each in beside(captures, answers, truths))


def known(truths: Sequence[Truth], answers: Mapping[str, Answer]) -> Iterator[Compared]:
    """Each attribute that the truth knows, with the answer."""
    for truth in truths:
        for name, wanted in truth.attributes:
            yield truth.recording, name, _text(answers, truth.recording, name), wanted


def beside(
    captures: Mapping[str, Answer], answers: Mapping[str, Answer], truths: Sequence[Truth]
) -> Iterator[Compared]:
    """Each attribute that a capture tells, with the answer of the other way."""
    for truth in truths:
        for name in ATTRIBUTES:
            told = _text(captures, truth.recording, name)
            if told:
                yield truth.recording, name, _text(answers, truth.recording, name), told


def is_right(name: str, answer: str, wanted: str) -> bool:
    """By letters and digits alone: a serial number is the same; a version holds the other or is held by it; a model
    holds the wanted one, or is a part of it that is not too short."""
    told, expected = squeezed(answer), squeezed(wanted)
    if not told or name == "serial":
        return told == expected and bool(told)
    shortest = MIN_PART if name == "model" else 1
    return expected in told or (len(told) >= shortest and told in expected)


def _text(answers: Mapping[str, Answer], recording: str, name: str) -> str:
    return answers.get(recording, Answer()).attributes.get(name, "")


def _ratios(outcomes: Iterator[tuple[Compared, bool]]) -> dict[str, Ratio]:
    ratios = dict.fromkeys(ATTRIBUTES, Ratio(0, 0))
    for (_, name, _, _), right in outcomes:
        ratios[name] = Ratio(ratios[name].hits + right, ratios[name].of + 1)
    return ratios
