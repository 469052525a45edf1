"""The head and foot of every printed page: page-margin boxes of CSS Paged Media, which Chromium knows since 131."""

import re

from reports.document.document import Document
from reports.document.provenance_wording import identify_report

UNSAFE = re.compile(r"[^\w .,:-]", re.ASCII)
"""What could end a CSS string; nothing of a report's number, date or digest is among it."""

SHOWN_DIGEST = 16


def running_head(document: Document) -> str:
    """Style rules for all pages: the report's number and date, the digest of its evidence, and `page 2 of 9`."""
    record = document.header.record
    digest = f"evidence SHA-256 {record.sha256[:SHOWN_DIGEST]}" if record and record.sha256 else ""
    boxes = (
        ("top-left", _quoted("Hardware provenance")),
        ("top-right", _quoted(identify_report(document))),
        ("bottom-left", _quoted(digest)),
        ("bottom-right", '"page " counter(page) " of " counter(pages)'),
    )
    return f"@page {{ {' '.join(f'@{place} {{ content: {content}; }}' for place, content in boxes)} }}"


def _quoted(text: str) -> str:
    return f'"{UNSAFE.sub("", text)}"'
