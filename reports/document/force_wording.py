"""Words about the force of policies: whom they bind, how they stand, and what is said where they bind nobody.

Where nobody chose the policies, no device "is" restricted: it would be, if they bound somebody. The keys stay.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from fingerprints.model.device import Level, WatchLevel
from reports.document.document import (
    AppliedPolicy,
    Document,
    Header,
    Place,
    PolicyLeftOut,
    ReportedDevice,
    ReportedFinding,
)
from reports.document.filtering.filter_wording import describe_filter
from reports.document.redaction.redaction_wording import redaction_text
from reports.document.wording import (
    CERTAINTY,
    CLEARED_MEANING,
    LEVEL,
    PLACE,
    PLACE_MEANING,
    VERDICT,
    VERDICT_MEANING,
    format_count,
)
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import Verdict

NOBODY_BOUND = "Nobody chose the policies of this report, so they bind nobody: it says what they would restrict."
NOBODY_CHOSE = f"{NOBODY_BOUND} To choose those that bind you, run kitscan policy choose, or name them with --policy."

OWN_LIST_HOLDS = "Your own list of support ends (policy support) holds all the same."

WOULD_BE_RESTRICTED = "Would be restricted"
WOULD_BE_RESTRICTED_MEANING = "A policy listed in this report would forbid the device where it stands, if it bound you."

NOT_BINDING = "not binding in law"

LEFT_OUT_TITLE = "Policies left out"
LEFT_OUT_NOTE = "These policies belong to the jurisdictions that were chosen. They judge nothing in this report."

UNSEEN_EXCEPTION = "Exception that no scan sees"
UNSEEN_EXCEPTIONS = "Exceptions that no scan sees"


def notice_of(header: Header) -> str:
    """What stands before everything else: that nobody chose the policies, that the report holds some devices alone,
    that it is redacted, or nothing."""
    own_list = any(policy.id == SUPPORT for policy in header.policies)
    chosen = () if header.binding else (NOBODY_CHOSE, OWN_LIST_HOLDS if own_list else "")
    return " ".join(filter(None, (*chosen, describe_filter(header.filtered), redaction_text(header.redacted_from))))


def has_law(header: Header) -> bool:
    """True if some policy judges, the operator's own list of support ends apart."""
    return any(policy.id != SUPPORT for policy in header.policies)


def holds(finding: ReportedFinding, binding: bool) -> bool:
    """True if a finding holds: somebody chose the policies, or it is of the operator's own list of support ends."""
    return binding or finding.policy == SUPPORT


def is_restricted_by_own_list(findings: Iterable[ReportedFinding]) -> bool:
    """True if the operator's own list of support ends restricts what these findings are on, and no waiver covers it."""
    return any(
        finding.policy == SUPPORT and finding.verdict is Verdict.RESTRICTED and finding.waiver is None
        for finding in findings
    )


def label_device(judged: ReportedDevice, binding: bool) -> str:
    """The verdict of a device as its heading or badge names it."""
    return label_verdict(judged.verdict, binding or is_restricted_by_own_list(judged.findings))


def label_finding(finding: ReportedFinding, binding: bool) -> str:
    """The verdict of a finding as its heading or badge names it."""
    return label_verdict(finding.verdict, holds(finding, binding))


def label_verdict(verdict: Verdict, binding: bool) -> str:
    """A verdict as a heading or a badge names it."""
    return VERDICT[verdict] if binding or verdict is not Verdict.RESTRICTED else WOULD_BE_RESTRICTED


def label_totals(document: Document) -> Mapping[Verdict, str]:
    """Each verdict as the heading of a count names it. The count of the restricted may hold both those that would be
    restricted and those that the operator's own list restricts."""
    header = document.header
    labels = {verdict: label_verdict(verdict, header.binding) for verdict in Verdict}
    if not header.binding and any(is_restricted_by_own_list(judged.findings) for judged in document.devices):
        labels[Verdict.RESTRICTED] = "Restricted, or would be"
    return labels


def explain_verdict(verdict: Verdict, binding: bool) -> str:
    """What a verdict means, as a sentence."""
    restricted = verdict is Verdict.RESTRICTED
    return WOULD_BE_RESTRICTED_MEANING if restricted and not binding else VERDICT_MEANING[verdict]


def say_restricted(count: int, binding: bool) -> str:
    """The verb of a sentence about `count` restricted devices."""
    if not binding:
        return "would be restricted"
    return "is restricted" if count == 1 else "are restricted"


