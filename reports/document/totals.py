"""How many devices there are of each kind that a sentence may count: none of these is the denominator of another."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.document.document import Document, Place, ReportedDevice, place_of
from reports.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Totals:
    """`assessed` devices have a verdict other than not assessed; `not_assessed` are targets and devices without one.
    `unclassified` are the assessed devices that no zone places. `silent` are addresses that gave no sign of life."""

    in_scope: int
    assessed: int
    not_assessed: int
    unclassified: int
    silent: int


def totals(document: Document) -> Totals:
    """The totals of a document."""
    assessed = [judged for judged in document.devices if judged.verdict is not Verdict.NOT_ASSESSED]
    coverage = document.header.coverage
    return Totals(
        in_scope=coverage.in_scope,
        assessed=len(assessed),
        not_assessed=max(len(document.not_assessed) + sum(1 for _ in unlisted(document)), coverage.not_assessed),
        unclassified=sum(place_of(judged.placement) is Place.UNCLASSIFIED for judged in assessed),
        silent=sum(part.silent for part in coverage.silent),
    )


def unlisted(document: Document) -> Iterator[ReportedDevice]:
    """The devices without a verdict that the list of targets not assessed does not name."""
    listed = {item.target for item in document.not_assessed}
    for judged in document.devices:
        device = judged.device
        names = (device.name, *device.addresses, *device.labels, device.id)
        if judged.verdict is Verdict.NOT_ASSESSED and listed.isdisjoint(names):
            yield judged
