"""Votes into answers: log odds by company, summed over groups, and the probability and level that they come to.

Inside a group the strongest vote counts in full and the rest a little, for they stand or fall together; groups add.
What came by one channel came from one teller, so of its groups the strongest counts in full and the others in part. A
company's odds stand against those of every other and against an explicit "none of these".
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fingerprints.device import Level, Party, Role
from fingerprints.evidence import Channel
from fingerprints.votes import Vote
from fingerprints.weights import Group, Weights

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


def standings(votes: Iterable[Vote], weights: Weights, roles: Mapping[Role, float]) -> tuple[Standing, ...]:
    """Every company that the votes of these roles name, best first; ties by id. `roles` is how far each role counts."""
    by_party: dict[Party, list[Vote]] = {}
    for one in votes:
        if roles.get(one.role, 0.0) > 0:
            by_party.setdefault(one.party, []).append(one)
    odds = {party: _odds(of_it, weights, roles) for party, of_it in by_party.items()}
    whole = math.exp(weights.none_of_these) + sum(map(_likelihood, odds.values()))
    found = [
        Standing(
            party,
            value,
            weights.most_sure * _likelihood(value) / whole,
            frozenset(one.group for one in by_party[party]),
            frozenset(one.channel for one in by_party[party] if one.group not in _WRITTEN),
        )
        for party, value in odds.items()
    ]
    return tuple(sorted(found, key=lambda standing: (-standing.odds, standing.party.id)))


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


def _odds(votes: Iterable[Vote], weights: Weights, roles: Mapping[Role, float]) -> float:
    told: dict[Channel, dict[Group, list[float]]] = {}
    seen: set[tuple[Role, str, Group, Channel]] = set()
    for one in votes:
        key = (one.role, one.claim.rule, one.group, one.channel)
        if key not in seen:  # the same rule over many rows says it once
            seen.add(key)
            told.setdefault(one.channel, {}).setdefault(one.group, []).append(one.claim.weight * roles[one.role])
    return sum(_channel_odds(by_group.values(), weights) for by_group in told.values())


def _channel_odds(groups: Iterable[list[float]], weights: Weights) -> float:
    values = sorted((_group_odds(sorted(of_it, reverse=True), weights.rest_of_group) for of_it in groups), reverse=True)
    return values[0] + weights.rest_of_channel * sum(values[1:])


def _group_odds(values: list[float], share: float) -> float:
    rest = sum(value for value in values[1:5] if value > 0)
    return values[0] + share * rest


def _likelihood(odds: float) -> float:
    return math.exp(min(odds, 40))
