"""What the findings of a device say of one of its parts."""

from dataclasses import dataclass
from datetime import date

from fingerprints.model.device import Component
from reports.document.document import ReportedDevice, ReportedFinding
from reports.document.overview import names_part, open_findings
from reports.policy.verdict import Verdict, severity


@dataclass(frozen=True, slots=True)
class PartFindings:
    """The findings that name a part: open ones worst first, and those that a waiver covers. `verdict` is the worst of
    the open ones and `deadline` the earliest of its deadlines; None where no finding names the part, which does not
    mean that the part is clear: it is judged with its device."""

    open: tuple[ReportedFinding, ...]
    waived: tuple[ReportedFinding, ...]
    verdict: Verdict | None
    deadline: date | None


def findings_about(judged: ReportedDevice, part: Component) -> PartFindings:
    """The findings of a device that name this part of it."""
    about = tuple(finding for finding in open_findings(judged) if names_part(finding, part))
    waived = tuple(finding for finding in judged.findings if finding.waiver and names_part(finding, part))
    verdict = min((finding.verdict for finding in about), key=severity, default=None)
    deadlines = (finding.deadline for finding in about if finding.verdict is verdict and finding.deadline)
    return PartFindings(about, waived, verdict, min(deadlines, default=None))
