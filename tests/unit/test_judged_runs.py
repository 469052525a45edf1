"""Which judged runs the server keeps, and for how long."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.document.document import Document
from scanner.run_request import RunRequest
from scanner.serve.judged_runs import JudgedRuns, StoredRun
from scanner.sink import RunOutcome
from scanner.store.store import Run
from tests.unit import documents

THEN = datetime(2026, 3, 1, tzinfo=UTC)


class Store:
    """Three complete runs; `judged` has the number of each judgement."""

    def __init__(self) -> None:
        self.runs = {number: Run(number, "scan", "1.0", THEN, THEN, RunOutcome.COMPLETE) for number in (1, 2, 3)}
        self.judged: list[int] = []

    def stored(self) -> tuple[StoredRun, ...]:
        return tuple(StoredRun(run, RunRequest(), 1) for run in self.runs.values())

    def judge(self, number: int) -> Document:
        self.judged.append(number)
        return documents.few()


def test_the_two_runs_that_were_read_last_are_kept() -> None:
    store = Store()
    source = JudgedRuns(store.stored, store.judge)
    for number in (1, 2, 1, 3, 1, 2):
        source.document(number)
    assert store.judged == [1, 2, 3, 2]


@pytest.mark.parametrize("outcome", [None, RunOutcome.INTERRUPTED])
def test_a_run_that_may_go_on_is_judged_anew_each_time(outcome: RunOutcome | None) -> None:
    store = Store()
    store.runs[1] = replace(store.runs[1], finished=THEN if outcome else None, outcome=outcome)
    source = JudgedRuns(store.stored, store.judge)
    for _ in range(2):
        source.document(1)
    assert store.judged == [1, 1]


def test_a_run_that_ends_while_it_is_judged_is_not_kept() -> None:
    store = Store()
    ended = store.runs[1]
    store.runs[1] = replace(ended, finished=None, outcome=None)

    def judge(number: int) -> Document:
        document = store.judge(number)
        store.runs[1] = ended
        return document

    source = JudgedRuns(store.stored, judge)
    for _ in range(3):
        source.document(1)
    assert store.judged == [1, 1]


def test_a_kept_run_is_given_while_another_one_is_judged() -> None:
    store = Store()
    source = JudgedRuns(store.stored, store.judge)
    kept, given = source.document(1), []
    source.judge = lambda number: given.append(source.document(1)) or store.judge(number)  # type: ignore[func-returns-value]
    source.document(2)
    assert given == [kept]
