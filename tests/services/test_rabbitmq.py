"""The courier of a broker, over a RabbitMQ that is set up as docs/fleet-broker.md says."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fingerprints.model.errors import KitscanError
from scanner.courier.broker_names import CENTRE, DEAD, ORDERS, TASK, site_queue
from scanner.courier.courier import CentreCourier, CourierError, CourierFullError, SiteCourier
from scanner.courier.envelope import MessageRefusedError, seal
from scanner.courier.opening import open_centre, open_site
from scanner.courier.parts import PART_OCTETS, Inbox, parts_of
from scanner.courier.provisioning import password_hash, site_definitions
from scanner.courier.tls_files import TlsFiles
from scanner.store.bundles.signing import new_private_key, public_key_of
from tests.services import rabbitmq
from tests.services.fleet_broker import CANARY, FleetBroker, fleet_broker

if TYPE_CHECKING:
    from amqp import Channel

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]

PART = b"x" * 200_000


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def fleet(certificates: Path) -> Iterator[FleetBroker]:
    """A running broker; its queue of the centre holds 2 MB."""
    pytest.importorskip("celery", reason="celery is not installed (kitscan[fleet])")
    reason = rabbitmq.missing()
    if reason is not None:
        pytest.skip(reason)
    with fleet_broker(certificates, centre_octets=2_000_000) as running:
        yield running


@pytest.fixture
def centre(fleet: FleetBroker) -> Iterator[CentreCourier]:
    courier = open_centre(fleet.centre())
    yield courier
    courier.stop()
    courier.close()


@pytest.fixture
def london(fleet: FleetBroker) -> Iterator[SiteCourier]:
    courier = open_site(fleet.site("LON"), "LON")
    yield courier
    courier.stop()
    courier.close()


def taken(courier: CentreCourier | SiteCourier, count: int, seconds: float = 20) -> list[bytes]:
    """The next messages. The courier is at its end then."""
    messages: list[bytes] = []

    def handle(octets: bytes) -> None:
        messages.append(octets)
        if len(messages) >= count:
            courier.stop()

    courier.serve(handle, seconds)
    return messages


def serving(courier: CentreCourier | SiteCourier, handle: Callable[[bytes], None]) -> threading.Thread:
    thread = threading.Thread(target=courier.serve, args=(handle,), daemon=True)
    thread.start()
    return thread


def until(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether something comes to hold in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def acting(url: str, act: "Callable[[Channel], Any]") -> Any:
    """What comes of using a channel of a user's, without kitscan."""
    from kombu import Connection

    with Connection(url, transport_options={"confirm_publish": True}) as connection:
        return act(connection.default_channel)


def dead_letters(fleet: FleetBroker) -> list[bytes]:
    """What was given up since the last call."""

    def act(channel: "Channel") -> list[bytes]:
        found = []
        while (message := channel.basic_get(DEAD)) is not None:
            found.append(message.body if isinstance(message.body, bytes) else message.body.encode())
            channel.basic_ack(message.delivery_tag)
        return found

    letters: list[bytes] = []
    until(lambda: bool(letters.extend(acting(fleet.centre(), act)) or letters), seconds=5)
    return letters


def test_orders_go_to_their_site_and_answers_to_the_centre(
    fleet: FleetBroker, centre: CentreCourier, london: SiteCourier
) -> None:
    centre.send("LON", b'{"order": 1}')
    centre.send("LON", b'{"order": 2}')
    assert (centre.waiting("LON"), centre.waiting("MAN"), centre.waiting("NOWHERE")) == (2, 0, None)
    assert taken(open_site(fleet.site("MAN"), "MAN"), 1, seconds=1) == []
    assert taken(london, 2) == [b'{"order": 1}', b'{"order": 2}']
    london.send(b'{"answer": 1}')
    assert taken(centre, 1) == [b'{"answer": 1}']


def test_an_order_for_a_site_that_is_not_enrolled_is_an_error(centre: CentreCourier) -> None:
    with pytest.raises(CourierError, match="no such queue"):
        centre.send("NOWHERE", b"order")


def test_a_site_is_enrolled_while_the_broker_runs(fleet: FleetBroker, centre: CentreCourier) -> None:
    added = site_definitions("PAR", password_hash("paris", b"salt"))
    fleet.broker.import_definitions(json.dumps(added).encode())
    centre.send("PAR", b"order")
    assert taken(open_site(fleet.broker.url(site_queue("PAR"), "paris"), "PAR"), 1) == [b"order"]


