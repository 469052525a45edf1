"""Findings by cause: the devices of one maker and family that one rule says the same of in one place.

A report of sixty findings is read as six groups. A waived finding belongs to no group.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from reports.document.document import Document, Place, ReportedDevice, ReportedFinding, place_of
from reports.document.overview import is_eve, maker_of, names_part, open_findings, party_name, worst_first
from reports.document.wording import UNKNOWN_MAKER
from reports.policy.verdict import Verdict, severity

_FAMILY = re.compile(r"(?:[^\W\d]+[ -])?[^\W\d]*\d[\w/]*")
"""A product family at the start of a model: a name if there is one, then letters and the first number with what is
written to it: `CloudEngine S5735` of `CloudEngine S5735-L24T4S`, `NE40E` of `NE40E-X8A`, `ASR-9006`."""


@dataclass(frozen=True, slots=True)
class GroupCause:
    """What the findings of a group have in common. `part` is the kind of the part that they concern and `maker` and
    `family` are that part's; `part` is empty for findings about devices. `tier` is empty where no zone names one, and
    `reason` where the verdict is the rule's own."""

    maker: str
    family: str
    part: str
    policy: str
    rule: str
    verdict: Verdict
    place: Place
    tier: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """A cause, its devices with the worst first, their sites, and the first date on which it falls due. `because` is of
    the first device, and of all of them if `is_same_reason`: devices of one tier may stand there by different zones."""

    cause: GroupCause
    devices: tuple[ReportedDevice, ...]
    sites: tuple[str, ...]
    citation: str
    because: str
    deadline: date | None
    is_same_reason: bool = True


def finding_groups(document: Document) -> tuple[FindingGroup, ...]:
    """The groups of all open findings but those that clear: worst verdict first, the core first, the largest first."""
    found: dict[GroupCause, list[tuple[ReportedDevice, ReportedFinding]]] = {}
    for judged in worst_first(document):
        for finding in open_findings(judged):
            if finding.verdict is not Verdict.CLEAR:
                found.setdefault(cause_of(judged, finding), []).append((judged, finding))
    return tuple(sorted(map(_group, found, found.values()), key=_order))


def by_product(groups: Iterable[FindingGroup]) -> tuple[tuple[FindingGroup, ...], ...]:
    """The groups, those together that say the same verdict of the same devices or parts by several rules. The order is
    that of the first of each."""
    together: dict[tuple[object, ...], list[FindingGroup]] = {}
    for group in groups:
        cause = group.cause
        ids = tuple(sorted(judged.device.id for judged in group.devices))
        key = (cause.maker, cause.family, cause.part, cause.verdict, cause.place, cause.tier, ids)
        together.setdefault(key, []).append(group)
    return tuple(map(tuple, together.values()))


def cause_of(judged: ReportedDevice, finding: ReportedFinding) -> GroupCause:
    """The cause of one finding of a device."""
    place, tier = place_of(judged.placement), judged.placement.tier
    maker, family, part = next(_of_part(judged, finding), None) or (
        maker_of(judged),
        family_of(judged.device.identity.model or ""),
        "",
    )
    where = (place, tier.value if tier else "")
    return GroupCause(maker, family, part, finding.policy, finding.rule, finding.verdict, *where, finding.reason or "")


def family_of(model: str) -> str:
    """The product family that a model's name begins with; the whole name if it has no number."""
    found = _FAMILY.match(model)
    return found.group() if found else model


def _of_part(judged: ReportedDevice, finding: ReportedFinding) -> Iterator[tuple[str, str, str]]:
    """Maker, family and kind of the part that a finding names by its position; of several there, the watched first."""
    for part in sorted(judged.device.components, key=lambda part: not part.watched):
        if names_part(finding, part):
            maker = party_name(part.made_by) or ", ".join(tie.entity for tie in part.watched)
            yield maker or UNKNOWN_MAKER, family_of(part.model or ""), part.kind


def _group(cause: GroupCause, members: list[tuple[ReportedDevice, ReportedFinding]]) -> FindingGroup:
    devices = tuple({judged.device.id: judged for judged, _ in members}.values())
    sites = sorted({judged.placement.site for judged in devices if judged.placement.site})
    deadlines = [finding.deadline for _, finding in members if finding.deadline and not is_eve(finding)]
    first, reasons = members[0][1], {finding.because for _, finding in members}
    day = min(deadlines, default=None)
    return FindingGroup(cause, devices, tuple(sites), first.citation, first.because, day, len(reasons) == 1)


def _order(group: FindingGroup) -> tuple[int, int, int, str]:
    cause = group.cause
    named = f"{cause.maker} {cause.family} {cause.part} {cause.policy} {cause.rule} {cause.tier} {cause.reason}"
    return severity(cause.verdict), tuple(Place).index(cause.place), -len(group.devices), named
