"""Redacts a document: every name, address and number of the operator's network becomes a pseudonym, in every field.

It goes through the document twice: first it collects the private values, then it replaces them. A field that holds one
is replaced as a whole; in every other text they are replaced wherever they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reports.document.document import Document
from reports.document.redaction.collected_values import CollectedValues
from reports.document.redaction.field_walk import FieldWalk
from reports.document.redaction.kept_words import kept_words
from reports.document.redaction.replacer import Replacer
from reports.document.report_number import report_number


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redacted document, and the id that each device has in it, by its own id."""

    document: Document
    ids: Mapping[str, str]


def redact(document: Document) -> Document:
    """The document with pseudonyms. Devices, targets and links are in the order of their pseudonyms."""
    return redaction_of(document).document


def redaction_of(document: Document) -> Redaction:
    """The document with pseudonyms, and how its devices are called there. It is not changed in another way."""
    found = CollectedValues()
    FieldWalk(found.read).walk(document)
    record = document.header.record
    pseudonyms = found.pseudonyms(record.sha256 if record else document.header.run)
    replacer = Replacer(found.kinds(), pseudonyms, kept_words(document))
    walked = FieldWalk(replacer.rewrite).walk(document)
    if not isinstance(walked, Document):
        raise TypeError("a walk through a document gives a document")
    ids = {old.device.id: new.device.id for old, new in zip(document.devices, walked.devices, strict=True)}
    return Redaction(_in_order(walked, report_number(document)), ids)


def _in_order(document: Document, whole_number: str) -> Document:
    header = replace(document.header, redacted_from=whole_number)
    links = (
        link if link.device <= link.other else replace(link, device=link.other, other=link.device)
        for link in document.links
    )
    return replace(
        document,
        header=header,
        devices=tuple(sorted(document.devices, key=lambda judged: judged.device.id)),
        not_assessed=tuple(sorted(document.not_assessed, key=lambda missing: (missing.target, missing.reason))),
        links=tuple(sorted(links, key=lambda link: (link.device, link.other))),
    )
