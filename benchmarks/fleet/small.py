"""A small fleet: recordings answer at each site, and every command runs in a process that is forked, not started.

Times and sizes that are made for networks of thousands are short there: a slice holds SLICE targets, a lease lasts
LEASE seconds, and nobody waits longer than HASTE of the usual time for an agent. All else is as it is elsewhere.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path

from benchmarks.agents.replaying import Agent, replaying
from benchmarks.fleet.folders import Carried, FleetFolders, FleetSite, folder_carried, write_fleet
from benchmarks.free_ports import free_ports
from benchmarks.reliability import forked

SLICE, LEASE, HASTE = 3, 8.0, 0.1

FIRST = IPv4Address("127.78.0.1")
"""The first device of the first site. Each site has a /24."""

COMMUNITY = "public"

STORE, REPORT = "kitscan.sqlite", "report.json"

_PRODUCTS = (
    (
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E1, RELEASE SOFTWARE",
        "9.1.1208",
    ),
    ("Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180 (NE40E V800R010C00)", "2011.2.62.2.9"),
    ("ZXR10 5960 Version: V3.02.20, ZTE ZXROS Platform", "3902.3.100.40"),
    ("Juniper Networks, Inc. mx240 internet router, kernel JUNOS 18.4R2.7", "2636.1.1.1.2.29"),
)
_SETTINGS = "credentials: credentials.yaml\nprobes: [snmp]\n"
_CREDENTIALS = (
    "credentials:\n  - {name: right, snmp: v2c, community: file:community, prefixes: [127.0.0.0/8], sweep: true}\n"
)


def small_site(name: str, number: int, devices: int, collectors: int = 1) -> FleetSite:
    """A site whose devices answer from its first address on, and which has two more addresses where nobody does."""
    first = FIRST + 256 * number
    scope = tuple(str(first + at) for at in range(devices + 2))
    files = {"community": COMMUNITY, "credentials.yaml": _CREDENTIALS}
    names = tuple(f"{name.lower()}{at}" for at in range(1, collectors + 1))
    return FleetSite(name, scope, names, free_ports(str(first)), files, _SETTINGS)


@contextmanager
def answering(folder: Path, sites: tuple[FleetSite, ...]) -> Iterator[Mapping[str, tuple[Agent, ...]]]:
    """The devices of sites, by the site's name, until the block ends."""
    with ExitStack() as stack:
        agents = {}
        for site in sites:
            recordings = {}
            for number, address in enumerate([word for word in site.scope if "/" not in word][:-2]):
                recordings[address] = _recording(folder / f"{site.name}-{number}.snmprec", site.name, number)
            first = IPv4Address(site.scope[0])
            serving = replaying(recordings, first, site.ports.snmp, COMMUNITY.encode())
            agents[site.name] = stack.enter_context(serving)
        yield agents


def _recording(path: Path, site: str, number: int) -> Path:
    described, product = _PRODUCTS[number % len(_PRODUCTS)]
    rows = (
        f"1.3.6.1.2.1.1.1.0|4|{described}",
        f"1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.{product}",
        f"1.3.6.1.2.1.1.5.0|4|{site.lower()}-box-{number}",
        "1.3.6.1.2.1.47.1.1.1.1.5.1|2|3",
        f"1.3.6.1.2.1.47.1.1.1.1.11.1|4|{site}{number:08}",
    )
    path.write_text("\n".join(rows) + "\n")
    return path


def make_hasty() -> None:
    """Make times and slices short in this process."""
    from scanner.fleet import slices
    from scanner.fleet.centre import coordinator, decisions
    from scanner.fleet.site import sending
    from scanner.protocols.snmp.request_channel import RetryPolicy

    waits = RetryPolicy.waits

    def hasty_waits(self: RetryPolicy) -> Iterator[float]:
        return (HASTE * wait for wait in waits(self))

    RetryPolicy.waits = hasty_waits  # type: ignore[method-assign]
    slices.SLICE_NAMED = SLICE
    coordinator.POLL_SECONDS = 0.1
    decisions.LEASE = timedelta(seconds=LEASE)
    decisions.PLAN_PATIENCE = timedelta(seconds=LEASE)
    sending.BEAT_SECONDS = 1.0
    sending.FULL_PAUSE = sending.MAX_PAUSE = 1.0


