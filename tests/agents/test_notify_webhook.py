"""The signed webhook against servers on loopback: what it sends, and what it refuses to do."""

import base64
import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import scanner.notify.send
import scanner.notify.webhook
from scanner.credentials.references import Reference, Scheme, Unreadable
from scanner.credentials.secret import Secret
from scanner.notify.audit_metrics import AuditTimes
from scanner.notify.destination import PrometheusDestination, WebhookDestination
from scanner.notify.outcome import Delivered, Failed, Quiet
from scanner.notify.send import NoticeEdge, Sending, send_notices
from scanner.notify.webhook import WallClock
from scanner.notify.webhook_body import key_octets
from tests.agents.notice_servers import drip, http_server, make_certificate, tcp_server
from tests.unit.device_states import FIRST_NIGHT
from tests.unit.notify_news import PLAIN, changed, news, notice

KEY = "canary-key-9d2f51c07b"
TOKEN = "canary-token-77aa01"
HOOK = WebhookDestination(Reference(Scheme.ENV, "HOOK"), Reference(Scheme.ENV, "HOOK_KEY"))
TIMES = AuditTimes(FIRST_NIGHT, FIRST_NIGHT)
NOW = 1_800_000_000


@dataclass
class Ticking:
    """A clock that waiting moves."""

    at: float = NOW
    waited: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.at += seconds

    def clock(self) -> WallClock:
        return WallClock(lambda: self.at, self.sleep)


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


def send(url: str, ticking: Ticking, folder: Path, monkeypatch: pytest.MonkeyPatch, key: str = KEY) -> Sending:
    monkeypatch.setenv("HOOK", url)
    monkeypatch.setenv("HOOK_KEY", key)
    sent = send_notices(changed(), (HOOK,), TIMES, NoticeEdge(folder, clock=ticking.clock()))
    assert TOKEN not in repr(sent) and KEY not in repr(sent)
    return sent


def failure(sent: Sending) -> str:
    (outcome,) = sent.outcomes
    assert isinstance(outcome, Failed)
    assert outcome.next_step
    assert sent.recorded == ()
    return outcome.problem


