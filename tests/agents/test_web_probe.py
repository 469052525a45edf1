"""The web probe against real servers on loopback: what it brings home, what it sends, and what it survives."""

import asyncio
import hashlib
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.protocols.probe import Planned
from scanner.protocols.tcp_connections import TcpConnections
from scanner.protocols.web.probe import WebProbe
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target
from scanner.version import VERSION
from tests.agents.web_servers import OK, answering, asked, asked_of, asked_of_tls, certificate, name, raw

CAMERA = (
    b"HTTP/1.1 401 Unauthorized\r\nServer: DNVRS-Webs\r\n"
    b'WWW-Authenticate: Digest qop="auth", realm="DS-2CD2042", nonce="1"\r\n'
    b'WWW-Authenticate: Basic realm="hikvision"\r\n'
    b"Content-Type: text/html\r\n\r\n"
    b"<html><head><TITLE>\n Document Error: &eacute;\xd6 </TITLE>"
    b'<script src="/doc/script/a.js?v=1"></script></head></html>'
)
FACTORY = name(country_name="CN", organization_name="HIKVISION", organizational_unit_name="DVRNVR", common_name="www")


def gaps(items: Sequence[Observation | Gap]) -> list[tuple[str, GapReason]]:
    return [(item.at, item.reason) for item in items if isinstance(item, Gap)]


async def test_a_page_gives_its_server_realms_title_and_paths() -> None:
    async with answering({"/": [CAMERA]}) as server:
        items = await asked_of(server.port)
    at = f"{server.port}/tcp"
    assert items == [
        Observation(Source.WEB_SERVER, at, "DNVRS-Webs"),
        Observation(Source.WEB_REALM, at, "DS-2CD2042"),
        Observation(Source.WEB_REALM, at, "hikvision"),
        Observation(Source.WEB_TITLE, at, "Document Error: &eacute;\xd6"),
        Observation(Source.WEB_PATHS, at, "/doc/script/a.js"),
    ]


async def test_one_plain_get_is_all_that_is_sent() -> None:
    async with answering({"/": [CAMERA]}) as server:
        await asked_of(server.port)
    request = (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUser-Agent: kitscan/{VERSION}\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n"
    )
    assert server.requests == [request.encode()]


