"""Words about whole policies: how their text stands, and why one does not judge."""

from typing import assert_never

from reports.policy.choice import LeftOutReason, NoLongerHolds, NotYetKnown, OnlyFromMemory, OnlyProposed, OtherRole
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


def status_text(policy: Policy) -> str:
    """How a policy's text stands: `superseded by gb-dvd-huawei-2022 (the directions bind instead)`."""
    status = policy.status.value + (f" by {policy.superseded_by}" if policy.superseded_by else "")
    return f"{status} ({policy.status_note})" if policy.status_note else status
