"""The document at a glance, for the formats that people read: three columns, what was not seen, the next steps."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from fingerprints.model.device import (
    Component,
    Identity,
    Level,
    Party,
    Watched,
    WatchLevel,
)
from reports.document.document import Document, Place, ReportedDevice, ReportedFinding, devices_by, place_of
from reports.document.force_wording import (
    has_law,
    is_restricted_by_own_list,
    label_totals,
    notice_of,
    say_breaks,
    say_restricted,
)
from reports.document.totals import totals, unlisted
from reports.document.wording import PLACE, UNKNOWN_MAKER, format_count, next_step
from reports.judgement.evaluate import MAX_POSITION
from reports.judgement.incomplete import seen_parts
from reports.policy.verdict import Verdict, severity


@dataclass(frozen=True, slots=True)
class MakerCount:
    """The number of devices of one maker in one place, and how many of them are restricted there. `for_part` counts
    those of the restricted that are so for a part of theirs alone, which another company may have made."""

    name: str
    devices: int
    restricted: int
    for_part: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One of the three places: its devices by verdict and by maker, and the restricted devices themselves.

    `devices` counts all that stand there. `assessed` counts those with a verdict; only these may be a denominator.
    """

    place: Place
    devices: int
    verdicts: tuple[tuple[Verdict, int], ...]
    makers: tuple[MakerCount, ...]
    restricted: tuple[ReportedDevice, ...]

    @property
    def assessed(self) -> int:
        """The devices that have a verdict other than not assessed."""
        return self.devices - dict(self.verdicts)[Verdict.NOT_ASSESSED]


@dataclass(frozen=True, slots=True)
class Overview:
    """The report in a few sentences.

    `notice` stands before everything else: it says that nobody chose the policies, or is empty. `statement` is the main
    sentence without its full stop: how many of the assessed devices break a rule. `where` counts them by place, or is
    empty. `missing` counts what was not assessed, which is in no other count; it is empty if nothing is missing.
    `unseen` has one sentence for each thing
    that the run did not see, and is empty if it saw everything. `limits` says what was not seen inside the devices that
    are clear. `labels` name the verdicts where they are counted.
    """

    notice: str
    statement: str
    where: str
    missing: str
    unseen: tuple[str, ...]
    limits: tuple[str, ...]
    columns: tuple[Column, ...]
    next_steps: tuple[str, ...]
    labels: Mapping[Verdict, str]

    @property
    def headline(self) -> str:
        """The main sentence alone, and what was not assessed."""
        return f"{'; '.join(filter(None, (self.statement, self.missing)))}."

    @property
    def summary(self) -> str:
        """The main sentence with its places, and what was not assessed."""
        places = f"{self.statement} ({self.where})" if self.where else self.statement
        return f"{'; '.join(filter(None, (places, self.missing)))}."


def overview(document: Document) -> Overview:
    """The overview of a document, always with three columns in the order of Place."""
    counts = devices_by(document)
    ordered = worst_first(document)
    columns = tuple(
        _column(
            place, [judged for judged in ordered if place_of(judged.placement) is place], tuple(counts[place].items())
        )
        for place in Place
    )
    header = document.header
    counted = totals(document)
    statement, where = _statement(columns, document, counted.assessed)
    missing = f"{counted.not_assessed:,} not assessed" if counted.not_assessed else ""
    unseen, limits, steps = (tuple(part(document)) for part in (_unseen, _limits, _next_steps))
    notice = notice_of(header)
    return Overview(notice, statement, where, missing, unseen, limits, columns, steps, label_totals(document))


def worst_first(document: Document) -> tuple[ReportedDevice, ...]:
    """All devices, worst verdict first, the core before the rest, then by deadline and name."""
    places = tuple(Place)

    def key(judged: ReportedDevice) -> tuple[int, int, date, str, str]:
        deadline = deadline_of(judged) or date.max
        place = places.index(place_of(judged.placement))
        return severity(judged.verdict), place, deadline, name_of(judged), judged.device.id

    return tuple(sorted(document.devices, key=key))


def name_of(judged: ReportedDevice) -> str:
    """What a person calls the device: its name, label, first address or id, whichever it has first."""
    device = judged.device
    return next((name for name in (device.name, *device.labels, *device.addresses) if name), device.id)


def maker_of(judged: ReportedDevice) -> str:
    """The company that sells the device, and the company that built it if that is another."""
    identity = judged.device.identity
    sold_by = identity.vendor or identity.platform
    built_by = identity.made_by
    name = brand_of(identity) or party_name(sold_by)
    if sold_by and built_by and built_by.id != sold_by.id:
        return f"{name}, built by {built_by.name}"
    return name or party_name(built_by) or UNKNOWN_MAKER


def brand_of(identity: Identity) -> str:
    """The vendor, or its successor with the name that was given up: `Acme, formerly Quartz`; empty if there is none."""
    if identity.formerly is None:
        return party_name(identity.vendor)
    return f"{party_name(identity.owner or identity.vendor)}, formerly {identity.formerly.name}"


