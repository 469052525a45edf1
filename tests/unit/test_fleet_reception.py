"""What a centre takes of what is sent to it: each key speaks for its own site, and what it may not say is put aside."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError, Flaw
from scanner.courier.envelope import seal
from scanner.courier.message import (
    FleetMessage,
    Heartbeat,
    PlannedSlice,
    PlanOrder,
    SitePlan,
    SiteRefusal,
    SiteRefusalReason,
)
from scanner.courier.parts import Inbox, parts_of
from scanner.fleet.centre.patience import patiently
from scanner.fleet.centre.reception import CentreDesk, MessageAside, Reception, ReceptionKind
from scanner.fleet.ledger import FleetLedger, SliceState
from scanner.fleet.sites import Site, Sites
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.store.errors import StoreBusyError, StoreError
from scanner.store.store import open_store
from scanner.targets.addresses import AddressSet
from tests.unit.fleet_sites import NOW, TERMS

LON, MAN, NOBODY = new_private_key(), new_private_key(), new_private_key()
SITES = Sites(
    {
        "LON": Site("LON", AddressSet(), {"lon1": public_key_of(LON)}),
        "MAN": Site("MAN", AddressSet(), {"man1": public_key_of(MAN)}),
    }
)
TOKEN, OTHER = "a" * 32, "b" * 32


@dataclass
class Receiver:
    """A desk, what it logged, and the bundles that it took; `fails` are the errors of the next tries to take one."""

    ledger: FleetLedger
    folder: Path
    fails: list[Exception] = field(default_factory=list)
    logged: list[Reception] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    @property
    def desk(self) -> CentreDesk:
        inbox = Inbox(self.folder)
        return CentreDesk(
            self.ledger, inbox, lambda: SITES, self._take, lambda: NOW, lambda _: None, self.logged.append
        )

    def _take(self, path: Path) -> str:
        if self.fails:
            raise self.fails.pop(0)
        self.taken.append(path.read_bytes())
        return "taken"

    def kinds(self) -> list[ReceptionKind]:
        return [one.kind for one in self.logged]

    def aside(self) -> list[tuple[str, str, str]]:
        return [(row.site, row.collector, row.reason) for row in self.ledger.aside(None)]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with open_store(str(tmp_path / "s.sqlite"), create=True) as store:
        ledger = FleetLedger(store)
        ledger.begin(TOKEN, 1, "scan", TERMS, ("LON",), NOW)
        yield Receiver(ledger, tmp_path / "inbox")


def heartbeat(site: str = "LON", collector: str = "lon1") -> Heartbeat:
    sent = NOW.isoformat()
    return Heartbeat(site=site, collector=collector, version="0.1.0", sent=sent, spool_bytes=5, spool_limit=10)


def plan(run: str = TOKEN, site: str = "LON", collector: str = "lon1") -> SitePlan:
    slices = [PlannedSlice(ordinal=1, addresses=256, words="10.0.1.0/24")]
    return SitePlan(run=run, site=site, collector=collector, of=1, scope_sha256="c" * 64, slices=slices)


def refusal(run: str = TOKEN) -> SiteRefusal:
    reason = SiteRefusalReason.SPOOL_FULL
    return SiteRefusal(run=run, site="LON", collector="lon1", ordinal=1, reason=reason)


def test_what_a_site_says_of_itself_is_noted(receiver: Receiver) -> None:
    for message in (heartbeat(), plan(), refusal()):
        receiver.desk.handle(seal(message, LON))
    assert receiver.kinds() == [ReceptionKind.HEARTBEAT, ReceptionKind.PLAN, ReceptionKind.REFUSAL]
    (row,) = receiver.ledger.slices(TOKEN)
    (collector,) = receiver.ledger.collectors()
    assert (row.state, row.refusal, row.words) == (SliceState.REFUSED, SiteRefusalReason.SPOOL_FULL, "10.0.1.0/24")
    assert (collector.key, collector.last_contact, collector.spool_bytes) == (public_key_of(LON), NOW, 5)
    assert receiver.aside() == []


@pytest.mark.parametrize(
    ("message", "key", "aside"),
    [
        (heartbeat(), NOBODY, ("", "", MessageAside.NOT_SEALED)),
        (heartbeat(), MAN, ("MAN", "man1", MessageAside.OTHER_SENDER)),
        (heartbeat(collector="lon2"), LON, ("LON", "lon1", MessageAside.OTHER_SENDER)),
        (plan(), MAN, ("MAN", "man1", MessageAside.OTHER_SENDER)),
        (plan(run=OTHER), LON, ("LON", "lon1", MessageAside.UNKNOWN_RUN)),
        (plan(site="MAN", collector="man1"), MAN, ("MAN", "man1", MessageAside.UNKNOWN_RUN)),
        (refusal(run=OTHER), LON, ("LON", "lon1", MessageAside.UNKNOWN_RUN)),
        (
            PlanOrder(run=TOKEN, site="LON", sent=NOW.isoformat(), terms=TERMS),
            LON,
            ("LON", "lon1", MessageAside.NOT_A_SITES),
        ),
        (next(parts_of(b"bundle", "LON", "lon1")), MAN, ("MAN", "man1", MessageAside.OTHER_SENDER)),
        (
            next(parts_of(b"bundle", "LON", "lon1")).model_copy(update={"size": 9}),
            LON,
            ("LON", "lon1", MessageAside.PART_REFUSED),
        ),
    ],
    ids=range(10),
)
def test_what_a_site_may_not_say_is_put_aside(
    receiver: Receiver, message: FleetMessage, key: str, aside: tuple[str, str, MessageAside]
) -> None:
    for _ in range(2):
        receiver.desk.handle(seal(message, key))
    assert receiver.aside() == [aside]
    assert receiver.kinds() == [ReceptionKind.ASIDE] * 2
    assert (receiver.ledger.collectors(), receiver.ledger.plan(TOKEN, "LON"), receiver.taken) == ((), None, [])


def test_what_is_no_message_at_all_is_put_aside(receiver: Receiver) -> None:
    receiver.desk.handle(b"\xff\x00")
    assert receiver.aside() == [("", "", MessageAside.NOT_SEALED)]


def test_a_plan_of_a_run_that_ended_is_put_aside(receiver: Receiver) -> None:
    receiver.ledger.end(TOKEN, NOW + timedelta(hours=1))
    receiver.desk.handle(seal(plan(), LON))
    assert receiver.aside() == [("LON", "lon1", MessageAside.UNKNOWN_RUN)]


def test_a_bundle_is_taken_once_all_its_parts_are_there_in_any_order(receiver: Receiver) -> None:
    bundle = bytes(range(256)) * 2000
    parts = [*parts_of(bundle, "LON", "lon1")]
    assert len(parts) > 2
    for part in (*reversed(parts), parts[0]):
        receiver.desk.handle(seal(part, LON))
    assert receiver.taken == [bundle]
    assert receiver.kinds().count(ReceptionKind.BUNDLE) == 1
    assert Inbox(receiver.folder).whole() == ()


def test_a_bundle_whose_receiver_was_killed_is_taken_by_the_next(receiver: Receiver) -> None:
    receiver.fails = [StoreError("the disk is full")]
    (part,) = parts_of(b"bundle", "LON", "lon1")
    with pytest.raises(StoreError):
        receiver.desk.handle(seal(part, LON))
    assert receiver.taken == []
    receiver.desk.take_left()
    receiver.desk.take_left()
    assert receiver.taken == [b"bundle"]
    assert receiver.logged[-1] == Reception(ReceptionKind.BUNDLE, "LON", "lon1", "taken")


def test_a_bundle_that_another_receiver_of_the_inbox_takes_meanwhile_is_no_error(receiver: Receiver) -> None:
    def gone(path: Path) -> str:
        path.unlink()
        return broken(path)

    def broken(path: Path) -> str:
        raise DataFileError(path, (Flaw("whole file", "cannot be read", "a file"),), "look")

    desk = replace(receiver.desk, take_bundle=gone)
    (part,) = parts_of(b"bundle", "LON", "lon1")
    desk.handle(seal(part, LON))
    assert receiver.kinds() == [ReceptionKind.PART]
    with pytest.raises(DataFileError):
        replace(desk, take_bundle=broken).handle(seal(part, LON))
    assert len(desk.inbox.whole()) == 1


def test_a_store_that_is_held_for_a_while_is_waited_for() -> None:
    errors, waits = [StoreBusyError("held"), StoreBusyError("held")], list[float]()

    def step() -> int:
        if errors:
            raise errors.pop()
        return 7

    assert patiently(step, waits.append) == 7
    assert len(waits) == 2


def test_a_bundle_over_which_kitscan_fails_stops_neither_the_others_nor_the_next_start(receiver: Receiver) -> None:
    receiver.fails = [ZeroDivisionError()]
    for bundle in (b"of a defect", b"of others"):
        (part,) = parts_of(bundle, "LON", "lon1")
        receiver.desk.handle(seal(part, LON))
    receiver.desk.take_left()
    assert receiver.taken == [b"of others"]
    assert receiver.aside() == [("LON", "lon1", MessageAside.DEFECT)]
    assert Reception(ReceptionKind.ASIDE, "LON", "lon1", "defect: ZeroDivisionError") in receiver.logged


def test_a_bundle_that_another_process_took_meanwhile_is_none_to_fail_over(receiver: Receiver) -> None:
    (part,) = parts_of(b"bundle", "LON", "lon1")

    def take(path: Path) -> str:
        path.unlink()
        raise StoreError("the file is gone")

    desk = replace(receiver.desk, take_bundle=take)
    desk.handle(seal(part, LON))
    assert receiver.kinds() == [ReceptionKind.PART]
