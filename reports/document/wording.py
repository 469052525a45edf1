"""Every word and phrase that the formats print for an enum, for a reader who knows nothing of SNMP."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Level, Role
from fingerprints.model.evidence import GapReason
from reports.document.document import NotAssessed, NotAssessedReason, Place, Unidentified, Unjudged
from reports.placement.placement import Origin, Placement
from reports.policy.action import Certainty
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier

if TYPE_CHECKING:
    from reports.judgement.incomplete import SeenParts

VERDICT: Mapping[Verdict, str] = {
    Verdict.RESTRICTED: "Restricted",
    Verdict.REVIEW: "Review",
    Verdict.CONDITIONAL: "Conditional",
    Verdict.NOT_ASSESSED: "Not assessed",
    Verdict.CLEAR: "Clear",
}

VERDICT_MEANING: Mapping[Verdict, str] = {
    Verdict.RESTRICTED: "A policy listed in this report forbids the device where it stands.",
    Verdict.REVIEW: "A person must decide: the maker is suspected or contradictory, or a policy asks for advice.",
    Verdict.CONDITIONAL: "Allowed until a date, under a cap, or with consent; the finding says which.",
    Verdict.NOT_ASSESSED: (
        "Too little is known to judge the device, or no policy judges. This never means that it is allowed."
    ),
    Verdict.CLEAR: (
        "The maker is known, and no policy listed in this report restricts the device where it stands, unless a waiver "
        "covers it."
    ),
}

PARTS: Mapping[ComponentKind, tuple[str, str]] = {
    ComponentKind.CHASSIS: ("chassis", "chassis"),
    ComponentKind.STACK_MEMBER: ("stack member", "stack members"),
    ComponentKind.CARD: ("card", "cards"),
    ComponentKind.BACKPLANE: ("backplane", "backplanes"),
    ComponentKind.OPTIC: ("optic", "optics"),
    ComponentKind.MODEM: ("modem", "modems"),
    ComponentKind.POWER_SUPPLY: ("power supply", "power supplies"),
    ComponentKind.FAN: ("fan", "fans"),
    ComponentKind.OTHER: ("other part", "other parts"),
}
"""A kind of part in the singular and in the plural."""

MARK: Mapping[Verdict, str] = {
    Verdict.RESTRICTED: "■",
    Verdict.REVIEW: "▲",
    Verdict.CONDITIONAL: "◆",
    Verdict.NOT_ASSESSED: "○",
    Verdict.CLEAR: "✓",
}
"""One shape for each verdict, so that colour never carries the meaning alone."""

LEVEL: Mapping[Level, str] = {
    Level.CONFIRMED: "Independent kinds of evidence agree on the maker.",
    Level.PROBABLE: "The evidence points to one maker, but too few kinds of evidence agree to confirm it.",
    Level.POSSIBLE: "Some evidence points to a maker; another maker is still quite possible.",
    Level.CONFLICTING: "The evidence contradicts itself: it names different makers.",
    Level.UNKNOWN: "No evidence names a maker.",
}

CLEARED_MEANING = "Some evidence pointed to a watched company; a second, independent source refuted it."

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
    Place.CORE: "The operator's zones file puts these devices in the core or among the systems that control it.",
    Place.NON_CORE: "The operator's zones file puts these devices outside the core.",
    Place.UNCLASSIFIED: "No zone covers these devices. Each is judged as if it stood anywhere, the core included.",
}

ORIGIN: Mapping[Origin, str] = {
    Origin.DECLARED: "declared in the operator's zones file",
    Origin.INFERRED: "inferred from evidence; never lowers a verdict",
    Origin.NONE: "not declared",
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

CERTAINTY: Mapping[Certainty, str] = {
    Certainty.FOUND: "The text of the rules was checked against a public source.",
    Certainty.MIXED: "Partly checked against a public source; some details are from memory and need checking.",
    Certainty.KNOWLEDGE: "Written from memory; not yet checked against its source.",
    Certainty.OWN: "The operator's own rules, from the operator's own file.",
}

SOURCE: Mapping[str, str] = {
    "snmp.sys_descr": "its system description",
    "snmp.sys_object_id": "its registered product number",
    "snmp.sys_name": "its host name",
    "snmp.sys_contact": "its contact field",
    "snmp.sys_or_id": "the modules it says it supports",
    "snmp.engine_id": "its SNMP engine ID",
    "snmp.if_descr": "an interface's description",
    "snmp.if_phys_address": "an interface's hardware address",
    "snmp.entity_mfg_name": "the maker's name stored in a part",
    "snmp.entity_serial": "the serial number stored in a part",
    "snmp.entity_model": "the model name stored in a part",
    "snmp.entity_descr": "the description of a part",
    "snmp.entity_vendor_type": "the registered number of a part",
    "snmp.entity_software_rev": "the software version of a part",
    "snmp.bridge_address": "the hardware address of its bridge",
    "snmp.lldp_local": "what it announces by LLDP",
    "snmp.lldp_remote": "what a neighbour announces by LLDP",
    "snmp.cdp_remote": "what a neighbour announces by CDP",
    "snmp.object": "another SNMP object",
    "ssh.ident": "the greeting of its SSH service",
    "ssh.host_key": "its SSH host key",
    "ssh.greeting": "what it prints at login",
    "ssh.prompt": "its command prompt",
    "ssh.command": "the output of a command",
    "ssh.kex": "the ciphers its SSH service offers",
    "web.certificate": "the certificate of its web service, not verified",
    "web.title": "the title of its web page",
    "web.server": "the name its web service gives itself",
    "web.realm": "the name its web service shows at login",
    "web.paths": "the file names on its web page",
    "telnet.banner": "the greeting of its Telnet service",
    "link.mac": "the hardware address seen on the wire",
    "link.address": "the address it answered from",
    "link.lldp": "an LLDP announcement seen on the wire",
    "link.cdp": "a CDP announcement seen on the wire",
    "neighbour.lldp": "what a neighbour reports of it by LLDP",
    "neighbour.cdp": "what a neighbour reports of it by CDP",
    "inventory": "the operator's own inventory",
}
"""A source that is not listed here is printed as its code."""

GAP: Mapping[GapReason, str] = {
    GapReason.NO_ANSWER: "no answer",
    GapReason.NO_CREDENTIAL: "no credential covers it",
    GapReason.REFUSED: "it refused the credential, or the command",
    GapReason.CREDENTIAL_STOPPED: "the credential was stopped after refusals",
    GapReason.CREDENTIAL_UNREADABLE: "the credential could not be read",
    GapReason.HOST_KEY_CHANGED: "its host key changed, so no password was sent",
    GapReason.SSH_LEGACY_CRYPTO: "its SSH service offers only outdated encryption",
    GapReason.TLS_LEGACY_CRYPTO: "its web service offers only TLS versions that this machine refuses",
    GapReason.PLATFORM_UNKNOWN: "its platform was not recognised, so no command was sent",
    GapReason.BUDGET_SPENT: "the time or size limit for this device was reached",
    GapReason.NOT_INCREASING: "its answers repeat without end",
    GapReason.MALFORMED: "its answer was malformed",
    GapReason.ANSWERED_ELSEWHERE: "it answered from an address or port that was not asked, and anybody may do so",
    GapReason.DOWNGRADED: "SNMPv3 failed, and a community was used, which everybody on the path can read",
    GapReason.STRUCK_OUT: "it repeats one of your secrets, which is struck out of what it said",
    GapReason.NO_PRIVILEGE: "this machine lacks a privilege",
    GapReason.UNRESOLVED: "its name does not resolve",
    GapReason.NOT_RECEIVED: "nothing was received from its site",
    GapReason.OUTSIDE_SCOPE: "its site may not speak for these addresses, so what it said of them was put aside",
    GapReason.INTERRUPTED: "the scan was interrupted",
    GapReason.INTERNAL_ERROR: "an error inside kitscan",
}

NEXT_STEP: Mapping[NotAssessedReason, str] = {
    GapReason.HOST_KEY_CHANGED: "compare the key on its console; if it is right, remove the old one from known_hosts",
    GapReason.REFUSED: "check this credential on the device, what its account may ask, and the prefixes it is bound to",
    GapReason.CREDENTIAL_STOPPED: "other devices of its realm refused it; fix that first, then scan again",
    GapReason.CREDENTIAL_UNREADABLE: "run kitscan doctor; it names the reference that cannot be read",
    GapReason.SSH_LEGACY_CRYPTO: "install kitscan[legacy-ssh], or use SNMP",
    GapReason.TLS_LEGACY_CRYPTO: "use SNMP or SSH",
    GapReason.NO_CREDENTIAL: "add a credential for it to the credentials file",
    GapReason.PLATFORM_UNKNOWN: "add an SNMP credential, or report its prompt to the kitscan project",
    GapReason.BUDGET_SPENT: "scan it alone with --profile gentle",
    GapReason.NOT_INCREASING: "its SNMP agent loops; kitscan keeps what came before; report the fault to its maker",
    GapReason.MALFORMED: "try another SNMP version, or another port",
    GapReason.ANSWERED_ELSEWHERE: "name the address that it answers from as a target, if it is its own",
    GapReason.DOWNGRADED: "find out why SNMPv3 fails there; `downgrade: never` keeps communities from it",
    GapReason.STRUCK_OUT: "change this secret, and find out why the device shows it",
    GapReason.NOT_RECEIVED: "look after the site's collector, and collect there again",
    GapReason.OUTSIDE_SCOPE: "correct the scope in the site's file at the centre, or what the collector asks",
    GapReason.INTERRUPTED: "finish the run: kitscan scan --resume; of an audit, or of a fleet's run: collect again",
    GapReason.INTERNAL_ERROR: "please report this with the run's log",
    GapReason.UNRESOLVED: "correct the name, or give the address",
    GapReason.NO_PRIVILEGE: "run kitscan doctor; it names the missing privilege",
    GapReason.NO_ANSWER: "check that it is up and that an SNMP or SSH credential and the access list allow this host",
    Unidentified.UNIDENTIFIED: "add a credential, or a fingerprint rule",
    Unidentified.LAYER_2_ONLY: "add an SNMP or SSH credential for it, and check that its access list allows this host",
    Unjudged.NO_POLICY: "name policies with --policy, or write one of your own with kitscan policy new",
}
"""What the operator can do about a target that was not assessed."""

REASON: Mapping[str, str] = {
    Reason.REFER: "the rule names no company; ask the authority",
    Reason.SUSPECTED: "a named company is only suspected behind it",
    Reason.CONTRADICTORY: "the evidence that names the company contradicts itself",
    Reason.UNIDENTIFIED: "the rule depends on the maker, and the maker is not known for certain",
    Reason.UNSEEN: "the rule depends on something that no scan can see",
    Reason.UNDATED: "the rule concerns new equipment, and nothing says when this was bought or installed",
    Reason.UNMEASURED: "the rule sets a cap, and the quantity it limits was not measured",
    Reason.MISPLACED: "the evidence places the device where a rule is stricter",
}
"""Why a finding differs from the plain verdict of its rule. A reason that is not listed here is printed as it is."""

UNJUDGED: Mapping[Unidentified | Unjudged, str] = {
    Unidentified.UNIDENTIFIED: "it answered, but nothing names its maker",
    Unidentified.LAYER_2_ONLY: "only its MAC address or its own announcements name its maker",
    Unjudged.NO_POLICY: "no policy judges this report",
}

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

UNSCANNED_TITLE = "Seen only as a neighbour"
UNSCANNED_NOTE = (
    "Other devices report these neighbours, and the scan did not reach them. Nobody knows where they stand, so they "
    "have no verdict. The policies listed are those that restrict such a maker somewhere."
)

NOT_ASSESSED_NOTE = (
    "These targets were named or showed a sign of life, but too little is known to judge them, or no policy judges. "
    "They are not clear."
)

ALL_ASSESSED = "Every target that was named or showed a sign of life was assessed."

OWN_ZONES_TITLE = "The operator's zones file contradicts the evidence"

NOT_LEGAL_ADVICE = "Facts, not legal advice."


def say_listed(not_assessed: int) -> str:
    """What stands where no target is listed as not assessed, by how many there are all the same."""
    return "What was not assessed is no listed target but a device." if not_assessed else ALL_ASSESSED


def format_long_date(day: date) -> str:
    """22 November 2026, in English whatever the locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_short_month(day: date) -> str:
    """Nov, in English whatever the locale."""
    return _MONTHS[day.month - 1][:3]


