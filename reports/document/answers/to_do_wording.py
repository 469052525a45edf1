"""What the operator can do about a finding, in words. The law decides; these are the ways that it leaves open."""

from collections.abc import Mapping
from datetime import date

from reports.document.document import ReportedFinding
from reports.document.wording import format_long_date
from reports.policy.verdict import Reason, Verdict

TO_DO: Mapping[str, str] = {
    Reason.REFER: "Ask the authority that the rule names, and record its answer as a permit.",
    Reason.SUSPECTED: "Find out who made it: add a credential and scan again, or read its label.",
    Reason.CONTRADICTORY: "Look at it: its evidence names two makers. Then declare its maker in your inventory.",
    Reason.UNIDENTIFIED: "Find out who made it: add an SNMP or SSH credential and scan again.",
    Reason.UNSEEN: "Check on paper what no scan sees, and record the answer as a permit or a waiver.",
    Reason.UNDATED: "Show when it was bought or installed: declare the date, and what came before the rule may stay.",
    Reason.UNMEASURED: "Measure the share that the rule caps, and declare it.",
    Reason.MISPLACED: "Find out where it stands, and correct zones.yaml.",
}
"""What to do where a finding differs from the plain verdict of its rule, by the reason."""


def what_to_do(finding: ReportedFinding, as_of: date) -> str:
    """One or two sentences about a finding that no waiver covers; empty for one that asks for nothing."""
    if finding.verdict in (Verdict.CLEAR, Verdict.NOT_ASSESSED):
        return ""
    for_reason = TO_DO.get(finding.reason or "", "")
    if for_reason:
        return for_reason
    if finding.verdict is Verdict.REVIEW:
        return "Decide, and record the decision as a permit or a waiver."
    replaced = "Replace this part" if finding.component else "Replace it"
    if finding.verdict is Verdict.CONDITIONAL:
        return _before(finding, replaced)
    if finding.deadline and finding.deadline >= as_of:
        return f"{replaced} by {format_long_date(finding.deadline)}, or move it to where the rule does not reach."
    return f"{replaced}, or move it to where the rule does not reach. Until then record who answers for it as a waiver."


def _before(finding: ReportedFinding, replaced: str) -> str:
    """What to do about a device that may stay for now."""
    if finding.starts:
        return f"{replaced} before the rule begins on {format_long_date(finding.starts)}, or ask for a permit."
    if finding.deadline:
        return f"Meet the condition, and replace it by {format_long_date(finding.deadline)}."
    return "Meet the condition of the rule, and record the consent as a permit."
