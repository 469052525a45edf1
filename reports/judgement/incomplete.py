"""What a device was not asked to the end: enough may be known to name it, and not enough to call it clear."""

import re

from fingerprints.model.device import Device
from fingerprints.model.evidence import Gap, GapReason, Source

VOLUNTEERED = frozenset(
    {Source.LINK_LLDP, Source.LINK_CDP, Source.LINK_ADDRESS, Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP}
)
"""What comes unasked, from anybody in anybody's name, or is read from an address alone: enough to suspect a device, not
to clear it."""

_ANYWHERE = frozenset({GapReason.INTERRUPTED, GapReason.INTERNAL_ERROR})
"""Reasons that end a conversation wherever they come: nobody knows what would have followed."""

_MIDWAY = frozenset(
    {GapReason.NO_ANSWER, GapReason.BUDGET_SPENT, GapReason.NOT_INCREASING, GapReason.MALFORMED, GapReason.REFUSED}
)

_OF_THE_BOX = re.compile(r"1\.3\.6\.1\.(2\.1\.47\b.*|4\.1\.[0-9]+)")
"""ENTITY-MIB (RFC 6933), which holds chassis, members, cards and optics; and a maker's whole private tree, asked for
its first object. Neighbours and routes stand elsewhere: without them the box is known as well."""


def incompleteness(device: Device) -> Gap | None:
    """The gap that keeps a device from being clear, or None.

    It only announced itself; or the run or its conversation ended early; or a table that tells of its parts or of who
    made it was not had whole. A door that stayed shut (a closed port, a refused login) is none: what came through
    another is whole.
    """
    if device.identity.claims and all(claim.source in VOLUNTEERED for claim in device.identity.claims):
        return Gap("link", "", GapReason.NO_ANSWER, "it announced itself, and answered nothing")
    return next((gap for gap in device.gaps if _matters(gap)), None)


def _matters(gap: Gap) -> bool:
    if gap.reason in _ANYWHERE:
        return True
    return gap.reason in _MIDWAY and (_is_command(gap) or _OF_THE_BOX.fullmatch(gap.at) is not None)


def _is_command(gap: Gap) -> bool:
    """Whether it ended a command line: at a command (`show inventory`), and not at a port (`22/tcp via bastion`)."""
    return gap.probe == "ssh" and " " in gap.at and "/tcp" not in gap.at
