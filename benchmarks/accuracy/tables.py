"""The figures as Markdown tables. Their place in a page is between `<!-- accuracy:NAME -->` and the closing mark."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.accuracy.attributes import Compared
from benchmarks.accuracy.column import Column, percentile
from benchmarks.accuracy.score import Bin, Judged, Ratio, Score, bins, calibration_error, curve
from benchmarks.accuracy.truth import ATTRIBUTES

NONE = "-"
"""Stands where a column has no such figure."""

STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Coverages that the table of the curve shows."""


def figures(columns: Mapping[str, Column]) -> str:
    """One column for each way of reading the recordings. A figure that no column has is left out."""
    rows = [(name, *map(text, columns.values())) for name, text in _FIGURES]
    return _table(("figure", *columns), [row for row in rows if set(row[1:]) != {NONE}])


def methods(scores: Mapping[str, Score]) -> str:
    """One row a method: kitscan and the simpler ones, on the same captures."""
    heads = ("method", "accuracy", "coverage", "precision", "watched recall", "watched precision")
    rows = []
    for name, each in scores.items():
        ratios = (each.accuracy, each.coverage, each.precision, each.watched_recall, each.watched_precision)
        rows.append((name, *map(_percent, ratios)))
    return _table(heads, rows)


def reliability(by_confidence: Sequence[Bin]) -> str:
    """One row a bin of equal mass: the confidence, and the share that was right."""
    heads = ("answers", "confidence from", "to", "mean", "right", "right less mean")
    rows = [
        (
            str(each.count),
            f"{each.low:.4f}",
            f"{each.high:.4f}",
            f"{each.confidence:.4f}",
            f"{each.right:.4f}",
            f"{each.right - each.confidence:+.4f}",
        )
        for each in by_confidence
    ]
    return _table(heads, rows)


def coverage_table(judged: Sequence[Judged]) -> str:
    """The precision of the surest answers: for each step, that of the smallest set that covers at least as much."""
    points = curve(judged)
    last = points[-1:]
    rows = []
    for step in STEPS:
        point = next(((c, covered, right) for c, covered, right in points if covered >= step), None)
        if point is None:
            break
        rows.append((f"{point[1]:.1%}", f"{point[2]:.1%}", f"{point[0]:.4f}"))
    rows += [(f"{covered:.1%}", f"{right:.1%}", f"{confidence:.4f}") for confidence, covered, right in last]
    return _table(("coverage", "of these right", "down to confidence"), list(dict.fromkeys(rows)))


def families(judged: Sequence[Judged]) -> str:
    """One row a family: the number of its recordings whose maker can be known, is named, and is named right."""
    rows = []
    for family, members in _by_family(judged):
        known = [each for each in members if each.right is not None]
        named = sum(bool(each.answer.names) for each in known)
        rows.append((family, *map(str, (len(known), named, sum(each.right is True for each in known)))))
    return _table(("family", "knowable", "named", "right"), rows)


def attribute_mistakes(compared: Iterable[Compared]) -> str:
    """Every attribute that is not as expected, by name and recording."""
    lines = [f"  {name:10} {label}: {text or 'nothing'}, is {wanted}" for label, name, text, wanted in sorted(compared)]
    return "\n".join(lines) or "no mistakes"


def mistakes(judged: Sequence[Judged]) -> str:
    """Every wrong or missing answer, by family, the surest first."""
    lines: list[str] = []
    for family, members in _by_family(judged):
        wrong = [line for each in _surest_first(members) for line in _faults(each)]
        if wrong:
            lines.append(f"{family}: {len(members)} recordings")
            lines += wrong
    return "\n".join(lines) or "no mistakes"


def placed(page: str, sections: Mapping[str, str]) -> str:
    """The page with each section's text between its marks. Sections without marks are left out."""
    for name, text in sections.items():
        pattern = re.compile(rf"(<!-- accuracy:{name} -->\n).*?(<!-- /accuracy:{name} -->)", re.DOTALL)
        page = pattern.sub(r"\g<1>" + text.replace("\\", r"\\") + r"\n\g<2>", page)
    return page


def _by_family(judged: Sequence[Judged]) -> list[tuple[str, list[Judged]]]:
    families: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        families[each.truth.family].append(each)
    return sorted(families.items())


def _surest_first(members: Sequence[Judged]) -> list[Judged]:
    return sorted(members, key=lambda each: (-each.answer.confidence, each.truth.recording))


def _faults(each: Judged) -> list[str]:
    label, answer, truth = each.truth.recording, each.answer, each.truth
    name = answer.names[-1] if answer.names else "nothing"
    faults = []
    if each.right is False:
        kind = "wrong" if answer.names else "missing"
        faults.append(f"  {kind:10} {label}: {name} ({answer.confidence:.4f}), is {' or '.join(truth.accepted)}")
    if each.right is None and answer.names:
        faults.append(f"  unknowable {label}: {name} ({answer.confidence:.4f})")
    faults += [f"  unwatched  {label}: {entity} is not claimed" for entity in sorted(truth.watched - answer.watched)]
    false = answer.watched - truth.watched - truth.may_be_watched
    return faults + [f"  alarm      {label}: {entity} is claimed" for entity in sorted(false)]


def _calibration(column: Column) -> str:
    error = calibration_error(bins(column.score.judged))
    return NONE if error is None else f"{error:.4f}"


def _packets(column: Column) -> str:
    if not column.packets:
        return NONE
    median, most = percentile(column.packets, 0.5), percentile(column.packets, 0.95)
    return f"{median:,}, {most:,}, {max(column.packets):,}"


def _percent(ratio: Ratio | None) -> str:
    return NONE if ratio is None or ratio.share is None else f"{ratio.share:.1%} ({ratio.hits}/{ratio.of})"


_FIGURES: tuple[tuple[str, Callable[[Column], str]], ...] = (
    ("accuracy", lambda column: _percent(column.score.accuracy)),
    ("coverage", lambda column: _percent(column.score.coverage)),
    ("precision", lambda column: _percent(column.score.precision)),
    ("watched recall", lambda column: _percent(column.score.watched_recall)),
    ("watched precision", lambda column: _percent(column.score.watched_precision)),
    ("present", lambda column: _percent(column.present)),
    *((f"{name} right", lambda column, name=name: _percent(column.right.get(name))) for name in ATTRIBUTES),
    *((f"{name} as in the capture", lambda column, name=name: _percent(column.same.get(name))) for name in ATTRIBUTES),
    ("calibration error", _calibration),
    ("packets a device: median, p95, largest", _packets),
)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )
