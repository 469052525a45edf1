"""Numbered subjects in growing groups, and why each join was made or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.matching.marks import MARKS, marks_differ, port_mark
from fingerprints.matching.match_keys import JoinRule
from fingerprints.matching.subject_facts import SubjectFacts
from fingerprints.model.merging import NOT_MERGED, ApartBy, JoinedBy, KeptApart, MatchedBy, Merging

MAX_RUN = 8_640_000
"""Hundredths of a second between two answers of one run, at most: a day. Uptimes further apart are two boxes'."""

MAX_NAMES = 3
MAX_NAMELESS = 64
"""Names, and addresses without a name of their own, that may share a key. A router answers from a few dozen addresses
without a name; a cloned image answers from hundreds."""

MAX_COMPARED = 8
"""Groups among the holders of a key that a further holder is compared with."""

MAX_REFUSED = 12
MAX_OTHERS = 8
"""Refusals that are kept of one subject, and subjects that are named in one."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why subjects that share a key are not joined: the other ones' numbers, and how many there are."""

    because: ApartBy
    by: MatchedBy
    text: str
    others: tuple[int, ...]
    count: int


@dataclass(slots=True)
class SubjectGroups:
    """The subjects of a run by number: each is a group of its own until it is joined."""

    facts: Sequence[SubjectFacts]
    scores: AttributeScores
    of: list[int] = field(init=False)
    members: dict[int, list[int]] = field(init=False)
    _marks: dict[int, dict[ApartBy, frozenset[str]]] = field(default_factory=dict)
    _uptimes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _joined: dict[int, dict[tuple[MatchedBy, str], dict[int, None]]] = field(default_factory=dict)
    _refused: dict[int, dict[_Refusal, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.of = list(range(len(self.facts)))
        self.members = {number: [number] for number in self.of}

    def join_holders(self, holders: Sequence[int], rule: JoinRule, text: str) -> None:
        """Join the holders of one key, each with the first others that it may be joined with."""
        nobody = self._is_of_nobody(holders)
        if nobody is not None:
            self.refuse_holders(holders, nobody, rule.by, text)
            return
        compared: list[int] = []
        for number in holders:
            if not any(self.join(other, number, rule, text) for other in compared) and len(compared) < MAX_COMPARED:
                compared.append(number)

    def refuse_holders(self, holders: Sequence[int], because: ApartBy, by: MatchedBy, text: str) -> None:
        """Note of the holders of one text why it joins none of them."""
        for number in holders:
            others = (other for other in holders if other != number)
            self._refuse(number, others, len(holders) - 1, because, by, text)

    def join(self, first: int, second: int, rule: JoinRule, text: str) -> bool:
        """Join two groups, unless they differ in a mark that overrules what they share. True if they are one group."""
        keep, gone = sorted((self.of[first], self.of[second]))
        if keep == gone:
            return True
        because = self._difference(keep, gone, rule)
        if because is not None:
            self.refuse_holders((first, second), because, rule.by, text)
            return False
        marks, others = self._marks_of(keep), self._marks_of(gone)
        self._marks[keep] = {mark: values | others[mark] for mark, values in marks.items()}
        self._uptimes[keep] = self._uptimes_of(keep) + self._uptimes_of(gone)
        for number in self.members.pop(gone):
            self.of[number] = keep
            self.members[keep].append(number)
        of_both = self._joined.setdefault(keep, {})
        for key, numbers in self._joined.pop(gone, {}).items():
            of_both.setdefault(key, {}).update(numbers)
        of_both.setdefault((rule.by, text), {}).update({first: None, second: None})
        return True

    def merging_of(self, group: int, keys: Sequence[str]) -> Merging:
        """What joined the subjects of a group, and what kept others apart; `keys` are those of all subjects."""
        if group not in self._joined and not any(number in self._refused for number in self.members[group]):
            return NOT_MERGED
        joined = (
            JoinedBy(by, text, tuple(sorted(keys[number] for number in numbers)))
            for (by, text), numbers in self._joined.get(group, {}).items()
        )
        refused: dict[tuple[ApartBy, MatchedBy, str], tuple[set[str], int]] = {}
        for refusal in (refusal for number in self.members[group] for refusal in self._refused.get(number, ())):
            others = {keys[other] for other in refusal.others if self.of[other] != group}
            if others:
                known, count = refused.get((refusal.because, refusal.by, refusal.text), (set(), 0))
                refused[refusal.because, refusal.by, refusal.text] = (known | others, max(count, refusal.count))
        refusals = (
            KeptApart(because, by, text, tuple(sorted(others)[:MAX_OTHERS]), max(count, len(others)))
            for (because, by, text), (others, count) in refused.items()
        )
        return Merging(tuple(joined), tuple(refusals)[:MAX_REFUSED])

    def _is_of_nobody(self, holders: Sequence[int]) -> ApartBy | None:
        """Why a key is nobody's: boxes of different enterprises have it, or more names, or more addresses without a
        name, than one box can have."""
        facts = [self.facts[number] for number in holders]
        if len({one.enterprise for one in facts if one.enterprise}) > 1:
            return ApartBy.ENTERPRISES
        nameless = sum(1 for one in facts if not one.own_name)
        is_shared = len({one.name for one in facts if one.name}) > MAX_NAMES
        return ApartBy.MANY if is_shared or nameless > MAX_NAMELESS else None

    def _difference(self, first: int, second: int, rule: JoinRule) -> ApartBy | None:
        """The first mark in which two groups differ, of those that overrule what they share."""
        marks, others = self._marks_of(first), self._marks_of(second)
        for mark, values in marks.items():
            if mark in rule.overruled_by and marks_differ(mark, values, others[mark]):
                return mark
        uptimes = (*self._uptimes_of(first), *self._uptimes_of(second)) if rule.by_uptime else ()
        return ApartBy.UPTIME if uptimes and max(uptimes) - min(uptimes) > MAX_RUN else None

    def _marks_of(self, number: int) -> dict[ApartBy, frozenset[str]]:
        """The marks of a group, read when they are first needed: most subjects share no key."""
        known = self._marks.get(number)
        if known is None:
            facts = self.facts[number]
            known = dict.fromkeys(MARKS, frozenset[str]()) | {mark: frozenset(texts) for mark, texts in facts.marks}
            known[ApartBy.PORTS] = port_mark(facts.ports, self.scores)
            self._marks[number] = known
        return known

    def _uptimes_of(self, number: int) -> tuple[int, ...]:
        if number not in self._uptimes:
            uptime = self.facts[number].uptime
            self._uptimes[number] = () if uptime is None else (uptime,)
        return self._uptimes[number]

    def _refuse(
        self, number: int, others: Iterable[int], count: int, because: ApartBy, by: MatchedBy, text: str
    ) -> None:
        refused = self._refused.setdefault(number, {})
        if len(refused) < MAX_REFUSED:
            named = tuple(other for other, _ in zip(others, range(MAX_OTHERS), strict=False))
            refused[_Refusal(because, by, text, named, count)] = None
