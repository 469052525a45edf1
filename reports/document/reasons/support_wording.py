"""The words of the end of support."""

from collections.abc import Mapping
from typing import assert_never

from fingerprints.model.device import WatchLevel
from reports.judgement.support_ends.reasons import (
    DayDeclared,
    DayNotRead,
    ModelListed,
    ModelNotKnown,
    ModelOfNobody,
    SaleOver,
    SupportLasts,
    SupportOver,
    SupportReason,
)
from reports.policy.policy import SupportKind

SURE: Mapping[WatchLevel, str] = {
    WatchLevel.CONFIRMED: "",
    WatchLevel.PROBABLE: "probably ",
    WatchLevel.POSSIBLE: "possibly ",
    WatchLevel.CONFLICTING: "by conflicting evidence ",
    WatchLevel.CLEARED: "not ",
}

KIND: Mapping[SupportKind, tuple[str, str]] = {
    SupportKind.ALL: ("its maker supports it until", "its maker's support ended on"),
    SupportKind.SECURITY_FIXES: ("its maker fixes security faults until", "its maker's security fixes ended on"),
}
"""Each kind of support before its last day and after it."""


def support_text(reason: SupportReason) -> str:
    """One reason of a finding on the end of support, as a clause."""
    match reason:
        case ModelListed(company, level, model):
            return f"it is {SURE[level]}{f'{model} of {company}' if model else f'made by {company}'}"
        case ModelOfNobody(company, model):
            return f"it is {model}, a part that names no maker, in a box of {company}"
        case ModelNotKnown(company):
            return f"it is of {company}, its model is not known, and the day is that of the first model listed"
        case DayDeclared(declared_as):
            return f"the operator declares {declared_as} on the device"
        case DayNotRead(declared_as, text):
            return f"{declared_as} {text!r} is no date; write it as 2026-10-31"
        case SupportLasts(kind, until):
            return f"{KIND[kind][0]} {until:%Y-%m-%d}"
        case SupportOver(kind, ended):
            return f"{KIND[kind][1]} {ended:%Y-%m-%d}"
        case SaleOver(ended):
            return f"not sold since {ended:%Y-%m-%d}"
        case _:
            assert_never(reason)
