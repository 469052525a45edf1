"""JSON and JSON lines: the contract of other tools, byte for byte."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document.document import Document, build
from reports.formats.as_json import plain_values
from reports.formats.registry import render, render_parts
from tests.unit import documents

GOLDEN = Path(__file__).parent / "golden"


def test_the_golden_document_is_written_byte_for_byte() -> None:
    assert render(documents.few(), "json") == (GOLDEN / "document.json").read_text(encoding="ascii")


def test_the_golden_lines_are_written_byte_for_byte() -> None:
    assert render(documents.few(), "jsonl") == (GOLDEN / "document.jsonl").read_text(encoding="ascii")


def test_the_same_devices_in_another_order_give_the_same_bytes() -> None:
    document = documents.network()
    shuffled = random.Random(7).sample(document.devices, len(document.devices))
    assert render(build(document.header, shuffled, document.not_assessed), "json") == render(document, "json")


def test_the_keys_of_the_contract_are_there() -> None:
    whole = json.loads(render(documents.network(), "json"))
    top = {"schema", "tool", "as_of", "policies", "coverage", "devices", "not_assessed", "findings_by"}
    device = {"id", "labels", "addresses", "name", "identity", "watched", "components", "placement", "findings"}
    identity = {"level", "confidence", "vendor", "made_by", "platform", "operator", "model", "version", "serial"}
    finding = {"policy", "rule", "verdict", "because", "deadline", "component", "waiver", "citation"}
    first = whole["devices"][0]
    assert top <= whole.keys()
    assert device | {"verdict"} <= first.keys()
    assert identity | {"os", "kind", "claims", "conflicts"} <= first["identity"].keys()
    assert {"core", "tier", "segment", "site", "because", "origin"} <= first["placement"].keys()
    assert finding <= first["findings"][0].keys()


def test_what_a_scan_has_cost_stands_with_its_coverage() -> None:
    document = documents.few()
    cost = (("cpu_seconds", 1.25), ("packets", 12.0))
    counted = replace(document.header, coverage=replace(document.header.coverage, cost=cost))
    whole = json.loads(render(replace(document, header=counted), "json"))
    assert whole["coverage"]["cost"] == {"cpu_seconds": 1.25, "packets": 12}


def test_each_kind_of_line_has_a_key_of_its_own() -> None:
    lines = [json.loads(line) for line in render(documents.few(), "jsonl").splitlines()]
    assert [next(key for key in ("schema", "id", "target", "findings_by") if key in line) for line in lines] == [
        "schema",
        "id",
        "id",
        "id",
        "target",
        "findings_by",
    ]


@given(st.text(st.characters(), min_size=1))
def test_device_text_comes_back_whole_and_the_bytes_are_printable_ascii(text: str) -> None:
    written = render(documents.speaking(text), "json")
    assert json.loads(written)["devices"][0]["identity"]["claims"][0]["text"] == text
    assert all(" " <= character <= "~" or character == "\n" for character in written)


HIDES = '\n "devices": [],'


def whole_texts() -> list[Document]:
    few = documents.few()
    named = tuple(replace(one, device=replace(one.device, name=f"{HIDES}{one.device.name}")) for one in few.devices)
    return [few, replace(few, devices=()), replace(few, devices=few.devices[:1]), replace(few, devices=named)]


@pytest.mark.parametrize("document", whole_texts(), ids=range(4))
def test_the_text_in_parts_is_the_text_of_all_values(document: Document) -> None:
    whole = json.dumps(plain_values(document), indent=1, separators=(",", ": ")) + "\n"
    assert b"".join(render_parts(document, "json")).decode() == whole
    lines = render(document, "jsonl")
    assert b"".join(render_parts(document, "jsonl")) == (lines.encode() if isinstance(lines, str) else lines)
