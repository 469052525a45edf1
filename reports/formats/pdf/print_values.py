"""The printed report as plain values, page by page: the summary, the deadlines, the findings, and how it was made."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.document.answers.main_sentence import main_sentence
from reports.document.answers.matrix import ASSESSED, MatrixRow, verdict_matrix
from reports.document.answers.missing import missing_by_cause
from reports.document.document import Document, NotAssessed, Place
from reports.document.due import due, every_date
from reports.document.due_wording import due_note, due_title
from reports.document.force_wording import glossary
from reports.document.groups import finding_groups
from reports.document.overview import Overview, overview
from reports.document.provenance_wording import PROVENANCE_TITLE, provenance_facts
from reports.document.report_number import report_number
from reports.document.totals import totals
from reports.document.wording import (
    ALL_ASSESSED,
    MARK,
    NOT_ASSESSED_NOTE,
    NOT_LEGAL_ADVICE,
    PLACE,
    describe_reason,
    format_count,
    format_long_date,
    next_step,
    say_listed,
)
from reports.formats.html.findings import PolicyFindings, policy_findings
from reports.formats.html.page import SIGNATURES, with_findings
from reports.formats.html.parts import Fact, Table, sentence
from reports.formats.html.policies import PolicyView, policy_views
from reports.formats.html.sections import (
    due_table,
    left_out_policies,
    method,
    silent_ranges,
    unscanned,
    waivers,
)
from reports.formats.pdf.finding_rows import PrintedFindings, printed_findings
from reports.policy.verdict import Verdict

PARAGRAPH = 40
"""Targets of one paragraph: the pages are set faster than with one of thousands."""

MAX_TARGETS = 20_000
"""Targets of one reason that are named, on some 60 pages. The sentence after them counts the rest."""


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of the verdicts by place; `state` is a class of the style sheet."""

    state: str
    mark: str
    label: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingTargets:
    """The targets that one reason kept from being assessed, what to do, and all their names, by paragraph. The template
    gets each name by itself: of a whole paragraph as one text it would cut the end off."""

    reason: str
    counted: str
    step: str
    paragraphs: tuple[tuple[str, ...], ...]
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintValues:
    """What the template writes, in its order. What may be absent is a tuple that is empty or holds one value."""

    title: str
    created: str
    number: str
    generator: str
    notice: tuple[str, ...]
    answer: str
    counted: str
    as_of: str
    places: tuple[str, ...]
    matrix: tuple[PrintedRow, ...]
    totals: tuple[Fact, ...]
    unseen: tuple[str, ...]
    provenance_title: str
    provenance: tuple[Fact, ...]
    due_title: str
    due_note: str
    due: tuple[Table, ...]
    policy_findings: tuple[PolicyFindings, ...]
    findings: PrintedFindings
    missing_note: str
    missing: tuple[MissingTargets, ...]
    tables: tuple[Table, ...]
    policies_chosen: str
    policies: tuple[PolicyView, ...]
    left_out: tuple[Table, ...]
    method: tuple[tuple[Fact, ...], ...]
    glossary: tuple[Fact, ...]
    signatures: tuple[str, ...]
    not_advice: str


def print_values(document: Document, created: str) -> PrintValues:
    """The values of a document. `created` is the date of the file, RFC 3339."""
    header, glance, flagged = document.header, overview(document), with_findings(document)
    dates, number = every_date(flagged), report_number(document)
    cost = method(header, ())
    groups = tuple(group for group in finding_groups(flagged) if group.cause.verdict is not Verdict.NOT_ASSESSED)
    deadlines = due_table(dates, header.as_of)
    return PrintValues(
        title=f"Hardware provenance, {format_long_date(header.as_of)}, report {number}",
        created=created,
        number=number,
        generator=f"kitscan {header.tool_version}",
        notice=(glance.notice,) if glance.notice else (),
        answer=main_sentence(glance, dates, header.as_of, header.binding),
        counted=glance.summary,
        as_of=format_long_date(header.as_of),
        places=(*PLACE.values(), "No place", "All"),
        matrix=tuple(_row(row, glance) for row in verdict_matrix(document)),
        totals=tuple(_totals(document)),
        unseen=(*(glance.unseen or (ALL_ASSESSED,)), *glance.limits),
        provenance_title=PROVENANCE_TITLE,
        provenance=tuple(Fact(term, value) for term, value in provenance_facts(document)),
        due_title=due_title(header.binding),
        due_note=due_note(due(flagged)),
        due=(deadlines,) if deadlines.rows else (),
        policy_findings=policy_findings(header, groups),
        findings=printed_findings(flagged),
        missing_note=NOT_ASSESSED_NOTE if document.not_assessed else say_listed(totals(document).not_assessed),
        missing=tuple(_missing(document)),
        tables=(*unscanned(document), *silent_ranges(document), *waivers(flagged)),
        policies_chosen=sentence(header.policies_chosen),
        policies=policy_views(document),
        left_out=left_out_policies(document),
        method=(cost,) if cost else (),
        glossary=tuple(Fact(word, meaning) for word, meaning in glossary(header.binding)),
        signatures=SIGNATURES,
        not_advice=NOT_LEGAL_ADVICE,
    )


def _row(row: MatrixRow, glance: Overview) -> PrintedRow:
    counts = (*(row.by_place[place] for place in Place), row.without_device, row.total)
    numbers = tuple(f"{count:,}" for count in counts)
    if row.verdicts == ASSESSED:
        return PrintedRow("assessed", "", "Assessed", numbers)
    (verdict,) = row.verdicts
    return PrintedRow(verdict.value, MARK[verdict], glance.labels[verdict], numbers)


def _totals(document: Document) -> Iterator[Fact]:
    """The counts in words. None of them is a share of another."""
    counted = totals(document)
    yield Fact("In scope", format_count(counted.in_scope, "address or capture", "addresses or captures"))
    yield Fact("Assessed", format_count(counted.assessed, "device"))
    yield Fact("Not assessed", format_count(counted.not_assessed, "target or device", "targets and devices"))
    yield Fact("In no zone", f"{format_count(counted.unclassified, 'assessed device')}, judged as if in every place")
    yield Fact("Silent", f"{format_count(counted.silent, 'address', 'addresses')}; silent does not mean unused")


def _missing(document: Document) -> Iterator[MissingTargets]:
    for cause in missing_by_cause(document):
        step = next_step(cause.targets[0] if len(cause.targets) == 1 else NotAssessed("", cause.reason))
        names = [item.target for item in cause.targets[:MAX_TARGETS]]
        more = len(cause.targets) - len(names)
        yield MissingTargets(
            reason=sentence(describe_reason(cause.reason)),
            counted=format_count(len(cause.targets), "target"),
            step=sentence(step),
            paragraphs=tuple(tuple(names[at : at + PARAGRAPH]) for at in range(0, len(names), PARAGRAPH)),
            more=(f"and {more:,} more, in the CSV report",) if more else (),
        )
