"""Collects one slice: by the ordinary survey, into a small store of its own, and out of it a signed bundle.

A slice that was cut off is continued: whoever was asked is not asked again, and no login that was refused is offered
anew, in whichever slice of the run it was.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.credentials.references import Prompt
from scanner.fleet.site.local_scope import LocalScope
from scanner.fleet.site.run_ledger import Refusals
from scanner.fleet.slices import ScopeSlice
from scanner.progress import Progress
from scanner.protocols.snmp.second_round import SecondRoundPlan
from scanner.rate_limit.profiles import PROFILES
from scanner.run_request import CollectionTerms
from scanner.run_survey import survey_into
from scanner.stop_signals import StopSignals
from scanner.store.bundles.bundle_writer import BundleOptions, bundle_of
from scanner.store.bundles.manifest import BundledSlice
from scanner.store.store import Store, open_store
from scanner.survey import Survey, credentials_of
from scanner.version import VERSION

MAX_DEVICES_AT_ONCE = 64
"""Devices that are asked at the same time, whatever the profile allows. Each takes memory while it is asked, and a
collector runs on what a site has; so many keep a slice busy all the same."""

Watch = Callable[[Progress], AbstractContextManager[None]]
"""Shows how far a slice is, while the block runs."""


def _nobody_watches(_progress: Progress) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class SliceTask:
    """What is collected of which run: a slice of the local scope, at a profile and by probes that the site allows."""

    local: LocalScope
    part: ScopeSlice
    profile: str
    probes: tuple[str, ...]
    named: BundledSlice


@dataclass(frozen=True, slots=True)
class SliceEdge:
    """What collecting needs of the world outside: what the probes ask, the version of the data, the key that signs, a
    clock for each slice, the signals, and who watches. `prompt` asks a person for a secret."""

    wanted: SecondRoundPlan | None
    data_version: str
    key: str = field(repr=False)
    new_clock: Callable[[], Callable[[], datetime]]
    stop: StopSignals
    prompt: Prompt
    watch: Watch = _nobody_watches
    note: Callable[[str], None] = lambda _problem: None
    """Takes what concerns no single target: a credential that cannot be read, a missing privilege."""


@dataclass(frozen=True, slots=True)
class CollectedSlice:
    """A slice that was asked to its end: the bundle, and how many of its targets showed a sign of life."""

    octets: bytes = field(repr=False)
    answered: int


def collect_slice(task: SliceTask, place: Path, edge: SliceEdge, refusals: Refusals) -> CollectedSlice | None:
    """Collect a slice into the store at `place`, and bundle it. None where a signal cut it off: the store stays, and
    the next call continues it. `refusals` are those of other slices of the run.

    Whoever has made the bundle durable deletes the store (`delete_store`). Raises StoreError, SinkError, KitscanError.
    """
    with open_store(str(place), create=True) as store:
        answered = _collected(task, store, edge, refusals)
        if answered is None:
            return None
        (run,) = (run.id for run in store.runs())
        options = BundleOptions(VERSION, edge.data_version, {}, key=edge.key, slice=task.named)
        return CollectedSlice(bundle_of(store, [run], options), answered)


def refusals_in(places: tuple[Path, ...]) -> Refusals:
    """The refusals in stores of slices."""
    return frozenset(refusal for place in places for refusal in _refusals_in(place))


def delete_store(place: Path) -> None:
    """Delete the store of a slice, with the files beside it."""
    for ending in ("-wal", "-shm", "-journal", ".lock", ""):  # the store last: it says that the others are its own
        place.with_name(place.name + ending).unlink(missing_ok=True)


def _collected(task: SliceTask, store: Store, edge: SliceEdge, refusals: Refusals) -> int | None:
    """How many targets answered; None where a signal cut it off. A slice of which the bundle alone is missing asks
    nobody."""
    runs = store.runs()
    number = runs[-1].id if runs and runs[-1].complete else _asked(task, store, edge, refusals)
    return None if number is None else len(store.subjects(number)[0])


def _asked(task: SliceTask, store: Store, edge: SliceEdge, refusals: Refusals) -> int | None:
    """Ask the targets of a slice, or those that are left of it. The number of its run; None where a signal cut it
    off."""
    runs = store.runs()
    profile = PROFILES[task.profile]
    profile = replace(profile, devices_at_once=min(profile.devices_at_once, MAX_DEVICES_AT_ONCE))
    scope = replace(task.local.scope, profile=profile, probes=task.probes).follow(task.part.targets)
    if scope is None:
        raise KitscanError(f"slice {task.part.ordinal} holds nothing that may be asked", "look at the exclusions")
    request = replace(task.local.request, profile=task.profile)
    if task.probes != task.local.scope.probes:
        request = replace(request, probes=task.probes)
    book = credentials_of(request, task.local.config, scope, edge.prompt)
    survey = Survey(request, task.local.config, scope, book, edge.wanted)
    survey.recall_refusals(sorted(refusals))
    progress = Progress()
    terms = CollectionTerms(continues=runs[-1].id if runs else None)
    with edge.watch(progress):
        result = survey_into(store, survey, terms, edge.new_clock(), progress, edge.stop)
    for problem in book.problems():
        edge.note(f"credential {problem.name}: {problem.problem}. Next: {problem.next_step}")
    for gap in survey.link_problems:
        edge.note(f"layer 2: {gap.at}: {gap.detail}")
    return result.run if result.complete else None


def _refusals_in(place: Path) -> Iterator[tuple[str, str]]:
    with open_store(str(place), create=True) as store:  # it may be empty still, of a collector that was killed
        for run in store.runs():
            yield from store.refusals(run.id)
