"""A collector whose centre was stolen: whoever has the centre's key and the courier sends whatever orders they like."""

import json
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from benchmarks.agents.replaying import Agent, replaying
from benchmarks.fleet import small
from scanner.courier.envelope import open_sealed, seal
from scanner.courier.folder_courier import FolderCentre
from scanner.courier.message import PlanOrder, SitePlan, SiteRefusal, SliceOrder, Terms
from scanner.store.bundles.signing import new_private_key, public_key_of, sign

SITE, DEVICES, RUNS = "LON", 6, 3
"""The site may be made to begin RUNS runs a day."""

STRANGERS = 8
"""Agents that answer behind the last address of the scope."""

_CONTEXT = b"kitscan-message/1\0"
_CONNECTION_SECONDS = 0.2
MAX_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class CentreFigures:
    """What orders of a stolen centre did: how many were sent; what was sent to addresses inside and outside the
    scope, to the excluded one, and by a protocol that is not the site's; how many requests the replays of a slice that
    was done brought; runs that were begun; whether the collector still works."""

    orders: int
    inside: int
    outside: int
    excluded: int
    logins: int
    runs: int
    replayed: int
    refusals: int
    works: bool

    @property
    def is_kept(self) -> bool:
        """Whether the site's own rules held."""
        nothing = not (self.outside or self.excluded or self.logins or self.replayed)
        return nothing and self.inside > 0 and self.runs <= RUNS and self.works


@dataclass(slots=True)
class StolenCentre:
    """The centre's key and courier in other hands. `plan` is what the site answered to a plan order."""

    key: str
    courier: FolderCentre
    folder: Path
    sent: int = 0
    refusals: int = 0
    plan: SitePlan | None = None
    bundles: int = 0

    def send(self, octets: bytes) -> None:
        """Put a message into the site's queue."""
        self.courier.send(SITE, octets)
        self.sent += 1

    def drain(self) -> None:
        """Wait until the site has taken all its messages, and read what it answers. Raises OSError where it takes
        none."""
        until = time.monotonic() + MAX_SECONDS
        while self.courier.waiting(SITE):
            if time.monotonic() > until:
                raise OSError(f"{self.courier.waiting(SITE)} orders are left")
            self.courier.serve(self._read, 0.2)
        self.courier.serve(self._read, 1.0)

    def _read(self, octets: bytes) -> None:
        sealed = json.loads(octets)
        message = open_sealed(octets, {sealed["key"]}).message
        match message:
            case SitePlan():
                self.plan = message
            case SiteRefusal():
                self.refusals += 1


def measured(folder: Path, seed: int, orders: int) -> CentreFigures:
    """Send forged, replayed, widened and random orders to a collector that works, and count what it sent where."""
    chance = random.Random(seed)
    scope = small.small_site(SITE, 0, DEVICES)
    excluded = scope.scope[1]
    site = replace(
        scope,
        settings=scope.settings + f"exclude: ['{excluded}']\n",
        profile="normal",
        runs_per_day=RUNS,
    )
    small.preload()
    with ExitStack() as stack:
        fleet = stack.enter_context(small.small_fleet(folder, (site,)))
        agents = {agent.address: agent for agent in fleet.agents[SITE]}
        strangers = stack.enter_context(_strangers(folder, site.scope[-1], site.ports.snmp))
        logins = stack.enter_context(
            _counting_logins([*site.scope, *(one.address for one in strangers)], site.ports.ssh)
        )
        key = (fleet.folders.centre / "key").read_text()
        centre = StolenCentre(key, FolderCentre(folder / "carried"), folder)
        fleet.start_collectors()
        own = _done_slice(centre)
        before = _requests(agents)
        for octets in (*[seal(own, key)] * 5, *_forged(own, fleet.folders.collector(SITE, "lon1"), key)):
            centre.send(octets)
        centre.drain()
        replayed = _requests(agents) - before
        for order in (*_widened(own), *(_drawn(own, chance) for _ in range(orders))):
            centre.send(seal(order, key))
        centre.drain()
        refusals, centre.plan = centre.refusals, None
        centre.send(seal(_plan_order(own.run, own.terms), key))
        centre.drain()
        ledger = json.loads((fleet.folders.collector(SITE, "lon1") / "spool" / "ledger.json").read_text())
    return CentreFigures(
        orders=centre.sent,
        inside=_requests(agents),
        outside=_requests({agent.address: agent for agent in strangers}),
        excluded=_requests({excluded: agents[excluded]}),
        logins=sum(logins),
        runs=len(ledger["runs"]),
        replayed=replayed,
        refusals=refusals,
        works=centre.plan is not None,
    )


