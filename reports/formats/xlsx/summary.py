"""The first worksheet: the answer, how many of what, what falls due, where the report comes from, and the causes."""

from collections.abc import Iterator, Mapping

from reports.document.answers.matrix import MatrixRow, verdict_matrix
from reports.document.answers.missing import missing_by_cause
from reports.document.document import Document, Place
from reports.document.due import due
from reports.document.due_wording import cite_rule, due_note, due_title
from reports.document.group_wording import GROUPS_NOTE, GROUPS_TITLE, cite_cause, label_group, say_what_to_do
from reports.document.groups import FindingGroup, finding_groups
from reports.document.overview import Overview, overview
from reports.document.provenance_wording import PROVENANCE_TITLE, provenance_facts
from reports.document.totals import totals
from reports.document.wording import NOT_ASSESSED_NOTE, NOT_LEGAL_ADVICE, PLACE, describe_reason, format_long_date
from reports.formats.xlsx.worksheet import Row, SummaryBlock, SummaryWorksheet, VerdictCell
from reports.policy.verdict import Verdict

NAME = "Summary"

MATRIX_TITLE = "Devices by verdict and place"
TOTALS_TITLE = "How much was seen"
SIGNATURES_TITLE = "Signatures"

TOTAL_WORDS = {
    "in_scope": ("In scope", "addresses or captures that the run was about"),
    "assessed": ("Assessed", "devices that have a verdict; of these alone a share may be named"),
    "not_assessed": ("Not assessed", "targets and devices of which too little is known to judge them"),
    "unclassified": ("Unclassified", "assessed devices that no zone places"),
    "silent": ("Silent", "addresses that gave no sign of life; silent does not mean unused"),
}
"""Each total by its field, with what it counts: none of them is the denominator of another."""


def summary(document: Document) -> SummaryWorksheet:
    """The worksheet that people open first. "Nobody chose the policies" stands above all else where it is so."""
    glance = overview(document)
    as_of = format_long_date(document.header.as_of)
    return SummaryWorksheet(
        name=NAME,
        notice=glance.notice,
        title=f"Hardware provenance, {as_of}",
        sentences=(glance.summary, *glance.unseen, *glance.limits, NOT_LEGAL_ADVICE),
        blocks=tuple(_blocks(document, glance)),
    )


def _blocks(document: Document, glance: Overview) -> Iterator[SummaryBlock]:
    places = tuple(PLACE[place] for place in Place)
    matrix = tuple(_matrix_row(row, glance.labels) for row in verdict_matrix(document))
    yield SummaryBlock(MATRIX_TITLE, ("Verdict", *places, "In no place"), matrix)
    counted = totals(document)
    yield SummaryBlock(
        TOTALS_TITLE,
        ("What", "How many", "Which"),
        tuple((name, getattr(counted, field), meaning) for field, (name, meaning) in TOTAL_WORDS.items()),
    )
    yield _due(document)
    missing = missing_by_cause(document)
    if missing:
        rows = tuple((len(cause.targets), describe_reason(cause.reason)) for cause in missing)
        yield SummaryBlock("Not assessed, by cause", ("Targets", "Why"), rows, NOT_ASSESSED_NOTE)
    yield SummaryBlock(PROVENANCE_TITLE, (), provenance_facts(document))
    yield SummaryBlock(SIGNATURES_TITLE, ("Checked by", "Date", "Signature"), (("Engineer",), ("Auditor",)))
    yield _causes(document)


def _matrix_row(row: MatrixRow, labels: Mapping[Verdict, str]) -> Row:
    if len(row.verdicts) == 1:
        (verdict,) = row.verdicts
        head: VerdictCell | str = VerdictCell(verdict, labels[verdict])
    else:
        head = "All assessed devices"
    return head, *(row.by_place[place] for place in Place), row.without_device or None


def _due(document: Document) -> SummaryBlock:
    falls_due = due(document)
    rows = tuple(
        (entry.due.day, entry.due.milestone.value, entry.devices, cite_rule(entry.due), ", ".join(entry.names))
        for entry in falls_due.entries
    )
    headings = ("Day", "What", "Devices", "Rule", "The first of them") if rows else ()
    return SummaryBlock(due_title(document.header.binding), headings, rows, due_note(falls_due))


def _causes(document: Document) -> SummaryBlock:
    headings = (
        "Verdict",
        "Place",
        "Tier",
        "Maker",
        "Family",
        "Part",
        "Rule",
        "Devices",
        "Sites",
        "First deadline",
        "What to do",
        "Clause",
    )
    binding = document.header.binding
    rows = tuple(_cause(group, binding) for group in finding_groups(document))
    return SummaryBlock(GROUPS_TITLE, headings, rows, GROUPS_NOTE)


def _cause(group: FindingGroup, binding: bool) -> Row:
    cause = group.cause
    return (
        VerdictCell(cause.verdict, label_group(group, binding)),
        PLACE[cause.place],
        cause.tier,
        cause.maker,
        cause.family,
        cause.part,
        cite_cause(cause),
        len(group.devices),
        ", ".join(group.sites),
        group.deadline,
        say_what_to_do(group, binding),
        group.citation,
    )
