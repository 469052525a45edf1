"""`python -m benchmarks.fleet.secrets --services`: how many secrets a fleet leaves anywhere. Promise: 0.

The devices of a site repeat every credential that is offered to them, each in a writing of its own. After a scan by
the centre, all that was left is searched for every secret in every writing: the broker's files, a dump of the database,
the spool, each part of each bundle, the inbox, what every program printed, the reports, the host keys. The secrets are
the site's credentials, the passwords of the broker and of the database, and the private keys of centre and collector.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.fleet.broker import fleet_broker
from benchmarks.fleet.database import database
from benchmarks.fleet.folders import BROKER, FleetFolders, FleetSite, folder_carried, write_fleet
from benchmarks.fleet.programs import programs, wait_for_words
from benchmarks.free_ports import free_ports
from benchmarks.hostile.echoing import USER, Canaries, serving
from benchmarks.hostile.writings import WRITINGS
from benchmarks.reliability.canary import Left, canaries, rows_of_store
from fingerprints.model.secret_names import HIDDEN
from scanner.courier.broker_url import broker_url_of
from scanner.targets.target import Ports

SITE, COLLECTOR = "LON", "lon1"
FIRST = "127.0.5.1"
"""Where the devices that repeat secrets are."""

KEPT_IN = {"key", "community", "authentication", "privacy", "login", "targets.csv"}
"""The files in which the operators keep the secrets themselves."""

MAX_SECONDS = 300.0

_PREFIXES = "prefixes: [127.0.5.0/24]"
_CREDENTIALS = (
    f"credentials:\n  - {{name: v3, snmp: v3, user: {USER}, auth: [sha256, file:authentication], "
    f"priv: [aes128, file:privacy], {_PREFIXES}}}\n"
    f"  - {{name: old, snmp: v2c, community: env:WRONG, {_PREFIXES}}}\n"
    f"  - {{name: ro, snmp: v2c, community: file:community, sweep: true, {_PREFIXES}}}\n"
    f"  - {{name: cli, ssh: true, user: {USER}, password: file:login, {_PREFIXES}}}\n"
)


def measured(folder: Path, seed: int, devices: int, services: bool) -> Left:
    """What a scan by the centre leaves, of so many devices that repeat the site's secrets."""
    secrets, ports = canaries(seed), free_ports(FIRST)
    names = random.Random(seed).sample(sorted(WRITINGS), devices)
    site = _site(secrets, [f"127.0.5.{number}" for number in range(1, devices + 1)], ports)
    with ExitStack() as stack:
        stack.enter_context(_repeating(secrets, names, ports))
        carried, store, own, others = folder_carried(folder), "kitscan.sqlite", dict[str, str](), list[str]()
        written: list[tuple[str, bytes]] = []
        broker = base = None
        if services:
            broker, carried = stack.enter_context(fleet_broker((SITE,)))
            base = stack.enter_context(database(f"base-{random.Random(seed).getrandbits(40):010x}"))
            store, own = base.url, dict(base.environment)
            urls = (carried.centre[BROKER], carried.sites[SITE][BROKER])
            others = [base.password, *(str(broker_url_of(url).password) for url in urls)]
        fleet = write_fleet(folder, (site,), carried, store)
        _scan(fleet, own)
        if broker is not None and base is not None:
            written = [(f"broker {path.name}", octets) for path, octets in broker.written()]
            written += [("dump of the database", base.dump())]
        keys = [path.read_text().partition(":")[2] for path in folder.glob("*/key")]
        places = {**dict(_files(folder)), **dict(written)}
        struck = sum(octets.count(HIDDEN.encode()) for octets in places.values())
    return Left(places, (*secrets.all(), *others, *keys), struck)


def _site(secrets: Canaries, addresses: Sequence[str], ports: Ports) -> FleetSite:
    """A site whose operator was careless: there are passwords in the list of addresses as well."""
    files = {name: getattr(secrets, name) + "\n" for name in ("community", "authentication", "privacy", "login")}
    rows = "".join(f"{address},{secrets.login},{secrets.community}\n" for address in addresses)
    files |= {"credentials.yaml": _CREDENTIALS, "targets.csv": f"address,adminPassword,SNMP Community\n{rows}"}
    return FleetSite(
        SITE,
        tuple(addresses),
        (COLLECTOR,),
        ports,
        files,
        "credentials: credentials.yaml\nprobes: [snmp, ssh]\n",
        {"WRONG": secrets.wrong},
        ("targets.csv",),
    )


@contextmanager
def _repeating(secrets: Canaries, writings: Sequence[str], ports: Ports) -> Iterator[None]:
    """The devices answer in a thread until the block ends. Each has a command line."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        async with serving(secrets, writings, writings, ports.snmp, ports.ssh):
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    if not ready.wait(30):
        raise OSError("the devices do not answer")
    try:
        yield
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


def _scan(fleet: FleetFolders, own: dict[str, str]) -> None:
    """One scan, its reports, and what a person looks at after it."""
    aloud = {"KITSCAN_DEBUG": "1", "PYTHONWARNINGS": "default"}
    at_centre = {**fleet.carried.centre, **own, **aloud}
    (site,) = fleet.sites
    with programs() as running:
        receiver = running.kitscan("serve", fleet.centre, "fleet", "serve", environment=at_centre)
        wait_for_words(receiver, "Receiving", 60)
        at_site = {**fleet.environment_of(site), **aloud}
        words = ("collector", "--site", SITE)
        running.kitscan("collector", fleet.collector(SITE, COLLECTOR), *words, environment=at_site)
        for number, line in enumerate(
            (
                "fleet scan --within 3 --format json --out report.json",
                "assess --format html --out report.html",
                "fleet status",
                "fleet status --format json",
                "runs",
                f"explain {SITE}/{FIRST}",
            )
        ):
            ended = running.kitscan(f"command-{number}", fleet.centre, *line.split(), environment=at_centre)
            ended.process.wait(MAX_SECONDS)
            if number == 0 and "1 of 1 slice" not in ended.said():
                raise OSError(f"not all came: {ended.said()}{receiver.said()}")


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file but those in which the secrets are kept; what is compressed also as it is unpacked."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name in KEPT_IN:
            continue
        name = str(path.relative_to(folder))
        yield name, path.read_bytes()
        if path.suffix == ".sqlite":
            yield f"rows of {name}", rows_of_store(path)
        if zipfile.is_zipfile(path):
            archive = zipfile.ZipFile(path)
            yield from ((f"{name}/{part}", archive.read(part)) for part in archive.namelist())


def main() -> int:
    """Measure and print one row. 1 if a secret was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet.secrets", description=__doc__)
    parser.add_argument("--devices", type=int, default=len(WRITINGS), help="each has a writing of its own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--services", action="store_true", help="over RabbitMQ into PostgreSQL")
    options = parser.parse_args()
    devices = min(options.devices, len(WRITINGS))
    with tempfile.TemporaryDirectory() as name:
        left = measured(Path(name), options.seed, devices, options.services)
    found = left.found()
    print(
        f"devices {devices}, secrets {len(left.secrets)}, places searched {len(left.places)}, "
        f"struck out {left.struck}, secrets found {len(found)}"
    )
    for place in found:
        print(f"  {place}")
    return 1 if found or not left.struck else 0


if __name__ == "__main__":
    sys.exit(main())
