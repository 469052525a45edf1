"""A run judged by several processes: the same bytes as by one, and an error where one of them is gone."""

import json
import multiprocessing.util
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from multiprocessing import active_children, resource_tracker
from pathlib import Path

import pytest

from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from reports.document.build import build_document
from reports.formats.as_json import render
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.examiner import Examiner, InThisProcess, evaluator_of
from reports.judgement.run import assess_examined
from reports.judgement.run_info import RunInfo
from reports.placement.zones import read_zones
from reports.policy.policy_set import DEFAULT_SET, load_policies
from scanner.judging.examiner_choice import cores, examiner_of, processes_for
from scanner.judging.shared_examiner import SharedExaminer, TaskPiece
from scanner.judging.subject_tasks import SubjectsOfRun, SubjectTask
from scanner.judging.worker_processes import WorkerProcesses
from scanner.sink import RunOutcome
from scanner.store.errors import StoreError
from scanner.store.store import Store, open_store
from tests.replay.golden_documents import HOME, frozen_run
from tests.unit.boxes import entity, live, ports

NOW = datetime(2026, 11, 28, tzinfo=UTC)
TWO_ADDRESSES = ("198.51.100.1", "203.0.113.1")
"""Of one box, far apart in the order of the run: whoever is given one of them must be given both."""

INFO = RunInfo("1", "0", 20, ())


@pytest.fixture(scope="module")
def options() -> AssessmentOptions:
    zones = read_zones(HOME / "demo.zones.yaml")
    return AssessmentOptions(load_database(), zones, load_policies(DEFAULT_SET), "test", None, NOW.date())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demo's run, a box of two addresses, a target without an answer and a saved capture."""
    place = str(tmp_path_factory.mktemp("judging") / "store.sqlite")
    box = (*ports("00:e0:fc:10:20:01", "00:e0:fc:10:20:02"), *entity(1, kind="3", serial="2102350ABCDEF123"))
    added = [*frozen_run("demo").evidence, *(live(address, box) for address in TWO_ADDRESSES)]
    with open_store(place, create=True) as opened:
        with opened.writing("scan", "0", NOW) as writer:
            for part in added:
                writer.add(part.subject, "snmp", (*part.observations, *part.gaps), NOW)
            silent = Gap("snmp", "161/udp", GapReason.NO_ANSWER)
            writer.add(Subject("192.0.2.77", "192.0.2.77"), "snmp", (silent,), NOW)
            said = Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Huawei VRP")
            writer.add(Subject("a capture", labels=("a capture",)), "snmp", (said,), NOW)
            writer.finish(RunOutcome.COMPLETE, NOW)
        yield opened


def document(examiner: Examiner, options: AssessmentOptions) -> str:
    return render(build_document(assess_examined(examiner, options, INFO)))


@pytest.fixture(scope="module")
def by_one(store: Store, options: AssessmentOptions) -> str:
    return document(InThisProcess(partial(store.evidence, 1), options), options)


@pytest.mark.parametrize("in_task", [1, 2, 3, 7, 1000])
def test_tasks_of_any_size_make_the_same_document(
    store: Store, options: AssessmentOptions, by_one: str, in_task: int
) -> None:
    """Each task, and what judges, goes through a pickle, as between processes."""
    copied: AssessmentOptions = pickle.loads(pickle.dumps(options))
    subjects = SubjectsOfRun(store, 1, copied, evaluator_of(copied))

    def answer(tasks: Sequence[SubjectTask[TaskPiece]]) -> Iterable[Sequence[TaskPiece]]:
        answers = {number: pickle.dumps(pickle.loads(pickle.dumps(task)).do(subjects)) for number, task in _late(tasks)}
        return [pickle.loads(answers[number]) for number in range(len(tasks))]

    keys = tuple(sorted(frozenset[str]().union(*store.subjects(1))))
    assert document(SharedExaminer(keys, answer, in_task), options) == by_one


