"""Two diagrams in one SVG picture: the reliability of confidence, and accuracy over coverage."""

from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.accuracy.score import Bin, Judged, Score, curve

SIDE = 300
LEFT, TOP, GAP = 60, 50, 90
LOWEST = 0.3
"""The scales begin here: no answer has a lower confidence."""
COLOURS = ("#0b6e99", "#b4530a", "#5b7f1f", "#7a3e9d")


def picture(scores: Mapping[str, Score], own: str, by_confidence: Sequence[Bin]) -> str:
    """The whole picture. The other methods have no confidence: each is one point."""
    width, height = LEFT + 2 * SIDE + GAP + 40, TOP + SIDE + 60
    second = LEFT + SIDE + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        'font-size="12" role="img">',
        f'<title>Reliability and accuracy over coverage</title><rect width="{width}" height="{height}" fill="#fff"/>',
        *_frame(LEFT, LOWEST, "Reliability", "confidence", "share that is right"),
        _line([(LEFT, TOP + SIDE), (LEFT + SIDE, TOP)], "#999", 'stroke-dasharray="4 4"'),
        *(_dot(LEFT, LOWEST, each.confidence, each.right, COLOURS[0]) for each in by_confidence),
        *_frame(second, 0.0, "Accuracy over coverage", "share of devices named", "share of these that is right"),
        *_curve(second, scores[own].judged),
        *_others(second, scores, own),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _curve(left: int, judged: Sequence[Judged]) -> list[str]:
    return [_line([_at(left, 0.0, covered, right) for _, covered, right in curve(judged)], COLOURS[0])]


def _others(left: int, scores: Mapping[str, Score], own: str) -> list[str]:
    parts = []
    for number, (name, each) in enumerate(scores.items()):
        x, y = _at(left, 0.0, each.coverage.share or 0.0, each.precision.share or 0.0)
        if name != own:
            parts.append(_dot(left, 0.0, each.coverage.share or 0.0, each.precision.share or 0.0, COLOURS[number % 4]))
        parts.append(_text(x - 8, y + 16, name, "end", COLOURS[number % 4]))
    return parts


def _frame(left: int, low: float, title: str, below: str, beside: str) -> list[str]:
    parts = [
        f'<rect x="{left}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#333"/>',
        _text(left + SIDE / 2, TOP - 18, title),
        _text(left + SIDE / 2, TOP + SIDE + 42, below),
        f'<text transform="translate({left - 40} {TOP + SIDE / 2}) rotate(-90)" text-anchor="middle">{beside}</text>',
    ]
    for tenth in range(round(low * 10), 11, 1 if low else 2):
        x, y = _at(left, low, tenth / 10, tenth / 10)
        parts += [_text(x, TOP + SIDE + 18, f"{tenth / 10:.1f}"), _text(left - 6, y + 4, f"{tenth / 10:.1f}", "end")]
        parts.append(_line([(left, y), (left + SIDE, y)], "#ddd"))
    return parts


def _at(left: int, low: float, across: float, up: float) -> tuple[float, float]:
    """The place of a point on scales from `low` to 1. A lower value is put on the edge."""
    x, y = (max(value - low, 0.0) / (1 - low) for value in (across, up))
    return left + x * SIDE, TOP + (1 - y) * SIDE


def _dot(left: int, low: float, across: float, up: float, colour: str) -> str:
    x, y = _at(left, low, across, up)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}" fill-opacity="0.75"/>'


def _line(points: Sequence[tuple[float, float]], colour: str, extra: str = 'stroke-width="1.5"') -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" {extra}/>'


def _text(x: float, y: float, text: str, anchor: str = "middle", colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
