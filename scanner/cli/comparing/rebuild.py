"""Makes the history of a store again: judges each run in order, and keeps what is said of it."""

from collections.abc import Iterator

from reports.changes.lasting import assign_lasting
from reports.changes.run_state import RunState
from reports.changes.state_json import to_json
from scanner.cli.comparing.run_states import StateReader
from scanner.store.store import Run

Scope = tuple[str, frozenset[str], frozenset[str]]


def rebuild_states(reader: StateReader) -> Iterator[int]:
    """Judge every run that observed anything, oldest first, and keep its state in place of what was kept. Yields the
    number of each once its state is kept. A run is compared with the one before it of the same kind and scope."""
    latest: dict[Scope, RunState] = {}
    store = reader.store
    for run in store.runs():
        if not store.saw_something(run.id):
            continue
        scope = _scope_of(reader, run)
        state = assign_lasting(reader.judged(run.id), latest.get(scope))
        store.keep_states(run.id, *to_json(state))
        latest[scope] = state
        yield run.id


def _scope_of(reader: StateReader, run: Run) -> Scope:
    asked = reader.store.request(run.id)
    return run.kind, frozenset(asked.targets), frozenset(asked.exclusions)
