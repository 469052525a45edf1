"""The data behind the device table: one row for each device, worst first, then one for each target not assessed.

The block `data-rows` is JSON of columns. `words` holds one text for each row: its words, joined by a tab, which is what
a search looks through; WORDS names the first of them. A column of `one` holds a number for each row, the place of its
value in `lists` or -1; a column of `many` the place in `sets` of a list of such numbers.
"""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from fingerprints.model.device import Level
from reports.document.document import Document, NotAssessed, Place, ReportedDevice, place_of
from reports.document.due import due_days, next_first
from reports.document.due_wording import describe_day
from reports.document.force_wording import label_device, label_totals
from reports.document.groups import finding_groups
from reports.document.not_assessed import devices_not_assessed, targets_without_device
from reports.document.overview import maker_of, name_of, open_findings, other_ties, worst_first
from reports.document.wording import (
    MARK,
    OWN_ZONES_TITLE,
    PARTS,
    PLACE,
    TIER,
    describe_placement,
    describe_reason,
    format_count,
    next_step,
)
from reports.formats.html.drawer.drawer import device_drawers, target_drawer
from reports.formats.html.evidence import CHUNK, FIELDS, WITH_SHARED, evidence_blocks, json_of, show
from reports.formats.html.parts import DataBlock, data_block, sentence
from reports.policy.verdict import OWN_ZONES, Verdict
from reports.policy.vocabulary import Tier

WORDS = ("name", "address", "model", "serial", "version", "id")
"""The first words of a row, each of which may be empty. Behind them come all other addresses, the labels, and the
models and serial numbers of parts."""

OF_A_TARGET = ("verdict", "label", "cause", "step")
OF_A_DEVICE = (
    *("place", "tier", "stands", "zone", "site", "maker", "also", "level", "kind", "system"),
    *("date", "dates", "findings", "parts", "gaps"),
)
MANY = ("policy", "part", "due", "group")
"""The columns: of one value for targets and devices, of one value for devices alone, and of many values. All of them
are in the data, also of a report without a device."""


def data_blocks(document: Document) -> tuple[DataBlock, ...]:
    """The blocks `data-rows`, `data-evidence-0` to `-n` and `data-shared`."""
    with _collector_at_rest():
        devices, targets = worst_first(document), targets_without_device(document)
        words = [*map(_device_words, devices), *map(_target_words, targets)]
        rows = data_block("rows", json_of(_rows(document, devices, targets, words)))
        drawers = chain(device_drawers(document, devices), map(target_drawer, targets))
        return (rows, *evidence_blocks(drawers, words))


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Nothing here makes a cycle, and the garbage collector would walk through the whole document again and again: a
    third of the time at 10,000 devices."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _rows(
    document: Document,
    devices: Sequence[ReportedDevice],
    targets: Sequence[NotAssessed],
    words: Sequence[tuple[str, ...]],
) -> Mapping[str, object]:
    columns, causes, groups = _Columns(), devices_not_assessed(document), _groups_by_device(document)
    titles = {OWN_ZONES: OWN_ZONES_TITLE} | {policy.id: policy.title for policy in document.header.policies}
    _name_known_values(columns, document)
    for judged in devices:
        _add_device(columns, judged, document, titles, groups.get(judged.device.id, ()))
        _add_cause(columns, causes.get(judged.device.id))
    for missing in targets:
        _add_target(columns)
        _add_cause(columns, missing)
    return {
        "devices": len(devices),
        "named": WORDS,
        "words": ["\t".join(row) for row in words],
        "one": columns.one,
        "many": columns.many,
        "lists": {name: list(values.values()) for name, values in columns.lists.items()},
        "sets": {name: [list(places) for places in sets] for name, sets in columns.sets.items()},
        "chunk": CHUNK,
        "drawer": FIELDS,
        "with_shared": WITH_SHARED,
    }


@dataclass(slots=True)
class _Columns:
    """The columns as they grow, one value for each row in turn. A value of a list is its key and what is shown of it:
    the text, and further texts where the script needs some."""

    places: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    lists: defaultdict[str, dict[str, tuple[str, ...]]] = field(default_factory=lambda: defaultdict(dict))
    sets: defaultdict[str, dict[tuple[int, ...], int]] = field(default_factory=lambda: defaultdict(dict))
    one: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    many: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def name(self, column: str, key: str, *shown: str) -> int:
        """The place of a value, which is added behind the others if it is new."""
        places = self.places[column]
        place = places.get(key)
        if place is None:
            place = places[key] = len(places)
            self.lists[column][key] = tuple(map(show, (key, *(shown or (key,)))))
        return place

    def add(self, column: str, key: str | None, *shown: str) -> None:
        """The value of the next row in a column of one value for each row; none where the key is None or empty."""
        self.one[column].append(self.name(column, key, *shown) if key else -1)

    def add_all(self, column: str, values: Iterable[tuple[str, ...]]) -> None:
        """The values of the next row in a column of many."""
        places = tuple(dict.fromkeys(self.name(column, *value) for value in values))
        sets = self.sets[column]
        self.many[column].append(sets.setdefault(places, len(sets)))


