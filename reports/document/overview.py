"""The document at a glance, for the formats that people read: three columns, what was not seen, what to do next."""

import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fingerprints.model.device import Component, Level, Watched, WatchLevel
from reports.document.document import Coverage, Document, Place, ReportedDevice, ReportedFinding, devices_by, place_of
from reports.document.wording import PLACE, UNKNOWN_MAKER, counted
from reports.policy.verdict import Verdict, severity


@dataclass(frozen=True, slots=True)
class MakerCount:
    """How many devices of one maker stand in one place, and how many of them are restricted there."""

    name: str
    devices: int
    restricted: int


@dataclass(frozen=True, slots=True)
class Column:
    """One of the three places side by side: devices by verdict and by maker, and the restricted ones themselves."""

    place: Place
    devices: int
    verdicts: tuple[tuple[Verdict, int], ...]
    makers: tuple[MakerCount, ...]
    restricted: tuple[ReportedDevice, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """`headline` is the one sentence, and `where` its places (or empty); `unseen` is what was not seen, a sentence
    each, empty when all was."""

    headline: str
    where: str
    unseen: tuple[str, ...]
    columns: tuple[Column, ...]
    next_steps: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The headline and its places as one sentence."""
        return f"{self.headline.removesuffix('.')}: {self.where}." if self.where else self.headline


def overview(document: Document) -> Overview:
    """The overview of a document; the three columns are always there, in the order of Place."""
    counts = devices_by(document)
    columns = tuple(_column(place, document, tuple(counts[place].items())) for place in Place)
    headline, where = _headline(columns, document.header.coverage)
    return Overview(headline, where, tuple(_unseen(document)), columns, tuple(_next_steps(document)))


def worst_first(document: Document) -> tuple[ReportedDevice, ...]:
    """Devices as a reader wants them: worst verdict first, core before the rest, then by deadline and name."""
    places = tuple(Place)

    def key(judged: ReportedDevice) -> tuple[int, int, date, str, str]:
        deadline = deadline_of(judged) or date.max
        place = places.index(place_of(judged.placement))
        return severity(judged.verdict), place, deadline, name_of(judged), judged.device.id

    return tuple(sorted(document.devices, key=key))


def name_of(judged: ReportedDevice) -> str:
    """What a person calls the device: its name, else its label, else its first address, else its id."""
    device = judged.device
    return next((name for name in (device.name, *device.labels, *device.addresses) if name), device.id)


def maker_of(judged: ReportedDevice) -> str:
    """Whose product it is, and who built it where that is somebody else."""
    identity = judged.device.identity
    sold_by = identity.vendor or identity.platform
    built_by = identity.made_by
    if sold_by and built_by and built_by.id != sold_by.id:
        return f"{sold_by.name}, built by {built_by.name}"
    party = sold_by or built_by
    return party.name if party else UNKNOWN_MAKER


def known_as(judged: ReportedDevice) -> tuple[str, ...]:
    """The maker, then how sure that is; only the first where nothing is known."""
    maker, level = maker_of(judged), judged.device.identity.level
    return (maker,) if maker == UNKNOWN_MAKER and level is Level.UNKNOWN else (maker, level.value)


def _called(part: Component, tie: Watched) -> str:
    return part.made_by.name if part.made_by and part.made_by.id == tie.entity else tie.entity


def other_ties(judged: ReportedDevice) -> tuple[str, ...]:
    """Watched companies seen in a device or its parts that it is not named after, each with its level."""
    device, identity = judged.device, judged.device.identity
    named = {party.id for party in (identity.made_by, identity.vendor, identity.platform) if party}
    ties = [
        *((f"tie to {tie.entity}", tie) for tie in device.watched),
        *((f"{part.kind} by {_called(part, tie)}", tie) for part in device.components for tie in part.watched),
    ]
    seen = (
        f"{words} {tie.level.value}"
        for words, tie in ties
        if tie.entity not in named and tie.level is not WatchLevel.CLEARED
    )
    return tuple(dict.fromkeys(seen))


def open_findings(judged: ReportedDevice) -> tuple[ReportedFinding, ...]:
    """The findings that no waiver covers, clear ones left out."""
    return tuple(f for f in judged.findings if f.waiver is None and f.verdict is not Verdict.CLEAR)


def deadline_of(judged: ReportedDevice) -> date | None:
    """The earliest deadline of the findings that decide the verdict."""
    deciding = (finding for finding in open_findings(judged) if finding.verdict is judged.verdict)
    return min((finding.deadline for finding in deciding if finding.deadline), default=None)


def _column(place: Place, document: Document, verdicts: tuple[tuple[Verdict, int], ...]) -> Column:
    here = [judged for judged in worst_first(document) if place_of(judged.placement) is place]
    restricted = tuple(judged for judged in here if judged.verdict is Verdict.RESTRICTED)
    named = Counter(maker_of(judged) for judged in here)
    forbidden = Counter(maker_of(judged) for judged in restricted)
    makers = [MakerCount(name, count, forbidden[name]) for name, count in named.items()]
    makers.sort(key=lambda maker: (-maker.restricted, -maker.devices, maker.name))
    return Column(place, len(here), verdicts, tuple(makers), restricted)


def _headline(columns: tuple[Column, ...], coverage: Coverage) -> tuple[str, str]:
    total = sum(column.devices for column in columns)
    restricted = sum(len(column.restricted) for column in columns)
    if not total:
        return "No device was assessed.", ""
    if not restricted and not coverage.enough:
        seen = f"{coverage.identified:,} of {coverage.in_scope:,} in scope identified"
        return f"Too little was seen to say that nothing is restricted: {seen}.", ""
    if not restricted:
        return f"None of {counted(total, 'device')} assessed was found to be restricted where it stands.", ""
    where = ", ".join(f"{len(column.restricted):,} {PLACE[column.place].lower()}" for column in columns)
    return f"{restricted:,} of {counted(total, 'device')} {'is' if restricted == 1 else 'are'} restricted.", where


def _unseen(document: Document) -> Iterator[str]:
    coverage = document.header.coverage
    if not coverage.enough:
        seen = f"{coverage.identified:,} of {coverage.in_scope:,} in scope"
        yield f"Identified were {seen}, less than the {coverage.wanted_percent:g} percent asked for (--min-coverage)."
    missing = max(len(document.not_assessed), coverage.not_assessed)
    if missing:
        yield f"{counted(missing, 'target')} named or showing life could not be assessed; the causes are listed."
    listed = {item.target for item in document.not_assessed}
    unknown = sum(
        judged.device.identity.level is Level.UNKNOWN and listed.isdisjoint(_targets(judged))
        for judged in document.devices
    )
    if unknown:
        yield f"{counted(unknown, 'device')} answered, but nothing said who made {'it' if unknown == 1 else 'them'}."
    silent = sum(part.silent for part in coverage.silent)
    if silent:
        yield f"{counted(silent, 'address', 'addresses')} gave no sign of life. Silent does not mean empty."
    partly = sum(bool(judged.device.gaps) for judged in document.devices)
    if partly:
        yield f"{counted(partly, 'device')} could be asked only in part; each says what is missing."
    yield from document.header.notes


def _targets(judged: ReportedDevice) -> tuple[str, ...]:
    return (*judged.device.addresses, *judged.device.labels, judged.device.id)


def _next_steps(document: Document) -> Iterator[str]:
    devices = worst_first(document)
    restricted = [judged for judged in devices if judged.verdict is Verdict.RESTRICTED]
    review = [judged for judged in devices if judged.verdict is Verdict.REVIEW]
    unplaced = sum(place_of(judged.placement) is Place.UNCLASSIFIED for judged in devices)
    if restricted:
        yield f"See why a device is restricted: kitscan explain {_shell_word(restricted[0])}"
    if review:
        devices_told = counted(len(review), "device")
        yield f"Decide what is under review ({devices_told}): kitscan explain {_shell_word(review[0])}"
    if document.not_assessed:
        first, targets_told = document.not_assessed[0], counted(len(document.not_assessed), "target")
        yield f"Assess what was left out ({targets_told}); {first.target}: {first.hint}"
    if unplaced:
        yield f"Place what is unclassified ({counted(unplaced, 'device')}) in zones.yaml: kitscan zones test shows why"


def _shell_word(judged: ReportedDevice) -> str:
    """The device as one word to paste into a shell: its address or label, since its own name might be anything."""
    device = judged.device
    return shlex.quote(next((word for word in (*device.addresses, *device.labels) if word), device.id))
