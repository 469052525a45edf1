"""`python -m benchmarks.fleet.night --sites 20 --addresses 50000 --devices 2500`: a night of simulated sites.

Each site has its own simulated devices (a generated operator, all different, in a process of its own), its own folder
with credentials, and its own `kitscan collector`; the centre has `kitscan fleet serve` and runs one `kitscan fleet
scan`. All of it runs on this machine, on 127.0.0.0/8, where a silent address refuses at once: on a network it would
cost a time-out. It prints the minutes by the clock, what of the devices is right, missing or clear and may not be, the
most memory of each collector and of the centre, where the processor time went, slices and bytes. A device that is
missing is asked again alone. It fails where a limit of `docs/fleet.md` is broken.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fleet.asking_again import answers_alone, dropped_requests
from benchmarks.fleet.broker import fleet_broker
from benchmarks.fleet.database import database
from benchmarks.fleet.devices import SiteOperator, network_of
from benchmarks.fleet.folders import Carried, FleetFolders, FleetSite, folder_carried, write_fleet
from benchmarks.fleet.judging import ExpectedDevices, FleetScore, expected_of, score_of
from benchmarks.fleet.programs import Program, Programs, Usage, programs, wait_for_words
from benchmarks.free_ports import free_ports
from scanner.operators.project import ENVIRONMENT_FILE
from scanner.operators.shape import ShapeName
from scanner.simulator.environment_file import read_environment_file

MAX_MINUTES, MAX_COLLECTOR_MB, MAX_CENTRE_MB = 30.0, 150.0, 1536.0
"""What a night of 20 sites, 1,000,000 addresses and 50,000 devices may take."""

SECONDS_TO_ANSWER = 600.0
SHOWN = 5
"""Devices that are named of each kind that is not right."""

_FROM_OPERATOR = ("credentials.yaml",)


@dataclass(frozen=True, slots=True)
class NightPlan:
    """How large a night is. Every site has so many addresses and devices. `courier` and `store` are words of the
    command."""

    sites: int
    addresses: int
    devices: int
    courier: str
    store: str
    seed: int
    minutes: float


@dataclass(frozen=True, slots=True)
class NightFigures:
    """What a night took: `seconds` in all, of which `collecting` until the last slice was there; `code` how the scan
    ended. Memory is the most of it, in MB; `alone` what the largest collector would have had on a machine of its own.
    `spent` is processor seconds by part, `dropped` the datagrams that simulated devices had no room for, `mute` the
    devices that nothing comes from. `asked_again` has what missing devices did when each was asked alone."""

    seconds: float
    collecting: float
    code: int
    score: FleetScore
    mute: int
    dropped: int
    asked_again: Mapping[str, bool]
    collectors: tuple[float, ...]
    alone: float
    receiver: float
    coordinator: float
    simulators: float
    open_files: int
    spent: Mapping[str, float]
    slices: int
    received: int
    octets: int
    trouble: tuple[str, ...]

    @property
    def centre(self) -> float:
        """The most that the two processes of the centre had together, if both had it at once."""
        return self.receiver + self.coordinator


def measured(folder: Path, plan: NightPlan) -> NightFigures:
    """Write a fleet, serve its devices, and have it scanned."""
    sites = tuple(_sites(folder, plan))
    expected = {site.name: expected_of(site.name, _operator(folder, site.name)) for site in sites}
    with ExitStack() as stack:
        running = stack.enter_context(programs())
        _serve_devices(running, folder, sites)
        carried, store, secrets = _services(stack, running, folder, plan, sites)
        fleet = write_fleet(folder, sites, carried, store)
        return _night(running, fleet, plan, expected, secrets)


def _services(
    stack: ExitStack, running: Programs, folder: Path, plan: NightPlan, sites: tuple[FleetSite, ...]
) -> tuple[Carried, str, dict[str, str]]:
    """How messages are carried, where the store is, and the variables that the store needs."""
    names = tuple(site.name for site in sites)
    carried = folder_carried(folder)
    if plan.courier == "amqps":
        broker, carried = stack.enter_context(fleet_broker(names))
        running.services["broker"] = Usage(broker.pid)
    if plan.store == "sqlite":
        return carried, "kitscan.sqlite", {}
    kept = stack.enter_context(database("night"))
    running.services["database"] = Usage(kept.pid)
    return carried, kept.url, dict(kept.environment)


def _sites(folder: Path, plan: NightPlan) -> Iterator[FleetSite]:
    """Write the operator of each site, the shapes in turn. The ports are the same for all devices of a site."""
    shapes = tuple(ShapeName)
    for number in range(plan.sites):
        name, network = f"S{number + 1:02}", network_of(number, plan.addresses)
        place, ports = _operator(folder, name), free_ports(network.at(0, plan.devices))
        shape = shapes[number % len(shapes)]
        SiteOperator(shape, plan.devices, plan.seed + number, network, ports).write(place, number)
        files = {file: (place / file).read_text() for file in _FROM_OPERATOR}
        environment = read_environment_file(place / ENVIRONMENT_FILE)
        scope, names = tuple(network.prefixes()), (f"{name.lower()}-1",)
        yield FleetSite(name, scope, names, ports, files, "credentials: credentials.yaml\n", environment)


def _operator(folder: Path, site: str) -> Path:
    return folder / f"{site}-devices"


def _serve_devices(running: Programs, folder: Path, sites: tuple[FleetSite, ...]) -> None:
    """Start the devices of each site, two sites at a time: a machine of two cores has them soonest so."""
    _allow_files()
    for first in range(0, len(sites), 2):
        started = [
            running.kitscan(f"devices {site.name}", folder, "lab", "serve", str(_operator(folder, site.name)))
            for site in sites[first : first + 2]
        ]
        for program in started:
            wait_for_words(program, "answer", SECONDS_TO_ANSWER)


def _allow_files() -> None:
    """Each device has two sockets, and its process inherits the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _night(
    running: Programs,
    fleet: FleetFolders,
    plan: NightPlan,
    expected: dict[str, ExpectedDevices],
    secrets: dict[str, str],
) -> NightFigures:
    at_centre = {**fleet.carried.centre, **secrets}
    receiver = running.kitscan("serve", fleet.centre, "fleet", "serve", environment=at_centre)
    wait_for_words(receiver, "Receiving", 60)
    collectors = []
    for site, name in fleet.collectors():
        place, words = fleet.collector(site.name, name), ("collector", "--site", site.name, "--yes")
        collectors.append(running.kitscan(name, place, *words, environment=fleet.environment_of(site)))
    started = time.monotonic()
    ordered = ("fleet", "scan", "--within", f"{plan.minutes:g}", "--format", "json", "--out", "report.json")
    scan = running.kitscan("scan", fleet.centre, *ordered, environment=at_centre)
    collecting = _until_it_said(scan, "came", started)
    code = scan.process.wait(60 * plan.minutes + 600)
    seconds = time.monotonic() - started
    report = fleet.centre / "report.json"
    document = json.loads(report.read_text()) if report.exists() else {"devices": [], "not_assessed": []}
    slices = _slices(running, fleet, at_centre)
    score = score_of(document, {key: wanted for of_site in expected.values() for key, wanted in of_site.seen.items()})
    usages = _usages(running)
    return NightFigures(
        seconds=seconds,
        collecting=collecting,
        code=code,
        score=score,
        mute=sum(len(of_site.mute) for of_site in expected.values()),
        dropped=dropped_requests().total(),
        asked_again={key: _answers_alone(fleet, key) for key in score.missing[:SHOWN]},
        collectors=tuple(usage.megabytes for usage in usages["collectors"]),
        alone=max(usage.alone for usage in usages["collectors"]),
        receiver=receiver.usage.megabytes,
        coordinator=scan.usage.megabytes,
        simulators=sum(usage.megabytes for usage in usages["devices"]),
        open_files=max(program.usage.files for program in running.running.values()),
        spent={part: sum(usage.seconds for usage in of_part) for part, of_part in usages.items()},
        slices=sum(row["of"] or 0 for row in slices),
        received=sum(row["received"] for row in slices),
        octets=sum(path.stat().st_size for path in fleet.folder.glob("*/spool/sent/*.kitscan")),
        trouble=tuple(_trouble(running, code, scan)),
    )


