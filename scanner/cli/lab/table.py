"""Plain tables of the `kitscan lab` commands."""

from collections.abc import Sequence

from reports.document.sanitize import sanitize


def format_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Headings and rows in columns, as lines. Texts are made safe to show."""
    safe = [tuple(map(sanitize, row)) for row in (headings, *rows)]
    widths = [max(len(row[column]) for row in safe) for column in range(len(headings))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in safe)
    return "\n".join(line.rstrip() for line in lines)
