"""The history of a device: when it was first and last seen, and each change with its day, from the texts that were kept
of it in the runs of a store."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from reports.changes.compare import compare
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import Event, EventKind
from reports.changes.state.run_state import AskedWords, KnownDevice, RunState
from reports.changes.state.state_json import device_of_json, of_json


@dataclass(frozen=True, slots=True)
class LifeSpan:
    """A device from its first run to its last: how it was last, every name, address, label and serial number that it
    ever had, and the numbers of the first and the last run that saw it."""

    device: DeviceState
    words: frozenset[str]
    first: int
    last: int
    absent: KnownDevice | None
    """What was told of it since it was last seen; None while it is there."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What happened to a device in one run."""

    run: int
    day: date
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class DeviceHistory:
    """A device, what happened to it, and the devices that stood where it stands before and after it, if any. `binding`
    is False where nobody chose the policies that judged it last."""

    span: LifeSpan
    entries: tuple[HistoryEntry, ...]
    before: DeviceState | None
    after: DeviceState | None
    binding: bool


def life_spans(texts: Iterable[tuple[str, int, int, str]]) -> tuple[LifeSpan, ...]:
    """Every device of a store, by lasting id. `texts` are each device's own texts, with the first and the last run that
    said each. Raises KitscanError for a text that is no state."""
    spans: dict[str, list[tuple[int, int, DeviceState | None, KnownDevice | None]]] = {}
    for lasting, first, last, text in texts:
        spans.setdefault(lasting, []).append((first, last, *device_of_json(text)))
    return tuple(
        span for lasting in sorted(spans) if (span := _life_span(sorted(spans[lasting], key=lambda row: row[:2])))
    )


def _life_span(rows: list[tuple[int, int, DeviceState | None, KnownDevice | None]]) -> LifeSpan | None:
    seen = [(first, last, device) for first, last, device, _ in rows if device is not None]
    if not seen:
        return None
    _, latest, device = max(seen, key=lambda row: row[1])
    _, end, now, known = max(rows, key=lambda row: row[1])
    return LifeSpan(
        device=device,
        words=frozenset(word for _, _, each in seen for word in words_of(each)),
        first=min(first for first, _, _ in seen),
        last=latest,
        absent=known if now is None and end >= latest else None,
    )


def words_of(device: DeviceState) -> Iterator[str]:
    """What a device may be asked for by, without case: ids, name, labels, addresses, serial number."""
    for word in (device.lasting_id, device.id, device.name, *device.labels, *device.addresses, device.serial):
        if word:
            yield word.casefold()


def is_by_maker(device: DeviceState, wanted: str) -> bool:
    """Whether a company of this id or name is behind the device or a part of it."""
    name = wanted.casefold()
    makers = (device.maker, *(part.maker for part in device.parts))
    return name in device.companies or any(name in maker.casefold() for maker in makers)


def entries_of(texts: Iterable[tuple[str, str]]) -> tuple[HistoryEntry, ...]:
    """Each run in which something happened to a device, oldest first. `texts` are the head of each run that said
    something of it, and what it said. A run is compared with the one before it of the same scope."""
    latest: dict[AskedWords, RunState] = {}
    entries = []
    for head, text in texts:
        after = of_json(head, [text])
        before = latest.get(after.scope)
        events = _first(after) if before is None else compare(before, after).events
        if events and not (before is None and latest):
            entries.append(HistoryEntry(after.run, after.started.date(), events))
        latest[after.scope] = after
    return tuple(entries)


def _first(after: RunState) -> tuple[Event, ...]:
    return tuple(Event(EventKind.NEW, device) for device in after.devices)


def replaced_by(spans: Iterable[LifeSpan]) -> Mapping[str, LifeSpan]:
    """The device that stood where another one stands now, by the lasting id of the latter."""
    return {span.absent.successor: span for span in spans if span.absent is not None and span.absent.successor}
