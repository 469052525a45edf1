"""May this stand here? One device, one placement, dated policies: findings, and the worst of them."""

from datetime import date
from typing import Protocol

from fingerprints.device import Device
from reports.judgement.policy import Policy
from reports.judgement.verdict import Finding, Placement, Verdict, worst


class CompanyNamed(Protocol):
    """What a judgement says of a company: its name."""

    @property
    def name(self) -> str: ...


class Ownership(Protocol):
    """What a judgement asks about companies; fingerprints.companies.Companies answers it."""

    def get(self, company_id: str) -> CompanyNamed | None:
        """The company of that id."""

    def owned_by_on(self, company_id: str, day: date) -> tuple[str, ...]:
        """Ids of all that the company belonged to on that day."""
        ...


def judge(
    device: Device, placement: Placement, policies: tuple[Policy, ...], as_of: date, companies: Ownership
) -> tuple[Finding, ...]:
    """What every rule of the policies says of a device and of its components on a day."""
    return ()


def verdict_of(device: Device, placement: Placement, findings: tuple[Finding, ...]) -> Verdict:
    """The worst of what no waiver covers, and never clear without a positive identity."""
    return worst(tuple(finding.verdict for finding in findings if finding.waiver is None))
