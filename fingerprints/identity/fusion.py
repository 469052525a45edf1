"""Votes into answers: log odds by company, summed over groups, and the probability and level that they come to.

Inside a group the strongest vote counts in full and the rest a little, for they stand or fall together; groups add.
What came by one channel came from one teller, so of its groups the strongest counts in full and the others in part. A
company's odds stand against those of every other and against an explicit "none of these".
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fingerprints.claims.claim import Claim
from fingerprints.database.weights import Group, Weights
from fingerprints.model.device import Level, Party, Role
from fingerprints.model.evidence import Channel

_TEXTS = frozenset((Group.AGENT_TEXT, Group.THIRD_PARTY, Group.STACK))
"""Groups of evidence that anybody can type."""

_WRITTEN = frozenset((Group.STACK, Group.CRYPTO))
"""Groups of what a device is made to show on the wire; no certificate's issuer has been verified."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one company stands: its log odds, its share of all probability, the groups behind it, and the channels that
    can clear: of these a greeting or a certificate is none, for whoever wrote the agent's texts can write both."""

    party: Party
    odds: float
    confidence: float
    groups: frozenset[Group]
    channels: frozenset[Channel]


Counted = Mapping[Party, Mapping[tuple[Channel, Group], float]]
"""Votes counted once: by company, then by channel and group, the log odds of that group."""

NO_GROUP: frozenset[Group] = frozenset()


def counted(votes: Iterable[Claim], weights: Weights, roles: Mapping[Role, float]) -> Counted:
    """The votes of these roles; `roles` is how far each counts. A rule that fits many rows of a group says it once."""
    told: dict[Party, dict[tuple[Channel, Group], dict[tuple[Role, str], float]]] = {}
    for one in votes:
        claim = one.claim
        share = roles.get(claim.role, 0.0)
        if share > 0:
            of_group = told.setdefault(one.party, {}).setdefault((one.channel, one.group), {})
            of_group.setdefault((claim.role, claim.rule), claim.weight * share)
    share = weights.rest_of_group
    return {
        party: {place: _group_odds([*found.values()], share) for place, found in of_it.items()}
        for party, of_it in told.items()
    }


def odds_in(count: Counted, weights: Weights, gone: frozenset[Group] = NO_GROUP) -> dict[Party, float]:
    """The log odds of every company, without the groups that are `gone`."""
    found = {}
    for party, of_it in count.items():
        by_channel: dict[Channel, list[float]] = {}
        for (channel, group), value in of_it.items():
            if group not in gone:
                by_channel.setdefault(channel, []).append(value)
        if by_channel:
            found[party] = sum(_channel_odds(values, weights.rest_of_channel) for values in by_channel.values())
    return found


def standings(votes: Iterable[Claim], weights: Weights, roles: Mapping[Role, float]) -> tuple[Standing, ...]:
    """Every company that the votes of these roles name, best first; ties by id."""
    count = counted(votes, weights, roles)
    odds = odds_in(count, weights)
    whole = _whole(odds.values(), weights)
    order = sorted(odds, key=lambda party: (-odds[party], party.id))
    return tuple(_standing(party, count, odds[party], whole, weights) for party in order)


def leading(
    count: Counted, weights: Weights, among: frozenset[Party] | None = None, gone: frozenset[Group] = NO_GROUP
) -> Standing | None:
    """The best of all companies, or of those `among` which to look, without the groups that are `gone`."""
    odds = odds_in(count, weights, gone)
    if among is not None:
        odds = {party: value for party, value in odds.items() if party in among}
    if not odds:
        return None
    best = min(odds, key=lambda party: (-odds[party], party.id))
    return _standing(best, count, odds[best], _whole(odds.values(), weights), weights, gone)


def heaviest(count: Counted, party: Party) -> tuple[Group, ...]:
    """The groups that speak for a company, the heaviest first."""
    weight: dict[Group, float] = {}
    for (_, group), value in count[party].items():
        weight[group] = weight.get(group, 0.0) + value
    return tuple(sorted(weight, key=lambda group: (-weight[group], group)))


def _whole(odds: Iterable[float], weights: Weights) -> float:
    return math.exp(weights.none_of_these) + sum(map(_likelihood, odds))


def _standing(
    party: Party, count: Counted, odds: float, whole: float, weights: Weights, gone: frozenset[Group] = NO_GROUP
) -> Standing:
    places = [(channel, group) for channel, group in count[party] if group not in gone]
    return Standing(
        party,
        odds,
        weights.most_sure * _likelihood(odds) / whole,
        frozenset(group for _, group in places),
        frozenset(channel for channel, group in places if group not in _WRITTEN),
    )


def level_of(standing: Standing | None, weights: Weights) -> Level:
    """The level that a standing reaches; UNKNOWN below the lowest threshold."""
    if standing is not None:
        for threshold in weights.levels:
            if standing.confidence >= threshold.confidence and len(standing.groups) >= threshold.groups:
                return threshold.level
    return Level.UNKNOWN


def doubted(best: Standing, against: Sequence[Standing], weights: Weights) -> Standing:
    """A standing with what unexplained contradictions leave of its confidence: what speaks for another company speaks
    against this one, and a box that contradicts itself is believed no further than such boxes may be."""
    if not against:
        return best
    left = best.odds - max(other.odds for other in against)
    share = _likelihood(left) / (_likelihood(left) + math.exp(weights.none_of_these))
    return replace(best, confidence=min(best.confidence, share, weights.most_sure_in_conflict))


def refuted(other: Standing, best: Standing) -> bool:
    """Whether a second channel clears a box of a company that only texts point to: one that the agent does not serve,
    that is not people's word, and that has not itself seen the company. A neighbour repeats what the box sends out, so
    it is a third channel and never the second. Serials, private trees, addresses, certificates and commands are never
    cleared."""
    heard = best.channels - {Channel.PEOPLE}
    saw_it = other.channels | ({Channel.WIRE} if other.groups & _WRITTEN else set())
    against = heard - saw_it - {Channel.AGENT}
    enough = 3 if against <= {Channel.NEIGHBOUR} else 2
    return other.groups <= _TEXTS and len(heard) >= enough and bool(against)


def _channel_odds(groups: list[float], share: float) -> float:
    if len(groups) == 1:
        return groups[0]
    strongest = max(groups)
    return strongest + share * (sum(groups) - strongest)


def _group_odds(values: list[float], share: float) -> float:
    if len(values) == 1:
        return values[0]
    values.sort(reverse=True)
    return values[0] + share * sum(value for value in values[1:5] if value > 0)


def _likelihood(odds: float) -> float:
    return math.exp(min(odds, 40))
