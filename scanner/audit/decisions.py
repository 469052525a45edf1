"""What an audit decides before it asks anybody and before it compares: from values alone, without time or disk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from fingerprints.model.errors import KitscanError
from scanner.run_request import RunRequest
from scanner.sink import RunOutcome
from scanner.store.store import Run

AUDIT = "audit"
"""The kind of a run that an audit collects."""

@dataclass(frozen=True, slots=True)
class PastRun:
    """A run of the store, what was asked, and how far it came: whether its states are kept, and whether all was told
    that they say."""

    run: Run
    request: RunRequest
    has_states: bool = False
    is_told: bool = False

    def is_audit_of(self, request: RunRequest) -> bool:
        """True for an audit of the same targets and exclusions, by the same probes."""
        return self.run.kind == AUDIT and scope_of(self.request) == scope_of(request)


Scope = tuple[frozenset[str], frozenset[str], frozenset[str]]


def scope_of(request: RunRequest) -> Scope:
    """What two audits must have in common to be compared by default. The order of words says nothing."""
    return frozenset(request.targets), frozenset(request.exclusions), frozenset(request.probes)


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a new run. `unreached` is the run of the night before that did not reach its end: whom it did not ask is
    asked first. `too_old` is one that was cut off and is no longer resumed."""

    unreached: int | None = None
    too_old: int | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Continue this run, which was cut off."""

    run: int


def begin_or_resume(
    past: Iterable[PastRun], request: RunRequest, now: datetime, end_of_night: Callable[[datetime], datetime]
) -> Begin | Resume:
    """Whether tonight continues an audit that was cut off, or begins one.

    A run that was cut off (killed, or ended by a signal) has no states. It is resumed where it is the latest run of the
    store and its night is not over (`end_of_night` of its start). One that its window ended was judged and told: the
    next night begins anew.
    """
    runs = tuple(past)
    own = [known for known in runs if known.is_audit_of(request)]
    last = own[-1] if own else None
    if last is None or last.run.complete:
        return Begin()
    if last.has_states:
        return Begin(unreached=last.run.id)
    if last is runs[-1] and last.run.started <= now < end_of_night(last.run.started):
        return Resume(last.run.id)
    return Begin(unreached=last.run.id, too_old=last.run.id)


def untold(past: Iterable[PastRun], request: RunRequest) -> tuple[Run, ...]:
    """The earlier audits of this scope that reached an end, and of which not all was told: they were killed after it.
    Oldest first. One that a signal ended before its end is not among them, unless its states were kept."""
    own = (known for known in past if known.is_audit_of(request) and not known.is_told)
    return tuple(known.run for known in own if known.has_states or known.run.complete)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run is compared with: a complete run, and the partial audits after it whose states say what was told
    since, oldest first."""

    run: int
    partial: tuple[int, ...] = ()


def baseline_of(past: Iterable[PastRun], request: RunRequest, before: int, named: int | None) -> Baseline | None:
    """The latest complete audit of this scope with states, before the run `before`; None if there is none. `named` is
    a run that the user chose instead: it must be a complete one with states. Raises KitscanError for another."""
    known = tuple(each for each in past if each.run.id < before)
    if named is not None:
        chosen = next((each for each in known if each.run.id == named), None)
        if chosen is None or not chosen.run.complete or not chosen.has_states:
            usable = ", ".join(str(each.run.id) for each in known if each.run.complete and each.has_states) or "none"
            raise KitscanError(
                f"--baseline {named}: no complete audit; those that can be one are: {usable}", "name one of these runs"
            )
        return Baseline(named)
    own = [each for each in known if each.is_audit_of(request) and each.has_states]
    complete = [each.run.id for each in own if each.run.complete]
    if not complete:
        return None
    return Baseline(complete[-1], tuple(each.run.id for each in own if each.run.id > complete[-1]))


def is_partial(run: Run) -> bool:
    """True if a run did not ask everybody."""
    return run.outcome is not RunOutcome.COMPLETE