def _until_it_said(scan: Program, word: str, started: float) -> float:
    """The seconds until a scan had collected, or ended."""
    while word not in scan.said() and scan.process.poll() is None:
        time.sleep(0.5)
    return time.monotonic() - started


def _usages(running: Programs) -> dict[str, tuple[Usage, ...]]:
    """What the parts of a night needed."""
    own = {"serve": "receiver", "scan": "scan"}
    parts: dict[str, tuple[Usage, ...]] = {}
    for name, program in running.running.items():
        part = own.get(name) or ("devices" if name.startswith("devices ") else "collectors")
        if name != "status":
            parts[part] = (*parts.get(part, ()), program.usage)
    return parts | {name: (usage,) for name, usage in running.services.items()}


def _answers_alone(fleet: FleetFolders, key: str) -> bool:
    name, _, address = key.partition("/")
    site, collector = next(found for found in fleet.collectors() if found[0].name == name)
    return answers_alone(fleet.collector(name, collector), fleet.environment_of(site), address)


def _slices(running: Programs, fleet: FleetFolders, environment: dict[str, str]) -> list[dict[str, int]]:
    """The counts of slices of the run by site, as `kitscan fleet status` has them."""
    status = running.kitscan("status", fleet.centre, "fleet", "status", "--format", "json", environment=environment)
    status.process.wait(300)
    said = status.said()
    return list(json.loads(said[said.index("{") :])["slices"])


