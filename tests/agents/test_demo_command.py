"""`kitscan demo` from end to end: real sockets, the ordinary scan, and a report that says what each device is."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.free_ports import free_ports
from scanner.demo.demo_device import DemoDevice, read_devices
from tests.warm_kitscan import run_kitscan

DEVICES = read_devices()
ANSWERING = tuple(device for device in DEVICES if device.snmp or device.ssh)
EACH = pytest.mark.parametrize("device", ANSWERING, ids=lambda device: device.name)


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What one run of the command left."""

    code: int
    printed: str
    message: str
    folder: Path

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "report.json").read_text())
        return document

    def judged(self, device: DemoDevice) -> dict[str, Any]:
        """The one device of the document that has this address."""
        (found,) = [one for one in self.document["devices"] if device.address in one["addresses"]]
        return dict(found)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    folder, ports = tmp_path_factory.mktemp("demo") / "report", free_ports()
    where = [f"--snmp-port={ports.snmp}", f"--ssh-port={ports.ssh}"]
    done = run_kitscan("demo", "--out", str(folder), *where, cwd=Path.cwd(), timeout=110)
    yield Demonstration(done.returncode, done.stdout, done.stderr, folder)


def test_it_works_although_the_scan_finds_what_it_should(demonstration: Demonstration) -> None:
    assert demonstration.code == 0, demonstration.message


def test_it_leaves_the_report_in_four_forms_and_the_files_of_the_scan(demonstration: Demonstration) -> None:
    left = {path.name for path in demonstration.folder.iterdir()}
    assert left >= {
        "report.html",
        "report.xlsx",
        "report.json",
        "report.csv",
        "targets.csv",
        "credentials.yaml",
        "zones.yaml",
        "kitscan.yaml",
        "kitscan.sqlite",
    }


def test_the_summary_goes_to_standard_output_and_the_places_of_the_reports_to_the_other(
    demonstration: Demonstration,
) -> None:
    assert ("lon-core-1" in demonstration.printed, "report.html" in demonstration.message) == (True, True)


@EACH
def test_a_device_is_identified_as_what_it_is(demonstration: Demonstration, device: DemoDevice) -> None:
    identity, expected = demonstration.judged(device)["identity"], device.expected
    vendor, made_by = (identity[role] and identity[role]["id"] for role in ("vendor", "made_by"))
    assert (vendor, made_by if made_by != vendor else None) == (expected.vendor, expected.made_by)


@EACH
def test_a_device_is_tied_to_the_watched_makers_behind_it(demonstration: Demonstration, device: DemoDevice) -> None:
    watched = demonstration.judged(device)["watched"]
    assert {tie["entity"] for tie in watched if tie["level"] != "cleared"} == set(device.expected.watched)


@EACH
def test_a_part_of_a_watched_maker_is_found_in_anothers_chassis(
    demonstration: Demonstration, device: DemoDevice
) -> None:
    parts = {tie["entity"] for part in demonstration.judged(device)["components"] for tie in part["watched"]}
    assert parts - set(device.expected.watched) == ({device.expected.component} - {None})


@EACH
def test_a_device_stands_where_the_zones_say(demonstration: Demonstration, device: DemoDevice) -> None:
    placement, expected = demonstration.judged(device)["placement"], device.expected
    assert (placement["core"], placement.get("zone")) == (expected.core, expected.zone)


@EACH
def test_a_device_is_judged(demonstration: Demonstration, device: DemoDevice) -> None:
    assert demonstration.judged(device)["verdict"] == device.expected.verdict


def test_the_box_that_lies_is_a_contradiction(demonstration: Demonstration) -> None:
    (liar,) = [device for device in DEVICES if device.name == "man-agg-2"]
    assert demonstration.judged(liar)["identity"]["level"] == "conflicting"


def test_the_silent_device_is_named_as_not_assessed(demonstration: Demonstration) -> None:
    silent = [device.name for device in DEVICES if not device.snmp and not device.ssh]
    message = [one["target"] for one in demonstration.document["not_assessed"] if one["reason"] == "no-answer"]
    assert message == silent


def test_the_csv_has_a_row_for_every_device(demonstration: Demonstration) -> None:
    with (demonstration.folder / "report.csv").open(newline="") as file:
        text = file.read()
    rows = list(csv.reader(text.splitlines()))
    assert all(any(device.address in cell for row in rows for cell in row) for device in ANSWERING)


def test_no_secret_of_the_demonstration_is_printed_or_kept(demonstration: Demonstration) -> None:
    secrets = [path.read_text().strip() for path in (demonstration.folder / "secrets").iterdir()]
    kept = b"".join(path.read_bytes() for path in demonstration.folder.iterdir() if path.is_file())
    observed = kept + demonstration.printed.encode() + demonstration.message.encode()
    assert [bool(re.search(re.escape(secret.encode()), observed)) for secret in secrets] == [False] * 4
