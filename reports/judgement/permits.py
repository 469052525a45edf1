"""permits.yaml: permissions that an authority gave before use, each with its last day and its conditions.

Only the operator knows them: many are confidential. A permit settles the rules that ask for somebody's consent, and any
other rule that it names itself.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import model_validator

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.device import Device
from reports.judgement.effect import latest_date
from reports.judgement.finding import Finding
from reports.judgement.finding_scope import Scope, ScopeEntry, Word, Words, any_like, in_scope
from reports.policy.action import EFFECTS, Effect, Standing
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Reason, Verdict

ASKED = (Reason.REFER, Reason.SUSPECTED, Reason.CONTRADICTORY)
"""What stays for review without a permit: a rule that names nobody restricts nobody, and doubt is no more certain."""

CAME = ("installed", "install_date", "purchased", "purchase_date")


@dataclass(frozen=True, slots=True)
class Permit:
    """One permission: for what, by whom, from which day, and the last day on which it holds (None: no end)."""

    id: str
    scope: Scope
    granted_by: str
    granted: date
    expires: date | None = None
    conditions: str = ""

    def told(self) -> str:
        """The permit as a finding tells it."""
        return f"permit {self.id} of {self.granted_by}, {self.granted:%Y-%m-%d}"


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


def permitted(
    findings: tuple[Finding, ...], device: Device, policies: tuple[Policy, ...], permits: Permits, as_of: date
) -> tuple[Finding, ...]:
    """The same findings in the same order, as the permits settle them on that day; waivers are applied afterwards.

    A rule of consent for which the file holds any permit is denied to what none of them covers.
    """
    if not permits.permits or not findings:
        return findings
    rules = {(policy.id, rule.id): rule for policy in policies for rule in policy.rules}
    return tuple(
        _settled(finding, rules[finding.policy, finding.rule], device, permits, as_of)
        if finding.verdict is not Verdict.CLEAR and (finding.policy, finding.rule) in rules
        else finding
        for finding in findings
    )


def _settled(finding: Finding, rule: Rule, device: Device, permits: Permits, as_of: date) -> Finding:
    consent = EFFECTS[rule.action] is Effect.CONSENT
    speaking = [
        permit for permit in permits.permits if _speaks_of(permit, finding, consent) and permit.granted <= as_of
    ]
    covering = [permit for permit in speaking if in_scope(permit.scope, finding, device)]
    valid = [permit for permit in covering if permit.expires is None or permit.expires >= as_of]
    if valid:
        return _allowed(finding, max(valid, key=_lasting))
    if not consent:
        return finding
    if covering:
        return _denied(finding, _ended(max(covering, key=_lasting)), rule, as_of)
    if speaking and not _was_there(rule, device):
        return _denied(finding, "no permit covers it", rule, as_of)
    return finding


def _speaks_of(permit: Permit, finding: Finding, consent: bool) -> bool:
    scope = permit.scope
    if not any_like((finding.policy,), scope.policies):
        return False
    return any_like((finding.rule,), scope.rules) if scope.rules else consent


def _allowed(finding: Finding, permit: Permit) -> Finding:
    """No more is to be done; under conditions that is for a person to see, so it stays conditional."""
    until = f" until {permit.expires:%Y-%m-%d}" if permit.expires else ""
    because = f"{finding.because}; allowed by {permit.told()}{until}"
    if permit.conditions:
        because += f", on these conditions: {permit.conditions}"
    verdict = Verdict.CONDITIONAL if permit.conditions else Verdict.CLEAR
    return replace(finding, verdict=verdict, because=because, reason=None, deadline=permit.expires)


def _denied(finding: Finding, why: str, rule: Rule, as_of: date) -> Finding:
    because = f"{finding.because}; {why}"
    if as_of < rule.effective or finding.reason in ASKED:
        return replace(finding, because=because)
    return replace(finding, verdict=Verdict.RESTRICTED, because=because, reason=None)


def _ended(permit: Permit) -> str:
    return f"{permit.told()}, ended on {permit.expires:%Y-%m-%d}"


def _lasting(permit: Permit) -> tuple[bool, date]:
    """The one that asks least and holds longest comes last."""
    return not permit.conditions, permit.expires or date.max


def _was_there(rule: Rule, device: Device) -> bool:
    """Whether a rule that leaves alone what stood before leaves this alone; nobody's word is the operator's doubt."""
    if rule.standing is not Standing.MAY_STAY:
        return False
    came = latest_date(device, CAME)
    return came is None or came < rule.effective


class _PermitScopeEntry(ScopeEntry):
    maker: Words | None = None
    model: Words | None = None

    def scope(self) -> Scope:
        meant = super().scope()
        return replace(meant, makers=self.maker or (), models=self.model or ())


class _PermitEntry(FileModel):
    id: Word
    scope: _PermitScopeEntry
    granted_by: Word
    granted: date
    expires: date | None = None
    conditions: Word | None = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.expires is not None and self.expires < self.granted:
            raise ValueError("expires on or after granted")
        return self


class _PermitsFile(FileModel):
    permits: tuple[_PermitEntry, ...]

    @model_validator(mode="after")
    def ids_are_unique(self) -> Self:
        ids = [permit.id for permit in self.permits]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"each permit id once; written twice: {', '.join(twice)}")
        return self
