"""A courier is opened by its words; a URL's password is in no message, and nothing goes over a network without TLS."""

import base64
import hashlib
import json
import re
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import KitscanError
from scanner.courier.broker_names import CENTRE, DEAD, ORDERS
from scanner.courier.broker_url import BrokerUrl, broker_url_of
from scanner.courier.courier import CourierError, CourierFullError
from scanner.courier.folder_courier import FolderCentre, FolderSite
from scanner.courier.opening import open_centre, open_site
from scanner.courier.provisioning import definitions_of, new_password, password_hash

PASSWORD = "canary-url-password-1"
PAGE = Path(__file__).parents[2] / "docs" / "fleet-broker.md"


def test_a_folder_is_opened_at_both_ends(tmp_path: Path) -> None:
    centre, site = open_centre(f"folder:{tmp_path}"), open_site(f"folder:{tmp_path}", "LON")
    assert isinstance(centre, FolderCentre)
    assert isinstance(site, FolderSite)
    centre.send("LON", b"order")
    site.serve(lambda octets: centre.stop() if octets == b"order" else None, 0)
    assert centre.waiting("LON") == 0


def test_a_url_is_read_with_its_defaults() -> None:
    url = broker_url_of(f"amqps://kitscan.site.LON:{PASSWORD}%2F@broker.example.com")
    assert url == BrokerUrl("broker.example.com", 5671, "kitscan.site.LON", PASSWORD + "/", "kitscan", True)
    assert str(url) == "amqps://kitscan.site.LON@broker.example.com:5671/kitscan"
    assert PASSWORD not in repr(url)
    assert str(broker_url_of("amqp://a:b@[::1]:99/%2F")) == "amqp://a@[::1]:99//"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_no_tls_is_for_this_machine(host: str) -> None:
    assert not broker_url_of(f"amqp://a:b@{host}").tls


@pytest.mark.parametrize(
    "host", ["broker.example.com", "192.0.2.1", "localhost.example.com", "127.0.0.1.nip.io", "0.0.0.0"]
)
def test_no_tls_is_refused_to_any_other_machine(host: str) -> None:
    with pytest.raises(KitscanError, match="not encrypted") as raised:
        open_site(f"amqp://a:{PASSWORD}@{host}", "LON")
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    "words",
    [
        f"redis://:{PASSWORD}@localhost",
        f"amqps://{PASSWORD}",
        f"amqps://a:{PASSWORD}@",
        f"amqps://a:{PASSWORD}@host:port",
        f"amqps://a:{PASSWORD}@[::1",
        f"amqps://a:{PASSWORD}@host/kitscan?ssl=no",
        f"amqps://:{PASSWORD}@host",
        f"a:{PASSWORD}@host",
        PASSWORD,
        "",
        "folder:",
    ],
)
def test_words_that_name_no_courier_are_refused_and_not_repeated(words: str) -> None:
    for opening in (lambda: open_centre(words), lambda: open_site(words, "LON")):
        with pytest.raises(KitscanError, match="courier: ") as raised:
            opening()
        assert PASSWORD not in str(raised.value)


@given(st.text())
def test_any_text_is_a_url_or_an_error(text: str) -> None:
    for words in (text, f"amqps://{text}", f"amqps://a:b@{text}"):
        try:
            broker_url_of(words)
        except KitscanError as error:
            assert len(text) < 20 or text not in str(error)


def test_a_broker_without_celery_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "celery", None)
    with pytest.raises(KitscanError, match=re.escape("kitscan[fleet]")):
        open_centre("amqps://a:b@broker.example.com")


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_broker_that_is_away_is_an_error_of_sending_and_waited_for_by_serving() -> None:
    pytest.importorskip("celery", reason="celery is not installed (kitscan[fleet])")
    words = f"amqp://a:{PASSWORD}@127.0.0.1:{closed_port()}"
    warned: list[str] = []
    centre, site = open_centre(words, None, warned.append), open_site(words, "LON")
    for send in (lambda: centre.send("LON", b"x"), lambda: site.send(b"x")):
        with pytest.raises(CourierError, match="cannot be reached") as raised:
            send()
        assert PASSWORD not in str(raised.value)
        assert not isinstance(raised.value, CourierFullError)
    for send in (lambda: centre.send("LON", b"x" * 300_000), lambda: site.send(b"x" * 300_000)):
        with pytest.raises(CourierError, match="larger than"):
            send()
    with pytest.raises(CourierError, match="cannot be reached"):
        centre.waiting("LON")
    threads = [threading.Thread(target=courier.serve, args=(print,)) for courier in (centre, site)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    for courier, thread in zip((centre, site), threads, strict=True):
        assert thread.is_alive()
        courier.stop()
        thread.join(2)
        assert not thread.is_alive()
    assert "nothing is received: " in warned[0]
    assert "cannot be reached" in warned[0]
    assert PASSWORD not in warned[0]


def test_a_users_permissions_are_those_that_the_page_shows() -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert json.loads(shown) == definitions_of(password_hash("centre", b"salt"), {"LON": password_hash("LON", b"salt")})


def test_definitions_hold_every_site_and_the_same_sites_make_the_same_bytes() -> None:
    one = definitions_of("hash", {"MAN": "m", "LON": "l"})
    assert json.dumps(one) == json.dumps(definitions_of("hash", {"LON": "l", "MAN": "m"}))
    users = {user["name"]: user["password_hash"] for user in one["users"]}  # type: ignore[attr-defined]
    assert users == {"kitscan.centre": "hash", "kitscan.site.LON": "l", "kitscan.site.MAN": "m"}
    grants = {each["user"]: (each["configure"], each["write"], each["read"]) for each in one["permissions"]}  # type: ignore[attr-defined]
    assert grants["kitscan.site.LON"] == ("^$", r"^(kitscan\.centre)$", r"^(kitscan\.site\.LON)$")
    names = {CENTRE, ORDERS, DEAD, "kitscan.site.LON", "kitscan.site.MAN"}
    assert {each["name"] for kind in ("queues", "exchanges") for each in one[kind]} == names  # type: ignore[attr-defined]


def test_a_password_is_hashed_as_rabbitmq_does_it() -> None:
    """The example of RabbitMQ's documentation: salt 908DC60A, password test12."""
    expected = "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
    assert password_hash("test12", bytes.fromhex("908dc60a")) == expected
    assert base64.b64decode(expected)[4:] == hashlib.sha256(bytes.fromhex("908dc60a") + b"test12").digest()


def test_new_passwords_are_long_differ_and_stand_in_a_url() -> None:
    first, second = new_password(), new_password()
    assert first != second
    assert re.fullmatch("[A-Za-z0-9_-]{43}", first)
