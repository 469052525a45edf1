"""Ties of a box to watched companies, those that some policy names. They surface from `possible`, and only a second
channel clears them."""

from collections.abc import Iterable, Sequence

from fingerprints.claims.claim import Claim, for_party
from fingerprints.claims.mac_owner import ADDRESS_KINDS
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.fusion import CompanyStanding, level_of, refuted, standings
from fingerprints.model.device import (
    WATCH_LEVELS,
    Identity,
    Level,
    Party,
    QuotedText,
    Role,
    Watched,
    WatchLevel,
)

MAX_QUOTED = 8
"""Claims that a tie quotes."""

_ROLES = {Role.BRAND: 1.0, Role.PLATFORM: 1.0, Role.MAKER: 1.0}


def watched_ties(
    claims: Sequence[Claim], identity: Identity, on_record: Iterable[Watched], database: FingerprintDatabase
) -> tuple[Watched, ...]:
    """The ties of the whole box to watched companies, sorted by entity: those that claims show, and those that are
    `on_record` (identity/on_record.py)."""
    by_entity: dict[str, list[Claim]] = {}
    for claim in claims:
        if _ROLES.get(claim.role):
            for entity in database.companies.watched_behind(claim.party.id):
                by_entity.setdefault(entity, []).append(claim)
    shown = [_tie(entity, supporting, claims, identity, database) for entity, supporting in sorted(by_entity.items())]
    ties = {tie.entity: tie for tie in shown if tie is not None}
    for recorded in on_record:
        known = ties.get(recorded.entity)
        ties[recorded.entity] = recorded if known is None else _together(known, recorded)
    return tuple(tie for _, tie in sorted(ties.items()))


def _together(shown: Watched, recorded: Watched) -> Watched:
    """One tie of two with the same company. Evidence tells of this very box, so its level counts, unless it only
    clears or suspects the company and the record says more. A record that the operator's list clears adds nothing."""
    if recorded.level is WatchLevel.CLEARED:
        return shown
    stronger = shown.level is WatchLevel.CLEARED or (
        shown.level is WatchLevel.POSSIBLE and recorded.level is WatchLevel.PROBABLE
    )
    surer = recorded if stronger else shown
    roles = tuple(role for role in Role if role in (*shown.roles, *recorded.roles))
    return Watched(shown.entity, surer.level, surer.confidence, roles, (*recorded.because, *shown.because))


def _tie(
    entity: str,
    supporting: Sequence[Claim],
    claims: Iterable[Claim],
    identity: Identity,
    database: FingerprintDatabase,
) -> Watched | None:
    ids = {claim.party.id for claim in supporting}
    watched = Party(entity, entity)
    renamed = [
        for_party(claim, watched) if claim.party.id in ids else claim
        for claim in claims
        if claim.party.id in ids or not database.companies.are_tied(claim.party.id, entity)
    ]
    standing = next(each for each in standings(renamed, database.weights, _ROLES) if each.party is watched)
    named = {party.id for party in (identity.vendor, identity.made_by, identity.platform) if party is not None}
    if standing.odds < database.weights.watched_from and not ids & named:
        return None
    sure = bool(ids & named) and any(claim.kind not in ADDRESS_KINDS for claim in supporting)
    level = _level(standing, sure, _vendor_standing(claims, identity, database), identity, database)
    roles = tuple(role for role in Role if any(claim.role is role for claim in supporting))
    quotes = dict.fromkeys(QuotedText(claim.record.source, claim.record.text) for claim in supporting)
    return Watched(entity, level, round(standing.confidence, 4), roles, tuple(quotes)[:MAX_QUOTED])


def _level(
    standing: CompanyStanding,
    sure: bool,
    vendor: CompanyStanding | None,
    identity: Identity,
    database: FingerprintDatabase,
) -> WatchLevel:
    if not sure and vendor is not None and refuted(standing, vendor):
        return WatchLevel.CLEARED
    if identity.level is Level.CONFLICTING:
        return WatchLevel.CONFLICTING
    if not sure:
        return WatchLevel.POSSIBLE
    return WATCH_LEVELS.get(level_of(standing, database.weights), WatchLevel.POSSIBLE)


def _vendor_standing(
    claims: Iterable[Claim], identity: Identity, database: FingerprintDatabase
) -> CompanyStanding | None:
    by_company = standings(claims, database.weights, _ROLES)
    return next((standing for standing in by_company if standing.party == identity.vendor), None)
