"""The plain values that the HTML templates loop over: texts, facts, tables. The templates escape them."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from gzip import compress

from markupsafe import Markup

from reports.document.wording import format_count
from reports.formats.html.links import Link


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and its value."""

    term: str
    value: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, and behind it a link or none.

    `shape` is a class of the style sheet: code, key, names, number, passed, ahead, or nothing.
    """

    text: str
    shape: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; `more` says how many rows are left out, if any."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    shape: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataBlock:
    """Data of the script that the page holds under an element id: base64 of gzip of JSON, which needs no escape."""

    id: str
    text: Markup


def data_block(name: str, json: bytes, level: int = 6) -> DataBlock:
    """The block `data-NAME` of a JSON text, compressed at a zlib level (1 to 9): the same bytes for the same text."""
    encoded = b64encode(compress(json, level, mtime=0)).decode("ascii")
    return DataBlock(f"data-{name}", Markup(encoded))  # noqa: S704 (base64 holds no markup)


def facts(*pairs: tuple[str, str | None]) -> tuple[Fact, ...]:
    """The pairs that have a value."""
    return tuple(Fact(term, value) for term, value in pairs if value)


def left_out(total: int, limit: int, singular: str, where: str) -> tuple[str, ...]:
    """One sentence that counts what exceeds `limit`, or none."""
    return (f"and {format_count(total - limit, singular)} more, {where}",) if total > limit else ()


def first_names(names: Sequence[str], limit: int) -> str:
    """`a, b and 3 more`: the first names, and how many are left out."""
    more = len(names) - limit
    return f"{', '.join(names[:limit])}{f' and {more:,} more' if more > 0 else ''}"


def present(tables: Iterable[Table]) -> tuple[Table, ...]:
    """The tables that have rows."""
    return tuple(table for table in tables if table.rows)


def cells(*texts: str, shapes: Sequence[str] = ()) -> tuple[Cell, ...]:
    """A row; `shapes` are those of the first cells, the rest have none."""
    padded = (*shapes, *("" for _ in range(len(texts) - len(shapes))))
    return tuple(Cell(text, shape) for text, shape in zip(texts, padded, strict=True))


def sentence(text: str) -> str:
    """`text` with a capital first letter; the rest stays as it is."""
    return text[:1].upper() + text[1:]
