"""The worksheets of what the devices were judged by: the policies, and how the report was made."""

from collections.abc import Iterator
from datetime import date

from reports.document.document import AppliedPolicy, Document, PolicyLeftOut, findings_by
from reports.document.force_wording import NOT_BINDING, explain_certainty, glossary, notice_of
from reports.document.provenance_wording import PROVENANCE_TITLE, provenance_facts, scan_cost
from reports.document.wording import NOT_LEGAL_ADVICE
from reports.formats.xlsx.worksheet import (
    LONG_TEXT,
    NUMBER,
    HeadedColumn,
    Row,
    SummaryBlock,
    SummaryWorksheet,
    TableWorksheet,
)
from reports.policy.verdict import Verdict

POLICY_COLUMNS = (
    HeadedColumn("Policy", 22),
    HeadedColumn("Title", 32),
    HeadedColumn("Jurisdiction", 12),
    HeadedColumn("Judges here", 24),
    HeadedColumn("Status", 24),
    HeadedColumn("Ends", 12),
    HeadedColumn("Force", 20),
    HeadedColumn("Instrument", LONG_TEXT),
    HeadedColumn("Binds", 32),
    HeadedColumn("Roles", 24),
    HeadedColumn("How well its text is known", LONG_TEXT),
    HeadedColumn("Confidence", 20),
    HeadedColumn("Exceptions that no scan sees", LONG_TEXT),
    HeadedColumn("Notes", LONG_TEXT),
    HeadedColumn("Restricted", NUMBER),
    HeadedColumn("Review", NUMBER),
    HeadedColumn("Conditional", NUMBER),
    HeadedColumn("Not assessed", NUMBER),
)


def policies(document: Document) -> TableWorksheet:
    """One row for each policy that judges, with the number of its open findings, and each that was left out."""
    counts = findings_by(document).by_policy

    def rows() -> Iterator[Row]:
        for policy in document.header.policies:
            found = counts[policy.id]
            yield (
                *_policy(policy, document.header.as_of),
                *(found[verdict] for verdict in Verdict if verdict is not Verdict.CLEAR),
            )
        yield from map(_left_out, document.header.policies_left_out)

    notes = (document.header.policies_chosen, NOT_LEGAL_ADVICE)
    return TableWorksheet("Policies", notes, POLICY_COLUMNS, rows, frozen_columns=1, wraps=True, pages_wide=2)


def method(document: Document) -> SummaryWorksheet:
    """How the report was made, what concerns the whole run, what the scan took, and the meaning of each word."""
    header = document.header
    record, cost = header.record, scan_cost(header.coverage)
    blocks = (
        SummaryBlock(PROVENANCE_TITLE, (), provenance_facts(document)),
        *_listed("Targets", record.targets if record else ()),
        *_listed("Exclusions", record.exclusions if record else ()),
        *_listed("What concerns the whole run", header.notes),
        *((SummaryBlock("What the scan took", (), cost),) if cost else ()),
        SummaryBlock("Words", (), glossary(header.binding)),
    )
    return SummaryWorksheet("Method", notice_of(header), "How this report was made", (NOT_LEGAL_ADVICE,), blocks)


def _listed(title: str, words: tuple[str, ...]) -> tuple[SummaryBlock, ...]:
    """A block of single cells, each with its number; none of no words."""
    return (SummaryBlock(title, (), tuple(enumerate(words, 1))),) if words else ()


def _policy(policy: AppliedPolicy, as_of: date) -> Row:
    ended = policy.until is not None and policy.until <= as_of
    return (
        policy.id,
        policy.title,
        policy.jurisdiction,
        "yes, but it has ended" if ended else "yes",
        policy.status,
        policy.until,
        "" if policy.binding else NOT_BINDING,
        policy.instrument,
        "; ".join(policy.binds),
        "; ".join(policy.roles),
        explain_certainty(policy),
        policy.confidence,
        "; ".join(policy.exceptions),
        " ".join(policy.notes),
    )


def _left_out(policy: PolicyLeftOut) -> Row:
    return policy.id, policy.title, policy.jurisdiction, f"no: {policy.because}"
