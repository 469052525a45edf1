"""The data behind the device table: one row for each device and for each target that was not assessed."""

from reports.document.document import Document
from reports.formats.html.parts import DataBlock


def data_blocks(document: Document) -> tuple[DataBlock, ...]:  # noqa: ARG001 (filled with the table)
    """The blocks `data-rows` and `data-evidence-0` to `-n`."""
    return ()
