"""Which run a user means: a number, `last`, or `previous`."""

from fingerprints.model.errors import KitscanError
from scanner.cli.assessment.reporting import run_named
from scanner.store.store import Run, Store

LAST = "last"
PREVIOUS = "previous"


def runs_named(store: Store, old: str, new: str) -> tuple[int, int]:
    """The numbers of two runs. `last` is the latest finished run that observed anything, `previous` the one of the same
    targets before the other run. Raises KitscanError for a word that names none."""
    after = _number(new) if new not in (LAST, PREVIOUS) else None
    before = _number(old) if old not in (LAST, PREVIOUS) else None
    if after is None:
        after = run_named(store, None).id if new == LAST else _previous(store, before)
    if before is None:
        before = run_named(store, None).id if old == LAST else _previous(store, after)
    return before, after


def _number(word: str) -> int:
    if not word.isdecimal() or len(word) > 9:
        raise KitscanError(f"{word!r} names no run", f"give the number of a run, {LAST} or {PREVIOUS}: kitscan runs")
    return int(word)


def _previous(store: Store, number: int | None) -> int:
    """The run of the same targets before a run, or before the last one."""
    run = run_named(store, number)
    targets = store.request(run.id).targets
    found = next((each for each in reversed(store.runs()) if _is_before(store, each, run, targets)), None)
    if found is None:
        problem = f"no earlier run of the same targets as run {run.id} observed anything"
        raise KitscanError(problem, "name two runs: kitscan runs lists them")
    return found.id


def _is_before(store: Store, each: Run, run: Run, targets: tuple[str, ...]) -> bool:
    is_earlier = each.id < run.id and each.finished is not None
    return is_earlier and store.request(each.id).targets == targets and store.saw_something(each.id)
