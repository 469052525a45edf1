"""The formats there are: one table, from which the command line, file endings and configuration checks are derived.

A format is one module or folder that offers `render(document)`. It is imported when its format is asked for, so that
reading this table stays cheap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

from fingerprints.model.errors import KitscanError

if TYPE_CHECKING:
    from reports.document.document import Document


class Completeness(StrEnum):
    """How much of the document a format holds."""

    FULL = "full"
    """Every device, every target that was not assessed, every unscanned neighbour."""
    SUMMARY = "summary"
    """What needs attention; the rest is counted."""
    GATE = "gate"
    """Pass or fail for a machine; the output itself says what it leaves out."""


class Output(StrEnum):
    """What `render` returns."""

    TEXT = "text"
    """A str, written as UTF-8."""
    BYTES = "bytes"
    """The bytes of a file, in an encoding or a container of their own."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the ending of its files, what its `render` returns, how much it holds, and its module."""

    suffix: str
    output: Output
    completeness: Completeness
    module: str


FORMATS: Mapping[str, Format] = {
    "text": Format(".txt", Output.TEXT, Completeness.SUMMARY, "reports.formats.as_text"),
    "html": Format(".html", Output.TEXT, Completeness.FULL, "reports.formats.html.render"),
    "json": Format(".json", Output.TEXT, Completeness.FULL, "reports.formats.as_json"),
    "jsonl": Format(".jsonl", Output.TEXT, Completeness.FULL, "reports.formats.as_jsonl"),
    "csv": Format(".csv", Output.TEXT, Completeness.FULL, "reports.formats.as_csv"),
    "markdown": Format(".md", Output.TEXT, Completeness.SUMMARY, "reports.formats.as_markdown"),
    "junit": Format(".xml", Output.BYTES, Completeness.GATE, "reports.formats.as_junit"),
    "pdf": Format(".pdf", Output.BYTES, Completeness.SUMMARY, "reports.formats.pdf.render"),
}
"""Each format by its name. Each has a file ending of its own."""


def format_of_suffix(suffix: str) -> str | None:
    """The name of the format whose files end with `suffix` (`.json`), in any case; None for an unknown ending."""
    return next((name for name, known in FORMATS.items() if known.suffix == suffix.lower()), None)


def render(document: "Document", format_name: str) -> str | bytes:
    """The document in one format, ending with a line end. Raises KitscanError for an unknown format."""
    known = FORMATS.get(format_name)
    if known is None:
        raise KitscanError(f"there is no format {format_name!r}; choose one of {', '.join(FORMATS)}")
    rendered: str | bytes = import_module(known.module).render(document)
    return rendered
