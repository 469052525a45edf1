"""The whole HTML report as plain values, in the order in which it is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from reports.document.document import AppliedPolicy, Document, Place, ReportedNeighbour, findings_by
from reports.document.overview import (
    Column,
    Overview,
    deadline_of,
    maker_of,
    name_of,
    other_ties,
    overview,
    worst_first,
)
from reports.document.wording import (
    CERTAINTY,
    MARK,
    NOT_LEGAL_ADVICE,
    OWN_ZONES_TITLE,
    PLACE,
    PLACE_MEANING,
    SEEN_ONLY,
    SEEN_ONLY_MEANS,
    VERDICT,
    cause,
    counted,
    due,
    glossary,
    long_date,
)
from reports.formats.html.device import DeviceView, device_view
from reports.formats.html.parts import Fact, Table, cells, facts, left_out, sentence
from reports.policy.verdict import OWN_ZONES, Verdict

SHOWN_RESTRICTED = 12
SHOWN_MAKERS = 10
SHOWN_SEEN_ONLY = 200
"""Rows of one column; the rest is counted there and listed further down."""

MANY = 200
"""Above this many devices the browser lays out only those in view."""


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a column's bar, in percent of its width."""

    state: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many devices stand at one verdict; `amount` is `some` or `none`."""

    state: str
    mark: str
    label: str
    count: str
    amount: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A restricted device, with a link to its evidence."""

    anchor: str
    name: str
    told: str


@dataclass(frozen=True, slots=True)
class FlaggedGroup:
    """The restricted devices of a column."""

    title: str
    items: tuple[Flagged, ...]
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """Core, non-core or unclassified; `restricted` and `makers` are empty or hold one."""

    key: str
    title: str
    total: str
    meaning: str
    bar: tuple[Part, ...]
    counts: tuple[Count, ...]
    restricted: tuple[FlaggedGroup, ...]
    makers: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy as an auditor cites it."""

    id: str
    title: str
    jurisdiction: str
    force: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the template writes; `missing`, `seen_only` and `silent` are empty or hold one table."""

    title: str
    headline: str
    where: str
    lede: str
    tool_version: str
    facts: tuple[Fact, ...]
    sections: tuple[Fact, ...]
    completeness: str
    unseen_title: str
    unseen: tuple[str, ...]
    columns: tuple[ColumnView, ...]
    missing: tuple[Table, ...]
    seen_only: tuple[Table, ...]
    verdicts: tuple[Fact, ...]
    places: tuple[Fact, ...]
    devices: tuple[DeviceView, ...]
    amount: str
    silent: tuple[Table, ...]
    policies_chosen: str
    policies: tuple[PolicyView, ...]
    glossary: tuple[Fact, ...]
    not_advice: str
    made_by: str
    css: str
    script: str
    csp: str


def page(document: Document, css: str, script: str, csp: str) -> Page:
    """`css`, `script` and `csp` are ours and go in as they are."""
    header, seen, devices = document.header, overview(document), worst_first(document)
    anchors = {judged.device.id: f"device-{number}" for number, judged in enumerate(devices, 1)}
    titles = {OWN_ZONES: OWN_ZONES_TITLE} | {policy.id: policy.title for policy in header.policies}
    missing, seen_only, silent = (tuple(part(document)) for part in (_missing, _seen_only, _silent))
    day = long_date(header.as_of)
    return Page(
        title=f"Hardware provenance, {day}",
        headline=seen.headline,
        where=seen.where,
        lede=_lede(document),
        tool_version=header.tool_version,
        facts=_facts(document),
        sections=_sections(bool(missing), bool(seen_only), bool(silent)),
        completeness="partial" if seen.unseen else "complete",
        unseen_title="Not everything was seen" if seen.unseen else "Everything in scope was seen",
        unseen=seen.unseen or ("Nothing that was named or showed life went unassessed.",),
        columns=_columns(seen, anchors, header.as_of),
        missing=missing,
        seen_only=seen_only,
        verdicts=tuple(Fact(verdict.value, VERDICT[verdict]) for verdict in Verdict),
        places=tuple(Fact(place.value, PLACE[place]) for place in Place),
        devices=tuple(device_view(judged, anchors[judged.device.id], header.as_of, titles) for judged in devices),
        amount="many" if len(devices) > MANY else "few",
        silent=silent,
        policies_chosen=header.policies_chosen,
        policies=_policies(document),
        glossary=tuple(Fact(word, meaning) for word, meaning in glossary()),
        not_advice=NOT_LEGAL_ADVICE,
        made_by=f"Made by kitscan {header.tool_version} from the evidence of run {header.run}.",
        css=css,
        script=script,
        csp=csp,
    )


def _lede(document: Document) -> str:
    day, policies = long_date(document.header.as_of), counted(len(document.header.policies), "policy", "policies")
    return (
        "This report says who really made each device on the network, on what evidence, and which devices the "
        f"policies below restrict where they stand. It judges by {policies} as they stood on {day}."
    )


def _facts(document: Document) -> tuple[Fact, ...]:
    header, coverage = document.header, document.header.coverage
    return facts(
        ("As of", long_date(header.as_of)),
        ("In scope", f"{coverage.in_scope:,}"),
        ("Answered", f"{coverage.answered:,}"),
        ("Identified", f"{coverage.identified:,}"),
        ("Not assessed", f"{max(coverage.not_assessed, len(document.not_assessed)):,}"),
        ("Policies", ", ".join(policy.id for policy in header.policies) or "none"),
        ("Run", header.run),
        ("Fingerprint data", header.data_version),
    )


