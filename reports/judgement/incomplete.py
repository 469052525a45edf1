"""Whether a device was asked to the end, and what was seen of its parts. Enough may be known to name it, and not enough
to call it clear."""

from collections import Counter
from dataclasses import dataclass

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Device
from fingerprints.model.evidence import Gap, GapReason, Source
from fingerprints.model.gap_place import CommandLine, OidSubtree, TransportPort, place_of_gap
from fingerprints.model.source_module import ENTERPRISES
from fingerprints.sources.cli.part_commands import is_of_others
from fingerprints.sources.registry import source_of

VOLUNTEERED = frozenset(
    {Source.LINK_LLDP, Source.LINK_CDP, Source.LINK_ADDRESS, Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP}
)
"""Sources that nobody asked for, or that are read from an address alone."""

ON_THE_SEGMENT = VOLUNTEERED | {Source.LINK_MAC}
"""Those, and the MAC address that answered ARP or ND. Anybody can send such a thing in anybody's name: it is enough to
suspect a device, and not enough to clear it."""

_ENDS_EVERYTHING = frozenset({GapReason.INTERRUPTED, GapReason.INTERNAL_ERROR})
"""Reasons that end the collection wherever they occur: nobody knows what would have followed."""

_ENDS_ONE_REQUEST = frozenset(
    {GapReason.NO_ANSWER, GapReason.BUDGET_SPENT, GapReason.NOT_INCREASING, GapReason.MALFORMED, GapReason.REFUSED}
)

_ENTITY_MIB = (1, 3, 6, 1, 2, 1, 47)
"""ENTITY-MIB (RFC 6933): the table of chassis, stack members, cards and optics."""

_ENTERPRISES = tuple(map(int, ENTERPRISES.split(".")))
"""The private trees of makers. A probe asks each for its first object, and those of the device for what identifies it.
A gap of this is at the tree of one maker, or of all."""

_NAMES_NO_MAKER = frozenset(
    {
        Source.SNMP_SYS_NAME,
        Source.SNMP_SYS_LOCATION,
        Source.SNMP_IF_ALIAS,
        Source.SNMP_LLDP_REMOTE,
        Source.SNMP_CDP_REMOTE,
    }
)
"""Objects in which the operator's own words stand, or what is said of other devices. What was struck out there named
no maker of this one."""

FOREIGN_KINDS = (
    ComponentKind.CARD,
    ComponentKind.OPTIC,
    ComponentKind.MODEM,
    ComponentKind.POWER_SUPPLY,
    ComponentKind.FAN,
)
"""The kinds of parts that another company than the box's often makes."""


@dataclass(frozen=True, slots=True)
class SeenParts:
    """What a device told of its parts: how many by kind, how many of them without a known maker, and the kinds among
    FOREIGN_KINDS of which it told none. A box may have no such part, or may not tell of it: nobody can know which."""

    kinds: tuple[tuple[ComponentKind, int], ...]
    unknown_maker: int
    not_seen: tuple[ComponentKind, ...]

    @property
    def count(self) -> int:
        """All parts."""
        return sum(count for _, count in self.kinds)


def seen_parts(device: Device) -> SeenParts:
    """What was seen of a device's parts. A serial number of known structure names a maker."""
    counts = Counter(part.kind for part in device.components)
    return SeenParts(
        tuple((kind, counts[kind]) for kind in ComponentKind if counts[kind]),
        sum(part.made_by is None for part in device.components),
        tuple(kind for kind in FOREIGN_KINDS if not counts[kind]),
    )


def incompleteness(device: Device) -> Gap | None:
    """The gap that keeps a device from being clear, or None.

    There are four: the device is known by layer 2 alone; the run or the session with it ended early; a table that names
    its parts or its maker is not complete; or a secret was struck out of words that may have named its maker. A service
    that stayed closed (a closed port, a refused login) is no such gap, because another service answered in full. Nor is
    a table of neighbours or routes, without which the device is known as well.
    """
    if is_known_by_layer_2(device):
        return Gap("link", "", GapReason.NO_ANSWER, "nothing but layer 2 names it")
    return next((gap for gap in device.gaps if _keeps_from_clear(gap)), None)


def is_known_by_layer_2(device: Device) -> bool:
    """True if all that names a device is its MAC address, its own announcements, or what neighbours repeat of them."""
    claims = device.identity.claims
    return bool(claims) and all(claim.source in ON_THE_SEGMENT for claim in claims)


def _keeps_from_clear(gap: Gap) -> bool:
    if gap.reason in _ENDS_EVERYTHING:
        return True
    place = place_of_gap(gap)
    if gap.reason is GapReason.STRUCK_OUT:
        return not (isinstance(place, OidSubtree) and source_of(gap.at) in _NAMES_NO_MAKER)
    if isinstance(place, TransportPort):
        return place.had_answered
    if gap.reason not in _ENDS_ONE_REQUEST:
        return False
    match place:
        case CommandLine(line):
            return gap.reason is not GapReason.REFUSED or not is_of_others(line)
        case OidSubtree() as subtree:
            is_private_tree = subtree.lies_in(_ENTERPRISES) and len(subtree.arcs) <= len(_ENTERPRISES) + 1
            return is_private_tree or subtree.lies_in(_ENTITY_MIB)
        case _:
            return False
