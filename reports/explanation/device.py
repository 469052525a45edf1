"""One device explained on a terminal: the chain from the words in its answers to its verdict."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from fingerprints.model.device import (
    Breakdown,
    ClaimRecord,
    Component,
    Device,
    GroupShare,
    Identity,
    Level,
    Party,
    Role,
    VendorDifference,
    Watched,
)
from fingerprints.model.evidence import Gap
from reports.document.document import Header, ReportedDevice, ReportedFinding, place_of
from reports.document.due import next_first
from reports.document.due_wording import describe_due_day, finding_days
from reports.document.force_wording import (
    describe_force,
    explain_verdict,
    is_restricted_by_own_list,
    label_device,
    label_finding,
    notice_of,
)
from reports.document.identity_wording import (
    CHANNEL,
    GROUP,
    IDENTITY,
    describe_difference,
    describe_tie_level,
    describe_tie_reason,
    describe_turning_point,
)
from reports.document.merging_wording import describe_joined, describe_kept_apart
from reports.document.overview import brand_of, name_of, open_findings
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
    VERDICT,
    describe_placement,
    describe_seen_parts,
    format_percent,
)
from reports.judgement.evaluate import identity_verdict
from reports.judgement.incomplete import seen_parts
from reports.placement.placement import Origin, Placement
from reports.policy.verdict import Verdict

Section = tuple[str, Iterable[str]]

WIDTH = 96
SHOWN_CLAIMS = 40
SHOWN_COMPONENTS = 60
SHOWN_RIVALS = 4
SHOWN_REASONS = 6
"""Rows shown of each kind; the rest is counted. `--format json` has all claims and components."""


def explain_device(judged: ReportedDevice, header: Header) -> str:
    """The chain, as plain text at most 96 columns wide that ends with a line end. `header` is that of the document the
    device stands in."""
    device, as_of, binding = judged.device, header.as_of, header.binding
    turning = map(describe_turning_point, device.identity.turning)
    return _join_sections(
        _heading(judged, binding, notice_of(header)),
        *_identity(device),
        ("One device, because", _bullets(map(describe_joined, device.merging.joined))),
        ("Kept apart from others, because", _bullets(map(describe_kept_apart, device.merging.kept_apart))),
        ("Where it stands", _placement(judged.placement)),
        ("What the policies say", (*_open_question(device), *_findings(judged.findings, header))),
        (
            "Dates, the next one first",
            _bullets(describe_due_day(due_day, as_of) for due_day in next_first(judged, as_of)),
        ),
        ("The policies that say so", _bullets(_policies(judged, header))),
        ("What it did not answer", _bullets(map(_describe_gap, device.gaps))),
        ("What would change the answer", _bullets((*turning, *_turning(judged)))),
    )


def explain_identity(device: Device) -> str:
    """The chain up to the maker, for values that no policy judges (`kitscan identify`)."""
    return _join_sections(_names(device, device.name), *_identity(device))


def _identity(device: Device) -> tuple[Section, ...]:
    identity = device.identity
    return (
        ("Who made it", _who(identity)),
        ("Why: the claims, the heaviest first", _claims(identity.claims)),
        ("How the claims add up", _arithmetic(identity)),
        ("Contradictions", _bullets(map(describe_difference, identity.conflicts))),
        ("Differences that are no contradiction", _bullets(map(describe_difference, identity.explained))),
        ("Watched companies", _ties(device.watched, identity.conflicts)),
        ("Parts", _parts(device)),
    )


def _join_sections(heading: Iterable[str], *sections: Section) -> str:
    """The heading and the sections that are not empty, each under its title."""
    lines = list(heading)
    for title, body in sections:
        section = list(body)
        if section:
            lines += ["", title.upper(), *section]
    return "\n".join(lines).lstrip("\n") + "\n"


def _heading(judged: ReportedDevice, binding: bool, notice: str) -> Iterator[str]:
    if notice:
        yield from _wrapped(notice, "")
    yield from _names(judged.device, name_of(judged))
    verdict = label_device(judged, binding).upper()
    yield f"{MARK[judged.verdict]} {verdict} · {PLACE[place_of(judged.placement)].lower()}"
    yield from _wrapped(explain_verdict(judged.verdict, binding or is_restricted_by_own_list(judged.findings)), "")
    yield from _wrapped(f"id {judged.device.id}", "")


def _names(device: Device, name: str) -> list[str]:
    names = dict.fromkeys(filter(None, (name, *device.addresses, *device.labels)))
    return _wrapped("   ".join(sanitize(known, 80) for known in names), "")


def _who(identity: Identity) -> Iterator[str]:
    sure = "" if identity.level is Level.UNKNOWN else f", {format_percent(identity.confidence)}"
    yield from _wrapped(f"{identity.level.value}{sure}: {LEVEL[identity.level]}")
    facts = (
        ("sold as", brand_of(identity) or None),
        ("owned today by", _name(identity.owner)),
        ("built by", _name(identity.made_by)),
        ("firmware by", _name(identity.platform)),
        ("operator's badge", _name(identity.operator)),
        ("kind", identity.kind),
        ("model", identity.model),
        ("version", identity.version),
        ("system", identity.os),
        ("serial", identity.serial),
    )
    yield from (f"  {term:<17} {sanitize(value, 72)}" for term, value in facts if value)


def _claims(claims: tuple[ClaimRecord, ...]) -> Iterator[str]:
    ordered = by_weight(claims)
    for roles, claim in ordered[:SHOWN_CLAIMS]:
        yield f"  {claim.weight:+6.2f}  {roles.lower()} {sanitize(claim.company, 60)}"
        yield from _wrapped(f"“{sanitize(claim.text, 240)}”", "          ")
        place = f"{claim.source} {claim.at}".rstrip()
        yield from _wrapped(f"{SOURCE.get(claim.source, claim.source)} ({place})", "          ")
        yield from _wrapped(f"rule {claim.rule}", "          ")
    if len(ordered) > SHOWN_CLAIMS:
        yield f"  and {len(ordered) - SHOWN_CLAIMS:,} lighter claims"


def by_weight(claims: Iterable[ClaimRecord]) -> list[tuple[str, ClaimRecord]]:
    """Claims with the largest weight first, positive or negative, each with its roles in words. Claims that one rule
    made of the same words in several roles are one."""
    roles: dict[ClaimRecord, list[str]] = {}
    for claim in claims:
        roles.setdefault(replace(claim, role=Role.BRAND), []).append(ROLE[claim.role].lower())
    heaviest = sorted(roles, key=lambda claim: (-abs(claim.weight), claim.source, claim.at, claim.text))
    return [(", ".join(dict.fromkeys(roles[claim])).capitalize(), claim) for claim in heaviest]


def _arithmetic(identity: Identity) -> Iterator[str]:
    """Fusion's own sum, group by group, and the confidence that it comes to."""
    breakdown = identity.breakdown
    if breakdown is None or identity.vendor is None:
        return
    yield from _wrapped(
        "Natural-log odds. In each group, the strongest claim counts in full and the others a little. Of the groups "
        "that come by one channel, the strongest counts in full and the others in part.",
        hanging="  ",
    )
    vendor = sanitize(identity.vendor.name, 60)
    for share in breakdown.shares:
        yield from _row(share.counted, _describe_share(share))
    yield from _row(breakdown.odds, f"for {vendor} in all", "=")
    yield from _row(breakdown.none_of_these, "against “none of these”")
    for rival, odds in breakdown.rivals[:SHOWN_RIVALS]:
        yield from _row(odds, f"against {sanitize(rival.name, 60)}")
    if len(breakdown.rivals) > SHOWN_RIVALS:
        yield f"          and {len(breakdown.rivals) - SHOWN_RIVALS:,} weaker companies"
    yield from _doubt(breakdown)
    yield from _wrapped(f"a confidence of {format_percent(breakdown.confidence)} in {vendor}", "       =  ")


