"""What the drawer of one row says, as texts in a fixed order: the script shows them and adds no sentence of its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from fingerprints.model.device import Component, Device, Identity, Level, Watched, WatchLevel
from fingerprints.model.evidence import Gap
from reports.document.document import Document, Header, NotAssessed, ReportedDevice, ReportedFinding, place_of
from reports.document.due import DueDay, next_first
from reports.document.due_wording import cite_rule, describe_milestone, finding_days
from reports.document.force_wording import label_finding
from reports.document.identity_wording import describe_difference, describe_tie_reason, describe_turning_point
from reports.document.merging_wording import describe_joined, describe_kept_apart
from reports.document.overview import brand_of, maker_of, open_findings, party_name, worst_first
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
    format_count,
    format_long_date,
    format_percent,
    next_step,
)
from reports.formats.html.claim_lines import Claim, claim_lines
from reports.formats.html.neighbours import Hop, NeighbourFinder
from reports.formats.html.parts import sentence
from reports.formats.html.stanzas import scan_command, scan_target_command
from reports.formats.html.steps import STANDS, device_steps
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
    answer: Lines = field(default_factory=list)
    """What the device is: term, value."""
    certainty: tuple[str, ...] = ()
    """The level, its meaning, the confidence in percent (empty where it is none), and 0 to 100 for its bar."""
    facts: Lines = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    """Heaviest first."""
    ties: Lines = field(default_factory=list)
    """A watched company in a sentence, and what it rests on."""
    findings: Lines = field(default_factory=list)
    """Verdict, its mark, its label, policy, rule, reason, `waived`, then term and value of each fact."""
    placed: Lines = field(default_factory=list)
    neighbours: Lines = field(default_factory=list)
    """Protocol, own port, name, its port, what it says it is, addresses, chassis, the number of its row."""
    parts: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)
    """What many parts share (kind, maker, model, watched companies, `foreign`), the position, the serial number."""
    contradictions: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    turning: tuple[str, ...] = ()
    gaps: Lines = field(default_factory=list)
    """Where, why, and the command that asks again."""
    merging: tuple[str, ...] = ()


def device_drawers(document: Document) -> Iterator[Drawer]:
    """The drawer of each device, worst first."""
    header = document.header
    titles = {OWN_ZONES: OWN_ZONES_TITLE} | {policy.id: policy.title for policy in header.policies}
    ordered = worst_first(document)
    hops = NeighbourFinder(ordered, document.links)
    return (_device_drawer(judged, header, titles, hops.hops_of) for judged in ordered)


def target_drawer(missing: NotAssessed) -> Drawer:
    """The drawer of a target that is no device: why it was not assessed, and what to do."""
    command = scan_target_command(missing.answered_from or missing.target)
    return Drawer(
        summary=f"Not assessed: {describe_reason(missing.reason)}. It is not clear.",
        steps=[("Assess it", sentence(next_step(missing)), command)],
    )


def _device_drawer(
    judged: ReportedDevice,
    header: Header,
    titles: Mapping[str, str],
    hops_of: Callable[[ReportedDevice], tuple[Hop, ...]],
) -> Drawer:
    device, identity = judged.device, judged.device.identity
    return Drawer(
        summary=_summary(judged),
        dates=[_date(due_day, header.as_of) for due_day in next_first(judged, header.as_of)],
        steps=list(device_steps(judged, header)),
        answer=list(_answer(judged)),
        certainty=_certainty(identity),
        facts=list(_facts(device)),
        claims=claim_lines(identity),
        ties=[_tie(tie, identity) for tie in device.watched],
        findings=[_finding(finding, header, titles) for finding in judged.findings],
        placed=list(_placed(judged)),
        neighbours=[_neighbour(hop) for hop in hops_of(judged)],
        parts=[_part(part, identity) for part in device.components],
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
    days = (due_day.day - as_of).days
    when = f"in {format_count(days, 'day')}" if days > 0 else f"{format_count(-days, 'day')} ago" if days else "today"
    milestone = describe_milestone(due_day, as_of)
    return due_day.day.isoformat(), format_long_date(due_day.day), milestone, when, cite_rule(due_day)


def _answer(judged: ReportedDevice) -> Iterator[tuple[str, str]]:
    identity = judged.device.identity
    yield from _present(
        ("Sold as", brand_of(identity)),
        ("Owned today by", party_name(identity.owner)),
        ("Built by", party_name(identity.made_by)),
        ("Firmware by", party_name(identity.platform)),
        ("Operator's badge", party_name(identity.operator)),
        ("Kind", identity.kind),
        ("Model", identity.model),
        ("Version", identity.version),
        ("System", identity.os),
        ("Serial", identity.serial),
    )


def _certainty(identity: Identity) -> tuple[str, ...]:
    known = identity.level is not Level.UNKNOWN and identity.confidence > 0
    percent = format_percent(identity.confidence) if known else ""
    return identity.level.value, LEVEL[identity.level], percent, f"{identity.confidence * 100:.1f}" if known else "0"


def _facts(device: Device) -> Iterator[tuple[str, str]]:
    yield from _present(
        ("Addresses", ", ".join(device.addresses)),
        ("Labels", ", ".join(device.labels)),
        *((f"Inventory: {name}", value) for name, value in device.attributes),
        ("Parts", sentence(describe_seen_parts(seen_parts(device)))),
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


def _neighbour(hop: Hop) -> tuple[str, ...]:
    row = "" if hop.row is None else str(hop.row)
    return hop.protocol, hop.local_port, hop.name, hop.port, hop.platform, hop.addresses, hop.chassis, row


def _part(part: Component, identity: Identity) -> tuple[tuple[str, ...], str, str]:
    """A part is foreign if its maker is known and is none of those behind the box."""
    makers = {party.id for party in (identity.vendor, identity.made_by, identity.owner, identity.formerly) if party}
    foreign = "foreign" if part.made_by and makers and part.made_by.id not in makers else ""
    ties = "; ".join(_describe_tie(tie, identity) for tie in part.watched)
    maker = party_name(part.made_by) or "unknown"
    kind = PARTS[part.kind][0] if part.kind in PARTS else part.kind
    return (kind, maker, part.model or "", ties, foreign), part.position, part.serial or ""


def _tie(tie: Watched, identity: Identity) -> tuple[str, ...]:
    return _describe_tie(tie, identity), *map(describe_tie_reason, tie.because)


def _describe_tie(tie: Watched, identity: Identity) -> str:
    """A company that lost a contradiction has no percentage: nothing says how far it is right."""
    roles = ", ".join(ROLE[role].lower() for role in tie.roles)
    lost = tie.level is WatchLevel.CONFLICTING or tie.entity in {other.other.id for other in identity.conflicts}
    return f"{tie.entity} ({roles}): {tie.level.value}{'' if lost else f', {format_percent(tie.confidence)}'}"


def _gap(gap: Gap, device: Device) -> tuple[str, ...]:
    detail = f" ({gap.detail})" if gap.detail else ""
    command = scan_command(device, gap.probe) if gap.probe in SCANNED_BY else ""
    return f"{gap.probe} {gap.at}", f"{sentence(GAP[gap.reason])}{detail}", command


def _present(*pairs: tuple[str, str | None]) -> Iterator[tuple[str, str]]:
    return ((term, value) for term, value in pairs if value)
