"""What one rule of one policy says of one device."""

from dataclasses import dataclass
from datetime import date

from fingerprints.model.device import Device
from reports.judgement.because import Because
from reports.judgement.exceptions import ExceptionScope, Waiver, covers_device, matches_any
from reports.policy.verdict import Reason, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule of one policy says of one device, or of the component at `component`.

    `reason` is None where the verdict is the rule's own. `deadline` is the last day on which the device may stay.
    """

    policy: str
    rule: str
    verdict: Verdict
    because: tuple[Because, ...]
    citation: str
    reason: Reason | None = None
    deadline: date | None = None
    component: str | None = None
    waiver: Waiver | None = None


def is_in_scope(scope: ExceptionScope, finding: Finding, device: Device) -> bool:
    """Whether a scope holds a finding on a device."""
    component = (finding.component or "",)
    return (
        matches_any((finding.policy,), scope.policies)
        and (not scope.rules or matches_any((finding.rule,), scope.rules))
        and (not scope.components if finding.component is None else matches_any(component, scope.components))
        and covers_device(scope, device)
    )
