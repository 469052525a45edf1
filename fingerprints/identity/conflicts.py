"""Why evidence points to more than one company, the harmless reasons first, and what would turn the answer.

A difference that is explained is told and nothing more. One that is not makes an identity conflicting. Of a watched
company only a documented tie, or a second channel that refutes it, explains anything: nobody pretends to be one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fingerprints.claims.claim import Claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.oui import MacKind
from fingerprints.database.ownership import related, watched_entities
from fingerprints.database.weights import Group
from fingerprints.identity.fusion import Standing, refuted, standings
from fingerprints.model.device import Level, Party
from fingerprints.model.evidence import Source
from fingerprints.model.mac_address import parse_mac
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.if_mib import interface_macs


class Why(StrEnum):
    """Why a second company is named, in the order in which the reasons are tried; its value ends the sentence."""

    VIRTUAL_MACHINE = "it runs in a virtual machine, whose host they name"
    VIRTUAL_GATEWAY = "the address is one that routers share, and names none of them"
    DOCUMENTED_TIE = "one is on record as builder or owner of the other"
    REFUTED = "only texts say so, and another channel speaks against them"
    SHARED_NUMBER = "the number is one that others use too, or a few objects are copied from another's tables"
    PART_ONLY = "a board, a card or a network port may be theirs and the box around it not"
    OTHER_SERVICE = "another program, a proxy or a box behind it may answer on that port"
    SPOOFING = "nothing harmless explains it, so somebody may have made it say so"


HARMLESS = frozenset((Why.VIRTUAL_MACHINE, Why.VIRTUAL_GATEWAY, Why.DOCUMENTED_TIE, Why.REFUTED))
"""Reasons that explain a difference however strong; the others leave strong evidence a contradiction."""

_SHARED = frozenset(
    ("object-id-squatted", "private-tree-squatted", "private-tree-small", "private-tree-arc", "engine-id-enterprise")
)
_PARTS = frozenset(
    (
        "entity-part-makers",
        "identity-object-part",
        "maker-named",
        "mac-majority",
        "bridge-address",
        "engine-id-mac",
        "address-eui64",
    )
)
"""Kinds of evidence that are true of a part of a box as well."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Another company than the answer that evidence points to, why that may be, and whether its evidence is strong."""

    other: Standing
    why: Why
    strong: bool

    @property
    def contradicts(self) -> bool:
        """Whether it makes the identity conflicting."""
        return self.strong and self.why not in HARMLESS

    def told(self, best: Standing) -> str:
        """The difference in a sentence."""
        by, but = (", ".join(sorted(standing.groups)) for standing in (best, self.other))
        return f"{best.party.name} by {by}, but {self.other.party.name} by {but}: {self.why.value}"


def differences(
    best: Standing,
    votes: Sequence[Claim],
    attributed: Sequence[Claim],
    said: ObservationIndex,
    database: FingerprintDatabase,
) -> tuple[Difference, ...]:
    """All companies beside the best that evidence speaks for, in their order, then those whose `votes` were
    `attributed` to a brand that they are on record to stand behind."""
    weights = database.weights
    others = [one for one in standings(attributed, weights, weights.roles) if one.party != best.party and one.odds > 0]
    told = {one.party for one in attributed}
    behind = [one for one in votes if one.party not in told]
    if not others and not behind:
        return ()
    macs = _mac_kinds(said, database)
    kinds: dict[Party, set[str]] = {}
    for one in attributed:
        kinds.setdefault(one.party, set()).add(one.kind)
    return (
        *(Difference(one, _why(best, one, kinds[one.party], macs, database), _strong(one, database)) for one in others),
        *(Difference(one, Why.DOCUMENTED_TIE, False) for one in standings(behind, weights, weights.roles)),
    )


def _strong(other: Standing, database: FingerprintDatabase) -> bool:
    """Whether evidence for another company is enough to contradict: of two groups, or any for a watched one."""
    if len(other.groups) > 1 and other.odds >= database.weights.conflict_from:
        return True
    return other.odds >= database.weights.watched_from and bool(watched_entities(other.party.id, database))


def _why(
    best: Standing, other: Standing, kinds: set[str], macs: frozenset[MacKind], database: FingerprintDatabase
) -> Why:
    watched = bool(watched_entities(other.party.id, database))
    if not watched and MacKind.HYPERVISOR in macs and other.groups <= {Group.LAYER_2, Group.EEPROM}:
        return Why.VIRTUAL_MACHINE
    if not watched and MacKind.VIRTUAL_GATEWAY in macs and other.groups <= {Group.LAYER_2}:
        return Why.VIRTUAL_GATEWAY
    if related(best.party.id, other.party.id, database):
        return Why.DOCUMENTED_TIE
    if refuted(other, best):
        return Why.REFUTED
    if kinds and kinds <= _SHARED:
        return Why.SHARED_NUMBER
    if kinds and kinds <= _PARTS:
        return Why.PART_ONLY
    return Why.OTHER_SERVICE if other.groups <= {Group.STACK, Group.CRYPTO} else Why.SPOOFING


def _mac_kinds(said: ObservationIndex, database: FingerprintDatabase) -> frozenset[MacKind]:
    seen = (parse_mac(entry.value) for entry in said.of(Source.LINK_MAC))
    return frozenset(database.oui.kind_of(mac) for mac in (*interface_macs(said)[:64], *seen) if len(mac) == 6)


def turning(
    best: Standing, groups: Sequence[Group], level: Level, named: Callable[[frozenset[Group]], Standing | None]
) -> tuple[str, ...]:
    """The smallest change of the evidence that would turn the answer: how many of its groups, the heaviest first, have
    to be gone until `named` names another company or none; and what would make a likely answer surer."""
    for count in range(1, len(groups) + 1):
        gone = sorted(groups[:count])
        left = named(frozenset(gone))
        if left is None or left.party != best.party:
            instead = f"{left.party.name} would be named" if left is not None else "nobody would be named"
            return (f"Without what {_and(gone)} {'says' if count == 1 else 'say'}, {instead}.", *_surer(best, level))
    return ()


def _surer(best: Standing, level: Level) -> Iterator[str]:
    if level in (Level.PROBABLE, Level.POSSIBLE):
        kinds = _and(sorted(best.groups))
        yield f"Evidence of another kind than {kinds} that names {best.party.name} would make it surer."


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
