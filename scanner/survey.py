"""The composition root of a scan: which targets, credentials, probes, limits and sink make up one run.

It takes values and returns values. The command line parses options before it and prints results after it.
"""

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, GapReason, Subject
from scanner.collect import CollectionPlan, CollectionRequest, Recorder, collect, no_jump_host
from scanner.config import Config, known_hosts_of
from scanner.credentials.book import FileBook, read_credentials
from scanner.credentials.redacting_sink import RedactingSink, Redactor
from scanner.credentials.references import Prompt
from scanner.dry_run import describe_plan, packets_if_silent
from scanner.garbage import looking_often
from scanner.inventory_services.fetching import fetching
from scanner.progress import Progress
from scanner.protocols.link.probe import KernelNeighbours, LinkProbe
from scanner.protocols.probe import Discovery, Observed, Planner, Probe
from scanner.protocols.registry import DEFAULT_PROBES, LINK, PROBES, ProbeSettings
from scanner.protocols.snmp.datagrams import socket_address
from scanner.protocols.snmp.sweep.sweep import SnmpSweep
from scanner.protocols.tcp_connections import TcpConnections
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES, split_for_link_helper
from scanner.rate_limit.traffic import Cost
from scanner.run_request import RunRequest, this_user
from scanner.scope import Scope, admit
from scanner.sink import EvidenceSink, RunOutcome, SinkError
from scanner.stop_signals import CANCEL_SECONDS, AbandonedError, StopSignals
from scanner.targets.read_targets import read_exclusions, read_targets, resolve_all, resolve_name
from scanner.targets.spans import Targets
from scanner.targets.target import Target
from scanner.version import VERSION

if TYPE_CHECKING:
    from scanner.protocols.snmp.second_round import SecondRoundPlan
    from scanner.store.store import Store


class NoTargetError(KitscanError):
    """Neither the request nor kitscan.yaml names a target."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What a user asks of one scan, besides its report. None and empty mean: as kitscan.yaml says, or the default.

    `listen` is how many seconds the link probe listens for LLDP and CDP. `yes` confirms a large or public scope.
    """

    targets: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    credentials: Path | None = None
    profile: str | None = None
    probes: tuple[str, ...] = ()
    listen: float = 0.0
    source_address: str | None = None
    known_hosts: Path | None = None
    yes: bool = False
    dry_run: bool = False
    resume: bool = False


def scope_of(request: ScanRequest, config: Config, prompt: Prompt | None = None) -> Scope:
    """The scope of a request. Its options come before kitscan.yaml, and the exclusions of both count. `prompt` asks a
    person for the token of an inventory's server.

    Raises NoTargetError, DataFileError, KitscanError and ScopeRefused.
    """
    words = request.targets or config.targets
    if not words:
        raise NoTargetError("no target", "name a target, such as 192.0.2.0/24, or write `targets` in kitscan.yaml")
    folder = Path() if request.targets else config.folder
    fetch = fetching(prompt)
    targets = read_targets(words, config.ports, resolve_name, folder, fetch)
    if request.targets and config.targets:  # labels and ports of the operator's own list hold for any way to name it
        listed = read_targets(config.targets, config.ports, resolve_name, config.folder, fetch)
        targets = targets.described(listed, config.ports)
    exclusions = read_exclusions((*request.exclude, *config.exclude), resolve_all, config.folder, fetch)
    profile = PROFILES[request.profile or config.profile or "normal"]
    probes = request.probes or config.probes or DEFAULT_PROBES
    return admit(targets, exclusions, profile, probes, confirmed=request.yes or request.dry_run)


def credentials_of(request: ScanRequest, config: Config, scope: Scope, prompt: Prompt) -> FileBook:
    """The credentials for this scope; an empty book where no file is named. A dry run reads no secret."""
    path = request.credentials or config.credentials
    book = FileBook((), Path(), prompt) if path is None else read_credentials(path, prompt)
    return (book.unread() if request.dry_run else book).avoiding(scope.forbids, resolve_name)


def check_source_address(address: str | None) -> None:
    """Refuse an address that this machine does not have: every connection would fail, and look like silence."""
    if address is None:
        return
    try:
        family, endpoint = socket_address(address, 0)
        with socket.socket(family, socket.SOCK_STREAM) as attempt:
            attempt.bind(endpoint)
    except OSError as error:
        raise KitscanError(
            f"--source-address {address}: {error.strerror}", "give an address of this machine (ip address)"
        ) from error


