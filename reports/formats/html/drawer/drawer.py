"""What the drawer of one row says, as texts in a fixed order: the script shows them and adds no sentence of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Component, Device, Identity, Level, Watched
from fingerprints.model.evidence import Gap
from reports.document.document import Document, Header, NotAssessed, ReportedDevice, ReportedFinding, place_of
from reports.document.due import DueDay, next_first
from reports.document.due_wording import cite_rule, describe_distance, describe_milestone, finding_days
from reports.document.force_wording import label_finding
from reports.document.identity_wording import (
    describe_difference,
    describe_tie_level,
    describe_tie_reason,
    describe_turning_point,
)
from reports.document.overview import brand_of, maker_of, open_findings, party_name
from reports.document.reasons.merging_wording import describe_joined, describe_kept_apart
from reports.document.wording import (
    GAP,
    LEVEL,
    MARK,
    ORIGIN,
    OWN_ZONES_TITLE,
    PARTS,
    PLACE,
    REASON,
    ROLE,
    describe_placement,
    describe_reason,
    describe_seen_parts,
    format_long_date,
    format_percent,
    next_step,
)
from reports.formats.html.drawer.claim_lines import SharedLine, claim_lines
from reports.formats.html.drawer.neighbours import Hop, NeighbourFinder
from reports.formats.html.drawer.stanzas import scan_command, scan_target_command
from reports.formats.html.drawer.steps import STANDS, device_steps
from reports.formats.html.parts import sentence
from reports.judgement.incomplete import seen_parts
from reports.policy.verdict import OWN_ZONES

Lines = list[tuple[str, ...]]

SCANNED_BY = frozenset(("snmp", "ssh", "web", "telnet"))
"""Probes that ask an address, so that a command can ask it again."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """The texts of one drawer. A line is a tuple of texts; what each holds stands beside its field."""

    summary: str = ""
    dates: Lines = field(default_factory=list)
    """Day (ISO 8601), the day in words, what happens, how far away it is, rule."""
    steps: Lines = field(default_factory=list)
    """What to do, why, and each line to copy."""
    answer: list[SharedLine] = field(default_factory=list)
    """What the device is: terms and values that others share, and those of its own."""
    certainty: tuple[str, ...] = ()
    """The level, its meaning, the confidence in percent (empty where it is none), and 0 to 100 for its bar."""
    facts: Lines = field(default_factory=list)
    claims: list[SharedLine] = field(default_factory=list)
    """Heaviest first."""
    ties: Lines = field(default_factory=list)
    """A watched company in a sentence, and what it rests on."""
    findings: Lines = field(default_factory=list)
    """Verdict, its mark, its label, policy, rule, reason, `waived`, then term and value of each fact."""
    placed: Lines = field(default_factory=list)
    neighbours: list[SharedLine] = field(default_factory=list)
    """Protocol, own port, its port, what it says it is; then its name, addresses, chassis and the number of its row."""
    parts: list[SharedLine] = field(default_factory=list)
    """What many parts share (kind, maker, model, watched companies, `foreign`), the position, the serial number."""
    contradictions: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    turning: tuple[str, ...] = ()
    gaps: Lines = field(default_factory=list)
    """Where, why, and the command that asks again."""
    merging: tuple[str, ...] = ()


def device_drawers(document: Document, ordered: Sequence[ReportedDevice]) -> Iterator[Drawer]:
    """The drawer of each of these devices of a document, in their order."""
    titles = {OWN_ZONES: OWN_ZONES_TITLE} | {policy.id: policy.title for policy in document.header.policies}
    context = _Context(document.header, titles, NeighbourFinder(ordered, document.links), {})
    return (_device_drawer(judged, context) for judged in ordered)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the drawers of one document share. `seen_parts` holds the sentence about each mixture of parts."""

    header: Header
    titles: Mapping[str, str]
    neighbours: NeighbourFinder
    seen_parts: dict[tuple[str, ...], str]


