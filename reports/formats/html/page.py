"""The whole HTML report as plain values, in reading order."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from reports.document.answers.main_sentence import main_sentence
from reports.document.document import Document
from reports.document.due import due, every_date
from reports.document.force_wording import glossary
from reports.document.groups import FindingGroup, finding_groups
from reports.document.overview import overview
from reports.document.provenance_wording import describe_run, provenance_facts
from reports.document.report_number import report_number
from reports.document.totals import totals
from reports.document.wording import ALL_ASSESSED, NOT_LEGAL_ADVICE, format_long_date, say_listed
from reports.formats.html.findings import FindingsTable, PolicyFindings, findings_table, policy_findings
from reports.formats.html.first_screen import FirstScreen, first_screen
from reports.formats.html.links import PageLink, section
from reports.formats.html.makers import MakersOfPlace, makers_by_place
from reports.formats.html.map import TopologyMap, topology_map
from reports.formats.html.parts import DataBlock, Fact, Table, sentence
from reports.formats.html.policies import PolicyView, policy_views
from reports.formats.html.rows import data_blocks
from reports.formats.html.sections import (
    due_table,
    left_out_policies,
    method,
    missing_table,
    origin,
    silent_ranges,
    unscanned,
    waivers,
)
from reports.policy.verdict import Verdict

NO_WAIVER = "No waiver covers a finding of this report."

NO_SCRIPT = (
    "The device table, the evidence and the map need a script. Without one, this page shows the findings; the CSV "
    "report (kitscan assess --format csv) lists every device."
)

SIGNATURES = ("Checked by", "Approved by")


@dataclass(frozen=True, slots=True)
class Assets:
    """kitscan's own style sheet and script, and the Content Security Policy that allows these alone."""

    css: Markup
    script: Markup
    csp: Markup


@dataclass(frozen=True, slots=True)
class Page:
    """What the template writes. A tuple of tables is empty or holds one. `notice` stands above everything else, or is
    empty."""

    title: str
    notice: tuple[str, ...]
    answer: str
    counted: str
    number: str
    as_of: str
    run: str
    tool_version: str
    sections: tuple[PageLink, ...]
    first: FirstScreen
    origin: tuple[Fact, ...]
    all_seen: str
    unseen_title: str
    unseen: tuple[str, ...]
    due: Table
    findings: tuple[PolicyFindings, ...]
    table: FindingsTable
    makers: tuple[MakersOfPlace, ...]
    map: TopologyMap
    missing: tuple[Table, ...]
    unscanned: tuple[Table, ...]
    silent: tuple[Table, ...]
    policies_chosen: str
    policies: tuple[PolicyView, ...]
    left_out: tuple[Table, ...]
    waivers: tuple[Table, ...]
    waivers_note: str
    method: tuple[Fact, ...]
    glossary: tuple[Fact, ...]
    signatures: tuple[str, ...]
    no_script: str
    not_advice: str
    made_by: str
    data: tuple[DataBlock, ...]
    assets: Assets


def page(document: Document, assets: Assets) -> Page:
    """The page of a document."""
    header, glance, flagged = document.header, overview(document), with_findings(document)
    groups, dates, waived = tuple(_assessed(finding_groups(flagged))), every_date(flagged), waivers(flagged)
    provenance = provenance_facts(document)
    said = main_sentence(glance, dates, header.as_of, header.binding)
    picture = topology_map(document)
    return Page(
        title=f"Hardware provenance, {format_long_date(header.as_of)}",
        notice=(glance.notice,) if glance.notice else (),
        answer=said,
        counted="" if said == glance.headline else glance.summary,
        number=report_number(document),
        as_of=format_long_date(header.as_of),
        run=describe_run(document),
        tool_version=header.tool_version,
        sections=_sections(),
        first=first_screen(document, glance, groups, dates, due(flagged)),
        origin=origin(header, provenance),
        all_seen=say_listed(totals(document).not_assessed),
        unseen_title="Not everything was seen" if glance.unseen else "What was seen",
        unseen=(*(glance.unseen or (ALL_ASSESSED,)), *glance.limits),
        due=due_table(dates, header.as_of),
        findings=policy_findings(document.header, groups),
        table=findings_table(flagged),
        makers=makers_by_place(glance),
        map=picture,
        missing=missing_table(document),
        unscanned=unscanned(document),
        silent=silent_ranges(document),
        policies_chosen=sentence(header.policies_chosen),
        policies=policy_views(document),
        left_out=left_out_policies(document),
        waivers=waived,
        waivers_note="" if waived else NO_WAIVER,
        method=method(header, provenance),
        glossary=tuple(Fact(word, meaning) for word, meaning in glossary(header.binding)),
        signatures=SIGNATURES,
        no_script=NO_SCRIPT,
        not_advice=NOT_LEGAL_ADVICE,
        made_by=f"Made by kitscan {header.tool_version} from the evidence of run {header.run}.",
        data=(*data_blocks(document), *picture.blocks),
        assets=assets,
    )


def with_findings(document: Document) -> Document:
    """The document without the devices of which no rule says anything but "clear": what asks for findings, dates or
    waivers need not sort and search the others."""
    devices = (
        judged
        for judged in document.devices
        if any(
            finding.verdict is not Verdict.CLEAR or finding.deadline or finding.starts or finding.waiver
            for finding in judged.findings
        )
    )
    return replace(document, devices=tuple(devices))


def _assessed(groups: tuple[FindingGroup, ...]) -> Iterator[FindingGroup]:
    """The groups of assessed devices. The others come last in the order of groups, so numbers stay what they are."""
    return (group for group in groups if group.cause.verdict is not Verdict.NOT_ASSESSED)


def _sections() -> tuple[PageLink, ...]:
    """The sections in the order of a reader's questions, by their anchors."""
    titles = {
        "due": "Deadlines",
        "findings": "Findings",
        "devices": "Devices",
        "makers": "Makers",
        "map": "Map",
        "missing": "Not seen",
        "policies": "Policies",
        "waivers": "Waivers",
        "method": "Method",
        "words": "Words",
        "sign": "Signatures",
    }
    return tuple(PageLink(section(anchor), title) for anchor, title in titles.items())
