"""What a scan found compared with what it must find. A pure function of a report and the expectations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reports.policy.verdict import Verdict
from scanner.operators.expectation import UNKNOWN, Expectation


class Compared(StrEnum):
    """What of a device is compared."""

    DEVICE = "device"
    """That it is in the report, as a device of its own."""
    MAKER = "maker"
    PLACE = "place"
    VERDICT = "verdict"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device of a report. `parts` are the watched companies of parts, without those behind the device itself."""

    names: frozenset[str]
    maker: str
    place: str
    verdict: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of a device that is not as expected."""

    device: str
    compared: Compared
    expected: str
    found: str


def found_devices(report: Mapping[str, Any]) -> Iterator[FoundDevice]:
    """The devices of a JSON report (`kitscan assess --format json`), and the targets that only `not_assessed` names."""
    devices = [_found(device) for device in report["devices"]]
    yield from devices
    named = frozenset(name for device in devices for name in device.names)
    for target in report["not_assessed"]:
        if target["target"] not in named:
            yield FoundDevice(frozenset({target["target"]}), UNKNOWN, "", Verdict.NOT_ASSESSED)


def differences(expected: Iterable[Expectation], found: Iterable[FoundDevice]) -> Iterator[Difference]:
    """Everything that is not as expected, in the order of `expected`."""
    by_name: dict[str, list[FoundDevice]] = {}
    for device in found:
        for name in device.names:
            by_name.setdefault(name, []).append(device)
    wanted = tuple(expected)
    names = frozenset(one.device for one in wanted)
    for one in wanted:
        match by_name.get(one.device, []):
            case [device] if len(device.names & names) == 1:
                yield from _differences(one, device)
            case [device]:
                yield Difference(one.device, Compared.DEVICE, one.device, " ".join(sorted(device.names & names)))
            case several:
                yield Difference(one.device, Compared.DEVICE, one.device, f"{len(several)} devices")


def _differences(expected: Expectation, found: FoundDevice) -> Iterator[Difference]:
    for compared, wanted, is_found in (
        (Compared.MAKER, expected.maker, found.maker),
        (Compared.PLACE, expected.place, found.place),
        (Compared.VERDICT, str(expected.verdict), found.verdict),
        (Compared.PARTS, " ".join(expected.parts), " ".join(found.parts)),
    ):
        if wanted != is_found:
            yield Difference(expected.device, compared, wanted, is_found)


def _found(device: Mapping[str, Any]) -> FoundDevice:
    vendor = device["identity"]["vendor"]
    watched = {tie["entity"] for tie in device["watched"] if tie["level"] != "cleared"}
    parts = {tie["entity"] for part in device["components"] for tie in part["watched"] if tie["level"] != "cleared"}
    return FoundDevice(
        frozenset(device["labels"]),
        vendor["id"] if vendor else UNKNOWN,
        device["placement"].get("zone") or "",
        device["verdict"],
        tuple(sorted(parts - watched)),
    )
