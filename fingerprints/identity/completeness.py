"""How far a device was asked to the end: for each group of what is asked together, how it ended.

Computed from what the device told and from its gaps. Adding a gap never makes a group better, and the order of gaps
does not matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from fingerprints.model.device import Device
from fingerprints.model.evidence import OPEN_TO_ANYBODY, Channel, Gap, GapReason, Source, channel_of
from fingerprints.model.gap_place import CommandLine, NamedPlace, OidSubtree, TransportPort, place_of_gap
from fingerprints.model.source_module import ENTERPRISES
from fingerprints.sources.cli.part_commands import is_of_others
from fingerprints.sources.registry import source_of


class AskedGroup(StrEnum):
    """What a scan asks of one device together: how it ends says nothing of another group."""

    AGENT = "snmp"
    """The SNMP agent: its system group, scalars and interfaces."""
    PARTS = "entity-mib"
    """ENTITY-MIB: chassis, stack members, cards and optics."""
    PRIVATE_TREES = "private-mibs"
    """The MIBs of makers, below enterprises."""
    COMMAND_LINE = "command-line"
    """The commands of a session."""
    OTHER_SERVICES = "other-services"
    """What a device tells without a credential: banners, host keys, web pages. Nothing of it is asked to the end."""


class GroupEnd(StrEnum):
    """How a group ended, best first."""

    COMPLETE = "complete"
    """It was told to the end."""
    EMPTY = "empty"
    """The device answered, and has nothing of it, or shows nothing of it to this credential."""
    NOT_ASKED = "not-asked"
    """It was never opened: no credential, a refused login, a closed port, or a probe that did not run."""
    REFUSED = "refused"
    """The device told of it, then refused a part."""
    CUT = "cut"
    """It ended before the device had told all."""


_ORDER = {end: place for place, end in enumerate(GroupEnd)}

OPEN_ENDS = frozenset({GroupEnd.REFUSED, GroupEnd.CUT})
"""Ends that leave a device open: what it knows of this group is more than what it told."""


@dataclass(frozen=True, slots=True)
class GroupCompleteness:
    """How one group ended, and the gaps that left it so, in the order of the device's gaps."""

    group: AskedGroup
    end: GroupEnd
    gaps: tuple[Gap, ...] = ()


_ENDS_EVERYTHING = frozenset(
    {GapReason.NOT_RECEIVED, GapReason.OUTSIDE_SCOPE, GapReason.INTERRUPTED, GapReason.INTERNAL_ERROR}
)
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


def completeness_of(device: Device) -> tuple[GroupCompleteness, ...]:
    """How each group of what was asked of a device ended, in the order of AskedGroup."""
    answered = frozenset(_answered_groups(device.sources))
    left_open: dict[AskedGroup, list[tuple[Gap, GroupEnd]]] = {group: [] for group in AskedGroup}
    for gap in device.gaps:
        for group, end in _ends_of(gap):
            left_open[group].append((gap, end))
    return tuple(
        GroupCompleteness(
            group,
            max((_end_without_gaps(group, answered), *(end for _, end in ends)), key=_ORDER.__getitem__),
            tuple(gap for gap, _ in ends),
        )
        for group, ends in left_open.items()
    )


def _end_without_gaps(group: AskedGroup, answered: frozenset[AskedGroup]) -> GroupEnd:
    if group in answered:
        return GroupEnd.COMPLETE
    is_of_agent = group in (AskedGroup.PARTS, AskedGroup.PRIVATE_TREES)
    return GroupEnd.EMPTY if is_of_agent and AskedGroup.AGENT in answered else GroupEnd.NOT_ASKED


def _answered_groups(sources: frozenset[Source]) -> Iterator[AskedGroup]:
    for source in sources - OPEN_TO_ANYBODY:
        match channel_of(source):
            case Channel.AGENT:
                yield AskedGroup.AGENT
                if source.startswith("snmp.entity_"):
                    yield AskedGroup.PARTS
                elif source is Source.SNMP_OBJECT:
                    yield AskedGroup.PRIVATE_TREES
            case Channel.COMMAND_LINE:
                yield AskedGroup.COMMAND_LINE
            case Channel.WIRE:
                yield AskedGroup.OTHER_SERVICES


def _ends_of(gap: Gap) -> Iterator[tuple[AskedGroup, GroupEnd]]:
    """The groups that a gap leaves open. None for a service that stayed closed, because another answered in full, and
    for a table of neighbours or routes, without which the device is known as well."""
    if gap.reason in _ENDS_EVERYTHING:
        yield from ((group, GroupEnd.CUT) for group in AskedGroup)
        return
    place = place_of_gap(gap)
    end = GroupEnd.REFUSED if gap.reason is GapReason.REFUSED else GroupEnd.CUT
    if gap.reason is GapReason.STRUCK_OUT:
        if not (isinstance(place, OidSubtree) and source_of(gap.at) in _NAMES_NO_MAKER):
            yield _group_at(gap), end
    elif isinstance(place, TransportPort):
        if place.had_answered:
            yield _group_at(gap), end
    elif gap.reason in _ENDS_ONE_REQUEST and _is_of_box_or_parts(gap):
        yield _group_at(gap), end


def _is_of_box_or_parts(gap: Gap) -> bool:
    match place_of_gap(gap):
        case CommandLine(line):
            return gap.reason is not GapReason.REFUSED or not is_of_others(line)
        case OidSubtree() as subtree:
            is_private_tree = subtree.lies_in(_ENTERPRISES) and len(subtree.arcs) <= len(_ENTERPRISES) + 1
            return is_private_tree or subtree.lies_in(_ENTITY_MIB)
        case _:
            return False


def _group_at(gap: Gap) -> AskedGroup:
    match place_of_gap(gap):
        case OidSubtree() as subtree:
            if subtree.lies_in(_ENTITY_MIB):
                return AskedGroup.PARTS
            return AskedGroup.PRIVATE_TREES if subtree.lies_in(_ENTERPRISES) else AskedGroup.AGENT
        case CommandLine():
            return AskedGroup.COMMAND_LINE
        case TransportPort() | NamedPlace():
            by_probe = {"snmp": AskedGroup.AGENT, "ssh": AskedGroup.COMMAND_LINE}
            return by_probe.get(gap.probe, AskedGroup.OTHER_SERVICES)