def _trouble(running: Programs, code: int, scan: Program) -> Iterator[str]:
    """Programs that ended on their own, and a scan that failed."""
    if code not in (0, 1, 3):
        yield f"the scan ended with {code}: {scan.said()[-1_000:]}"
    for name in running.ended():
        if name not in ("scan", "status"):
            yield f"{name} ended on its own: {running.running[name].said()[-1_000:]}"


def _print(plan: NightPlan, figures: NightFigures) -> None:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    addresses, devices = plan.sites * plan.addresses, plan.sites * plan.devices
    score = figures.score
    print(
        f"{plan.sites} sites, {addresses:,} addresses, {devices:,} devices; {plan.courier}, {plan.store} (load {load})"
    )
    print(
        f"  {figures.seconds / 60:.1f} minutes by the clock, simulators included ({figures.collecting / 60:.1f} "
        f"collecting); exit code {figures.code}"
    )
    print(
        f"  devices right {score.right:,}, missing without a word {len(score.missing):,}, not assessed "
        f"{len(score.unassessed):,}, wrong {len(score.wrong):,}; false clear {len(score.false_clear):,}; "
        f"{figures.mute:,} more never say a word; simulators lost {figures.dropped:,} requests"
    )
    print(f"  slices {figures.slices:,}, received {figures.received:,}; bundles of {figures.octets:,} bytes")
    print(
        f"  collector {max(figures.collectors):.0f} MB at most ({figures.alone:.0f} alone); centre "
        f"{figures.centre:.0f} MB (receiver {figures.receiver:.0f}, scan and report {figures.coordinator:.0f}); "
        f"devices {figures.simulators:,.0f} MB; {figures.open_files:,} files open in one process"
    )
    spent = ", ".join(f"{part} {seconds:,.0f}" for part, seconds in sorted(figures.spent.items()))
    print(f"  {sum(figures.spent.values()):,.0f} processor seconds: {spent}")
    for key, answers in figures.asked_again.items():
        print(f"    missing: {key}; asked alone, it {'answers' if answers else 'does not answer either'}")
    told = ("not assessed", score.unassessed), ("wrong", score.wrong), ("false clear", score.false_clear)
    for kind, names in told:
        for name in names[:SHOWN]:
            print(f"    {kind}: {name}")
    for text in figures.trouble:
        print(f"  {text}")


def is_kept(figures: NightFigures) -> bool:
    """Whether a night was within its limits, and saw all devices."""
    score = figures.score
    faults = (*score.missing, *score.unassessed, *score.wrong, *score.false_clear, *figures.trouble)
    small = max(figures.collectors) <= MAX_COLLECTOR_MB and figures.centre <= MAX_CENTRE_MB
    return not faults and small and figures.seconds <= 60 * MAX_MINUTES and figures.received == figures.slices > 0


def main() -> None:
    """Measure a night and print it; exit 1 where a limit is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet.night", description=__doc__)
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--addresses", type=int, default=50_000, help="of each site, at most 65,536")
    parser.add_argument("--devices", type=int, default=2_500, help="of each site")
    parser.add_argument("--courier", choices=("folder", "amqps"), default="folder")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=60.0, help="no slice begins later")
    parser.add_argument("--folder", type=Path, help="a new folder, which stays  [one that goes]")
    options = parser.parse_args()
    plan = NightPlan(
        options.sites,
        options.addresses,
        options.devices,
        options.courier,
        options.store,
        options.seed,
        options.minutes,
    )
    with tempfile.TemporaryDirectory(prefix="kitscan-night-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        figures = measured(folder, plan)
    _print(plan, figures)
    sys.exit(0 if is_kept(figures) else 1)


if __name__ == "__main__":
    main()
