"""The document as JSON lines: the header, then a device a line, then each target not assessed, then each
device seen only as a neighbour, then the counts.

A line is told by the key that only its kind has: `schema`, `id`, `target`, `seen_by` or `findings_by`.
"""

from collections.abc import Iterator

from reports.document.document import Document
from reports.formats.as_json import device_of, dumped, findings_by_of, header_of, missing_of, seen_of


def render(document: Document) -> str:
    """All the lines."""
    return "".join(f"{line}\n" for line in lines(document))


def lines(document: Document) -> Iterator[str]:
    """One line at a time, without their line ends: a document need not fit in memory twice."""
    yield dumped(header_of(document))
    for judged in document.devices:
        yield dumped(device_of(judged))
    for missing in document.not_assessed:
        yield dumped(missing_of(missing))
    for seen in document.seen_only_as_neighbour:
        yield dumped(seen_of(seen))
    yield dumped({"findings_by": findings_by_of(document)})
