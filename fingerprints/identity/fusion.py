"""Claims into answers: log odds by company, summed over groups, and the probability and level that they come to.

Inside a group the strongest claim counts in full and the rest a little, because they stand or fall together. Groups add
up. All groups of one channel come from one source of information, so its strongest group counts in full and the others
in part. A company's odds are weighed against those of every other company and of none of them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fingerprints.claims.claim import Claim
from fingerprints.database.weights import Weights
from fingerprints.model.device import (
    Breakdown,
    Doubt,
    GroupShare,
    Level,
    Party,
    Role,
)
from fingerprints.model.evidence import Channel, EvidenceGroup

_TEXTS = frozenset((EvidenceGroup.AGENT_TEXT, EvidenceGroup.THIRD_PARTY, EvidenceGroup.STACK))
"""Groups of evidence that anybody can type."""

_WRITTEN = frozenset((EvidenceGroup.STACK, EvidenceGroup.CRYPTO))
"""Groups whose texts a device's software chooses and shows on the wire. Nobody has verified a certificate's issuer."""

MAX_REST = 4
"""Claims of a group behind the strongest that count."""

MAX_ODDS = 40
"""Log odds beyond which a company gets no likelier."""


@dataclass(frozen=True, slots=True)
class CompanyStanding:
    """One company's result: its log odds, its share of all probability, and the groups behind it. `channels` are those
    that can clear a box. A greeting or a certificate comes by none: whoever writes an agent's texts writes both.
    """

    party: Party
    odds: float
    confidence: float
    groups: frozenset[EvidenceGroup]
    channels: frozenset[Channel]


ChannelGroup = tuple[Channel, EvidenceGroup]

GroupOdds = Mapping[Party, Mapping[ChannelGroup, float]]
"""The log odds of each company, by channel and group."""

NO_GROUP: frozenset[EvidenceGroup] = frozenset()


def odds_by_group(claims: Iterable[Claim], weights: Weights, roles: Mapping[Role, float]) -> GroupOdds:
    """The claims of these roles, added up by group. `roles` is the share of its weight that a role counts."""
    return {
        party: {place: _odds_of_group([*values.values()], weights.rest_of_group) for place, values in places.items()}
        for party, places in _weights_by_place(claims, roles).items()
    }


def _weights_by_place(
    claims: Iterable[Claim], roles: Mapping[Role, float]
) -> Mapping[Party, Mapping[ChannelGroup, Mapping[tuple[Role, str], float]]]:
    """What each claim counts. The rows of one group that fit one rule in one role are one claim."""
    by_party: dict[Party, dict[ChannelGroup, dict[tuple[Role, str], float]]] = {}
    for claim in claims:
        record = claim.record
        share = roles.get(record.role, 0.0)
        if share > 0:
            of_group = by_party.setdefault(claim.party, {}).setdefault((claim.channel, claim.group), {})
            of_group.setdefault((record.role, record.rule), record.weight * share)
    return by_party


def company_odds(
    by_group: GroupOdds, weights: Weights, gone: frozenset[EvidenceGroup] = NO_GROUP
) -> dict[Party, float]:
    """The log odds of every company, without the groups that are `gone`."""
    odds = {}
    for party, of_party in by_group.items():
        by_channel: dict[Channel, list[float]] = {}
        for (channel, group), value in of_party.items():
            if group not in gone:
                by_channel.setdefault(channel, []).append(value)
        if by_channel:
            odds[party] = sum(_odds_of_channel(values, weights.rest_of_channel) for values in by_channel.values())
    return odds


def standings(claims: Iterable[Claim], weights: Weights, roles: Mapping[Role, float]) -> tuple[CompanyStanding, ...]:
    """Every company that the claims of these roles name, best first; ties by id."""
    by_group = odds_by_group(claims, weights, roles)
    odds = company_odds(by_group, weights)
    whole = _whole(odds.values(), weights)
    order = sorted(odds, key=lambda party: (-odds[party], party.id))
    return tuple(_standing(party, by_group, odds[party], whole, weights) for party in order)


def leading(
    by_group: GroupOdds,
    weights: Weights,
    among: frozenset[Party] | None = None,
    gone: frozenset[EvidenceGroup] = NO_GROUP,
) -> CompanyStanding | None:
    """The best of all companies, or of those in `among`, without the groups that are `gone`."""
    odds = _odds_among(by_group, weights, among, gone)
    if not odds:
        return None
    best = min(odds, key=lambda party: (-odds[party], party.id))
    return _standing(best, by_group, odds[best], _whole(odds.values(), weights), weights, gone)


def heaviest_groups(by_group: GroupOdds, party: Party) -> tuple[EvidenceGroup, ...]:
    """The groups that name a company, the heaviest first."""
    weight: dict[EvidenceGroup, float] = {}
    for (_, group), value in by_group[party].items():
        weight[group] = weight.get(group, 0.0) + value
    return tuple(sorted(weight, key=lambda group: (-weight[group], group)))


def break_down(
    best: CompanyStanding,
    claims: Iterable[Claim],
    by_group: GroupOdds,
    weights: Weights,
    among: frozenset[Party] | None,
    against: Sequence[CompanyStanding],
) -> Breakdown:
    """The arithmetic of a standing that `leading` chose from `by_group` and `doubted` lowered; `claims` are those that
    `by_group` counts."""
    of_party = [claim for claim in claims if claim.party == best.party]
    places = _weights_by_place(of_party, weights.roles)[best.party]
    odds = _odds_among(by_group, weights, among, NO_GROUP)
    rivals = sorted(odds.items() - {(best.party, odds[best.party])}, key=lambda rival: (-rival[1], rival[0].id))
    doubt = None
    if against:
        strongest = max(other.odds for other in against)
        doubt = Doubt(strongest, best.odds - strongest, weights.most_sure_in_conflict)
    return Breakdown(
        _shares(by_group[best.party], places, weights),
        best.odds,
        tuple(rivals),
        weights.none_of_these,
        weights.most_sure,
        doubt,
        best.confidence,
    )


def _shares(
    odds: Mapping[ChannelGroup, float],
    places: Mapping[ChannelGroup, Mapping[tuple[Role, str], float]],
    weights: Weights,
) -> tuple[GroupShare, ...]:
    """What each group adds to a company's odds; the channels in the order of their strongest group."""
    strongest = {channel: max(odds[place] for place in odds if place[0] is channel) for channel, _ in odds}
    order = sorted(odds, key=lambda place: (-strongest[place[0]], place[0], -odds[place], place[1]))
    shares = []
    full: set[Channel] = set()
    for channel, group in order:
        value = odds[channel, group]
        counted = value if channel not in full else value * weights.rest_of_channel
        full.add(channel)
        claims = places[channel, group]
        shares.append(GroupShare(channel, group, len(claims), max(claims.values()), value, counted))
    return tuple(shares)


