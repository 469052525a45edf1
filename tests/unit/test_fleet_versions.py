"""Centres and collectors of different versions: what docs/fleet.md says of upgrades.

`golden/fleet_messages_1.jsonl` and `golden/fleet_slice_1.zip` are what the first version sent. A centre reads them as
long as such collectors may be about, and sends orders that they read.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fingerprints.model.evidence import GapReason
from scanner.courier.envelope import open_sealed, seal
from scanner.courier.message import (
    FleetMessage,
    Heartbeat,
    PlannedSlice,
    PlanOrder,
    SitePlan,
    SiteRefusal,
    SiteRefusalReason,
    SliceOrder,
)
from scanner.courier.parts import Inbox, parts_of
from scanner.fleet.centre.reception import CentreDesk, MessageAside
from scanner.fleet.ledger import FleetLedger
from scanner.fleet.received import AsideReason, Receipt
from scanner.fleet.receiving import receive_bundle
from scanner.fleet.sites import Site, Sites
from scanner.store.bundles.signing import public_key_of, sign
from scanner.store.store import Store, open_store
from tests.unit.fleet_bundles import NOW, SCOPE, SILENT, THEN, TOKEN, Bundler, Slice, document_in, sites
from tests.unit.fleet_sites import TERMS

GOLDEN = Path(__file__).parent / "golden"
KEY = "kitscan-ed25519-private:" + "AAAA" * 10 + "AAA="
"""Everybody's: of the golden files alone."""

SITES = Sites({"LON": Site("LON", sites().by_name["LON"].scope, {"lon1": public_key_of(KEY)})})


def messages() -> Iterator[FleetMessage]:
    """A message of each kind."""
    own: dict[str, Any] = {"run": TOKEN, "site": "LON"}
    sent, terms = THEN.isoformat(), TERMS
    yield PlanOrder(**own, sent=sent, terms=terms)
    yield SliceOrder(**own, ordinal=1, of=2, scope_sha256=SCOPE, attempt=2, sent=sent, terms=terms)
    planned = [PlannedSlice(ordinal=1, addresses=256, words="10.0.1.0/24")]
    yield SitePlan(**own, collector="lon1", of=2, scope_sha256=SCOPE, slices=planned)
    reason = SiteRefusalReason.SPOOL_FULL
    yield SiteRefusal(**own, collector="lon1", ordinal=2, reason=reason, detail="9 of 10 octets wait")
    yield Heartbeat(
        site="LON", collector="lon1", version="0.1.0", sent=sent, spool_bytes=1, spool_limit=2, clock_offset=0.5
    )
    yield from parts_of(b"a bundle", "LON", "lon1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "centre.sqlite"), create=True) as opened:
        yield opened


def ordered(store: Store) -> FleetLedger:
    """A run that the centre ordered from LON."""
    with store.writing("scan", "1.0", THEN) as writer:
        run = writer.run
    ledger = FleetLedger(store)
    ledger.begin(TOKEN, run, "scan", TERMS, ("LON",), THEN)
    return ledger


def test_messages_of_the_first_version_are_read() -> None:
    lines = (GOLDEN / "fleet_messages_1.jsonl").read_bytes().splitlines()
    assert [open_sealed(line, {public_key_of(KEY)}).message for line in lines] == [*messages()]


def test_orders_are_those_that_the_first_version_reads() -> None:
    """It refuses a field that it does not know, so an order has none that it had not."""
    lines = (GOLDEN / "fleet_messages_1.jsonl").read_bytes().splitlines()
    orders = [message for message in messages() if isinstance(message, PlanOrder | SliceOrder)]
    assert [seal(order, KEY) for order in orders] == lines[: len(orders)]


def test_a_slice_of_the_first_version_is_taken(store: Store) -> None:
    received = receive_bundle(store, SITES, GOLDEN / "fleet_slice_1.zip", NOW)
    assert (received.receipt, received.site, received.rows, received.reason) == (Receipt.TAKEN, "LON", 2, None)
    FleetLedger(store).end(TOKEN, NOW)
    assert store.run(1).complete
    assert [device["name"] for device in json.loads(document_in(store))["devices"]] == ["edge"]


def newer(message: FleetMessage, **fields: object) -> bytes:
    """A message as a later version may seal it."""
    written = json.dumps(message.model_dump() | fields)
    signature = sign(KEY, b"kitscan-message/1\0" + written.encode())
    return json.dumps({"message": written, "key": public_key_of(KEY), "signature": signature}).encode()


@pytest.mark.parametrize("fields", [{"temperature": 21}, {"kind": "weather"}])
def test_a_message_of_a_newer_collector_is_put_aside_and_stops_nothing(
    store: Store, tmp_path: Path, fields: dict[str, object]
) -> None:
    ledger = ordered(store)
    inbox = Inbox(tmp_path / "inbox")
    desk = CentreDesk(ledger, inbox, lambda: SITES, str, lambda: NOW, lambda _: None, lambda _: None)
    beat = next(message for message in messages() if isinstance(message, Heartbeat))
    desk.handle(newer(beat, **fields))
    assert [row.reason for row in ledger.aside(None)] == [MessageAside.NOT_SEALED]
    assert ledger.collectors() == ()
    desk.handle(seal(beat, KEY))
    assert [row.version for row in ledger.collectors()] == ["0.1.0"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ('{"gap":"quantum-noise","probe":"snmp"}', AsideReason.NOT_EVIDENCE),
        ('{"source":"quic.banner","said":[["","x"]]}', AsideReason.NOT_EVIDENCE),
    ],
)
def test_a_slice_of_a_newer_collector_is_missing_and_never_half_read(
    store: Store, tmp_path: Path, said: str, reason: AsideReason
) -> None:
    ledger = ordered(store)
    made = Slice({"10.0.0.1": SILENT}, key=KEY, lines={"10.0.0.1": said})
    received = receive_bundle(store, SITES, Bundler(tmp_path / "site").bundle(made), NOW, ordered=True)
    assert (received.receipt, received.reason) == (Receipt.ASIDE, reason)
    ledger.end(TOKEN, NOW)
    document = json.loads(document_in(store))
    assert document["devices"] == []
    assert GapReason.NOT_RECEIVED in {missing["reason"] for missing in document["not_assessed"]}
