"""What one rule means on one day for a box in a place that the rule reaches."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from typing import assert_never

from fingerprints.model.device import Device
from reports.judgement.because import (
    ArrivalUnknown,
    ArrivedBefore,
    ArrivedSince,
    Because,
    CapLimit,
    ConditionUnseen,
    DeadlineAhead,
    DeadlineNotDated,
    DeadlinePassed,
    InForce,
    NotYetInForce,
    PlainReason,
    PurposePresumed,
)
from reports.judgement.maker_match import COUNTRY, MakerMatch
from reports.judgement.support_ends.reasons import DayNotRead, ModelNotKnown, SaleOver, SupportLasts, SupportOver
from reports.policy.action import EFFECTS, Action, Effect, Standing
from reports.policy.policy import DECLARED_AS, ExceptionRule, Rule, SupportEnd
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import folded
from reports.policy.who import Dated

PURCHASED = ("purchased", "purchase_date")
INSTALLED = ("installed", "install_date")
BOUGHT = (*PURCHASED, *INSTALLED)
"""The operator's own attributes that date a purchase. An installed unit had been bought."""
PURPOSE = "purpose"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from a rule: the verdict, why, and the last day on which the device may stay as it is."""

    verdict: Verdict
    because: tuple[Because, ...]
    reason: Reason | None = None
    deadline: date | None = None


def attributes_read(rule: Rule, exceptions: tuple[ExceptionRule, ...]) -> frozenset[str]:
    """The operator's own attributes that can change a finding by this rule."""
    names = {name for exception in exceptions for name, _ in exception.when}
    if rule.support is not None:
        names.update(DECLARED_AS[rule.support.kind])
    if rule.term is not None:
        names.add(rule.term.declared_as)
    return frozenset((*BOUGHT, PURPOSE, COUNTRY, *names))


def is_in_view(rule: Rule, as_of: date) -> bool:
    """Whether a rule was known on that day and had not ended."""
    return (rule.announced or rule.effective) <= as_of and (rule.until is None or as_of < rule.until)


def is_dated_by_operator(rule: Rule, device: Device) -> bool:
    """Whether the operator's own date for this device takes the place of this rule on the end of its support."""
    if rule.support is None or isinstance(rule.who, Dated):
        return False
    names = DECLARED_AS[rule.support.kind]
    return any(name in names for name, _ in device.attributes)


def outcome_of(rule: Rule, match: MakerMatch, device: Device, as_of: date) -> Outcome | None:
    """What follows from a rule in view that is about this box. None where the operator declares another purpose than
    the rule's."""
    if rule.support is not None:
        return _with_doubt(_support_end(rule, rule.support, match, device, as_of), rule, match)
    plain = _plain(rule, device, as_of)
    if rule.purposes:
        declared = {folded(value) for name, value in device.attributes if name == PURPOSE}
        if not declared:
            plain = replace(plain, because=(*plain.because, PurposePresumed(rule.purposes)))
        elif not declared & {folded(purpose) for purpose in rule.purposes}:
            return None
    return _with_doubt(plain, rule, match)


def exception_for(rule: Rule, exceptions: tuple[ExceptionRule, ...], device: Device) -> ExceptionRule | None:
    """The first exception from the rule whose every attribute the operator declares on the device."""
    declared = {(name, folded(value)) for name, value in device.attributes}
    for exception in exceptions:
        if exception.rules and rule.id not in exception.rules:
            continue
        if exception.when and all((name, folded(value)) in declared for name, value in exception.when):
            return exception
    return None


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _with_doubt(plain: Outcome, rule: Rule, match: MakerMatch) -> Outcome:
    """The outcome once doubt is counted: a doubtful maker or a condition that no scan sees is for review."""
    if plain.verdict is Verdict.CLEAR:
        return plain
    if match.doubt is not None:
        return replace(plain, verdict=Verdict.REVIEW, reason=match.doubt)
    if rule.condition is None:
        return plain
    because = (*plain.because, ConditionUnseen(rule.condition))
    if plain.verdict is Verdict.RESTRICTED:
        return replace(plain, verdict=Verdict.REVIEW, because=because, reason=Reason.UNSEEN)
    return replace(plain, because=because)


