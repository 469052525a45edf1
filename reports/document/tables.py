"""Tables of the document that several formats print: plain texts, which each format escapes in its own way."""

from dataclasses import dataclass

from reports.document.document import Document
from reports.document.wording import NEXT_STEP, NOT_ASSESSED_NOTE, UNSCANNED_NOTE, UNSCANNED_TITLE, describe_reason


@dataclass(frozen=True, slots=True)
class TextTable:
    """A title, a sentence about it, headings and rows. The first cell of a row names the device or target."""

    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def not_assessed_table(document: Document) -> TextTable:
    """Each target that was not assessed: which one, why, and what to do."""
    rows = tuple((item.target, describe_reason(item.reason), NEXT_STEP[item.reason]) for item in document.not_assessed)
    return TextTable("Not assessed", NOT_ASSESSED_NOTE, ("Target", "Why", "What to do"), rows)


def unscanned_table(document: Document) -> TextTable:
    """Each neighbour of a watched company that was not scanned: its name, its possible makers, and where it sits."""
    rows = tuple(
        (
            neighbour.name or neighbour.mac or neighbour.address,
            ", ".join(tie.entity for tie in neighbour.watched),
            neighbour.text,
        )
        for neighbour in document.seen_only_as_neighbour
    )
    return TextTable(UNSCANNED_TITLE, UNSCANNED_NOTE, ("Known as", "May be by", "Where"), rows)
