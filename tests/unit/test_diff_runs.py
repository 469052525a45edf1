"""Which runs `kitscan diff` compares, and whether their states are of one chain of nights."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from fingerprints.model.errors import KitscanError
from reports.changes.lasting import assign_lasting
from reports.changes.state.event import EventKind
from reports.changes.state.run_state import RunState
from reports.changes.state.state_json import to_json
from scanner.audit.decisions import AUDIT
from scanner.cli.auditing.telling import NightTeller, TellingRequest
from scanner.cli.comparing.history import command as history
from scanner.cli.comparing.run_choice import runs_named
from scanner.cli.comparing.run_states import StateReader
from scanner.cli.options import ReportRequest
from scanner.cli.terminal.held_messages import HeldMessages
from scanner.config import Config
from scanner.run_request import RunRequest
from scanner.sink import RunOutcome
from scanner.store.store import Store, open_store
from tests.unit.device_states import FIRST_NIGHT, box, night
from tests.unit.nights import Operator, boxes


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "s.sqlite"), create=True) as opened:
        yield opened


def kept(store: Store, number: int, *devices: int, before: RunState | None = None) -> RunState:
    """An audit of these boxes that was judged and kept."""
    started = FIRST_NIGHT + timedelta(days=number - 1)
    with store.writing(AUDIT, "1.0", started) as writer:
        writer.record(RunRequest("op@noc", ("192.0.2.0/24",), (), "normal", ("snmp",)))
        writer.finish(RunOutcome.COMPLETE, started)
    state = assign_lasting(night(number, *map(box, devices)), before)
    store.keep_states(number, *to_json(state))
    return state


def events(store: Store, before: int, after: int) -> list[tuple[EventKind, str]]:
    report = StateReader(store, ReportRequest(), Config(Path())).compared(before, after)
    return [(event.kind, event.device.name) for event in report.comparison.events]


def test_a_device_that_the_later_chain_never_knew_is_gone_all_the_same(store: Store) -> None:
    """As of two nights by other probes, or where --baseline named an older night."""
    first = kept(store, 1, 1)
    kept(store, 2, 1, 2, before=first)
    kept(store, 3, 1, before=first)
    assert events(store, 2, 3) == [(EventKind.GONE, "core-2")]
    assert events(store, 1, 3) == []


def test_the_morning_after_a_night_in_which_nobody_answered_diff_says_so(store: Store) -> None:
    operator = Operator(store, boxes(2))
    operator.night()
    operator.night()
    operator.boxes.clear()
    operator.night()
    assert runs_named(store, "previous", "last") == (2, 3)
    assert events(store, 2, 3) == [(EventKind.GONE, "sw1"), (EventKind.GONE, "sw2")]


def test_changes_and_a_report_do_not_write_one_file(tmp_path: Path) -> None:
    page = tmp_path / "x.html"
    telling = TellingRequest((), (tmp_path / "." / "x.html",), quiet=False, until=None)
    with pytest.raises(KitscanError, match="one file is named twice"):
        NightTeller(telling, ReportRequest(out=(page,)), Config(tmp_path), HeldMessages())


def test_the_run_before_has_the_same_targets_in_any_order(store: Store) -> None:
    for number, targets in ((1, ("a.csv", "b.csv")), (2, ("b.csv", "a.csv"))):
        with store.writing(AUDIT, "1.0", FIRST_NIGHT) as writer:
            writer.record(RunRequest("op@noc", targets, (), "normal", ("snmp",)))
            writer.finish(RunOutcome.COMPLETE, FIRST_NIGHT)
        store.keep_states(number, *to_json(assign_lasting(replace(night(number, box(1)), targets=targets), None)))
    assert runs_named(store, "previous", "last") == (1, 2)


def test_a_maker_without_a_name_is_not_every_maker() -> None:
    result = CliRunner().invoke(history, ["--maker", " "])
    assert (result.exit_code, "Name one device" in result.output) == (2, True)