class Survey:
    """The probes and discoveries of one scan, made for its scope.

    Call `close` in the loop that the probes ran in: it ends sockets, sessions and threads.
    """

    def __init__(
        self,
        request: ScanRequest,
        config: Config,
        scope: Scope,
        book: FileBook,
        wanted: "SecondRoundPlan | None",
    ) -> None:
        """`wanted` is what the SNMP probe asks of which device (fingerprints.sources.registry.wanted_objects)."""
        self.scope, self._book = scope, book
        self.run_request = RunRequest(
            this_user(),
            request.targets or config.targets,
            (*request.exclude, *config.exclude),
            scope.profile.name,
            scope.probes,
        )
        own, helpers = split_for_link_helper(scope.profile) if LINK in scope.probes else (scope.profile, scope.profile)
        self._limiter = RateLimiter(own)
        self._closing = ExitStack()
        self._settings = ProbeSettings(
            book=book,
            profile=scope.profile,
            rate_limiter=self._limiter,
            connections=TcpConnections(self._limiter, request.source_address),
            wanted=wanted,
            known_hosts=request.known_hosts or known_hosts_of(config),
            source_address=request.source_address,
            sweep=SnmpSweep(book, own, self._limiter),
            link=LinkProbe(helpers, request.listen),
            closing=self._closing,
        )
        self._kinds = tuple(kind for kind in PROBES if kind.name in scope.probes)
        self._link_requested = LINK in (request.probes or config.probes)
        self._began = (time.monotonic(), time.process_time())

    def dry_run(self, whole: bool = False) -> str:
        """Everything that this scan may send, as text (`describe_plan`)."""
        return describe_plan(self.scope, self._planners(), self._book.prefixes, self._discoveries(), whole)

    async def collect(self, request: CollectionRequest, recorder: Recorder, progress: Progress) -> None:
        """Collect into the recorder's sink, then close. The cost counts from here. Raises SinkError."""
        self._began = (time.monotonic(), time.process_time())
        self._book.watch_refusals(recorder.refused)
        try:
            with looking_often():
                await collect(request, self._plan(), recorder, progress)
            if self._link_requested and self.link_problems:
                recorder.add(Subject("discovery by link"), LINK, self.link_problems)
        except BaseException:
            self._close_in_time()
            raise
        self.close()

    @property
    def link_problems(self) -> tuple[Gap, ...]:
        """What the link probe could not do at all. It concerns no single target."""
        return tuple(self._settings.link.gaps)

    @property
    def sweep_cost(self) -> Cost:
        """What the SNMP sweep cost."""
        return self._settings.sweep.cost

    def cost(self) -> Cost:
        """What the whole scan cost since `collect` began: SNMP datagrams and layer 2 frames."""
        probed, linked, (clock, cpu) = self._limiter.traffic.cost(), self._settings.link.traffic.cost(), self._began
        swept = replace(self.sweep_cost, seconds=0.0, cpu_seconds=0.0)
        return replace(probed + linked + swept, seconds=time.monotonic() - clock, cpu_seconds=time.process_time() - cpu)

    def recall_refusals(self, refusals: Iterable[tuple[str, str]]) -> None:
        """Know which credentials were refused in an earlier part of the run, and where (`FileBook`)."""
        self._book.recall_refusals(refusals)

    def redacting(self, sink: EvidenceSink) -> EvidenceSink:
        """A sink that strikes this scan's secrets out of the evidence, and hands it on."""
        return RedactingSink(sink, Redactor(self._book.secrets_known_at))

    def close(self) -> None:
        """Close sockets, sessions and threads."""
        self._closing.close()

    def _close_in_time(self) -> None:
        """Close after an error or a signal. What is not closed after CANCEL_SECONDS ends with the process: a session
        thread may wait for a host that never answers."""
        closing = threading.Thread(target=self.close, name="closing", daemon=True)
        closing.start()
        closing.join(CANCEL_SECONDS)

    def _plan(self) -> CollectionPlan:
        """Called inside the running loop, because the probes belong to it."""
        discoveries, prefixes = self._discoveries(), self._book.prefixes
        return CollectionPlan(
            discoveries=discoveries,
            kernel_neighbours=KernelNeighbours().known if LINK in self.scope.probes else _no_neighbours,
            probes=self._probes(),
            devices_at_once=self.scope.profile.devices_at_once,
            permits=self.scope.permits,
            behind_jump_host=self._behind_jump_host if "ssh" in self.scope.probes else no_jump_host,
            withheld_credentials=self._book.withheld_credentials,
            packets_if_silent=lambda targets: packets_if_silent(targets, prefixes, discoveries),
        )

    def _discoveries(self) -> tuple[Discovery, ...]:
        return tuple(kind.discovery(self._settings) for kind in self._kinds)

    def _probes(self) -> tuple[Probe, ...]:
        return tuple(kind.probe(self._settings) for kind in self._kinds if kind.probe is not None)

    def _planners(self) -> tuple[Planner, ...]:
        return (*self._probes(), *((self._settings.link,) if LINK in self.scope.probes else ()))

    def _behind_jump_host(self, target: Target) -> bool:
        return self._book.has_jump_host(target.address)


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """The number of the run that a survey collected, what the whole of it cost, and whether a signal cut it short."""

    run: int
    cost: Cost
    complete: bool


