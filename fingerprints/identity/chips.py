"""Chips that texts name: parts of a box, never its maker.

A camera or a modem whose description names the maker of its processor is as little that company's box as a computer is
Intel's. What counts is that the part is there.
"""

from collections.abc import Iterable, Iterator

from fingerprints.claims.claim import Claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import (
    Component,
    QuotedText,
    Role,
    Watched,
    WatchLevel,
)
from fingerprints.model.evidence import EvidenceGroup

CHIP_CONFIDENCE = 0.5
"""How sure it is that a chip is in the box whose text names its maker: software of the chip's maker says so too."""

MAX_QUOTED = 8
"""Texts that a chip quotes."""

_ON_THE_PART = frozenset((EvidenceGroup.LAYER_2, EvidenceGroup.EEPROM))
"""Groups of evidence that are no texts about the box."""


def names_chip(claim: Claim, database: FingerprintDatabase) -> bool:
    """True if a claim rests on a text that names the maker of a chip."""
    company = database.companies.get(claim.party.id)
    return company is not None and company.makes_chips and claim.group not in _ON_THE_PART


def chips_of(claims: Iterable[Claim], database: FingerprintDatabase) -> Iterator[Component]:
    """The chips that these claims name, one for each maker."""
    by_maker: dict[str, dict[QuotedText, None]] = {}
    for claim in claims:
        if names_chip(claim, database):
            by_maker.setdefault(claim.party.id, {})[QuotedText(claim.record.source, claim.record.text)] = None
    for maker, quoted in sorted(by_maker.items()):
        because = tuple(quoted)[:MAX_QUOTED]
        watched = tuple(
            Watched(entity, WatchLevel.POSSIBLE, CHIP_CONFIDENCE, (Role.COMPONENT,), because)
            for entity in database.companies.watched_behind(maker)
        )
        yield Component(ComponentKind.OTHER, "chip", database.party(maker), watched=watched)
