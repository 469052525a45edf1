"""What a list says against what answered: makers by company, models leniently, serial numbers, who is missing."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Component, Identity, Level, Party
from fingerprints.model.evidence import Evidence, Gap, GapReason, Subject
from reports.document.document import ReportedDevice, build
from reports.inventory_check.compare import DifferenceKind, InventoryCheck, ListDifference, check_inventory
from reports.inventory_check.listed_values import ListedValues, is_model, is_serial, listed_values
from reports.inventory_check.rendering import CHECK_FORMATS, check_of_form
from scanner.cli.main import run
from tests.unit import documents
from tests.unit.test_report_commands import CAPTURE


def box(
    number: int,
    vendor: Party,
    *attributes: tuple[str, str],
    level: Level = Level.CONFIRMED,
    labels: tuple[str, ...] = (),
) -> ReportedDevice:
    """A device that answered from 10.0.0.`number`: model DCS-7050SX-64, serial number S`number`."""
    judged = documents.huawei_core()
    identity = Identity(level, 0.9, vendor=vendor, made_by=vendor, model="DCS-7050SX-64", serial=f"S{number}")
    device = replace(
        judged.device,
        id=f"id-{number}",
        name=f"r{number}",
        addresses=(f"10.0.0.{number}",),
        labels=labels or (f"10.0.0.{number}",),
        attributes=attributes,
        identity=identity,
        components=(),
    )
    return replace(judged, device=device)


ARISTA = Party("arista", "Arista Networks")


def check(database: FingerprintDatabase, *devices: ReportedDevice, silent: tuple[Evidence, ...] = ()) -> InventoryCheck:
    return check_inventory(build(documents.HEADER, devices, ()), silent, database)


def kinds(found: InventoryCheck) -> list[DifferenceKind]:
    return [row.kind for row in found.differences]


def test_the_columns_of_a_list_are_read_in_any_case_and_a_type_is_a_model_where_makers_are_named(
    database: FingerprintDatabase,
) -> None:
    scores = database.attribute_scores
    pairs = (("Manufacturer", "Arista"), ("Type", "DCS-7050"), ("serial", "  "), ("SN", "x1"))
    assert listed_values(pairs, scores) == ListedValues(("Arista",), ("DCS-7050",), ("x1",))
    assert listed_values((("type", "c9300"),), scores) == ListedValues()
    assert listed_values((("type", "c9300"), ("model", "m"), ("vendor", "v")), scores).models == ("m",)


@pytest.mark.parametrize("name", ["arista", "ARISTA Networks, Inc.", "Arista Networks"])
def test_a_maker_is_compared_by_company_whatever_name_the_list_has(database: FingerprintDatabase, name: str) -> None:
    assert kinds(check(database, box(1, ARISTA, ("manufacturer", name)))) == []
    assert kinds(check(database, box(1, documents.HUAWEI, ("manufacturer", name)))) == [DifferenceKind.MAKER]


def test_a_brand_and_who_builds_it_both_agree(database: FingerprintDatabase) -> None:
    judged = box(1, documents.HPE, ("vendor", "H3C"))
    made_by_h3c = replace(judged.device.identity, made_by=documents.H3C)
    assert kinds(check(database, replace(judged, device=replace(judged.device, identity=made_by_h3c)))) == []


def test_a_company_that_nobody_knows_is_compared_by_its_spelling(database: FingerprintDatabase) -> None:
    maker = Party("acme_boxes", "Acme Boxes Ltd")
    assert kinds(check(database, box(1, maker, ("vendor", "ACME Boxes")), box(2, maker, ("vendor", "Acme")))) == [
        DifferenceKind.MAKER
    ]


@pytest.mark.parametrize(
    ("level", "compared"),
    [(Level.PROBABLE, True), (Level.CONFLICTING, True), (Level.POSSIBLE, False), (Level.UNKNOWN, False)],
)
def test_an_identity_that_may_rest_on_the_list_is_not_held_against_it(
    database: FingerprintDatabase, level: Level, compared: bool
) -> None:
    found = check(database, box(1, documents.HUAWEI, ("vendor", "Arista"), level=level))
    assert (kinds(found) == [DifferenceKind.MAKER], found.not_comparable) == (compared, 0 if compared else 1)


@pytest.mark.parametrize(
    ("listed", "found", "same"),
    [
        ("DCS-7050", "DCS-7050SX-64", True),
        ("Catalyst 9300-48P", "C9300-48P", True),
        ("Arista DCS 7050SX 64", "dcs-7050sx-64", True),
        ("MX480", "MX960", False),
        ("S5720-28P", "S5735-L24T4S", False),
        ("MX", "MX480", False),
        ("MX", "mx", True),
        ("---", "MX480", False),
        ("Switch 24 port", "Router 24 port", False),
    ],
)
def test_models_agree_where_one_is_in_the_other_or_a_word_of_it_is(listed: str, found: str, same: bool) -> None:
    assert is_model(listed, found, ("Arista",)) is is_model(found, listed, ("Arista",)) is same


def test_serial_numbers_are_compared_without_case_and_punctuation() -> None:
    assert is_serial(" fox-1810 ", ("FOX1810",)) is True
    assert is_serial("FOX1811", ("FOX1810",)) is False


def test_the_serial_number_of_a_stack_member_agrees_and_one_of_another_device_is_told(
    database: FingerprintDatabase,
) -> None:
    stack = box(1, ARISTA, ("serial", "M2"))
    member = Component(ComponentKind.STACK_MEMBER, "2", serial="m2")
    stack = replace(stack, device=replace(stack.device, components=(member,)))
    (row,) = check(database, stack, box(2, ARISTA, ("serial", "S3")), box(3, ARISTA, ("serial", "s3"))).differences
    assert (row.kind, row.name, row.listed, row.found, row.elsewhere) == (DifferenceKind.SERIAL, "r2", "S3", "S2", "r3")


@pytest.mark.parametrize("nothing", ["n/a", "TBD", "unknown", "-", "---", "None"])
def test_what_stands_for_no_value_is_not_compared(database: FingerprintDatabase, nothing: str) -> None:
    listed = tuple((name, nothing) for name in ("vendor", "model", "serial"))
    found = check(database, box(1, ARISTA, *listed))
    assert (kinds(found), found.agreeing, found.not_comparable) == ([], 0, 1)


def test_no_row_of_a_list_hides_behind_another_of_the_same_device(database: FingerprintDatabase) -> None:
    makers, serials = (("vendor", "Arista"), ("vendor", "Huawei")), (("serial", "S1"), ("serial", "S2"))
    assert kinds(check(database, box(1, ARISTA, *makers))) == [DifferenceKind.MAKER]
    (row,) = check(database, box(1, ARISTA, *serials), box(2, ARISTA, ("serial", "S2"))).differences
    assert (row.kind, row.name, row.elsewhere) == (DifferenceKind.SERIAL, "r1", "r2")


def test_what_is_listed_and_silent_and_what_answered_and_is_not_listed(database: FingerprintDatabase) -> None:
    gap = Gap("snmp", "161/udp", GapReason.NO_CREDENTIAL)
    silent = (
        Evidence(Subject("10.0.0.8", "10.0.0.8", ("edge",), (("serial", "S1"),)), (), (gap,)),
        Evidence(Subject("10.0.0.9", "10.0.0.9", ("10.0.0.9",)), (), (gap,)),
        Evidence(Subject("10.0.0.1", "10.0.0.1", ("r1",)), (), (gap,)),
    )
    found = check(database, box(1, ARISTA), box(2, ARISTA, labels=("r2.example",)), silent=silent)
    assert found.differences == (
        ListDifference(DifferenceKind.NO_ANSWER, "edge", "10.0.0.8", "", "S1", "", GapReason.NO_CREDENTIAL, "r1"),
        ListDifference(DifferenceKind.NOT_LISTED, "r1", "10.0.0.1", "id-1", found="Arista Networks, DCS-7050SX-64, S1"),
    )
    assert (found.answered, found.listed, found.agreeing, found.not_comparable) == (2, 2, 0, 1)


def test_a_target_on_another_port_is_no_name_in_a_list(database: FingerprintDatabase) -> None:
    assert kinds(check(database, box(1, ARISTA, labels=("10.0.0.1:1161",)))) == [DifferenceKind.NOT_LISTED]


@pytest.mark.parametrize("form", CHECK_FORMATS)
def test_each_format_says_the_same_and_hostile_texts_act_in_none(database: FingerprintDatabase, form: str) -> None:
    hostile = '=1+1\x1b[31m](javascript:x) <b>"'
    found = check(database, box(1, documents.HUAWEI, ("vendor", hostile)), box(2, ARISTA, ("vendor", "Arista")))
    written = check_of_form(found, form)
    assert written == check_of_form(found, form)
    assert "\x1b" not in written
    match form:
        case "json":
            whole = json.loads(written)
            assert [whole[key] for key in ("answered", "listed", "agreeing", "not_comparable")] == [2, 2, 1, 0]
            assert whole["differences"][0]["listed"] == hostile
        case "csv":
            (row,) = csv.DictReader(io.StringIO(written.removeprefix("\ufeff"), newline=""))
            assert (row["kind"], row["listed"][:3]) == ("maker", "'=1")
        case "markdown":
            assert "](javascript" not in written.replace("\\](", "")
        case _:
            assert "2 targets are listed, 1 answered as the lists say. 2 devices answered in all." in written


def test_the_command_compares_what_the_list_of_a_run_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("huawei.snmprec").write_text(CAPTURE, encoding="utf-8")
    Path("list.csv").write_text("label,vendor\nhuawei,Juniper\n")
    assert run(["import", "snmprec", "huawei.snmprec"]) == 0
    capsys.readouterr()
    assert run(["targets", "compare", "--attributes", "list.csv"]) == 0
    printed = capsys.readouterr().out
    assert "The maker differs: 1" in printed
    assert "listed as Juniper, found Huawei" in printed
    assert run(["targets", "compare", "--format", "json", "--out", "gone/x.json"]) == 2
    assert run(["targets", "compare", "--format", "json", "--out", "x.json"]) == 0
    assert json.loads(Path("x.json").read_text())["schema"] == "kitscan-inventory-check/1"
