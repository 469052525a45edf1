"""Which device of a run is which of the devices known before: by id, match key, address and name, in this order.

A later step only looks at what the earlier ones left, and every one asks the match keys: two boxes whose keys show that
they are two are never paired. Nothing depends on the order of the lists.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reports.changes.same_box import KIND_ORDER, is_same_box
from reports.changes.state.device_state import DeviceState


@dataclass(frozen=True, slots=True)
class KnownBox:
    """A device known before, with all that was ever read of it; `present` is True if nothing was told of it since."""

    device: DeviceState
    present: bool


@dataclass(slots=True)
class Pairing:
    """The pairs so far, by the lasting id of the earlier device, and what is left on both sides."""

    old: dict[str, KnownBox]
    new: dict[str, DeviceState]
    pairs: dict[str, DeviceState] = field(default_factory=dict)

    def pair(self, lasting_id: str, new_id: str) -> None:
        """Take a pair out of what is left."""
        self.pairs[lasting_id] = self.new.pop(new_id)
        del self.old[lasting_id]


def pair_devices(known: Sequence[KnownBox], devices: Sequence[DeviceState]) -> Pairing:
    """Pair the devices of a run with those known before. A device of one site of a fleet is none of another."""
    whole = Pairing({}, {})
    known_of: dict[str, list[KnownBox]] = {}
    devices_of: dict[str, list[DeviceState]] = {}
    for candidate in known:
        known_of.setdefault(candidate.device.fleet_site, []).append(candidate)
    for device in devices:
        devices_of.setdefault(device.fleet_site, []).append(device)
    for site in {**known_of, **devices_of}:
        of_site = _pair_site(known_of.get(site, []), devices_of.get(site, []))
        whole.old |= of_site.old
        whole.new |= of_site.new
        whole.pairs |= of_site.pairs
    return whole


def _pair_site(known: Sequence[KnownBox], devices: Sequence[DeviceState]) -> Pairing:
    pairing = Pairing(
        {candidate.device.lasting_id: candidate for candidate in sorted(known, key=_by_lasting_id)},
        {device.id: device for device in sorted(devices, key=lambda device: device.id)},
    )
    for present in (True, False):
        _pair_by(pairing, present, lambda device: (device.id,))
    for kind in KIND_ORDER:
        _pair_by_key(pairing, kind)
    for present in (True, False):
        _pair_by(pairing, present, places_of)
    for present in (True, False):
        _pair_by(pairing, present, _name_of, _is_alike)
    return pairing


def places_of(device: DeviceState) -> tuple[str, ...]:
    """Where a device is asked: its addresses, or the labels of a capture."""
    return device.addresses or device.labels


def own_name(device: DeviceState) -> str:
    """What the device or the operator calls it; empty where that is only its address or its id."""
    is_place = device.name == device.id or any(device.name.startswith(address) for address in device.addresses)
    return "" if is_place else device.name


def _pair_by(
    pairing: Pairing,
    present: bool,
    texts: Callable[[DeviceState], Iterable[str]],
    agrees: Callable[[DeviceState, DeviceState], bool] = lambda _old, _new: True,
) -> None:
    """Pair what shares a text that one device alone has on each side; who shares more goes first."""
    old = {key: texts(one.device) for key, one in pairing.old.items() if one.present is present}
    shared = _shared(old, {key: texts(device) for key, device in pairing.new.items()})
    counts: dict[tuple[str, str], int] = {}
    for pair in shared:
        counts[pair] = counts.get(pair, 0) + 1
    for lasting_id, new_id in sorted(counts, key=lambda pair: (-counts[pair], pair)):
        if lasting_id in pairing.old and new_id in pairing.new:
            candidate, device = pairing.old[lasting_id], pairing.new[new_id]
            if is_same_box(candidate.device.keys, device.keys) is not False and agrees(candidate.device, device):
                pairing.pair(lasting_id, new_id)


def _pair_by_key(pairing: Pairing, kind: str) -> None:
    prefix = f"{kind}="
    old = {key: _of_kind(one.device.keys, prefix) for key, one in pairing.old.items()}
    new = {key: _of_kind(device.keys, prefix) for key, device in pairing.new.items()}
    for lasting_id, new_id in sorted(set(_shared(old, new))):
        if lasting_id in pairing.old and new_id in pairing.new:
            candidate, device = pairing.old[lasting_id], pairing.new[new_id]
            if is_same_box(candidate.device.keys, device.keys):
                pairing.pair(lasting_id, new_id)


def _of_kind(keys: tuple[str, ...], prefix: str) -> tuple[str, ...]:
    return tuple(key for key in keys if key.startswith(prefix))


def _shared(old: Mapping[str, Iterable[str]], new: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """For each text that one device alone has on either side: the two. A text that two have is nobody's."""
    olds, news = _holders(old), _holders(new)
    for text, holders in olds.items():
        others = news.get(text, ())
        if len(holders) == 1 and len(others) == 1:
            yield holders[0], others[0]


def _holders(texts: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    holders: dict[str, list[str]] = {}
    for key, of_device in texts.items():
        for text in set(of_device) - {""}:
            holders.setdefault(text, []).append(key)
    return holders


def _name_of(device: DeviceState) -> tuple[str, ...]:
    return (own_name(device).casefold(),)


def _is_alike(old: DeviceState, new: DeviceState) -> bool:
    """A name alone may be anybody's: then nothing else may speak against it."""
    pairs = ((old.maker, new.maker), (old.model, new.model), (old.serial, new.serial))
    return all(before == after for before, after in pairs if before and after)


def _by_lasting_id(candidate: KnownBox) -> str:
    return candidate.device.lasting_id
