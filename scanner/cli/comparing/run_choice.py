"""Which run a user means: a number, `last`, or `previous`."""

from fingerprints.model.errors import KitscanError
from scanner.cli.assessment.reporting import run_named
from scanner.store.store import Run, Store

LAST = "last"
PREVIOUS = "previous"


def runs_named(store: Store, old: str, new: str) -> tuple[int, int]:
    """The numbers of two runs. `last` is the latest finished run that observed anything or whose state is kept,
    `previous` the one of the same targets before the other run. Raises KitscanError for a word that names none."""
    after = _number(new) if new not in (LAST, PREVIOUS) else None
    before = _number(old) if old not in (LAST, PREVIOUS) else None
    if after is None:
        after = _last(store) if new == LAST else _previous(store, before)
    if before is None:
        before = _last(store) if old == LAST else _previous(store, after)
    return before, after


def _number(word: str) -> int:
    if not word.isdecimal() or len(word) > 9:
        raise KitscanError(f"{word!r} names no run", f"give the number of a run, {LAST} or {PREVIOUS}: kitscan runs")
    return int(word)


def _last(store: Store) -> int:
    """The latest run that says something; if none does, or it is not the last one, this is said on standard error."""
    ended = next((run for run in reversed(store.runs()) if run.finished is not None), None)
    return run_named(store, None).id if ended is None or not _says_something(store, ended) else ended.id


def _previous(store: Store, number: int | None) -> int:
    """The run of the same targets before a run, or before the last one."""
    run = store.run(_last(store) if number is None else number)
    found = next((each for each in reversed(store.runs()) if _is_before(store, each, run)), None)
    if found is None:
        problem = f"no earlier run of the same targets as run {run.id} observed anything"
        raise KitscanError(problem, "name two runs: kitscan runs lists them")
    return found.id


def _is_before(store: Store, each: Run, run: Run) -> bool:
    is_earlier = each.id < run.id and each.finished is not None
    same = frozenset(store.request(each.id).targets) == frozenset(store.request(run.id).targets)
    return is_earlier and same and _says_something(store, each)


def _says_something(store: Store, run: Run) -> bool:
    """True of a run that observed something, and of an audit that was told: if nobody answered it, all are gone."""
    return store.saw_something(run.id) or store.state_head(run.id) is not None
