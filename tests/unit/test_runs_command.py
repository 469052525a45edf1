"""`kitscan runs` says what each run was of and who answered, and a run without an answer hides no earlier one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from reports.changes.state.run_state import MissingState
from reports.changes.state.state_json import to_json
from reports.policy.verdict import Verdict
from scanner.cli.assessment.reporting import run_named
from scanner.cli.main import run
from scanner.cli.runs.judged_counts import JudgedCounts
from scanner.cli.runs.listing import Change, RunSummary, as_json, format_runs, list_runs, summarize_runs
from scanner.courier.message import Terms
from scanner.fleet.ledger import FleetLedger
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.store import Store, open_store
from tests.unit.device_states import box, night

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
SILENCE = Gap("discovery", "", GapReason.NO_ANSWER, 'no {"source": in sight')
SCOPE = RunRequest("jo@scan1", ("192.0.2.0/29",), ("192.0.2.6",), "normal", ("snmp",))


def add_run(
    store: Store, answering: str, request: RunRequest = SCOPE, silent: str = "", ended: bool = True, kind: str = "scan"
) -> None:
    """A run that took 151 s, in which these addresses (by their last octets) answered."""
    with store.writing(kind, "1.0", THEN) as writer:
        writer.record(request)
        for last in answering:
            writer.add(Subject(last, f"192.0.2.{last}"), "snmp", [Observation(Source.SNMP_SYS_DESCR, "1", "VRP")], THEN)
        for last in silent:
            writer.add(Subject(last, f"192.0.2.{last}"), "discovery", [SILENCE], THEN)
        writer.range(RangeCount("192.0.2.0/29", 5, 5 - len(answering)))
        if ended:
            writer.finish(RunOutcome.COMPLETE, THEN + timedelta(seconds=151))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "s.sqlite"), create=True)


def test_a_run_counts_who_answered_and_what_changed_since_the_run_of_the_same_scope(store: Store) -> None:
    with store:
        add_run(store, "123", silent="4")
        add_run(store, "13", RunRequest("jo@scan1", ("192.0.2.3",)))
        add_run(store, "")
        add_run(store, "2345")
        counts = [
            (summary.answered, summary.unanswered, summary.silent, summary.change) for summary in summarize_runs(store)
        ]
    assert counts == [(3, 1, 2, None), (2, 0, 3, None), (0, 0, 5, Change(1, 0, 3)), (4, 0, 1, Change(1, 2, 1))]


def test_a_run_that_was_cut_short_is_compared_with_none(store: Store) -> None:
    with store:
        add_run(store, "123")
        add_run(store, "1", ended=False)
        add_run(store, "124")
        changes = [summary.change for summary in summarize_runs(store)]
    assert changes == [None, None, Change(1, 1, 1)]


def test_the_table_has_near_columns_and_cuts_only_the_scope(store: Store) -> None:
    with store:
        add_run(store, "123", silent="4")
        add_run(store, "", ended=False)
        lines = [line for width in (None, 120) for line in format_runs(summarize_runs(store), width)]
    head = "RUN  KIND  BEGAN (UTC)       TOOK          ENDED       PROFILE  ANSWERED  NO ANSWER  SILENT  CHANGE  SCOPE"
    first = "  1  scan  2026-03-01 08:00  2 min 31 s  complete    normal          3          1       2  -       "
    second = "  2  scan  2026-03-01 08:00           -  unfinished  normal          0          0       5  -       "
    scope, cut = "192.0.2.0/29, not 192.0.2.6", "192.0.2.0/29, not 19…"
    head = head.replace("TOOK        ", "      TOOK")
    assert lines == [head, first + scope, second + scope, head, first + cut, second + cut]


def test_what_audits_said_has_columns_of_its_own(store: Store) -> None:
    """The second night says the same of one device, which is one text, and no longer anything of the other."""
    missing = (MissingState("sw9", "192.0.2.9", "no-answer"),)
    devices = (box(1, verdict=Verdict.RESTRICTED), box(2, verdict=Verdict.NOT_ASSESSED), box(3, verdict=Verdict.REVIEW))
    with store:
        for kind in ("scan", "audit", "audit"):
            add_run(store, "1", kind=kind)
        store.keep_states(2, *to_json(night(2, *devices, box(4), missing=missing)))
        store.keep_states(3, *to_json(night(3, devices[0])))
        summaries = tuple(summarize_runs(store))
    assert [summary.judged for summary in summaries] == [None, JudgedCounts(4, 2, 2), JudgedCounts(1, 1, 0)]
    head, *lines = format_runs(summaries, None)
    at = head.index("SILENT  ") + 8
    assert [line[at:].split()[:3] for line in (head, *lines)] == [
        ["DEVICES", "FINDINGS", "NOT"],
        ["-", "-", "-"],
        ["4", "2", "2"],
        ["1", "1", "0"],
    ]
    assert as_json(summaries[1])["judged"] == {"devices": 4, "findings": 2, "not_assessed": 2}


def test_a_program_reads_the_runs_as_json(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with store:
        add_run(store, "1")
    assert run(["runs", "--store", store.place, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "run": 1,
            "kind": "scan",
            "tool_version": "1.0",
            "by": "jo@scan1",
            "started": "2026-03-01T08:00:00+00:00",
            "finished": "2026-03-01T08:02:31+00:00",
            "outcome": "complete",
            "baseline": False,
            "targets": ["192.0.2.0/29"],
            "exclusions": ["192.0.2.6"],
            "profile": "normal",
            "probes": ["snmp"],
            "answered": 1,
            "unanswered": 0,
            "silent": 4,
            "judged": None,
            "change": None,
        }
    ]


def test_hostile_words_of_a_scope_do_nothing_in_the_table(store: Store) -> None:
    with store:
        add_run(store, "1", RunRequest("jo@scan1", ("\x1b[2J\n.csv",), (), "a\rb"))
        (_, line) = format_runs(summarize_runs(store), None)
    assert line.endswith("␛[2J␊.csv") and "a␍b" in line


def test_an_empty_store_says_so() -> None:
    nothing: tuple[RunSummary, ...] = ()
    assert list(format_runs(nothing, None)) == ["The store holds no run."]


@pytest.mark.parametrize(
    ("runs", "chosen", "said"),
    [
        (("1", ""), 1, "run 2 observed nothing, so this is run 1; kitscan assess 2 reports on it all the same\n"),
        (
            ("1", "", ""),
            1,
            "runs 2, 3 observed nothing, so this is run 1; kitscan assess 3 reports on it all the same\n",
        ),
        (("1", "", "12"), 3, ""),
        (("", ""), 2, ""),
    ],
)
def test_a_run_that_observed_nothing_hides_no_earlier_one(
    store: Store, capsys: pytest.CaptureFixture[str], runs: tuple[str, ...], chosen: int, said: str
) -> None:
    with store:
        for answering in runs:
            add_run(store, answering, silent="7")
        assert (run_named(store, None).id, capsys.readouterr().err) == (chosen, said)


@pytest.mark.parametrize(
    ("kind", "is_of_a_fleet", "step"),
    [
        ("scan", False, "kitscan scan --resume"),
        ("audit", False, "kitscan audit"),
        ("scan", True, "kitscan fleet scan --resume"),
        ("audit", True, "kitscan fleet audit"),
    ],
)
def test_what_continues_a_run_is_said(
    store: Store, capsys: pytest.CaptureFixture[str], kind: str, is_of_a_fleet: bool, step: str
) -> None:
    with store:
        add_run(store, "1")
        add_run(store, "1", ended=False, kind=kind)
        if is_of_a_fleet:
            terms = Terms(seed=1, not_before=THEN.isoformat(), deadline=THEN.isoformat())
            FleetLedger(store).begin("a" * 32, 2, kind, terms, ("LON",), THEN)
        assert run_named(store, None).id == 1
        assert capsys.readouterr().err == f"run 2 did not finish, so this is run 1; {step} continues it\n"


def test_a_run_that_is_named_is_taken_whatever_it_holds(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with store:
        add_run(store, "1")
        add_run(store, "")
        assert (run_named(store, 2).id, capsys.readouterr().err) == (2, "")


def test_a_kept_state_that_cannot_be_read_costs_its_counts_alone(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with store:
        for number in (1, 2, 3):
            add_run(store, str(number), kind="audit")
        store.keep_states(1, *to_json(night(1, box(1))))
        store.keep_states(2, "{}", ())
        store.keep_states(3, to_json(night(3))[0], [("dev-x", '{"device": {}}')])
        list_runs(store, "text")
        assert [summary.judged for summary in summarize_runs(store)] == [JudgedCounts(1, 0, 0), None, None]
    printed = capsys.readouterr()
    assert [line.split(":")[1] for line in printed.err.splitlines()] == [" run 2", " run 3"]
    assert "history --rebuild" in printed.err
