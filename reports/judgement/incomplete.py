"""Whether a device was asked to the end, and what was seen of its parts. Enough may be known to name it, and not enough
to call it clear."""

from collections import Counter
from dataclasses import dataclass

from fingerprints.identity.completeness import OPEN_ENDS, completeness_of
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Device
from fingerprints.model.evidence import OPEN_TO_ANYBODY, Channel, Gap, GapReason, Source, channel_of

VOLUNTEERED = frozenset(
    {Source.LINK_LLDP, Source.LINK_CDP, Source.LINK_ADDRESS, Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP}
)
"""Sources that nobody asked for, or that are read from an address alone."""

ON_THE_SEGMENT = VOLUNTEERED | {Source.LINK_MAC}
"""Those, and the MAC address that answered ARP or ND. Anybody can send such a thing in anybody's name: it is enough to
suspect a device, and not enough to clear it."""

_NAMES_WITHOUT_ASKING = ON_THE_SEGMENT | {Source.INVENTORY}
"""Those, and what people wrote of it."""

_WITHOUT_LOGIN = frozenset(
    source for source in Source if channel_of(source) in (Channel.WIRE, Channel.NEIGHBOUR, Channel.PEOPLE)
)
_GREETINGS = _WITHOUT_LOGIN | OPEN_TO_ANYBODY
"""What an agent, an SSH, web or Telnet server and the segment tell anybody before a login, what neighbours repeat, and
what people wrote. It names a box, and tells nothing of what is in it."""

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


KINDS = tuple(ComponentKind)
NO_PARTS = SeenParts((), 0, FOREIGN_KINDS)


def seen_parts(device: Device) -> SeenParts:
    """What was seen of a device's parts. A serial number of known structure names a maker."""
    if not device.components:
        return NO_PARTS
    counts = Counter(part.kind for part in device.components)
    return SeenParts(
        tuple((kind, counts[kind]) for kind in KINDS if kind in counts),
        sum(part.made_by is None for part in device.components),
        tuple(kind for kind in FOREIGN_KINDS if kind not in counts),
    )


def incompleteness(device: Device) -> Gap | None:
    """The gap that keeps a device from being clear, the first of them, or None.

    Three things do: nothing but layer 2 and people name the device; it was asked in vain, and only what it says to
    anybody names it; or a group of what is asked was cut or refused after the device had begun to tell of it. A group
    that was never opened is no such thing, because another told in full.
    """
    claims = device.identity.claims
    if claims and all(claim.source in _NAMES_WITHOUT_ASKING for claim in claims):
        return Gap("link", "", GapReason.NO_ANSWER, "nothing but layer 2 names it")
    if not device.gaps:
        return None
    if claims and all(claim.source in _GREETINGS for claim in claims):
        return device.gaps[0]
    open_gaps = {gap for one in completeness_of(device) if one.end in OPEN_ENDS for gap in one.gaps}
    return next((gap for gap in device.gaps if gap in open_gaps), None)


def is_known_by_layer_2(device: Device) -> bool:
    """True if all that names a device is its MAC address, its own announcements, or what neighbours repeat of them."""
    claims = device.identity.claims
    return bool(claims) and all(claim.source in ON_THE_SEGMENT for claim in claims)
