"""waivers.yaml: findings that somebody answers for, for a time. A waived finding stays in the report."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import model_validator

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.device import Device
from reports.judgement.finding import Finding
from reports.judgement.finding_scope import Scope, ScopeEntry, Word, in_scope


@dataclass(frozen=True, slots=True)
class Waiver:
    """One exception: what it covers, why, who answers for it, who allowed it, and the last day on which it holds."""

    id: str
    scope: Scope
    reason: str
    owner: str
    approved_by: str
    expires: date

    def told(self) -> str:
        """The waiver as a report prints it beside the finding."""
        answers = f"owner {self.owner}, approved by {self.approved_by}, until {self.expires:%Y-%m-%d}"
        return f"{self.id}: {self.reason} ({answers})"


@dataclass(frozen=True, slots=True)
class Waivers:
    """All waivers of a file, in its order."""

    waivers: tuple[Waiver, ...] = ()

    def expired(self, as_of: date) -> tuple[Waiver, ...]:
        """Those whose last day has gone by."""
        return tuple(waiver for waiver in self.waivers if waiver.expires < as_of)


def read_waivers(path: Path) -> Waivers:
    """Read a waivers file. Raises DataFileError naming line and key."""
    return Waivers(
        tuple(
            Waiver(
                entry.id,
                entry.scope.scope(),
                entry.reason,
                entry.owner,
                entry.approved_by,
                entry.expires,
            )
            for entry in read_yaml(path, _WaiversFile).waivers
        )
    )


def apply(findings: tuple[Finding, ...], device: Device, waivers: Waivers, as_of: date) -> tuple[Finding, ...]:
    """The same findings in the same order, each with the first waiver that covers it; an expired one is only told."""
    if not waivers.waivers:
        return findings
    return tuple(_waived(finding, device, waivers, as_of) for finding in findings)


def covers(waiver: Waiver, finding: Finding, device: Device) -> bool:
    """Whether a finding lies in the scope of a waiver, whatever the day. Without a component it covers none of them."""
    return in_scope(waiver.scope, finding, device)


def _waived(finding: Finding, device: Device, waivers: Waivers, as_of: date) -> Finding:
    fitting = [waiver for waiver in waivers.waivers if covers(waiver, finding, device)]
    valid = next((waiver for waiver in fitting if waiver.expires >= as_of), None)
    if valid is not None:
        return replace(finding, waiver=valid.told())
    if fitting:
        last = max(fitting, key=lambda waiver: waiver.expires)
        return replace(finding, because=f"{finding.because}; waiver {last.id} expired on {last.expires:%Y-%m-%d}")
    return finding


class _WaiverEntry(FileModel):
    id: Word
    scope: ScopeEntry
    reason: Word
    owner: Word
    approved_by: Word
    expires: date


class _WaiversFile(FileModel):
    waivers: tuple[_WaiverEntry, ...]

    @model_validator(mode="after")
    def ids_are_unique(self) -> Self:
        ids = [waiver.id for waiver in self.waivers]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"each waiver id once; written twice: {', '.join(twice)}")
        return self
