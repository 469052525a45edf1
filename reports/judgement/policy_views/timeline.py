"""What falls due when: the days on which the rules of some policies change what they ask, and for how many devices.

The same devices are judged anew on each such day, so old evidence answers for days to come without a new scan.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from fingerprints.model.device import Device
from reports.judgement.caps import measure_shares, settle_caps
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.finding import Finding
from reports.judgement.maker_match import Ownership
from reports.judgement.permits import Permits, apply_permits
from reports.placement.placement import Placement
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Verdict, severity
from reports.policy.who import Dated

UNPLACED = "unclassified"
"""The segment of a device of which nobody says where it stands."""

PlacedDevice = tuple[Device, Placement]


class Milestone(StrEnum):
    """What happens to a rule on a day, in the order in which a timeline lists them."""

    ANNOUNCED = "announced"
    STARTS = "starts"
    LAST_DAY = "last day"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One rule on one of its days: how many devices it is about, in all and by segment.

    `verdicts` counts the verdicts of the rule on that day, or on the day after a last day: worst first, each that
    occurs.
    """

    day: date
    milestone: Milestone
    policy: str
    rule: str
    devices: int
    segments: tuple[tuple[str, int], ...]
    verdicts: tuple[tuple[Verdict, int], ...]


@dataclass(frozen=True, slots=True)
class _JudgedOnDay:
    """A device with its findings on one day."""

    device: Device
    placement: Placement
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _DeviceFinding:
    """A finding, with the device that it is about and the segment where that stands."""

    device: str
    segment: str
    finding: Finding


def timeline(
    placed: Sequence[PlacedDevice],
    policies: tuple[Policy, ...],
    companies: Ownership,
    start: date,
    end: date,
    permits: Permits | None = None,
) -> tuple[TimelineEntry, ...]:
    """Every milestone from `start` to `end`, both included, of a rule that is about at least one device; in the order
    of days, policies and rules. Waivers are left out: what they cover falls due all the same."""
    days = _TimelineDays(tuple(placed), policies, companies, permits or Permits())
    order = {(policy.id, rule.id): number for number, (policy, rule) in enumerate(_rules(policies))}
    milestones = tuple(Milestone)
    entries = [entry for day in days.between(start, end) for entry in days.entries(day)]
    return tuple(
        sorted(
            entries,
            key=lambda entry: (entry.day, order[entry.policy, entry.rule], milestones.index(entry.milestone)),
        )
    )


@dataclass(frozen=True, slots=True)
class _TimelineDays:
    """The same devices under the same policies, on any day."""

    placed: tuple[PlacedDevice, ...]
    policies: tuple[Policy, ...]
    companies: Ownership
    permits: Permits

    def between(self, start: date, end: date) -> tuple[date, ...]:
        """The days that the rules and the permits name, and those that count from an event of a device."""
        rules = [rule for _, rule in _rules(self.policies)]
        named = {day for rule in rules for day in (rule.announced, rule.effective, rule.until, rule.deadline)}
        own = {entry.finding.deadline for entry in self.findings(end, _only(self.policies, _has_term))}
        own |= {permit.expires for permit in self.permits.permits}
        return tuple(sorted(day for day in named | own if day is not None and start <= day <= end))

    def entries(self, day: date) -> Iterator[TimelineEntry]:
        """The milestones of one day."""
        permit_ends = any(permit.expires == day for permit in self.permits.permits)
        policies = (
            self.policies if permit_ends else _only(self.policies, lambda rule: _has_term(rule) or _names(rule, day))
        )
        today, after = self.findings(day, policies), self.findings(_next(day), policies)
        before = self.findings(_previous(day), _only(policies, lambda rule: rule.until == day))
        for policy, rule in _rules(policies):
            key = (policy.id, rule.id)
            if rule.announced == day and rule.announced != rule.effective:
                yield from _entry(day, Milestone.ANNOUNCED, key, today, today)
            if rule.effective == day:
                yield from _entry(day, Milestone.STARTS, key, today, today)
            if rule.effective <= day:
                last = [entry for entry in today if entry.finding.deadline == day]
                yield from _entry(day, Milestone.LAST_DAY, key, last, after)
            if rule.until == day:
                yield from _entry(day, Milestone.ENDS, key, before, ())

    def findings(self, day: date, policies: tuple[Policy, ...]) -> tuple[_DeviceFinding, ...]:
        """The findings of these policies on every device on a day, with shares measured and permits applied."""
        if not policies:
            return ()
        evaluator = PolicyEvaluator(policies, day, self.companies)
        judged = [_JudgedOnDay(device, place, evaluator.judge(device, place)) for device, place in self.placed]
        shares = measure_shares(judged, policies)
        return tuple(
            _DeviceFinding(on_day.device.id, on_day.placement.segment or on_day.placement.tier or UNPLACED, finding)
            for on_day in judged
            for finding in apply_permits(
                settle_caps(on_day.findings, shares, day), on_day.device, policies, self.permits, day
            )
        )


def _rules(policies: tuple[Policy, ...]) -> Iterator[tuple[Policy, Rule]]:
    for policy in policies:
        for rule in policy.rules:
            yield policy, rule


def _only(policies: tuple[Policy, ...], wanted: Callable[[Rule], bool]) -> tuple[Policy, ...]:
    kept = ((policy, tuple(rule for rule in policy.rules if wanted(rule))) for policy in policies)
    return tuple(replace(policy, rules=rules) for policy, rules in kept if rules)


def _has_term(rule: Rule) -> bool:
    """Whether the last day of a rule counts from what the operator declares on each device."""
    return rule.term is not None or isinstance(rule.who, Dated)


def _names(rule: Rule, day: date) -> bool:
    return day in (rule.announced, rule.effective, rule.until, rule.deadline)


def _next(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _previous(day: date) -> date:
    return day if day == date.min else day - timedelta(days=1)


def _entry(
    day: date,
    milestone: Milestone,
    key: tuple[str, str],
    about: Iterable[_DeviceFinding],
    then: Iterable[_DeviceFinding],
) -> Iterator[TimelineEntry]:
    """The entry of one rule on a day, where it is about any device; `then` are the findings that its verdicts count."""
    devices = {
        item.device: item.segment
        for item in about
        if _is_of(item, key) and (item.finding.deadline == day or item.finding.verdict is not Verdict.CLEAR)
    }
    if not devices:
        return
    worst: dict[str, Verdict] = {}
    for item in then:
        if _is_of(item, key) and item.device in devices:
            worst[item.device] = min(worst.get(item.device, Verdict.CLEAR), item.finding.verdict, key=severity)
    counted = Counter(worst.values())
    yield TimelineEntry(
        day,
        milestone,
        *key,
        len(devices),
        tuple(sorted(Counter(devices.values()).items(), key=lambda counted: (-counted[1], counted[0]))),
        tuple((verdict, counted[verdict]) for verdict in Verdict if counted[verdict]),
    )


def _is_of(item: _DeviceFinding, key: tuple[str, str]) -> bool:
    return (item.finding.policy, item.finding.rule) == key
