"""Compares what the operator's lists say of a run's targets with what answered there. A pure decision.

A target is listed if the lists have a name or an attribute for it: of one that is an address and nothing more they say
nothing. A maker is compared where the evidence names one that is at least probable, or contradicts itself: an identity
that is only possible may rest on the list's own word.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Device, Level
from fingerprints.model.evidence import Evidence
from reports.document.document import Document, NotAssessedReason
from reports.document.not_assessed import silent
from reports.document.overview import name_of
from reports.inventory_check.listed_values import ListedValues, is_maker, is_model, is_serial, listed_values

COMPARED_LEVELS = (Level.CONFIRMED, Level.PROBABLE, Level.CONFLICTING)
_BOXES = (ComponentKind.CHASSIS, ComponentKind.STACK_MEMBER)


class DifferenceKind(StrEnum):
    """How a list and what answered differ, in the order of the rows."""

    MAKER = "maker"
    SERIAL = "serial"
    MODEL = "model"
    NO_ANSWER = "did-not-answer"
    NOT_LISTED = "not-listed"


@dataclass(frozen=True, slots=True)
class ListDifference:
    """One difference. `device` is the id of the device, empty for a target that did not answer; `listed` and `found`
    are the values, `reason` why a target did not answer. `elsewhere` is the name of the device that has the listed
    serial number, where that is another one."""

    kind: DifferenceKind
    name: str
    address: str
    device: str = ""
    listed: str = ""
    found: str = ""
    reason: NotAssessedReason | None = None
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class InventoryCheck:
    """All differences of a run, sorted by kind, name and address. `listed` targets and devices are in the lists;
    of `agreeing` something was compared and nothing differs; of `not_comparable`, which answered too, nothing could be
    compared. A device that `answered` may have several addresses."""

    run: str
    answered: int
    listed: int
    agreeing: int
    not_comparable: int
    differences: tuple[ListDifference, ...]


def check_inventory(
    document: Document, without_answer: Iterable[Evidence], database: FingerprintDatabase
) -> InventoryCheck:
    """Compare. `without_answer` are the subjects of the run of which nothing was observed, with their gaps."""
    devices = [judged.device for judged in document.devices]
    names = {judged.device.id: name_of(judged) for judged in document.devices}
    by_serial = {_key(serial): device for device in devices for serial in serials_of_boxes(device)}
    at_address = {address for device in devices for address in device.addresses}
    missing = [item for item in without_answer if _is_listed_subject(item) and item.subject.address not in at_address]
    listed = [device for device in devices if is_listed(device)]
    found: list[ListDifference] = []
    compared = differing = 0
    for device in listed:
        count, differences = _compared(device, names, by_serial, database)
        compared += count > 0
        differing += bool(differences)
        found += differences
    found += (_no_answer(item, names, by_serial, database) for item in missing)
    found += (
        ListDifference(DifferenceKind.NOT_LISTED, names[device.id], _address(device), device.id, found=_seen(device))
        for device in devices
        if not is_listed(device)
    )
    order = list(DifferenceKind)
    return InventoryCheck(
        document.header.run,
        len(devices),
        len(listed) + len(missing),
        compared - differing,
        len(listed) - compared,
        tuple(sorted(found, key=lambda row: (order.index(row.kind), row.name, row.address, row.listed))),
    )


def is_listed(device: Device) -> bool:
    """True if the lists have a name or an attribute for one of a device's addresses."""
    own = {*device.addresses, *(f"[{address}]" for address in device.addresses)}
    return bool(device.attributes) or any(_host(label) not in own for label in device.labels)


def serials_of_boxes(device: Device) -> tuple[str, ...]:
    """The serial numbers of a device, its chassis and its stack members."""
    of_boxes = (part.serial for part in device.components if part.kind in _BOXES)
    return tuple(dict.fromkeys(serial for serial in (device.identity.serial, *of_boxes) if serial))


def _compared(
    device: Device, names: Mapping[str, str], by_serial: Mapping[str, Device], database: FingerprintDatabase
) -> tuple[int, list[ListDifference]]:
    """How many values of a device were compared, and which differ."""
    values = listed_values(device.attributes, database.attribute_scores)
    found: list[ListDifference] = []
    count = 0
    for kind, listed, seen, same in _fields(device, values, database):
        count += 1
        if not same:
            others = (by_serial.get(_key(text)) for text in listed) if kind is DifferenceKind.SERIAL else ()
            other = next((one for one in others if one is not None and one.id != device.id), None)
            elsewhere = names[other.id] if other is not None else ""
            shown = " or ".join(dict.fromkeys(listed))
            row = ListDifference(kind, names[device.id], _address(device), device.id, shown, seen, None, elsewhere)
            found.append(row)
    return count, found


def _fields(
    device: Device, values: ListedValues, database: FingerprintDatabase
) -> Iterator[tuple[DifferenceKind, tuple[str, ...], str, bool]]:
    """Each value that both sides have: what is listed, what was found, and whether they agree. Several rows of a list
    may be one device: every maker and every serial number must agree. Of models a row often has two spellings."""
    identity, serials = device.identity, serials_of_boxes(device)
    if values.makers and identity.vendor is not None and identity.level in COMPARED_LEVELS:
        same = all(is_maker(text, identity, database) for text in values.makers)
        yield DifferenceKind.MAKER, values.makers, identity.vendor.name, same
    if values.serials and serials:
        same = all(is_serial(text, serials) for text in values.serials)
        yield DifferenceKind.SERIAL, values.serials, " or ".join(serials), same
    if values.models and identity.model:
        known = tuple(party.name for party in (identity.vendor, identity.made_by) if party is not None)
        same = any(is_model(text, identity.model, (*known, *values.makers)) for text in values.models)
        yield DifferenceKind.MODEL, values.models, identity.model, same


def _no_answer(
    item: Evidence, names: Mapping[str, str], by_serial: Mapping[str, Device], database: FingerprintDatabase
) -> ListDifference:
    subject, values = item.subject, listed_values(item.subject.attributes, database.attribute_scores)
    other = next((by_serial[_key(serial)] for serial in values.serials if _key(serial) in by_serial), None)
    listed = ", ".join((*values.makers, *values.models, *values.serials))
    reason = silent(subject.key, item.gaps).reason
    name = next(iter(subject.labels), subject.key)
    elsewhere = names[other.id] if other is not None else ""
    return ListDifference(DifferenceKind.NO_ANSWER, name, subject.address, "", listed, "", reason, elsewhere)


def _is_listed_subject(item: Evidence) -> bool:
    subject = item.subject
    return bool(subject.attributes) or any(label not in (subject.key, subject.address) for label in subject.labels)


def _host(label: str) -> str:
    """A label without the port of a target's key (`192.0.2.1:1161`)."""
    host, colon, port = label.rpartition(":")
    return host if colon and port.isdigit() and (":" not in host or host.startswith("[")) else label


def _address(device: Device) -> str:
    return next(iter(device.addresses), "")


def _seen(device: Device) -> str:
    identity = device.identity
    vendor = identity.vendor.name if identity.vendor is not None else ""
    return ", ".join(filter(None, (vendor, identity.model or "", identity.serial or "")))


def _key(serial: str) -> str:
    return "".join(letter for letter in serial.casefold() if letter.isalnum())
