"""Gives each device of a run the id that it had when it was first seen, and keeps what this run saw less of.

A device that is renamed or renumbered keeps its lasting id. A box whose match keys show that it is another one gets its
own, also where the first one stood.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reports.changes.absence import AskedScope, absence_of, asked_by
from reports.changes.coverage import lost_between, was_interrupted
from reports.changes.earlier import Earlier, earlier_devices
from reports.changes.pairing import KnownBox, pair_devices, places_of
from reports.changes.same_box import is_same_box
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import EventKind
from reports.changes.state.run_state import KnownDevice, RunState

MAX_KNOWN = 20_000
"""Devices of earlier runs that a state keeps, those seen last: each night has a row for each of them."""


def assign_lasting(state: RunState, before: RunState | None) -> RunState:
    """The state with lasting ids, and with `known` devices. `before` is the state of the last run of the same network,
    complete or not, with lasting ids of its own; None if there is none.

    A run that did not reach its end says nothing of a device that it did not reach, or not to its end: the next run is
    compared with what was known before. A device that is new there and not read to its end is left out.
    """
    earlier = {} if before is None else earlier_devices(before)
    candidates = [KnownBox(device.base, device.reported is None) for device in earlier.values()]
    pairing = pair_devices(candidates, state.devices)
    paired = {lasting: replace(device, lasting_id=lasting) for lasting, device in pairing.pairs.items()}
    new = tuple(
        replace(device, lasting_id=_own_id(device, earlier, state.run))
        for device in pairing.new.values()
        if state.complete or not was_interrupted(device)
    )
    known = sorted(_known(earlier, _Night(state, asked_by(state), paired, _at_places(new))), key=_latest_first)[
        :MAX_KNOWN
    ]
    return replace(
        state,
        devices=tuple(sorted((*paired.values(), *new), key=lambda device: device.lasting_id)),
        known=tuple(sorted(known, key=lambda kept: kept.device.lasting_id)),
    )


@dataclass(frozen=True, slots=True)
class _Night:
    """A run: what it asked, and its devices that were known before, by lasting id."""

    state: RunState
    asked: AskedScope
    paired: Mapping[str, DeviceState]
    new_at: Mapping[tuple[str, str], tuple[DeviceState, ...]]
    """The new devices at each address of each site, or under each label of a capture."""


def _at_places(devices: tuple[DeviceState, ...]) -> Mapping[tuple[str, str], tuple[DeviceState, ...]]:
    found: dict[tuple[str, str], tuple[DeviceState, ...]] = {}
    for device in devices:
        for place in places_of(device):
            found[device.fleet_site, place] = (*found.get((device.fleet_site, place), ()), device)
    return found


def _own_id(device: DeviceState, earlier: Mapping[str, Earlier], run: int) -> str:
    """The id of a new device; another one where a device that was known has it."""
    if device.id not in earlier:
        return device.id
    return hashlib.sha256(f"{device.id} again in run {run}".encode()).hexdigest()[:16]


def _known(earlier: Mapping[str, Earlier], night: _Night) -> Iterator[KnownDevice]:
    for lasting, device in earlier.items():
        now = night.paired.get(lasting)
        if now is None:
            yield _absent(device, night)
        elif not night.state.complete and was_interrupted(now):
            yield KnownDevice(device.last, device.seen, device.reported)
        elif lost_between(device.base, now):
            seen = device.seen if device.fuller is None else device.fuller.seen
            yield KnownDevice(device.base, seen, EventKind.COVERAGE_LOST)


def _absent(device: Earlier, night: _Night) -> KnownDevice:
    """What is kept of a device that this run did not see."""
    if device.reported is EventKind.REPLACED:
        return KnownDevice(device.last, device.seen, device.reported, device.successor)
    successor = _successor(device, night)
    if successor:
        return KnownDevice(device.base, device.seen, EventKind.REPLACED, successor)
    if not night.state.complete:
        return KnownDevice(device.last, device.seen, device.reported)
    if device.reported is EventKind.GONE:
        return KnownDevice(device.last, device.seen, device.reported)
    return KnownDevice(device.base, device.seen, absence_of(device.last, night.asked)[0])


def _successor(device: Earlier, night: _Night) -> str:
    """The lasting id of the new device that answers where this one stood, if their keys show that they are two."""
    places = [(device.last.fleet_site, place) for place in places_of(device.last)]
    there = {other.lasting_id: other for place in places for other in night.new_at.get(place, ())}
    if len(there) != 1:
        return ""
    ((lasting, other),) = there.items()
    return lasting if is_same_box(device.base.keys, other.keys) is False else ""


def _latest_first(known: KnownDevice) -> tuple[int, str]:
    return -known.seen.toordinal(), known.device.lasting_id
