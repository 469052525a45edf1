"""Logistic regression in plain Python, by Newton's method: a few features, a few thousand rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 12
RIDGE = 0.003
"""How strongly weights are held towards nothing; the bias is not."""


@dataclass(frozen=True, slots=True)
class Row:
    """One node: its features, whether it is core, its weight, and what other signs add to its log odds."""

    features: tuple[float, ...]
    core: bool
    weight: float
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of the features, the bias last, and the value from which a node is called core."""

    weights: tuple[float, ...]
    threshold: float

    def value(self, features: Sequence[float]) -> float:
        """The log odds of a node."""
        return sum(weight * feature for weight, feature in zip(self.weights, (*features, 1.0), strict=True))


def fit(rows: Sequence[Row]) -> Fit:
    """Weights for some rows, and the threshold with the best F1 on them."""
    count = len(rows[0].features) + 1
    weights = [0.0] * count
    for _ in range(STEPS):
        step = solved(*_derivatives(rows, weights))
        weights = [weight - change for weight, change in zip(weights, step, strict=True)]
    untuned = Fit(tuple(weights), 0.0)
    return Fit(untuned.weights, _threshold([(untuned.value(row.features) + row.offset, row.core) for row in rows]))


def _derivatives(rows: Sequence[Row], weights: Sequence[float]) -> tuple[list[list[float]], list[float]]:
    """The matrix of second derivatives and the vector of first ones, of the loss at some weights."""
    places = range(len(weights))
    total = sum(row.weight for row in rows)
    held = [RIDGE] * (len(weights) - 1) + [1e-9]
    first = [ridge * weight for ridge, weight in zip(held, weights, strict=True)]
    second = [[held[i] if i == j else 0.0 for j in places] for i in places]
    for row in rows:
        features = (*row.features, 1.0)
        value = row.offset + sum(weight * feature for weight, feature in zip(weights, features, strict=True))
        odds = 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
        share = row.weight / total
        there = [i for i in places if features[i]]
        for i in there:
            first[i] += (odds - row.core) * share * features[i]
            bend = odds * (1 - odds) * share * features[i]
            for j in there:
                second[i][j] += bend * features[j]
    return second, first


def solved(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """The solution of a system of linear equations, by elimination with the largest pivot."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for place in range(len(rows)):
        best = max(range(place, len(rows)), key=lambda number: abs(rows[number][place]))
        rows[place], rows[best] = rows[best], rows[place]
        for number, row in enumerate(rows):
            if number != place:
                factor = row[place] / rows[place][place]
                rows[number] = [value - factor * lead for value, lead in zip(row, rows[place], strict=True)]
    return [row[-1] / row[place] for place, row in enumerate(rows)]


def _threshold(scored: list[tuple[float, bool]]) -> float:
    ordered = sorted(scored, reverse=True)
    core = sum(is_core for _, is_core in ordered)
    hits, best, threshold = 0, 0.0, 0.0
    for number, (value, is_core) in enumerate(ordered, 1):
        hits += is_core
        following = ordered[number][0] if number < len(ordered) else value
        if following != value or number == len(ordered):
            reached = 2 * hits / (number + core)
            if reached > best:
                best, threshold = reached, (value + following) / 2
    return threshold
