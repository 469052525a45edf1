"""Two documents of one network, compared: which devices are new, which are gone, and what changed of the others.

A device is the same in both if it has the same id. One that is gone is not clear of anything: it was not assessed, or
gave no sign of life.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.document.document import Document, NotAssessed, ReportedDevice, place_of
from reports.document.overview import maker_of, open_findings, worst_first
from reports.document.wording import PLACE, VERDICT


class Property(StrEnum):
    """What may change of a device between two documents."""

    VERDICT = "verdict"
    PLACE = "place"
    MAKER = "maker"
    MODEL = "model"
    VERSION = "version"
    SERIAL = "serial"
    FINDINGS = "findings"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property of a device, before and after. Findings and parts list only what the other side lacks."""

    of: Property
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedDevice:
    """A device as it is now, and how it differs from before."""

    device: ReportedDevice
    changes: tuple[PropertyChange, ...]


@dataclass(frozen=True, slots=True)
class GoneDevice:
    """A device as it was, and why the later run did not assess it; None if that run did not see it at all."""

    device: ReportedDevice
    missing: NotAssessed | None


@dataclass(frozen=True, slots=True)
class DocumentComparison:
    """What is new, gone and changed, each the worst first, and how many devices are the same. `same_scope` is False
    where the two runs were asked different targets or exclusions, None where a run does not say."""

    new: tuple[ReportedDevice, ...]
    gone: tuple[GoneDevice, ...]
    changed: tuple[ChangedDevice, ...]
    same: int
    same_scope: bool | None


def compare(before: Document, after: Document) -> DocumentComparison:
    """How `after` differs from `before`."""
    earlier = {judged.device.id: judged for judged in before.devices}
    later = {judged.device.id for judged in after.devices}
    missing = {item.target: item for item in after.not_assessed}
    both = [(earlier[judged.device.id], judged) for judged in worst_first(after) if judged.device.id in earlier]
    changed = [ChangedDevice(now, tuple(changes_of(was, now))) for was, now in both]
    return DocumentComparison(
        new=tuple(judged for judged in worst_first(after) if judged.device.id not in earlier),
        gone=tuple(
            GoneDevice(judged, _missing(judged, missing))
            for judged in worst_first(before)
            if judged.device.id not in later
        ),
        changed=tuple(device for device in changed if device.changes),
        same=sum(not device.changes for device in changed),
        same_scope=_same_scope(before, after),
    )


def changes_of(before: ReportedDevice, after: ReportedDevice) -> Iterator[PropertyChange]:
    """Each property that differs."""
    was, now = _properties(before), _properties(after)
    yield from (PropertyChange(name, was[name], now[name]) for name in was if was[name] != now[name])
    for name, old, new in (
        (Property.FINDINGS, _findings(before), _findings(after)),
        (Property.PARTS, _parts(before), _parts(after)),
    ):
        if old != new:
            yield PropertyChange(name, "; ".join(sorted(old - new)), "; ".join(sorted(new - old)))


def _properties(judged: ReportedDevice) -> Mapping[Property, str]:
    identity = judged.device.identity
    return {
        Property.VERDICT: VERDICT[judged.verdict],
        Property.PLACE: PLACE[place_of(judged.placement)],
        Property.MAKER: maker_of(judged),
        Property.MODEL: identity.model or "",
        Property.VERSION: identity.version or "",
        Property.SERIAL: identity.serial or "",
    }


def _findings(judged: ReportedDevice) -> frozenset[str]:
    return frozenset(
        f"{VERDICT[finding.verdict]} by {finding.policy}/{finding.rule}"
        + (f" ({finding.component})" if finding.component else "")
        for finding in open_findings(judged)
    )


def _parts(judged: ReportedDevice) -> frozenset[str]:
    return frozenset(
        " ".join(filter(None, (part.kind, part.position, part.model, part.serial))) for part in judged.device.components
    )


def _missing(judged: ReportedDevice, missing: Mapping[str, NotAssessed]) -> NotAssessed | None:
    device = judged.device
    names = (device.name, *device.labels, *device.addresses, device.id)
    return next((missing[name] for name in names if name in missing), None)


def _same_scope(before: Document, after: Document) -> bool | None:
    records = (before.header.record, after.header.record)
    asked = [(record.targets, record.exclusions) for record in records if record and record.targets]
    return None if len(asked) < 2 else asked[0] == asked[1]
