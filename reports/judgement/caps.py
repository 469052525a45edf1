"""Caps: what share of a network's part is a named maker's, counted over all devices of a run.

A cap whose metric an inventory can count is decided; of any other the share of devices is told as a hint, and the
finding stays conditional.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from fingerprints.model.device import Device
from reports.judgement.finding import Finding
from reports.judgement.place_match import assumption
from reports.placement.placement import Placement
from reports.policy.action import Action, Counted
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Reason, Verdict

DOUBTFUL = (Reason.SUSPECTED, Reason.CONTRADICTORY)


class Judged(Protocol):
    """A device with its place and its findings; reports.judgement.assessment.JudgedDevice is one."""

    @property
    def device(self) -> Device:
        """The box."""

    @property
    def placement(self) -> Placement:
        """Where it stands."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say of it."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what a cap is about is a named maker's. `doubtful` of the units are only possibly theirs; of
    `missing` devices nobody gave the number that counts, so the share is not known."""

    policy: str
    rule: str
    cap_percent: float
    counted: Counted
    decides: bool
    units: float
    named: float
    doubtful: float
    deadline: date | None = None
    missing: int = 0

    @property
    def percent(self) -> float:
        """The share of those surely named, 0 to 100."""
        return 100.0 * self.named / self.units if self.units else 0.0

    @property
    def percent_at_most(self) -> float:
        """The share if every doubtful unit is theirs too."""
        return 100.0 * (self.named + self.doubtful) / self.units if self.units else 0.0


def shares(judged: Sequence[Judged], policies: tuple[Policy, ...]) -> tuple[Share, ...]:
    """The share of every cap of the policies, over the devices that surely stand where it reaches.

    One whose place is only supposed counts where it is named, and then as doubtful: the unknown never lowers a share.
    """
    return tuple(
        _share(policy, rule, rule.cap_percent, judged)
        for policy in policies
        for rule in policy.rules
        if rule.action is Action.CAP_PERCENT and rule.cap_percent is not None
    )


def settled(findings: tuple[Finding, ...], measured: Iterable[Share], as_of: date) -> tuple[Finding, ...]:
    """The same findings, those of caps with the share that was measured; waivers are applied afterwards."""
    by_rule = {(share.policy, share.rule): share for share in measured}
    return tuple(
        _settled(finding, by_rule[finding.policy, finding.rule], as_of)
        if (finding.policy, finding.rule) in by_rule and finding.reason is Reason.UNMEASURED
        else finding
        for finding in findings
    )


def _settled(finding: Finding, share: Share, as_of: date) -> Finding:
    told = f"{share.named:g} of {share.units:g} {share.counted} there are ({share.percent:.1f} percent)"
    if share.doubtful:
        told += f", {share.doubtful:g} more may be"
    if share.missing:
        return replace(
            finding, because=f"{finding.because}: {share.missing} of the devices have no {share.counted} declared"
        )
    if not share.decides:
        return replace(finding, because=f"{finding.because}; as a hint, {told}")
    because = f"{finding.because.removesuffix('; the share is not measured')}; {told}"
    over = share.percent > share.cap_percent
    if not over and share.percent_at_most > share.cap_percent:
        return replace(finding, verdict=Verdict.REVIEW, because=because, reason=Reason.SUSPECTED)
    due = share.deadline is None or as_of > share.deadline
    verdict = Verdict.RESTRICTED if over and due else Verdict.CONDITIONAL
    return replace(finding, verdict=verdict, because=because, reason=None)


def _share(policy: Policy, rule: Rule, cap: float, judged: Sequence[Judged]) -> Share:
    counted = rule.counted or Counted.DEVICES
    units: dict[str, float | None] = {}
    named: set[str] = set()
    doubtful: set[str] = set()
    for one in judged:
        supposed = assumption(rule.where, one.placement)
        about = [finding for finding in one.findings if finding.rule == rule.id and finding.policy == policy.id]
        if supposed is None or (supposed and not about):
            continue
        unit = _unit(one, counted)
        units[unit] = _weight(one.device, counted)
        for finding in about:
            (doubtful if supposed or finding.reason in DOUBTFUL else named).add(unit)
    missing = sum(weight is None for weight in units.values())
    return Share(
        policy.id,
        rule.id,
        cap,
        counted,
        rule.counted is not None and not missing,
        _sum(units, units.keys()),
        _sum(units, named),
        _sum(units, doubtful - named),
        rule.deadline,
        missing,
    )


def _sum(units: Mapping[str, float | None], chosen: Iterable[str]) -> float:
    return math.fsum(units[unit] or 0.0 for unit in chosen)


def _weight(device: Device, counted: Counted) -> float | None:
    """How much a device counts for; None where the operator gives no number for it."""
    if counted in (Counted.DEVICES, Counted.SITES):
        return 1.0
    given = next((value for name, value in device.attributes if name == counted), "")
    try:
        weight = float(given)
    except ValueError:
        return None
    return weight if math.isfinite(weight) and weight >= 0 else None


def _unit(one: Judged, counted: Counted) -> str:
    """What a device counts as: itself, or its site; one whose site nobody knows is a site of its own."""
    if counted is not Counted.SITES:
        return one.device.id
    declared = next((value for name, value in one.device.attributes if name == "site"), None)
    return one.placement.site or declared or one.device.id
