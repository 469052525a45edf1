"""The picture of the network: devices by tier and the links between them, and the same in words.

Up to MAX_NODES devices are drawn whole. Of a larger network the picture shows the devices with findings and their
neighbours, the worst first, and says what it leaves out. The script draws it when a reader comes to it.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from reports.document.document import Document, ReportedDevice, ReportedNeighbour, place_of
from reports.document.force_wording import label_device, label_totals
from reports.document.overview import maker_of, name_of
from reports.document.sanitize import sanitize
from reports.document.wording import MARK, PLACE, TIER, describe_placement, format_count
from reports.formats.html.links import PageLink, filtered
from reports.formats.html.map_layout import lay_out
from reports.formats.html.parts import DataBlock, data_block, sentence
from reports.policy.verdict import Verdict, severity
from reports.policy.vocabulary import Tier

MAX_NODES = 2_000
"""Devices drawn at most: more than a screen can show apart."""

WITH_FINDINGS = (Verdict.RESTRICTED, Verdict.REVIEW, Verdict.CONDITIONAL)

SHOWN_RESTRICTED = 100
SHOWN_NEIGHBOURS = 12
"""Rows of the list, and neighbours named in each; the rest is counted there."""

MAX_TEXT = 120
"""Characters of one text of the picture."""

NOT_SCANNED = "not_scanned"
NOT_SCANNED_MARK = "?"
NOT_SCANNED_LABEL = "Reported by others, not scanned"
"""The sixth kind of node: a box of a watched company that only its neighbours report. It has no verdict."""

NO_ZONE = "No zone names a tier"
UNSCANNED_BAND = "Not scanned"


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A line of the legend."""

    state: str
    mark: str
    label: str
    count: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A restricted device and the devices next to it; `more` counts those that are not named."""

    device: PageLink
    state: str
    mark: str
    verdict: str
    stands: str
    neighbours: tuple[PageLink, ...]
    more: str


@dataclass(frozen=True, slots=True)
class TopologyMap:
    """What the template writes: sentences, and where there is something to draw the `legend`, and one `figure` with
    what a screen reader says of it. `rest` leads to the restricted devices that the list leaves out."""

    sentences: tuple[str, ...]
    figures: tuple[str, ...]
    legend: tuple[LegendLine, ...]
    beside: tuple[Beside, ...]
    rest: tuple[PageLink, ...]
    blocks: tuple[DataBlock, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The devices of the picture in the order of the document, unscanned neighbours, and links by places in both."""

    devices: tuple[ReportedDevice, ...]
    unscanned: tuple[ReportedNeighbour, ...]
    edges: tuple[tuple[int, int], ...]


def topology_map(document: Document) -> TopologyMap:
    """The picture of a document."""
    beside = _neighbours_by_id(document)
    drawn = _drawn(document, beside)
    restricted = [judged for judged in document.devices if judged.verdict is Verdict.RESTRICTED]
    rest = len(restricted) - SHOWN_RESTRICTED
    return TopologyMap(
        sentences=tuple(_sentences(document, drawn)),
        figures=(_described(drawn),) if drawn.edges else (),
        legend=tuple(_legend(document, drawn)),
        beside=tuple(_beside(document, restricted[:SHOWN_RESTRICTED], beside)),
        rest=(_rest(rest),) if rest > 0 else (),
        blocks=(data_block("map", picture(drawn, document.header.binding)),) if drawn.edges else (),
    )


def _neighbours_by_id(document: Document) -> Mapping[str, Sequence[str]]:
    """The ids of the neighbours of each device that has a finding, and of every device of a network drawn whole."""
    whole = len(document.devices) <= MAX_NODES
    wanted = {judged.device.id for judged in document.devices if whole or judged.verdict in WITH_FINDINGS}
    beside: dict[str, list[str]] = defaultdict(list)
    for link in document.links:
        if link.device in wanted:
            beside[link.device].append(link.other)
        if link.other in wanted:
            beside[link.other].append(link.device)
    return beside


