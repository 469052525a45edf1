"""Caps: the share of a network's part that a named maker has, counted over all devices of a run.

Where an inventory counts the metric of a cap, the share decides. For every other metric the share of devices is a hint,
and the finding stays conditional.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from fingerprints.model.device import Device
from reports.judgement.because import Because, PlainReason, ShareAsHint, ShareMeasured, ShareNotCountable
from reports.judgement.finding import Finding
from reports.judgement.place_match import match_place
from reports.judgement.share import Share
from reports.placement.placement import Placement
from reports.policy.action import Action, Counted
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Reason, Verdict

DOUBTFUL = (Reason.SUSPECTED, Reason.CONTRADICTORY)


class JudgedAlone(Protocol):
    """A device with its placement and its findings; reports.judgement.assessment.JudgedDevice is one."""

    @property
    def device(self) -> Device:
        """The box."""

    @property
    def placement(self) -> Placement:
        """Where it stands."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say of it."""


def measure_shares(devices: Sequence[JudgedAlone], policies: tuple[Policy, ...]) -> tuple[Share, ...]:
    """The share of every cap of the policies, over the devices that surely stand where the cap reaches.

    A device whose place is only assumed counts where the cap names its maker, and then as doubtful: what is unknown
    never lowers a share.
    """
    return tuple(
        _measure(policy, rule, rule.cap_percent, devices)
        for policy in policies
        for rule in policy.rules
        if rule.action is Action.CAP_PERCENT and rule.cap_percent is not None
    )


def settle_caps(findings: tuple[Finding, ...], shares: Iterable[Share], as_of: date) -> tuple[Finding, ...]:
    """The same findings, those of caps with the share that was measured. Waivers are applied afterwards."""
    by_rule = {(share.policy, share.rule): share for share in shares}
    return tuple(
        _settle(finding, by_rule[finding.policy, finding.rule], as_of)
        if (finding.policy, finding.rule) in by_rule and finding.reason is Reason.UNMEASURED
        else finding
        for finding in findings
    )


def _settle(finding: Finding, share: Share, as_of: date) -> Finding:
    if share.missing:
        return replace(finding, because=(*finding.because, ShareNotCountable(share.missing, share.counted)))
    if not share.decides:
        return replace(finding, because=(*finding.because, ShareAsHint(share)))
    because = _with_measure(finding.because, share)
    over = share.percent > share.cap_percent
    if not over and share.percent_at_most > share.cap_percent:
        return replace(finding, verdict=Verdict.REVIEW, because=because, reason=Reason.SUSPECTED)
    due = share.deadline is None or as_of > share.deadline
    verdict = Verdict.RESTRICTED if over and due else Verdict.CONDITIONAL
    return replace(finding, verdict=verdict, because=because, reason=None)


def _with_measure(because: tuple[Because, ...], share: Share) -> tuple[Because, ...]:
    """The same reasons, with the share in the place of the one that it was not measured."""
    measured = ShareMeasured(share)
    return tuple(measured if reason is PlainReason.SHARE_NOT_MEASURED else reason for reason in because)


def _measure(policy: Policy, rule: Rule, cap: float, devices: Sequence[JudgedAlone]) -> Share:
    counted = rule.counted or Counted.DEVICES
    units: dict[str, float | None] = {}
    named: set[str] = set()
    doubtful: set[str] = set()
    for judged in devices:
        match = match_place(rule.where, judged.placement)
        about = [finding for finding in judged.findings if finding.rule == rule.id and finding.policy == policy.id]
        if match is None or (match.assumptions and not about):
            continue
        unit = _unit(judged, counted)
        units[unit] = _weight(judged.device, counted)
        for finding in about:
            (doubtful if match.assumptions or finding.reason in DOUBTFUL else named).add(unit)
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
    """How many units a device is; None where the operator declares no usable number for it."""
    if counted in (Counted.DEVICES, Counted.SITES):
        return 1.0
    declared = next((value for name, value in device.attributes if name == counted), "")
    try:
        weight = float(declared)
    except ValueError:
        return None
    return weight if math.isfinite(weight) and weight >= 0 else None


def _unit(judged: JudgedAlone, counted: Counted) -> str:
    """The unit that a device belongs to: itself, or its site. A device of unknown site is a site of its own."""
    if counted is not Counted.SITES:
        return judged.device.id
    declared = next((value for name, value in judged.device.attributes if name == "site"), None)
    return judged.placement.site or declared or judged.device.id
