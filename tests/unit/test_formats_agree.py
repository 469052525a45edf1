"""All formats say the same of one report: each is read back and compared with the document itself, counted anew."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from reports.document.document import Document
from reports.document.groups import finding_groups
from reports.formats.registry import FORMATS, render
from reports.judgement.run_info import RunRecord
from reports.policy.verdict import Verdict
from tests.replay.golden_documents import frozen_run
from tests.unit import documents
from tests.unit.fact_readers import HOLDS, READERS, Facts, counts

RECORD = RunRecord(
    14,
    "scan",
    "jo@scan1",
    datetime(2026, 11, 22, 2, 10, tzinfo=UTC),
    datetime(2026, 11, 22, 3, 52, tzinfo=UTC),
    ("10.0.0.0/24", "10.0.8.0/24"),
    ("10.0.0.9",),
    "normal",
    ("snmp", "ssh"),
    "5d2f" * 16,
)
NAMES = ("network", "unchosen", "lab", "many")


@cache
def document(name: str) -> Document:
    """A document by its name, each with a record of who collected its evidence."""
    match name:
        case "lab":
            made = frozen_run("lab").document()
        case "many":
            made = documents.many(300)
        case _:
            made = documents.network()
    return replace(made, header=replace(made.header, record=RECORD, binding=name != "unchosen"))


@cache
def told(name: str) -> Mapping[str, object]:
    """What is to be read of a document, counted from its devices by plain loops. A number is the one of the JSON."""
    made = document(name)
    place = {True: "core", False: "non_core", None: "unclassified"}
    judged = [(place[one.placement.core], one.verdict.value) for one in made.devices]
    found = [finding for one in made.devices for finding in one.findings if finding.verdict is not Verdict.CLEAR]
    unheld = [finding for finding in found if finding.waiver is None]
    listed = {missing.target for missing in made.not_assessed}
    without = [one.device for one in made.devices if one.verdict is Verdict.NOT_ASSESSED]
    unlisted = [one for one in without if listed.isdisjoint((one.name, one.id, *one.addresses, *one.labels))]
    return {
        "chosen": made.header.binding,
        "matrix": counts(judged),
        "devices": len(judged),
        "restricted": sum(verdict == "restricted" for _, verdict in judged),
        "assessed": sum(verdict != "not_assessed" for _, verdict in judged),
        "not_assessed": max(len(made.not_assessed) + len(unlisted), made.header.coverage.not_assessed),
        "unclassified": sum(where == "unclassified" and verdict != "not_assessed" for where, verdict in judged),
        "silent": sum(part.silent for part in made.header.coverage.silent),
        "open": len(unheld),
        "waived": len(found) - len(unheld),
        "deadlines": sorted({str(finding.deadline) for finding in unheld if finding.deadline}),
        "who": RECORD.by,
        "scope": " ".join(RECORD.targets),
    }


@cache
def facts(format_name: str, name: str) -> Facts:
    rendered = render(document(name), format_name)
    return READERS[format_name](rendered.encode() if isinstance(rendered, str) else rendered)


def test_each_format_has_a_reader_that_says_what_it_must_find() -> None:
    assert list(READERS) == list(FORMATS)
    assert list(HOLDS) == list(FORMATS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format_name", FORMATS)
def test_a_format_says_what_the_document_holds(format_name: str, name: str) -> None:
    expected = {**told(name), "number": facts("json", name)["number"], "groups": len(finding_groups(document(name)))}
    assert facts(format_name, name) == {fact: expected[fact] for fact in HOLDS[format_name]}


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_device_that_turns_clear_changes_what_every_format_says(format_name: str) -> None:
    whole = document("network")
    devices = (replace(whole.devices[0], findings=(), verdict=Verdict.CLEAR), *whole.devices[1:])
    rendered = render(replace(whole, devices=devices), format_name)
    read = READERS[format_name](rendered.encode() if isinstance(rendered, str) else rendered)
    assert read != facts(format_name, "network")
