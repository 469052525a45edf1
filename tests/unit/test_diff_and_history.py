"""`kitscan diff` and `kitscan history` over a store: what was kept, what is judged anew, and what is asked for."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fingerprints.model.evidence import Observation, Source, Subject
from reports.changes.history import entries_of, life_spans
from reports.changes.lasting import assign_lasting
from reports.changes.state.event import EventKind
from reports.changes.state.run_state import RunState
from reports.changes.state.state_json import of_json, to_json
from scanner.cli.main import run
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.store import Store, open_store
from tests.unit.device_states import FIRST_NIGHT, RULE, box, kinds, night

HUAWEI = "Huawei Versatile Routing Platform Software VRP (R) V5.170 (S5720 V200R019)"
CISCO = "Cisco IOS Software, C3850 Software, Version 16.12.5"
DESCR = "1.3.6.1.2.1.1.1.0"

Scan = Mapping[str, str]
"""What each address says of itself."""

Printed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kitscan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Printed:
    """Run a command in a folder of its own: its exit code, and what it printed."""
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return typed


def scans(folder: Path, *scans: Scan, targets: str = "192.0.2.0/29", first: int = 0) -> None:
    """A store with a run for each scan, a day apart."""
    with open_store(str(folder / "kitscan.sqlite"), create=True) as store:
        for number, said in enumerate(scans, first):
            then = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number)
            with store.writing("scan", "1.0", then) as writer:
                writer.record(RunRequest("jo@scan1", (targets,)))
                for name, text in said.items():
                    writer.add(Subject(name, name), "snmp", (Observation(Source.SNMP_SYS_DESCR, DESCR, text),), then)
                    writer.done(name)
                writer.range(RangeCount("192.0.2.0/29", 6, 6 - len(said)))
                writer.finish(RunOutcome.COMPLETE, then)


def test_the_last_run_is_compared_with_the_one_of_the_same_targets_before(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO, "192.0.2.2": HUAWEI})
    scans(tmp_path, {"192.0.2.9": CISCO}, targets="192.0.2.9", first=1)
    scans(tmp_path, {"192.0.2.1": CISCO}, first=2)
    code, out, _ = kitscan("diff")
    assert (code, "run 3 (3 March 2026), compared with run 1 (1 March 2026)" in out) == (0, True)
    assert "Gone: last seen 2026-03-01" in out


def test_runs_are_named_by_number_or_word(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO}, {"192.0.2.1": CISCO, "192.0.2.2": HUAWEI})
    assert kitscan("diff", "1", "2", "--fail-on", "never") == kitscan("diff", "previous", "last", "--fail-on", "never")
    assert "Gone" in kitscan("diff", "last", "previous")[1]


@pytest.mark.parametrize("words", [("1", "soon"), ("1", "9"), ("-1", "2"), ("last", "1234567890")])
def test_a_run_that_is_not_there_is_an_error_that_says_what_to_do(
    tmp_path: Path, kitscan: Printed, words: tuple[str, ...]
) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO})
    code, out, err = kitscan("diff", *words)
    assert (code, out) == (2, "")
    assert err


def test_without_an_earlier_run_it_says_so(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO})
    code, _, err = kitscan("diff")
    assert (code, "no earlier run of the same targets" in err) == (2, True)


def test_a_new_device_at_fail_on_is_exit_code_1(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO}, {"192.0.2.1": CISCO, "192.0.2.2": HUAWEI})
    assert kitscan("diff")[0] == 1
    assert kitscan("diff", "--fail-on", "never")[0] == 0
    assert kitscan("diff", "last", "previous")[0] == 0


def test_each_file_has_the_format_of_its_ending(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO}, {"192.0.2.1": HUAWEI})
    code, out, err = kitscan("diff", "--out", "c.json", "--out", "c.html", "--fail-on", "never")
    assert (code, out, err) == (0, "", "Changes: c.json\nChanges: c.html\n")
    assert json.loads((tmp_path / "c.json").read_text())["schema"] == "kitscan-changes/1"
    assert (tmp_path / "c.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "c.html").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "words",
    [
        ("--out", "c.pdf"),
        ("--out", "c.md", "--out", "./c.md"),
        ("--format", "json", "--out", "a.json", "--out", "b.json"),
        ("--out", "kitscan.sqlite"),
        ("--out", "none/c.md"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, kitscan: Printed, words: tuple[str, ...]
) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO}, {"192.0.2.1": HUAWEI})
    assert kitscan("diff", *words)[0] == 2


def test_what_was_kept_is_told_as_it_was_judged_then(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO}, {"192.0.2.1": HUAWEI})
    assert "No judgement of runs 1 and 2 was kept" in " ".join(kitscan("diff")[1].split())
    assert kitscan("history", "--rebuild")[::2] == (0, "The history of 2 runs was rebuilt from their evidence.\n")
    assert "was kept" not in kitscan("diff")[1]
    anew = " ".join(kitscan("diff", "--anew")[1].split())
    assert "No judgement of runs 1 and 2 was kept" in anew
    assert "No judgement of runs 1 and 2 was kept" in " ".join(kitscan("diff", "--as-of", "2026-05-01")[1].split())


def test_a_redacted_comparison_names_no_address(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO}, {"192.0.2.1": HUAWEI})
    assert "192.0.2" not in kitscan("diff", "--redact", "--format", "json")[1]


def test_without_kept_states_there_is_no_history_and_a_command_makes_one(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO})
    code, _, err = kitscan("history", "192.0.2.1")
    assert (code, "kitscan history --rebuild" in err) == (2, True)


def test_a_device_has_its_first_and_last_day_and_each_change(tmp_path: Path, kitscan: Printed) -> None:
    scans(
        tmp_path,
        {"192.0.2.1": CISCO, "192.0.2.2": CISCO},
        {"192.0.2.1": HUAWEI, "192.0.2.2": CISCO},
        {"192.0.2.2": CISCO},
    )
    kitscan("history", "--rebuild")
    code, out, _ = kitscan("history", "192.0.2.1")
    assert code == 0
    assert "first seen 2026-03-01 (run 1), last seen 2026-03-02 (run 2)" in out
    assert "Gone since" in out
    days = [line[:10] for line in out.splitlines() if line.startswith("2026-")]
    assert days == ["2026-03-01", "2026-03-02", "2026-03-03"]
    read = json.loads(kitscan("history", "192.0.2.1", "--format", "json")[1])
    (device,) = read["devices"]
    assert (read["schema"], device["absent"]) == ("kitscan-history/1", "gone")
    assert [change["day"] for change in device["changes"]] == days
    assert "identity" in [event["kind"] for event in device["changes"][1]["events"]]


def test_all_devices_of_a_maker_are_listed_with_their_days(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO, "192.0.2.2": HUAWEI}, {"192.0.2.1": CISCO})
    kitscan("history", "--rebuild")
    _, out, _ = kitscan("history", "--maker", "HUAWEI")
    assert [line.split()[0] for line in out.splitlines()] == ["DEVICE", "192.0.2.2"]
    assert "2026-03-01  2026-03-01  " in out
    assert out.rstrip().endswith(", gone")
    assert kitscan("history", "--maker", "nobody")[1].count("\n") == 1


def test_an_unknown_device_is_answered_with_near_names(tmp_path: Path, kitscan: Printed) -> None:
    scans(tmp_path, {"192.0.2.1": CISCO})
    kitscan("history", "--rebuild")
    code, _, err = kitscan("history", "192.0.2.11")
    assert (code, "did you mean 192.0.2.1?" in err) == (2, True)


@pytest.mark.parametrize("words", [(), ("x", "--rebuild"), ("x", "--maker", "y")])
def test_exactly_one_thing_is_asked_for(kitscan: Printed, words: tuple[str, ...]) -> None:
    assert kitscan("history", *words)[0] == 2


def keep(store: Store, *nights: RunState) -> None:
    """Keep the states of nights, each after the one before."""
    before = None
    for state in nights:
        before = assign_lasting(state, before)
        store.keep_states(state.run, *to_json(before))


def test_a_rebuild_goes_on_from_what_was_kept_of_pruned_runs(tmp_path: Path, kitscan: Printed) -> None:
    """The store holds states of run 1 and no evidence, so the id that a device had then stays its lasting id."""
    scans(tmp_path, {"192.0.2.1": CISCO}, {"192.0.2.1": CISCO}, targets="192.0.2.0/24")
    kitscan("history", "--rebuild")
    with open_store(str(tmp_path / "kitscan.sqlite"), create=True) as store:
        kept = store.states(1)
        assert kept is not None
        (device,) = of_json(*kept).devices
        older = night(9, replace(device, id="older", lasting_id="older"))
        store.keep_states(9, *to_json(older))
        rows = tuple(store.texts_of_devices())
    assert {lasting for lasting, *_ in rows} == {device.id, "older"}
    kitscan("history", "--rebuild")
    with open_store(str(tmp_path / "kitscan.sqlite")) as store:
        assert store.runs_with_states() == (1, 2, 9)


def test_former_names_find_a_device_and_who_stood_where_it_stands(tmp_path: Path, kitscan: Printed) -> None:
    renamed = replace(box(1), name="edge-1", addresses=("192.0.2.50",))
    other = replace(box(2), name="newcomer", addresses=("192.0.2.50",), verdict=box(2).verdict, findings=(RULE,))
    with open_store(str(tmp_path / "kitscan.sqlite"), create=True) as store:
        keep(store, night(1, box(1)), night(2, renamed), night(3, other))
    _, out, _ = kitscan("history", "CORE-1")
    text = " ".join(out.split())
    assert "Formerly also 192.0.2.1, core-1" in text
    assert "Now stands here: newcomer" in text
    assert "Replaced since" in text
    assert "Before it stood here: edge-1" in " ".join(kitscan("history", "newcomer")[1].split())


def texts(*nights: RunState) -> list[tuple[int, str, Mapping[str, str]]]:
    """The number, the head and the texts of each night, each after the one before."""
    before, found = None, []
    for state in nights:
        before = assign_lasting(state, before)
        head, rows = to_json(before)
        found.append((state.run, head, dict(rows)))
    return found


def test_the_history_of_one_device_is_what_the_nights_told_of_it() -> None:
    nights = texts(
        night(1, box(1), box(2)),
        night(2, box(1), box(2)),
        night(3, box(2)),
        night(4, replace(box(1), version="V900"), box(2)),
    )
    entries = entries_of((head, rows["id-1"]) for _, head, rows in nights)
    assert [(entry.run, kinds(entry.events)) for entry in entries] == [
        (1, [EventKind.NEW]),
        (3, [EventKind.GONE]),
        (4, [EventKind.RETURNED, EventKind.VERSION]),
    ]
    rows = [("id-1", number, number, texts["id-1"]) for number, _, texts in nights]
    (span,) = life_spans(rows)
    assert (span.first, span.last, span.absent, span.device.version) == (1, 4, None, "V900")
    assert FIRST_NIGHT.date() == entries[0].day
