"""Which formats there are, and the module that writes each."""

from collections.abc import Callable, Mapping
from importlib import import_module

from fingerprints.model.errors import KitscanError
from reports.document.document import Document

FORMATS: Mapping[str, str] = {
    "html": "reports.formats.html.render",
    "json": "reports.formats.as_json",
    "jsonl": "reports.formats.as_jsonl",
    "csv": "reports.formats.as_csv",
    "markdown": "reports.formats.as_markdown",
    "text": "reports.formats.as_text",
}
"""Each module is imported when its format is asked for, and has `render(document) -> str`."""


def render(document: Document, format_name: str) -> str:
    """The document in one format, ending with a line end. Raises KitscanError for a format there is not."""
    module = FORMATS.get(format_name)
    if module is None:
        raise KitscanError(f"there is no format {format_name!r}; choose one of {', '.join(FORMATS)}")
    written: Callable[[Document], str] = import_module(module).render
    return written(document)


def render_text(document: Document, width: int, colour: bool) -> str:
    """The terminal summary at a width in columns, with ANSI colour only where it was asked for."""
    from reports.formats import as_text

    return as_text.render_text(document, width, colour)
