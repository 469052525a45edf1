"""Whatever a run writes, commits, loses to a kill or resumes, the store holds what was committed, word for word."""

import contextlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fingerprints.model.evidence import GapReason, Observation, Source, Subject
from scanner.sink import RunOutcome
from scanner.store.errors import StoreBusyError
from scanner.store.store import Store, open_store
from scanner.store.writer import Writer

THEN = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = st.sampled_from(["192.0.2.1", "192.0.2.2", "switch \N{LATIN SMALL LETTER E WITH ACUTE}"])


class StoreMachine(RuleBasedStateMachine):
    """One scan after another in one store. The model is two dicts: what was written, and what of it was committed."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.place = str(Path(self._folder.name) / "s.sqlite")
        self.store: Store = open_store(self.place, create=True)
        self.stack: contextlib.ExitStack | None = None
        self.writer: Writer | None = None
        self.run = 0
        self.outcomes: dict[int, RunOutcome | None] = {}
        self.written: dict[str, tuple[set[str], bool]] = {}
        self.durable: dict[int, dict[str, tuple[set[str], bool]]] = {}

    def teardown(self) -> None:
        if self.stack is not None:
            self.stack.close()
        self.store.__exit__(None, None, None)
        self._folder.cleanup()

    def _is_writing(self) -> bool:
        return self.writer is not None

    def _can_resume(self) -> bool:
        return self.writer is None and self.run > 0 and self.outcomes[self.run] is not RunOutcome.COMPLETE

    def _keep(self) -> None:
        self.durable[self.run] = {key: (set(values), done) for key, (values, done) in self.written.items()}

    @precondition(lambda self: not self._is_writing())
    @rule()
    def begin(self) -> None:
        self.stack = contextlib.ExitStack()
        self.writer = self.stack.enter_context(self.store.writing("scan", "1.0", THEN))
        self.run, self.written = self.writer.run, {}
        self.outcomes[self.run] = None
        self._keep()

    @precondition(_can_resume)
    @rule()
    def resume(self) -> None:
        run, done = self.store.interrupted()
        assert (run.id, done) == (self.run, {key for key, (_, over) in self.durable[self.run].items() if over})
        self.stack = contextlib.ExitStack()
        self.writer = self.stack.enter_context(self.store.resuming(self.run))
        self.written = {key: (set(values), over) for key, (values, over) in self.durable[self.run].items()}

    @precondition(_is_writing)
    @rule(key=KEYS, value=st.text(st.characters(max_codepoint=255), max_size=20), done=st.booleans())
    def write(self, key: str, value: str, done: bool) -> None:
        assert self.writer is not None
        self.writer.add(Subject(key), "snmp", [Observation(Source.SNMP_SYS_DESCR, "1", value)], THEN)
        values, over = self.written.setdefault(key, (set(), False))
        self.written[key] = ({*values, value}, over or done)
        if done:
            self.writer.done(key)

    @precondition(_is_writing)
    @rule()
    def commit(self) -> None:
        assert self.writer is not None
        self.writer.commit()
        self._keep()

    @precondition(_is_writing)
    @rule(outcome=st.sampled_from(RunOutcome))
    def finish(self, outcome: RunOutcome) -> None:
        assert self.writer is not None and self.stack is not None
        self.writer.finish(outcome, THEN)
        self.outcomes[self.run] = outcome
        self._end()

    @precondition(_is_writing)
    @rule()
    def stop(self) -> None:
        """An error ends the block: what was written is kept."""
        self._end()

    @precondition(_is_writing)
    @rule()
    def kill(self) -> None:
        """The process dies: its connection goes without a commit, and its lock with it."""
        assert self.writer is not None and self.stack is not None
        self.writer._waiting.clear()
        self.writer._connection.rollback()
        self.stack.close()
        self.writer = self.stack = None

    @precondition(_is_writing)
    @rule()
    def a_second_run_is_refused(self) -> None:
        with contextlib.suppress(StoreBusyError), self.store.writing("scan", "1.0", THEN):
            raise AssertionError

    @rule()
    def open_again(self) -> None:
        with open_store(self.place) as other:
            assert [run.id for run in other.runs()] == sorted(self.outcomes)

    def _end(self) -> None:
        assert self.stack is not None
        self.stack.close()
        self.writer = self.stack = None
        self._keep()

    @invariant()
    def the_store_holds_what_was_committed(self) -> None:
        assert {run.id: run.outcome for run in self.store.runs()} == self.outcomes
        for run, subjects in self.durable.items():
            complete = self.outcomes[run] is RunOutcome.COMPLETE
            evidence = list(self.store.evidence(run))
            assert [one.subject.key for one in evidence] == sorted(subjects)
            for one in evidence:
                values, done = subjects[one.subject.key]
                assert {observed.value for observed in one.observations} == values
                owes = not done and (not complete or bool(values))
                assert [gap.reason for gap in one.gaps] == [GapReason.INTERRUPTED] * owes


StoreMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestStoreMachine = StoreMachine.TestCase
