"""`kitscan scan`: observe a scope, keep the evidence, and report on it."""

import asyncio
import resource
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, GapReason, Subject
from reports.document.wording import counted
from scanner.cli.options import assessment_of, assessment_options
from scanner.cli.reporting import check_out, document_of, frame_of, knowledge_of, report, store_of
from scanner.cli.scan_request import ScanRequest, book_of, scope_of
from scanner.collect import CollectionRequest, Discovery, Heard, Plan, Progress, Recorder, collect, nobody
from scanner.config import Config, known_hosts_of, read_config
from scanner.credentials.book import FileBook
from scanner.protocols.link.probe import KernelNeighbours, LinkProbe
from scanner.protocols.port_discovery import PortDiscovery
from scanner.protocols.probe import Planner, Probe
from scanner.protocols.snmp.datagrams import socket_address
from scanner.protocols.snmp.probe import SnmpProbe, VlanContexts
from scanner.protocols.snmp.sweep.sweep import SnmpSweep
from scanner.protocols.ssh.discovery import IdentDiscovery
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import session_limits_of
from scanner.protocols.tcp_connections import TcpConnections
from scanner.protocols.telnet.probe import TELNET_PORT, TelnetProbe
from scanner.protocols.web.probe import HTTP_PORT, HTTPS_PORT, WebProbe
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES, shared
from scanner.rate_limit.traffic import Cost
from scanner.scope import PROBES, Scope, plan
from scanner.store.errors import StoreError
from scanner.store.store import COMPLETE, INTERRUPTED, Store, open_store
from scanner.store.writer import Writer
from scanner.targets.spans import Targets
from scanner.targets.target import Target
from scanner.version import VERSION

COMMUNITY_INDEXED = (VlanContexts("1.3.6.1.4.1.9", "1.3.6.1.4.1.9.9.46.1.3.1.1.2"),)
"""Switches with a bridge table a VLAN: those under the tree of CISCO-VTP-MIB, whose vtpVlanState lists the VLANs."""


@click.command("scan")
@click.argument("targets", nargs=-1)
@click.option("--exclude", multiple=True, metavar="WORD|FILE", help="Never touch these; wins over any target.")
@click.option("--credentials", type=click.Path(path_type=Path, dir_okay=False), help="References to secrets.")
@click.option("--profile", type=click.Choice(tuple(PROFILES)), help="How fast to speak.  [normal]")
@click.option("--probe", "probes", multiple=True, type=click.Choice(PROBES), help="Only by this; may recur.")
@click.option("--listen", default=0.0, metavar="SECONDS", help="Hear LLDP and CDP on attached segments this long.")
@click.option("--source-address", metavar="ADDRESS", help="Open connections from this address.")
@click.option("--known-hosts", type=click.Path(path_type=Path, dir_okay=False), help="SSH host keys seen before.")
@click.option("--yes", is_flag=True, help="More than 1,024 addresses, or public ones, may be scanned.")
@click.option("--dry-run", is_flag=True, help="Print what may be sent, and send nothing.")
@click.option("--resume", is_flag=True, help="Go on with the scan that was interrupted.")
@assessment_options
def command(**given: Any) -> int:
    """Ask the devices in scope who they are, and report.

    TARGETS are addresses, CIDRs, ranges, names, or files: CSV, lists, containerlab topologies.
    """
    assessment = assessment_of(given)
    asked = ScanRequest(**given)
    config = read_config(Path())
    scope = scope_of(asked, config)
    book = book_of(asked, config, scope)
    survey = Survey(asked, config, scope, book)
    if asked.dry_run:
        with closing(survey):
            click.echo(plan(scope, survey.planners(), book.prefixes, survey.finders()), nl=False)
        return 0
    frame = frame_of(assessment, config, _now().date())  # a wrong zones file is told before the scan, not after
    check_out(assessment, config)
    _check_source(asked.source_address)
    with open_store(store_of(assessment, config), create=True) as store:
        run = store.run(_scanned(store, scope, survey, asked.resume))
        _tell_troubles(survey, book)
        return report(document_of(store, run, frame), assessment, config)


def _check_source(address: str | None) -> None:
    """Refuse an address that this machine has not: every connection would fail, and read as silence."""
    if address is None:
        return
    try:
        family, where = socket_address(address, 0)
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind(where)
    except OSError as error:
        told = f"--source-address {address}: {error.strerror}\nNext: give an address of this machine (ip address)"
        raise KitscanError(told) from error


