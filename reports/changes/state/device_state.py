"""What one run said of one device, as a value that is kept and compared: who made it, what it is, where it stands, what
the policies say of it. Without its evidence: that stays in the store."""

from dataclasses import dataclass
from datetime import date

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Level
from reports.document.document import Place
from reports.policy.verdict import Reason, Verdict


@dataclass(frozen=True, slots=True)
class PartState:
    """A part: its kind and place, who made it, and what it is. `maker` is a name, empty if nobody knows it."""

    kind: ComponentKind
    position: str
    maker: str
    model: str
    serial: str


@dataclass(frozen=True, slots=True)
class FindingState:
    """What one rule said of the device, or of the part at `component`. `waived` is True where a waiver covers it."""

    policy: str
    rule: str
    verdict: Verdict
    citation: str
    component: str
    reason: Reason | None
    deadline: date | None
    starts: date | None
    waived: bool


@dataclass(frozen=True, order=True, slots=True)
class GapState:
    """A probe that had no answer from the device, and why (a GapReason)."""

    probe: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One device on one night.

    `lasting_id` is the id that it had when it was first seen, `id` that of this run's document. `keys` are its match
    keys, `kind=text`, strongest first. `companies` are the ids of all companies tied to it or its parts, sorted.
    `evidence` is the digest of what it said, whatever it was judged by; `findings` are those not clear or dated, in
    the order of the document. `read` names what was read of it (`snmp`, `command line`), `gaps` what was not; sorted.
    `fleet_site` is the site of a fleet that collected it, empty without one: no site says what became of a device of
    another. Texts are the device's own and not yet safe to show; empty where nobody knows.
    """

    lasting_id: str
    id: str
    keys: tuple[str, ...]
    name: str
    labels: tuple[str, ...]
    addresses: tuple[str, ...]
    maker: str
    level: Level
    model: str
    version: str
    serial: str
    companies: tuple[str, ...]
    parts: tuple[PartState, ...]
    place: Place
    zone: str
    site: str
    stands: str
    """Where it stands, in words: tier, segment, site."""
    verdict: Verdict
    findings: tuple[FindingState, ...]
    evidence: str
    read: tuple[str, ...] = ()
    gaps: tuple[GapState, ...] = ()
    fleet_site: str = ""