def _doubt(breakdown: Breakdown) -> Iterator[str]:
    """The highest confidence that is possible, and what a contradiction does to it."""
    doubt = breakdown.doubt
    if doubt is None:
        yield from _wrapped(f"Evidence never gives more than {format_percent(breakdown.ceiling)}.", "          ")
        return
    yield from _row(-doubt.against, f"by the contradiction, which leaves {doubt.left:+.2f} of {breakdown.odds:+.2f}")
    yield from _wrapped(f"Contradictory evidence never gives more than {format_percent(doubt.ceiling)}.", "          ")


def _describe_share(share: GroupShare) -> str:
    """`the agent's texts, from its SNMP agent: 3 claims, the strongest +3.90, together +4.20`."""
    group, channel = GROUP[share.group], CHANNEL[share.channel]
    named = group if group == channel else f"{group}, from {channel}"
    if share.claims == 1:
        together = f"1 claim of {share.strongest:+.2f}"
    else:
        together = f"{share.claims} claims, the strongest {share.strongest:+.2f}, together {share.odds:+.2f}"
    return f"{named}: {together}{'' if share.counted == share.odds else ', counted in part'}"


def _row(odds: float, text: str, sign: str = " ") -> list[str]:
    return _wrapped(text, f" {sign}{odds:+6.2f}  ", "          ")


def _ties(ties: Iterable[Watched], conflicts: tuple[VendorDifference, ...] = (), indent: str = "  ") -> Iterator[str]:
    for tie in ties:
        roles = ", ".join(ROLE[role].lower() for role in tie.roles)
        yield from _wrapped(f"{tie.entity}: {describe_tie_level(tie, conflicts)} ({roles})", indent)
        yield from (
            line
            for reason in tie.because[:SHOWN_REASONS]
            for line in _wrapped(f"“{sanitize(describe_tie_reason(reason), 160)}”", indent + "    ")
        )