@dataclass(slots=True)
class SmallFleet:
    """A fleet that was written, the agents of its devices by site, and its processes that run: collectors by site/name,
    `serve` and `scan`. `prepare` is called in each process before its command."""

    folders: FleetFolders
    agents: Mapping[str, tuple[Agent, ...]]
    running: dict[str, forked.Running] = field(default_factory=dict)
    prepare: Callable[[], None] = make_hasty

    def start_collectors(self) -> None:
        """Start each collector that does not run."""
        for site, name in self.folders.collectors():
            self.start_collector(site, name)

    def start_collector(self, site: FleetSite, name: str) -> None:
        """Start one collector."""
        place = self.folders.collector(site.name, name)
        words = ("collector", "--site", site.name)
        self._start(f"{site.name}/{name}", place, words, self.folders.environment_of(site))

    def start_receiver(self) -> None:
        """Start `kitscan fleet serve`."""
        self._start("serve", self.folders.centre, ("fleet", "serve"), self.folders.carried.centre)

    def start_scan(self, *more: str) -> None:
        """Start `kitscan fleet scan`, which writes report.json."""
        words = ("fleet", "scan", "--format", "json", "--out", REPORT, *more)
        self._start("scan", self.folders.centre, words, self.folders.carried.centre)

    def start_assess(self) -> None:
        """Start `kitscan assess` of the last run, under the name of the scan whose report it writes."""
        words = ("assess", "--format", "json", "--out", REPORT)
        self._start("scan", self.folders.centre, words, self.folders.carried.centre)

    def scanned(self, *more: str, seconds: float = forked.MAX_SECONDS) -> forked.Ended:
        """Scan, and wait for the end."""
        self.start_scan(*more)
        return self.running.pop("scan").wait(seconds)

    def has_ended(self, name: str) -> bool:
        """Whether a process that was started has ended. It is still to be waited for (`end`)."""
        return self.running[name].has_ended()

    def end(self, name: str, number: int = signal.SIGTERM) -> forked.Ended:
        """End a process by a signal, and wait for it."""
        running = self.running.pop(name)
        running.send(number)
        return running.wait()

    def said(self) -> str:
        """What all of them have printed."""
        texts = sorted(self.folders.folder.glob("*/*.said"))
        return "\n".join(f"{path.stem}: {path.read_text(errors='replace')}" for path in texts)

    def end_all(self) -> None:
        """End what runs."""
        for name in tuple(self.running):
            self.end(name, signal.SIGKILL)

    def _start(self, name: str, folder: Path, words: tuple[str, ...], environment: Mapping[str, str]) -> None:
        if name not in self.running:
            said = f"{name.rpartition('/')[2]}.said"
            self.running[name] = forked.start(folder, *words, environment=environment, prepare=self.prepare, said=said)


@cache
def preload() -> None:
    """Load what the commands of a fleet load, so that every fork has it."""
    import scanner.cli.fleet.collector
    import scanner.cli.fleet.scan
    import scanner.cli.fleet.serve
    import scanner.fleet.centre.coordinator
    import scanner.fleet.receiving
    import scanner.fleet.site.collector  # noqa: F401

    forked.preload()


@contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    """Variables of this process and of those that it starts, until the block ends."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def small_fleet(
    folder: Path,
    sites: tuple[FleetSite, ...],
    carried: Carried | None = None,
    store: str = STORE,
    spool_limit: str = "2GB",
) -> Iterator[SmallFleet]:
    """A fleet whose devices answer, and none of whose processes runs yet; they end with the block."""
    folders = write_fleet(folder, sites, carried or folder_carried(folder), store, spool_limit)
    with answering(folder, sites) as agents:
        fleet = SmallFleet(folders, agents)
        try:
            yield fleet
        finally:
            fleet.end_all()
