"""A centre one of whose collectors was stolen: whoever has its key sends whatever evidence they like."""

import json
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.fleet import small
from benchmarks.fleet.folders import FleetSite
from benchmarks.fleet.judging import keys_of
from benchmarks.fleet.kept import read_document
from fingerprints.model.evidence import GapReason, Observation, Source, Subject
from scanner.courier.envelope import open_sealed, seal
from scanner.courier.folder_courier import FolderSite
from scanner.courier.message import (
    Heartbeat,
    PlannedSlice,
    PlanOrder,
    SiteMessage,
    SitePlan,
    SiteRefusal,
    SiteRefusalReason,
    SliceOrder,
)
from scanner.courier.parts import parts_of
from scanner.fleet.ledger import FleetLedger
from scanner.sink import RangeCount, RunOutcome
from scanner.store.bundles.bundle_writer import BundleOptions, bundle_of
from scanner.store.bundles.manifest import BundledSlice
from scanner.store.bundles.signing import new_private_key
from scanner.store.store import open_store
from scanner.version import VERSION

HONEST, STOLEN, COLLECTOR = "LON", "MAN", "man1"
DEVICES = 4
SCOPE_SHA256 = "5" * 64
MAX_SECONDS = 60.0
WITHIN = ("--within", "0.5")

_SHARE = re.compile('; as a hint, [^"]*')
_LIE = Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Huawei Versatile Routing Platform Software VRP (R)")
_RANGE = RangeCount("127.78.0.0/24", 256, 250)


@dataclass(frozen=True, slots=True)
class CollectorFigures:
    """What a stolen collector did to the centre: how many messages and bundles it sent; the subjects of the run that
    lie outside its scope; whether the rows of the honest site are what it sent; that site's part of the document
    without and with it; how often something was put aside; whether the fleet works after it."""

    messages: int
    bundles: int
    outside: tuple[str, ...]
    same_rows: bool
    honest_before: str
    honest_after: str
    aside: int
    works: bool

    @property
    def is_kept(self) -> bool:
        """Whether nothing of it counted beyond its own scope."""
        return not self.outside and self.same_rows and self.honest_before == self.honest_after and self.works


