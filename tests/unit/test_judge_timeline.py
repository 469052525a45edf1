"""What falls due when: each turn of a rule, on its day, for the devices it is about."""

from datetime import date

import pytest

from benchmarks.judgement.network import network
from fingerprints.database.companies.companies import load_companies
from fingerprints.model.device import (
    Device,
    Identity,
    Level,
    Party,
)
from reports.judgement.exceptions import ExceptionScope, Permit
from reports.judgement.permits import Permits
from reports.judgement.policy_views.timeline import Milestone, TimelineEntry, timeline
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier

COMPANIES = load_companies()
RADIO = Placement(False, Tier.ACCESS, "zone radio", Origin.DECLARED, segment="ran_5g")
CORE = Placement(True, Tier.CORE, "zone core", Origin.DECLARED, segment="core_5g")


def box(name: str, maker: str, **attributes: str) -> Device:
    party = Party(maker, maker)
    identity = Identity(Level.CONFIRMED, 0.99, party, party)
    return Device(name, (name,), (), name, tuple(attributes.items()), identity)


def turns(
    policy: str, start: str, end: str, *placed: tuple[Device, Placement], permits: Permits | None = None
) -> tuple[TimelineEntry, ...]:
    policies = load_policies((policy,))
    return timeline(placed, policies, COMPANIES, date.fromisoformat(start), date.fromisoformat(end), permits)


def test_a_law_is_announced_and_starts() -> None:
    assert turns("us-889b", "2018-01-01", "2020-12-31", (box("a", "zte"), CORE), (box("b", "nokia"), CORE)) == (
        TimelineEntry(
            date(2018, 8, 13), Milestone.ANNOUNCED, "us-889b", "use", 1, (("core_5g", 1),), ((Verdict.CONDITIONAL, 1),)
        ),
        TimelineEntry(
            date(2020, 8, 13), Milestone.STARTS, "us-889b", "use", 1, (("core_5g", 1),), ((Verdict.RESTRICTED, 1),)
        ),
        TimelineEntry(
            date(2020, 8, 13), Milestone.STARTS, "us-889b", "report", 1, (("core_5g", 1),), ((Verdict.CONDITIONAL, 1),)
        ),
    )


def test_a_last_day_says_what_follows_on_the_day_after() -> None:
    placed = ((box("a", "huawei"), CORE), (box("b", "huawei"), RADIO), (box("c", "huawei"), UNCLASSIFIED))
    assert turns("gb-dvd-huawei-2022", "2023-12-01", "2023-12-31", *placed) == (
        TimelineEntry(
            date(2023, 12, 31),
            Milestone.LAST_DAY,
            "gb-dvd-huawei-2022",
            "core",
            2,
            (("core_5g", 1), ("unclassified", 1)),
            ((Verdict.RESTRICTED, 2),),
        ),
    )


def test_a_rule_that_is_superseded_ends() -> None:
    assert turns("de-bsig-9b", "2025-12-01", "2025-12-31", (box("a", "nokia"), CORE)) == (
        TimelineEntry(date(2025, 12, 6), Milestone.ENDS, "de-bsig-9b", "notify", 1, (("core_5g", 1),), ()),
    )


def test_a_term_is_due_on_a_day_of_each_devices_own() -> None:
    placed = (
        (box("a", "zte", first_reimbursement="2022-07-15"), CORE),
        (box("b", "zte", first_reimbursement="2022-08-20"), RADIO),
        (box("c", "zte"), RADIO),
    )
    assert turns("us-rip-replace", "2023-01-01", "2024-12-31", *placed) == (
        TimelineEntry(
            date(2023, 7, 15),
            Milestone.LAST_DAY,
            "us-rip-replace",
            "remove",
            1,
            (("core_5g", 1),),
            ((Verdict.RESTRICTED, 1),),
        ),
        TimelineEntry(
            date(2023, 8, 20),
            Milestone.LAST_DAY,
            "us-rip-replace",
            "remove",
            1,
            (("ran_5g", 1),),
            ((Verdict.RESTRICTED, 1),),
        ),
    )


def test_a_permit_falls_due_too() -> None:
    given = Permit("P", ExceptionScope(("a",), ("fr-2019-810",)), "the state", date(2021, 1, 1), date(2026, 2, 28))
    permits = Permits((given,))
    assert turns("fr-2019-810", "2026-01-01", "2026-12-31", (box("a", "nokia"), RADIO), permits=permits) == (
        TimelineEntry(
            date(2026, 2, 28),
            Milestone.LAST_DAY,
            "fr-2019-810",
            "auth",
            1,
            (("ran_5g", 1),),
            ((Verdict.RESTRICTED, 1),),
        ),
    )


def test_what_concerns_nobody_is_left_out() -> None:
    assert turns("gb-dvd-huawei-2022", "2018-01-01", "2030-12-31", (box("a", "zte"), CORE)) == ()


@pytest.mark.parametrize(("start", "end", "days"), [("2023-12-31", "2025-12-31", 2), ("2024-01-01", "2025-12-30", 0)])
def test_both_ends_of_the_span_count(start: str, end: str, days: int) -> None:
    placed = tuple((one.device, one.placement) for one in network()[::50])
    assert len(turns("gb-dvd-huawei-2022", start, end, *placed)) == days


def test_no_last_day_is_left_out_however_far() -> None:
    (due,) = turns("gb-dvd-huawei-2022", "2026-01-01", "9999-12-31", (box("a", "huawei"), RADIO))
    assert (due.day, due.milestone, due.rule) == (date(2027, 12, 31), Milestone.LAST_DAY, "5g-all")
