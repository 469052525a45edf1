"""The document as JSON lines: the header, each device, each target not assessed, each unscanned neighbour, each link,
the counts.

Each kind of line has a key that no other has: `schema`, `id`, `target`, `seen_by`, `protocols` or `findings_by`.
"""

from collections.abc import Iterator

from reports.document.document import Document
from reports.formats.as_json import device_of, findings_by_of, link_of, missing_of, to_json, unscanned_of
from reports.formats.json_header import header_of


def render(document: Document) -> str:
    """All the lines."""
    return "".join(render_parts(document))


def render_parts(document: Document) -> Iterator[str]:
    """One line at a time, so that a large document need not fit in memory twice."""
    yield from (f"{line}\n" for line in _lines(document))


def _lines(document: Document) -> Iterator[str]:
    yield to_json(header_of(document))
    for judged in document.devices:
        yield to_json(device_of(judged, document.header.as_of))
    for missing in document.not_assessed:
        yield to_json(missing_of(missing))
    for neighbour in document.seen_only_as_neighbour:
        yield to_json(unscanned_of(neighbour))
    for link in document.links:
        yield to_json(link_of(link))
    yield to_json({"findings_by": findings_by_of(document)})
