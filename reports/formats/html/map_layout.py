"""Where each node of the picture stands: tiers as bands from top to bottom, neighbours near each other, no chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

MIN_COLUMNS, MAX_COLUMNS = 14, 64
"""Nodes in a row at the least and at the most."""

WIDTH_TO_HEIGHT = 1.8
"""Columns to rows, as many of each as fill a wide screen: a column is wider than a row is high."""

SWEEPS = 4
"""How often the bands are put in order by their neighbours: after a few times little changes."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of nodes by their numbers: `x` in half columns, `y` in rows. `tops` and `bottoms` are the first and
    the last row of each band; a row without nodes stands above each. The picture is `columns` wide and `rows` high."""

    x: tuple[int, ...]
    y: tuple[int, ...]
    tops: tuple[int, ...]
    bottoms: tuple[int, ...]
    columns: int
    rows: int


def lay_out(bands: Sequence[Sequence[int]], edges: Iterable[tuple[int, int]]) -> Layout:
    """The layout of nodes 0 to n-1, each in one band. Within a band a node stands near the middle of its neighbours;
    those that are equally near keep the given order."""
    count = sum(map(len, bands))
    beside: dict[int, list[int]] = {}
    for one, other in edges:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    widest = max(map(len, bands), default=0)
    columns = min(max(ceil(sqrt(count * WIDTH_TO_HEIGHT)), MIN_COLUMNS), MAX_COLUMNS, max(widest, MIN_COLUMNS))
    return _placed(_in_order(bands, beside), count, columns)


def _in_order(bands: Sequence[Sequence[int]], beside: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """The bands, each sorted by the mean place of its nodes' neighbours: downwards, upwards, and again."""
    ordered = [list(band) for band in bands]
    share = {node: place for band in ordered for node, place in _shares(band)}
    for sweep in range(SWEEPS):
        for band in ordered if sweep % 2 == 0 else reversed(ordered):
            middle = {node: _middle(node, beside, share) for node in band}
            band.sort(key=middle.__getitem__)
            share.update(_shares(band))
    return ordered


def _shares(band: Sequence[int]) -> Iterable[tuple[int, float]]:
    """Each node with its place in the band, 0 to 1."""
    return ((node, (place + 0.5) / len(band)) for place, node in enumerate(band))


def _middle(node: int, beside: Mapping[int, Sequence[int]], share: Mapping[int, float]) -> float:
    others = beside.get(node, ())
    return sum(share[other] for other in others) / len(others) if others else share[node]


def _placed(bands: Sequence[Sequence[int]], count: int, columns: int) -> Layout:
    """Nodes column by column in the rows that their band needs, each row in the middle."""
    x, y, tops, bottoms = [0] * count, [0] * count, [], []
    row = 0
    for band in bands:
        rows = max(ceil(len(band) / columns), 1)
        used = ceil(len(band) / rows)
        row += 1
        tops.append(row)
        for place, node in enumerate(band):
            x[node] = columns - used + 2 * (place // rows) + 1
            y[node] = row + place % rows
        row += rows
        bottoms.append(row - 1)
    return Layout(tuple(x), tuple(y), tuple(tops), tuple(bottoms), columns, row)
