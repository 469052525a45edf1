"""Syslog servers, files and apprise's services on loopback: what each is sent, and what becomes of one that fails."""

import json
import logging
import re
import socket
import ssl
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from email import message_from_string
from email.header import decode_header, make_header
from pathlib import Path

import pytest

import scanner.notify.syslog
from reports.changes.state.device_state import DeviceState
from reports.policy.verdict import Verdict
from scanner.credentials.references import Reference, Scheme
from scanner.notify.audit_metrics import AuditTimes
from scanner.notify.destination import (
    AppriseDestination,
    JsonLinesDestination,
    NoticeDestination,
    NoticeFilter,
    PrometheusDestination,
    SyslogDestination,
    SyslogTransport,
)
from scanner.notify.news import News
from scanner.notify.outcome import Delivered, Failed, NoticeOutcome, Quiet
from scanner.notify.send import NoticeEdge, Sending, send_notices
from tests.agents.notice_servers import MailServer, http_server, make_certificate, tcp_server
from tests.unit.device_states import FIRST_NIGHT, box
from tests.unit.notify_news import BAD, PLAIN, changed, first_news, news, notice

TOKEN = "canary-token-4b02e9"
TIMES = AuditTimes(FIRST_NIGHT, FIRST_NIGHT)
CHAT = AppriseDestination(Reference(Scheme.ENV, "CHAT"))
ACTIONS = ["verdict", "finding-new", "renamed", "part-swapped", "reminder"]


def send(destination: NoticeDestination, folder: Path, what: News | None = None) -> Sending:
    sent = send_notices(what or changed(), (destination,), TIMES, NoticeEdge(folder))
    assert TOKEN not in repr(sent)
    return sent


def failure(sent: Sending) -> str:
    (outcome,) = sent.outcomes
    assert isinstance(outcome, Failed), outcome
    assert outcome.next_step
    return outcome.problem


def actions(messages: list[bytes]) -> list[str]:
    return [json.loads(message.partition(b" - ")[2])["event"]["action"] for message in messages]


def syslog(transport: SyslogTransport, host: str, port: int) -> SyslogDestination:
    return SyslogDestination(transport, host, port)