class Survey:
    """The probes and discoveries of one scan. `close`, in the loop they ran in, ends what they hold open."""

    def __init__(self, asked: ScanRequest, config: Config, scope: Scope, book: FileBook) -> None:
        self._asked, self._scope, self._book = asked, scope, book
        self._known_hosts = asked.known_hosts or known_hosts_of(config)
        self._trees = knowledge_of(config).companies.enterprise_trees_of_watched()
        ours, helpers = shared(scope.profile) if "link" in scope.probes else (scope.profile, scope.profile)
        self._pacer = RateLimiter(ours)
        self.sweep = SnmpSweep(book, ours, self._pacer)
        self._closing = ExitStack()
        self.link = LinkProbe(helpers, asked.listen)
        self._began = (time.monotonic(), time.process_time())
        self.link_was_asked_for = "link" in (asked.probes or config.probes)

    def begin(self) -> None:
        """From now on its time is counted."""
        self._began = (time.monotonic(), time.process_time())

    def cost(self) -> Cost:
        """What all of it has cost since it began: datagrams of SNMP and frames of layer 2."""
        probed, linked, (clock, cpu) = self._pacer.traffic.cost(), self.link.traffic.cost(), self._began
        swept = replace(self.sweep.cost, seconds=0.0, cpu_seconds=0.0)
        return replace(probed + linked + swept, seconds=time.monotonic() - clock, cpu_seconds=time.process_time() - cpu)

    def close(self) -> None:
        """Close sockets, sessions and threads."""
        self._closing.close()

    def planners(self) -> tuple[Planner, ...]:
        """Every probe of the scope, to be asked what it may send."""
        return (*self._probes(), *((self.link,) if "link" in self._scope.probes else ()))

    def finders(self) -> tuple[SnmpSweep | IdentDiscovery | PortDiscovery, ...]:
        """The ways to find out who is there, but for layer 2, whose helper has a pace of its own."""
        found: dict[str, SnmpSweep | IdentDiscovery | PortDiscovery] = {
            "snmp": self.sweep,
            "ssh": IdentDiscovery(self._pacer, self._asked.source_address),
            "web": PortDiscovery("web", (HTTPS_PORT, HTTP_PORT), self._pacer, self._asked.source_address),
            "telnet": PortDiscovery("telnet", (TELNET_PORT,), self._pacer, self._asked.source_address),
        }
        return tuple(found[name] for name in self._scope.probes if name in found)

    def plan(self) -> Plan:
        """What to ask with. Called inside the running loop, which the probes belong to."""
        chosen: tuple[Discovery, ...] = self.finders()
        if "link" in self._scope.probes:
            chosen = (*chosen, self.link)
        overheard = KernelNeighbours().known if "link" in self._scope.probes else _nothing
        hidden = self._behind_a_jump_host if "ssh" in self._scope.probes else nobody
        at_once, permits = self._scope.profile.devices_at_once, self._scope.permits
        return Plan(chosen, overheard, self._probes(), at_once, permits, hidden, self._book.withheld)

    def _behind_a_jump_host(self, target: Target) -> bool:
        return self._book.jumps(target.address)

    def _probes(self) -> tuple[Probe, ...]:
        probes: list[SnmpProbe | SshProbe] = []
        if "snmp" in self._scope.probes:
            probes.append(SnmpProbe(self._book, self._scope.profile, self._trees, COMMUNITY_INDEXED, self._pacer))
        if "ssh" in self._scope.probes:
            keys = HostKeys(self._known_hosts)
            keys.usable()
            manners = session_limits_of(self._scope.profile)
            probes.append(SshProbe(self._book, keys, manners, source_address=self._asked.source_address))
        for probe in probes:
            self._closing.callback(probe.close)
        return *probes, *self._uncredentialed()

    def _uncredentialed(self) -> Iterator[Probe]:
        """The probes that need no credential, which take turns at each address."""
        conversations = TcpConnections(self._pacer, self._asked.source_address)
        if "web" in self._scope.probes:
            yield WebProbe(conversations)
        if "telnet" in self._scope.probes:
            yield TelnetProbe(conversations)


def _nothing(_targets: Targets) -> Iterator[tuple[Target, Heard]]:
    return iter(())


def _scanned(store: Store, scope: Scope, survey: Survey, resume: bool) -> int:
    """Collect into a new run or the interrupted one; its number. What was heard is kept however this ends."""
    with ExitStack() as held:
        writer: Writer
        done: frozenset[str] = frozenset()
        if resume:
            run, done = store.interrupted()
            writer = held.enter_context(store.resuming(run.id))
        else:
            writer = held.enter_context(store.writing("scan", VERSION, _now()))
        _allow_descriptors()
        try:
            asyncio.run(
                _collected(CollectionRequest(scope.targets, done, _unresolved(scope)), survey, Recorder(writer, _now))
            )
        except BaseException as error:
            with suppress(StoreError):  # the disk may be full: what ended the run is what is told
                writer.finish(INTERRUPTED, _now())
                writer.spend(asdict(survey.cost()))
                writer.commit()
            if isinstance(error, BaseExceptionGroup):
                raise _first_of(error) from error
            raise
        cost = survey.cost()
        writer.spend(asdict(cost))
        writer.finish(COMPLETE, _now())
        click.echo(f"In all: {cost}", err=True)
        return writer.run


def _unresolved(scope: Scope) -> tuple[tuple[Subject, Gap], ...]:
    return tuple(
        (Subject(name.name, labels=(name.name,)), Gap("discovery", name.place, GapReason.UNRESOLVED, name.detail))
        for name in scope.targets.unresolved
    )


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong first in tasks that ran together."""
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first


def _allow_descriptors() -> None:
    """As many open sockets as the system lets this process have: each device that is walked needs one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _collected(wanted: CollectionRequest, survey: Survey, recorder: Recorder) -> None:
    progress = Progress(told=_told)
    survey.begin()
    with closing(survey):
        await collect(wanted, survey.plan(), recorder, progress)
        if survey.link_was_asked_for and survey.link.gaps:
            recorder.add(Subject("discovery by link"), "link", survey.link.gaps)
    asked = counted(progress.targets, "address", "addresses")
    click.echo(f"\r{asked} asked, {progress.alive:,} answered", err=True)
    if survey.sweep.cost.packets:
        click.echo(f"SNMP sweep: {survey.sweep.cost}", err=True)


def _told(progress: Progress) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{progress.alive:,} answered, {progress.done:,} done", nl=False, err=True)


def _tell_troubles(survey: Survey, book: FileBook) -> None:
    """What concerns no single target: a privilege that is missing, a secret that cannot be read."""
    for gap in survey.link.gaps:
        click.echo(f"layer 2: {gap.at}: {gap.detail}; the rest went on. Next: kitscan doctor", err=True)
    for problem in book.problems():
        click.echo(f"credential {problem.name}: {problem.problem}. Next: {problem.next_step}", err=True)


def _now() -> datetime:
    return datetime.now(UTC)
