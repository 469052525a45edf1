"""Answers against the truth: counts, calibration and the curve of accuracy over coverage. Pure: values in, values out.

A name is right if it is an accepted one: the same company by kitscan's own data (id, name or alias), the same words
without case, punctuation and legal forms, or the leading words of the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import Any

from benchmarks.accuracy.truth import ATTRIBUTES, Truth
from fingerprints.database.companies.companies import Companies
from fingerprints.database.companies.company_names import normalised, spelt

BINS = 15
SURFACED = frozenset({"confirmed", "probable", "possible", "conflicting"})
"""Levels at which a watched company counts as claimed: all but cleared and unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A method's answer for one recording. `names` are all spellings of one company, none if the method names nobody;
    `confidence` is 0 to 1; `watched` are the ids of the watched companies that it claims; `attributes` are the model,
    version and serial that it tells, by name; `device` is the device in its document."""

    names: tuple[str, ...] = ()
    confidence: float = 0.0
    watched: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    device: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer with its truth. `right` is None if the maker cannot be known."""

    truth: Truth
    answer: Answer
    right: bool | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """`hits` of `of`."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of neighbouring confidence: the lowest, highest and mean confidence, and the share that was right."""

    count: int
    low: float
    high: float
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Score:
    """One method on one set. Accuracy is right of all knowable, coverage named of all knowable, precision right of all
    named; `unknowable` is named of all whose maker cannot be known."""

    accuracy: Ratio
    coverage: Ratio
    precision: Ratio
    unknowable: Ratio
    watched_recall: Ratio
    watched_precision: Ratio
    judged: tuple[Judged, ...] = field(repr=False)


class Naming:
    """Decides whether two names are one company's."""

    def __init__(self, companies: Companies) -> None:
        self._companies = companies

    def same(self, answer: str, wanted: str) -> bool:
        """Whether an answer's name or id is a wanted name."""
        answer_key, wanted_key = self._key(answer), self._key(wanted)
        if not answer_key or not wanted_key:
            return False
        return answer_key == wanted_key or _share_leading_words(spelt(answer).split(), spelt(wanted).split())

    def accepts(self, truth: Truth, answer: Answer) -> bool:
        """Whether any spelling of the answer is any accepted name. A slash in the truth separates names too."""
        wanted = [part for name in truth.accepted for part in {name, *name.split("/")}]
        return any(self.same(name, each) for name in answer.names for each in wanted)

    def _key(self, name: str) -> str:
        company = self._companies.get(name) or self._companies.by_name(name)
        return company.id if company else normalised(name)


def only(entities: frozenset[str], answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers without claims of other watched companies, for a truth table that covers only these."""
    return {label: replace(answer, watched=answer.watched & entities) for label, answer in answers.items()}


def score(truths: Sequence[Truth], answers: Mapping[str, Answer], naming: Naming) -> Score:
    """The figures of one method. A recording without an answer counts as one for which the method names nobody."""
    judged = tuple(_judged(truth, answers.get(truth.recording, Answer()), naming) for truth in truths)
    known = [each for each in judged if each.right is not None]
    named = [each for each in known if each.answer.names]
    right = sum(each.right is True for each in known)
    others = [each for each in judged if each.right is None]
    must = sum(len(each.truth.watched) for each in judged)
    claimed = sum(len(each.truth.watched & each.answer.watched) for each in judged)
    claims = [(each, entity) for each in judged for entity in each.answer.watched]
    true_claims = sum(entity in each.truth.watched | each.truth.may_be_watched for each, entity in claims)
    return Score(
        accuracy=Ratio(right, len(known)),
        coverage=Ratio(len(named), len(known)),
        precision=Ratio(right, len(named)),
        unknowable=Ratio(sum(bool(each.answer.names) for each in others), len(others)),
        watched_recall=Ratio(claimed, must),
        watched_precision=Ratio(true_claims, len(claims)),
        judged=judged,
    )


def bins(judged: Iterable[Judged], count: int = BINS) -> tuple[Bin, ...]:
    """The named and knowable answers in bins of equal mass by confidence. Those of equal confidence get their mean
    outcome, so that the bins do not depend on their order."""
    pairs = _outcomes(judged)
    size = len(pairs)
    cuts = [size * number // count for number in range(count + 1)]
    return tuple(_bin(pairs[low:high]) for low, high in pairwise(cuts) if high > low)


def calibration_error(by_confidence: Sequence[Bin]) -> float | None:
    """The expected calibration error: the mean distance of confidence and outcome, weighted by count."""
    total = sum(each.count for each in by_confidence)
    return sum(each.count * abs(each.confidence - each.right) for each in by_confidence) / total if total else None


def curve(judged: Sequence[Judged]) -> tuple[tuple[float, float, float], ...]:
    """(confidence, coverage, precision) for each confidence as the lowest that is still believed, surest first."""
    known = sum(each.right is not None for each in judged)
    points: list[tuple[float, float, float]] = []
    taken, right = 0, 0.0
    for confidence, group in groupby(reversed(_outcomes(judged)), key=lambda pair: pair[0]):
        outcomes = [outcome for _, outcome in group]
        taken, right = taken + len(outcomes), right + sum(outcomes)
        points.append((confidence, taken / known, right / taken))
    return tuple(points)


def answers_in(document: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers of a document that `kitscan assess --format json` wrote, by label."""
    return {label: _answer(device) for device in document["devices"] for label in device["labels"]}


def _answer(device: Mapping[str, Any]) -> Answer:
    identity = device["identity"]
    vendor = identity["vendor"]
    return Answer(
        (vendor["id"], vendor["name"]) if vendor else (),
        identity["confidence"],
        frozenset(claim["entity"] for claim in device["watched"] if claim["level"] in SURFACED),
        {name: identity[name] for name in ATTRIBUTES if identity.get(name)},
        device.get("id", ""),
    )


def _judged(truth: Truth, answer: Answer, naming: Naming) -> Judged:
    return Judged(truth, answer, naming.accepts(truth, answer) if truth.accepted else None)


def _outcomes(judged: Iterable[Judged]) -> list[tuple[float, float]]:
    """(confidence, mean outcome at that confidence) of each named and knowable answer, least sure first."""
    pairs = sorted((each.answer.confidence, each.right is True) for each in judged if _counts(each))
    outcomes: list[tuple[float, float]] = []
    for confidence, group in groupby(pairs, key=lambda pair: pair[0]):
        results = [right for _, right in group]
        outcomes += [(confidence, sum(results) / len(results))] * len(results)
    return outcomes


def _counts(each: Judged) -> bool:
    return each.right is not None and bool(each.answer.names)


def _bin(pairs: Sequence[tuple[float, float]]) -> Bin:
    count = len(pairs)
    confidence = sum(pair[0] for pair in pairs) / count
    return Bin(count, pairs[0][0], pairs[-1][0], confidence, sum(pair[1] for pair in pairs) / count)


def _share_leading_words(first: Sequence[str], second: Sequence[str]) -> bool:
    length = min(len(first), len(second))
    return length > 0 and first[:length] == second[:length]
