"""What was not assessed, counted: by its cause, and the targets among it that are no device of the document."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.document.document import Document, NotAssessed, NotAssessedReason
from reports.policy.verdict import Verdict


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


def targets_without_device(document: Document) -> tuple[NotAssessed, ...]:
    """The targets not assessed that are no device of the document: they never answered, so they stand nowhere."""
    devices = set(_names_of_devices(document))
    return tuple(item for item in document.not_assessed if item.target not in devices)


def _names_of_devices(document: Document) -> Iterator[str]:
    """What the devices without an assessment may be listed by among the targets."""
    for judged in document.devices:
        if judged.verdict is Verdict.NOT_ASSESSED:
            device = judged.device
            yield from filter(None, (device.name, *device.addresses, *device.labels, device.id))
