"""waivers.yaml: findings that somebody answers for, for a time. A waived finding stays in the report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.device import Device
from fingerprints.model.repeated import repeated
from reports.judgement.because import WaiverExpired
from reports.judgement.caps import JudgedAlone
from reports.judgement.exceptions import ExceptionText, ScopeEntry, Waiver, covers_device, fits_only_by_own_name
from reports.judgement.finding import Finding, is_in_scope

TO_WRITE = "TO WRITE"
"""What stands in an entry that kitscan drafts where only a person can know the answer."""

_PLACEHOLDERS = frozenset(
    (TO_WRITE.casefold(), "", "todo", "to do", "tbd", "tba", "fixme", "xxx", "?", "??", "???", "-")
)
"""What people write in place of an answer."""


@dataclass(frozen=True, slots=True)
class Waivers:
    """All waivers of a file, in its order."""

    waivers: tuple[Waiver, ...] = ()

    def expired(self, as_of: date) -> tuple[Waiver, ...]:
        """The waivers whose last day is over."""
        return tuple(waiver for waiver in self.waivers if waiver.expires < as_of)


def read_waivers(path: Path) -> Waivers:
    """Read a waivers file. Raises DataFileError naming line and key."""
    return Waivers(
        tuple(
            Waiver(entry.id, entry.scope.scope(), entry.reason, entry.owner, entry.approved_by, entry.expires)
            for entry in read_yaml(path, _WaiversFile).waivers
        )
    )


def apply_waivers(findings: tuple[Finding, ...], device: Device, waivers: Waivers, as_of: date) -> tuple[Finding, ...]:
    """The same findings in the same order, each with the first waiver that covers it on the day. An expired waiver
    covers nothing; the finding names it as a reason."""
    if not waivers.waivers:
        return findings
    return tuple(_waived(finding, device, waivers, as_of) for finding in findings)


def without_finding(waivers: Waivers, judged: Sequence[JudgedAlone]) -> tuple[Waiver, ...]:
    """The waivers, expired ones too, that match no finding of any device. One that fits a device by its own name alone
    is not among them: it has a note of its own."""
    applied = {finding.waiver.id for one in judged for finding in one.findings if finding.waiver is not None}
    return tuple(
        waiver
        for waiver in waivers.waivers
        if waiver.id not in applied and not any(_matches(waiver, one) for one in judged)
    )


def _matches(waiver: Waiver, judged: JudgedAlone) -> bool:
    if not covers_device(waiver.scope, judged.device):
        return fits_only_by_own_name(waiver.scope, judged.device)
    return any(is_in_scope(waiver.scope, finding, judged.device) for finding in judged.findings)


def _waived(finding: Finding, device: Device, waivers: Waivers, as_of: date) -> Finding:
    covering = [waiver for waiver in waivers.waivers if is_in_scope(waiver.scope, finding, device)]
    valid = next((waiver for waiver in covering if waiver.expires >= as_of), None)
    if valid is not None:
        return replace(finding, waiver=valid)
    if covering:
        last = max(covering, key=lambda waiver: waiver.expires)
        return replace(finding, because=(*finding.because, WaiverExpired(last)))
    return finding


def _is_written(text: str) -> str:
    if text.strip(" .:<>[]()").casefold() in _PLACEHOLDERS:
        raise ValueError(f"{text!r} stands for what a person still has to write; a waiver without it covers nothing")
    return text


_WrittenByPeople = Annotated[ExceptionText, AfterValidator(_is_written)]


class _WaiverEntry(FileModel):
    id: ExceptionText
    """Its name in reports."""
    scope: ScopeEntry
    """Which findings it covers."""
    reason: _WrittenByPeople
    """Why they are accepted."""
    owner: _WrittenByPeople
    """Who answers for them."""
    approved_by: _WrittenByPeople
    """Who approved it."""
    expires: date
    """The last day on which it covers anything."""


class _WaiversFile(FileModel):
    waivers: tuple[_WaiverEntry, ...]
    """The waivers."""

    @model_validator(mode="after")
    def ids_are_unique(self) -> Self:
        ids = [waiver.id for waiver in self.waivers]
        twice = repeated(ids)
        if twice:
            raise ValueError(f"each waiver id once; written twice: {', '.join(twice)}")
        return self
