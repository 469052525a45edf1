"""A small fleet of which anything can be killed, and its run that nothing disturbed."""

import os
import random
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fleet import small
from benchmarks.fleet.broker import fleet_broker
from benchmarks.fleet.database import database
from benchmarks.fleet.folders import Carried, folder_carried
from benchmarks.fleet.kept import KeptRun, kept_run, read_document
from scanner.store.store import open_store

SITES, DEVICES = ("LON", "MAN", "AMS"), 8

SITES_DEVICES = len(SITES) * DEVICES

WITHIN = ("--within", "0.5")
"""Slices begin within half a minute; the grace is as long."""


@dataclass(frozen=True, slots=True)
class Battlefield:
    """A fleet that works, the place of its store, what of its services can be killed and started again, and its run
    that nothing disturbed: what it kept, what it reported, how long it took."""

    fleet: small.SmallFleet
    place: str
    services: Mapping[str, Callable[[], None]]
    kept: KeptRun
    document: Mapping[str, Any]
    seconds: float

    @property
    def report(self) -> Path:
        """The file of a scan's report."""
        return self.fleet.folders.centre / small.REPORT

    def last_run(self) -> tuple[int, bool]:
        """The number of the last run, and whether it has ended."""
        with open_store(self.place) as store:
            run = store.runs()[-1]
        return run.id, run.finished is not None

    def restart(self) -> None:
        """Start what has ended on its own, as a service manager does."""
        fleet = self.fleet
        if fleet.has_ended("serve"):
            fleet.end("serve")
            fleet.start_receiver()
        for site, name in fleet.folders.collectors():
            if fleet.has_ended(f"{site.name}/{name}"):
                fleet.end(f"{site.name}/{name}")
                fleet.start_collector(site, name)

    def kill(self, victim: str, chance: random.Random) -> bool:
        """Kill one of a kind, and start it again. False where there is none at the moment."""
        fleet = self.fleet
        match victim:
            case "collector":
                site, name = chance.choice(tuple(fleet.folders.collectors()))
                fleet.end(f"{site.name}/{name}", signal.SIGKILL)
                fleet.start_collector(site, name)
            case "receiver":
                fleet.end("serve", signal.SIGKILL)
                fleet.start_receiver()
            case "coordinator":
                fleet.end("scan", signal.SIGKILL)
                fleet.start_scan("--resume")
            case "worker":
                workers = tuple(_workers_of(fleet.running["scan"].pid))
                if not workers:
                    return False
                os.kill(chance.choice(workers), signal.SIGKILL)
            case service:
                self.services[service]()
        return True


def _workers_of(pid: int) -> Iterator[int]:
    """The processes that judge for a process: what it has started, but for what multiprocessing starts for itself, and
    for those that have ended."""
    with suppress(OSError):
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in path.read_text(encoding="ascii").split():
                command = Path(f"/proc/{child}/cmdline").read_bytes()
                if command and b"resource_tracker" not in command:
                    yield int(child)


@contextmanager
def battlefield(folder: Path, services: bool) -> Iterator[Battlefield]:
    """Three sites of a few devices; with `services` over a broker into PostgreSQL, else over files into SQLite."""
    sites = tuple(small.small_site(site, number, DEVICES) for number, site in enumerate(SITES))
    small.preload()
    with ExitStack() as stack:
        carried, place, kills = _services(stack) if services else (folder_carried(folder), "", {})
        fleet = stack.enter_context(small.small_fleet(folder, sites, carried, place or small.STORE))
        if services:
            fleet.prepare = _with_workers_and_a_broker
        fleet.start_receiver()
        fleet.start_collectors()
        ended = fleet.scanned(*WITHIN)
        place = place or str(fleet.folders.centre / small.STORE)
        if not (fleet.folders.centre / small.REPORT).exists():
            raise OSError(f"nothing came of a run that nothing disturbed: {fleet.said()}")
        kept, document = kept_run(place), read_document(fleet.folders.centre / small.REPORT)
        if kept.missing or len(document["devices"]) != SITES_DEVICES:
            raise OSError(f"a run that nothing disturbed is not whole: {ended.said}")
        yield Battlefield(fleet, place, kills, kept, document, ended.seconds)


def _with_workers_and_a_broker() -> None:
    """As a small fleet, of which two processes judge, and that tries a broker again soon."""
    from scanner.courier.celery_courier import centre, order_worker
    from scanner.judging import examiner_choice

    small.make_hasty()
    examiner_choice.processes_for.__defaults__ = (SITES_DEVICES // 2,)
    centre.MAX_PAUSE_SECONDS = order_worker.RETRY_SECONDS = order_worker.GIVE_BACK_SECONDS = 1.0


def _services(stack: ExitStack) -> tuple[Carried, str, dict[str, Callable[[], None]]]:
    """A broker and a database that run, and how each is killed and started again."""
    import scanner.courier.celery_courier.centre
    import scanner.courier.celery_courier.site  # noqa: F401 # every fork has it

    broker, carried = stack.enter_context(fleet_broker(SITES))
    running = stack.enter_context(database("kills"))
    stack.enter_context(small.variables(running.environment))

    def crash_broker() -> None:
        broker.kill()
        broker.start()

    def crash_database() -> None:
        running.kill()
        running.start()

    return carried, running.url, {"broker": crash_broker, "database": crash_database}