def _drawn(document: Document, beside: Mapping[str, Sequence[str]]) -> _Drawn:
    chosen = _chosen(document, beside)
    devices = tuple(judged for judged in document.devices if judged.device.id in chosen)
    number = {judged.device.id: place for place, judged in enumerate(devices)}
    edges = [
        (number[link.device], number[link.other])
        for link in document.links
        if link.device in number and link.other in number
    ]
    seen = ((entry, [sighting.device for sighting in entry.sightings]) for entry in document.seen_only_as_neighbour)
    unscanned = [(entry, ids) for entry, ids in seen if not number.keys().isdisjoint(ids)][:MAX_NODES]
    for place, (_, ids) in enumerate(unscanned, len(devices)):
        edges += sorted({(number[known], place) for known in ids if known in number})
    return _Drawn(devices, tuple(entry for entry, _ in unscanned), tuple(edges))


def _chosen(document: Document, beside: Mapping[str, Sequence[str]]) -> Collection[str]:
    """The ids of the devices to draw: all, or those with findings, the worst first, and their neighbours. Where there
    are more than fit, half of the room is for the neighbours."""
    if len(document.devices) <= MAX_NODES:
        return {judged.device.id for judged in document.devices}
    found = sorted((judged for judged in document.devices if judged.verdict in WITH_FINDINGS), key=_worst_first)
    own = [judged.device.id for judged in found]
    first, rest = own[: MAX_NODES // 2], own[MAX_NODES // 2 :]
    near = (other for known in first for other in beside.get(known, ()))
    return set(islice(dict.fromkeys((*first, *near, *rest)), MAX_NODES))


def _sentences(document: Document, drawn: _Drawn) -> Iterator[str]:
    devices, links = len(document.devices), len(document.links)
    if not devices:
        yield "No device answered, so there is nothing to draw."
        return
    if not links and not drawn.edges:
        yield (
            f"None of the {format_count(devices, 'device')} reports a neighbour that answered too, so there is no "
            "picture. LLDP and CDP tables and routing sessions are read by SNMP and SSH; they need a credential."
        )
        return
    pairs = format_count(links, "pair")
    yield f"{format_count(devices, 'device')}; {pairs} of them are neighbours by LLDP, CDP, routing or a shared subnet."
    if devices > MAX_NODES:
        yield _left_out(document, drawn)
    joined = {place for edge in drawn.edges for place in edge}
    alone = sum(place not in joined for place in range(len(drawn.devices)))
    if drawn.edges and alone:
        yield f"{format_count(alone, 'device')} of the picture stand{'s' * (alone == 1)} without a known link."


def _left_out(document: Document, drawn: _Drawn) -> str:
    shown = sum(judged.verdict in WITH_FINDINGS for judged in drawn.devices)
    found = sum(judged.verdict in WITH_FINDINGS for judged in document.devices)
    near = len(drawn.devices) - shown
    not_whole = f"A network of more than {MAX_NODES:,} devices is not drawn whole"
    if not drawn.edges:
        none = "they report no neighbour that answered" if found else "no device has a finding"
        return f"{not_whole}: only devices with findings and their neighbours are, and {none}."
    return (
        f"{not_whole}: this picture shows {shown:,} of "
        f"{format_count(found, 'device')} with findings, and {near:,} of their neighbours. "
        f"{len(document.devices) - len(drawn.devices):,} devices are not in it; the device table has them all."
    )


def _described(drawn: _Drawn) -> str:
    counted = format_count(len(drawn.devices) + len(drawn.unscanned), "device")
    return f"Map of {counted} and {format_count(len(drawn.edges), 'link')}, by tier"


def _legend(document: Document, drawn: _Drawn) -> Iterator[LegendLine]:
    labels = label_totals(document)
    for verdict in Verdict:
        count = sum(judged.verdict is verdict for judged in drawn.devices)
        if count:
            yield LegendLine(verdict.value, MARK[verdict], labels[verdict], f"{count:,}")
    if drawn.unscanned:
        yield LegendLine(NOT_SCANNED, NOT_SCANNED_MARK, NOT_SCANNED_LABEL, f"{len(drawn.unscanned):,}")


def _beside(
    document: Document, restricted: Iterable[ReportedDevice], beside: Mapping[str, Sequence[str]]
) -> Iterator[Beside]:
    by_id = {judged.device.id: judged for judged in document.devices}
    binding = document.header.binding
    for judged in restricted:
        others = sorted((by_id[known] for known in beside.get(judged.device.id, ())), key=_worst_first)
        links = tuple(
            PageLink(
                filtered(device=other.device.id), f"{_short(name_of(other))} ({label_device(other, binding).lower()})"
            )
            for other in others[:SHOWN_NEIGHBOURS]
        )
        more = len(others) - len(links)
        yield Beside(
            PageLink(filtered(device=judged.device.id), _short(name_of(judged))),
            judged.verdict.value,
            MARK[judged.verdict],
            label_device(judged, binding),
            describe_placement(judged.placement) or PLACE[place_of(judged.placement)],
            links,
            f"and {more:,} more" if more else "" if others else "none known",
        )


def _rest(count: int) -> PageLink:
    return PageLink(
        filtered(verdict=Verdict.RESTRICTED.value), f"{format_count(count, 'more device')}, in the device table"
    )


def _worst_first(judged: ReportedDevice) -> tuple[int, str, str]:
    return severity(judged.verdict), name_of(judged), judged.device.id


def _short(text: str) -> str:
    return sanitize(text, MAX_TEXT)


def picture(drawn: _Drawn, binding: bool) -> bytes:
    """What `data-map` holds: columns of one value for each node, `edges` as pairs of places, and the bands.

    `x` counts half columns and `y` rows. `state` is a place in `states`. A node without an id is a box that was not
    scanned.
    """
    states = [*(verdict.value for verdict in Verdict), NOT_SCANNED]
    names = [*(_short(name_of(judged)) for judged in drawn.devices), *map(_unscanned_name, drawn.unscanned)]
    titles, bands = _bands(drawn, names)
    layout = lay_out(bands, drawn.edges)
    unscanned = [states.index(NOT_SCANNED)] * len(drawn.unscanned)
    held = {
        "id": [judged.device.id for judged in drawn.devices],
        "name": names,
        "text": [*(_text(judged, binding) for judged in drawn.devices), *map(_unscanned_text, drawn.unscanned)],
        "state": [*(states.index(judged.verdict.value) for judged in drawn.devices), *unscanned],
        "states": states,
        "x": layout.x,
        "y": layout.y,
        "edges": [place for edge in drawn.edges for place in edge],
        "bands": [list(band) for band in zip(titles, layout.tops, layout.bottoms, strict=True)],
        "columns": layout.columns,
        "rows": layout.rows,
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _bands(drawn: _Drawn, names: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """The title and the nodes of each band that has some: the tiers with the core first, then those without a tier."""
    by_tier: dict[Tier | None, list[int]] = defaultdict(list)
    for place, judged in enumerate(drawn.devices):
        by_tier[judged.placement.tier].append(place)
    for nodes in by_tier.values():
        nodes.sort(key=lambda place: (drawn.devices[place].placement.site or "", names[place], place))
    found = [(sentence(TIER[tier]), by_tier[tier]) for tier in Tier if by_tier.get(tier)]
    if by_tier.get(None):
        found.append((NO_ZONE, by_tier[None]))
    if drawn.unscanned:
        found.append((UNSCANNED_BAND, list(range(len(drawn.devices), len(names)))))
    return [title for title, _ in found], [nodes for _, nodes in found]


def _text(judged: ReportedDevice, binding: bool) -> str:
    model = judged.device.identity.model or ""
    place = PLACE[place_of(judged.placement)].lower()
    parts = (" ".join(filter(None, (maker_of(judged), model))), label_device(judged, binding).lower(), place)
    return _short(", ".join(parts))


def _unscanned_name(entry: ReportedNeighbour) -> str:
    return _short(entry.name or entry.mac or entry.address or "without a name")


def _unscanned_text(entry: ReportedNeighbour) -> str:
    maker = entry.made_by.name if entry.made_by else ", ".join(tie.entity for tie in entry.watched)
    return _short(f"{maker}, {NOT_SCANNED_LABEL.lower()}")
