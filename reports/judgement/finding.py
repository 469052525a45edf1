"""What one rule of one policy says of one device."""

from dataclasses import dataclass
from datetime import date

from reports.policy.verdict import Reason, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule of one policy says of one device, or of the component at `component`."""

    policy: str
    rule: str
    verdict: Verdict
    because: str
    citation: str
    reason: Reason | None = None
    deadline: date | None = None
    component: str | None = None
    waiver: str | None = None
