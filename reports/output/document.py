"""The document: a header and a sorted run of judged devices. It is the only input of every format."""

from dataclasses import dataclass
from datetime import date

from fingerprints.device import Device
from reports.judgement.verdict import Finding, Placement, Verdict

SCHEMA = "kitscan-document/1"


@dataclass(frozen=True, slots=True)
class JudgedDevice:
    """A device, where it stands, what every rule says of it, and the worst of that which no waiver covers."""

    device: Device
    placement: Placement
    findings: tuple[Finding, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A target that was named or showed life, and that nothing could be learned of: why, and what to do about it."""

    target: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class SilentRange:
    """Addresses of one prefix in scope that gave no sign of life: counted, never listed, never called empty."""

    prefix: str
    addresses: int
    silent: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the scope was seen: counts of addresses and devices, and the silent ranges."""

    in_scope: int
    answered: int
    identified: int
    not_assessed: int
    silent: tuple[SilentRange, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing that was named or showed life went unassessed."""
        return self.not_assessed == 0


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """A policy that this document was judged by, as an auditor cites it."""

    id: str
    title: str
    jurisdiction: str
    instrument: str
    binding: bool
    certainty: str
    notes: tuple[str, ...] = ()
    """What a scan cannot tell about this policy, said once."""


@dataclass(frozen=True, slots=True)
class Header:
    """Under what the devices were judged. `data_version` names the fingerprint data; `run` the evidence."""

    tool_version: str
    data_version: str
    run: str
    as_of: date
    policies: tuple[AppliedPolicy, ...]
    policies_chosen: str
    coverage: Coverage
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Devices sorted by id, targets not assessed sorted by target."""

    header: Header
    devices: tuple[JudgedDevice, ...]
    not_assessed: tuple[NotAssessed, ...]