def test_the_run_holds_what_is_hard_to_share_out(by_one: str) -> None:
    """A device of two addresses, devices that neighbours report, and targets that gave no answer."""
    whole = json.loads(by_one)
    assert sum(one["addresses"] == list(TWO_ADDRESSES) for one in whole["devices"]) == 1
    assert '"neighbour.lldp"' in by_one
    assert "192.0.2.77" in [one["target"] for one in whole["not_assessed"]]


def _late(tasks: Sequence[SubjectTask[TaskPiece]]) -> list[tuple[int, SubjectTask[TaskPiece]]]:
    """The last task first: no answer may depend on what was answered before."""
    return list(enumerate(tasks))[::-1]


@pytest.mark.parametrize("processes", [2, *(pytest.param(many, marks=pytest.mark.long) for many in (3, 7))])
def test_any_number_of_processes_makes_the_same_document(
    store: Store, options: AssessmentOptions, by_one: str, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.judging.examiner_choice.IN_TASK", 3)
    with examiner_of(store, store.run(1), options, processes) as examiner:
        assert isinstance(examiner, SharedExaminer)
        assert document(examiner, options) == by_one
    assert active_children() == []


def test_a_run_whose_subjects_have_gone_is_no_document(store: Store, options: AssessmentOptions) -> None:
    with pytest.raises(StoreError, match="changed while it was judged"):
        list(SubjectsOfRun(store, 1, options, evaluator_of(options)).read(("192.0.2.250",)))


@pytest.mark.parametrize(("jobs", "least", "processes"), [(2, 5, 2), (2, 10, 2), (2, 11, 1), (8, 5, 4), (1, 1, 1)])
def test_a_small_run_is_judged_in_this_process(store: Store, jobs: int, least: int, processes: int) -> None:
    assert processes_for(store, store.run(1), jobs, least) == processes


def test_a_system_that_names_no_cores_of_a_process_has_those_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS has no sched_getaffinity."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert cores() == (os.cpu_count() or 1)


def test_a_run_that_goes_on_is_judged_in_this_process(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "store.sqlite"), create=True) as store, store.writing("scan", "0", NOW) as writer:
        for last in range(9):
            writer.add(Subject(f"192.0.2.{last}", f"192.0.2.{last}"), "snmp", (), NOW)
        writer.commit()
        assert processes_for(store, store.run(1), 2, 1) == 1


MANY = 1000
"""Tasks that this process does not get through before another has had one."""


def _slowly(_task: object) -> None:
    time.sleep(0.01)


def test_a_process_that_is_killed_ends_the_work_with_an_error() -> None:
    answering = partial(nullcontext, signal.raise_signal)
    with WorkerProcesses(2, answering) as workers, pytest.raises(KitscanError) as error:
        list(workers.answers([signal.SIGKILL] * MANY, _slowly))
    assert "was ended by signal 9 before it was done, so there is no report" in error.value.problem
    assert active_children() == []


def test_a_process_that_is_killed_while_it_waits_ends_the_work_with_an_error() -> None:
    with WorkerProcesses(1, partial(nullcontext, abs)) as workers:
        assert list(workers.answers([-1], abs)) == [1]
        (process,) = active_children()
        process.kill()
        process.join()
        with pytest.raises(KitscanError, match="before it was done"):
            list(workers.answers([-1] * MANY, _slowly))


def _answer(task: float) -> tuple[float, int]:
    time.sleep(task)
    return task, os.getpid()


def test_this_process_does_tasks_while_it_waits_and_the_answers_stay_in_order() -> None:
    tasks = [0.2, *(number / 1000 for number in range(12))]
    with WorkerProcesses(1, partial(nullcontext, _answer)) as workers:
        answers = list(workers.answers(tasks, _answer))
        assert [task for task, _ in answers] == tasks
        assert {process for _, process in answers} == {os.getpid(), *(child.pid for child in active_children())}


