"""The formats there are: one table, from which the command line, file endings and configuration checks are derived.

A format is one module or folder that offers `render(document)`. It is imported when its format is asked for, so that
reading this table stays cheap.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
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
    PARTS = "parts"
    """Every part, every device without one, every target that was not assessed. Of the judgement it holds the verdicts
    alone."""
    GATE = "gate"
    """Pass or fail for a machine; the output itself says what it leaves out."""
    HOSTS = "hosts"
    """Every device that has an address, for a tool that logs in to it. Of the judgement it holds the verdicts alone;
    the head counts what was not assessed."""
    COUNTS = "counts"
    """Numbers for a monitoring system. It names no device, no target and no part."""


class Output(StrEnum):
    """What `render` returns."""

    TEXT = "text"
    """A str, written as UTF-8."""
    BYTES = "bytes"
    """The bytes of a file: in a container of its own, or as UTF-8 where a text would be copied once more."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What a format needs beyond kitscan itself: the `library` that its module imports, and the extra of kitscan's
    package, by `name`, that installs it."""

    name: str
    library: str


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the ending of its files, what its `render` returns, how much it holds, its module, and the extra that
    it needs. An ending may have several parts (`.cdx.json`); the longest one that a file's name ends with counts."""

    suffix: str
    output: Output
    completeness: Completeness
    module: str
    extra: Extra | None = None


FORMATS: Mapping[str, Format] = {
    "text": Format(".txt", Output.TEXT, Completeness.SUMMARY, "reports.formats.as_text"),
    "html": Format(".html", Output.BYTES, Completeness.FULL, "reports.formats.html.render"),
    "json": Format(".json", Output.TEXT, Completeness.FULL, "reports.formats.as_json"),
    "jsonl": Format(".jsonl", Output.TEXT, Completeness.FULL, "reports.formats.as_jsonl"),
    "csv": Format(".csv", Output.TEXT, Completeness.FULL, "reports.formats.as_csv"),
    "markdown": Format(".md", Output.TEXT, Completeness.SUMMARY, "reports.formats.as_markdown"),
    "junit": Format(".xml", Output.BYTES, Completeness.GATE, "reports.formats.as_junit"),
    "components": Format(".components.csv", Output.TEXT, Completeness.PARTS, "reports.formats.as_components"),
    "xlsx": Format(".xlsx", Output.BYTES, Completeness.FULL, "reports.formats.xlsx.render"),
    "cyclonedx": Format(".cdx.json", Output.TEXT, Completeness.FULL, "reports.formats.as_cyclonedx"),
    "sarif": Format(".sarif", Output.TEXT, Completeness.GATE, "reports.formats.as_sarif"),
    "prometheus": Format(".prom", Output.TEXT, Completeness.COUNTS, "reports.formats.as_prometheus"),
    "ansible": Format(".ansible.yml", Output.TEXT, Completeness.HOSTS, "reports.formats.inventories.as_ansible"),
    "nornir": Format(".nornir.yml", Output.TEXT, Completeness.HOSTS, "reports.formats.inventories.as_nornir"),
    "oxidized": Format(".db", Output.TEXT, Completeness.HOSTS, "reports.formats.inventories.as_oxidized"),
    "pdf": Format(".pdf", Output.BYTES, Completeness.SUMMARY, "reports.formats.pdf.render", Extra("pdf", "weasyprint")),
}
"""Each format by its name. Each has a file ending of its own."""


def format_of_name(name: str) -> str | None:
    """The name of the format that a file's name ends for, in any case; None for an ending that no format has.

    `report.cdx.json` is cyclonedx, and `report.json` and `report.2026.json` are json.
    """
    lowered = name.lower()
    named = [(known.suffix, format_name) for format_name, known in FORMATS.items() if lowered.endswith(known.suffix)]
    return max(named, key=lambda pair: len(pair[0]))[1] if named else None


def nearest_suffix(suffix: str) -> str | None:
    """The ending of a format that is most like `suffix`: `.html` for `.htlm`; None if none is like it."""
    near = get_close_matches(suffix.lower(), [known.suffix for known in FORMATS.values()], n=1)
    return near[0] if near else None


def check_format(format_name: str) -> None:
    """Raises KitscanError for an unknown format, and for one whose library is not installed; it says what installs it.

    It imports nothing, so that it can be called before a scan begins.
    """
    known = FORMATS.get(format_name)
    if known is None:
        near = get_close_matches(format_name.lower(), FORMATS, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise KitscanError(f"there is no format {format_name!r}{meant}", f"choose one of {', '.join(FORMATS)}")
    if known.extra is not None and find_spec(known.extra.library) is None:
        raise KitscanError(
            f"the format {format_name} needs {known.extra.library}, which is not installed",
            f"pip install 'kitscan[{known.extra.name}]', or choose another format",
        )


def render(document: "Document", format_name: str) -> str | bytes:
    """The document in one format, ending with a line end. Raises KitscanError as `check_format` does."""
    check_format(format_name)
    rendered: str | bytes = import_module(FORMATS[format_name].module).render(document)
    return rendered


def render_parts(document: "Document", format_name: str) -> Iterator[bytes]:
    """The octets of a document in one format, in parts: of a format whose text may be larger than the memory, one
    device at a time. Raises KitscanError as `check_format` does."""
    check_format(format_name)
    module = import_module(FORMATS[format_name].module)
    parts: Iterable[str | bytes] = getattr(module, "render_parts", lambda whole: (module.render(whole),))(document)
    for part in parts:
        yield part.encode() if isinstance(part, str) else part
