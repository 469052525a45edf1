"""What a fleet's report says of generated devices, held to what it must say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.policy.verdict import Verdict
from scanner.lab.expectations import UNKNOWN
from scanner.operators.operator import Behaviour
from scanner.operators.reading import read_expected, read_project


@dataclass(frozen=True, slots=True)
class ExpectedMaker:
    """A device that answers: its maker (`unknown` for one that does not show it), and whether it may be clear."""

    maker: str
    may_be_clear: bool


@dataclass(frozen=True, slots=True)
class FleetScore:
    """How many devices were found with the right maker, and which are missing, have another, or are clear and may not
    be; each by its key (site/address)."""

    right: int
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    false_clear: tuple[str, ...]


def expected_of(site: str, folder: Path) -> Iterator[tuple[str, ExpectedMaker]]:
    """What must be found of the devices of a generated folder that answer, by key."""
    expected = read_expected(folder)
    for device in read_project(folder).operator.devices.values():
        if device.answers is not Behaviour.NOTHING:
            wanted = expected[device.name]
            may_be_clear = wanted.verdict is Verdict.CLEAR
            yield f"{site}/{device.address}", ExpectedMaker(wanted.maker or UNKNOWN, may_be_clear)


def score_of(document: Mapping[str, Any], expected: Mapping[str, ExpectedMaker]) -> FleetScore:
    """Hold a JSON document of a fleet to what must be found. A device without a maker may be told by its address in
    `not_assessed` alone."""
    devices = {key: device for device in document["devices"] for key in keys_of(device)}
    unassessed = {missing["target"] for missing in document["not_assessed"]}
    right, missing, wrong, false_clear = 0, [], [], []
    for key, wanted in expected.items():
        device = devices.get(key)
        if device is None and not (wanted.maker == UNKNOWN and key in unassessed):
            missing.append(key)
        elif device is not None and _maker(device) != wanted.maker:
            wrong.append(f"{key}: {wanted.maker} -> {_maker(device)}")
        else:
            right += 1
        if device is not None and device["verdict"] == Verdict.CLEAR and not wanted.may_be_clear:
            false_clear.append(key)
    strangers = [key for key, device in devices.items() if key not in expected and device["verdict"] == Verdict.CLEAR]
    return FleetScore(right, tuple(missing), tuple(wrong), (*false_clear, *strangers))


def keys_of(device: Mapping[str, Any]) -> Iterator[str]:
    """The keys (site/address) of a device of a JSON document of a fleet."""
    site = next((value for name, value in device["attributes"] if name == "namespace"), "")
    for address in device["addresses"]:
        yield address if not site or address.startswith(f"{site}/") else f"{site}/{address}"


def _maker(device: Mapping[str, Any]) -> str:
    company = device["identity"]["made_by"] or device["identity"]["vendor"]
    return company["id"] if company else UNKNOWN