def test_a_user_reads_its_own_queue_and_writes_to_one_exchange(fleet: FleetBroker) -> None:
    from amqp import Message
    from amqp.exceptions import AccessRefused

    def reads(queue: str) -> Callable[["Channel"], Any]:
        return lambda channel: channel.basic_get(queue)

    def consumes(queue: str) -> Callable[["Channel"], Any]:
        return lambda channel: channel.basic_consume(queue)

    def writes(exchange: str, key: str) -> Callable[["Channel"], Any]:
        return lambda channel: channel.basic_publish_confirm(Message("x"), exchange, key)

    forbidden: dict[str, list[Callable[[Channel], Any]]] = {
        fleet.site("LON"): [
            *map(reads, (site_queue("MAN"), CENTRE, DEAD)),
            *map(consumes, (site_queue("MAN"), CENTRE, DEAD)),
            *(writes(exchange, "MAN") for exchange in (ORDERS, DEAD, "amq.direct")),
            writes("", site_queue("MAN")),
            writes("", site_queue("LON")),
            lambda channel: channel.queue_declare("kitscan.site.XYZ", durable=True),
            lambda channel: channel.exchange_declare("mine", "direct"),
            lambda channel: channel.queue_bind(site_queue("LON"), CENTRE, CENTRE),
            lambda channel: channel.queue_bind(CENTRE, ORDERS, "MAN"),
            lambda channel: channel.queue_purge(site_queue("MAN")),
            lambda channel: channel.queue_delete(site_queue("LON")),
        ],
        fleet.centre(): [
            reads(site_queue("LON")),
            writes("", CENTRE),
            writes(CENTRE, CENTRE),
            lambda channel: channel.queue_declare("mine", durable=True),
            lambda channel: channel.queue_delete(CENTRE),
        ],
    }
    for url, acts in forbidden.items():
        for act in acts:
            with pytest.raises(AccessRefused):
                acting(url, act)
    assert acting(fleet.site("LON"), reads(site_queue("LON"))) is None


def test_nobody_comes_in_without_his_password(fleet: FleetBroker) -> None:
    for user, password in ((site_queue("LON"), "wrong"), ("guest", "guest")):
        courier = open_site(fleet.broker.url(user, password), "LON")
        for act in (lambda courier=courier: courier.send(b"x"), lambda courier=courier: courier.serve(print, 5)):
            with pytest.raises(CourierError, match="refuses this user") as raised:
                act()
            assert password not in str(raised.value).replace(user, "")
    with pytest.raises(CourierError, match="refuses this user"):
        open_site(fleet.site("MAN"), "LON").serve(print, 5)


def test_a_full_queue_rejects_and_takes_messages_again_when_some_were_taken(
    centre: CentreCourier, london: SiteCourier
) -> None:
    sent = 0
    with pytest.raises(CourierFullError, match="queue is full"):
        for _ in range(40):
            london.send(PART)
            sent += 1
    assert 8 <= sent <= 14
    assert taken(centre, sent) == [PART] * sent
    london.send(b"again")


def test_what_a_centre_could_not_do_now_is_done_later_and_in_order(
    fleet: FleetBroker, centre: CentreCourier, london: SiteCourier
) -> None:
    taken(open_centre(fleet.centre()), 1000, seconds=1)
    london.send(b"first")
    london.send(b"second")
    calls: list[bytes] = []

    def handle(octets: bytes) -> None:
        calls.append(octets)
        if len(calls) == 1:
            raise KitscanError("the database is away")
        if octets == b"second":
            centre.stop()

    centre.serve(handle, 20)
    assert calls == [b"first", b"first", b"second"]


