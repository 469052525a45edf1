"""What happened to the parts of a device: added, removed, swapped in a slot, or moved to another one."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from reports.changes.causes import Judgements
from reports.changes.state.device_state import DeviceState, PartState
from reports.changes.state.event import Event, EventKind


def part_events(
    base: DeviceState, now: DeviceState, may_hide: bool, may_reveal: bool, judgements: Judgements
) -> Iterator[Event]:
    """The events of a device's parts. With `may_hide` a part that is missing may only not have been read, with
    `may_reveal` one that is new may have been there before: neither is told then."""
    causes = judgements.of_identity(base, now)
    removed, added = [], []
    for before, after in _by_slot(base, now):
        for old, new in zip(before, after, strict=False):
            if _is_swapped(old, new):
                yield Event(EventKind.PART_SWAPPED, now, _text(old), _text(new), _slot(new), causes)
            elif old.maker != new.maker and new.maker:
                yield Event(EventKind.IDENTITY, now, _text(old), _text(new), _slot(new), causes)
        removed += before[len(after) :]
        added += after[len(before) :]
    for old, new in _pairs_by_serial(removed, added):
        yield Event(EventKind.PART_MOVED, now, _slot(old), _slot(new), _slot(new), causes)
    _drop_alike(removed, added)
    if not may_hide:
        yield from (Event(EventKind.PART_REMOVED, now, _text(part), "", _slot(part), causes) for part in removed)
    if not may_reveal:
        yield from (Event(EventKind.PART_ADDED, now, "", _text(part), _slot(part), causes) for part in added)


def _by_slot(base: DeviceState, now: DeviceState) -> Iterator[tuple[list[PartState], list[PartState]]]:
    """The parts of each slot that differ, before and now; equal ones are left out."""
    old, new = Counter(base.parts), Counter(now.parts)
    slots: dict[tuple[str, str], tuple[list[PartState], list[PartState]]] = defaultdict(lambda: ([], []))
    for side, parts in ((0, old - new), (1, new - old)):
        for part in sorted(parts.elements(), key=_order):
            slots[part.kind.value, part.position][side].append(part)
    yield from (slots[slot] for slot in sorted(slots))


def _is_swapped(old: PartState, new: PartState) -> bool:
    """True if another part is in the slot: by the serial number where both have one, else by the model."""
    if old.serial and new.serial:
        return old.serial != new.serial
    return bool(old.model and new.model and old.model != new.model)


def _pairs_by_serial(removed: list[PartState], added: list[PartState]) -> list[tuple[PartState, PartState]]:
    """Take out of both lists each part that has one serial number here and there."""
    pairs = []
    for old in tuple(removed):
        same = [new for new in added if old.serial and (new.kind, new.serial) == (old.kind, old.serial)]
        if len(same) == 1:
            pairs.append((old, same[0]))
            removed.remove(old)
            added.remove(same[0])
    return pairs


def _drop_alike(removed: list[PartState], added: list[PartState]) -> None:
    """Take out of both lists parts without a serial number of which as many are gone as are new: the agent numbers its
    slots otherwise."""
    for old in tuple(removed):
        alike = next((new for new in added if not old.serial and not new.serial and _sort(new) == _sort(old)), None)
        if alike is not None:
            removed.remove(old)
            added.remove(alike)


def _sort(part: PartState) -> tuple[str, str, str]:
    return part.kind.value, part.maker, part.model


def _slot(part: PartState) -> str:
    return part.position or part.kind.value


def _text(part: PartState) -> str:
    return " ".join(filter(None, (part.maker, part.model, part.serial))) or part.kind.value


def _order(part: PartState) -> tuple[str, ...]:
    return part.model, part.serial, part.maker
