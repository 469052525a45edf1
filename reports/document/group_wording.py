"""Sentences about groups of findings and about makers: what a report of many findings is read by."""

from collections.abc import Mapping, Sequence

from reports.document.document import Place, ReportedDevice, ReportedFinding
from reports.document.force_wording import label_verdict
from reports.document.groups import FindingGroup, GroupCause
from reports.document.overview import MakerCount, name_of
from reports.document.wording import PARTS, PLACE, TIER, format_count, join_words
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier

GROUPS_TITLE = "Why, by cause"
GROUPS_NOTE = (
    "Devices of one maker and family of which one rule says the same in one place. A device stands in each group that "
    "concerns it."
)

GROUP_NAMES = 3
"""Devices and sites that a group names; it counts the rest."""

FIND_OUT = "Find out who made {it}: add an SNMP or SSH credential"

DO: Mapping[Verdict, str] = {
    Verdict.RESTRICTED: "Replace {it}, or have the finding waived",
    Verdict.REVIEW: "Decide whether {it} may stay, and write down why",
    Verdict.CONDITIONAL: "Keep to the date, the cap or the condition that the rule names",
    Verdict.NOT_ASSESSED: FIND_OUT,
    Verdict.CLEAR: "Nothing",
}
"""What there is to do by the verdict alone; `{it}` is what it is about."""

DO_BY_REASON: Mapping[str, str] = {
    Reason.REFER: "Ask the authority: the rule names no company",
    Reason.SUSPECTED: "Confirm who made {it} by its command line, a neighbour or its label",
    Reason.CONTRADICTORY: "Look at {it}: the evidence contradicts itself and may be forged",
    Reason.UNIDENTIFIED: FIND_OUT,
    Reason.UNSEEN: "Check the condition that no scan sees, and write down the answer",
    Reason.UNDATED: "Declare when {it} was bought and installed (--attributes)",
    Reason.UNMEASURED: "Count the share that the rule caps, and declare it (--attributes)",
    Reason.MISPLACED: "Check where {it} stands; correct zones.yaml if the evidence is right",
}
"""What there is to do where a finding has a reason of its own."""

IF_IT_BINDS = "If this policy binds you, replace {it}, or have the finding waived"

PLACE_IT = "Say in zones.yaml where {it} stands; until then the worst place counts"

_PARTS: Mapping[str, tuple[str, str]] = {kind.value: words for kind, words in PARTS.items()}


def describe_groups(groups: Sequence[FindingGroup]) -> str:
    """`31 devices: Huawei S5720 in access (Bristol and Leeds), us-889a/telecom`, for groups of the same devices by
    several rules."""
    first = groups[0]
    sites = f" ({name_first(first.sites)})" if first.sites else ""
    rules = name_first([cite_cause(group.cause) for group in groups])
    return f"{count_group(first)}: {name_cause(first.cause)}{sites}, {rules}"


def describe_groups_briefly(groups: Sequence[FindingGroup]) -> str:
    """The same in one line, where one device is named: `lon-core-1: Huawei NE40E in core, us-889a`."""
    first = groups[0]
    known = count_group(first) if len(first.devices) > 1 else name_of(first.devices[0])
    policies = name_first(list(dict.fromkeys(group.cause.policy for group in groups)))
    return f"{known}: {name_cause(first.cause)}, {policies}"


def name_cause(cause: GroupCause) -> str:
    """What a group is about and where it stands: `Huawei S5720 in access`, `Huawei OMXD30000 (optic) in core`."""
    part = f" ({cause.part})" if cause.part else ""
    return f"{name_product(cause)}{part} {name_where(cause)}"


def name_product(cause: GroupCause) -> str:
    """Maker and family; a family that begins with the maker's name is not said twice."""
    if cause.family.casefold().startswith(cause.maker.casefold()):
        return cause.family
    return f"{cause.maker} {cause.family}".strip()


def name_where(cause: GroupCause) -> str:
    """`in access`, or the place where no tier is declared: `unclassified`, `non-core`."""
    return f"in {TIER[Tier(cause.tier)]}" if cause.tier else PLACE[cause.place].lower()


def cite_cause(cause: GroupCause) -> str:
    """The rule of a group: `us-889a/telecom`."""
    return f"{cause.policy}/{cause.rule}"


def count_group(group: FindingGroup) -> str:
    """`31 devices`; for parts, the devices that hold them: `parts in 12 devices`."""
    devices = format_count(len(group.devices), "device")
    return f"parts in {devices}" if group.cause.part else devices


def label_group(group: FindingGroup, binding: bool) -> str:
    """The verdict of a group, as its heading names it."""
    cause = group.cause
    return label_verdict(cause.verdict, binding or cause.policy == SUPPORT)


def say_what_to_do(group: FindingGroup, binding: bool) -> str:
    """What there is to do about a group, as a sentence without its full stop."""
    cause, many = group.cause, len(group.devices) > 1
    one, several = _PARTS.get(cause.part, (cause.part, cause.part)) if cause.part else ("it", "them")
    named = several if many else one
    about = f"the {named}" if cause.part else named
    return what_to_do(cause, cause.place, about, binding or cause.policy == SUPPORT)


def what_to_do(of: ReportedFinding | GroupCause, place: Place, about: str, holds: bool) -> str:
    """What there is to do about a finding: by its reason, else by its place if nobody declared one, else by its
    verdict. `about` names the device or the part (`it`). By a policy that nobody chose there is nothing to replace."""
    if of.reason is not None and of.reason in DO_BY_REASON:
        return DO_BY_REASON[of.reason].format(it=about)
    if place is Place.UNCLASSIFIED and of.verdict in (Verdict.RESTRICTED, Verdict.REVIEW):
        return PLACE_IT.format(it=about)
    if of.verdict is Verdict.RESTRICTED and not holds:
        return IF_IT_BINDS.format(it=about)
    return DO[of.verdict].format(it=about)


def name_devices(devices: Sequence[ReportedDevice]) -> str:
    """`lon-core-1, lon-core-2, lon-core-3 and 28 more`."""
    return name_first([name_of(judged) for judged in devices])


def name_first(words: Sequence[str]) -> str:
    """The first words, and how many more there are."""
    more = (f"{len(words) - GROUP_NAMES:,} more",) if len(words) > GROUP_NAMES else ()
    return join_words((*words[:GROUP_NAMES], *more))


def describe_maker(maker: MakerCount, restricted: str) -> str:
    """`Cisco Systems 4 (2 restricted, 1 of them for a part in it)`. `restricted` is the label of the verdict."""
    if not maker.restricted:
        return f"{maker.name} {maker.devices:,}"
    comma = ", " if maker.for_part < maker.restricted else " "
    said = comma.join(filter(None, (restricted.lower(), describe_for_part(maker))))
    return f"{maker.name} {maker.devices:,} ({maker.restricted:,} {said})"


def describe_for_part(maker: MakerCount) -> str:
    """`1 of them for a part in it`: what says that some devices are counted for a part that another company may have
    made, and not for their own maker; empty if none is."""
    if not maker.for_part:
        return ""
    return "for a part in it" if maker.for_part == maker.restricted else f"{maker.for_part:,} of them for a part in it"
