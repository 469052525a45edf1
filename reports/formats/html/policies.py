"""The policies of the HTML report as plain values: each with its force and what an auditor needs to cite it."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.document.document import Document, findings_by
from reports.document.force_wording import explain_certainty, force_facts, label_verdict
from reports.formats.html.parts import Fact, facts
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy with what an auditor needs to cite it."""

    id: str
    title: str
    jurisdiction: str
    facts: tuple[Fact, ...]


def policy_views(document: Document) -> tuple[PolicyView, ...]:
    """Each policy that judges, in the order of the header."""
    header, by_policy = document.header, findings_by(document).by_policy
    return tuple(
        PolicyView(
            id=policy.id,
            title=policy.title,
            jurisdiction=policy.jurisdiction,
            facts=facts(
                ("Findings", _describe_counts(by_policy[policy.id], header.binding or policy.id == SUPPORT)),
                *force_facts(policy, header.as_of),
                ("Instrument", policy.instrument),
                ("Certainty", explain_certainty(policy)),
                *(("Note", note) for note in policy.notes),
            ),
        )
        for policy in header.policies
    )


def _describe_counts(by_verdict: Mapping[Verdict, int], binding: bool) -> str:
    counts = [
        f"{count:,} {label_verdict(verdict, binding).lower()}"
        for verdict, count in by_verdict.items()
        if count and verdict is not Verdict.CLEAR
    ]
    return ", ".join(counts) or "nothing"