def _name_known_values(columns: _Columns, document: Document) -> None:
    """Makes every column, and gives the values that have an order of their own their places in it."""
    for column in (*OF_A_TARGET, *OF_A_DEVICE):
        columns.one[column], columns.lists[column] = [], {}
    for column in MANY:
        columns.many[column], columns.lists[column], columns.sets[column] = [], {}, {}
    for verdict, label in label_totals(document).items():
        columns.name("verdict", verdict.value, label, MARK[verdict])
    for place in Place:
        columns.name("place", place.value, PLACE[place])
    for tier in Tier:
        columns.name("tier", tier.value, sentence(TIER[tier]))
    for level in Level:
        columns.name("level", level.value, sentence(level.value))
    for policy in document.header.policies:
        columns.name("policy", policy.id, policy.title)
    for kind, (singular, _) in PARTS.items():
        columns.name("part", kind.value, sentence(singular))


def _add_device(
    columns: _Columns,
    judged: ReportedDevice,
    document: Document,
    titles: Mapping[str, str],
    groups: Iterable[int],
) -> None:
    device, identity, placement = judged.device, judged.device.identity, judged.placement
    dates = next_first(judged, document.header.as_of)
    columns.add("verdict", judged.verdict.value)
    columns.add("label", label_device(judged, document.header.binding))
    columns.add("place", place_of(placement).value)
    columns.add("tier", placement.tier.value if placement.tier else None)
    columns.add("stands", describe_placement(placement))
    columns.add("zone", placement.zone)
    columns.add("site", placement.site)
    columns.add("maker", maker_of(judged))
    columns.add("also", ", ".join(other_ties(judged)))
    columns.add("level", identity.level.value)
    columns.add("kind", identity.kind)
    columns.add("system", identity.os)
    columns.add("date", describe_day(dates[0], document.header.as_of) if dates else None)
    columns.add("dates", format_count(len(dates) - 1, "more date") if len(dates) > 1 else None)
    found = open_findings(judged)
    columns.add("findings", f"{len(found)}" if found else None)
    columns.add("parts", f"{len(device.components)}" if device.components else None)
    columns.add("gaps", f"{len(device.gaps)}" if device.gaps else None)
    columns.add_all("policy", ((finding.policy, titles.get(finding.policy, finding.policy)) for finding in found))
    columns.add_all("part", ((part.kind,) for part in device.components))
    columns.add_all("due", ((due_day.day.isoformat(),) for due_day in due_days(judged)))
    columns.add_all("group", ((str(number),) for number in groups))


def _add_target(columns: _Columns) -> None:
    """A target that is no device: it has a verdict, and nothing else is known of it."""
    for column in OF_A_DEVICE:
        columns.add(column, None)
    for column in MANY:
        columns.add_all(column, ())
    columns.add("verdict", Verdict.NOT_ASSESSED.value)
    columns.add("label", columns.lists["verdict"][Verdict.NOT_ASSESSED.value][1])


def _add_cause(columns: _Columns, missing: NotAssessed | None) -> None:
    cause = (missing.reason.value, sentence(describe_reason(missing.reason))) if missing else (None,)
    columns.add("cause", *cause)
    columns.add("step", sentence(next_step(missing)) if missing else None)


def _groups_by_device(document: Document) -> Mapping[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for number, group in enumerate(finding_groups(document)):
        for judged in group.devices:
            groups.setdefault(judged.device.id, []).append(number)
    return groups


def _device_words(judged: ReportedDevice) -> tuple[str, ...]:
    device, identity = judged.device, judged.device.identity
    name = name_of(judged)
    others = tuple(address for address in device.addresses if address != name)
    first = (name, others[0] if others else "", identity.model, identity.serial, identity.version, device.id)
    return _words(first, chain(others[1:], device.labels, _part_words(judged)))


def _part_words(judged: ReportedDevice) -> Iterator[str | None]:
    for part in judged.device.components:
        yield part.model
        yield part.serial


def _target_words(missing: NotAssessed) -> tuple[str, ...]:
    return _words((missing.target, missing.answered_from, "", "", "", f"target {missing.target}"), ())


def _words(first: Iterable[str | None], others: Iterable[str | None]) -> tuple[str, ...]:
    """The first words in their order, and each other word once."""
    named = tuple(show(word or "") for word in first)
    return (*named, *dict.fromkeys(show(word) for word in others if word and word not in named))
