"""The composition root of a scan: which targets, credentials, probes, limits and sink make up one run.

It takes values and returns values. The command line parses options before it and prints results after it.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Evidence, Gap, Subject
from scanner.collect import Recorder, collect
from scanner.collection_plan import CollectionPlan, CollectionRequest, in_this_process, no_jump_host
from scanner.config import Config, known_hosts_of
from scanner.crawl.crawl import Crawl
from scanner.credentials.book import FileBook, read_credentials
from scanner.credentials.redacting_sink import RedactingSink, Redactor
from scanner.credentials.references import Prompt
from scanner.dry_run import describe_plan, packets_if_silent
from scanner.fence import FenceWords, build_fence
from scanner.garbage import looking_often
from scanner.inventory_services.fetching import fetching
from scanner.progress import Progress
from scanner.protocols.link.probe import KernelNeighbours, LinkProbe
from scanner.protocols.probe import Discovery, Observed, Planner, Probe, WorkingLogin
from scanner.protocols.registry import DEFAULT_PROBES, LINK, PROBES, ProbeSettings
from scanner.protocols.snmp.datagrams import socket_address
from scanner.protocols.snmp.sweep.sweep import SnmpSweep
from scanner.protocols.ssh.platforms.known_platforms import KnownPlatforms
from scanner.protocols.tcp_connections import TcpConnections
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES, split_for_link_helper
from scanner.rate_limit.shared_bucket import SharedBucket
from scanner.rate_limit.traffic import Cost
from scanner.run_request import KnownLogin, RunRequest, this_user
from scanner.scope import Scope, admit
from scanner.sink import EvidenceSink
from scanner.stop_signals import CANCEL_SECONDS
from scanner.targets.failed_targets import Retry
from scanner.targets.platform_hints import platform_hints
from scanner.targets.read_targets import read_exclusions, read_targets, resolve_all, resolve_name
from scanner.targets.spans import Targets
from scanner.targets.target import Target, split_key
from scanner.workers.pool import Jobs, WorkerPool

if TYPE_CHECKING:
    from scanner.protocols.snmp.second_round import SecondRoundPlan


class NoTargetError(KitscanError):
    """Neither the request nor kitscan.yaml names a target."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What a user asks of one scan, besides its report. None and empty mean: as kitscan.yaml says, or the default.

    `listen` is how many seconds the link probe listens for LLDP and CDP. `yes` confirms a large or public scope. With a
    `fence` the scan is a crawl. A `retry` asks only those targets of the scope that an earlier run did not assess.
    `jobs` is how many processes ask at once; None for as many as pay off.
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
    fence: FenceWords | None = None
    retry: Retry | None = None
    jobs: int | None = None


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
    if request.retry is not None:
        targets = request.retry.among(targets)
    exclusions = read_exclusions((*request.exclude, *config.exclude), resolve_all, config.folder, fetch)
    profile = PROFILES[request.profile or config.profile or "normal"]
    probes = request.probes or config.probes or DEFAULT_PROBES
    return admit(targets, exclusions, profile, probes, confirmed=request.yes or request.dry_run)


