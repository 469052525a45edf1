"""SARIF 2.1.0, a gate: of the shape that the standard asks for, honest about what was not seen, safe to show."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest

from fingerprints.model.evidence import GapReason
from reports.document.document import Coverage, Document, NotAssessed, build
from reports.document.force_wording import NOBODY_CHOSE
from reports.formats.as_sarif import render
from reports.judgement.run_info import RunRecord
from reports.policy.verdict import Verdict
from tests.unit import documents


def closed(required: str, **properties: Any) -> dict[str, Any]:
    """A JSON Schema of an object with these properties and no others."""
    return {"type": "object", "additionalProperties": False, "required": required.split(), "properties": properties}


def listed(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "uniqueItems": True}


TEXT = {"type": "string", "minLength": 1}
MESSAGE = closed("text", text=TEXT)
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
GUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}
LOCATION = closed(
    "logicalLocations", logicalLocations=listed(closed("name", name=TEXT, fullyQualifiedName=TEXT, kind=TEXT), 1)
)
RULE = closed("id", id=TEXT, shortDescription=MESSAGE, fullDescription=MESSAGE, help=MESSAGE)
DRIVER = closed("name", name=TEXT, version=TEXT, rules=listed(RULE), notifications=listed(RULE))
RESULT = closed(
    "message ruleId",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    kind={"enum": ["fail", "open"]},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations=listed(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions=listed(closed("kind", kind={"const": "external"}, status={"const": "accepted"}, justification=TEXT)),
)
NOTIFICATION = closed(
    "message", descriptor=closed("id", id=TEXT), level={"enum": ["note", "warning", "error"]}, message=MESSAGE
)
INVOCATION = closed(
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    startTimeUtc=TIME,
    endTimeUtc=TIME,
    account=TEXT,
    toolExecutionNotifications={"type": "array", "items": NOTIFICATION},
)
RUN = closed(
    "tool",
    tool=closed("driver", driver=DRIVER),
    automationDetails=closed("id guid", id=TEXT, guid=GUID),
    invocations=listed(INVOCATION),
    results={"type": "array", "items": RESULT},
    properties={"type": "object"},
)
SARIF = closed("version runs", **{"$schema": TEXT}, version={"const": "2.1.0"}, runs=listed(RUN, 1))
"""The parts of the standard that the format writes, by sections 3.13 (sarifLog), 3.14 (run), 3.18 and 3.19 (tool),
3.20 (invocation), 3.27 (result), 3.33 (logicalLocation), 3.35 (suppression), 3.49 (reportingDescriptor) and 3.58
(notification) of its errata 01."""


def run_of(document: Document) -> dict[str, Any]:
    """The one run of a file, once the file has the shape of the standard and its references lead somewhere."""
    written = json.loads(render(document))
    jsonschema.Draft202012Validator(SARIF).validate(written)
    (run,) = written["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    known = {descriptor["id"] for descriptor in run["tool"]["driver"]["notifications"]}
    assert rules == sorted(set(rules))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert (result["kind"] == "fail") == (result["level"] != "none")  # section 3.27.10
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        assert notification["descriptor"]["id"] in known
    return dict(run)


def notifications(document: Document) -> list[tuple[str, str]]:
    (invocation,) = run_of(document)["invocations"]
    return [(item["descriptor"]["id"], item["message"]["text"]) for item in invocation["toolExecutionNotifications"]]


def test_each_open_finding_is_a_result_whose_level_is_its_verdict() -> None:
    found = [
        (result["level"], result["kind"], result["ruleId"], result["locations"][0]["logicalLocations"][0]["name"])
        for result in run_of(build(documents.HEADER, (documents.liar(), documents.olt(), documents.unknown()), ()))[
            "results"
        ]
    ]
    assert found == [
        ("warning", "fail", "gb-bt-policy-2018/fixed-core", "lon-core-5"),
        ("warning", "fail", "us-889a/telecom", "lon-core-5"),
        ("note", "fail", "gb-dvd-huawei-2022/cap-fttp", "bri-olt-9"),
        ("error", "fail", "us-889a/telecom", "bri-olt-9"),
        ("none", "open", "us-889a/telecom", "10.0.9.13"),
    ]


def test_a_finding_about_a_part_is_located_at_the_part() -> None:
    (result,) = run_of(build(documents.HEADER, (documents.cisco_with_foreign_optic(),), ()))["results"]
    (place,) = result["locations"][0]["logicalLocations"]
    assert place == {
        "name": "optic TenGigE0/0/0/3",
        "fullyQualifiedName": "dev-04/optic TenGigE0/0/0/3",
        "kind": "component",
    }
    assert result["message"]["text"].startswith("lon-core-4 (10.0.0.4, Cisco Systems ASR-9006, core): Restricted: ")


def test_a_waived_finding_is_suppressed_and_names_its_waiver() -> None:
    results = run_of(build(documents.HEADER, (documents.olt(),), ()))["results"]
    assert [result.get("suppressions") for result in results] == [
        None,
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "W-2026-014 (until 2027-03-31): out of scope, no federal customer",
            }
        ],
    ]


def test_a_fingerprint_stays_when_the_verdict_changes_and_differs_between_rules() -> None:
    judged = documents.liar()
    changed = replace(judged, findings=tuple(replace(item, verdict=Verdict.RESTRICTED) for item in judged.findings))
    before, after = (
        {result["ruleId"]: result["partialFingerprints"]["kitscanFinding/v1"] for result in run_of(document)["results"]}
        for document in (build(documents.HEADER, (item,), ()) for item in (judged, changed))
    )
    assert before == after
    assert len(set(before.values())) == 2


@pytest.mark.parametrize(
    ("coverage", "successful"),
    [(Coverage(1, 1, 1, 0), True), (Coverage(2, 1, 1, 1), False), (Coverage(9, 9, 1, 0, (), 50.0), False)],
)
def test_a_run_that_did_not_see_enough_was_not_successful(coverage: Coverage, successful: bool) -> None:
    run = run_of(build(replace(documents.HEADER, coverage=coverage), (documents.badged(),), ()))
    assert (run["results"], run["invocations"][0]["executionSuccessful"]) == ([], successful)


def test_what_was_not_assessed_is_a_notification_with_its_cause_and_next_step() -> None:
    found = notifications(build(documents.HEADER, (), (NotAssessed("10.0.8.77", GapReason.UNRESOLVED),)))
    assert ("not-assessed", "10.0.8.77: its name does not resolve; correct the name, or give the address") in found
    assert found[-1][0] == "left-out"


def test_where_nobody_chose_the_policies_that_stands_first_and_the_verb_is_would_be() -> None:
    assert notifications(documents.few())[0] == ("binding", NOBODY_CHOSE)
    run = run_of(documents.few())
    assert run["properties"]["binding"] is False
    texts = [result["message"]["text"] for result in run["results"] if result["level"] == "error"]
    assert [text for text in texts if "Would be restricted: " not in text and "Waived" not in text] == []


def test_the_run_says_who_collected_the_evidence_and_when() -> None:
    began, ended = datetime(2026, 11, 22, 2, 10, tzinfo=UTC), datetime(2026, 11, 22, 3, 52, tzinfo=UTC)
    record = RunRecord(14, "scan", "jo@scan1", began, ended, (), (), "normal", (), "0" * 64)
    run = run_of(build(replace(documents.HEADER, record=record), (), ()))
    (invocation,) = run["invocations"]
    assert (invocation["startTimeUtc"], invocation["endTimeUtc"], invocation["account"]) == (
        "2026-11-22T02:10:00Z",
        "2026-11-22T03:52:00Z",
        "jo@scan1",
    )
    assert run["properties"]["report"]["evidence"]["sha256"] == "0" * 64
    assert re.fullmatch(r"14-[0-9a-f]{8}", run["properties"]["report"]["number"])


@pytest.mark.parametrize(
    "text", [documents.MARKUP, documents.TERMINAL, documents.REVERSED, "{0}", "\ud800\x00", "\\[a](1)"]
)
def test_no_device_writes_a_link_or_a_placeholder_into_a_message(text: str) -> None:
    for result in run_of(documents.speaking(text))["results"]:
        message = result["message"]["text"]
        assert message.isprintable()
        assert re.search(r"(?<!\\)(?:\\\\)*\[", message) is None
        assert re.search(r"(?<!\{)(?:\{\{)*\{(?!\{)", message) is None
