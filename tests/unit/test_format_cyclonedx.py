"""The bill of materials: valid CycloneDX 1.6 that another program reads, and honest about what it does not hold."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.device import Component
from fingerprints.model.evidence import GapReason
from reports.document.document import Coverage, Document, NotAssessed, build
from reports.document.force_wording import NOBODY_CHOSE
from reports.formats.as_cyclonedx import render
from reports.judgement.run_info import RunRecord
from tests.unit import documents

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)
SEEN = replace(documents.HEADER, coverage=Coverage(1, 1, 1, 0), notes=())
"""A header of a run that saw everything."""


def bill_of(document: Document) -> dict[str, Any]:
    """The bill, once it is valid, each reference in it is unique, and each that is named is there."""
    written = render(document)
    assert VALIDATOR.validate_str(written) is None
    bill: dict[str, Any] = json.loads(written)
    references = [bill["metadata"]["component"]["bom-ref"], *(part["bom-ref"] for part in parts(bill["components"]))]
    assert len(references) == len(set(references))
    assert {name for item in bill["compositions"] for name in item["assemblies"]} <= set(references)
    return bill


def parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All components, with those in them."""
    for component in components:
        yield component
        yield from parts(component.get("components", []))


def named(holder: dict[str, Any], name: str) -> list[str]:
    """The values of one property."""
    return [item["value"] for item in holder.get("properties", []) if item["name"] == name]


def compositions(document: Document) -> dict[str, list[str]]:
    return {item["aggregate"]: item["assemblies"] for item in bill_of(document)["compositions"]}


def test_a_device_names_its_makers_its_parts_and_its_firmware() -> None:
    (device,) = bill_of(build(SEEN, (documents.cisco_with_foreign_optic(),), ()))["components"]
    assert {key: device[key] for key in ("type", "bom-ref", "name", "supplier", "manufacturer")} == {
        "type": "device",
        "bom-ref": "dev-04",
        "name": "ASR-9006",
        "supplier": {"name": "Cisco Systems"},
        "manufacturer": {"name": "Cisco Systems"},
    }
    firmware, chassis, optic = device["components"]
    assert firmware == {
        "type": "firmware",
        "bom-ref": "dev-04/firmware",
        "manufacturer": {"name": "Cisco Systems"},
        "name": "IOS XR",
        "version": "7.5.2",
    }
    assert (chassis["bom-ref"], chassis["name"], named(chassis, "kitscan:verdict")) == (
        "dev-04/chassis 0",
        "ASR-9006",
        [],
    )
    assert optic == {
        "type": "device",
        "bom-ref": "dev-04/optic TenGigE0/0/0/3",
        "manufacturer": {"name": "Huawei Technologies"},
        "name": "OMXD30000",
        "properties": [
            {"name": "cdx:device:serialNumber", "value": "HA12345678"},
            {"name": "cdx:device:location", "value": "TenGigE0/0/0/3"},
            {"name": "kitscan:part:kind", "value": "optic"},
            {"name": "kitscan:watched", "value": "huawei confirmed"},
            {"name": "kitscan:verdict", "value": "restricted"},
            {"name": "kitscan:rule", "value": "us-889a/telecom (TenGigE0/0/0/3)"},
            {
                "name": "kitscan:finding",
                "value": "Restricted: us-889a/telecom (TenGigE0/0/0/3): the optic is made by a named company; "
                "Pub. L. 115-232 s. 889(f)(3)(A)",
            },
        ],
    }


def test_a_device_says_where_it_stands_and_which_rules_judge_it() -> None:
    (device,) = bill_of(build(SEEN, (documents.olt(),), ()))["components"]
    names = ("name", "address", "verdict", "place", "tier", "rule", "waived-rule", "due")
    assert {name: named(device, f"kitscan:{name}") for name in names} == {
        "name": ["bri-olt-9"],
        "address": ["10.0.8.9"],
        "verdict": ["conditional"],
        "place": ["non_core"],
        "tier": ["access"],
        "rule": ["gb-dvd-huawei-2022/cap-fttp"],
        "waived-rule": ["us-889a/telecom"],
        "due": ["2027-12-31 last day, gb-dvd-huawei-2022/cap-fttp"],
    }


def test_a_maker_that_is_not_known_is_left_out_and_the_level_says_so() -> None:
    (device,) = bill_of(build(SEEN, (documents.unknown(),), ()))["components"]
    assert ("manufacturer" in device, "supplier" in device, device["name"]) == (False, False, "device of unknown model")
    assert (named(device, "kitscan:maker:level"), named(device, "kitscan:verdict")) == (["unknown"], ["not_assessed"])


