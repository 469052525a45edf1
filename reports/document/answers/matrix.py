"""How many devices there are of each verdict in each place, with the targets that stand nowhere beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.document.document import Document, Place, devices_by
from reports.document.not_assessed import targets_without_device
from reports.policy.verdict import Verdict

ASSESSED = (Verdict.RESTRICTED, Verdict.REVIEW, Verdict.CONDITIONAL, Verdict.CLEAR)
"""The verdicts of an assessed device, worst first: they add up to the only denominator that a report names."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """The devices of some verdicts by place. `without_device` are targets that are no device, so they have no place."""

    verdicts: tuple[Verdict, ...]
    by_place: Mapping[Place, int]
    without_device: int = 0

    @property
    def total(self) -> int:
        """All of the row, wherever they stand."""
        return sum(self.by_place.values()) + self.without_device


def verdict_matrix(document: Document) -> tuple[MatrixRow, ...]:
    """A row for each verdict of an assessed device, one for all of these, and one for what was not assessed."""
    counts = devices_by(document)

    def row(*verdicts: Verdict) -> Mapping[Place, int]:
        return {place: sum(counts[place][verdict] for verdict in verdicts) for place in Place}

    missing = len(targets_without_device(document))
    return (
        *(MatrixRow((verdict,), row(verdict)) for verdict in ASSESSED),
        MatrixRow(ASSESSED, row(*ASSESSED)),
        MatrixRow((Verdict.NOT_ASSESSED,), row(Verdict.NOT_ASSESSED), missing),
    )
