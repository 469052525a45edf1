"""A whole policy in words: why it does not judge, and how its text stands."""

from dataclasses import replace
from datetime import date

from reports.document.policy_wording import left_out_text, status_text
from reports.policy.choice import NoLongerHolds, NotYetKnown, OnlyFromMemory, OnlyProposed, OtherRole
from reports.policy.policy_set import load_policies
from reports.policy.status import Status

DAY = date(2022, 10, 13)


def test_each_reason_to_leave_a_policy_out_has_its_words() -> None:
    assert [
        left_out_text(reason)
        for reason in (
            OtherRole(("mobile operator", "fixed operator")),
            NotYetKnown(DAY),
            NoLongerHolds(DAY),
            NoLongerHolds(None),
            NoLongerHolds(DAY, "gb-dvd-huawei-2022"),
            OnlyProposed(),
            OnlyFromMemory(),
        )
    ] == [
        "binds others: mobile operator, fixed operator",
        "not known before 2022-10-13",
        "ended on 2022-10-13",
        "no longer holds",
        "ended on 2022-10-13, superseded by gb-dvd-huawei-2022",
        "only proposed",
        "from memory alone: --include-unverified brings it in",
    ]


def test_the_status_names_the_successor_and_its_note() -> None:
    (policy,) = load_policies(("us-889a",))
    superseded = replace(policy, status=Status.SUPERSEDED, superseded_by="us-889b", status_note="a test says so")
    assert [status_text(policy), status_text(superseded)] == [
        "in force",
        "superseded by us-889b (a test says so)",
    ]