def describe_reason(reason: NotAssessedReason) -> str:
    """Why a target was not assessed."""
    return UNJUDGED[reason] if isinstance(reason, Unidentified | Unjudged) else GAP[reason]


def next_step(missing: NotAssessed) -> str:
    """What the operator can do about a target that was not assessed."""
    if missing.answered_from:
        return (
            f"if {missing.answered_from} is its own (a router's loopback, say), name that as a target instead; "
            "otherwise find out who answers for it"
        )
    step = NEXT_STEP[missing.reason]
    return f"{missing.detail}; {step}" if missing.detail else step


def describe_placement(placement: Placement) -> str:
    """Tier, segment, function and site in one line; empty if none is declared."""
    tier = None if placement.tier is None else TIER[placement.tier]
    named = (tier, placement.segment, placement.function, placement.site)
    return " · ".join(part for part in named if part)


def format_count(count: int, singular: str, plural: str | None = None) -> str:
    """`1 device`, `2 devices`."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def join_words(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; nothing of no words."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def describe_seen_parts(seen: "SeenParts") -> str:
    """`3 optics and 1 fan; 2 of an unknown maker; no card, modem or power supply was seen`."""
    told = join_words([format_count(count, *PARTS[kind]) for kind, count in seen.kinds])
    of_unknown = f"{seen.unknown_maker:,} of an unknown maker" if seen.unknown_maker else ""
    *others, last = [PARTS[kind][0] for kind in seen.not_seen] or [""]
    missing = f"no {' or '.join(filter(None, (', '.join(others), last)))} was seen" if last else ""
    return "; ".join(filter(None, (told, of_unknown, missing)))


def format_percent(confidence: float) -> str:
    """A confidence in percent, never rounded up to certainty: 0.9996 is `over 99.9 %`."""
    if confidence > 0.999:
        return "over 99.9 %"
    return f"{confidence * 100:.1f} %"