def test_a_notice_is_posted_signed_and_has_what_changed(
    ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_server(204) as server:
        sent = send(f"{server.url}/hook?token={TOKEN}", ticking, tmp_path, monkeypatch)
    made = notice(changed())
    assert sent.outcomes == (Delivered("webhook env:HOOK", 5, made.id),)
    assert len(sent.recorded) == 1
    (posted,) = server.posted
    assert posted.path == f"/hook?token={TOKEN}"
    assert posted.headers["webhook-id"] == made.id
    assert posted.headers["webhook-timestamp"] == str(NOW)
    signed = f"{made.id}.{NOW}.".encode() + posted.body
    digest = hmac.new(KEY.encode(), signed, hashlib.sha256).digest()
    assert posted.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    document = json.loads(posted.body)
    assert (document["schema"], document["id"], document["run"], document["before_run"]) == (
        "kitscan-notice/1",
        made.id,
        2,
        1,
    )
    assert document["counts"]["devices"] == {
        "restricted": 1,
        "review": 0,
        "conditional": 0,
        "not_assessed": 0,
        "clear": 1,
    }
    assert [event["event"]["action"] for event in document["events"]] == [
        "verdict",
        "finding-new",
        "renamed",
        "part-swapped",
        "reminder",
    ]


def test_the_receiver_of_the_documentation_takes_it_and_refuses_what_is_old_or_changed(
    ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "notify.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, object] = {}
    exec(program, names)
    is_genuine = names["is_genuine"]
    assert callable(is_genuine)
    key = "whsec_" + base64.b64encode(KEY.encode()).decode()
    with http_server(200) as server:
        send(server.url, ticking, tmp_path, monkeypatch, key)
    (posted,) = server.posted
    assert is_genuine(posted.headers, posted.body, KEY.encode(), NOW + 299)
    assert not is_genuine(posted.headers, posted.body, KEY.encode(), NOW + 301)
    assert not is_genuine(posted.headers, posted.body, KEY.encode(), NOW - 301)
    assert not is_genuine(posted.headers, posted.body + b" ", KEY.encode(), NOW)
    assert not is_genuine(posted.headers | {"webhook-id": "x"}, posted.body, KEY.encode(), NOW)
    assert not is_genuine(posted.headers, posted.body, b"another", NOW)


def test_a_server_that_is_busy_is_tried_again_with_the_same_id_and_a_new_time(
    ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_server(503, 500, 200) as server:
        sent = send(server.url, ticking, tmp_path, monkeypatch)
    assert isinstance(sent.outcomes[0], Delivered)
    assert ticking.waited == [1.0, 4.0]
    assert len({posted.headers["webhook-id"] for posted in server.posted}) == 1
    assert [posted.headers["webhook-timestamp"] for posted in server.posted] == [
        str(NOW + waited) for waited in (0, 1, 5)
    ]
    assert len({posted.headers["webhook-signature"] for posted in server.posted}) == 3


@pytest.mark.parametrize(
    ("answer", "problem", "attempts"),
    [
        (500, "the server answered 500", 3),
        (404, "the server answered 404", 1),
        (302, "the server redirects (302), which is not followed", 1),
        (307, "the server redirects (307), which is not followed", 1),
    ],
)
def test_what_a_server_refuses(
    answer: int, problem: str, attempts: int, ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_server(answer) as server:
        assert failure(send(f"{server.url}/{TOKEN}", ticking, tmp_path, monkeypatch)) == problem
    assert [posted.path for posted in server.posted] == [f"/{TOKEN}"] * attempts


def test_a_certificate_that_nobody_vouches_for_ends_it_and_nothing_is_sent(
    ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_server(200, certificate=make_certificate(tmp_path, "hook")) as server:
        problem = failure(send(f"{server.url}/{TOKEN}", ticking, tmp_path, monkeypatch))
    assert problem == "the server's certificate cannot be verified (self-signed certificate)"
    assert (server.posted, ticking.waited) == ([], [])


def test_an_authority_of_ones_own_is_trusted(ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = make_certificate(tmp_path, "hook")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with http_server(200, certificate=(certificate, key)) as server:
        sent = send(server.url, ticking, tmp_path, monkeypatch)
    assert isinstance(sent.outcomes[0], Delivered)
    with http_server(200, certificate=(certificate, key)) as server:
        problem = failure(send(server.url.replace("127.0.0.1", "localhost"), ticking, tmp_path, monkeypatch))
    assert problem.startswith("the server's certificate cannot be verified (")


def test_a_server_that_says_nothing_is_given_up(
    ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner.notify.webhook, "SECONDS", 0.2)
    with tcp_server(lambda connection: time.sleep(1)) as port:
        problem = failure(send(f"http://127.0.0.1:{port}/{TOKEN}", ticking, tmp_path, monkeypatch))
    assert problem == "the server did not answer within 0 s"


def test_a_server_that_drips_is_given_up_and_the_next_destination_is_told(
    ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each octet comes in time, and the answer never ends: only the limit of the whole ends it."""
    monkeypatch.setattr(scanner.notify.send, "SECONDS", 0.6)
    monkeypatch.setenv("HOOK_KEY", KEY)
    other = WebhookDestination(Reference(Scheme.ENV, "OTHER"), Reference(Scheme.ENV, "HOOK_KEY"))
    with tcp_server(drip) as port, http_server(200) as server:
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{port}/{TOKEN}")
        monkeypatch.setenv("OTHER", server.url)
        sent = send_notices(changed(), (HOOK, other), TIMES, NoticeEdge(tmp_path, clock=ticking.clock()))
    slow, quick = sent.outcomes
    assert slow == Failed("webhook env:HOOK", "it took longer than 1 s", "look whether it is up")
    assert isinstance(quick, Delivered)
    assert len(sent.recorded) == 1


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (f"ftp://127.0.0.1/{TOKEN}", "what the reference leads to is no http or https URL"),
        (f"file:///{TOKEN}", "what the reference leads to is no http or https URL"),
        (TOKEN, "what the reference leads to is no http or https URL"),
        (f"http://[{TOKEN}", "what the reference leads to is no http or https URL"),
        (f"http://127.0.0.1:99999/{TOKEN}", "what the reference leads to is no http or https URL"),
        (f"http://user:{TOKEN}@127.0.0.1/", "the URL holds a user or a password, which are not sent"),
        (f"http://127.0.0.1/{TOKEN} x", "the URL holds spaces or letters outside of ASCII"),
        (f"http://127.0.0.1/{TOKEN}ü", "the URL holds spaces or letters outside of ASCII"),
        (f"http://127.0.0.1:1/{TOKEN}", "the connection failed (ConnectionRefusedError)"),
    ],
)
def test_a_url_that_cannot_be_used_says_why_and_is_not_shown(
    url: str, problem: str, ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failure(send(url, ticking, tmp_path, monkeypatch)) == problem


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("short", "the key has fewer than 16 octets"),
        ("whsec_c2hvcnQ=", "the key has fewer than 16 octets"),
        (f"whsec_{KEY}!", "the key begins with whsec_ and is no base64"),
    ],
)
def test_a_key_that_signs_nothing_is_refused(key: str, problem: str) -> None:
    read = key_octets(Secret(key))
    assert isinstance(read, Unreadable)
    assert read.problem == problem


def test_a_reference_that_leads_nowhere_is_an_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    sent = send_notices(changed(), (HOOK,), TIMES, NoticeEdge(tmp_path))
    assert failure(sent) == "the environment variable HOOK is not set"


def test_a_reminder_that_only_a_file_of_counts_took_is_told_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    counts = PrometheusDestination(tmp_path / "kitscan.prom")
    sent = send_notices(changed(), (HOOK, counts), TIMES, NoticeEdge(tmp_path))
    assert [type(outcome) for outcome in sent.outcomes] == [Failed, Delivered]
    assert sent.recorded == ()


def test_a_quiet_night_reads_no_secret_and_sends_nothing(tmp_path: Path) -> None:
    sent = send_notices(news((PLAIN,), (PLAIN,)), (HOOK,), TIMES, NoticeEdge(tmp_path))
    assert sent == Sending((Quiet("webhook env:HOOK"),), ())


def test_a_destination_that_was_told_before_is_not_told_again(tmp_path: Path) -> None:
    sent = send_notices(changed(), (HOOK,), TIMES, NoticeEdge(tmp_path), delivered=("webhook env:HOOK",))
    assert sent.outcomes == ()
    assert len(sent.recorded) == 1


def test_the_command_of_one_reference_does_not_inherit_the_secret_of_another(
    ticking: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_KEY", KEY)
    monkeypatch.setenv("HOOK_PLAIN", "plain")
    (tmp_path / "print-url").write_text('#!/bin/sh\necho "$URL/${HOOK_KEY:-hidden}/$HOOK_PLAIN"\n')
    (tmp_path / "print-url").chmod(0o755)
    command = WebhookDestination(Reference(Scheme.CMD, "./print-url"), Reference(Scheme.ENV, "HOOK_KEY"))
    with http_server(200) as server:
        monkeypatch.setenv("URL", server.url)
        send_notices(changed(), (command,), TIMES, NoticeEdge(tmp_path, clock=ticking.clock()))
    assert [posted.path for posted in server.posted] == ["/hidden/plain"]
