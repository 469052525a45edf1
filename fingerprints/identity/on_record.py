"""Ties that rest on a record: a watched company is publicly known to build what bears a brand that the box names.

A record is no evidence about this one box, so it never confirms a tie, and nothing that the box says takes it away: a
box cannot know who built it. Only the operator's own list says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fingerprints.claims.claim import Claim
from fingerprints.database.companies.company import CHECKED, BuilderRecord
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.fusion import refuted, standings
from fingerprints.model.device import (
    DeclaredBuilder,
    Identity,
    Level,
    OnRecord,
    Party,
    Role,
    TieReason,
    Watched,
    WatchLevel,
)
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex, clean

BUILT_BY = "built_by"
"""The operator's own attribute that names the company which built the box."""

MAX_RECALLED = 0.5
MAX_CHECKED = 0.9
"""The confidence of a tie that rests on a record, at most: general knowledge, and a source that was read."""

MAX_TEXTS = 8
MAX_TEXT = 400
"""The texts of each source that may name a product line, and the characters of each that are read."""

_NAMING = {Role.BRAND: 1.0, Role.MAKER: 1.0, Role.PLATFORM: 1.0, Role.OPERATOR: 1.0}

_SURE = frozenset((Level.CONFIRMED, Level.PROBABLE))

_OWN_TEXTS = (
    Source.SNMP_SYS_DESCR,
    Source.SNMP_ENTITY_MODEL,
    Source.SNMP_ENTITY_DESCR,
    Source.SNMP_LLDP_LOCAL,
    Source.SSH_GREETING,
    Source.TELNET_BANNER,
    Source.WEB_TITLE,
    Source.WEB_REALM,
    Source.WEB_SERVER,
    Source.WEB_CERTIFICATE,
    Source.LINK_LLDP,
    Source.LINK_CDP,
    Source.NEIGHBOUR_LLDP,
    Source.NEIGHBOUR_CDP,
)
"""Sources in which a box names its own model, or neighbours repeat it."""


@dataclass(frozen=True, slots=True)
class BadgeSign:
    """A brand or an operator that the box names, a record about it, and the words that name its product line."""

    brand: Party
    record: BuilderRecord
    line: str


def ties_on_record(
    claims: Sequence[Claim],
    identity: Identity,
    index: ObservationIndex,
    declared: Sequence[tuple[str, str]],
    database: FingerprintDatabase,
) -> Iterator[Watched]:
    """The watched companies that are on record to build what a brand of this box sells, or that the operator's list
    (`declared`) names as its builder. A list that names another builder clears a tie that rests on the record alone."""
    builders = tuple(database.registered(text) for name, text in declared if name == BUILT_BY and text.strip())
    named = {entity: builder for builder in builders for entity in database.companies.watched_behind(builder.id)}
    for entity, builder in named.items():
        yield Watched(entity, WatchLevel.PROBABLE, MAX_CHECKED, (Role.MAKER,), (DeclaredBuilder(builder),))
    found: dict[str, list[BadgeSign]] = {}
    for entity, sign in _signs(claims, identity, _own_texts(identity, index), database):
        if entity not in named:
            found.setdefault(entity, []).append(sign)
    other = next((one for one in builders if not _may_mean(one, found, database)), None)
    for entity, signs in found.items():
        yield _tie(entity, signs, identity, other, database)


def _signs(
    claims: Sequence[Claim], identity: Identity, texts: Sequence[str], database: FingerprintDatabase
) -> Iterator[tuple[str, BadgeSign]]:
    """Each watched company on record, with the sign that leads to it."""
    companies = database.companies
    brands = {brand.id: brand for brand in _brands(claims, identity, database)}
    for brand in brands.values():
        for entity, record in companies.watched_builders(brand.id):
            if (line := record.named_in(texts)) is not None:
                yield entity, BadgeSign(brand, record, line)
    lower = "\n".join(texts).lower()
    for badge in companies.line_badges:
        if badge.company not in brands and badge.is_in(lower):
            for entity, record in companies.watched_among(badge.records):
                if (line := record.named_in(texts)) is not None:
                    yield entity, BadgeSign(Party(badge.company, badge.name), record, line)


def _brands(claims: Sequence[Claim], identity: Identity, database: FingerprintDatabase) -> tuple[Party, ...]:
    """The vendor, and every other company that claims name as surely as a watched one surfaces, unless the evidence
    for the vendor refutes it."""
    by_company = standings(claims, database.weights, _NAMING)
    vendor = next((standing for standing in by_company if standing.party == identity.vendor), None)
    others = [
        standing.party
        for standing in by_company
        if standing.odds >= database.weights.watched_from and not (vendor is not None and refuted(standing, vendor))
    ]
    return tuple(dict.fromkeys((*([identity.vendor] if identity.vendor is not None else []), *others)))


def _own_texts(identity: Identity, index: ObservationIndex) -> tuple[str, ...]:
    texts = [identity.model] if identity.model else []
    texts += [clean(one.value, MAX_TEXT) for source in _OWN_TEXTS for one in index.of(source)[:MAX_TEXTS]]
    return tuple(dict.fromkeys(texts))


def _may_mean(builder: Party, found: Mapping[str, Sequence[BadgeSign]], database: FingerprintDatabase) -> bool:
    """Whether a declared builder is one of the brands themselves, or tied to a company on record: that says nothing new
    of who built the box."""
    brands = {sign.brand.id for signs in found.values() for sign in signs}
    return builder.id in brands or any(database.companies.are_tied(builder.id, entity) for entity in found)


def _tie(
    entity: str, signs: Sequence[BadgeSign], identity: Identity, other: Party | None, database: FingerprintDatabase
) -> Watched:
    certain = identity.level in _SURE and any(
        sign.brand == identity.vendor and sign.record.certainty == CHECKED and not sign.record.in_part for sign in signs
    )
    level = WatchLevel.PROBABLE if certain else WatchLevel.POSSIBLE
    because: tuple[TieReason, ...] = tuple(_reason(sign, database) for sign in signs)
    if other is not None:
        level, because = WatchLevel.CLEARED, (DeclaredBuilder(other), *because)
    most = MAX_CHECKED if certain else MAX_RECALLED
    return Watched(entity, level, round(min(identity.confidence or most, most), 4), (Role.MAKER,), because)


def _reason(sign: BadgeSign, database: FingerprintDatabase) -> OnRecord:
    record = sign.record
    return OnRecord(
        sign.brand,
        database.party(record.builder),
        sign.line,
        record.certainty == CHECKED,
        record.in_part,
        record.note,
        record.since,
        record.until,
    )
