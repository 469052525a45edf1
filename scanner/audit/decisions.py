"""What an audit decides before it asks anybody and before it compares: from values alone, without time or disk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from fingerprints.model.errors import KitscanError
from scanner.run_request import RunRequest
from scanner.store.store import Run

AUDIT = "audit"
"""The kind of a run that an audit collects."""

RequestedScope = tuple[frozenset[str], frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run of the store, what was asked, and how far it came: whether its states are kept, and whether all was told
    that they say."""

    run: Run
    request: RunRequest
    has_states: bool = False
    is_notified: bool = False

    def is_audit_of(self, request: RunRequest) -> bool:
        """True for an audit of the same targets and exclusions, by the same probes."""
        return self.run.kind == AUDIT and scope_of(self.request) == scope_of(request)

    @property
    def is_baseline(self) -> bool:
        """True for an audit that reached its end, and was judged."""
        return self.run.complete and self.has_states


def scope_of(request: RunRequest) -> RequestedScope:
    """What two audits must have in common to be compared by default. The order of words says nothing."""
    return frozenset(request.targets), frozenset(request.exclusions), frozenset(request.probes)


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a new run. `unreached` is the run of the night before, if that did not reach its end: whom it did not ask
    is asked first. `too_old` is True where that run was cut off, and its night is over."""

    unreached: int | None = None
    too_old: bool = False


@dataclass(frozen=True, slots=True)
class Resume:
    """Continue this run, which was cut off."""

    run: int


def begin_or_resume(
    past: Iterable[PastRun], request: RunRequest, now: datetime, end_of_night: Callable[[datetime], datetime]
) -> Begin | Resume:
    """Whether tonight continues an audit that was cut off, or begins one. `past` are the runs so far, oldest first.

    A run that was cut off (killed, or ended by a signal) has no states. It is resumed where it is the latest run of the
    store and its night is not over (`end_of_night` of its start). One that its window ended was judged and told: the
    next night begins anew.
    """
    runs = tuple(past)
    last = next((known for known in reversed(runs) if known.is_audit_of(request)), None)
    if last is None or last.run.complete:
        return Begin()
    if last.has_states:
        return Begin(unreached=last.run.id)
    if last is runs[-1] and last.run.started <= now < end_of_night(last.run.started):
        return Resume(last.run.id)
    return Begin(unreached=last.run.id, too_old=True)


def untold(past: Iterable[PastRun], request: RunRequest, ended: frozenset[int] = frozenset()) -> tuple[PastRun, ...]:
    """The earlier audits of this scope that came to an end, and of which not all was told: they were killed after it.
    Oldest first. One that was cut off before it was judged is not among them; one whose number is in `ended` was not
    cut off, though parts of it are missing."""
    own = (known for known in past if known.is_audit_of(request) and not known.is_notified)
    return tuple(known for known in own if known.has_states or known.run.complete or known.run.id in ended)


@dataclass(frozen=True, slots=True)
class ComparedWith:
    """The run whose states a night is compared with, and the last complete audit (the baseline): another one where
    partial nights came between them. A partial night carries on what was known of those whom it did not reach."""

    run: int
    baseline: int | None


def compared_with(
    past: Iterable[PastRun], request: RunRequest, before: int, named: int | None = None
) -> ComparedWith | None:
    """What the run `before` is compared with: the latest audit of this scope with states, None if there is none.

    `named` is a run that the user chose instead. Raises KitscanError if that is not a complete audit with states.
    """
    known = tuple(each for each in past if each.run.id < before)
    if named is not None:
        usable = [each.run.id for each in known if each.is_baseline]
        if named not in usable:
            listed = ", ".join(map(str, usable)) or "none"
            problem = f"--baseline {named}: this is no complete audit before this night; those are: {listed}"
            raise KitscanError(problem, "name one of these, or leave the option out")
        return ComparedWith(named, named)
    own = [each for each in known if each.is_audit_of(request) and each.has_states]
    if not own:
        return None
    return ComparedWith(own[-1].run.id, next((each.run.id for each in reversed(own) if each.is_baseline), None))