async def test_the_certificate_comes_before_the_answer(tmp_path: Path) -> None:
    shown = certificate(FACTORY, names=("camera.example", "cam"))
    async with answering({"/": [CAMERA]}, context=shown.context(tmp_path)) as server:
        items = await asked_of_tls(server.port)
    at = f"{server.port}/tcp"
    assert items[:5] == [
        Observation(Source.WEB_CERTIFICATE, f"fingerprint {at}", hashlib.sha256(shown.encoded).hexdigest()),
        Observation(Source.WEB_CERTIFICATE, f"subject {at}", "CN=www,OU=DVRNVR,O=HIKVISION,C=CN"),
        Observation(Source.WEB_CERTIFICATE, f"issuer {at}", "CN=www,OU=DVRNVR,O=HIKVISION,C=CN"),
        Observation(Source.WEB_CERTIFICATE, f"names {at}", "camera.example, cam"),
        Observation(Source.WEB_SERVER, at, "DNVRS-Webs"),
    ]
    assert gaps(items) == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_old_versions_and_short_keys_are_spoken_too(version: ssl.TLSVersion, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    shown = certificate(FACTORY, bits=1024)
    shown.context_in(tmp_path, context)
    context.minimum_version = context.maximum_version = version
    async with answering({"/": [CAMERA]}, context=context) as server:
        items = await asked_of_tls(server.port)
    assert gaps(items) == []


SSL_3_HELLO = bytes.fromhex("16 03 00 00 2a 02 00 00 26 03 00") + bytes(32) + bytes.fromhex("00 00 0a 00")
PROTOCOL_VERSION_ALERT = bytes.fromhex("15 03 01 00 02 02 46")
HANDSHAKE_FAILURE_ALERT = bytes.fromhex("15 03 01 00 02 02 28")


@pytest.mark.parametrize("answer", [SSL_3_HELLO, PROTOCOL_VERSION_ALERT, HANDSHAKE_FAILURE_ALERT])
async def test_tls_too_old_for_this_machine_is_a_gap_of_its_own(answer: bytes) -> None:
    async with raw(answer) as port:
        items = await asked_of_tls(port)
    assert gaps(items) == [(f"{port}/tcp", GapReason.TLS_LEGACY_CRYPTO)]


@pytest.mark.parametrize("answer", [CAMERA, b"SSH-2.0-x\r\n", b"\0" * 500, b"\x16\x03\x03\xff\xff" + b"x" * 300])
async def test_what_speaks_no_tls_is_malformed(answer: bytes) -> None:
    async with raw(answer) as port:
        items = await asked_of_tls(port)
    assert gaps(items) == [(f"{port}/tcp", GapReason.MALFORMED)]


async def test_a_server_that_hangs_up_in_the_handshake_is_no_answer() -> None:
    async with raw(b"") as port:
        items = await asked_of_tls(port)
    assert gaps(items) == [(f"{port}/tcp", GapReason.NO_ANSWER)]


async def test_a_server_that_wants_our_certificate_still_shows_its_own(tmp_path: Path) -> None:
    shown = certificate(FACTORY)
    context = shown.context(tmp_path)
    context.verify_mode = ssl.CERT_REQUIRED
    async with answering({"/": [CAMERA]}, context=context) as server:
        items = await asked_of_tls(server.port)
    assert [item.at.partition(" ")[0] for item in items if isinstance(item, Observation)] == [
        "fingerprint",
        "subject",
        "issuer",
    ]
    ((at, reason),) = gaps(items)
    assert at == f"{server.port}/tcp"
    assert reason in (GapReason.REFUSED, GapReason.NO_ANSWER)  # asyncio's server may hang up before its alert is out


async def test_a_server_that_never_answers_the_handshake_costs_the_time_and_no_more() -> None:
    async with answering({}, hold=True) as server:
        items = await asked_of_tls(server.port, seconds=0.3)
    gap = Gap("web", f"{server.port}/tcp", GapReason.NO_ANSWER, "its answer was not complete after 0.3 s")
    assert items == [gap]


async def test_an_endless_answer_over_tls_is_left(tmp_path: Path) -> None:
    context = certificate(FACTORY).context(tmp_path)
    async with answering({"/": [OK + b"\r\n", *[b"x" * 1024] * 100_000]}, context=context) as server:
        items = await asked_of_tls(server.port)
    assert gaps(items) == [(f"{server.port}/tcp", GapReason.BUDGET_SPENT)]


async def test_probes_that_share_a_device_wait_for_each_other_and_waiting_costs_no_time(tmp_path: Path) -> None:
    conversations = TcpConnections(RateLimiter(PROFILES["lab"]))
    async with answering({"/": [CAMERA]}, hold=True) as server:
        web = [WebProbe(conversations, 1, server.port, 0.2) for _ in range(4)]

        async def observed(probe: WebProbe) -> list[Observation | Gap]:
            return [
                item async for received in probe.observe(Target("127.0.0.1")) for item in received if item.at != "1/tcp"
            ]

        items = await asyncio.gather(*map(observed, web))
    assert server.most_at_once == 1
    assert [len(each) for each in items] == [5] * 4


async def test_a_redirect_on_the_same_port_is_followed_once() -> None:
    first = b"HTTP/1.1 302 Found\r\nLocation: /ui/login?x=1\r\nServer: boxd\r\n\r\n"
    second = b"HTTP/1.1 302 Found\r\nLocation: /again\r\nServer: boxd\r\n\r\n<title>Moved on</title>"
    async with answering({"/": [first], "/ui/login?x=1": [second], "/again": [CAMERA]}) as server:
        items = await asked_of(server.port)
    assert [request.split()[1] for request in server.requests] == [b"/", b"/ui/login?x=1"]
    assert (server.most_at_once, items) == (
        1,
        [
            Observation(Source.WEB_SERVER, f"{server.port}/tcp", "boxd"),
            Observation(Source.WEB_PATHS, f"{server.port}/tcp", "/ui/login"),
            Observation(Source.WEB_TITLE, f"{server.port}/tcp", "Moved on"),
            Observation(Source.WEB_PATHS, f"{server.port}/tcp", "/again"),
        ],
    )


@pytest.mark.parametrize(
    "goal", ["http://127.0.0.2:{port}/x", "http://localhost:{port}/x", "https://127.0.0.1:{port}/x"]
)
async def test_a_redirect_to_anywhere_else_is_not_followed(goal: str) -> None:
    answers: dict[str, list[bytes]] = {}
    async with answering(answers) as server:
        answers["/"] = [f"HTTP/1.1 301 x\r\nLocation: {goal.format(port=server.port)}\r\n\r\n".encode()]
        await asked_of(server.port)
    assert server.calls == 1


async def test_both_ports_are_asked_one_after_the_other(tmp_path: Path) -> None:
    context = certificate(FACTORY).context(tmp_path)
    async with answering({"/": [CAMERA]}, context=context) as https, answering({"/": [CAMERA]}) as http:
        items = await asked(https.port, http.port)
    assert (https.calls, http.calls) == (1, 1)
    assert {item.at.split()[-1] for item in items} == {f"{https.port}/tcp", f"{http.port}/tcp"}


async def test_an_endless_body_is_read_up_to_its_limit_and_its_title_kept() -> None:
    async with answering({"/": [OK + b"\r\n<title>Big</title>", *[b"x" * 1024] * 10_000]}) as server:
        items = await asked_of(server.port)
    assert items == [Observation(Source.WEB_TITLE, f"{server.port}/tcp", "Big")]


async def test_an_endless_body_without_a_title_is_a_gap_beside_what_was_read() -> None:
    async with answering({"/": [OK + b"Server: boxd\r\n\r\n", *[b"x" * 1024] * 10_000]}) as server:
        items = await asked_of(server.port)
    assert items == [
        Observation(Source.WEB_SERVER, f"{server.port}/tcp", "boxd"),
        Gap("web", f"{server.port}/tcp", GapReason.BUDGET_SPENT, "no more than 65,536 octets were read"),
    ]


@pytest.mark.parametrize("head", [OK + b"Server: box", b"HT", OK + b"X: y\r\n" * 10_000 + b"Z: " + b"z" * 90_000])
async def test_a_head_that_does_not_end_is_a_gap(head: bytes) -> None:
    async with answering({"/": [head]}, hold=True) as server:
        items = await asked_of(server.port, seconds=0.4)
    assert gaps(items) == [(f"{server.port}/tcp", GapReason.BUDGET_SPENT)]


async def test_a_server_that_keeps_its_connection_open_costs_no_time_where_the_length_is_known() -> None:
    answer = OK + b"Content-Length: 22\r\n\r\n<title>Patient</title>"
    async with answering({"/": [answer]}, hold=True) as server:
        items = await asked_of(server.port, seconds=50)
    assert items == [Observation(Source.WEB_TITLE, f"{server.port}/tcp", "Patient")]


async def test_a_silent_server_is_no_answer() -> None:
    async with answering({}, hold=True) as server:
        items = await asked_of(server.port, seconds=0.3)
    gap = Gap("web", f"{server.port}/tcp", GapReason.NO_ANSWER, "its answer was not complete after 0.3 s")
    assert items == [gap]


@pytest.mark.parametrize("answer", [b"SSH-2.0-x\r\n", b"\xff\xfd\x01login: ", b"HTTP/banana\r\n\r\n", b"<html></html>"])
async def test_what_speaks_no_http_is_malformed(answer: bytes) -> None:
    async with answering({"/": [answer]}) as server:
        items = await asked_of(server.port)
    assert gaps(items) == [(f"{server.port}/tcp", GapReason.MALFORMED)]


async def test_closed_ports_are_gaps() -> None:
    async with answering({}) as server:
        pass
    assert gaps(await asked_of(server.port)) == [(f"{server.port}/tcp", GapReason.NO_ANSWER)]


def test_the_plan_names_every_connection_and_request() -> None:
    gets = ("GET / HTTP/1.1", "GET of a path on this port that the answer redirects to")
    assert WebProbe(TcpConnections(RateLimiter(PROFILES["lab"]))).plan(Target("192.0.2.1")) == (
        Planned(
            "192.0.2.1",
            "web",
            "443/tcp",
            ("a TCP connection, closed at once where it opens", "TLS handshake", *gets),
            (),
        ),
        Planned("192.0.2.1", "web", "80/tcp", ("a TCP connection, closed at once where it opens", *gets), ()),
    )
