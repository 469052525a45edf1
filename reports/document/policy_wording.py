"""Words about whole policies: how their text stands, and why one does not judge."""

from datetime import date
from typing import assert_never

from reports.document.wording import join_words
from reports.policy.choice import LeftOutReason, NoLongerHolds, NotYetKnown, OnlyFromMemory, OnlyProposed, OtherRole
from reports.policy.jurisdictions import Jurisdiction
from reports.policy.policy import Policy


def left_out_text(reason: LeftOutReason) -> str:
    """Why a policy does not judge, as the end of a sentence about it: `ended on 2022-10-13`."""
    match reason:
        case OtherRole(binds):
            return f"binds others: {', '.join(binds)}"
        case NotYetKnown(known_from):
            return f"not known before {known_from.isoformat()}"
        case NoLongerHolds(until, successor):
            ended = f"ended on {until.isoformat()}" if until else "no longer holds"
            return f"{ended}, superseded by {successor}" if successor else ended
        case OnlyProposed():
            return "only proposed"
        case OnlyFromMemory():
            return "from memory alone: --include-unverified brings it in"
        case _:
            assert_never(reason)


def without_policy_text(places: tuple[Jurisdiction, ...]) -> str:
    """The sentence about the operator's jurisdictions of which no policy is known."""
    named = join_words([f"{place.code} ({place.name})" for place in places])
    return (
        f"No policy is known for {named}: nothing here is judged by its law, and that does not mean that it has none."
    )


def known_until_text(known_until: date) -> str:
    """The sentence about the age of the policies, where the day of judgement is later."""
    return f"The policies hold facts known up to {known_until:%Y-%m}; what was decided since is not in them."


def status_text(policy: Policy) -> str:
    """How a policy's text stands: `superseded by gb-dvd-huawei-2022 (the directions bind instead)`."""
    status = policy.status.value + (f" by {policy.superseded_by}" if policy.superseded_by else "")
    return f"{status} ({policy.status_note})" if policy.status_note else status