def crawl_of(request: ScanRequest, config: Config, scope: Scope) -> Crawl | None:
    """The crawl of a request; None if it asks for none. Raises DataFileError, KitscanError and ScopeRefused."""
    if request.fence is None:
        return None
    fence = build_fence(scope, request.fence, config.ports, confirmed=request.yes or request.dry_run)
    if not (request.targets and config.targets):
        return Crawl(fence)
    return Crawl(fence, read_targets(config.targets, config.ports, resolve_name, config.folder))


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
        crawl: Crawl | None = None,
    ) -> None:
        """`wanted` is what the SNMP probe asks of which device (fingerprints.sources.registry.wanted_objects)."""
        self.scope, self._book, self._crawl = scope, book, crawl
        self.run_request = RunRequest(
            this_user(),
            (*(request.targets or config.targets), *_recorded_options(request)),
            (*request.exclude, *config.exclude),
            scope.profile.name,
            scope.probes,
        )
        own, helpers = split_for_link_helper(scope.profile) if LINK in scope.probes else (scope.profile, scope.profile)
        self._profiles, self._earlier_steps = (own, helpers), list[ProbeSettings]()
        jobs = Jobs(request.jobs, own.packets)
        shares = jobs.workers(scope.targets.count) > 1 and _keeps_addresses_apart(scope)
        bucket = SharedBucket(own.packets, jobs.most) if shares else None
        self._limiter = RateLimiter(own, bucket)
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
            known_platforms=KnownPlatforms(platform_hints(scope.targets)),
        )
        self._kinds = tuple(kind for kind in PROBES if kind.name in scope.probes)
        kept_open = bucket.descriptors if bucket is not None else ()
        pool = WorkerPool(jobs, book, self._limiter, lambda: self._probe("snmp"), kept_open)
        self._pool = pool if shares else None
        self._link_requested = LINK in (request.probes or config.probes)
        self._began = (time.monotonic(), time.process_time())

    def dry_run(self, whole: bool = False) -> str:
        """Everything that this scan may send, as text (`describe_plan`)."""
        fence = self._crawl.fence if self._crawl is not None else None
        return describe_plan(self.scope, self._planners(), self._book.prefixes, self._discoveries(), whole, fence)

    async def collect(self, request: CollectionRequest, recorder: Recorder, progress: Progress) -> None:
        """Collect into the recorder's sink, then close. The cost counts from here. Raises SinkError."""
        self._began = (time.monotonic(), time.process_time())
        self._book.watch_refusals(recorder.refused)
        try:
            with looking_often():
                if self._crawl is None:
                    await collect(request, self._plan(), recorder, progress)
                else:
                    await self._crawl.collect(request, self._plan(), self._step_plan, recorder, progress)
            if self._link_requested and self.link_problems:
                recorder.add(Subject("discovery by link"), LINK, self.link_problems)
        except BaseException:
            self._close_in_time()
            raise
        self.close()

    @property
    def link_problems(self) -> tuple[Gap, ...]:
        """What the link probe could not do at all. It concerns no single target."""
        return tuple(dict.fromkeys(gap for step in self._steps for gap in step.link.gaps))

    @property
    def sweep_cost(self) -> Cost:
        """What the SNMP sweep cost, those of all steps of a crawl together."""
        return sum((step.sweep.cost for step in self._steps), Cost())

    def cost(self) -> Cost:
        """What the whole scan cost since `collect` began: SNMP datagrams and layer 2 frames."""
        linked = sum((step.link.traffic.cost() for step in self._steps), Cost())
        probed, (clock, cpu) = self._limiter.traffic.cost(), self._began
        swept = replace(self.sweep_cost, seconds=0.0, cpu_seconds=0.0)
        spent = time.process_time() - cpu + (self._pool.cpu_seconds if self._pool is not None else 0.0)
        return replace(probed + linked + swept, seconds=time.monotonic() - clock, cpu_seconds=spent)

    def recall_refusals(self, refusals: Iterable[tuple[str, str]]) -> None:
        """Know which credentials were refused in an earlier part of the run, and where (`FileBook`)."""
        self._book.recall_refusals(refusals)

    def recall_logins(self, logins: Iterable[KnownLogin]) -> None:
        """Know what worked in an earlier run: it is tried first (`FileBook.recall_accepted`)."""
        known = tuple(logins)
        self._book.recall_accepted((login.credential, split_key(login.key)[0]) for login in known)
        self._settings.known_platforms.earlier.update({login.key: login.platform for login in known if login.platform})

    def recall_announcements(self, evidence: Callable[[], Iterable[Evidence]], done: frozenset[str]) -> None:
        """Know what was announced in an earlier part of a crawl (`Crawl.recall`)."""
        if self._crawl is not None:
            self._crawl.recall(evidence(), done)

    def redacting(self, sink: EvidenceSink) -> EvidenceSink:
        """A sink that strikes this scan's secrets out of the evidence, and hands it on."""
        sink = sink if self._crawl is None else self._crawl.watching(sink)
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
            working_logins=self._working_logins,
            packets_if_silent=lambda targets: packets_if_silent(targets, prefixes, discoveries),
            sharing=self._pool.sharing if self._pool is not None else in_this_process,
            listening=self._settings.sweep.listening,
        )

    def _step_plan(self, plan: CollectionPlan, scope: Scope) -> CollectionPlan:
        """The plan of a crawl's next step: the same probes, and discoveries of its own. It listens no more."""
        own, helpers = self._profiles
        self._earlier_steps.append(self._settings)
        sweep = SnmpSweep(self._book, own, self._limiter)
        self._settings = replace(self._settings, sweep=sweep, link=LinkProbe(helpers))
        discoveries, prefixes = self._discoveries(), self._book.prefixes
        return replace(
            plan,
            discoveries=discoveries,
            permits=scope.permits,
            packets_if_silent=lambda targets: packets_if_silent(targets, prefixes, discoveries),
            listening=sweep.listening,
        )

    @property
    def _steps(self) -> tuple[ProbeSettings, ...]:
        return *self._earlier_steps, self._settings

    def _discoveries(self) -> tuple[Discovery, ...]:
        return tuple(kind.discovery(self._settings) for kind in self._kinds)

    def _probes(self) -> tuple[Probe, ...]:
        return tuple(kind.probe(self._settings) for kind in self._kinds if kind.probe is not None)

    def _probe(self, name: str) -> Probe:
        """A new probe, for the process and the event loop that call this."""
        return next(kind.probe(self._settings) for kind in self._kinds if kind.name == name and kind.probe is not None)

    def _planners(self) -> tuple[Planner, ...]:
        return (*self._probes(), *((self._settings.link,) if LINK in self.scope.probes else ()))

    def _working_logins(self, target: Target) -> tuple[WorkingLogin, ...]:
        platform = self._settings.known_platforms.found.get(target.key, "")
        working = self._book.working(target.address)
        return tuple(WorkingLogin(probe, name, platform if probe == "ssh" else "") for probe, name in working)

    def _behind_jump_host(self, target: Target) -> bool:
        return self._book.has_jump_host(target.address)


def _keeps_addresses_apart(scope: Scope) -> bool:
    """True if a device may be asked by SNMP in one process and by other probes in another: where its packets are
    limited, all that are counted come from one."""
    return scope.profile.requests_per_address is None or _COUNTED.isdisjoint(scope.probes)


_COUNTED = frozenset(("web", "telnet"))
"""The probes that share the limit of an address with the SNMP probe. SSH has limits of its own."""


def _no_neighbours(_targets: Targets) -> Iterator[tuple[Target, Observed]]:
    return iter(())


def _recorded_options(request: ScanRequest) -> tuple[str, ...]:
    """What else says of whom a run was, beside its targets, as words of the command line."""
    return (
        *(request.fence.recorded() if request.fence is not None else ()),
        *(request.retry.recorded() if request.retry is not None else ()),
    )