@dataclass(slots=True)
class StolenCollector:
    """The collector's key and courier in other hands. `own` are addresses of its site, `others` of none; `stolen` is
    what devices of another site say of themselves."""

    key: str
    courier: FolderSite
    own: tuple[str, ...]
    others: tuple[str, ...]
    stolen: tuple[tuple[Observation, ...], ...]
    run: str = ""
    messages: int = 0
    bundles: int = 0
    is_ordered: bool = False

    def work(self) -> None:
        """Plan one slice where the centre asks for a plan, and do harm once it is ordered."""
        self.courier.serve(self._handle, MAX_SECONDS)

    def _handle(self, octets: bytes) -> None:
        order = open_sealed(octets, {json.loads(octets)["key"]}).message
        if isinstance(order, PlanOrder):
            self.run = order.run
            self.say(self._plan(STOLEN))
            self.say(self._plan(HONEST))
        elif isinstance(order, SliceOrder) and not self.is_ordered:
            self.is_ordered = True
            self._harm()
            self.courier.stop()

    def say(self, message: SiteMessage, key: str = "") -> None:
        """Send a message, sealed."""
        self.courier.send(seal(message, key or self.key))
        self.messages += 1

    def _plan(self, site: str) -> SitePlan:
        planned = [PlannedSlice(ordinal=1, addresses=1, words="127.78.0.1")]
        return SitePlan(run=self.run, site=site, collector=COLLECTOR, of=1, scope_sha256=SCOPE_SHA256, slices=planned)

    def _harm(self) -> None:
        for collector in (COLLECTOR, "lon1"):
            for ordinal in (0, 1, 2):
                self.say(
                    SiteRefusal(
                        run=self.run,
                        site=HONEST,
                        collector=collector,
                        ordinal=ordinal,
                        reason=SiteRefusalReason.NO_SUCH_SLICE,
                    )
                )
            beat = datetime.now(UTC).isoformat()
            self.say(
                Heartbeat(
                    site=HONEST, collector=collector, version=VERSION, sent=beat, spool_bytes=10**9, spool_limit=10**9
                )
            )
        for bundle in self._bundles():
            self.bundles += 1
            for site, collector in ((STOLEN, COLLECTOR), (HONEST, "lon1"), (STOLEN, "man2")):
                for part in parts_of(bundle, site, collector):
                    self.say(part)
                    self.say(part, new_private_key())

    def _bundles(self) -> Iterator[bytes]:
        """Bundles that nobody may take, then one of which a part may be taken, again, and another of the same slice."""
        named = {
            "run": self.run,
            "site": STOLEN,
            "collector": COLLECTOR,
            "ordinal": 1,
            "of": 1,
            "scope_sha256": SCOPE_SHA256,
        }
        mixed = (*self.own, *self.others)
        for change in (
            {"site": HONEST, "collector": "lon1"},
            {"site": HONEST},
            {"collector": "man2"},
            {"run": secrets.token_hex(16)},
            {"ordinal": 2, "of": 2},
            {"scope_sha256": "6" * 64},
        ):
            yield self._bundle(self.others, named | change)
        whole = self._bundle(mixed, named)
        yield self._bundle(mixed, named, None)
        yield self._bundle(mixed, named, new_private_key())
        yield from (whole[: len(whole) // 2], whole[:-1], b"PK\x03\x04" + b"\0" * 100, b"\0")
        for at in range(0, len(whole), len(whole) // 20):
            yield whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :]
        yield whole
        yield whole
        yield self._bundle(self.own[:1], named)

    def _bundle(self, addresses: Iterable[str], named: Mapping[str, Any], key: str | None = "") -> bytes:
        """A bundle that lies of addresses, in words of another site where it can; each of its subjects says of itself
        what a device of that site says. It is signed with the stolen key, another, or none (None)."""
        now, attributes = datetime.now(UTC), (("namespace", HONEST), ("site", HONEST))
        with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/lie.sqlite", create=True) as store:
            with store.writing("scan", VERSION, now) as writer:
                for number, address in enumerate(addresses):
                    said = (_LIE, *self.stolen[number % len(self.stolen)])
                    for name in (address, f"{HONEST}/{address}", f"../{HONEST}/{address}"):
                        writer.add(Subject(name, address, (name,), attributes), "snmp", said, now)
                        writer.done(name)
                writer.range(_RANGE)
                writer.finish(RunOutcome.COMPLETE, now)
            options = BundleOptions(VERSION, "lie", {}, key=self.key if key == "" else key, slice=BundledSlice(**named))
            return bundle_of(store, [1], options)


def measured(folder: Path) -> CollectorFigures:
    """Scan two honest sites; then again, while the collector of one of them is in other hands."""
    sites = (small.small_site(HONEST, 0, DEVICES), small.small_site(STOLEN, 1, DEVICES))
    small.preload()
    with ExitStack() as stack:
        fleet = stack.enter_context(small.small_fleet(folder, sites))
        fleet.start_receiver()
        fleet.start_collectors()
        report = fleet.folders.centre / small.REPORT
        place = str(fleet.folders.centre / small.STORE)
        fleet.scanned(*WITHIN)
        before, rows = read_document(report), _honest_subjects(place, 1)
        fleet.end(f"{STOLEN}/{COLLECTOR}")
        key = (fleet.folders.collector(STOLEN, COLLECTOR) / "key").read_text()
        others = (*sites[0].scope, "192.0.2.1", "127.78.2.1", "::1")
        courier = FolderSite(folder / "carried", STOLEN)
        stolen = StolenCollector(key, courier, sites[1].scope, others, _said_at(place, sites[0]))
        fleet.start_scan(*WITHIN)
        stolen.work()
        fleet.running.pop("scan").wait(MAX_SECONDS)
        after = read_document(report)
        outside, same_rows = _foreign_subjects(place, sites[1]), _honest_subjects(place, 2) == rows
        with open_store(place) as store:
            aside = len(FleetLedger(store).aside(None))
        fleet.start_collectors()
        works = fleet.scanned(*WITHIN).code in (0, 1, 3) and len(read_document(report)["devices"]) == 2 * DEVICES
    return CollectorFigures(
        messages=stolen.messages,
        bundles=stolen.bundles,
        outside=outside,
        same_rows=same_rows,
        honest_before=_part(before, sites[0].scope),
        honest_after=_part(after, sites[0].scope),
        aside=aside,
        works=works,
    )


def _said_at(place: str, site: FleetSite) -> tuple[tuple[Observation, ...], ...]:
    """What each device of a site has said in the last run."""
    with open_store(place) as store:
        return tuple(
            evidence.observations
            for evidence in store.evidence(store.runs()[-1].id)
            if evidence.observations and evidence.subject.key.startswith(f"{site.name}/")
        )


def _part(document: Mapping[str, Any], scope: tuple[str, ...]) -> str:
    """What a document says of a site: each device that has an address of it, and its targets that were not assessed.
    The share of a cap is left out: it counts the operator's whole network."""
    addresses = {f"{HONEST}/{address}" for address in scope}
    devices = [device for device in document["devices"] if addresses.intersection(keys_of(device))]
    missing = [missing for missing in document["not_assessed"] if missing["target"].startswith(f"{HONEST}/")]
    return _SHARE.sub("", json.dumps([devices, missing], indent=1))


def _foreign_subjects(place: str, own: FleetSite) -> tuple[str, ...]:
    """The subjects of the last run that are not the honest site's and whose address is not the other one's either, but
    for what the centre says itself of what it put aside."""
    with open_store(place) as store:
        return tuple(
            evidence.subject.key
            for evidence in store.evidence(store.runs()[-1].id)
            if not evidence.subject.key.startswith(f"{HONEST}/") and evidence.subject.address not in own.scope
            if evidence.observations or {gap.reason for gap in evidence.gaps} != {GapReason.OUTSIDE_SCOPE}
        )


def _honest_subjects(place: str, number: int) -> dict[str, list[str]]:
    """Everything that a run holds of the honest site."""
    with open_store(place) as store:
        return {
            evidence.subject.key: sorted(map(str, (*evidence.observations, *evidence.gaps)))
            for evidence in store.evidence(number)
            if evidence.subject.key.startswith(f"{HONEST}/")
        }