def survey_into(
    store: "Store",
    survey: Survey,
    resume: bool,
    now: Callable[[], datetime],
    progress: Progress,
    stop: StopSignals,
) -> SurveyResult:
    """Collect into a new run of the store, or into the interrupted one. A signal ends the collecting and no more.

    The evidence collected so far is kept however this ends. Raises StoreError, and StoreBusyError.
    """
    with stop.held(), ExitStack() as stack:
        done: frozenset[str] = frozenset()
        if resume:
            run, done = store.interrupted()
            survey.recall_refusals(store.refusals(run.id))
            writer = stack.enter_context(store.resuming(run.id))
            if not store.request(run.id).by:  # killed before it was recorded
                writer.record(survey.run_request)
        else:
            writer = stack.enter_context(store.writing("scan", VERSION, now()))
            writer.record(survey.run_request)
        _raise_descriptor_limit()
        outcome = _run_to_its_end(survey, done, survey.redacting(writer), now, progress, stop)
        return SurveyResult(writer.run, survey.cost(), outcome is RunOutcome.COMPLETE)


def _run_to_its_end(
    survey: Survey,
    done: frozenset[str],
    sink: EvidenceSink,
    now: Callable[[], datetime],
    progress: Progress,
    stop: StopSignals,
) -> RunOutcome:
    """Collect, and record in the sink how it ended and what it cost. Of tasks that failed together, raises the first
    error."""
    request = CollectionRequest(survey.scope.targets, done, _unresolved(survey.scope))
    recorder = Recorder(sink, now)

    def interrupted() -> None:  # before anything is closed, which may hang
        with suppress(SinkError):
            recorder.finish(RunOutcome.INTERRUPTED)

    try:
        stop.run(survey.collect(request, recorder, progress), interrupted)
    except BaseException as error:
        interrupted()
        with suppress(SinkError):  # the disk may be full: the user sees the error that ended the run, not this one
            sink.spend(asdict(survey.cost()))
            sink.commit()
        first = _first_error(error)
        if stop.received is not None and isinstance(first, asyncio.CancelledError | AbandonedError):
            return RunOutcome.INTERRUPTED
        if first is error:
            raise
        raise first from error
    sink.spend(asdict(survey.cost()))
    recorder.finish(RunOutcome.COMPLETE)
    return RunOutcome.COMPLETE


def _no_neighbours(_targets: Targets) -> Iterator[tuple[Target, Observed]]:
    return iter(())


def _unresolved(scope: Scope) -> tuple[tuple[Subject, Gap], ...]:
    return tuple(
        (Subject(name.name, labels=(name.name,)), Gap("discovery", name.place, GapReason.UNRESOLVED, name.detail))
        for name in scope.targets.unresolved
    )


def _first_error(error: BaseException) -> BaseException:
    """The error itself, or the first of tasks that ran together."""
    first = error
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first


def _raise_descriptor_limit() -> None:
    """Allow as many open sockets as the system permits: each device that is walked needs one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