def test_an_order_that_a_collector_could_not_do_now_comes_again(
    centre: CentreCourier, london: SiteCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scanner.courier.celery_courier import order_worker

    monkeypatch.setattr(order_worker, "GIVE_BACK_SECONDS", 0.1)
    centre.send("LON", b"order")
    calls: list[bytes] = []

    def handle(octets: bytes) -> None:
        calls.append(octets)
        if len(calls) == 1:
            raise KitscanError("the spool is in use")
        london.stop()

    london.serve(handle, 20)
    assert calls == [b"order"] * 2


def test_celery_of_another_program_is_not_asked(
    fleet: FleetBroker, centre: CentreCourier, london: SiteCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Celery reads these; a collector may stand on a machine where something else runs on it."""
    for name in ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL"):
        monkeypatch.setenv(name, "amqp://guest:guest@127.0.0.1:1//")
    monkeypatch.setenv("CELERY_RESULT_BACKEND", "redis://127.0.0.1:1/0")
    ours, theirs = open_centre(fleet.centre()), open_site(fleet.site("LON"), "LON")
    ours.send("LON", b"order")
    assert taken(theirs, 1) == [b"order"]
    theirs.send(b"answer")
    assert taken(ours, 1) == [b"answer"]


def test_what_nobody_can_open_is_given_up_at_once(
    fleet: FleetBroker, centre: CentreCourier, london: SiteCourier
) -> None:
    def refuse(octets: bytes) -> None:
        raise MessageRefusedError("no")

    london.send(b"forged answer")
    centre.send("LON", b"forged order")
    centre.serve(refuse, 1)
    assert b"forged answer" in dead_letters(fleet)[0]
    london.serve(refuse, 1)
    assert b"forged order" in dead_letters(fleet)[0]
    assert centre.waiting("LON") == 0


def test_an_order_that_meets_a_defect_ends_four_collectors_and_no_more(
    fleet: FleetBroker, centre: CentreCourier
) -> None:
    def fail(octets: bytes) -> None:
        raise ZeroDivisionError

    centre.send("LON", b"poison")
    for _ in range(4):
        with pytest.raises(ZeroDivisionError):
            open_site(fleet.site("LON"), "LON").serve(fail, 10)
    (letter,) = dead_letters(fleet)
    assert b"poison" in letter
    assert centre.waiting("LON") == 0


HOSTILE = {
    "another task": ({"task": "celery.backend_cleanup"}, [[], {}, {}]),
    "an hour's wait": ({"eta": "2126-01-01T00:00:00+00:00"}, [[], {"sealed": "x"}, {}]),
    "a callback": ({}, [[], {"sealed": "x"}, {"callbacks": [{"task": TASK, "args": [], "kwargs": {"sealed": "y"}}]}]),
    "a chain": ({}, [[], {"sealed": "x"}, {"chain": [{"task": TASK, "args": ["y"]}]}]),
    "arguments": ({}, [["x"], {"sealed": "x"}, {}]),
    "a number": ({}, [[], {"sealed": 7}, {}]),
    "no id": ({"id": None}, [[], {"sealed": "x"}, {}]),
    "protocol 1": ({}, {"task": TASK, "id": "1", "args": [], "kwargs": {"sealed": "x"}}),
}


def test_a_task_message_of_any_other_shape_is_given_up_before_celery_reads_it(
    fleet: FleetBroker, centre: CentreCourier, london: SiteCourier
) -> None:
    from amqp import Message

    def publish(channel: "Channel") -> None:
        for headers, body in HOSTILE.values():
            given = {"task": TASK, "id": "1", "lang": "py", **headers}
            text = Message(json.dumps(body), application_headers=given, content_type="application/json")
            channel.basic_publish_confirm(text, ORDERS, "LON")
        given = {"task": TASK, "id": "1", "lang": "py"}
        for kind, coding in (("application/x-python-serialize", "binary"), ("application/json", "utf-16")):
            text = Message(b"\x80\x04.", application_headers=given, content_type=kind, content_encoding=coding)
            channel.basic_publish_confirm(text, ORDERS, "LON")

    acting(fleet.centre(), publish)
    centre.send("LON", b"order")
    assert taken(london, 1) == [b"order"]
    letters: list[bytes] = []
    assert until(lambda: len(letters.extend(dead_letters(fleet)) or letters) >= len(HOSTILE) + 2)


COLLECTOR = """
import os, sys, time
from pathlib import Path
from scanner.courier.opening import open_site
def handle(octets):
    with open(sys.argv[1], "a") as log:
        log.write(f"{os.getpid()} {octets.decode()}\\n")
    time.sleep(float(sys.argv[2]))
open_site(os.environ["COURIER"], "LON").serve(handle)
"""


def collector(fleet: FleetBroker, log: Path, seconds: float) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "COURIER": fleet.site("LON")}
    return subprocess.Popen([sys.executable, "-c", COLLECTOR, str(log), str(seconds)], env=environment)


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def test_the_order_of_a_killed_collector_comes_to_another_within_seconds(
    fleet: FleetBroker, centre: CentreCourier, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    killed = collector(fleet, log, 60)
    centre.send("LON", b"order")
    assert until(lambda: len(lines(log)) == 1)
    other = collector(fleet, log, 0)
    try:
        time.sleep(1)
        assert len(lines(log)) == 1  # one at a time, however long it takes
        os.kill(killed.pid, signal.SIGKILL)
        began = time.monotonic()
        assert until(lambda: len(lines(log)) == 2, seconds=10)
        assert time.monotonic() - began < 5
        assert lines(log)[1] == f"{other.pid} order"
    finally:
        for process in (killed, other):
            process.kill()
            process.wait()


RECEIVER = """
import os, sys
from pathlib import Path
from scanner.courier.envelope import open_sealed
from scanner.courier.opening import open_centre
from scanner.courier.parts import Inbox
inbox = Inbox(Path(sys.argv[1]))
def handle(octets):
    inbox.take(open_sealed(octets, {os.environ["KEY"]}).message)
open_centre(os.environ["COURIER"]).serve(handle)
"""


def test_a_bundle_larger_than_the_queue_comes_whole_through_receivers_that_are_killed(
    fleet: FleetBroker, london: SiteCourier, tmp_path: Path
) -> None:
    key, bundle = new_private_key(), os.urandom(20 * PART_OCTETS)
    environment = {**os.environ, "COURIER": fleet.centre(), "KEY": public_key_of(key)}
    parts, inbox = list(parts_of(bundle, "LON", "lon1")), tmp_path / "inbox"

    def send() -> None:
        for part in parts:
            while not sent_now(london, seal(part, key)):
                time.sleep(0.05)

    sender = threading.Thread(target=send)
    sender.start()
    for there in (3, 9, 15, None):
        receiver = subprocess.Popen([sys.executable, "-c", RECEIVER, str(inbox)], env=environment)
        try:
            if there is None:
                assert until(lambda: bool(Inbox(inbox).whole()))
            else:
                assert until(lambda there=there: len(list(inbox.glob("half/*/*/*/0*"))) >= there)
        finally:
            receiver.kill()
            receiver.wait()
    sender.join(10)
    assert [path.read_bytes() == bundle for path in Inbox(inbox).whole()] == [True]


def sent_now(courier: SiteCourier, octets: bytes) -> bool:
    try:
        courier.send(octets)
    except CourierFullError:
        return False
    return True


def test_nothing_that_was_confirmed_is_lost_when_the_broker_is_killed_and_both_ends_go_on(
    fleet: FleetBroker, centre: CentreCourier, london: SiteCourier
) -> None:
    answers: list[bytes] = []
    orders: list[bytes] = []
    threads = [serving(london, orders.append)]
    centre.send("LON", b"before")
    assert until(lambda: b"before" in orders)  # the last test may have left one that was not acknowledged
    confirmed, killed = [], threading.Event()

    def send() -> None:
        number = 0
        while not killed.is_set():
            octets = f"{number} {'x' * 100}".encode()
            try:
                london.send(octets)
            except CourierError:
                return
            confirmed.append(octets)
            number += 1

    sender = threading.Thread(target=send)
    sender.start()
    assert until(lambda: len(confirmed) > 100)
    fleet.broker.kill()
    killed.set()
    sender.join(30)
    with pytest.raises(CourierError, match="cannot be reached"):
        london.send(b"while it is away")
    threads.append(serving(centre, answers.append))  # it waits for the broker
    fleet.broker.start()
    assert until(lambda: set(confirmed) <= set(answers))
    london.send(b"after")
    centre.send("LON", b"after")
    assert until(lambda: answers[-1] == b"after" and orders[-1] == b"after")
    assert not [octets for octets in answers if answers.count(octets) > 2]
    for courier, thread in zip((london, centre), threads, strict=True):
        courier.stop()
        thread.join(2)
        assert not thread.is_alive()


def test_tls_is_checked_and_carries_messages(fleet: FleetBroker, certificates: Path) -> None:
    ours = TlsFiles(certificates / "ca.pem", certificates / "site.pem", certificates / "site.key")
    centre, london = open_centre(fleet.centre(tls=True), fleet.tls), open_site(fleet.site("LON", tls=True), "LON", ours)
    centre.send("LON", b"order")
    assert taken(london, 1) == [b"order"]
    london.send(PART)
    assert taken(centre, 1) == [PART]
    for tls in (TlsFiles(certificates / "other.pem"), None):
        with pytest.raises(CourierError, match=r"TLS fails: (self-signed|unable to get)"):
            open_centre(fleet.centre(tls=True), tls).send("LON", b"order")
    elsewhere = fleet.centre(tls=True).replace("@localhost:", "@127.0.0.1:")
    with pytest.raises(CourierError, match="TLS fails: IP address mismatch"):
        open_centre(elsewhere, fleet.tls).send("LON", b"order")
    with pytest.raises(CourierError, match="TLS fails"):
        open_site(elsewhere, "LON", fleet.tls).serve(print, 5)
    with pytest.raises(CourierError, match=r"missing\.pem: is no file"):
        open_centre(elsewhere, TlsFiles(Path("missing.pem"))).send("LON", b"order")


def test_the_broker_writes_no_password(fleet: FleetBroker) -> None:
    passwords = [password.encode() for password in fleet.passwords.values()]
    assert CANARY.encode() in passwords
    written = list(fleet.broker.written())
    assert any(b"kitscan.site.LON" in octets for _, octets in written)
    assert [path.name for path, octets in written if any(password in octets for password in passwords)] == []