def _parts(device: Device) -> Iterator[str]:
    yield from _components(device.components)
    yield from _wrapped(f"{describe_seen_parts(seen_parts(device))}.")


def _components(components: tuple[Component, ...]) -> Iterator[str]:
    ordered = sorted(components, key=lambda component: not component.watched)
    for component in ordered[:SHOWN_COMPONENTS]:
        facts = (_name(component.made_by) or "maker unknown", component.model, component.serial)
        known = ", ".join(sanitize(fact, 60) for fact in facts if fact)
        yield from _wrapped(f"{component.kind} {sanitize(component.position, 60)}: {known}")
        yield from _ties(component.watched, indent="      ")
    if len(components) > SHOWN_COMPONENTS:
        yield f"  and {len(components) - SHOWN_COMPONENTS:,} more parts"


def _placement(placement: Placement) -> Iterator[str]:
    where = describe_placement(placement)
    yield from _wrapped(f"{PLACE[place_of(placement)]}{': ' if where else ''}{where}")
    yield from _wrapped(f"because {placement.because} ({ORIGIN[placement.origin]})")


def _open_question(device: Device) -> Iterator[str]:
    """The verdict of the identity alone, if it is not clear: the lack of a finding does not clear such a device."""
    verdict, reason = identity_verdict(device)
    if verdict is not Verdict.CLEAR:
        yield from _wrapped(
            f"{MARK[verdict]} {VERDICT[verdict]}: {IDENTITY[reason]}; the lack of a finding does not clear it"
        )


def _policies(judged: ReportedDevice, header: Header) -> Iterator[str]:
    """How each policy stands whose finding counts, and whom it binds."""
    named = {finding.policy for finding in open_findings(judged)}
    for policy in header.policies:
        if policy.id in named:
            yield f"{policy.id}: {describe_force(policy, header.as_of)}"


def _findings(findings: tuple[ReportedFinding, ...], header: Header) -> Iterator[str]:
    if not findings:
        yield "  No policy of this report restricts it here."
    for finding in findings:
        part = f", of {finding.component}" if finding.component else ""
        head = f"{label_finding(finding, header.binding)} by {finding.policy}, rule {finding.rule}{part}"
        yield from _wrapped(f"{MARK[finding.verdict]} {head}")
        yield from _wrapped(f"because {finding.because}", "      ")
        if finding.reason:
            yield from _wrapped(f"{finding.reason}: {REASON.get(finding.reason, finding.reason)}", "      ")
        yield from _wrapped(f"clause: {finding.citation}", "      ")
        yield from (f"      {term}: {day}" for term, day in finding_days(finding, header.as_of))
        if finding.waiver:
            yield from _wrapped(f"waived by {finding.waiver}; the finding does not count", "      ")


def _describe_gap(gap: Gap) -> str:
    detail = f": {gap.detail}" if gap.detail else ""
    return f"{gap.probe} {gap.at}: {GAP[gap.reason]}{detail}"


def _turning(judged: ReportedDevice) -> Iterator[str]:
    """What would change the verdict. It is no advice on what ought to change."""
    device = judged.device
    heaviest = max(device.identity.claims, key=lambda claim: claim.weight, default=None)
    if heaviest is not None:
        company = heaviest.company
        total = sum(claim.weight for claim in device.identity.claims if claim.company == company)
        rest = f"{company} would keep {total - heaviest.weight:+.2f} of {total:+.2f}"
        yield f"If the heaviest claim ({heaviest.source}) were false, {rest}."
    if judged.placement.origin is not Origin.DECLARED:
        yield "A zone in zones.yaml that covers it. Without one, the worst verdict of every place stands."
    if judged.verdict is Verdict.REVIEW and judged.device.identity.level is not Level.CONFIRMED:
        yield "Evidence from a second source (its command line, a neighbour, the wire) that names its maker."
    if judged.verdict is Verdict.NOT_ASSESSED:
        missing = " What it did not answer is listed above." if device.gaps else ""
        yield f"Any answer that names its maker.{missing}"


def _bullets(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        first, *rest = _wrapped(sentence, "    ")
        yield f"  -{first[3:]}"
        yield from rest


def _wrapped(text: str, indent: str = "  ", hanging: str = "") -> list[str]:
    """Lines of at most WIDTH columns. Those behind the first begin with `hanging`, or with the indent, two columns
    deeper where that is a section's own."""
    further = hanging or (indent + "  " if indent == "  " else " " * len(indent))
    shown = sanitize(text, 600)
    return textwrap.wrap(shown, WIDTH, initial_indent=indent, subsequent_indent=further) or [indent]


def _name(party: Party | None) -> str | None:
    return party.name if party else None
