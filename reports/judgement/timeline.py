"""What falls due when: the days on which the rules of some policies change what they ask, and of how much it is asked.

The same devices are judged anew on each such day, so old evidence tells of days to come with no rescan.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from fingerprints.model.device import Device
from reports.judgement.caps import settled, shares
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.finding import Finding
from reports.judgement.maker_match import Ownership
from reports.judgement.permits import Permits, permitted
from reports.placement.placement import Placement
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Verdict

UNPLACED = "unclassified"

Placed = tuple[Device, Placement]


class Turn(StrEnum):
    """What happens on a day."""

    ANNOUNCED = "announced"
    STARTS = "starts"
    LAST_DAY = "last day"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Due:
    """One rule on one of its days: how many devices it is about, in all and by segment. `verdicts` is what it says of
    them on that day, and on the day after a last day; worst first, each that occurs."""

    day: date
    turn: Turn
    policy: str
    rule: str
    devices: int
    segments: tuple[tuple[str, int], ...]
    verdicts: tuple[tuple[Verdict, int], ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A device on one day."""

    device: Device
    placement: Placement
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A finding, and of which device where."""

    device: str
    segment: str
    finding: Finding


def timeline(
    placed: Sequence[Placed],
    policies: tuple[Policy, ...],
    companies: Ownership,
    start: date,
    end: date,
    permits: Permits | None = None,
) -> tuple[Due, ...]:
    """Every day from `start` to `end`, both included, on which a rule turns for at least one device, in the order of
    days, policies and rules. Waivers are left out: what they cover falls due all the same."""
    court = _Court(tuple(placed), policies, companies, permits or Permits())
    order = {(policy.id, rule.id): number for number, (policy, rule) in enumerate(_rules(policies))}
    found = [due for day in court.days(start, end) for due in court.on(day)]
    return tuple(sorted(found, key=lambda due: (due.day, order[due.policy, due.rule], tuple(Turn).index(due.turn))))


@dataclass(frozen=True, slots=True)
class _Court:
    """The same devices under the same policies, on any day."""

    placed: tuple[Placed, ...]
    policies: tuple[Policy, ...]
    companies: Ownership
    permits: Permits

    def days(self, start: date, end: date) -> tuple[date, ...]:
        """The days that the texts and the permits name, and those that count from an event of a device's own."""
        rules = [rule for _, rule in _rules(self.policies)]
        named = {day for rule in rules for day in (rule.announced, rule.effective, rule.until, rule.deadline)}
        own = {hit.finding.deadline for hit in self.judged(end, _only(self.policies, _has_term))}
        own |= {permit.expires for permit in self.permits.permits}
        return tuple(sorted(day for day in named | own if day is not None and start <= day <= end))

    def on(self, day: date) -> Iterator[Due]:
        """What turns on a day."""
        every = any(permit.expires == day for permit in self.permits.permits)
        turning = self.policies if every else _only(self.policies, lambda rule: _has_term(rule) or _names(rule, day))
        today, after = self.judged(day, turning), self.judged(_next(day), turning)
        before = self.judged(_previous(day), _only(turning, lambda rule: rule.until == day))
        for policy, rule in _rules(turning):
            key = (policy.id, rule.id)
            if rule.announced == day and rule.announced != rule.effective:
                yield from _due(day, Turn.ANNOUNCED, key, today, today)
            if rule.effective == day:
                yield from _due(day, Turn.STARTS, key, today, today)
            if rule.effective <= day:
                last = [hit for hit in today if hit.finding.deadline == day]
                yield from _due(day, Turn.LAST_DAY, key, last, after)
            if rule.until == day:
                yield from _due(day, Turn.ENDS, key, before, ())

    def judged(self, day: date, policies: tuple[Policy, ...]) -> tuple[_Hit, ...]:
        """What these rules say of every device on a day, shares counted and permits applied."""
        if not policies:
            return ()
        bench = PolicyEvaluator(policies, day, self.companies)
        judged = [_Judged(device, place, bench.judge(device, place)) for device, place in self.placed]
        measured = shares(judged, policies)
        return tuple(
            _Hit(one.device.id, one.placement.segment or one.placement.tier or UNPLACED, finding)
            for one in judged
            for finding in permitted(settled(one.findings, measured, day), one.device, policies, self.permits, day)
        )


def _rules(policies: tuple[Policy, ...]) -> Iterator[tuple[Policy, Rule]]:
    for policy in policies:
        for rule in policy.rules:
            yield policy, rule


def _only(policies: tuple[Policy, ...], wanted: Callable[[Rule], bool]) -> tuple[Policy, ...]:
    kept = ((policy, tuple(rule for rule in policy.rules if wanted(rule))) for policy in policies)
    return tuple(replace(policy, rules=rules) for policy, rules in kept if rules)


def _has_term(rule: Rule) -> bool:
    return rule.term is not None


def _names(rule: Rule, day: date) -> bool:
    return day in (rule.announced, rule.effective, rule.until, rule.deadline)


def _next(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _previous(day: date) -> date:
    return day if day == date.min else day - timedelta(days=1)


def _due(day: date, turn: Turn, key: tuple[str, str], about: Iterable[_Hit], then: Iterable[_Hit]) -> Iterator[Due]:
    devices = {
        hit.device: hit.segment
        for hit in about
        if _of(hit, key) and (hit.finding.deadline == day or hit.finding.verdict is not Verdict.CLEAR)
    }
    if not devices:
        return
    worst: dict[str, Verdict] = {}
    order = tuple(Verdict)
    for hit in then:
        if _of(hit, key) and hit.device in devices:
            worst[hit.device] = min(worst.get(hit.device, Verdict.CLEAR), hit.finding.verdict, key=order.index)
    counted = Counter(worst.values())
    yield Due(
        day,
        turn,
        *key,
        len(devices),
        tuple(sorted(Counter(devices.values()).items(), key=lambda item: (-item[1], item[0]))),
        tuple((verdict, counted[verdict]) for verdict in order if counted[verdict]),
    )


def _of(hit: _Hit, key: tuple[str, str]) -> bool:
    return (hit.finding.policy, hit.finding.rule) == key
