"""Ties of a box to companies that some policy names: surfaced from `possible`, and cleared only by a second channel."""

from collections.abc import Iterable, Sequence

from fingerprints.claims.claim import Claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.ownership import related, watched_entities
from fingerprints.identity.fusion import Standing, level_of, refuted, standings
from fingerprints.model.device import Identity, Level, Party, Role, Watched, WatchLevel

MAX_QUOTED = 8
"""Claims that a tie quotes."""

_ROLES = {Role.BRAND: 1.0, Role.PLATFORM: 1.0, Role.MAKER: 1.0}
_LEVELS = {
    Level.CONFIRMED: WatchLevel.CONFIRMED,
    Level.PROBABLE: WatchLevel.PROBABLE,
    Level.POSSIBLE: WatchLevel.POSSIBLE,
    Level.CONFLICTING: WatchLevel.CONFLICTING,
    Level.UNKNOWN: WatchLevel.POSSIBLE,
}

_ADDRESSES = frozenset(
    {"mac-majority", "bridge-address", "engine-id-mac", "wire-mac", "neighbour-mac", "address-eui64"}
)
"""Kinds that alone only suspect: a hardware address says who registered its block, not who made the box around it."""


def watched_ties(votes: Sequence[Claim], identity: Identity, database: FingerprintDatabase) -> tuple[Watched, ...]:
    """The ties of the whole box to watched companies, by entity."""
    behind: dict[str, list[Claim]] = {}
    for one in votes:
        if _ROLES.get(one.role):
            for entity in watched_entities(one.party.id, database):
                behind.setdefault(entity, []).append(one)
    ties = (_tie(entity, of_it, votes, identity, database) for entity, of_it in sorted(behind.items()))
    return tuple(tie for tie in ties if tie is not None)


def _tie(
    entity: str, for_it: Sequence[Claim], votes: Iterable[Claim], identity: Identity, database: FingerprintDatabase
) -> Watched | None:
    ids = {one.party.id for one in for_it}
    party = Party(entity, entity)
    renamed = [
        Claim(one.claim, party, one.group, one.channel) if one.party.id in ids else one
        for one in votes
        if one.party.id in ids or not related(one.party.id, entity, database)
    ]
    standing = next(one for one in standings(renamed, database.weights, _ROLES) if one.party is party)
    named = {one.id for one in (identity.vendor, identity.made_by, identity.platform) if one is not None}
    if standing.odds < database.weights.watched_from and not ids & named:
        return None
    sure = bool(ids & named) and any(one.kind not in _ADDRESSES for one in for_it)
    level = _level(standing, sure, _vendor_standing(votes, identity, database), identity, database)
    roles = tuple(role for role in Role if any(one.role is role for one in for_it))
    because = tuple(dict.fromkeys(f"{one.claim.source}: {one.claim.text}" for one in for_it))[:MAX_QUOTED]
    return Watched(entity, level, round(standing.confidence, 4), roles, because)


def _level(
    standing: Standing, sure: bool, vendor: Standing | None, identity: Identity, database: FingerprintDatabase
) -> WatchLevel:
    if not sure and vendor is not None and refuted(standing, vendor):
        return WatchLevel.CLEARED
    if identity.level is Level.CONFLICTING:
        return WatchLevel.CONFLICTING
    return _LEVELS[level_of(standing, database.weights)] if sure else WatchLevel.POSSIBLE


def _vendor_standing(votes: Iterable[Claim], identity: Identity, database: FingerprintDatabase) -> Standing | None:
    found = standings(votes, database.weights, _ROLES)
    return next((one for one in found if one.party == identity.vendor), None)
