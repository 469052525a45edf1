"""What one rule means on one day for a box that stands where it reaches."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from typing import assert_never

from fingerprints.model.device import Device
from reports.judgement.maker_match import COUNTRY, MakerMatch
from reports.policy.action import EFFECTS, WORDED, Action, Effect, Standing
from reports.policy.policy import ExceptionRule, Rule
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import folded

BOUGHT = ("purchased", "purchase_date", "installed", "install_date")
"""The operator's own attributes that show a purchase before a date: what was installed had been bought."""
INSTALLED = ("installed", "install_date")
PURPOSE = "purpose"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows: the verdict, why in words, and the last day on which it may stay as it is."""

    verdict: Verdict
    because: str
    reason: Reason | None = None
    deadline: date | None = None


def attributes_read(rule: Rule, exceptions: tuple[ExceptionRule, ...]) -> frozenset[str]:
    """The operator's own attributes on which a finding by this rule can turn."""
    asked = {name for exception in exceptions for name, _ in exception.when}
    if rule.term is not None:
        asked.add(rule.term.declared_as)
    return frozenset((*BOUGHT, PURPOSE, COUNTRY, *asked))


def in_view(rule: Rule, as_of: date) -> bool:
    """Whether a rule was known on that day and had not ended."""
    return (rule.announced or rule.effective) <= as_of and (rule.until is None or as_of < rule.until)


def outcome(rule: Rule, about: MakerMatch, device: Device, as_of: date) -> Outcome | None:
    """What a rule in view that is about this box comes to; None where its purpose of use is declared to be another."""
    purpose = _purpose(rule, device)
    if purpose is None:
        return None
    plain = _plain(rule, device, as_of)
    if purpose:
        plain = replace(plain, because=f"{plain.because}; {purpose}")
    return _doubted(plain, rule, about)


def excepted(rule: Rule, exceptions: tuple[ExceptionRule, ...], device: Device) -> ExceptionRule | None:
    """The exception that the operator's own words on the device make hold, if any."""
    declared = {(name, folded(value)) for name, value in device.attributes}
    for exception in exceptions:
        if exception.rules and rule.id not in exception.rules:
            continue
        if exception.when and all((name, folded(value)) in declared for name, value in exception.when):
            return exception
    return None


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _doubted(plain: Outcome, rule: Rule, about: MakerMatch) -> Outcome:
    """The same once doubt is counted: what must be asked is for review, however hard or soft the rule is."""
    if plain.verdict is Verdict.CLEAR:
        return plain
    if about.reason is not None:
        return replace(plain, verdict=Verdict.REVIEW, reason=about.reason)
    if rule.condition is None:
        return plain
    told = f"{plain.because}; it turns on what no scan sees: {rule.condition}"
    if plain.verdict is Verdict.RESTRICTED:
        return replace(plain, verdict=Verdict.REVIEW, because=told, reason=Reason.UNSEEN)
    return replace(plain, because=told)


def _plain(rule: Rule, device: Device, as_of: date) -> Outcome:
    effect = EFFECTS[rule.action]
    said = f"{WORDED[rule.action]} since {rule.effective:%Y-%m-%d}"
    if as_of < rule.effective and effect is not Effect.NONE:
        last = rule.deadline or rule.effective - timedelta(days=1)
        return Outcome(Verdict.CONDITIONAL, f"{WORDED[rule.action]} from {rule.effective:%Y-%m-%d} on", deadline=last)
    match effect:
        case Effect.BAN:
            return _banned(rule, said, device, as_of)
        case Effect.BAN_NEW:
            return _new_banned(rule, said, device)
        case Effect.CAP:
            share = f" at {rule.cap_percent:g} percent of {rule.metric}" if rule.cap_percent is not None else ""
            return Outcome(
                Verdict.CONDITIONAL, f"{said}{share}; the share is not measured", Reason.UNMEASURED, rule.deadline
            )
        case Effect.CONSENT | Effect.ADVICE:
            return Outcome(Verdict.CONDITIONAL, said, deadline=rule.deadline)
        case Effect.NONE:
            return Outcome(Verdict.CLEAR, said)
        case _:
            assert_never(effect)


def _banned(rule: Rule, said: str, device: Device, as_of: date) -> Outcome:
    if rule.term is not None:
        start = latest_date(device, (rule.term.declared_as,))
        if start is None:
            after = f"{rule.term.months} months after {rule.term.event}"
            told = f"{said}, its last day is {after}, which nobody has dated ({rule.term.declared_as})"
            return Outcome(Verdict.REVIEW, told, Reason.UNSEEN)
        rule = replace(rule, deadline=months_after(start, rule.term.months))
    if rule.deadline is None:
        undated = ", and no last day for it is known" if rule.action is Action.REMOVE_BY else ""
        return Outcome(Verdict.RESTRICTED, said + undated)
    if as_of <= rule.deadline:
        return Outcome(
            Verdict.CONDITIONAL, f"{said}, by {rule.deadline:%Y-%m-%d} at the latest", deadline=rule.deadline
        )
    return Outcome(Verdict.RESTRICTED, f"{said}, the last day was {rule.deadline:%Y-%m-%d}", deadline=rule.deadline)


def _new_banned(rule: Rule, said: str, device: Device) -> Outcome:
    day = latest_date(device, INSTALLED if rule.action is Action.PROHIBIT_INSTALL else BOUGHT)
    if day is None:
        told = f"{said}; no scan sees when this unit came"
        if rule.standing is Standing.MAY_STAY:
            return Outcome(Verdict.CONDITIONAL, f"{told}, and what stood before may stay", Reason.UNDATED)
        return Outcome(Verdict.RESTRICTED, f"{told}: presumed new until an earlier date is shown", Reason.UNDATED)
    if day < rule.effective:
        return Outcome(Verdict.CONDITIONAL, f"{said}; this unit came on {day:%Y-%m-%d}, by the operator's own word")
    return Outcome(Verdict.RESTRICTED, f"{said}; this unit came on {day:%Y-%m-%d}")


def latest_date(device: Device, names: tuple[str, ...]) -> date | None:
    """The latest of the dates that the operator gives under these names, since a rule is about the last thing that was
    new; None where one of them is no date."""
    days: list[date] = []
    for name, value in device.attributes:
        if name in names:
            try:
                days.append(date.fromisoformat(value))
            except ValueError:
                return None
    return max(days, default=None)


def _purpose(rule: Rule, device: Device) -> str | None:
    """An empty text where the purpose is no matter or is met, what is presumed, or None where it is another one."""
    if not rule.purposes:
        return ""
    declared = {folded(value) for name, value in device.attributes if name == PURPOSE}
    if not declared:
        return f"its purpose is not declared, presumed: {' or '.join(rule.purposes)}"
    return "" if declared & {folded(purpose) for purpose in rule.purposes} else None