def target_drawer(missing: NotAssessed) -> Drawer:
    """The drawer of a target that is no device: why it was not assessed, and what to do."""
    command = scan_target_command(missing.answered_from or missing.target)
    return Drawer(
        summary=f"Not assessed: {describe_reason(missing.reason)}. It is not clear.",
        steps=[("Assess it", sentence(next_step(missing)), command)],
    )


def _device_drawer(judged: ReportedDevice, context: _Context) -> Drawer:
    device, identity, header = judged.device, judged.device.identity, context.header
    makers = _makers_of(identity)
    return Drawer(
        summary=_summary(judged),
        dates=[_date(due_day, header.as_of) for due_day in next_first(judged, header.as_of)],
        steps=list(device_steps(judged, header)),
        answer=[_answer(identity)],
        certainty=_certainty(identity),
        facts=list(_facts(device, context.seen_parts)),
        claims=claim_lines(identity),
        ties=[_tie(tie, identity) for tie in device.watched],
        findings=[_finding(finding, header, context.titles) for finding in judged.findings],
        placed=list(_placed(judged)),
        neighbours=[_neighbour(hop) for hop in context.neighbours.hops_of(judged)],
        parts=[_part(part, makers, identity) for part in device.components],
        contradictions=tuple(map(describe_difference, identity.conflicts)),
        explained=tuple(map(describe_difference, identity.explained)),
        turning=tuple(map(describe_turning_point, identity.turning)),
        gaps=[_gap(gap, device) for gap in device.gaps],
        merging=(
            *map(describe_joined, device.merging.joined),
            *map(describe_kept_apart, device.merging.kept_apart),
        ),
    )


def _summary(judged: ReportedDevice) -> str:
    """`Huawei Technologies NE40E-X8A, in the core: made by a named company.`"""
    model = judged.device.identity.model
    product = f"{maker_of(judged)} {model}" if model else maker_of(judged)
    deciding = [finding for finding in open_findings(judged) if finding.verdict is judged.verdict]
    why = f": {deciding[0].because}" if deciding else ""
    return f"{product}, {STANDS[place_of(judged.placement)]}{why}."


def _date(due_day: DueDay, as_of: date) -> tuple[str, ...]:
    day, milestone = due_day.day, describe_milestone(due_day, as_of)
    return day.isoformat(), format_long_date(day), milestone, describe_distance(day, as_of), cite_rule(due_day)


def _answer(identity: Identity) -> SharedLine:
    shared = _present(
        ("Sold as", brand_of(identity)),
        ("Owned today by", party_name(identity.owner)),
        ("Built by", party_name(identity.made_by)),
        ("Firmware by", party_name(identity.platform)),
        ("Operator's badge", party_name(identity.operator)),
        ("Kind", identity.kind),
        ("Model", identity.model),
    )
    own = _present(("Version", identity.version), ("System", identity.os), ("Serial", identity.serial))
    return tuple(chain.from_iterable(shared)), *chain.from_iterable(own)


def _certainty(identity: Identity) -> tuple[str, ...]:
    known = identity.level is not Level.UNKNOWN and identity.confidence > 0
    percent = format_percent(identity.confidence) if known else ""
    return identity.level.value, LEVEL[identity.level], percent, f"{identity.confidence * 100:.1f}" if known else "0"


def _facts(device: Device, known: dict[tuple[str, ...], str]) -> Iterator[tuple[str, str]]:
    """`known` holds the sentence about its parts for the kinds of parts of earlier devices."""
    kinds = tuple(f"{part.kind}{'' if part.made_by else '?'}" for part in device.components)
    parts = known.get(kinds)
    if parts is None:
        parts = known[kinds] = sentence(describe_seen_parts(seen_parts(device)))
    yield from _present(
        ("Addresses", ", ".join(device.addresses)),
        ("Labels", ", ".join(device.labels)),
        *((f"Inventory: {name}", value) for name, value in device.attributes),
        ("Parts", parts),
        ("Identifier", device.id),
    )