def test_each_event_is_a_datagram(tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        sent = send(syslog(SyslogTransport.UDP, "127.0.0.1", server.getsockname()[1]), tmp_path)
        messages = [server.recv(65_536) for _ in ACTIONS]
    assert isinstance(sent.outcomes[0], Delivered)
    assert actions(messages) == ACTIONS
    assert all(re.match(rb"<13[2-4]>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ kitscan \d+ audit - \{", one) for one in messages)


@contextmanager
def stream_server(context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A syslog server that reads messages with octet counts (RFC 6587): its port, and what it was sent."""
    messages: list[bytes] = []

    def serve(plain: socket.socket) -> None:
        try:
            connection = context.wrap_socket(plain, server_side=True) if context else plain
            with connection, connection.makefile("rb") as stream:
                while length := b"".join(iter(lambda: stream.read(1).strip(), b"")):
                    messages.append(stream.read(int(length)))
        except OSError:
            return

    with tcp_server(serve) as port:
        yield port, messages


def until(messages: list[bytes], count: int) -> list[bytes]:
    ends = time.monotonic() + 5
    while len(messages) < count and time.monotonic() < ends:
        threading.Event().wait(0.01)
    return messages


def test_messages_by_tcp_have_their_length_before_them(tmp_path: Path) -> None:
    with stream_server() as (port, messages):
        sent = send(syslog(SyslogTransport.TCP, "127.0.0.1", port), tmp_path)
        assert actions(until(messages, 5)) == ACTIONS
    assert isinstance(sent.outcomes[0], Delivered)


def test_messages_by_tls_go_only_to_a_server_that_somebody_vouches_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = make_certificate(tmp_path, "siem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with stream_server(context) as (port, messages):
        destination = syslog(SyslogTransport.TLS, "127.0.0.1", port)
        problem = failure(send(destination, tmp_path))
        assert problem == "the server's certificate cannot be verified (self-signed certificate)"
        assert messages == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert isinstance(send(destination, tmp_path).outcomes[0], Delivered)
        assert actions(until(messages, 5)) == ACTIONS


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_the_socket_of_this_machine(kind: socket.SocketKind, tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX, kind)) as server:
        server.bind(str(tmp_path / "log"))
        server.settimeout(5)
        if kind is socket.SOCK_STREAM:
            server.listen()
        sent = send(syslog(SyslogTransport.UNIX, str(tmp_path / "log"), 0), tmp_path)
        if kind is socket.SOCK_STREAM:
            with server.accept()[0] as connection, connection.makefile("rb") as stream:
                messages = stream.read().split(b"\0")[:-1]
        else:
            messages = [server.recv(65_536) for _ in ACTIONS]
    assert isinstance(sent.outcomes[0], Delivered)
    assert actions(messages) == ACTIONS


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    for destination, why in (
        (syslog(SyslogTransport.TCP, "127.0.0.1", 1), "Connection refused"),
        (syslog(SyslogTransport.UNIX, str(tmp_path / "none"), 0), "No such file or directory"),
    ):
        assert failure(send(destination, tmp_path)) == f"the server cannot be reached ({why})"


def test_a_server_that_takes_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner.notify.syslog, "SECONDS", 0.3)
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as full:
        full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        devices = tuple(box(number, addresses=()) for number in range(4_000))
        problem = failure(send(syslog(SyslogTransport.TCP, *full.getsockname()), tmp_path, first_news(*devices)))
    assert problem == "the server cannot be reached (TimeoutError)"


def test_lines_are_added_to_a_file_and_one_that_was_cut_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "siem.jsonl"
    path.write_bytes(b'{"torn":')
    for _ in range(2):
        assert isinstance(send(JsonLinesDestination(path), tmp_path).outcomes[0], Delivered)
    torn, *lines = path.read_bytes().splitlines()
    assert torn == b'{"torn":'
    events = [json.loads(line) for line in lines]
    assert [event["event"]["action"] for event in events] == ACTIONS * 2
    assert [event["event"]["id"] for event in events[:5]] == [event["event"]["id"] for event in events[5:]]
    assert send(JsonLinesDestination(path), tmp_path, news((PLAIN,), (PLAIN,))).outcomes == (Quiet(f"jsonl {path}"),)
    assert len(path.read_bytes().splitlines()) == 11


def test_a_file_of_lines_is_not_open_to_everybody(tmp_path: Path) -> None:
    send(JsonLinesDestination(tmp_path / "siem.jsonl"), tmp_path)
    assert stat.S_IMODE((tmp_path / "siem.jsonl").stat().st_mode) & 0o137 == 0


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    assert failure(send(JsonLinesDestination(tmp_path), tmp_path)) == "it cannot be written (Is a directory)"
    assert failure(send(JsonLinesDestination(Path("/dev/full")), tmp_path)) == "it is not a regular file"
    assert failure(send(JsonLinesDestination(tmp_path / "a" / "b"), tmp_path)) == (
        "it cannot be written (No such file or directory)"
    )


def test_each_outcome_is_noted_before_the_next_destination_is_told(tmp_path: Path) -> None:
    """A night that is killed in between then tells the rest alone."""
    first, second = (JsonLinesDestination(tmp_path / name) for name in ("one", "two"))
    delivered: list[str] = []

    def note(outcome: NoticeOutcome) -> None:
        assert isinstance(outcome, Delivered)
        delivered.append(outcome.destination)
        assert second.path.exists() == (len(delivered) == 2)
        if len(delivered) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_notices(changed(), (first, second), TIMES, NoticeEdge(tmp_path, note=note))
    send_notices(changed(), (first, second), TIMES, NoticeEdge(tmp_path, note=note), delivered=tuple(delivered))
    assert [len(file.path.read_bytes().splitlines()) for file in (first, second)] == [5, 5]


def test_redacted_lines_name_nothing(tmp_path: Path) -> None:
    path = tmp_path / "siem.jsonl"
    send(JsonLinesDestination(path, NoticeFilter(redact=True)), tmp_path)
    text = path.read_text()
    assert len(text.splitlines()) == 5
    assert [value for value in ("core-1", "core-two", "192.0.2", "SN0000", "lon-1", "id-1") if value in text] == []
    assert '"redacted":true' in text


def test_the_file_for_prometheus_is_written_on_every_night_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "kitscan.prom"
    jsonl = JsonLinesDestination(tmp_path / "none" / "x")
    edge = NoticeEdge(tmp_path, report=lambda: 'kitscan_devices{place="core",verdict="clear"} 1\n')
    quiet = news((PLAIN,), (PLAIN,))
    for what in (changed(), quiet):
        sent = send_notices(what, (PrometheusDestination(path), jsonl), TIMES, edge)
        assert sent.outcomes[-1] == Delivered(f"prometheus {path}", 0)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [name.name for name in tmp_path.iterdir()] == ["kitscan.prom"]
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == 'kitscan_devices{place="core",verdict="clear"} 1'
    assert {
        "kitscan_audit_last_run_timestamp_seconds 1772330400",
        "kitscan_audit_last_success_timestamp_seconds 1772330400",
        "kitscan_audit_complete 1",
        "kitscan_audit_coverage_ratio 1.0",
        'kitscan_audit_events{kind="new"} 0',
        "kitscan_audit_reminders 0",
        "kitscan_audit_notices_failed 0",
    } <= set(lines)
    send_notices(changed(), (PrometheusDestination(path, 0o640), jsonl), AuditTimes(FIRST_NIGHT, None), edge)
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert 'kitscan_audit_events{kind="part-swapped"} 1\n' in text
    assert "kitscan_audit_notices_failed 1\n" in text
    assert "last_success" not in text


def test_a_file_for_prometheus_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    assert failure(send(PrometheusDestination(tmp_path), tmp_path)) == "it is not a regular file"
    problem = failure(send(PrometheusDestination(tmp_path / "none" / "k.prom"), tmp_path))
    assert problem == "it cannot be written (No such file or directory)"


def test_apprise_posts_a_message_to_a_service_and_follows_no_redirect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_server(200) as server:
        monkeypatch.setenv("CHAT", f"{server.url.replace('http', 'json')}/{TOKEN}")
        sent = send(CHAT, tmp_path)
    assert sent.outcomes == (Delivered("apprise env:CHAT", 5, notice(changed()).id),)
    document = json.loads(server.posted[0].body)
    assert document["title"] == "kitscan run 2: 4 changes, 1 device restricted, 1 reminder"
    assert document["message"].splitlines()[1].startswith("- Restricted: core-1: Verdict: clear → restricted")
    with http_server(302) as server:
        monkeypatch.setenv("CHAT", f"{server.url.replace('http', 'json')}/{TOKEN}")
        assert failure(send(CHAT, tmp_path)) == "the service did not take the message"
    assert [posted.path for posted in server.posted] == [f"/{TOKEN}"]


HOSTILE = "x\r\nBcc: all@example.org\r\n\r\n<b>[me](http://evil.example)</b> @everyone"


def hostile() -> tuple[DeviceState, ...]:
    return (replace(BAD, name=HOSTILE, verdict=Verdict.RESTRICTED),)


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_mail_has_its_own_headers_whatever_a_device_says(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = MailServer()
    with tcp_server(server.serve) as port:
        url = f"mailto://127.0.0.1:{port}/?from=kitscan@example.org&to=noc@example.org&mode=insecure&format={form}"
        monkeypatch.setenv("CHAT", url)
        sent = send(CHAT, tmp_path, first_news(*hostile()))
    assert isinstance(sent.outcomes[0], Delivered), sent
    recipients = [line for line in server.lines if line.upper().startswith("RCPT")]
    assert [re.search("<(.*?)>", line)[1] for line in recipients if "<" in line] == ["noc@example.org"]  # type: ignore[index]
    start, end = [line.upper() for line in server.lines].index("DATA") + 1, server.lines.index(".")
    mail = message_from_string("\n".join(server.lines[start:end]))
    assert mail["Bcc"] is None
    assert str(make_header(decode_header(mail["Subject"]))).startswith(
        "kitscan run 1: first audit, 1 device restricted"
    )
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            text = payload.decode() if isinstance(payload, bytes) else ""
            assert "<b>" not in text and "](" not in text and "@everyone" not in text and "://evil" not in text


def test_a_service_that_fails_says_so_without_its_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with http_server(500) as server:
        for url, problem in (
            (f"{server.url.replace('http', 'json')}/{TOKEN}", "the service did not take the message"),
            (f"json://127.0.0.1:1/{TOKEN}", "the service did not take the message"),
            (f"nonsense://{TOKEN}", "what the reference leads to is no URL that apprise knows"),
            (f"slack://{TOKEN}", "what the reference leads to is no URL that apprise knows"),
            (TOKEN, "what the reference leads to is no URL that apprise knows"),
            (f"syslog://{TOKEN}", "the URL leads to this machine's own desktop or log"),
            (f"dbus://{TOKEN}", "the URL leads to this machine's own desktop or log"),
        ):
            monkeypatch.setenv("CHAT", url)
            assert failure(send(CHAT, tmp_path)) == problem, url
    printed = capfd.readouterr()
    assert TOKEN not in caplog.text + printed.out + printed.err


def test_without_the_library_it_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT", f"json://127.0.0.1:1/{TOKEN}")
    monkeypatch.setitem(sys.modules, "apprise", None)
    (outcome,) = send(CHAT, tmp_path).outcomes
    assert outcome == Failed(
        "apprise env:CHAT", "the apprise library is not installed", "pip install 'kitscan[notify]'"
    )