def _done_slice(centre: StolenCentre) -> SliceOrder:
    """The order of a slice that was done, as an honest centre gives it."""
    now = datetime.now(UTC)
    terms = Terms(seed=7, not_before=now.isoformat(), deadline=(now + timedelta(hours=1)).isoformat())
    token = secrets.token_hex(16)
    centre.send(seal(_plan_order(token, terms), centre.key))
    until = time.monotonic() + MAX_SECONDS
    while centre.plan is None and time.monotonic() < until:
        centre.drain()
    if centre.plan is None:
        raise OSError("the site does not plan")
    order = SliceOrder(
        run=token,
        site=SITE,
        ordinal=1,
        of=centre.plan.of,
        scope_sha256=centre.plan.scope_sha256,
        sent=now.isoformat(),
        terms=terms,
    )
    centre.send(seal(order, centre.key))
    centre.drain()
    return order


def _plan_order(token: str, terms: Terms) -> PlanOrder:
    return PlanOrder(run=token, site=SITE, sent=datetime.now(UTC).isoformat(), terms=terms)


def _forged(order: SliceOrder, collector: Path, key: str) -> Iterator[bytes]:
    """Messages that the centre's key did not seal, or not so; and some whose message holds more than it may."""
    new = order.model_copy(update={"ordinal": 2})
    yield seal(new, new_private_key())
    yield seal(new, (collector / "key").read_text())
    sealed = json.loads(seal(order, key))
    yield json.dumps(sealed | {"message": new.model_dump_json()}).encode()
    yield json.dumps(sealed | {"key": public_key_of(new_private_key())}).encode()
    more = {"targets": ["127.78.0.9"], "address": "127.78.0.9", "command": "reload", "credentials": "public"}
    for name, value in more.items():
        written = json.dumps(json.loads(new.model_dump_json()) | {name: value})
        signature = sign(key, _CONTEXT + written.encode())
        yield json.dumps({"message": written, "key": public_key_of(key), "signature": signature}).encode()
    yield b"\xff" * 1000
    yield b"{}"


def _widened(order: SliceOrder) -> Iterator[SliceOrder | PlanOrder]:
    """Orders that the centre's key sealed, each of which asks for more than the site allows."""
    terms = order.terms
    changes: tuple[dict[str, object], ...] = (
        {"terms": terms.model_copy(update={"profile": "lab"})},
        {"terms": terms.model_copy(update={"probes": ["snmp", "ssh"]})},
        {"terms": terms.model_copy(update={"probes": ["web", "link"]})},
        {"terms": terms.model_copy(update={"seed": 8})},
        {"terms": terms.model_copy(update={"deadline": terms.not_before})},
        {"site": "MAN"},
        {"ordinal": order.of + 1, "of": order.of + 1},
        {"of": 100_000, "ordinal": 99_999},
        {"scope_sha256": "0" * 64},
    )
    for change in changes:
        yield order.model_copy(update={"ordinal": 2} | change)
        yield order.model_copy(update={"ordinal": 2, "run": secrets.token_hex(16)} | change)
    for _ in range(3 * RUNS):
        token = secrets.token_hex(16)
        yield _plan_order(token, terms)
        yield order.model_copy(update={"run": token})


def _drawn(order: SliceOrder, chance: random.Random) -> SliceOrder:
    """A random order of a known or a new run."""
    drawn = {
        "run": chance.choice((order.run, f"{chance.getrandbits(128):032x}")),
        "site": chance.choice((SITE, SITE, "MAN")),
        "ordinal": chance.randint(1, 2 * order.of),
        "of": chance.choice((order.of, 2 * order.of)),
        "scope_sha256": chance.choice((order.scope_sha256, f"{chance.getrandbits(256):064x}")),
        "attempt": chance.randint(1, 9),
        "terms": order.terms.model_copy(
            update={
                "seed": chance.choice((7, chance.getrandbits(60))),
                "profile": chance.choice(("", "gentle", "normal", "lab", "everything")),
                "probes": chance.choice(([], ["snmp"], ["ssh"], ["snmp", "web"])),
            }
        ),
    }
    return order.model_copy(update=drawn)


def _requests(agents: dict[str, Agent]) -> int:
    return sum(agent.traffic.requests.total() for agent in agents.values())


@contextmanager
def _strangers(folder: Path, last: str, port: int) -> Iterator[tuple[Agent, ...]]:
    """Agents that answer behind an address, which nobody may ask."""
    recording = folder / "stranger.snmprec"
    recording.write_text("1.3.6.1.2.1.1.1.0|4|somebody else's\n")
    files = {f"stranger-{number}": recording for number in range(STRANGERS)}
    with replaying(files, IPv4Address(last) + 1, port, small.COMMUNITY.encode()) as agents:
        yield agents


@contextmanager
def _counting_logins(addresses: list[str], port: int) -> Iterator[list[int]]:
    """Listen at the SSH port of addresses until the block ends. Then each connection is a 1 in the list."""
    counts, ending = list[int](), threading.Event()
    with ExitStack() as stack:
        listening = [stack.enter_context(closing(socket.create_server((address, port)))) for address in addresses]
        for server in listening:
            server.setblocking(False)

        def accept() -> None:
            while not ending.wait(_CONNECTION_SECONDS):
                for server in listening:
                    try:
                        server.accept()[0].close()
                    except BlockingIOError:
                        continue
                    counts.append(1)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield counts
        finally:
            ending.set()
            thread.join()