def maker_and_level(judged: ReportedDevice) -> tuple[str, ...]:
    """The maker and the level of the identity; only "Maker unknown" if nothing is known."""
    maker, level = maker_of(judged), judged.device.identity.level
    return (maker,) if maker == UNKNOWN_MAKER and level is Level.UNKNOWN else (maker, level.value)


def party_name(party: Party | None) -> str:
    """The company's name, or nothing."""
    return party.name if party else ""


def tie_label(tie: Watched) -> str:
    """A watched company with its level: `huawei confirmed`."""
    return f"{tie.entity} {tie.level.value}"


def finding_label(finding: ReportedFinding) -> str:
    """What a finding is cited by: `policy/rule`, and the component it concerns."""
    component = f" ({finding.component})" if finding.component else ""
    return f"{finding.policy}/{finding.rule}{component}"


def _company_in(part: Component, tie: Watched) -> str:
    return part.made_by.name if part.made_by and part.made_by.id == tie.entity else tie.entity


def other_ties(judged: ReportedDevice) -> tuple[str, ...]:
    """Watched companies seen in a device or its parts, each with its level, except those its identity already names."""
    device, identity = judged.device, judged.device.identity
    named = {party.id for party in (identity.made_by, identity.vendor, identity.platform) if party}
    ties = [
        *((f"linked to {tie.entity}", tie) for tie in device.watched),
        *((f"{part.kind} by {_company_in(part, tie)}", tie) for part in device.components for tie in part.watched),
    ]
    others = (
        f"{description} ({tie.level.value})"
        for description, tie in ties
        if tie.entity not in named and tie.level is not WatchLevel.CLEARED
    )
    return tuple(dict.fromkeys(others))


def open_findings(judged: ReportedDevice) -> tuple[ReportedFinding, ...]:
    """The findings that no waiver covers, without the clear ones."""
    return tuple(
        finding for finding in judged.findings if finding.waiver is None and finding.verdict is not Verdict.CLEAR
    )


def waived_findings(judged: ReportedDevice) -> tuple[ReportedFinding, ...]:
    """The findings that a waiver covers, without the clear ones."""
    return tuple(finding for finding in judged.findings if finding.waiver and finding.verdict is not Verdict.CLEAR)


def names_part(finding: ReportedFinding, part: Component) -> bool:
    """True if a finding is about this part. Judgement names a part by its position, cut at MAX_POSITION."""
    return finding.component == part.position[:MAX_POSITION]


def is_eve(finding: ReportedFinding) -> bool:
    """True if the last day of a finding is only the eve of the day on which its rule starts: the start says it."""
    return finding.starts is not None and finding.deadline is not None and finding.deadline < finding.starts


def deadline_of(judged: ReportedDevice) -> date | None:
    """The earliest deadline of the findings that decide the verdict."""
    deciding = (finding for finding in open_findings(judged) if finding.verdict is judged.verdict)
    return min((finding.deadline for finding in deciding if finding.deadline), default=None)


def is_restricted_for_part(judged: ReportedDevice) -> bool:
    """True if all findings that restrict a device are on parts of it, so that its own maker is not the reason."""
    deciding = [finding for finding in open_findings(judged) if finding.verdict is Verdict.RESTRICTED]
    return bool(deciding) and all(finding.component for finding in deciding)


def _column(place: Place, here: list[ReportedDevice], verdicts: tuple[tuple[Verdict, int], ...]) -> Column:
    restricted = tuple(judged for judged in here if judged.verdict is Verdict.RESTRICTED)
    named = Counter(maker_of(judged) for judged in here)
    forbidden = Counter(maker_of(judged) for judged in restricted)
    for_part = Counter(maker_of(judged) for judged in restricted if is_restricted_for_part(judged))
    makers = [MakerCount(name, count, forbidden[name], for_part[name]) for name, count in named.items()]
    makers.sort(key=lambda maker: (-maker.restricted, -maker.devices, maker.name))
    return Column(place, len(here), verdicts, tuple(makers), restricted)


def _statement(columns: tuple[Column, ...], document: Document, assessed: int) -> tuple[str, str]:
    coverage, binding = document.header.coverage, document.header.binding
    restricted = sum(len(column.restricted) for column in columns)
    if document.devices and not restricted and not has_law(document.header):
        devices = format_count(len(document.devices), "device")
        return f"No policy judges this report, so nothing says what may stand where ({devices} seen)", ""
    shown = " shown" if document.header.filtered else ""
    if not assessed:
        return f"No device{shown} was assessed", ""
    if not restricted and not coverage.enough:
        identified = f"{coverage.identified:,} of {coverage.in_scope:,} targets identified"
        return f"Coverage is too low to say that nothing {say_breaks(1, binding)}: {identified}", ""
    devices = f"{assessed:,} assessed devices{shown}"
    if not restricted:
        breaks = "was found to break a rule" if binding else say_breaks(1, binding)
        return f"None of {devices} {breaks}", ""
    where = ", ".join(f"{len(column.restricted):,} {PLACE[column.place].lower()}" for column in columns)
    by_own_list = sum(is_restricted_by_own_list(judged.findings) for judged in document.devices)
    if by_own_list and not binding:
        where += f"; {by_own_list:,} of them by your own list of support ends, which holds"
    return f"{restricted:,} of {devices} {say_breaks(restricted, binding)}", where


