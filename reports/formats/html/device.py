"""One judged device as the values of its row in the HTML report, and of the body that opens below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fingerprints.model.device import (
    Component,
    Device,
    Identity,
    VendorDifference,
    Watched,
)
from fingerprints.model.neighbour import Neighbour
from reports.document.document import Header, ReportedDevice, ReportedFinding, place_of
from reports.document.due import DueDay, is_passed, next_first
from reports.document.due_wording import cite_rule, describe_day, describe_milestone, finding_days
from reports.document.force_wording import label_device, label_finding
from reports.document.identity_wording import describe_difference, describe_tie_level, describe_tie_reason
from reports.document.overview import (
    brand_of,
    maker_and_level,
    maker_of,
    name_of,
    other_ties,
    party_name,
    tie_label,
)
from reports.document.sanitize import sanitize
from reports.document.wording import (
    GAP,
    LEVEL,
    MARK,
    ORIGIN,
    PLACE,
    REASON,
    ROLE,
    SOURCE,
    describe_placement,
    describe_seen_parts,
    format_count,
    format_percent,
)
from reports.explanation.device import by_weight
from reports.formats.html.parts import Block, Cell, Fact, Table, cells, facts, left_out, present, sentence
from reports.judgement.incomplete import seen_parts
from reports.placement.placement import Placement

SHOWN_CLAIMS = 16
SHOWN_COMPONENTS = 32
SHOWN_NEIGHBOURS = 32
SHOWN_REASONS = 4
"""Rows and quotations shown of one device, so that a big chassis fills no page. The JSON document has all of them."""

BRIEF = 120
"""Characters shown of a name or a port."""

IN_JSON = "in the JSON document"


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding; `shape` is its verdict, or `waived`: a class of the style sheet."""

    shape: str
    state: str
    mark: str
    verdict: str
    policy: str
    rule: str
    because: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One device: the cells of its row, and its body. `deadline` is the next date, `more_dates` counts the others."""

    anchor: str
    state: str
    mark: str
    verdict: str
    name: str
    address: str
    maker: str
    certainty: str
    model: str
    kind: str
    place: str
    place_key: str
    standing: str
    deadline: str
    more_dates: str
    deadline_key: str
    dated: str
    findings: tuple[FindingView, ...]
    blocks: tuple[Block, ...]
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]


def device_view(judged: ReportedDevice, anchor: str, header: Header, titles: Mapping[str, str]) -> DeviceView:
    """The view of a device. `anchor` is kitscan's own and safe in an id; `titles` maps policy ids to titles."""
    device, identity, place = judged.device, judged.device.identity, place_of(judged.placement)
    as_of, dates = header.as_of, next_first(judged, header.as_of)
    return DeviceView(
        anchor=anchor,
        state=judged.verdict.value,
        mark=MARK[judged.verdict],
        verdict=label_device(judged, header.binding),
        name=name_of(judged),
        address=_first_of(tuple(address for address in device.addresses if address != name_of(judged))),
        maker=maker_of(judged),
        certainty=", ".join((*maker_and_level(judged)[1:], *other_ties(judged))),
        model=identity.model or "—",
        kind=identity.kind or "",
        place=PLACE[place],
        place_key=place.value,
        standing=describe_placement(judged.placement),
        deadline=describe_day(dates[0], as_of) if dates else "—",
        more_dates=f"and {format_count(len(dates) - 1, 'more date')}" if len(dates) > 1 else "",
        deadline_key=_order_of(dates, as_of),
        dated="dated" if dates else "",
        findings=tuple(_finding(finding, header, titles) for finding in judged.findings),
        blocks=_blocks(device),
        facts=_facts(device, judged.placement),
        tables=present(
            (_dates(dates, as_of), _evidence(identity), _parts(device.components), _neighbours(device.neighbours))
        ),
    )


def _order_of(dates: tuple[DueDay, ...], as_of: date) -> str:
    """What the list is ordered by: the next date; behind all of them those that passed, and then no date."""
    if not dates:
        return "undated"
    day = dates[0].day.isoformat()
    return f"passed {day}" if is_passed(dates[0], as_of) else day


def _first_of(addresses: tuple[str, ...]) -> str:
    more = len(addresses) - 1
    return f"{addresses[0]} +{more}" if more > 0 else "".join(addresses)


def _finding(finding: ReportedFinding, header: Header, titles: Mapping[str, str]) -> FindingView:
    return FindingView(
        shape="waived" if finding.waiver else finding.verdict.value,
        state=finding.verdict.value,
        mark=MARK[finding.verdict],
        verdict=label_finding(finding, header.binding) + (" — waived" if finding.waiver else ""),
        policy=titles.get(finding.policy, finding.policy),
        rule=f"{finding.policy} / {finding.rule}",
        because=sentence(finding.because),
        facts=facts(
            ("Clause", finding.citation),
            ("Part", finding.component),
            *((sentence(term), day) for term, day in finding_days(finding, header.as_of)),
            ("Reason", _reason(finding.reason)),
            ("Waiver", finding.waiver),
        ),
    )


