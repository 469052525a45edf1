"""The state of a run as JSON: the same value after both ways, and a clear error for anything else."""

import json
from dataclasses import replace
from datetime import date

import pytest

from fingerprints.model.errors import KitscanError
from reports.changes.lasting import assign_lasting
from reports.changes.state.device_state import GapState
from reports.changes.state.event import EventKind
from reports.changes.state.run_state import KnownDevice, MissingState, RunState
from reports.changes.state.state_json import device_of_json, of_json, to_json
from reports.policy.verdict import Verdict
from tests.unit.device_states import RULE, box, night
from tests.unit.hostile_texts import TEXTS

ODD = replace(box(1), name="\ud800\x00é", findings=(RULE,), gaps=(GapState("snmp", "refused"),))


def state() -> RunState:
    first = assign_lasting(night(1, ODD, box(2), box(3)), None)
    less = replace(box(2), read=(), serial="", verdict=Verdict.NOT_ASSESSED)
    return assign_lasting(night(2, ODD, less, missing=(MissingState("192.0.2.9", "no-answer"),)), first)


def read_back(written: tuple[str, tuple[tuple[str, str], ...]]) -> RunState:
    return of_json(written[0], [text for _, text in written[1]])


def test_a_state_is_the_same_after_both_ways() -> None:
    assert read_back(to_json(state())) == state()
    assert {known.reported for known in state().known} == {EventKind.GONE, EventKind.COVERAGE_LOST}


def test_a_device_has_one_text_by_its_lasting_id_whether_it_was_seen_or_not() -> None:
    _, texts = to_json(state())
    assert [lasting for lasting, _ in texts] == ["id-1", "id-2", "id-3"]
    assert [sorted(json.loads(text)) for _, text in texts] == [["device"], ["device", "known"], ["known"]]
    assert [tuple(found is None for found in device_of_json(text)) for _, text in texts] == [
        (False, True),
        (False, False),
        (True, False),
    ]


def test_the_text_of_an_unchanged_device_is_the_same_on_each_night() -> None:
    first = assign_lasting(night(1, box(1)), None)
    second = assign_lasting(night(2, box(1)), first)
    assert to_json(first)[1] == to_json(second)[1]
    assert to_json(first)[0] != to_json(second)[0]


def test_keys_of_a_later_version_are_left_out_and_a_field_with_a_default_may_lack() -> None:
    head, ((_, text),) = to_json(assign_lasting(night(1, box(1)), None))
    row = json.loads(text)
    del row["device"]["gaps"], row["device"]["read"]
    later = {**json.loads(head), "colour": 1}
    read = of_json(json.dumps(later), [json.dumps({"device": {**row["device"], "taste": []}, "sound": 2})])
    assert read.devices == (replace(box(1), read=()),)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"maker": None}, "device.maker should be str"),
        ({"parts": {}}, "device.parts should be a list"),
        ({"parts": [1]}, "device.parts should be an object"),
        ({"place": "moon"}, "device.place should be one of core, non_core, unclassified"),
        ({"findings": [{}]}, "device.findings.policy should be a value, and there is none"),
    ],
)
def test_what_is_no_state_is_named_with_its_place(change: dict[str, object], place: str) -> None:
    head, ((_, text),) = to_json(assign_lasting(night(1, box(1)), None))
    row = json.loads(text)
    row["device"].update(change)
    with pytest.raises(KitscanError, match="cannot be read: " + place):
        of_json(head, [json.dumps(row)])


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_what_is_no_object_of_json_is_refused(text: str) -> None:
    with pytest.raises(KitscanError, match="JSON"):
        of_json(text, [])
    with pytest.raises(KitscanError, match="JSON"):
        device_of_json(text)


def test_a_date_that_is_none_is_named() -> None:
    head, _ = to_json(assign_lasting(night(1), None))
    broken = json.loads(head)
    broken["judged"]["as_of"] = "yesterday"
    with pytest.raises(KitscanError, match=r"run\.judged\.as_of should be a date"):
        of_json(json.dumps(broken), [])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_texts_come_back_as_they_were(text: str) -> None:
    device = replace(box(1), name=text, model=text)
    known = KnownDevice(replace(box(2), name=text), date(2026, 3, 1), None)
    whole = replace(night(1, device), known=(known,))
    assert read_back(to_json(whole)) == whole
