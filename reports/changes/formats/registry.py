"""The formats of changes: one table, from which the command line and file endings are derived. A format is imported
when it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from fingerprints.model.errors import KitscanError

if TYPE_CHECKING:
    from reports.changes.change_report import ChangeReport

CHANGE_FORMATS: Mapping[str, str] = {
    "text": ".txt",
    "html": ".html",
    "json": ".json",
    "csv": ".csv",
    "markdown": ".md",
}
"""Each format by its name, with the ending of its files."""

_MODULES = {
    "text": "reports.changes.formats.as_text",
    "html": "reports.changes.formats.as_html",
    "json": "reports.changes.formats.as_json",
    "csv": "reports.changes.formats.as_csv",
    "markdown": "reports.changes.formats.as_markdown",
}


def change_format_of_name(name: str) -> str:
    """The format that a file's name ends for, in any case. Raises KitscanError for an ending that no format has."""
    found = next((form for form, suffix in CHANGE_FORMATS.items() if name.lower().endswith(suffix)), None)
    if found is None:
        endings = ", ".join(f"{suffix} ({form})" for form, suffix in CHANGE_FORMATS.items())
        raise KitscanError(
            f"{name}: no format of changes has this ending; the endings are {endings}",
            "choose one of these endings, or name the format with --format",
        )
    return found


def render_changes(report: "ChangeReport", form: str) -> str:
    """The report in one format of CHANGE_FORMATS, ending with a line end: the same text for the same report."""
    rendered: str = import_module(_MODULES[form]).render(report)
    return rendered
