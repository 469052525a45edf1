"""Reports of some devices alone: they say so, and a filter never makes a run look clean."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import DifferenceReason, Level, Party, VendorDifference, Watched, WatchLevel
from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import EvidenceGroup
from reports.document.document import Document
from reports.document.filtering.device_filter import DeviceFilter, companies_behind, filtered
from reports.document.overview import overview
from reports.document.redaction.redact import redact
from reports.document.report_number import report_number
from reports.formats.registry import FORMATS, Completeness
from reports.judgement.assessment import AssessmentOptions
from reports.placement.zones import read_zones
from reports.policy.verdict import Verdict
from scanner.cli.assessment.device_filter import device_filter_of
from scanner.cli.assessment.report_plan import PlannedReport
from scanner.cli.main import run
from scanner.cli.options import ReportRequest
from tests.unit import documents
from tests.unit.test_report_commands import CAPTURE
from tests.unit.written import text_of

SAYS = tuple(
    name for name, known in FORMATS.items() if known.completeness not in (Completeness.GATE, Completeness.COUNTS)
)
CLEAR = DeviceFilter((Verdict.CLEAR,))


def names(wanted: DeviceFilter, document: Document | None = None) -> set[str]:
    return {judged.device.name for judged in filtered(document or documents.network(), wanted).devices}


def test_a_device_meets_one_condition_of_each_kind() -> None:
    assert names(DeviceFilter((Verdict.RESTRICTED, Verdict.CONDITIONAL), sites=("BRI-2",))) == {
        "bri-olt-9",
        "cam-10",
        "cam-11",
    }
    assert names(DeviceFilter(zones=("cctv",), makers=("zte",))) == set()


def test_a_maker_is_behind_a_device_of_another_brand_by_its_parts_and_by_ties_that_were_not_cleared() -> None:
    assert names(DeviceFilter(makers=("huawei",))) == {"lon-core-1", "lon-core-4", "lon-core-5", "bri-olt-9"}
    assert names(DeviceFilter(makers=("h3c",))) == {"met-sw-8"}
    judged = documents.clear(
        1, "a", "10.0.0.1", documents.CORE, documents.NOKIA, model="x", os="y", sys_descr="z", kind="router"
    )
    tied = {
        level: replace(judged, device=replace(judged.device, watched=(Watched("huawei", level, 0.5, (), ()),)))
        for level in (WatchLevel.POSSIBLE, WatchLevel.CLEARED)
    }
    assert ["huawei" in companies_behind(one) for one in tied.values()] == [True, False]


def test_a_maker_that_contradicts_the_vendor_may_be_behind_the_device() -> None:
    judged = documents.huawei_core()
    groups = (EvidenceGroup.EEPROM,)
    rival = VendorDifference(
        documents.HUAWEI, groups, Party("juniper", "Juniper"), groups, next(iter(DifferenceReason))
    )
    identity = replace(judged.device.identity, level=Level.CONFLICTING, conflicts=(rival,))
    assert "juniper" in companies_behind(replace(judged, device=replace(judged.device, identity=identity)))


def test_what_was_not_assessed_and_the_coverage_stay_whole() -> None:
    whole = documents.linked()
    part = filtered(whole, CLEAR)
    assert (part.not_assessed, part.header.coverage) == (whole.not_assessed, whole.header.coverage)
    ids = {judged.device.id for judged in part.devices}
    assert {*(link.device for link in part.links), *(link.other for link in part.links)} <= ids
    assert part.links != whole.links


@pytest.mark.parametrize("form", [name for name in SAYS if name not in ("json", "jsonl", "csv", "components")])
def test_each_format_says_first_that_it_is_filtered_and_what_the_other_devices_are(form: str) -> None:
    written = " ".join(text_of(filtered(documents.network(), CLEAR), form).replace("\n#", "").split())
    assert "Filtered: verdict clear; 5 of 14 devices. Of all devices of the run: 5 restricted, 2 review" in written


def test_the_headline_is_about_the_devices_that_are_shown() -> None:
    part = filtered(documents.network(), CLEAR)
    assert overview(part).statement == "None of 5 assessed devices shown was found to break a rule"
    assert overview(filtered(documents.network(), DeviceFilter(zones=("none",)))).statement == (
        "No device shown was assessed"
    )


def test_the_documents_for_programs_have_a_key_and_a_column() -> None:
    part = filtered(documents.network(), DeviceFilter((Verdict.CLEAR,), ("metro",), ("x",), ("nokia",)))
    assert json.loads(text_of(part, "json"))["filtered"] == {
        "verdicts": ["clear"],
        "zones": ["metro"],
        "sites": ["x"],
        "makers": ["nokia"],
        "shown": 0,
        "devices": {"restricted": 5, "review": 2, "conditional": 1, "not_assessed": 1, "clear": 5},
    }
    for form in ("csv", "components"):
        rows = text_of(filtered(documents.network(), CLEAR), form).splitlines()
        assert (rows[0].endswith(',"filtered"'), rows[-1].endswith(',"verdict clear"')) == (True, True)
    assert "filtered" not in json.loads(text_of(documents.network(), "json"))


def test_a_filtered_report_has_a_number_of_its_own() -> None:
    whole = documents.network()
    everything = filtered(whole, DeviceFilter(tuple(Verdict)))
    assert len({report_number(document) for document in (whole, everything, filtered(whole, CLEAR))}) == 3


def test_a_redacted_report_hides_the_zone_that_it_is_filtered_by() -> None:
    hidden = redact(filtered(documents.network(), DeviceFilter(zones=("core-pop",), sites=("lon-1",)))).header.filtered
    assert hidden is not None
    assert (hidden.zones[0][:5], hidden.sites[0][:5]) == ("zone-", "site-")


def chosen(database: FingerprintDatabase, folder: Path, form: str = "csv", **words: tuple[str, ...]) -> object:
    zones = folder / "zones.yaml"
    zones.write_text("zones:\n- {name: Core-Pop, tier: core, match: {prefix: 10.0.0.0/8}}\n")
    options = AssessmentOptions(database, read_zones(zones), (), "", None, documents.HEADER.as_of)
    return device_filter_of(ReportRequest(**words), options, (PlannedReport(form, None),))


def test_names_are_taken_in_any_case_and_companies_by_any_of_their_names(
    database: FingerprintDatabase, tmp_path: Path
) -> None:
    words = {"only": ("restricted,review", "CLEAR"), "zone": ("core-pop",), "maker": ("Huawei Technologies",)}
    assert chosen(database, tmp_path, **words) == DeviceFilter(
        (Verdict.RESTRICTED, Verdict.REVIEW, Verdict.CLEAR), ("Core-Pop",), (), ("huawei",)
    )
    assert chosen(database, tmp_path) is None


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"zone": ("corepop",)}, "--zone: there is no zone 'corepop'; did you mean Core-Pop?"),
        ({"maker": ("huawai",)}, "--maker: there is no company 'huawai'; did you mean huawei?"),
        ({"only": ("restriced",)}, "--only: there is no verdict 'restriced'; did you mean restricted?"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest_one(
    database: FingerprintDatabase, tmp_path: Path, words: dict[str, tuple[str, ...]], problem: str
) -> None:
    with pytest.raises(KitscanError) as caught:
        chosen(database, tmp_path, **words)
    assert caught.value.problem == problem


@pytest.mark.parametrize("form", ["junit", "sarif", "prometheus"])
def test_a_gate_and_counts_refuse_a_filter(database: FingerprintDatabase, tmp_path: Path, form: str) -> None:
    with pytest.raises(KitscanError, match=f"the format {form} is of a whole run"):
        chosen(database, tmp_path, form, only=("clear",))


def test_the_exit_code_is_that_of_the_whole_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("huawei.snmprec").write_text(CAPTURE, encoding="utf-8")
    assert run(["import", "snmprec", "huawei.snmprec"]) == 0
    assert run(["assess"]) == run(["assess", "--only", "clear", "--out", "clear.json"]) == 1
    assert json.loads(Path("clear.json").read_text())["devices"] == []
    capsys.readouterr()
    assert run(["assess", "--zone", "core"]) == 2
    assert "name the file of your zones with --zones" in capsys.readouterr().err
