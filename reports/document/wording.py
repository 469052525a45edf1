"""The plain words for our vocabularies: what a reader who knows nothing of SNMP is told each one means."""

from collections.abc import Mapping
from datetime import date

from fingerprints.model.device import Level, Role, WatchLevel
from fingerprints.model.evidence import GapReason
from reports.document.document import Place
from reports.placement.placement import Origin, Placement
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier

VERDICT: Mapping[Verdict, str] = {
    Verdict.RESTRICTED: "Restricted",
    Verdict.REVIEW: "Review",
    Verdict.CONDITIONAL: "Conditional",
    Verdict.NOT_ASSESSED: "Not assessed",
    Verdict.CLEAR: "Clear",
}

VERDICT_MEANING: Mapping[Verdict, str] = {
    Verdict.RESTRICTED: "A policy named in this document forbids it where it stands.",
    Verdict.REVIEW: "A person must decide: its maker is suspected or contradictory, or a policy refers it for advice.",
    Verdict.CONDITIONAL: "Allowed until a date, under a cap, or with consent; the finding says which.",
    Verdict.NOT_ASSESSED: "Too little is known to judge it. This never means that it is allowed.",
    Verdict.CLEAR: "Its maker is known, and no policy named in this document restricts it where it stands.",
}

MARK: Mapping[Verdict, str] = {
    Verdict.RESTRICTED: "■",
    Verdict.REVIEW: "▲",
    Verdict.CONDITIONAL: "◆",
    Verdict.NOT_ASSESSED: "○",
    Verdict.CLEAR: "✓",
}
"""One shape a verdict, so that colour never carries the meaning alone."""

LEVEL: Mapping[Level, str] = {
    Level.CONFIRMED: "Independent kinds of evidence agree on the maker.",
    Level.PROBABLE: "The evidence points to one maker, but fewer kinds of it than a confirmation needs.",
    Level.POSSIBLE: "Something points to a maker; it could well be another.",
    Level.CONFLICTING: "The evidence contradicts itself: parts of it name different makers.",
    Level.UNKNOWN: "Nothing seen says who made it.",
}

CLEARED_MEANING = "Something pointed to a watched company, and an independent second source refuted it."

ROLE: Mapping[Role, str] = {
    Role.BRAND: "Sold as",
    Role.PLATFORM: "Firmware by",
    Role.MAKER: "Built by",
    Role.COMPONENT: "Part by",
    Role.OPERATOR: "Operator's badge",
}

PLACE: Mapping[Place, str] = {
    Place.CORE: "Core",
    Place.NON_CORE: "Non-core",
    Place.UNCLASSIFIED: "Unclassified",
}

PLACE_MEANING: Mapping[Place, str] = {
    Place.CORE: "The operator's zones put these in the core or in what steers it.",
    Place.NON_CORE: "The operator's zones put these outside the core.",
    Place.UNCLASSIFIED: "No zone covers these, so each is judged as if it stood anywhere, the core included.",
}

ORIGIN: Mapping[Origin, str] = {
    Origin.DECLARED: "declared by the operator's zones file",
    Origin.INFERRED: "inferred from evidence, so it never lowers a verdict",
    Origin.NONE: "nobody has said",
}

TIER: Mapping[Tier, str] = {
    Tier.CORE: "core",
    Tier.OVERSIGHT: "oversight",
    Tier.TRANSPORT: "transport",
    Tier.ACCESS: "access",
    Tier.EDGE: "edge",
    Tier.CUSTOMER: "customer premises",
    Tier.ENTERPRISE: "enterprise",
}

CERTAINTY: Mapping[str, str] = {
    "found": "The rule's text was found in a public source.",
    "mixed": "The frame was found in a public source; some details are from memory and need checking.",
    "knowledge": "From memory, not yet checked against its source.",
}

SOURCE: Mapping[str, str] = {
    "snmp.sys_descr": "its description of itself",
    "snmp.sys_object_id": "its registered product number",
    "snmp.sys_name": "its own name",
    "snmp.sys_contact": "its contact field",
    "snmp.sys_or_id": "the modules it says it supports",
    "snmp.engine_id": "its management engine number",
    "snmp.if_descr": "an interface's description",
    "snmp.if_phys_address": "an interface's hardware address",
    "snmp.entity_mfg_name": "the maker's name stored in a part",
    "snmp.entity_serial": "the serial number stored in a part",
    "snmp.entity_model": "the model name stored in a part",
    "snmp.entity_descr": "the description of a part",
    "snmp.entity_vendor_type": "the registered number of a part",
    "snmp.entity_software_rev": "the software version of a part",
    "snmp.bridge_address": "its switch's hardware address",
    "snmp.lldp_local": "how it announces itself to neighbours",
    "snmp.lldp_remote": "what a neighbour announces",
    "snmp.cdp_remote": "what a neighbour announces",
    "snmp.object": "an object of its management tree",
    "ssh.ident": "how its SSH service greets",
    "ssh.host_key": "its SSH host key",
    "ssh.prompt": "its command prompt",
    "ssh.command": "what a command printed",
    "ssh.kex": "the ciphers its SSH service offers",
    "web.certificate": "the certificate of its web service, unverified",
    "web.title": "the title of its web page",
    "web.server": "how its web service names itself",
    "web.realm": "what its web service asks a login for",
    "web.paths": "the parts of its web page",
    "telnet.banner": "how its Telnet service greets",
    "link.mac": "the hardware address seen on the wire",
    "link.address": "the address it answered at",
    "link.lldp": "an announcement heard on the wire",
    "link.cdp": "an announcement heard on the wire",
    "neighbour.lldp": "what a neighbour repeats of it",
    "neighbour.cdp": "what a neighbour repeats of it",
    "inventory": "the operator's own inventory",
}
"""Sources not listed here are named by their code."""