def _reason(reason: str | None) -> str | None:
    return None if reason is None else sentence(REASON.get(reason, reason))


def _blocks(device: Device) -> tuple[Block, ...]:
    ties = tuple(_tie(tie, device.identity.conflicts) for tie in device.watched)
    gaps = tuple(
        f"{gap.probe} {gap.at}: {GAP[gap.reason]}{f' ({gap.detail})' if gap.detail else ''}" for gap in device.gaps
    )
    blocks = (
        Block("The evidence contradicts itself", tuple(map(describe_difference, device.identity.conflicts))),
        Block("Watched companies", ties),
        Block("What the scan could not read", gaps),
    )
    return tuple(block for block in blocks if block.sentences)


def _tie(tie: Watched, conflicts: tuple[VendorDifference, ...]) -> str:
    roles = ", ".join(ROLE[role].lower() for role in tie.roles)
    quoted = "; ".join(f"“{describe_tie_reason(reason)}”" for reason in tie.because[:SHOWN_REASONS])
    evidence = f"; evidence: {quoted}" if quoted else ""
    return f"{tie.entity} ({roles}): {describe_tie_level(tie, conflicts)}{evidence}"


def _facts(device: Device, placement: Placement) -> tuple[Fact, ...]:
    identity = device.identity
    origin = ORIGIN[placement.origin]
    return facts(
        ("Sold as", brand_of(identity)),
        ("Owned today by", party_name(identity.owner)),
        ("Built by", party_name(identity.made_by)),
        ("Firmware by", party_name(identity.platform)),
        ("Operator", party_name(identity.operator)),
        ("Certainty", _certainty(identity)),
        ("Model", identity.model),
        ("Version", identity.version),
        ("System", identity.os),
        ("Serial", identity.serial),
        ("Parts", sentence(describe_seen_parts(seen_parts(device)))),
        ("Addresses", ", ".join(device.addresses)),
        ("Labels", ", ".join(device.labels)),
        ("Inventory", ", ".join(f"{name} {value}" for name, value in device.attributes)),
        ("Placed", sentence(f"{placement.because} ({origin})")),
        ("Identifier", device.id),
    )


def _certainty(identity: Identity) -> str:
    share = f", {format_percent(identity.confidence)}" if identity.confidence else ""
    return f"{sentence(identity.level.value)}{share}. {LEVEL[identity.level]}"


def _dates(dates: tuple[DueDay, ...], as_of: date) -> Table:
    rows = tuple(
        cells(due_day.day.isoformat(), describe_milestone(due_day, as_of), cite_rule(due_day), shapes=("key",))
        for due_day in dates
    )
    return Table("Dates, the next one first", ("Day", "What", "Rule"), rows)


def _evidence(identity: Identity) -> Table:
    names = {party.id: party.name for party in (identity.vendor, identity.made_by, identity.platform) if party}
    claims = by_weight(identity.claims)
    rows = tuple(
        (
            Cell(f"{claim.weight:+.2f}".replace("-", "\u2212"), "number"),
            Cell(f"{roles} {names.get(claim.company, claim.company)}", below=f"rule {claim.rule}"),
            Cell(claim.text, "observed"),
            Cell(sentence(SOURCE.get(claim.source, claim.source)), below=f"{claim.source} {claim.at}"),
        )
        for roles, claim in claims[:SHOWN_CLAIMS]
    )
    return Table(
        "Evidence, heaviest first",
        ("Weight", "Points to", "Text seen", "Where"),
        rows,
        shape="evidence",
        more=left_out(len(claims), SHOWN_CLAIMS, "claim", IN_JSON),
    )


def _parts(components: tuple[Component, ...]) -> Table:
    ordered = sorted(components, key=lambda component: not component.watched)
    rows = tuple(
        _brief(
            component.kind,
            component.position,
            party_name(component.made_by) or "unknown",
            component.model or "—",
            component.serial or "—",
            "; ".join(map(tie_label, component.watched)) or "—",
        )
        for component in ordered[:SHOWN_COMPONENTS]
    )
    headings = ("Part", "Position", "Made by", "Model", "Serial", "Watched company")
    return Table("Parts", headings, rows, more=left_out(len(components), SHOWN_COMPONENTS, "part", IN_JSON))


def _neighbours(neighbours: tuple[Neighbour, ...]) -> Table:
    rows = tuple(
        _brief(
            neighbour.protocol.upper(),
            neighbour.local_port or "—",
            neighbour.name or neighbour.chassis_id or "—",
            neighbour.port or "—",
            neighbour.platform or "—",
        )
        for neighbour in neighbours[:SHOWN_NEIGHBOURS]
    )
    headings = ("Protocol", "Own port", "Neighbour", "Its port", "What it says it is")
    return Table("Neighbours", headings, rows, more=left_out(len(neighbours), SHOWN_NEIGHBOURS, "neighbour", IN_JSON))


def _brief(*texts: str) -> tuple[Cell, ...]:
    """A row of short texts: a port, a model, a name."""
    return tuple(Cell(sanitize(text, BRIEF)) for text in texts)
