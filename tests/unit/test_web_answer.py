"""Reading HTTP answers and certificates that a hostile device may have made up."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.protocols.web.certificate import certificate_observations
from scanner.protocols.web.http_answer import (
    MAX_ANSWER,
    HttpAnswer,
    NotHttpError,
    answer_observations,
    is_complete,
    read_answer,
    redirect_path,
)
from tests.agents.web_servers import certificate, name

OK = b"HTTP/1.1 200 OK\r\n"


def observations_of(octets: bytes) -> dict[Source, list[str]]:
    answer = read_answer(octets)
    found: dict[Source, list[str]] = {}
    for one in answer_observations(answer, "80/tcp") if answer else ():
        found.setdefault(one.source, []).append(one.value)
    return found


@pytest.mark.parametrize(
    ("challenge", "realms"),
    [
        ('Basic realm="Login to 4K01234PAZ56789"', ["Login to 4K01234PAZ56789"]),
        ("Basic realm=level_15_access", ["level_15_access"]),
        ('Digest nonce="1", Realm = "a \\"b\\" c"', ['a "b" c']),
        ('Basic realm="one", Digest realm="two"', ["one", "two"]),
        ('Basic realm=""', []),
        ("Negotiate", []),
        ('Basic realm="' + "x" * 1_000, []),
    ],
)
def test_realms_are_read_as_they_are_written(challenge: str, realms: list[str]) -> None:
    observed = observations_of(f"HTTP/1.0 401 No\r\nWWW-Authenticate: {challenge}\r\n\r\n".encode())
    assert observed.get(Source.WEB_REALM, []) == realms


def test_a_chunked_page_is_put_together() -> None:
    page = b"5\r\n<titl\r\nC;x=1\r\ne>ZTE</title\r\n1\r\n>\r\n0\r\n\r\n"
    assert observations_of(OK + b"Transfer-Encoding: chunked\r\n\r\n" + page)[Source.WEB_TITLE] == ["ZTE"]


def test_lines_that_end_in_a_bare_line_feed_are_read() -> None:
    assert observations_of(b"HTTP/1.0 200 OK\nServer: boxd\n\n<title>x</title>") == {
        Source.WEB_SERVER: ["boxd"],
        Source.WEB_TITLE: ["x"],
    }


@pytest.mark.parametrize(
    "head",
    [
        "HTTP/1.1  200 OK\r\nServer: boxd",
        "HTTP/1.1 200 OK\r\nServer : boxd",
        "HTTP/1.1 200 OK\r\nServer: boxd\r\nX Frame: a",
        "HTTP/1.1 200 OK\r\nServer: boxd\r\nX-Frame",
        "HTTP/1.1 200 OK\r\nServer: boxd\r\n: x",
        "HTTP/1.1 200 OK\r\nServer: boxd\r\nX: a\0",
        "HTTP/1.1 200 OK\r\nServer: boxd\r\nContent-Length: 16\r\nContent-Length: 17",
        "HTTP/1.1 200 OK\r\nServer: boxd\r\nContent-Length: -1",
        "HTTP/1.1 200 OK\r\nServer: boxd\r\nContent-Length: 16 bytes",
        "HTTP/1.1 200 OK\r\nServer: boxd\r\nTransfer-Encoding: identity",
        "HTTP/1.1 200 OK\r\n folded\r\nServer: boxd",
        "HTTP/1.1 099 No\r\nServer: boxd",
    ],
)
def test_an_answer_that_h11_refuses_still_names_its_server(head: str) -> None:
    """h11 0.16 raises RemoteProtocolError for the whole of each of these answers."""
    read = observations_of(f"{head}\r\n\r\n<title>x</title>".encode())
    assert read == {Source.WEB_SERVER: ["boxd"], Source.WEB_TITLE: ["x"]}


def test_only_places_on_the_device_are_paths() -> None:
    page = b"""<script src="/a.js?1"></script><script src='//cdn.example/b.js'></script><link href=c.css>
    <a href="http://vendor.example/">x</a><img src="data:image/png;base64,AA"><a href="#top">x</a>
    <script>window.location.href = "/doc/page/login.asp";</script><meta content="0; url=/d/e.html">"""
    assert observations_of(OK + b"\r\n" + page)[Source.WEB_PATHS] == ["/a.js c.css /doc/page/login.asp /d/e.html"]


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/ui/", "/ui/"),
        ("ui", "/ui"),
        ("http://10.0.0.1/ui?a=b", "/ui?a=b"),
        ("http://10.0.0.1:80/ui", "/ui"),
        ("//10.0.0.1/ui", "/ui"),
        ("/", None),
        ("http://10.0.0.1:8080/ui", None),
        ("https://10.0.0.1/ui", None),
        ("http://10.0.0.2/ui", None),
        ("http://box.example/ui", None),
        ("http://10.0.0.1:99999/ui", None),
        ("http://[/ui", None),
        ("/a b", None),
        ("/a\x7f", None),
        ("/\xe9", None),
        ("/" + "x" * 600, None),
    ],
)
def test_a_redirect_is_followed_on_the_same_port_of_the_same_address_only(location: str, path: str | None) -> None:
    assert redirect_path(HttpAnswer(302, (("location", location),), b"", True), "10.0.0.1", 80, False) == path


def test_a_redirect_to_an_ipv6_address_is_the_same_however_it_is_spelt() -> None:
    answer = HttpAnswer(301, (("location", "https://[FE80:0::1]/ui"),), b"", True)
    assert redirect_path(answer, "fe80::1%eth0", 443, True) == "/ui"


def test_a_location_without_a_redirect_is_not_followed() -> None:
    assert redirect_path(HttpAnswer(201, (("location", "/ui"),), b"", True), "10.0.0.1", 80, False) is None


@pytest.mark.parametrize(
    ("octets", "is_settled"),
    [
        (b"", False),
        (b"HT", False),
        (b"SSH-2.0", True),
        (OK, False),
        (OK + b"\r\n", False),
        (OK + b"\r\n<html></html>\r\n", True),
        (OK + b"Content-Length: 2\r\n\r\na", False),
        (OK + b"Content-Length: 2\r\n\r\nab", True),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", True),
    ],
)
def test_reading_ends_where_the_answer_does(octets: bytes, is_settled: bool) -> None:
    assert is_complete(octets) is is_settled


@pytest.mark.parametrize(
    "unit", [b"<title", b"<title>", b"href=", b'realm="', b"1\r\n", b"\n", b"src='/a", b"0\r\n\r\n"]
)
def test_no_answer_of_full_size_takes_long_to_read(unit: bytes) -> None:
    head = OK + b"Transfer-Encoding: chunked\r\nWWW-Authenticate: " + unit.strip() * 100 + b"\r\n\r\n"
    octets = (head + unit * MAX_ANSWER)[:MAX_ANSWER]
    began = time.perf_counter()
    observations_of(octets)
    assert time.perf_counter() - began < 1.0


lines = st.lists(
    st.sampled_from(
        [OK, b"\r\n", b"\n", b"<title>", b"</title>", b"Location: //", b"WWW-Authenticate: Basic realm=", b"src="]
    )
    | st.binary(max_size=20),
    max_size=40,
).map(b"".join)


@given(lines | lines.map(lambda rest: OK + rest + b"\r\n\r\n" + rest))
def test_whatever_comes_is_bounded_evidence_or_no_http(octets: bytes) -> None:
    try:
        answer = read_answer(octets)
    except NotHttpError:
        return
    if answer is not None:
        redirect_path(answer, "::1", 80, False)
        assert all(
            1 <= len(one.value) <= 5_000 and max(map(ord, one.value)) < 256 for one in answer_observations(answer, "x")
        )


SHOWN = certificate(name(country_name="CN", organization_name="A, B + C", common_name="Zoë"), names=("a.example",))


def test_names_are_written_so_that_their_parts_are_distinct() -> None:
    observed = certificate_observations(SHOWN.encoded, "web", "443/tcp")
    assert [item.value for item in observed if isinstance(item, Observation)][1:] == [
        "CN=Zo\xc3\xab,O=A\\, B \\+ C,C=CN",
        "CN=Zo\xc3\xab,O=A\\, B \\+ C,C=CN",
        "a.example",
    ]


def test_a_certificate_that_is_none_keeps_its_fingerprint_beside_a_gap() -> None:
    fingerprint, gap = certificate_observations(b"\x30\x03\x02\x01", "web", "443/tcp")
    assert isinstance(fingerprint, Observation)
    assert isinstance(gap, Gap)
    assert gap.reason is GapReason.MALFORMED


@given(st.integers(0, len(SHOWN.encoded) - 1), st.integers(0, 255), st.integers(1, len(SHOWN.encoded)))
def test_a_mutilated_certificate_is_evidence_too(place: int, octet: int, length: int) -> None:
    mutilated = bytearray(SHOWN.encoded)
    mutilated[place] = octet
    for encoded in (bytes(mutilated), bytes(mutilated[:length])):
        observed = certificate_observations(encoded, "web", "443/tcp")
        assert all(len(item.value) <= 1_024 for item in observed if isinstance(item, Observation))


def test_the_library_that_reads_certificates_is_loaded_only_for_one() -> None:
    text = (Path(certificate_observations.__code__.co_filename)).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith(("import crypt", "from crypt"))] == []
