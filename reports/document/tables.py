"""Tables of the document that several formats print: plain texts, which each format escapes in its own way."""

from dataclasses import dataclass

from reports.document.document import Document
from reports.document.due import due
from reports.document.due_wording import cite_rule, describe_entry, due_note, due_title
from reports.document.force_wording import LEFT_OUT_NOTE, LEFT_OUT_TITLE
from reports.document.wording import NOT_ASSESSED_NOTE, UNSCANNED_NOTE, UNSCANNED_TITLE, describe_reason, next_step


@dataclass(frozen=True, slots=True)
class TextTable:
    """A title, a sentence about it, headings and rows. The first cell of a row names what the row is about."""

    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def due_table(document: Document) -> TextTable:
    """What falls due: each day with what happens, the rule, and the devices. The note says what comes later."""
    falls_due = due(document)
    rows = tuple(
        (entry.due.day.isoformat(), entry.due.milestone.value, cite_rule(entry.due), describe_entry(entry))
        for entry in falls_due.entries
    )
    headings = ("Day", "What", "Rule", "Devices")
    return TextTable(due_title(document.header.binding), due_note(falls_due), headings, rows)


def left_out_table(document: Document) -> TextTable:
    """Each policy of the operator's jurisdictions that does not judge, and why."""
    rows = tuple(
        (policy.id, f"{policy.title} ({policy.jurisdiction})", policy.because)
        for policy in document.header.policies_left_out
    )
    return TextTable(LEFT_OUT_TITLE, LEFT_OUT_NOTE, ("Policy", "Title", "Why"), rows)


def not_assessed_table(document: Document) -> TextTable:
    """Each target that was not assessed: which one, why, and what to do."""
    rows = tuple((item.target, describe_reason(item.reason), next_step(item)) for item in document.not_assessed)
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