GAP: Mapping[GapReason, str] = {
    GapReason.NO_ANSWER: "no answer",
    GapReason.NO_CREDENTIAL: "no credential covers it",
    GapReason.REFUSED: "it refused",
    GapReason.CREDENTIAL_STOPPED: "the credential was stopped after refusals",
    GapReason.CREDENTIAL_UNREADABLE: "the credential could not be read",
    GapReason.HOST_KEY_CHANGED: "its host key changed, so no password was sent",
    GapReason.SSH_LEGACY_CRYPTO: "it speaks only outdated encryption",
    GapReason.TLS_LEGACY_CRYPTO: "it speaks only TLS that this machine refuses",
    GapReason.PLATFORM_UNKNOWN: "its platform was not recognised, so no command was sent",
    GapReason.BUDGET_SPENT: "the budget for this device was spent",
    GapReason.NOT_INCREASING: "its answers went in circles",
    GapReason.MALFORMED: "its answer was malformed",
    GapReason.NO_PRIVILEGE: "this machine lacks the privilege",
    GapReason.UNRESOLVED: "its name does not resolve",
    GapReason.INTERRUPTED: "the scan was interrupted",
    GapReason.INTERNAL_ERROR: "an error inside kitscan",
}

REASON: Mapping[str, str] = {
    Reason.REFER: "the rule names nobody, so the authority is to be asked",
    Reason.SUSPECTED: "the tie to a named company is only suspected",
    Reason.CONTRADICTORY: "the evidence of the tie contradicts itself",
    Reason.UNIDENTIFIED: "the rule turns on a maker who is not known for sure",
    Reason.UNSEEN: "the rule turns on something that no scan sees",
    Reason.UNDATED: "the rule is about new equipment, and nobody says when this came",
    Reason.UNMEASURED: "the rule is a cap, and what it counts was not counted",
    Reason.MISPLACED: "the evidence puts it where a rule says worse of it",
}
"""Why a finding is no plain verdict of its rule; a reason not listed here is told as it is."""

UNIDENTIFIED = "it answered, but nothing said who made it"

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

UNKNOWN_MAKER = "Maker unknown"

SEEN_ONLY = "Seen only as a neighbour"
SEEN_ONLY_MEANS = (
    "Others tell of these. They were not asked themselves, and nobody knows where they stand: they have no verdict. "
    "The policies named are those that would speak of such a maker somewhere."
)

OWN_ZONES_TITLE = "The operator's zones file, against the evidence"

NOT_LEGAL_ADVICE = "Facts, not legal advice."


def glossary() -> tuple[tuple[str, str], ...]:
    """Each word a report uses, with its meaning, in the order in which a reader meets them."""
    return (
        *((VERDICT[verdict], VERDICT_MEANING[verdict]) for verdict in Verdict),
        *((level.value.capitalize(), LEVEL[level]) for level in Level),
        (WatchLevel.CLEARED.value.capitalize(), CLEARED_MEANING),
        *((PLACE[place], PLACE_MEANING[place]) for place in Place),
        ("Watched company", "A company that a policy names, looked for in every device and in every part."),
        ("Silent", "Nothing came back from an address. It may be unused, switched off, or shielded from us."),
        ("Waiver", "A written exception. The finding stays in the report and names it."),
        ("Weight", "How strongly one piece of evidence speaks for a company; negative speaks against."),
    )


def long_date(day: date) -> str:
    """22 November 2026, in English whatever the locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def due(deadline: date, as_of: date) -> str:
    """A deadline as it stood on a day: to come, or passed."""
    return f"{deadline.isoformat()} (passed)" if deadline < as_of else deadline.isoformat()


def cause(reason: str) -> str:
    """Why a target was not assessed, in plain words where the reason is a code of ours."""
    if reason == "unidentified":
        return UNIDENTIFIED
    return GAP[GapReason(reason)] if reason in tuple(GapReason) else reason


def standing(placement: Placement) -> str:
    """Where a device stands, in one line: the tier, the segment, the site; empty when nobody has said."""
    tier = None if placement.tier is None else TIER[placement.tier]
    named = (tier, placement.segment, placement.function, placement.site)
    return " · ".join(part for part in named if part)


def counted(count: int, one: str, several: str | None = None) -> str:
    """`1 device`, `2 devices`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def percent(confidence: float) -> str:
    """A confidence as a person reads it, never rounded up to certainty: 0.9996 is `over 99.9 %`."""
    if confidence > 0.999:
        return "over 99.9 %"
    return f"{confidence * 100:.1f} %"
