"""NetBox and Nautobot asked by their API: a served copy of its shapes, on this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fingerprints.model.errors import KitscanError
from scanner.inventory_services.fetching import fetching
from scanner.inventory_services.netbox_server import parse_request
from scanner.inventory_services.read_only_session import ReadOnlySession
from scanner.targets.entry import InventoryContent, ListedPrefix, SkipReason
from scanner.targets.lists import Service, service_of, shown_service
from scanner.targets.read_targets import read_targets
from scanner.targets.target import Ports
from tests.unit.inventory_samples import CANARY

V1, V2 = f"{CANARY}0123456789abcdef", f"nbt_abc.{CANARY}"


class _Server(ThreadingHTTPServer):
    token, redirect, elsewhere, body = V1, "", "", b""
    requests: list[tuple[str, str, dict[str, list[str]]]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


def device(number: int, state: str = "active") -> dict[str, Any]:
    return {
        "id": number,
        "name": f"r{number}",
        "device_type": {"model": "x", "manufacturer": {"name": "Arista"}},
        "role": {"slug": "core"},
        "status": {"value": state},
        "primary_ip4": {"address": f"192.0.2.{number}/24"},
    }


OBJECTS: dict[str, list[dict[str, Any]]] = {
    "/api/dcim/devices/": [*(device(number) for number in range(1, 6)), device(6, "offline")],
    "/api/virtualization/virtual-machines/": [
        {"id": 1, "name": "v1", "cluster": {}, "vcpus": 1, "primary_ip4": {"address": "192.0.2.99/24"}}
    ],
    "/api/ipam/prefixes/": [{"id": 1, "prefix": "192.0.2.0/24", "role": {"slug": "core"}, "vrf": None}],
}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.server.requests.append(("GET", parts.path, query))
        token = self.server.token
        wanted = f"Bearer {token}" if token.startswith("nbt_") else f"Token {token}"
        if self.server.redirect:
            self.answer(302, b"", self.server.redirect)
        elif self.headers["Authorization"] != wanted:
            self.answer(403, b'{"detail": "no"}')
        elif self.server.body:
            self.answer(200, self.server.body)
        elif "nonsense" in query:
            self.answer(400, f'{{"nonsense": ["{token}"]}}'.encode())
        else:
            self.page(parts.path, int(query.get("offset", ["0"])[0]))

    def page(self, path: str, offset: int) -> None:
        listed, size = OBJECTS[path], 2
        following = f"{self.server.elsewhere or self.server.url}{path}?limit={size}&offset={offset + size}"
        answer = {
            "count": len(listed),
            "next": following if offset + size < len(listed) else None,
            "previous": None,
            "results": listed[offset : offset + size],
        }
        self.answer(200, json.dumps(answer).encode())

    def answer(self, status: int, body: bytes, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.server.requests.append(("POST", self.path, {}))
        self.answer(500, b"")

    do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815  as http.server calls them

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


@contextmanager
def netbox(**given: Any) -> Iterator[_Server]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.requests = []
    for name, value in given.items():
        setattr(server, name, value)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NETBOX_TOKEN", "NAUTOBOT_TOKEN"):
        monkeypatch.setenv(name, V1)


def ask(server: _Server, query: str = "", kind: str = "netbox", *, prefixes: bool = False) -> InventoryContent:
    return fetching(with_prefixes=prefixes)(Service(kind, f"{server.url}{query}"), Path())


def test_devices_and_machines_are_read_page_by_page_and_only_with_get(token: None) -> None:
    with netbox() as server:
        content = ask(server)
    assert [entry.word for entry in content.entries] == [*(f"192.0.2.{number}" for number in range(1, 6)), "192.0.2.99"]
    assert [(entry.name, entry.reason) for entry in content.skipped] == [("r6", SkipReason.NOT_ACTIVE)]
    assert {method for method, _, _ in server.requests} == {"GET"}
    assert [path for _, path, _ in server.requests].count("/api/dcim/devices/") == 3


def test_a_session_has_no_way_to_write() -> None:
    session = ReadOnlySession("https://netbox.example")
    assert [name for name in ("post", "put", "patch", "delete", "options", "request") if hasattr(session, name)] == []
    session.close()


def test_filters_go_to_the_server_and_a_chosen_status_is_a_target(token: None) -> None:
    with netbox() as server:
        content = ask(server, "/?site=ams&status=active&status=offline")
    assert len(content.entries) == 7 and not content.skipped
    _, _, query = server.requests[0]
    assert (query["site"], query["status"], query["exclude"]) == (["ams"], ["active", "offline"], ["config_context"])


def test_a_version_2_token_is_sent_as_a_bearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_TOKEN", V2)
    with netbox(token=V2) as server:
        assert len(ask(server, "?token=env:OTHER_TOKEN").entries) == 6
    assert all("token" not in query for _, _, query in server.requests)


def test_nautobot_is_asked_for_nested_objects_for_else_an_address_is_a_link(token: None) -> None:
    with netbox() as server:
        assert len(ask(server, kind="nautobot").entries) == 6
    assert server.requests[0][2]["depth"] == ["1"]


def test_prefixes_are_asked_for_where_they_are_shown(token: None) -> None:
    with netbox() as server:
        assert ask(server, prefixes=True).prefixes == (ListedPrefix("192.0.2.0/24", "core"),)
        assert ask(server, "/api/ipam/prefixes/?role=core").prefixes == (ListedPrefix("192.0.2.0/24", "core"),)


def test_a_word_of_a_scan_names_the_server(token: None) -> None:
    with netbox() as server:
        targets = read_targets((f"netbox:{server.url}?site=ams",), Ports(), str, Path(), fetching())
    assert (targets.count, targets.lists[0].file) == (6, f"netbox:{server.url}")


@pytest.mark.parametrize(
    ("given", "query", "problem"),
    [
        ({"token": "another"}, "", "the server answers 403: the token may not read this"),
        ({}, "?nonsense=1", "the server answers 400: a filter is not known"),
        ({"body": b"<html>"}, "", "the answer is no JSON"),
        ({"body": b"[1, 2]"}, "", "the answer has not the shape of a list"),
        ({"redirect": "https://192.0.2.1/"}, "", "the server redirects to another place"),
        ({"elsewhere": "http://127.0.0.2:1"}, "", "goes on at another server, to which no token is sent"),
    ],
)
def test_what_a_server_does_wrong_is_an_error_without_the_token(
    given: dict[str, Any], query: str, problem: str, token: None
) -> None:
    with netbox(**given) as server, pytest.raises(KitscanError) as caught:
        ask(server, query)
    assert problem in str(caught.value)
    assert CANARY not in str(caught.value) and caught.value.next_step


def test_a_server_that_cannot_be_reached_is_an_error(token: None) -> None:
    with netbox() as server:
        url = server.url
    with pytest.raises(KitscanError, match=r"the server cannot be asked \(ConnectionError\)"):
        fetching()(Service("netbox", url), Path())


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("http://netbox.example", "a token is not sent without TLS"),
        (f"https://audit:{CANARY}@netbox.example", "the URL holds a login"),
        (f"https://netbox.example?token={CANARY}", "token= is no reference"),
        ("https://netbox.example/api/users/users/", "this list is not read"),
        ("https://[::1", "is no URL"),
    ],
)
def test_a_url_that_would_lose_a_secret_or_read_what_is_no_inventory_is_refused(place: str, problem: str) -> None:
    with pytest.raises(KitscanError) as caught:
        parse_request(Service("netbox", place), with_prefixes=False)
    assert problem in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_token_that_is_not_there_is_told_by_the_name_of_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETBOX_TOKEN", raising=False)
    with pytest.raises(KitscanError, match=r"token: the environment variable NETBOX_TOKEN is not set"):
        fetching()(Service("netbox", "https://netbox.example"), Path())


@pytest.mark.parametrize("word", ["netbox:161", "netbox:file.json", "r1.example:161", "list:x", "ansible-inventory:22"])
def test_a_file_or_a_host_is_no_service(word: str) -> None:
    assert service_of(word) is None


def test_a_service_is_shown_without_login_and_query() -> None:
    place = f"https://a:{CANARY}@netbox.example/x?token={CANARY}#{CANARY}"
    assert shown_service(Service("netbox", place)) == "netbox:https://netbox.example/x"


PROGRAM = """#!/bin/sh
[ "$1 $3" = "-i --list" ] && [ -e "$2" ] || exit 9
cat "$2.answer"
exit $(cat "$2.code")
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ansible-inventory").write_text(PROGRAM)
    (tmp_path / "bin" / "ansible-inventory").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    (tmp_path / "nb.yml").write_text("plugin: x\n")
    (tmp_path / "nb.yml.answer").write_text('{"_meta": {"hostvars": {"r1": {"ansible_host": "192.0.2.1"}}}}')
    (tmp_path / "nb.yml.code").write_text("0")
    return tmp_path


def test_the_users_own_ansible_inventory_is_run_when_asked(program: Path) -> None:
    content = fetching()(Service("ansible-inventory", "nb.yml"), program)
    assert [(entry.word, entry.labels) for entry in content.entries] == [("192.0.2.1", ("r1",))]


def test_an_ansible_inventory_that_fails_is_an_error_without_its_words(program: Path) -> None:
    (program / "nb.yml.answer").write_text(CANARY)
    (program / "nb.yml.code").write_text("4")
    with pytest.raises(KitscanError, match=r"it ended with exit code 4") as caught:
        fetching()(Service("ansible-inventory", "nb.yml"), program)
    assert CANARY not in str(caught.value)


def test_no_ansible_inventory_is_an_error_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "hosts").write_text("r1\n")
    with pytest.raises(KitscanError, match=r"is not installed"):
        fetching()(Service("ansible-inventory", "hosts"), tmp_path)
