"""Sentences about an identity: why evidence names two companies, what would change the answer, what a tie rests on."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from fingerprints.model.device import (
    AnotherGroup,
    DeclaredBuilder,
    DifferenceReason,
    ModelOfPart,
    NamedOnPart,
    OnRecord,
    QuotedText,
    SerialOfPart,
    TieReason,
    TurningPoint,
    VendorDifference,
    Watched,
    WatchLevel,
    WithoutGroups,
)
from fingerprints.model.evidence import Channel, EvidenceGroup
from reports.document.wording import format_percent, join_words
from reports.judgement.evaluate import IdentityReason

GROUP: Mapping[EvidenceGroup, str] = {
    EvidenceGroup.AGENT_TEXT: "the agent's texts",
    EvidenceGroup.PRIVATE_TREE: "its private MIB",
    EvidenceGroup.EEPROM: "its parts' EEPROMs",
    EvidenceGroup.LAYER_2: "its MAC addresses",
    EvidenceGroup.CRYPTO: "its certificates",
    EvidenceGroup.STACK: "its services' greetings",
    EvidenceGroup.COMMAND_LINE: "its command line",
    EvidenceGroup.THIRD_PARTY: "what others report",
}

CHANNEL: Mapping[Channel, str] = {
    Channel.AGENT: "its SNMP agent",
    Channel.COMMAND_LINE: "its command line",
    Channel.WIRE: "the wire",
    Channel.NEIGHBOUR: "its neighbours",
    Channel.PEOPLE: "the operator's inventory",
}

DIFFERENCE: Mapping[DifferenceReason, str] = {
    DifferenceReason.VIRTUAL_MACHINE: "the device is a virtual machine, and these name its host",
    DifferenceReason.VIRTUAL_GATEWAY: "routers share this address, which names none of them",
    DifferenceReason.DOCUMENTED_TIE: "one company is on record as builder or owner of the other",
    DifferenceReason.REFUTED: "only texts name it, and another channel contradicts them",
    DifferenceReason.SHARED_NUMBER: "others use this number too, or copy a few objects from another company's MIB",
    DifferenceReason.PART_ONLY: "a board, a card or a network port may be theirs, and the box another company's",
    DifferenceReason.OTHER_SERVICE: "another program, a proxy or a box behind it may answer on that port",
    DifferenceReason.SPOOFING: "no harmless reason fits, so somebody may have forged it",
}

IDENTITY: Mapping[IdentityReason, str] = {
    IdentityReason.IDENTIFIED: "its maker is positively identified",
    IdentityReason.CONTRADICTORY: "its evidence contradicts itself",
    IdentityReason.WATCHED_MAKER_KNOWN: "a watched maker is positively known to be behind it",
    IdentityReason.ONLY_POSSIBLE: "its maker is only possible, not probable",
    IdentityReason.UNKNOWN: "nothing says who made it",
}


_WITHOUT_PERCENTAGE = (WatchLevel.CONFLICTING, WatchLevel.CLEARED)


def describe_difference(difference: VendorDifference) -> str:
    """`Acme by the agent's texts, but Quartz by its MAC addresses: routers share this address, ...`."""
    vendor = f"{difference.vendor.name} by {_listed(difference.groups)}"
    other = f"{difference.other.name} by {_listed(difference.other_groups)}"
    return f"{vendor}, but {other}: {DIFFERENCE[difference.reason]}"


def describe_tie_level(tie: Watched, conflicts: Sequence[VendorDifference] = ()) -> str:
    """`confirmed, 99.2 %`; no percentage for a company that lost a contradiction of the box, because its share
    of evidence that contradicts itself would read as a probability."""
    sure = "" if has_lost(tie, conflicts) else f", {format_percent(tie.confidence)}"
    return f"{tie.level.value}{sure}"


def has_lost(tie: Watched, conflicts: Sequence[VendorDifference]) -> bool:
    """True for a company that evidence refutes, or that a stronger one contradicts. The stronger one has not lost."""
    if any(difference.vendor.id == tie.entity for difference in conflicts):
        return tie.level is WatchLevel.CLEARED
    return tie.level in _WITHOUT_PERCENTAGE or any(difference.other.id == tie.entity for difference in conflicts)


def describe_turning_point(point: TurningPoint) -> str:
    """A change of the evidence, and what would follow from it."""
    match point:
        case WithoutGroups(groups, instead):
            named = instead.name if instead is not None else "no company"
            return f"Without {_listed(groups)}, {named} would be named."
        case AnotherGroup(vendor, known):
            return f"Evidence besides {_listed(known)} that names {vendor.name} would make it more certain."
    assert_never(point)


def describe_tie_reason(reason: TieReason) -> str:
    """The words that a tie to a watched company rests on, and where they come from."""
    match reason:
        case QuotedText(source, text):
            return f"{source}: {text}"
        case NamedOnPart(kind, position, words):
            return f"{kind} at {position} names {words}"
        case SerialOfPart(kind, position, serial):
            return f"{kind} at {position} has the serial number {serial}"
        case OnRecord():
            return _describe_record(reason)
        case DeclaredBuilder(builder):
            return f"the operator's own list says that {builder.name} built it"
        case ModelOfPart(kind, position, model):
            return f"{kind} at {position} is a {model}"
    assert_never(reason)


def _describe_record(record: OnRecord) -> str:
    """`on record: Acme builds what Quartz sells, models like Q-12 (recalled; since 2018-01-01; a trade list)`."""
    verb = "builds" if record.until is None else "built"
    some = "some of what" if record.in_part else "what"
    line = f", models like {record.line}" if record.line else ""
    dates = [f"since {record.since}" if record.since else "", f"until {record.until}" if record.until else ""]
    details = "; ".join(filter(None, ("checked" if record.checked else "recalled", *dates, record.note)))
    return f"on record: {record.builder.name} {verb} {some} {record.brand.name} sells{line} ({details})"


def _listed(groups: Sequence[EvidenceGroup]) -> str:
    return join_words([GROUP[group] for group in groups])
