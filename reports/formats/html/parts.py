"""The plain values that the HTML templates loop over: texts, facts, tables. Escaping happens where they are written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.document.wording import counted


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and its value."""

    term: str
    value: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell; `shape` is a class of the style sheet: said (device text), key, number, or nothing.

    `below` is a second, smaller line.
    """

    text: str
    shape: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; `more` says how many rows were left out, if any were."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    shape: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A titled list of sentences."""

    title: str
    sentences: tuple[str, ...]


def facts(*pairs: tuple[str, str | None]) -> tuple[Fact, ...]:
    """The pairs that have a value."""
    return tuple(Fact(term, value) for term, value in pairs if value)


def left_out(total: int, limit: int, one: str, where: str) -> tuple[str, ...]:
    """One sentence where more than `limit` were there, else none."""
    return (f"and {counted(total - limit, one)} more, {where}",) if total > limit else ()


def present(tables: Iterable[Table]) -> tuple[Table, ...]:
    """The tables that have rows."""
    return tuple(table for table in tables if table.rows)


def cells(*texts: str, shapes: Sequence[str] = ()) -> tuple[Cell, ...]:
    """A row; `shapes` fits the first cells, the rest are plain."""
    padded = (*shapes, *("" for _ in range(len(texts) - len(shapes))))
    return tuple(Cell(text, shape) for text, shape in zip(texts, padded, strict=True))


def sentence(words: str) -> str:
    """The words with a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]
