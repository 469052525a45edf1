"""The picture of the topology as data: devices by tier, and the links between them."""

from reports.document.document import Document
from reports.formats.html.parts import DataBlock, data_block


def map_block(document: Document) -> DataBlock:  # noqa: ARG001 (filled with the picture)
    """The block `data-map`."""
    return data_block("map", b"{}")
