"""Pruning keeps what the rules say, and nothing that a run which stays needs is lost."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Observation, Source, Subject
from scanner.cli.main import run
from scanner.run_request import RunRequest
from scanner.sink import RunOutcome
from scanner.store.errors import StoreBusyError
from scanner.store.pruning.deleting import delete_runs
from scanner.store.pruning.retention import (
    KeepCause,
    KeepRule,
    Period,
    RunInStore,
    parse_rules,
    reasons_to_keep,
)
from scanner.store.sqlite_file import locked
from scanner.store.store import Store, open_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)  # a Sunday
SCOPE = ("scan", "192.0.2.0/24")
DAY = timedelta(days=1)


def nightly(number: int, complete: bool = True, hours: int = 0, scope: tuple[str, ...] = SCOPE) -> RunInStore:
    return RunInStore(number, scope, NOON + number * DAY + timedelta(hours=hours), complete)


def staying(runs: list[RunInStore], keep: str) -> list[int]:
    return [number for number, reasons in reasons_to_keep(runs, parse_rules(keep)).items() if reasons]


def test_rules_are_read_as_they_are_written() -> None:
    assert parse_rules("14d,12w, 2y") == (
        KeepRule(Period.DAY, 14),
        KeepRule(Period.WEEK, 12),
        KeepRule(Period.YEAR, 2),
    )


@pytest.mark.parametrize("text", ["", "14", "d", "0d", "14d,", "14h", "-1d", "99999d"])
def test_other_words_are_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(KitscanError, match="is no rule"):
        parse_rules(text)


def test_one_run_a_day_a_week_and_a_month_stays() -> None:
    runs = [nightly(number) for number in range(1, 61)]  # 2 March to 30 April
    assert staying(runs, "2d,2w,2m") == [30, 56, 59, 60]


def test_the_last_complete_run_stands_for_its_day() -> None:
    runs = [nightly(1), nightly(2), RunInStore(3, SCOPE, NOON + 2 * DAY, False), nightly(4)]
    assert staying(runs, "9d") == [1, 2, 4]


def test_a_day_without_a_complete_run_keeps_its_last_one() -> None:
    runs = [nightly(1, complete=False), RunInStore(2, SCOPE, NOON + DAY, False), nightly(3)]
    assert staying(runs, "9d") == [2, 3]


def test_the_newest_complete_run_stays_and_so_does_an_unfinished_one_after_it() -> None:
    runs = [nightly(1), nightly(2), nightly(3, complete=False), nightly(4, complete=False)]
    reasons = reasons_to_keep(runs, ())
    assert reasons == {1: (), 2: (KeepCause.NEWEST_COMPLETE,), 3: (), 4: (KeepCause.NEWEST,)}


def test_each_scope_is_looked_at_by_itself_and_imports_always_stay() -> None:
    other = ("scan", "198.51.100.0/24")
    runs = [nightly(1), nightly(2, scope=other), nightly(3), nightly(4, scope=()), nightly(5)]
    assert staying(runs, "1d") == [2, 4, 5]


@given(
    st.lists(st.tuples(st.integers(0, 400), st.booleans(), st.sampled_from((SCOPE, ("audit", "x"), ()))), max_size=40),
    st.lists(st.builds(KeepRule, st.sampled_from(Period), st.integers(1, 9)), max_size=3),
)
def test_whatever_the_rules_the_newest_complete_run_of_each_scope_stays(
    drawn: list[tuple[int, bool, tuple[str, ...]]], rules: list[KeepRule]
) -> None:
    ordered = sorted(drawn, key=lambda row: row[0])
    runs = [RunInStore(n, scope, NOON + day * DAY, ok) for n, (day, ok, scope) in enumerate(ordered, 1)]
    kept = reasons_to_keep(runs, rules)
    assert list(kept) == [one.id for one in runs]
    for scope in {one.scope for one in runs}:
        complete = [one.id for one in runs if one.scope == scope and one.complete]
        assert not complete or kept[complete[-1]]
        for rule in rules if scope else ():
            periods = sum(rule in kept[one.id] for one in runs if one.scope == scope)
            assert periods <= rule.count


def write_night(store: Store, night: int, said: dict[str, str], finished: bool = True) -> None:
    started = NOON + night * DAY
    with store.writing("scan", "1.0", started) as writer:
        writer.record(RunRequest("jo@scan1", ("192.0.2.0/24",)))
        for key, text in said.items():
            rows = [
                Observation(Source.SNMP_SYS_DESCR, "1", text),
                Observation(Source.SNMP_SYS_UP_TIME, "2", str(night)),
            ]
            writer.add(Subject(key, key), "snmp", rows, started)
            writer.done(key)
        if finished:
            writer.finish(RunOutcome.COMPLETE, started)


def numbers_in(place: str, query: str) -> set[int]:
    with closing(sqlite3.connect(place)) as connection:
        return {number for (number,) in connection.execute(query)}


NIGHTS = st.lists(
    st.tuples(st.dictionaries(st.sampled_from("abc"), st.text("xy", max_size=60), max_size=3), st.booleans()),
    min_size=1,
    max_size=6,
)


@given(nights=NIGHTS, going=st.sets(st.integers(1, 6)), stated=st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_text_that_a_run_or_a_state_needs_is_there_and_no_other(
    tmp_path_factory: pytest.TempPathFactory,
    nights: list[tuple[dict[str, str], bool]],
    going: set[int],
    stated: bool,
) -> None:
    with open_store(str(tmp_path_factory.mktemp("store") / "s.sqlite"), create=True) as store:
        for number, (said, finished) in enumerate(nights):
            write_night(store, number, said, finished)
            if stated:
                store.keep_states(number + 1, f'{{"run": {number}}}', [(key, text) for key, text in said.items()])
        before = {one.id: (store.sha256(one.id), list(store.evidence(one.id))) for one in store.runs()}
        states = {one: store.states(one) for one in before}
        delete_runs(store, going)
        after = {one.id: (store.sha256(one.id), list(store.evidence(one.id))) for one in store.runs()}
        assert after == {number: said for number, said in before.items() if number not in going}
        assert {one: store.states(one) for one in before} == states
        named = "select content from {}"
        tables = ("sequence_rows", "evidence", "states", "run_states")
        used = numbers_in(store.place, " union ".join(named.format(table) for table in tables))
        assert numbers_in(store.place, "select id from contents") == used
        write_night(store, 9, {"a": "xy"})
        assert len(list(store.evidence(max(one.id for one in store.runs())))) == 1


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(str(tmp_path / "s.sqlite"), create=True)
    for night in range(4):
        write_night(opened, night, {"192.0.2.1": str(night) * 60_000})
    return opened


def test_without_yes_nothing_is_deleted_and_each_run_is_told_with_its_reason(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["runs", "prune", "--keep", "2d", "--store", store.place]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "    1  scan    2026-03-01 12:00  goes",
        "    2  scan    2026-03-02 12:00  goes",
        "    3  scan    2026-03-03 12:00  stays  last of its day (2d)",
        "    4  scan    2026-03-04 12:00  stays  newest complete run of its scope, last of its day (2d)",
        "2 of 4 runs stay, 2 go",
    ]
    assert run(["runs", "prune", "--keep", "2d", "--dry-run", "--yes", "--store", store.place]) == 0
    assert "Next: the same command with --yes" in capsys.readouterr().err
    assert len(store.runs()) == 4


def test_with_yes_the_others_go_and_the_file_is_smaller(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(store.place)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    before = Path(store.place).stat().st_size
    assert run(["runs", "prune", "--keep", "1d", "--yes", "--store", store.place]) == 0
    assert "Deleted 3 runs; the store has" in capsys.readouterr().err
    assert [one.id for one in store.runs()] == [4]
    assert Path(store.place).stat().st_size < before - 100_000


def test_states_of_pruned_runs_stay(store: Store) -> None:
    store.keep_states(1, "{}", [("dev-a", '{"a": 1}')])
    delete_runs(store, [1])
    assert (store.states(1), list(store.states_of("dev-a"))) == (("{}", ('{"a": 1}',)), [(1, '{"a": 1}')])


def test_nothing_is_pruned_while_a_run_writes(store: Store) -> None:
    with locked(store.place), pytest.raises(StoreBusyError):
        delete_runs(store, [1])
    assert len(store.runs()) == 4


def audited(number: int, complete: bool = True, judged: bool = True, told: bool = True) -> RunInStore:
    return RunInStore(number, ("audit", "192.0.2.0/24"), NOON + number * DAY, complete, judged, told)


def test_what_the_next_audit_is_compared_with_stays() -> None:
    nights = [audited(1), audited(2), audited(3, complete=False), audited(4, complete=False, judged=False)]
    assert staying(nights, "1d") == [2, 3, 4]


def test_a_complete_audit_that_was_never_judged_does_not_push_out_the_baseline() -> None:
    assert staying([audited(1), audited(2), audited(3, judged=False, told=False)], "1d") == [2, 3]


def test_audits_that_nobody_was_told_of_stay_with_what_they_are_compared_with() -> None:
    nights = [audited(1), audited(2), audited(3, told=False), audited(4, told=False), audited(5, complete=False)]
    assert staying(nights, "1d") == [2, 3, 4, 5]


def test_an_audit_that_was_not_told_stays_behind_a_quiet_night_that_was() -> None:
    assert staying([audited(1), audited(2, told=False), audited(3), audited(4), audited(5)], "1d") == [1, 2, 5]


def test_an_old_run_under_a_new_number_does_not_push_out_the_newest() -> None:
    brought = RunInStore(9, SCOPE, NOON, True)
    assert staying([nightly(5), nightly(6), brought], "1d") == [6, 9]


def test_audits_by_other_probes_are_counted_by_themselves(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    for probes in (("snmp", "ssh"), ("snmp",)):
        with store.writing("audit", "1.0", NOON) as writer:
            writer.record(RunRequest("jo@scan1", ("192.0.2.0/24",), (), "normal", probes))
            writer.finish(RunOutcome.COMPLETE, NOON)
    assert run(["runs", "prune", "--keep", "1d", "--store", store.place]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if " audit " in line]
    assert len(lines) == 2
    assert all("newest complete run of its scope" in line for line in lines)