def _unseen(document: Document) -> Iterator[str]:
    coverage = document.header.coverage
    if not coverage.enough:
        identified = f"{coverage.identified:,} of {coverage.in_scope:,} targets identified"
        yield f"{identified}; --min-coverage asks for {coverage.wanted_percent:g} %."
    missing = max(len(document.not_assessed), coverage.not_assessed)
    if missing:
        yield f"{format_count(missing, 'target')} could not be assessed; each is listed with its cause."
    yield from _unseen_devices(tuple(unlisted(document)))
    silent = sum(part.silent for part in coverage.silent)
    if silent:
        yield f"{format_count(silent, 'address', 'addresses')} did not answer. Silent does not mean unused."
    partly = sum(bool(judged.device.gaps) for judged in document.devices)
    if partly:
        yield f"{format_count(partly, 'device')} could be scanned only in part; each lists what is missing."
    if not (document.devices or missing or silent):
        yield "Nothing was in scope that answered, so nothing was seen."
    yield from document.header.notes


def _unseen_devices(devices: tuple[ReportedDevice, ...]) -> Iterator[str]:
    """The devices without a verdict that the list of targets does not name."""
    unknown = sum(judged.device.identity.level is Level.UNKNOWN for judged in devices)
    if unknown:
        makers = "its maker" if unknown == 1 else "their makers"
        yield f"{format_count(unknown, 'device')} answered, but nothing names {makers}."
    doubtful = len(devices) - unknown
    if doubtful:
        it = "it" if doubtful == 1 else "them"
        yield f"{format_count(doubtful, 'device')} answered, but what is known of {it} gives no verdict."


def _limits(document: Document) -> Iterator[str]:
    """What "clear" does not say: what a waiver takes out of the counts, parts of clear devices without a known maker,
    and devices that told of no part."""
    yield from _waived(document)
    clear = [seen_parts(judged.device) for judged in document.devices if judged.verdict is Verdict.CLEAR]
    unknown = sum(seen.unknown_maker for seen in clear)
    if unknown:
        yield f"{format_count(unknown, 'part')} of clear devices name no maker that is known."
    bare = sum(not seen.count for seen in clear)
    if bare:
        yield f"{format_count(bare, 'clear device')} told of no part: optics, cards and modems in it were not seen."


def _waived(document: Document) -> Iterator[str]:
    found = [(judged, len(waived)) for judged in document.devices if (waived := waived_findings(judged))]
    if not found:
        return
    total, by_waiver = sum(count for _, count in found), sum(judged.verdict is Verdict.CLEAR for judged, _ in found)
    counted = f"{format_count(total, 'finding')} on {format_count(len(found), 'device')}"
    clear = f", and {format_count(by_waiver, 'device')} of these {_is(by_waiver)} clear by waiver alone"
    counts = "counts" if total == 1 else "count"
    yield f"{counted} {_is(total)} waived and {counts} in no verdict{clear if by_waiver else ''}."


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _next_steps(document: Document) -> Iterator[str]:
    ordered = worst_first(document)
    restricted = [judged for judged in ordered if judged.verdict is Verdict.RESTRICTED]
    review = [judged for judged in ordered if judged.verdict is Verdict.REVIEW]
    if restricted:
        is_restricted = say_restricted(1, document.header.binding or is_restricted_by_own_list(restricted[0].findings))
        yield f"See why a device {is_restricted}: kitscan explain {shell_word(restricted[0])}"
    if review:
        devices = format_count(len(review), "device")
        yield f"Decide what is under review ({devices}): kitscan explain {shell_word(review[0])}"
    yield from completing_steps(document)


def completing_steps(document: Document) -> Iterator[str]:
    """The next steps that make the report more complete: what to assess, and what to place."""
    unplaced = sum(place_of(judged.placement) is Place.UNCLASSIFIED for judged in document.devices)
    if document.not_assessed:
        first, targets = document.not_assessed[0], format_count(len(document.not_assessed), "target")
        yield f"Assess what is missing ({targets}). First, {first.target}: {next_step(first)}"
    if unplaced:
        devices = format_count(unplaced, "device")
        yield f"Add what is unclassified ({devices}) to zones.yaml; kitscan zones test shows why"


def shell_word(judged: ReportedDevice) -> str:
    """The device as one shell word to paste: its address or label, because its own name might hold anything."""
    device = judged.device
    return shlex.quote(next((word for word in (*device.addresses, *device.labels) if word), device.id))
