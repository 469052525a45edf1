"""What empties a spool: nothing is lost while the courier takes nothing, and all of it goes once it does."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scanner.courier.courier import CourierError
from scanner.courier.envelope import seal
from scanner.courier.message import Heartbeat, Part, SitePlan, SiteRefusal
from scanner.courier.parts import PART_OCTETS, parts_of
from scanner.fleet.site import sending
from scanner.fleet.site.collector import Collector
from scanner.fleet.site.sending import SpoolSender
from scanner.fleet.site.site_event import SiteEventKind
from scanner.fleet.site.slice_collection import CollectedSlice
from tests.unit.site_parts import (
    CENTRE,
    FULL,
    GONE,
    KEY,
    RUN,
    MemoryCourier,
    Site,
    local_scope,
    plan_order,
    site,
    slice_order,
)

SECONDS = 10.0


def until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < ends, "it did not come about in time"
        time.sleep(0.005)


def sender_of(found: Site, courier: MemoryCourier) -> SpoolSender:
    desk = found.desk
    return SpoolSender(courier, desk.spool, desk.settings, KEY, desk.state, found.events.append, parts_of, 0.01)


@contextmanager
def working(found: Site, courier: MemoryCourier) -> Iterator[None]:
    """A collector that works in a thread, until the block ends."""
    collector = Collector(found.desk, sender_of(found, courier), courier)
    thread = threading.Thread(target=collector.run, args=(60.0,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        collector.end()
        thread.join(SECONDS)
        assert not thread.is_alive()


def kinds(found: Site) -> list[SiteEventKind]:
    return [event.kind for event in found.events]


def bundles(courier: MemoryCourier) -> list[bytes]:
    """The bundles that whoever has the parts can put together, in the order of their last parts."""
    parts: dict[str, dict[int, bytes]] = {}
    whole = []
    for part in courier.messages():
        if isinstance(part, Part):
            held = parts.setdefault(part.sha256, {})
            held[part.number] = base64.b64decode(part.octets)
            if len(held) == part.of:
                whole.append(b"".join(octets for _, octets in sorted(held.items())))
    return whole


def test_orders_are_done_and_what_comes_of_them_is_sent(tmp_path: Path) -> None:
    local, found, courier = local_scope(tmp_path), site(tmp_path), MemoryCourier()
    large = b"".join(b"%09d" % number for number in range(60_000))
    found.collecting.ends.append(CollectedSlice(large, 3))
    for message in (plan_order(), slice_order(local, 1), slice_order(local, 2), slice_order(local, 9)):
        courier.orders.put(seal(message, CENTRE))
    with working(found, courier):
        until(lambda: len(bundles(courier)) == 2 and any(isinstance(one, SiteRefusal) for one in courier.messages()))
        until(lambda: found.desk.spool.waiting() == ())
    assert bundles(courier) == [large, b"bundle 2"]
    assert isinstance(courier.messages()[0], Heartbeat)
    assert sum(isinstance(message, SitePlan) for message in courier.messages()) == 1
    assert max(part.number for part in courier.messages() if isinstance(part, Part)) == len(large) // PART_OCTETS + 1
    assert (kinds(found)[0], kinds(found)[-1]) == (SiteEventKind.STARTED, SiteEventKind.STOPPED)


def test_a_day_without_the_centre_loses_nothing(tmp_path: Path) -> None:
    local, found, courier = local_scope(tmp_path), site(tmp_path), MemoryCourier(down=GONE)
    for message in (plan_order(), *(slice_order(local, ordinal) for ordinal in (1, 2, 3))):
        courier.orders.put(seal(message, CENTRE))
    with working(found, courier):
        until(lambda: len(found.desk.spool.waiting()) == 3)
        until(lambda: SiteEventKind.COURIER_FAILED in kinds(found))
        assert courier.sent == []
        courier.down = None
        until(lambda: len(bundles(courier)) == 3)
    assert bundles(courier) == [b"bundle 1", b"bundle 2", b"bundle 3"]
    assert len([message for message in courier.messages() if isinstance(message, SitePlan)]) == 1
    assert kinds(found).count(SiteEventKind.COURIER_FAILED) == 1


def test_what_was_not_sent_before_an_end_is_sent_after_the_next_start(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    down, up = MemoryCourier(down=GONE), MemoryCourier()
    down.orders.put(seal(plan_order(), CENTRE))
    down.orders.put(seal(slice_order(local, 1), CENTRE))
    with working(found, down):
        until(lambda: len(found.desk.spool.waiting()) == 1)
    with working(site(tmp_path), up):
        until(lambda: len(bundles(up)) == 1)
    assert sum(isinstance(message, SitePlan) for message in up.messages()) == 1


def test_a_bundle_goes_on_at_the_part_that_was_not_taken(tmp_path: Path) -> None:
    local_scope(tmp_path)
    found, courier = site(tmp_path), MemoryCourier()
    octets = bytes(range(256)) * 3_000
    found.desk.spool.add(RUN, 1, octets)
    sent: list[int] = []
    courier_send = courier.send

    def send(sealed: bytes) -> None:
        if len(courier.sent) == 3 and not sent:
            sent.append(len(courier.sent))
            raise FULL
        courier_send(sealed)

    courier.send = send  # type: ignore[method-assign]
    with working(found, courier):
        until(lambda: bundles(courier) == [octets])
    numbers = [part.number for part in courier.messages() if isinstance(part, Part)]
    assert numbers == [1, 2, 3, 4, 5]
    assert kinds(found).count(SiteEventKind.CENTRE_FULL) == 1


def test_a_heartbeat_says_how_full_the_spool_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BEAT_SECONDS", 0.05)
    local_scope(tmp_path)
    found, courier = site(tmp_path, limit=10_000), MemoryCourier()
    found.desk.state.working_on = "slice 3 of 40"
    found.desk.spool.add(RUN, 1, b"x" * 900)
    with working(found, courier):
        until(lambda: sum(isinstance(message, Heartbeat) for message in courier.messages()) >= 3)
    beats = [message for message in courier.messages() if isinstance(message, Heartbeat)]
    first, last = beats[0], beats[-1]
    assert (first.site, first.collector, first.working_on) == ("LON", "lon1", "slice 3 of 40")
    assert (first.spool_bytes, first.spool_limit, first.spooled) == (900, 10_000, 1)
    assert (last.spool_bytes, last.spooled) == (0, 0)


def test_a_bundle_that_cannot_be_read_holds_up_no_other(tmp_path: Path) -> None:
    local_scope(tmp_path)
    found, courier = site(tmp_path), MemoryCourier()
    for ordinal in (1, 2):
        found.desk.spool.add(RUN, ordinal, b"octets")
    broken = found.desk.spool.waiting()[0].path
    broken.unlink()
    broken.mkdir()  # as a disk with a bad place: it cannot be read
    with working(found, courier):
        until(lambda: bundles(courier) == [b"octets"])
        until(lambda: len(found.desk.spool.waiting()) == 1)
    assert SiteEventKind.SPOOL_FAILED in kinds(found)


def test_a_message_that_cannot_be_read_holds_up_no_other(tmp_path: Path) -> None:
    local_scope(tmp_path)
    found, courier = site(tmp_path), MemoryCourier()
    plan = SitePlan(run=RUN, site="LON", collector="lon1", of=0, scope_sha256="a" * 64, slices=[])
    for _ in range(2):
        found.desk.spool.add_message(seal(plan, KEY))
    broken = found.desk.spool.messages()[0]
    broken.unlink()
    broken.mkdir()
    found.desk.spool.add(RUN, 1, b"octets")
    with working(found, courier):
        until(lambda: bundles(courier) == [b"octets"])
    assert plan in courier.messages()
    assert found.desk.spool.messages() == (broken,)
    assert SiteEventKind.SPOOL_FAILED in kinds(found)


def test_a_defect_of_the_courier_ends_no_sending(tmp_path: Path) -> None:
    local_scope(tmp_path)
    found, courier = site(tmp_path), MemoryCourier()
    courier.failing.extend([ZeroDivisionError(), CourierError("later")])  # type: ignore[list-item]
    found.desk.spool.add(RUN, 1, b"octets")
    with working(found, courier):
        until(lambda: bundles(courier) == [b"octets"])
    (problem,) = [event for event in found.events if event.kind is SiteEventKind.PROBLEM]
    assert problem.detail == "ZeroDivisionError"