def _sections(missing: bool, seen_only: bool, silent: bool) -> tuple[Fact, ...]:
    return facts(
        ("overview", "Overview"),
        ("missing", "Not assessed" if missing else None),
        ("seen-only", SEEN_ONLY if seen_only else None),
        ("devices", "Every device"),
        ("silent", "Silent ranges" if silent else None),
        ("policies", "Policies"),
        ("words", "What the words mean"),
    )


def _columns(seen: Overview, anchors: Mapping[str, str], as_of: date) -> tuple[ColumnView, ...]:
    return tuple(
        ColumnView(
            key=column.place.value,
            title=PLACE[column.place],
            total=counted(column.devices, "device"),
            meaning=PLACE_MEANING[column.place],
            bar=tuple(_bar(column)),
            counts=tuple(
                Count(verdict.value, MARK[verdict], VERDICT[verdict], f"{count:,}", "some" if count else "none")
                for verdict, count in column.verdicts
            ),
            restricted=tuple(_restricted(column, anchors, as_of)),
            makers=tuple(_makers(column)),
        )
        for column in seen.columns
    )


def _bar(column: Column) -> Iterator[Part]:
    start = 0.0
    for verdict, count in column.verdicts:
        if count:
            width = 100 * count / column.devices
            yield Part(verdict.value, f"{start:.2f}", f"{max(width - 0.6, 0.2):.2f}")
            start += width


def _restricted(column: Column, anchors: Mapping[str, str], as_of: date) -> Iterator[FlaggedGroup]:
    items = []
    for judged in column.restricted[:SHOWN_RESTRICTED]:
        told = " ".join(part for part in (maker_of(judged), judged.device.identity.model) if part)
        deadline = deadline_of(judged)
        until = (f"deadline {due(deadline, as_of)}",) if deadline else ()
        items.append(
            Flagged(anchors[judged.device.id], name_of(judged), ", ".join((told, *other_ties(judged), *until)))
        )
    if items:
        more = left_out(len(column.restricted), SHOWN_RESTRICTED, "device", "in the list of every device")
        yield FlaggedGroup("Restricted here", tuple(items), more)


def _makers(column: Column) -> Iterator[Table]:
    rows = tuple(
        cells(maker.name, f"{maker.devices:,}", f"{maker.restricted:,}", shapes=("", "number", "number"))
        for maker in column.makers[:SHOWN_MAKERS]
    )
    more = left_out(len(column.makers), SHOWN_MAKERS, "maker", "in the list of every device")
    if rows:
        yield Table("Makers here", ("Maker", "Devices", "Restricted"), rows, shape="counted", more=more)


def _missing(document: Document) -> Iterator[Table]:
    rows = tuple(
        cells(item.target, sentence(cause(item.reason)), sentence(item.hint), shapes=("key",))
        for item in document.not_assessed
    )
    if rows:
        note = "These were named, or showed a sign of life, and nothing could be learned of them. They are not clear."
        yield Table("Not assessed", ("Target", "Why", "What to do"), rows, note)


def _seen_only(document: Document) -> Iterator[Table]:
    rows = tuple(
        cells(one.name or one.mac or one.address, _tied_to(one), one.text, shapes=("key",))
        for one in document.seen_only_as_neighbour[:SHOWN_SEEN_ONLY]
    )
    more = left_out(len(document.seen_only_as_neighbour), SHOWN_SEEN_ONLY, "device", "in the JSON document")
    if rows:
        yield Table(SEEN_ONLY, ("Known as", "May be by", "Where"), rows, SEEN_ONLY_MEANS, more=more)


def _tied_to(seen: ReportedNeighbour) -> str:
    return ", ".join(tie.entity for tie in seen.watched)


def _silent(document: Document) -> Iterator[Table]:
    rows = tuple(
        cells(part.prefix, f"{part.addresses:,}", f"{part.silent:,}", shapes=("key", "number", "number"))
        for part in document.header.coverage.silent
    )
    if rows:
        note = "Nothing came back from these addresses. They may be unused, switched off, or shielded from us."
        yield Table("Silent ranges", ("Range", "Addresses", "Silent"), rows, note, shape="counted")


def _policies(document: Document) -> tuple[PolicyView, ...]:
    by_policy = findings_by(document).by_policy
    return tuple(
        PolicyView(
            id=policy.id,
            title=policy.title,
            jurisdiction=policy.jurisdiction,
            force="Binding on those it names" if policy.binding else "Not binding in law",
            facts=facts(
                ("Instrument", policy.instrument),
                ("Found here", _found(by_policy[policy.id])),
                ("Certainty", _certainty(policy)),
                *(("Note", note) for note in policy.notes),
            ),
        )
        for policy in document.header.policies
    )


def _certainty(policy: AppliedPolicy) -> str:
    told = CERTAINTY.get(policy.certainty, policy.certainty)
    return f"{told} From memory: {', '.join(policy.recalled_rules)}." if policy.recalled_rules else told


def _found(by_verdict: Mapping[Verdict, int]) -> str:
    told = [
        f"{count:,} {VERDICT[verdict].lower()}"
        for verdict, count in by_verdict.items()
        if count and verdict is not Verdict.CLEAR
    ]
    return ", ".join(told) or "nothing"
