"""One device explained on a terminal: the chain from the words seen to the verdict, for whoever is called at night."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from fingerprints.model.device import ClaimRecord, Component, Device, Identity, Level, Party, Role, Watched
from fingerprints.model.evidence import Gap
from reports.document.document import ReportedDevice, place_of
from reports.document.overview import name_of
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
    VERDICT_MEANING,
    describe_placement,
    format_long_date,
    format_percent,
)
from reports.judgement.evaluate import standing_of
from reports.judgement.finding import Finding
from reports.placement.placement import Origin, Placement
from reports.policy.verdict import Verdict

Section = tuple[str, Iterable[str]]

WIDTH = 96
SHOWN_CLAIMS = 40
SHOWN_COMPONENTS = 60
"""What is left out is counted; `--format json` has it all."""


def explain_device(judged: ReportedDevice) -> str:
    """The chain, as plain text at most 96 columns wide that ends with a line end."""
    device = judged.device
    return _written(
        _heading(judged),
        *_identity(device),
        ("Where it stands", _placement(judged.placement)),
        ("What the policies say", (*_open_question(device), *_findings(judged.findings))),
        ("What could not be asked", _bullets(_gap(gap) for gap in device.gaps)),
        ("What would turn the answer", _bullets((*device.identity.turning, *_turning(judged)))),
    )


def explain_identity(device: Device) -> str:
    """The chain as far as who made it: for values somebody had at hand, which no policy judges."""
    return _written(_names(device, device.name), *_identity(device))


def _identity(device: Device) -> tuple[Section, ...]:
    identity = device.identity
    return (
        ("Who made it", _who(identity)),
        ("Why: what was seen, the heaviest first", _claims(identity.claims)),
        ("Contradictions", _bullets(identity.conflicts)),
        ("Differences that are no contradiction", _bullets(identity.explained)),
        ("Ties to watched companies", _ties(device.watched)),
        ("Parts", _components(device.components)),
    )


def _written(heading: Iterable[str], *sections: Section) -> str:
    """The sections that say something, each under its title."""
    lines = list(heading)
    for title, body in sections:
        told = list(body)
        if told:
            lines += ["", title.upper(), *told]
    return "\n".join(lines).lstrip("\n") + "\n"


def _heading(judged: ReportedDevice) -> Iterator[str]:
    yield from _names(judged.device, name_of(judged))
    yield f"{MARK[judged.verdict]} {VERDICT[judged.verdict].upper()} · {PLACE[place_of(judged.placement)].lower()}"
    yield from _wrapped(VERDICT_MEANING[judged.verdict], "")
    yield from _wrapped(f"id {judged.device.id}", "")


def _names(device: Device, name: str) -> list[str]:
    names = dict.fromkeys(said for said in (name, *device.addresses, *device.labels) if said)
    return _wrapped("   ".join(sanitize(said, 80) for said in names), "")


def _who(identity: Identity) -> Iterator[str]:
    sure = "" if identity.level is Level.UNKNOWN else f", {format_percent(identity.confidence)}"
    yield from _wrapped(f"{identity.level.value}{sure}: {LEVEL[identity.level]}")
    facts = (
        ("sold as", _name(identity.vendor)),
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
    told = by_weight(claims)
    for roles, claim in told[:SHOWN_CLAIMS]:
        yield f"  {claim.weight:+6.2f}  {roles.lower()} {sanitize(claim.company, 60)}"
        yield from _wrapped(f"“{sanitize(claim.text, 240)}”", "          ")
        yield from _wrapped(f"{SOURCE.get(claim.source, claim.source)} ({claim.source} {claim.at})", "          ")
        yield from _wrapped(f"rule {claim.rule}", "          ")
    if len(told) > SHOWN_CLAIMS:
        yield f"  and {len(told) - SHOWN_CLAIMS:,} lighter ones"


def by_weight(claims: Iterable[ClaimRecord]) -> list[tuple[str, ClaimRecord]]:
    """Claims with those that weigh most first, for or against; what one rule made of the same words for several
    roles is one, with all its roles in words."""
    roles: dict[ClaimRecord, list[str]] = {}
    for claim in claims:
        roles.setdefault(replace(claim, role=Role.BRAND), []).append(ROLE[claim.role].lower())
    heaviest = sorted(roles, key=lambda claim: (-abs(claim.weight), claim.source, claim.at, claim.text))
    return [(", ".join(dict.fromkeys(roles[claim])).capitalize(), claim) for claim in heaviest]


def _ties(ties: Iterable[Watched], indent: str = "  ") -> Iterator[str]:
    for tie in ties:
        roles = ", ".join(ROLE[role].lower() for role in tie.roles)
        yield from _wrapped(f"{tie.entity}: {tie.level.value}, {format_percent(tie.confidence)} ({roles})", indent)
        yield from (
            line for words in tie.because[:6] for line in _wrapped(f"“{sanitize(words, 160)}”", indent + "    ")
        )


def _components(components: tuple[Component, ...]) -> Iterator[str]:
    ordered = sorted(components, key=lambda component: not component.watched)
    for component in ordered[:SHOWN_COMPONENTS]:
        facts = (_name(component.made_by) or "maker unknown", component.model, component.serial)
        told = ", ".join(sanitize(fact, 60) for fact in facts if fact)
        yield from _wrapped(f"{component.kind} {sanitize(component.position, 60)}: {told}")
        yield from _ties(component.watched, "      ")
    if len(components) > SHOWN_COMPONENTS:
        yield f"  and {len(components) - SHOWN_COMPONENTS:,} more parts"


def _placement(placement: Placement) -> Iterator[str]:
    where = describe_placement(placement)
    yield from _wrapped(f"{PLACE[place_of(placement)]}{': ' if where else ''}{where}")
    yield from _wrapped(f"because {placement.because} ({ORIGIN[placement.origin]})")


def _open_question(device: Device) -> Iterator[str]:
    """What the identity alone leaves open, whatever the policies say."""
    verdict, why = standing_of(device)
    if verdict is not Verdict.CLEAR:
        yield from _wrapped(f"{MARK[verdict]} {VERDICT[verdict]}: {why}; so no silence of the policies clears it")


def _findings(findings: tuple[Finding, ...]) -> Iterator[str]:
    if not findings:
        yield "  No policy that applied restricts it here."
    for finding in findings:
        part = f", of {finding.component}" if finding.component else ""
        head = f"{VERDICT[finding.verdict]} by {finding.policy}, rule {finding.rule}{part}"
        yield from _wrapped(f"{MARK[finding.verdict]} {head}")
        yield from _wrapped(f"because {finding.because}", "      ")
        if finding.reason:
            yield from _wrapped(f"{finding.reason}: {REASON.get(finding.reason, finding.reason)}", "      ")
        yield from _wrapped(f"clause: {finding.citation}", "      ")
        if finding.deadline:
            yield f"      deadline: {format_long_date(finding.deadline)}"
        if finding.waiver:
            yield from _wrapped(f"waived by {finding.waiver}; the finding does not count", "      ")


def _gap(gap: Gap) -> str:
    detail = f": {gap.detail}" if gap.detail else ""
    return f"{gap.probe} {gap.at}: {GAP[gap.reason]}{detail}"


def _turning(judged: ReportedDevice) -> Iterator[str]:
    """What the judgement shows would change it; none of it is advice on what ought to change."""
    device = judged.device
    heaviest = max(device.identity.claims, key=lambda claim: claim.weight, default=None)
    if heaviest is not None:
        company = heaviest.company
        total = sum(claim.weight for claim in device.identity.claims if claim.company == company)
        rest = f"{company} would keep {total - heaviest.weight:+.2f} of {total:+.2f}"
        yield f"The heaviest claim, of {heaviest.source}: were it false, {rest}."
    if judged.placement.origin is not Origin.DECLARED:
        yield "A zone in zones.yaml that covers it: until then the worst verdict of every place stands."
    if judged.verdict is Verdict.REVIEW and device.identity.level is not Level.CONFIRMED:
        yield "Evidence from a second source (its command line, a neighbour, the wire) that names its maker."
    if judged.verdict is Verdict.NOT_ASSESSED:
        yield "Any answer that names its maker; what could not be asked above says what stood in the way."


def _bullets(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        first, *rest = _wrapped(sentence, "    ")
        yield f"  -{first[3:]}"
        yield from rest


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    hanging = indent + "  " if indent == "  " else indent
    shown = sanitize(text, 600)
    return textwrap.wrap(shown, WIDTH, initial_indent=indent, subsequent_indent=hanging) or [indent]


def _name(party: Party | None) -> str | None:
    return party.name if party else None
