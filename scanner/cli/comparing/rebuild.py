"""Makes the history of a store again: judges each run in order, and keeps what is said of it."""

from collections.abc import Iterator

from reports.changes.lasting import assign_lasting
from reports.changes.state.run_state import AskedWords, RunState
from reports.changes.state.state_json import of_json, to_json
from scanner.cli.comparing.run_states import StateReader


def rebuild_states(reader: StateReader) -> Iterator[int]:
    """Judge every run that observed anything, oldest first, and keep its state in place of what was kept. Yields the
    number of each once its state is kept. A run is compared with the one before it of the same scope. One whose
    evidence was pruned cannot be judged: what was kept of it stays, and the history goes on from there."""
    latest: dict[AskedWords, RunState] = {}
    store = reader.store
    runs = frozenset(run.id for run in store.runs())
    for number in sorted(runs.union(store.runs_with_states())):
        if number not in runs:
            kept = store.states(number)
            if kept is not None:
                state = of_json(*kept)
                latest[state.scope] = state
        elif store.saw_something(number):
            judged = reader.judged(number)
            state = assign_lasting(judged, latest.get(judged.scope))
            store.keep_states(number, *to_json(state))
            latest[state.scope] = state
            yield number
