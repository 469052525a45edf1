"""The pieces that the terminal summary is laid out of. Each makes device text safe."""

from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from reports.document.sanitize import sanitize
from reports.document.wording import format_count


def text(content: str, style: str = "", limit: int = 600) -> Text:
    """One line of safe text. The document's own texts may hold device text."""
    return Text(sanitize(content, limit), style=style)


def heading(title: str, style: str = "bold") -> Text:
    """A title after an empty line."""
    return Text(f"\n{title}", style=style)


def bullet(sentence: str) -> Table:
    """A sentence behind a bullet."""
    return entry(text(" •"), sentence)


def count_more(total: int, shown: int, singular: str) -> Iterator[RenderableType]:
    """One line that counts what the summary leaves out, if it leaves out anything."""
    if total > shown:
        yield text(f"  and {format_count(total - shown, singular)} more, in the other formats", "dim")


def grid(columns: int = 2) -> Table:
    """A table without lines or headings."""
    table = Table.grid(padding=(0, 1))
    for _ in range(columns):
        table.add_column(overflow="fold")
    return table


def entry(mark: Text, sentence: str, style: str = "") -> Table:
    """A sentence behind its mark, with the lines that follow below its first word."""
    row = grid()
    row.add_row(mark, text(sentence, style))
    return row


def fit(content: str, width: int) -> str:
    """Safe text of at most `width` columns."""
    shown = sanitize(content)
    return shown if cell_len(shown) <= width else f"{set_cell_size(shown, width - 1)}…"
