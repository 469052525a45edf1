"""The comment that opens an inventory: which report it is of, what that says, and what the inventory does not hold."""

from collections.abc import Iterator, Sequence

from reports.document.document import Document
from reports.document.overview import overview
from reports.document.provenance_wording import describe_data_days, identify_report
from reports.document.sanitize import sanitize
from reports.document.wording import format_count
from reports.formats.inventories.hosts import Host

MAX_LINE = 600
"""Characters of one line."""


def comment_lines(document: Document, hosts: Sequence[Host], tool: str, without: int) -> Iterator[str]:
    """The lines, each with `#` before it. `without` counts the hosts for whose platform the tool has no name."""
    glance, header = overview(document), document.header
    counted = len(document.devices)
    sentences = (
        glance.notice,
        f"Inventory for {tool}, of kitscan's {identify_report(document)}. It holds no login.",
        glance.summary,
        *glance.unseen,
        f"{len(hosts):,} of {format_count(counted, 'device')} {'has' if counted == 1 else 'have'} an address and "
        f"{'stands' if len(hosts) == 1 else 'stand'} here; {without:,} without a platform that {tool} has a name for.",
        f"Fingerprint data of {describe_data_days(header)}." if header.data_days else "",
    )
    yield from (f"# {sanitize(sentence, MAX_LINE)}" for sentence in sentences if sentence)
