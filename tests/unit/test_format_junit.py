"""JUnit XML, the gate for CI: valid and honestly counted, red at the bar and where a run is incomplete."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.device import Identity, Level
from fingerprints.model.evidence import GapReason
from reports.document.document import Coverage, Document, NotAssessed, ReportedDevice, Unidentified, build
from reports.formats.as_junit import render
from reports.judgement.run_info import RunRecord
from reports.policy.verdict import Verdict
from tests.unit import documents

OUTCOMES = ("failure", "error", "skipped")


def suite_of(document: Document) -> Element:
    root = fromstring(render(document))
    (suite,) = root
    for element in (root, suite):
        assert check_counts(element, suite)
    assert root.tag == "testsuites"
    assert suite.tag == "testsuite"
    assert [child.tag for child in suite][:1] == ["properties"]
    for case in suite.iter("testcase"):
        assert set(case.attrib) == {"classname", "name"}
        assert [child.tag for child in case] in ([], ["failure"], ["error"], ["skipped"], ["system-out"])
    return suite


def check_counts(element: Element, suite: Element) -> bool:
    """True if the counts of an element are those of the testcases."""
    counted = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    paths = {**counted, "skipped": "testcase/skipped"}
    return all(int(element.attrib[name]) == len(suite.findall(path)) for name, path in paths.items())


def outcomes(document: Document) -> dict[str, str]:
    """Each testcase with its outcome and message."""
    described = {}
    for case in suite_of(document).iter("testcase"):
        (outcome,) = [child for child in case if child.tag in OUTCOMES] or [None]
        result = "passed" if outcome is None else f"{outcome.tag}: {outcome.attrib['message']}"
        described[f"{case.attrib['classname']} {case.attrib['name']}"] = result
    return described


def with_bar(bar: Verdict | None, document: Document) -> Document:
    return replace(document, header=replace(document.header, fail_on=bar))


def one(judged: ReportedDevice, *missing: NotAssessed, coverage: Coverage | None = None) -> Document:
    header = replace(documents.HEADER, notes=(), coverage=coverage or Coverage(1, 1, 1, len(missing)))
    return build(header, (judged,), missing)


def test_a_restricted_device_and_a_restricted_component_fail_by_their_own_testcases() -> None:
    assert outcomes(one(documents.huawei_core()))["kitscan.device lon-core-1 (dev-01)"] == (
        "failure: Restricted: gb-bt-policy-2018/fixed-core, us-889a/telecom"
    )
    assert outcomes(one(documents.cisco_with_foreign_optic())) == {
        "kitscan.run coverage": "passed",
        "kitscan.device lon-core-4 (dev-04)": "passed",
        "kitscan.component lon-core-4 (dev-04) / TenGigE0/0/0/3": (
            "failure: Restricted: us-889a/telecom (TenGigE0/0/0/3)"
        ),
    }


@pytest.mark.parametrize(
    ("bar", "outcome"),
    [(None, "passed"), (Verdict.RESTRICTED, "passed"), (Verdict.REVIEW, "failure"), (Verdict.CONDITIONAL, "failure")],
)
def test_the_bar_decides_what_fails(bar: Verdict | None, outcome: str) -> None:
    result = outcomes(with_bar(bar, one(documents.liar())))["kitscan.device lon-core-5 (dev-05)"]
    assert result.partition(":")[0] == outcome


@pytest.mark.parametrize("bar", [*Verdict, None])
def test_some_testcase_fails_exactly_when_the_exit_code_says_findings(bar: Verdict | None) -> None:
    for judged in documents.network().devices:
        document = with_bar(bar, one(judged))
        failed = any(result.startswith("failure") for result in outcomes(document).values())
        assert (judged.device.name, failed) == (judged.device.name, document.header.fails(judged.verdict))


def test_what_was_not_assessed_is_skipped_with_its_cause_and_next_step() -> None:
    unknown = documents.unknown()
    document = one(
        unknown, NotAssessed("10.0.8.77", GapReason.UNRESOLVED), NotAssessed("10.0.9.13", Unidentified.UNIDENTIFIED)
    )
    cases = outcomes(document)
    assert cases["kitscan.target 10.0.8.77"] == (
        "skipped: its name does not resolve; correct the name, or give the address"
    )
    assert cases["kitscan.device 10.0.9.13 (dev-13)"].startswith("skipped: it answered, but nothing names its maker;")
    assert len(cases) == 3


def test_a_device_cannot_hide_a_silent_target_by_taking_its_name() -> None:
    missing = (NotAssessed("10.0.9.13", GapReason.NO_ANSWER), NotAssessed("10.0.9.13", Unidentified.UNIDENTIFIED))
    assert "kitscan.target 10.0.9.13" in outcomes(one(documents.unknown(), *missing))


def test_a_device_of_unknown_maker_with_a_restricted_part_does_not_pass() -> None:
    judged = documents.cisco_with_foreign_optic()
    unknown = replace(judged, device=replace(judged.device, identity=Identity(Level.UNKNOWN, 0.0)))
    assert outcomes(one(unknown))["kitscan.device lon-core-4 (dev-04)"].startswith("skipped")


def test_a_waived_finding_passes_and_names_its_waiver() -> None:
    suite = suite_of(one(documents.olt()))
    assert not suite.findall("testcase/failure")
    (output,) = [text for text in suite.itertext() if "Waived" in text]
    assert "Waived (" in output
    assert "out of scope, no federal customer" in output


@pytest.mark.parametrize(
    ("coverage", "kind", "message"),
    [
        (
            Coverage(100, 60, 60, 0, (), 95.0),
            "min_coverage",
            "60 of 100 targets identified; --min-coverage asks for 95 %.",
        ),
        (Coverage(10, 9, 9, 1), "incomplete", "1 target could not be assessed; each is listed with its cause."),
    ],
)
def test_a_run_that_did_not_see_enough_is_an_error(coverage: Coverage, kind: str, message: str) -> None:
    (error,) = suite_of(one(documents.camera(10), coverage=coverage)).findall("testcase[@name='coverage']/error")
    assert (error.attrib["type"], error.attrib["message"]) == (kind, message)


def test_the_properties_say_what_was_judged_by_and_what_the_gate_leaves_out() -> None:
    suite = suite_of(documents.network())
    values = [(item.attrib["name"], item.attrib["value"]) for item in suite.iter("property")]
    named = dict(values)
    assert (named["as_of"], named["fail_on"], named["data_version"]) == ("2026-11-22", "restricted", "2026.11.22")
    policies = [value.partition(":")[0] for name, value in values if name == "policy"]
    assert policies == [policy.id for policy in documents.POLICIES]
    assert named["left_out"].startswith("This gate leaves out the evidence of each identity")


def test_the_properties_say_who_collected_the_evidence_when_and_of_what() -> None:
    began, ended = datetime(2026, 11, 22, 2, 10, tzinfo=UTC), datetime(2026, 11, 22, 3, 52, tzinfo=UTC)
    record = RunRecord(14, "scan", "jo@scan1", began, ended, ("10.0.0.0/24",), (), "normal", (), "0" * 64)
    suite = suite_of(build(replace(documents.HEADER, record=record), (), ()))
    named = {item.attrib["name"]: item.attrib["value"] for item in suite.iter("property")}
    assert named["report"].startswith("14-")
    assert {name: named.get(name) for name in ("collected_by", "started", "finished", "targets", "exclusions")} == {
        "collected_by": "jo@scan1",
        "started": "2026-11-22T02:10:00Z",
        "finished": "2026-11-22T03:52:00Z",
        "targets": "10.0.0.0/24",
        "exclusions": None,
    }
    assert suite.attrib["timestamp"] == "2026-11-22T03:52:00"


@given(st.text(st.characters(), min_size=1) | st.just(documents.TERMINAL) | st.just("\ufffe\x00\ud800]]><!--"))
def test_whatever_a_device_says_the_file_is_valid_xml_of_the_same_shape(text: str) -> None:
    assert len(suite_of(documents.speaking(text)).findall("testcase")) == 4