def _plain(rule: Rule, device: Device, as_of: date) -> Outcome:
    """The outcome of a rule about whose maker and conditions there is no doubt."""
    effect = EFFECTS[rule.action]
    if as_of < rule.effective and effect is not Effect.NONE:
        last = rule.deadline or rule.effective - timedelta(days=1)
        return Outcome(Verdict.CONDITIONAL, (NotYetInForce(rule.action, rule.effective),), deadline=last)
    in_force = InForce(rule.action, rule.effective)
    match effect:
        case Effect.BAN:
            return _ban(rule, in_force, device, as_of)
        case Effect.BAN_NEW:
            return _ban_on_new(rule, in_force, device)
        case Effect.CAP:
            limit = () if rule.cap_percent is None else (CapLimit(rule.cap_percent, rule.metric),)
            because = (in_force, *limit, PlainReason.SHARE_NOT_MEASURED)
            return Outcome(Verdict.CONDITIONAL, because, Reason.UNMEASURED, rule.deadline)
        case Effect.CONSENT | Effect.ADVICE:
            return Outcome(Verdict.CONDITIONAL, (in_force,), deadline=rule.deadline)
        case Effect.NONE | Effect.SUPPORT:
            return Outcome(Verdict.CLEAR, (in_force,))
        case _:
            assert_never(effect)


def _support_end(rule: Rule, end: SupportEnd, match: MakerMatch, device: Device, as_of: date) -> Outcome:
    last = rule.deadline
    if isinstance(rule.who, Dated):
        declared = _declared(device, rule.who.names)
        if isinstance(declared, DayNotRead):
            return Outcome(Verdict.REVIEW, (declared,), Reason.UNSEEN)
        last = declared
    if last is None:
        return Outcome(Verdict.CLEAR, ())
    sale = () if end.last_sale is None or as_of <= end.last_sale else (SaleOver(end.last_sale),)
    if as_of <= last:
        return Outcome(Verdict.CONDITIONAL, (*sale, SupportLasts(end.kind, last)), deadline=last)
    unseen = Reason.UNSEEN if isinstance(match.because, ModelNotKnown) else None
    return Outcome(end.after, (*sale, SupportOver(end.kind, last)), unseen, last)


def _declared(device: Device, names: tuple[str, ...]) -> date | DayNotRead | None:
    """The earliest date that the operator declares under these names, or the first text that is none."""
    days = []
    for name, text in device.attributes:
        if name in names:
            try:
                days.append(date.fromisoformat(text))
            except ValueError:
                return DayNotRead(name, text)
    return min(days, default=None)


def _ban(rule: Rule, in_force: InForce, device: Device, as_of: date) -> Outcome:
    deadline = rule.deadline
    if rule.term is not None:
        start = latest_date(device, (rule.term.declared_as,))
        if start is None:
            undated = DeadlineNotDated(rule.term.months, rule.term.event, rule.term.declared_as)
            return Outcome(Verdict.REVIEW, (in_force, undated), Reason.UNSEEN)
        deadline = months_after(start, rule.term.months)
    if deadline is None:
        unknown = (PlainReason.NO_DEADLINE_KNOWN,) if rule.action is Action.REMOVE_BY else ()
        return Outcome(Verdict.RESTRICTED, (in_force, *unknown))
    if as_of <= deadline:
        return Outcome(Verdict.CONDITIONAL, (in_force, DeadlineAhead(deadline)), deadline=deadline)
    return Outcome(Verdict.RESTRICTED, (in_force, DeadlinePassed(deadline)), deadline=deadline)


def _ban_on_new(rule: Rule, in_force: InForce, device: Device) -> Outcome:
    day = latest_date(device, _dating(rule, device))
    if day is None:
        verdict = Verdict.CONDITIONAL if rule.standing is Standing.MAY_STAY else Verdict.RESTRICTED
        return Outcome(verdict, (in_force, ArrivalUnknown(rule.standing)), Reason.UNDATED)
    if day < rule.effective:
        return Outcome(Verdict.CONDITIONAL, (in_force, ArrivedBefore(day)))
    return Outcome(Verdict.RESTRICTED, (in_force, ArrivedSince(day)))


def _dating(rule: Rule, device: Device) -> tuple[str, ...]:
    """The attributes that date what a rule on what is new is about. What was bought in time may be installed later, so
    a ban on buying asks for the installation only where no purchase is declared."""
    if rule.action is Action.PROHIBIT_INSTALL:
        return INSTALLED
    purchased = any(name in PURCHASED for name, _ in device.attributes)
    return PURCHASED if rule.action is Action.PROHIBIT_PROCURE and purchased else BOUGHT


def latest_date(device: Device, names: tuple[str, ...]) -> date | None:
    """The latest date that the operator declares under these names, because a rule on what is new asks for the last
    change. None where there is none, or where one of them is no date."""
    days: list[date] = []
    for name, value in device.attributes:
        if name in names:
            try:
                days.append(date.fromisoformat(value))
            except ValueError:
                return None
    return max(days, default=None)