def _finding(finding: ReportedFinding, header: Header, titles: Mapping[str, str]) -> tuple[str, ...]:
    reason = REASON.get(finding.reason, finding.reason) if finding.reason else None
    pairs = _present(
        ("Clause", finding.citation),
        ("Part", finding.component),
        *((sentence(term), day) for term, day in finding_days(finding, header.as_of)),
        ("Reason", sentence(reason) if reason else None),
        ("Waiver", finding.waiver),
    )
    return (
        finding.verdict.value,
        MARK[finding.verdict],
        label_finding(finding, header.binding) + (", waived" if finding.waiver else ""),
        titles.get(finding.policy, finding.policy),
        f"{finding.policy} / {finding.rule}",
        sentence(finding.because),
        "waived" if finding.waiver else "",
        *(text for pair in pairs for text in pair),
    )


def _placed(judged: ReportedDevice) -> Iterator[tuple[str, str]]:
    placement = judged.placement
    yield from _present(
        ("Place", PLACE[place_of(placement)]),
        ("Zone", placement.zone),
        ("Part of the network", describe_placement(placement)),
        ("Plane", placement.plane),
        ("Generation", placement.generation),
        ("Kind of site", placement.site_type),
        ("Because", f"{sentence(placement.because)} ({ORIGIN[placement.origin]})"),
    )


def _neighbour(hop: Hop) -> SharedLine:
    row = "" if hop.row is None else str(hop.row)
    return (hop.protocol, hop.local_port, hop.port, hop.platform), hop.name, hop.addresses, hop.chassis, row


def _part(part: Component, makers: frozenset[str], identity: Identity) -> SharedLine:
    """A part is foreign if its maker is known and is none of those behind the box."""
    foreign = part.made_by is not None and bool(makers) and part.made_by.id not in makers
    ties = "; ".join(_describe_part_tie(tie, identity) for tie in part.watched) if part.watched else ""
    shared = _shared_by_parts(part.kind, party_name(part.made_by), part.model or "", ties, foreign)
    return shared, part.position, part.serial or ""


@lru_cache(maxsize=65_536)
def _shared_by_parts(kind: str, maker: str, model: str, ties: str, foreign: bool) -> tuple[str, ...]:
    named = PARTS[ComponentKind(kind)][0] if kind in PARTS else kind
    return named, maker or "unknown", model, ties, "foreign" if foreign else ""


def _makers_of(identity: Identity) -> frozenset[str]:
    parties = (identity.vendor, identity.made_by, identity.owner, identity.formerly)
    return frozenset(party.id for party in parties if party)


def _tie(tie: Watched, identity: Identity) -> tuple[str, ...]:
    return _describe_tie(tie, identity), *map(describe_tie_reason, tie.because)


def _describe_tie(tie: Watched, identity: Identity) -> str:
    roles = ", ".join(ROLE[role].lower() for role in tie.roles)
    return f"{tie.entity} ({roles}): {describe_tie_level(tie, identity.conflicts)}"


def _describe_part_tie(tie: Watched, identity: Identity) -> str:
    because = "; ".join(f"“{describe_tie_reason(reason)}”" for reason in tie.because)
    return f"{_describe_tie(tie, identity)}{f': {because}' if because else ''}"


def _gap(gap: Gap, device: Device) -> tuple[str, ...]:
    detail = f" ({gap.detail})" if gap.detail else ""
    command = scan_command(device, gap.probe) if gap.probe in SCANNED_BY else ""
    return f"{gap.probe} {gap.at}", f"{sentence(GAP[gap.reason])}{detail}", command


def _present(*pairs: tuple[str, str | None]) -> Iterator[tuple[str, str]]:
    return ((term, value) for term, value in pairs if value)