def say_breaks(count: int, binding: bool) -> str:
    """The verb of the main sentence, about `count` devices."""
    if not binding:
        return "would break a rule"
    return "breaks a rule" if count == 1 else "break a rule"


def force_facts(policy: AppliedPolicy, as_of: date) -> tuple[tuple[str, str], ...]:
    """What a reader must know before trusting a finding of a policy: terms with their values, one an exception."""
    facts = ((term, value) for term, value, _ in _force(policy, as_of) if value and term != UNSEEN_EXCEPTIONS)
    return (*facts, *((UNSEEN_EXCEPTION, exception) for exception in policy.exceptions))


def describe_force(policy: AppliedPolicy, as_of: date) -> str:
    """The same in one line: `in force; binds executive agencies; confidence: high`."""
    return "; ".join(clause for _, value, clause in _force(policy, as_of) if value and clause)


def describe_force_briefly(policy: AppliedPolicy, as_of: date) -> str:
    """The policy with the same in few words, what matters most first: `us-889b: in force; 4 exceptions that no scan
    sees; binds federal contractors`."""
    exceptions, checked = len(policy.exceptions), "to be checked" if _recalled(policy) else ""
    unseen = f"{format_count(exceptions, 'exception')} that no scan sees" if exceptions else ""
    binds = f"binds {', '.join(policy.binds)}" if policy.binds else ""
    force = "" if policy.binding else NOT_BINDING
    known = f"confidence: {policy.confidence}" if policy.confidence else ""
    clauses = (policy.status, force, _ends(policy, as_of), checked, unseen, binds, known)
    return f"{policy.id}: {'; '.join(filter(None, clauses))}"


def describe_left_out(policy: PolicyLeftOut) -> str:
    """A policy that does not judge, and why: `eu-csa2-2026 (only proposed)`."""
    return f"{policy.id} ({policy.because})"


def explain_certainty(policy: AppliedPolicy) -> str:
    """How well the text of a policy is known, as sentences."""
    meaning = CERTAINTY[policy.certainty]
    return f"{meaning} From memory: {', '.join(policy.recalled_rules)}." if policy.recalled_rules else meaning


def glossary(binding: bool) -> tuple[tuple[str, str], ...]:
    """Each word a report uses and its meaning, in the order in which a reader meets them."""
    return (
        *((label_verdict(verdict, binding), explain_verdict(verdict, binding)) for verdict in Verdict),
        *((level.value.capitalize(), LEVEL[level]) for level in Level),
        (WatchLevel.CLEARED.value.capitalize(), CLEARED_MEANING),
        *((PLACE[place], PLACE_MEANING[place]) for place in Place),
        ("Watched company", "A company that a policy names. kitscan looks for it in every device and every part."),
        ("Silent", "An address that did not answer. It may be unused, switched off, or shielded by a firewall."),
        ("Waiver", "A written exception. The finding stays in the report and names its waiver."),
        ("Weight", "How strongly one piece of evidence points to a company; a negative weight speaks against it."),
    )


def _force(policy: AppliedPolicy, as_of: date) -> Iterator[tuple[str, str, str]]:
    """A term, its value, and both as a clause; the clause is empty where a line leaves it out."""
    binds, roles, exceptions = ", ".join(policy.binds), ", ".join(policy.roles), "; ".join(policy.exceptions)
    recalled = _recalled(policy)
    yield "Status", policy.status, policy.status
    force = "" if policy.binding else NOT_BINDING
    yield "Force", force, force
    yield "Binds", binds, f"binds {binds}"
    yield "Roles", roles, ""
    if policy.until is not None:
        until, ends = policy.until.isoformat(), "ends" if as_of < policy.until else "ended"
        yield ends.capitalize(), until, f"{ends} on {until}"
    yield "Confidence", policy.confidence, f"confidence: {policy.confidence}"
    yield "To be checked", recalled, f"to be checked: {recalled}"
    yield UNSEEN_EXCEPTIONS, exceptions, f"exceptions that no scan sees: {exceptions}"


def _ends(policy: AppliedPolicy, as_of: date) -> str:
    if policy.until is None:
        return ""
    return f"{'ends' if as_of < policy.until else 'ended'} on {policy.until.isoformat()}"


def _recalled(policy: AppliedPolicy) -> str:
    if policy.is_from_memory:
        return "the whole policy, which is from memory"
    rules = ", ".join(policy.recalled_rules)
    return f"{rules}, from memory" if rules else ""