def _upper_slowly(task: bytes) -> bytes:
    time.sleep(0.1)
    return task.upper()


def test_tasks_and_answers_that_fill_their_pipe_do_not_wait_for_each_other() -> None:
    """Linux keeps some 200 kB of what goes through a pair of sockets."""
    tasks = [letter.encode() * 2**21 for letter in "abcdefgh"]
    with WorkerProcesses(1, partial(nullcontext, bytes.upper)) as workers:
        answers = workers.answers(tasks, _upper_slowly)
        assert [answer[:1] for answer in answers] == [letter.encode() for letter in "ABCDEFGH"]


def test_a_process_that_is_killed_before_it_has_begun_ends_the_work_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spawn = multiprocessing.util.spawnv_passfds
    resource_tracker.ensure_running()

    def spawned_and_killed(*words: object) -> int:
        pid = spawn(*words)
        os.kill(pid, signal.SIGKILL)
        return int(pid)

    monkeypatch.setattr(multiprocessing.util, "spawnv_passfds", spawned_and_killed)
    with (
        pytest.raises(KitscanError, match="was ended by signal 9"),
        WorkerProcesses(1, partial(nullcontext, bytes(2**20))) as workers,
    ):
        list(workers.answers([1] * MANY, _slowly))
    assert active_children() == []


def test_what_a_process_cannot_answer_fails_here_as_it_would_have() -> None:
    with WorkerProcesses(1, partial(nullcontext, int)) as workers, pytest.raises(ValueError, match="'one'"):
        list(workers.answers(["1", "one"], int))


def test_a_process_that_cannot_open_the_store_leaves_its_tasks_to_this_one(capfd: pytest.CaptureFixture[str]) -> None:
    """A server that has no room for another connection, say. Nobody reads a traceback."""
    with WorkerProcesses(1, partial(open_store, "no/such/folder://store")) as workers:
        assert list(workers.answers([-1, -2], abs)) == [1, 2]
    assert capfd.readouterr().err == ""


def test_a_signal_while_processes_are_started_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    set_mask = signal.pthread_sigmask

    def interrupted(how: int, mask: set[signal.Signals]) -> object:
        if how == signal.SIG_SETMASK:
            signal.raise_signal(signal.SIGINT)
        return set_mask(how, mask)

    monkeypatch.setattr(signal, "pthread_sigmask", interrupted)
    with pytest.raises(KeyboardInterrupt), WorkerProcesses(1, partial(nullcontext, abs)):
        pytest.fail("the signal was lost")
    assert active_children() == []


def test_an_interruption_ends_every_process_at_once() -> None:
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), WorkerProcesses(2, partial(nullcontext, time.sleep)) as workers:
        next(iter(workers.answers([0, 60], time.sleep)))
        raise KeyboardInterrupt
    assert active_children() == []
    assert time.monotonic() - started < 30


OF_ANOTHER = """
import os, sys, time
from contextlib import nullcontext
from functools import partial
from multiprocessing import active_children
from scanner.judging.worker_processes import WorkerProcesses
if __name__ == "__main__":
    with WorkerProcesses(1, {answering}) as workers:
        {asked}
        print(active_children()[0].pid, flush=True)
        os._exit(9)
"""


@pytest.mark.parametrize(
    ("answering", "asked"),
    [
        ("partial(nullcontext, abs)", "list(workers.answers([1], abs))"),
        ("partial(time.sleep, 60)", "pass"),  # it still loads what it needs
    ],
)
def test_processes_end_with_the_one_that_started_them(answering: str, asked: str) -> None:
    of_another = OF_ANOTHER.format(answering=answering, asked=asked)
    ended = subprocess.run([sys.executable, "-c", of_another], capture_output=True, text=True, check=False)
    pid, until = int(ended.stdout), time.monotonic() + 20
    while _is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert (ended.returncode, ended.stderr, _is_alive(pid)) == (9, "", False)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
