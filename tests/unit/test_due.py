"""What falls due: each date of a device, the next one first; and the dates of all devices within 90 days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports.document.build import reported_finding
from reports.document.document import Document, ReportedDevice, ReportedFinding, build
from reports.document.due import DUE_DAYS, Due, DueDay, DueEntry, DueLater, due, due_days, next_day, next_first
from reports.judgement.because import InForce, NotYetInForce, PermitHolds
from reports.judgement.exceptions import ExceptionScope, Permit
from reports.judgement.finding import Finding
from reports.judgement.policy_views.timeline import Milestone
from reports.policy.action import Action
from reports.policy.verdict import Verdict
from tests.unit import documents

DAY = documents.HEADER.as_of
YEAR_END = date(2026, 12, 31)


def finding(policy: str, rule: str, deadline: date | None = None, starts: date | None = None) -> ReportedFinding:
    return replace(
        documents.finding(policy, rule, Verdict.CONDITIONAL, "allowed until a day", "section 1"),
        deadline=deadline,
        starts=starts,
    )


def box(number: int, *findings: ReportedFinding) -> ReportedDevice:
    olt = documents.olt()
    device = replace(olt.device, id=f"dev-{number:02d}", name=f"olt-{number}")
    return replace(olt, device=device, findings=findings)


def report(*devices: ReportedDevice) -> Document:
    return build(documents.HEADER, devices, ())


DE = finding("de-contracts-2024", "core", YEAR_END)
DK = finding("dk-supplier-2021", "order", YEAR_END)
GB = finding("gb-dvd-huawei-2022", "core", date(2023, 12, 31))
GB_LATE = finding("gb-dvd-huawei-2022", "5g-all", date(2027, 12, 31))
FI = finding("fi-critical-2021", "base-stations", date(2026, 12, 18), date(2026, 12, 19))


def test_two_laws_on_one_device_are_two_dates_and_the_next_one_is_first() -> None:
    judged = box(1, GB_LATE, GB, DE)
    assert due_days(judged) == (
        DueDay(date(2023, 12, 31), "gb-dvd-huawei-2022", "core", Milestone.LAST_DAY),
        DueDay(YEAR_END, "de-contracts-2024", "core", Milestone.LAST_DAY),
        DueDay(date(2027, 12, 31), "gb-dvd-huawei-2022", "5g-all", Milestone.LAST_DAY),
    )
    assert [due_day.day.year for due_day in next_first(judged, DAY)] == [2026, 2027, 2023]
    assert next_day(judged, DAY) == YEAR_END


def test_the_day_of_judgement_is_still_to_come_and_the_day_after_it_has_passed() -> None:
    judged = box(1, DE)
    assert next_day(judged, YEAR_END) == YEAR_END
    assert next_day(judged, YEAR_END + timedelta(days=1)) is None


def test_a_waived_finding_names_no_date() -> None:
    judged = box(1, replace(DE, waiver="W-1"))
    assert (due_days(judged), next_day(judged, DAY)) == ((), None)


def test_a_rule_that_begins_is_due_on_its_first_day_and_not_on_the_eve_too() -> None:
    assert due_days(box(1, FI)) == (DueDay(date(2026, 12, 19), "fi-critical-2021", "base-stations", Milestone.STARTS),)


def permitted(expires: date | None) -> ReportedFinding:
    """A rule that begins in 2027 on a device that has a permit."""
    permit = Permit("P-1", ExceptionScope(("*",), ()), "the agency", date(2026, 1, 1), expires, "")
    because = (NotYetInForce(Action.PROHIBIT_USE, date(2027, 1, 1)), PermitHolds(permit))
    return reported_finding(Finding("xx", "ban", Verdict.CLEAR, because, "section 1", deadline=expires))


def test_a_rule_that_begins_under_a_permit_is_due_when_the_permit_ends() -> None:
    assert [due_days(box(1, permitted(expires))) for expires in (None, date(2030, 6, 30), YEAR_END)] == [
        (),
        (DueDay(date(2030, 6, 30), "xx", "ban", Milestone.LAST_DAY),),
        (DueDay(date(2027, 1, 1), "xx", "ban", Milestone.STARTS),),
    ]


def test_a_rule_that_begins_and_leaves_time_has_both_dates() -> None:
    both = finding("xx", "ban", date(2028, 6, 30), date(2027, 1, 1))
    assert [due_day.milestone for due_day in due_days(box(1, both))] == [Milestone.STARTS, Milestone.LAST_DAY]


def test_what_is_due_is_grouped_by_day_and_rule_and_the_rest_is_counted() -> None:
    part = replace(DE, component="optic 1/0/1")
    assert due(report(box(1, DE, part, DK), box(2, DE, FI), box(3, GB_LATE, GB))) == Due(
        DAY + timedelta(days=DUE_DAYS),
        2,
        (
            DueEntry(DueDay(date(2026, 12, 19), "fi-critical-2021", "base-stations", Milestone.STARTS), 1, ("olt-2",)),
            DueEntry(DueDay(YEAR_END, "de-contracts-2024", "core", Milestone.LAST_DAY), 2, ("olt-2", "olt-1")),
            DueEntry(DueDay(YEAR_END, "dk-supplier-2021", "order", Milestone.LAST_DAY), 1, ("olt-1",)),
        ),
        DueLater(1, 1, date(2027, 12, 31)),
    )


@pytest.mark.parametrize(("days", "entries"), [(-1, 0), (0, 1), (DUE_DAYS, 1), (DUE_DAYS + 1, 0)])
def test_ninety_days_are_counted_from_the_day_of_judgement_and_both_ends_belong_to_them(
    days: int, entries: int
) -> None:
    assert len(due(report(box(1, finding("xx", "ban", DAY + timedelta(days=days))))).entries) == entries


def test_the_first_devices_are_named_and_all_are_counted() -> None:
    (entry,) = due(report(*(box(number, DE) for number in range(1, 9)))).entries
    assert (entry.devices, entry.names) == (8, ("olt-1", "olt-2", "olt-3", "olt-4", "olt-5"))


def test_the_last_year_of_the_calendar_is_no_error() -> None:
    late = replace(documents.HEADER, as_of=date.max)
    assert due(build(late, (box(1, DE),), ())) == Due(date.max, 0, (), None)


def test_a_finding_says_when_its_rule_begins_only_while_that_is_to_come() -> None:
    ahead = Finding("xx", "ban", Verdict.CONDITIONAL, (NotYetInForce(Action.PROHIBIT_USE, YEAR_END),), "section 1")
    holds = replace(ahead, because=(InForce(Action.PROHIBIT_USE, YEAR_END),))
    assert [reported_finding(one).starts for one in (ahead, holds)] == [YEAR_END, None]