def _odds_among(
    by_group: GroupOdds, weights: Weights, among: frozenset[Party] | None, gone: frozenset[EvidenceGroup]
) -> dict[Party, float]:
    odds = company_odds(by_group, weights, gone)
    return odds if among is None else {party: value for party, value in odds.items() if party in among}


def _whole(odds: Iterable[float], weights: Weights) -> float:
    return math.exp(weights.none_of_these) + sum(map(_likelihood, odds))


def _standing(
    party: Party,
    by_group: GroupOdds,
    odds: float,
    whole: float,
    weights: Weights,
    gone: frozenset[EvidenceGroup] = NO_GROUP,
) -> CompanyStanding:
    places = [(channel, group) for channel, group in by_group[party] if group not in gone]
    return CompanyStanding(
        party,
        odds,
        weights.most_sure * _likelihood(odds) / whole,
        frozenset(group for _, group in places),
        frozenset(channel for channel, group in places if group not in _WRITTEN),
    )


def level_of(standing: CompanyStanding | None, weights: Weights) -> Level:
    """The level that a standing reaches; UNKNOWN below the lowest threshold."""
    if standing is not None:
        for threshold in weights.levels:
            if standing.confidence >= threshold.confidence and len(standing.groups) >= threshold.groups:
                return threshold.level
    return Level.UNKNOWN


def doubted(best: CompanyStanding, against: Sequence[CompanyStanding], weights: Weights) -> CompanyStanding:
    """A standing whose confidence unexplained contradictions lower: evidence for another company counts against this
    one, and no box that contradicts itself passes `most_sure_in_conflict`."""
    if not against:
        return best
    left = best.odds - max(other.odds for other in against)
    share = _likelihood(left) / (_likelihood(left) + math.exp(weights.none_of_these))
    return replace(best, confidence=min(best.confidence, share, weights.most_sure_in_conflict))


def refuted(other: CompanyStanding, best: CompanyStanding) -> bool:
    """True if an independent channel contradicts a company that only free text names.

    The channel may not be the SNMP agent nor the inventory, and may not itself name the company. A neighbour repeats
    what the box sends out, so it counts as a third channel and never as the second. Serial numbers, private subtrees,
    addresses, certificates and command output are never refuted.
    """
    naming_best = best.channels - {Channel.PEOPLE}
    naming_other = other.channels | ({Channel.WIRE} if other.groups & _WRITTEN else set())
    against = naming_best - naming_other - {Channel.AGENT}
    enough = 3 if against <= {Channel.NEIGHBOUR} else 2
    return other.groups <= _TEXTS and len(naming_best) >= enough and bool(against)


def _odds_of_channel(groups: list[float], share: float) -> float:
    if len(groups) == 1:
        return groups[0]
    strongest = max(groups)
    return strongest + share * (sum(groups) - strongest)


def _odds_of_group(values: list[float], share: float) -> float:
    if len(values) == 1:
        return values[0]
    values.sort(reverse=True)
    return values[0] + share * sum(value for value in values[1 : MAX_REST + 1] if value > 0)


def _likelihood(odds: float) -> float:
    return math.exp(min(odds, MAX_ODDS))
