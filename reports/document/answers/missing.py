"""What was not assessed, by its cause."""

from dataclasses import dataclass

from reports.document.document import Document, NotAssessed, NotAssessedReason


@dataclass(frozen=True, slots=True)
class MissingByCause:
    """The targets that were not assessed for one reason, in the order of the document."""

    reason: NotAssessedReason
    targets: tuple[NotAssessed, ...]


def missing_by_cause(document: Document) -> tuple[MissingByCause, ...]:
    """Every target that was not assessed, by its reason: the most frequent reason first, then by its name."""
    found: dict[NotAssessedReason, list[NotAssessed]] = {}
    for item in document.not_assessed:
        found.setdefault(item.reason, []).append(item)
    by_cause = (MissingByCause(reason, tuple(items)) for reason, items in found.items())
    return tuple(sorted(by_cause, key=lambda cause: (-len(cause.targets), cause.reason.value)))