def test_what_was_not_assessed_stands_in_the_network_with_its_cause_and_next_step() -> None:
    bill = bill_of(build(SEEN, (), (NotAssessed("10.0.8.77", GapReason.UNRESOLVED),)))
    assert named(bill["metadata"]["component"], "kitscan:not-assessed") == [
        "10.0.8.77: its name does not resolve; correct the name, or give the address"
    ]


def test_a_bill_is_incomplete_where_something_was_not_seen_and_never_complete() -> None:
    whole = build(SEEN, (documents.cisco_with_foreign_optic(),), ())
    assert compositions(whole) == {"unknown": ["network", "dev-04"]}
    missing = build(SEEN, (documents.cisco_with_foreign_optic(),), (NotAssessed("10.0.8.77", GapReason.NO_ANSWER),))
    assert compositions(missing) == {"incomplete": ["network"], "unknown": ["dev-04"]}


@pytest.mark.parametrize("judged", [documents.unknown(), documents.hostile(), documents.badged()])
def test_a_device_that_was_cut_not_assessed_or_told_of_no_part_is_incomplete(judged: documents.ReportedDevice) -> None:
    assert judged.device.id in compositions(build(SEEN, (judged,), ()))["incomplete"]


def test_where_nobody_chose_the_policies_the_bill_says_so() -> None:
    bill = bill_of(documents.few())
    assert (named(bill["metadata"], "kitscan:binding"), named(bill["metadata"], "kitscan:notice")) == (
        ["false"],
        [NOBODY_CHOSE],
    )
    findings = [text for part in parts(bill["components"]) for text in named(part, "kitscan:finding")]
    assert [text for text in findings if text.startswith("Restricted")] == []


def test_serial_number_and_time_are_those_of_the_evidence() -> None:
    began, ended = datetime(2026, 11, 22, 2, 10, tzinfo=UTC), datetime(2026, 11, 22, 3, 52, tzinfo=UTC)
    record = RunRecord(14, "scan", "jo@scan1", began, ended, ("10.0.0.0/8",), ("10.9.9.9",), "normal", (), "0" * 64)
    bills = [
        bill_of(build(replace(SEEN, record=each), (), ()))
        for each in (record, record, replace(record, sha256="1" * 64), None)
    ]
    assert [bill["metadata"]["timestamp"] for bill in bills] == [*["2026-11-22T03:52:00Z"] * 3, "2026-11-22T00:00:00Z"]
    numbers = [bill["serialNumber"] for bill in bills]
    assert (numbers[0] == numbers[1], len(set(numbers))) == (True, 3)
    metadata = bills[0]["metadata"]
    told = [named(metadata, f"kitscan:run:{name}") for name in ("by", "target", "exclusion", "evidence-sha256")]
    assert told == [["jo@scan1"], ["10.0.0.0/8"], ["10.9.9.9"], ["0" * 64]]


def test_another_program_reads_every_device_part_and_firmware() -> None:
    bill = Bom.from_json(json.loads(render(documents.network())))
    devices = [device for judged in documents.network().devices for device in (judged.device,)]
    assert {component.bom_ref.value for component in bill.components} == {device.id for device in devices}
    inside = sum(len(component.components) for component in bill.components)
    firmware = sum(bool(device.identity.os or device.identity.version) for device in devices)
    assert inside == firmware + sum(len(device.components) for device in devices)


def test_parts_at_one_place_get_references_of_their_own_that_stay() -> None:
    judged = documents.cisco_with_foreign_optic()
    twice = replace(judged, device=replace(judged.device, components=(Component("fan", "1"), Component("fan", "1"))))
    (device,) = bill_of(build(SEEN, (twice,), ()))["components"]
    assert [part["bom-ref"] for part in device["components"]] == [
        "dev-04/firmware",
        "dev-04/fan 1",
        "dev-04/fan 1 (2)",
    ]


@given(
    st.text(st.characters(), min_size=1) | st.just(documents.TERMINAL) | st.just("network") | st.just("\ud800\ufffe")
)
def test_whatever_a_device_says_the_bill_is_valid_and_shows_no_character_that_acts(text: str) -> None:
    bill = bill_of(documents.speaking(text))
    texts = [item["value"] for part in parts(bill["components"]) for item in part.get("properties", [])]
    assert [shown for shown in texts if not shown.isprintable()] == []
