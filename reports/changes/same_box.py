"""Whether two states are of one box, by the match keys of each."""

from collections import defaultdict
from collections.abc import Mapping

from fingerprints.model.merging import MatchedBy

HARDWARE = (MatchedBy.SERIAL.value, MatchedBy.MAC.value)
"""Kinds of key that belong to the metal. The first that both boxes have decides alone: a replacement gets the
configuration of the box before it, with its host key and its engine ID."""

SOFTWARE = (MatchedBy.HOST_KEY.value, MatchedBy.CERTIFICATE.value, MatchedBy.ENGINE_ID.value)
"""Kinds of key that a configuration or a system holds. One that both share is enough."""

TELLING_APART = (MatchedBy.HOST_KEY.value, MatchedBy.ENGINE_ID.value)
"""Kinds of software key that tell boxes apart where they share none. A certificate is renewed."""

KIND_ORDER = tuple(kind.value for kind in MatchedBy)


def is_same_box(keys: tuple[str, ...], others: tuple[str, ...]) -> bool | None:
    """True if the match keys of two states show one box, False if they show two, None if they say nothing."""
    ours, theirs = keys_by_kind(keys), keys_by_kind(others)
    for kind in HARDWARE:
        if ours[kind] and theirs[kind]:
            return not ours[kind].isdisjoint(theirs[kind])
    if not _ports(ours).isdisjoint(_ports(theirs)):
        return True
    if any(not ours[kind].isdisjoint(theirs[kind]) for kind in SOFTWARE):
        return True
    return False if any(ours[kind] and theirs[kind] for kind in TELLING_APART) else None


def keys_by_kind(keys: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """The texts of each kind of key; an empty set for a kind that is not there."""
    found: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        kind, _, text = key.partition("=")
        found[kind].add(text)
    return defaultdict(frozenset, {kind: frozenset(texts) for kind, texts in found.items()})


def _ports(keys: Mapping[str, frozenset[str]]) -> frozenset[tuple[int, str]]:
    """The lowest and the highest MAC address of the ports. Their number changes with a card."""
    return frozenset(
        (end, address) for text in keys[MatchedBy.PORTS.value] for end, address in enumerate(text.split(" ")[:2])
    )
