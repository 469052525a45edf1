"""The CSV of parts: one row for each part, for each device without one, and for each target that was not assessed."""

import csv
import io
from dataclasses import replace

from reports.document.document import Document
from reports.formats.as_components import COLUMNS
from reports.formats.registry import render
from tests.unit import documents


def rows(document: Document) -> list[dict[str, str]]:
    written = render(document, "components")
    assert isinstance(written, str)
    return list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"), newline="")))


def filled(row: dict[str, str]) -> dict[str, str]:
    return {column: text for column, text in row.items() if text}


def test_a_part_has_its_place_its_maker_and_what_the_findings_say_of_it() -> None:
    document = documents.build(documents.HEADER, (documents.cisco_with_foreign_optic(),), ())
    chassis, optic = rows(document)
    device = {
        "row": "part",
        "device": "dev-04",
        "name": "lon-core-4",
        "addresses": "10.0.0.4",
        "site": "lon-1",
        "place": "core",
        "tier": "core",
        "device_verdict": "restricted",
        "binding": "true",
    }
    assert filled(chassis) == {
        **device,
        "kind": "chassis",
        "position": "0",
        "made_by": "Cisco Systems",
        "model": "ASR-9006",
        "serial": "FOX1810G8ZC",
    }
    assert filled(optic) == {
        **device,
        "kind": "optic",
        "position": "TenGigE0/0/0/3",
        "made_by": "Huawei Technologies",
        "model": "OMXD30000",
        "serial": "HA12345678",
        "watched": "huawei confirmed",
        "verdict": "restricted",
        "policies": "us-889a/telecom",
    }


def test_a_part_under_a_waiver_names_it_and_has_no_verdict_of_its_own() -> None:
    judged = documents.cisco_with_foreign_optic()
    waived = tuple(replace(finding, waiver="W-7 (until 2027-03-31)") for finding in judged.findings)
    _, optic = rows(documents.build(documents.HEADER, (replace(judged, findings=waived),), ()))
    assert (optic["verdict"], optic["policies"], optic["waived"]) == (
        "",
        "",
        "us-889a/telecom: W-7 (until 2027-03-31)",
    )


def test_the_parts_of_the_worst_device_stand_first() -> None:
    assert [row["name"] for row in rows(documents.network()) if row["row"] == "part"] == [
        *["lon-core-1"] * 3,
        *["lon-core-4"] * 2,
        documents.SCRIPT,
    ]


def test_a_device_that_told_of_no_part_and_a_target_that_was_not_assessed_are_not_left_out() -> None:
    written = rows(documents.network())
    assert {row["device"] for row in written if row["device"]} == {
        judged.device.id for judged in documents.network().devices
    }
    assert [(row["name"], row["kind"]) for row in written if row["row"] == "no_part_seen"][:2] == [
        ("cam-10", ""),
        ("cam-11", ""),
    ]
    assert [(row["addresses"], row["device_verdict"]) for row in written if row["row"] == "not_assessed"] == [
        ("10.0.8.77", "not_assessed"),
        ("core-9.example", "not_assessed"),
    ]


def test_it_says_that_nobody_chose_the_policies() -> None:
    assert {row["binding"] for row in rows(documents.few())} == {"false"}


def test_every_row_has_every_column_whatever_a_device_says() -> None:
    assert [list(row) for row in rows(documents.speaking('x"\r\n;=1+1'))] == [list(COLUMNS)] * 2
