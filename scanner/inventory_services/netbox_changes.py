"""Decides which custom fields of NetBox's devices a report would change. A pure decision.

A device of NetBox is one of the report by an address of both, else by its name and its serial number together. What is
in the scope of the report and was not assessed becomes `not_assessed`: an older verdict would say what was not seen.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.document.document import Document, ReportedDevice
from reports.document.overview import party_name
from reports.inventory_check.compare import serials_of_boxes
from reports.inventory_check.listed_values import is_serial
from reports.policy.verdict import Verdict
from scanner.targets.inventories.kept_values import addresses_of, host_word, nested, text_of_value

VERDICT_FIELD, MAKER_FIELD, SERIAL_FIELD = "kitscan_verdict", "kitscan_maker", "kitscan_serial_mismatch"
FIELDS = {VERDICT_FIELD: "text", MAKER_FIELD: "text", SERIAL_FIELD: "boolean"}
"""The custom fields that kitscan writes, with the type that each must have in NetBox."""

ADDRESSES = ("primary_ip", "primary_ip4", "primary_ip6", "oob_ip")

FieldValue = str | bool | None
"""The value of a custom field; None is empty."""


@dataclass(frozen=True, slots=True)
class NetBoxDevice:
    """A device as NetBox lists it: its own number, what it is found by, and its custom fields."""

    number: int
    name: str
    serial: str
    addresses: frozenset[str]
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one device: what it holds, and what it is to hold."""

    field: str
    old: Any
    new: FieldValue


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """The changes of one device; at least one."""

    device: NetBoxDevice
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class NetBoxPlan:
    """What would be written, by NetBox's number. `same` devices hold it already, `unmatched` are none of the report,
    `ambiguous` are found by more than one device of the report, or one of the report finds several: a verdict that they
    hold becomes not_assessed. `missing` are
    fields that NetBox does not have: then nothing can be written."""

    changes: tuple[DeviceChange, ...]
    same: int
    unmatched: int
    ambiguous: tuple[NetBoxDevice, ...]
    missing: tuple[str, ...]


def device_of_object(item: Mapping[str, Any]) -> NetBoxDevice | None:
    """A device of the answer of /api/dcim/devices/; None for what is none."""
    number = item.get("id")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    words = (host_word(text_of_value(nested(item.get(key)).get("address"))) for key in ADDRESSES)
    name, serial = text_of_value(item.get("name")), text_of_value(item.get("serial"))
    return NetBoxDevice(number, name, serial, frozenset(filter(None, words)), nested(item.get("custom_fields")))


def plan_changes(document: Document, devices: Iterable[NetBoxDevice]) -> NetBoxPlan:
    """The plan for a report and all devices that NetBox lists."""
    listed = sorted(devices, key=lambda device: device.number)
    missing = tuple(field for field in FIELDS if any(field not in device.fields for device in listed))
    match = _Matches(document, listed)
    changes: list[DeviceChange] = []
    ambiguous: list[NetBoxDevice] = []
    same = unmatched = 0
    for device in listed:
        found = match.of(device)
        if len(found) > 1 or (found and match.is_shared(found[0])):
            ambiguous.append(device)
            changes += _without_old_verdict(device)
            continue
        wanted = _values(device, found[0]) if found else match.not_assessed(device)
        if wanted is None:
            unmatched += 1
            continue
        differing = tuple(_differing(device, wanted))
        same += not differing
        changes += (DeviceChange(device, differing),) if differing else ()
    return NetBoxPlan(tuple(changes), same, unmatched, tuple(ambiguous), missing)


class _Matches:
    """Finds the devices of a report that a device of NetBox is."""

    def __init__(self, document: Document, listed: Iterable[NetBoxDevice]) -> None:
        self._by_address: dict[str, list[ReportedDevice]] = defaultdict(list)
        self._by_name: dict[str, list[ReportedDevice]] = defaultdict(list)
        self._silent = {word for missing in document.not_assessed for word in (missing.address, missing.target)}
        ranges = (addresses_of(part.prefix) for part in document.header.coverage.silent)
        self._ranges = tuple(words.block for words in ranges if words is not None)
        for judged in document.devices:
            for address in judged.device.addresses:
                self._by_address[address].append(judged)
            for name in {name.casefold() for name in (judged.device.name, *judged.device.labels) if name}:
                self._by_name[name].append(judged)
        self._finders: dict[str, int] = defaultdict(int)
        for device in listed:
            for judged in self.of(device):
                self._finders[judged.device.id] += 1

    def of(self, device: NetBoxDevice) -> list[ReportedDevice]:
        """The devices of the report with an address of this one, else those of its name and serial number."""
        found = {
            judged.device.id: judged for address in device.addresses for judged in self._by_address.get(address, ())
        }
        if not found and device.name and device.serial:
            named = self._by_name.get(device.name.casefold(), ())
            found = {one.device.id: one for one in named if is_serial(device.serial, serials_of_boxes(one.device))}
        return list(found.values())

    def is_shared(self, judged: ReportedDevice) -> bool:
        """True if several devices of NetBox find this one."""
        return self._finders[judged.device.id] > 1

    def not_assessed(self, device: NetBoxDevice) -> Mapping[str, FieldValue] | None:
        """The values of a device whose address was in scope and is no device of the report."""
        in_scope = device.addresses & self._silent or any(map(self._is_in_range, device.addresses))
        return {VERDICT_FIELD: Verdict.NOT_ASSESSED.value} if in_scope else None

    def _is_in_range(self, address: str) -> bool:
        words = addresses_of(address)
        return words is not None and any(
            block.version == words.block.version and block.first <= words.block.first <= block.last
            for block in self._ranges
        )


def _values(device: NetBoxDevice, judged: ReportedDevice) -> Mapping[str, FieldValue]:
    identity, serials = judged.device.identity, serials_of_boxes(judged.device)
    mismatch = not is_serial(device.serial, serials) if device.serial and serials else None
    maker = party_name(identity.made_by or identity.vendor)
    return {VERDICT_FIELD: judged.verdict.value, MAKER_FIELD: maker or None, SERIAL_FIELD: mismatch}


def _without_old_verdict(device: NetBoxDevice) -> Iterator[DeviceChange]:
    """The change of a device that nobody can tell from another: the verdict of an earlier report, perhaps clear, is not
    its own."""
    if device.fields.get(VERDICT_FIELD):
        differing = tuple(_differing(device, {VERDICT_FIELD: Verdict.NOT_ASSESSED.value}))
        if differing:
            yield DeviceChange(device, differing)


def _differing(device: NetBoxDevice, wanted: Mapping[str, FieldValue]) -> Iterator[FieldChange]:
    for field, new in wanted.items():
        old = device.fields.get(field)
        if old != new and not (new is None and old == ""):
            yield FieldChange(field, old, new)
