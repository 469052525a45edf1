"""Verdicts written into NetBox's custom fields: a served copy of its API takes a PATCH of our fields."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import GapReason
from reports.document.document import Document, NotAssessed, ReportedDevice, build
from reports.judgement.run_info import SilentRange
from reports.policy.verdict import Verdict
from scanner.cli.main import run
from scanner.cli.target_lists import push as push_module
from scanner.credentials.secret import Secret
from scanner.inventory_services.netbox_changes import (
    FieldChange,
    NetBoxDevice,
    NetBoxPlan,
    device_of_object,
    plan_changes,
)
from scanner.inventory_services.writing_session import CustomFieldSession
from tests.unit import documents
from tests.unit.test_netbox_server import CANARY, V1, V2, _Handler, _Server

EMPTY = {"kitscan_verdict": None, "kitscan_maker": None, "kitscan_serial_mismatch": None}


def judged(number: int, serial: str = "", name: str = "") -> ReportedDevice:
    """A device at 10.0.0.`number`, of Huawei, restricted."""
    of_huawei = documents.huawei_core()
    identity = replace(of_huawei.device.identity, serial=serial or None)
    device = replace(
        of_huawei.device,
        id=f"dev-{number}",
        name=name or f"r{number}",
        addresses=(f"10.0.0.{number}",),
        labels=(),
        components=(),
        identity=identity,
    )
    return replace(of_huawei, device=device)


def report(*devices: ReportedDevice, missing: tuple[NotAssessed, ...] = (), silent: str = "") -> Document:
    ranges = (SilentRange(silent, 256, 200),) if silent else ()
    coverage = replace(documents.HEADER.coverage, silent=ranges)
    return build(replace(documents.HEADER, coverage=coverage), devices, missing)


def listed(number: int, address: str = "", name: str = "", serial: str = "", **fields: Any) -> NetBoxDevice:
    return NetBoxDevice(number, name, serial, frozenset((address,) if address else ()), {**EMPTY, **fields})


def values(plan: NetBoxPlan) -> dict[int, dict[str, Any]]:
    return {one.device.number: {item.field: item.new for item in one.changes} for one in plan.changes}


def test_a_device_is_found_by_its_address_else_by_name_and_serial_number_together() -> None:
    document = report(judged(1, "S1"), judged(2, "S2"), judged(3, "S3"))
    plan = plan_changes(
        document, (listed(7, "10.0.0.1", "x", "S9"), listed(8, "", "R2", "s-2"), listed(9, "10.9.9.9", "r3", "S4"))
    )
    assert values(plan) == {
        7: {
            "kitscan_verdict": "restricted",
            "kitscan_maker": "Huawei Technologies",
            "kitscan_serial_mismatch": True,
        },
        8: {
            "kitscan_verdict": "restricted",
            "kitscan_maker": "Huawei Technologies",
            "kitscan_serial_mismatch": False,
        },
    }
    assert plan.unmatched == 1


def test_what_it_holds_already_is_no_change_and_an_unknown_serial_number_empties_the_field() -> None:
    held = {"kitscan_verdict": "restricted", "kitscan_maker": "Huawei Technologies"}
    plan = plan_changes(
        report(judged(1), judged(2)),
        (listed(1, "10.0.0.1", **held), listed(2, "10.0.0.2", serial="S", kitscan_serial_mismatch=True, **held)),
    )
    assert plan.same == 1
    assert [one.changes for one in plan.changes] == [(FieldChange("kitscan_serial_mismatch", True, None),)]


def test_a_verdict_of_before_does_not_outlive_a_run_that_did_not_see_the_device() -> None:
    document = report(missing=(NotAssessed("edge", GapReason.NO_ANSWER, address="10.0.0.8"),), silent="10.0.7.0/24")
    clear = {"kitscan_verdict": "clear", "kitscan_maker": "Nokia"}
    plan = plan_changes(
        document, (listed(1, "10.0.0.8", **clear), listed(2, "10.0.7.9", **clear), listed(3, "10.0.6.1", **clear))
    )
    assert values(plan) == {1: {"kitscan_verdict": "not_assessed"}, 2: {"kitscan_verdict": "not_assessed"}}
    assert plan.unmatched == 1


def test_a_device_that_several_of_the_other_side_may_be_is_left_alone() -> None:
    plan = plan_changes(report(judged(1)), (listed(1, "10.0.0.1"), listed(2, "10.0.0.1")))
    assert (plan.changes, [one.number for one in plan.ambiguous]) == ((), [1, 2])
    both = NetBoxDevice(3, "", "", frozenset(("10.0.0.1", "10.0.0.2")), EMPTY)
    assert [one.number for one in plan_changes(report(judged(1), judged(2)), (both,)).ambiguous] == [3]


def test_a_verdict_of_before_does_not_stay_on_a_device_that_became_ambiguous() -> None:
    was_clear = (listed(1, "10.0.0.1", kitscan_verdict="clear"), listed(2, "10.0.0.1"))
    assert values(plan_changes(report(judged(1)), was_clear)) == {1: {"kitscan_verdict": "not_assessed"}}


def test_what_is_no_device_of_netbox_is_passed_over() -> None:
    assert [device_of_object(item) for item in ({}, {"id": "1"}, {"id": True})] == [None, None, None]


OBJECTS = (
    {"id": 1, "name": "r1", "serial": "S1", "primary_ip4": {"address": "10.0.0.1/24"}, "tags": [{"slug": "mine"}]},
    {"id": 2, "name": "r2", "serial": "", "primary_ip4": None, "tags": []},
)


class _Writable(_Handler):
    """Takes PATCH as NetBox does: custom fields that are not named keep their values."""

    def page(self, path: str, offset: int) -> None:
        listed = self.server.objects if path == "/api/dcim/devices/" else []
        self.answer(200, json.dumps({"count": len(listed), "next": None, "results": listed}).encode())

    def do_PATCH(self) -> None:  # noqa: N802  as http.server calls it
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(("PATCH", self.path, body))
        item = next((one for one in self.server.objects if self.path == f"/api/dcim/devices/{one['id']}/"), None)
        if self.server.refuses or item is None or self.headers["Authorization"] != f"Token {self.server.token}":
            self.answer(self.server.refuses or 403, f'{{"detail": "{self.server.token}"}}'.encode())
            return
        if not self.server.forgets:
            item["custom_fields"].update(body["custom_fields"])
        self.answer(200, json.dumps(item).encode())


class _WritableServer(_Server):
    objects: list[dict[str, Any]]
    refuses, forgets = 0, False


@contextmanager
def netbox(fields: dict[str, Any], **given: Any) -> Iterator[_WritableServer]:
    server = _WritableServer(("127.0.0.1", 0), _Writable)
    server.requests = []
    server.objects = [{**item, "custom_fields": dict(fields)} for item in json.loads(json.dumps(OBJECTS))]
    for name, value in given.items():
        setattr(server, name, value)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def judged_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The store's run is judged to be one restricted device with a serial number that NetBox does not have."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETBOX_TOKEN", V1)
    monkeypatch.setattr(push_module, "_judged", lambda *_: report(judged(1, "S9")))


def test_nothing_is_written_before_yes_and_a_second_run_changes_nothing(
    judged_run: None, capsys: pytest.CaptureFixture[str]
) -> None:
    line = (
        "r1 (id 1): kitscan_verdict: empty -> restricted; kitscan_maker: empty -> Huawei Technologies; "
        "kitscan_serial_mismatch: empty -> yes\n"
    )
    with netbox({**EMPTY, "owner": "jo"}) as server:
        word = f"netbox:{server.url}"
        assert run(["targets", "push", word]) == 0
        assert capsys.readouterr().out == (
            f"{line}1 to change, 0 as they should be, 1 not of this report, 0 not clear. "
            "Nothing was written; --yes writes it.\n"
        )
        assert {method for method, _, _ in server.requests} == {"GET"}
        assert run(["targets", "push", word, "--yes"]) == 0
        assert capsys.readouterr().out.startswith(f"{line}1 changed")
        assert [entry for entry in server.requests if entry[0] != "GET"] == [
            (
                "PATCH",
                "/api/dcim/devices/1/",
                {
                    "custom_fields": {
                        "kitscan_verdict": "restricted",
                        "kitscan_maker": "Huawei Technologies",
                        "kitscan_serial_mismatch": True,
                    }
                },
            )
        ]
        assert server.objects[0]["custom_fields"]["owner"] == "jo"
        assert server.objects[0]["tags"] == [{"slug": "mine"}]
        server.requests.clear()
        assert run(["targets", "push", word, "--yes"]) == 0
        assert capsys.readouterr().out == "0 changed, 1 as they should be, 1 not of this report, 0 not clear.\n"
        assert {method for method, _, _ in server.requests} == {"GET"}


def test_missing_custom_fields_are_told_with_what_to_create(
    judged_run: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with netbox({"kitscan_verdict": None}) as server:
        assert run(["targets", "push", f"netbox:{server.url}", "--yes"]) == 2
    assert "PATCH" not in {method for method, _, _ in server.requests}
    error = capsys.readouterr().err
    assert "no custom field kitscan_maker, kitscan_serial_mismatch" in error
    assert "kitscan_maker (type text), kitscan_serial_mismatch (type boolean)" in error


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"refuses": 403}, "the server answers 403: the token may not write this (0 of 1 written)"),
        ({"refuses": 302}, "the server answers 302"),
        ({"forgets": True}, "does not hold what was written"),
    ],
)
def test_a_server_that_does_not_take_it_is_an_error_without_the_token(
    judged_run: None, capsys: pytest.CaptureFixture[str], given: dict[str, Any], problem: str
) -> None:
    with netbox(EMPTY, **given) as server:
        assert run(["targets", "push", f"netbox:{server.url}", "--yes"]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert CANARY not in error


def test_a_report_whose_policies_nobody_chose_is_not_written(
    judged_run: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = report(judged(1))
    unchosen = replace(document, header=replace(document.header, binding=False))
    monkeypatch.setattr(push_module, "_judged", lambda *_: unchosen)
    with netbox(EMPTY) as server:
        assert run(["targets", "push", f"netbox:{server.url}", "--yes"]) == 2
    assert "nobody chose the policies" in capsys.readouterr().err
    assert server.requests == []


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        (f"hosts-{CANARY}", "this names no NetBox"),
        ("nautobot:https://nautobot.example", "only NetBox is written to"),
        ("netbox:https://netbox.example/api/ipam/prefixes/", "only devices are written to"),
        ("netbox:http://netbox.example", "a token is not sent without TLS"),
    ],
)
def test_nothing_else_is_written_to(
    judged_run: None, capsys: pytest.CaptureFixture[str], word: str, problem: str
) -> None:
    assert run(["targets", "push", word, "--yes"]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert CANARY not in error


def test_a_session_that_writes_can_write_no_field_but_ours_and_has_no_other_way() -> None:
    session = CustomFieldSession("http://127.0.0.1:9/api", Secret(V2))
    with pytest.raises(ValueError, match="owner"):
        session.write_fields(1, {"owner": "x"})
    with pytest.raises(KitscanError, match="the server cannot be asked"):
        session.write_fields(1, {"kitscan_verdict": Verdict.CLEAR.value})
    public = {name for name in dir(session) if not name.startswith("_")}
    assert public == {"write_fields", "close"}
    assert CANARY not in repr(vars(session))
    session.close()
