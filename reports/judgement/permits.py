"""permits.yaml: permissions that an authority gave before use, each with its last day and its conditions.

Only the operator knows them, and many are confidential. A permit settles the rules that ask for somebody's consent, and
any other rule that the permit names itself.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import model_validator

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.device import Device
from fingerprints.model.repeated import repeated
from reports.judgement.because import Because, PermitExpired, PermitHolds, PlainReason
from reports.judgement.effect import latest_date
from reports.judgement.exceptions import ExceptionScope, ExceptionText, ExceptionTexts, Permit, ScopeEntry, matches_any
from reports.judgement.finding import Finding, is_in_scope
from reports.policy.action import EFFECTS, Effect, Standing
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Reason, Verdict

REVIEWED_WITHOUT_PERMIT = (Reason.REFER, Reason.SUSPECTED, Reason.CONTRADICTORY)
"""Reasons that stay for review where no permit covers the device. A rule that names nobody restricts nobody, and the
lack of a permit makes no doubt more certain."""

ARRIVAL = ("installed", "install_date", "purchased", "purchase_date")
"""The operator's own attributes that date the arrival of a unit."""


@dataclass(frozen=True, slots=True)
class Permits:
    """All permits of a file, in its order."""

    permits: tuple[Permit, ...] = ()


def read_permits(path: Path) -> Permits:
    """Read a permits file. Raises DataFileError naming line and key."""
    entries = read_yaml(path, _PermitsFile).permits
    return Permits(
        tuple(
            Permit(
                entry.id, entry.scope.scope(), entry.granted_by, entry.granted, entry.expires, entry.conditions or ""
            )
            for entry in entries
        )
    )


def apply_permits(
    findings: tuple[Finding, ...], device: Device, policies: tuple[Policy, ...], permits: Permits, as_of: date
) -> tuple[Finding, ...]:
    """The same findings in the same order, as the permits settle them on that day. Waivers are applied afterwards.

    Where the file holds any permit for a rule of consent, the rule is denied to every device that none of them covers.
    """
    if not permits.permits or not findings:
        return findings
    rules = {(policy.id, rule.id): rule for policy in policies for rule in policy.rules}
    return tuple(
        _settle(finding, rules[finding.policy, finding.rule], device, permits, as_of)
        if finding.verdict is not Verdict.CLEAR and (finding.policy, finding.rule) in rules
        else finding
        for finding in findings
    )


def _settle(finding: Finding, rule: Rule, device: Device, permits: Permits, as_of: date) -> Finding:
    consent = EFFECTS[rule.action] is Effect.CONSENT
    granted = [permit for permit in permits.permits if permit.granted <= as_of and _is_about(permit, finding, consent)]
    covering = [permit for permit in granted if is_in_scope(permit.scope, finding, device)]
    valid = [permit for permit in covering if permit.expires is None or permit.expires >= as_of]
    if valid:
        return _allow(finding, max(valid, key=_leniency))
    if not consent:
        return finding
    if covering:
        return _deny(finding, PermitExpired(max(covering, key=_leniency)), rule, as_of)
    if granted and not _may_stay(rule, device):
        return _deny(finding, PlainReason.NO_PERMIT, rule, as_of)
    return finding


def _is_about(permit: Permit, finding: Finding, consent: bool) -> bool:
    """Whether a permit is about the rule of a finding. One that names no rule is about every rule of consent."""
    scope = permit.scope
    if not matches_any((finding.policy,), scope.policies):
        return False
    return matches_any((finding.rule,), scope.rules) if scope.rules else consent


def _allow(finding: Finding, permit: Permit) -> Finding:
    """Clear; but conditional under conditions, which only a person can see met."""
    verdict = Verdict.CONDITIONAL if permit.conditions else Verdict.CLEAR
    because = (*finding.because, PermitHolds(permit))
    return replace(finding, verdict=verdict, because=because, reason=None, deadline=permit.expires)


def _deny(finding: Finding, why: Because, rule: Rule, as_of: date) -> Finding:
    because = (*finding.because, why)
    if as_of < rule.effective or finding.reason in REVIEWED_WITHOUT_PERMIT:
        return replace(finding, because=because)
    return replace(finding, verdict=Verdict.RESTRICTED, because=because, reason=None)


def _leniency(permit: Permit) -> tuple[bool, date]:
    """The sort key by which the permit with the fewest conditions and the latest end comes last."""
    return not permit.conditions, permit.expires or date.max


def _may_stay(rule: Rule, device: Device) -> bool:
    """Whether the rule leaves this unit alone because it came before the rule held. Without a declared date it does."""
    if rule.standing is not Standing.MAY_STAY:
        return False
    arrived = latest_date(device, ARRIVAL)
    return arrived is None or arrived < rule.effective


class _PermitScopeEntry(ScopeEntry):
    maker: ExceptionTexts | None = None
    """Ids of companies. Without it: any."""
    model: ExceptionTexts | None = None
    """Models. Without it: any."""

    def scope(self) -> ExceptionScope:
        return replace(super().scope(), makers=self.maker or (), models=self.model or ())


class _PermitEntry(FileModel):
    id: ExceptionText
    """Its name in reports."""
    scope: _PermitScopeEntry
    """Which findings it covers."""
    granted_by: ExceptionText
    """The authority."""
    granted: date
    """The first day."""
    expires: date | None = None
    """The last day. Without it: no end."""
    conditions: ExceptionText | None = None
    """What the authority asks for, in its words: then a permit makes a finding conditional, not clear."""

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.expires is not None and self.expires < self.granted:
            raise ValueError("expires on or after granted")
        return self


class _PermitsFile(FileModel):
    permits: tuple[_PermitEntry, ...]
    """The permits."""

    @model_validator(mode="after")
    def ids_are_unique(self) -> Self:
        ids = [permit.id for permit in self.permits]
        twice = repeated(ids)
        if twice:
            raise ValueError(f"each permit id once; written twice: {', '.join(twice)}")
        return self
