"""`kitscan serve`, run as it is and asked over HTTP: who may ask it, and what it shows."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprints.model.evidence import Observation, Source, Subject
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.store import open_store

pytest.importorskip("starlette", reason="starlette is not installed (kitscan[serve])")

HERE = Path(__file__).parents[2]
THEN = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = ("192.0.2.1", "192.0.2.2")


@dataclass(frozen=True)
class Served:
    """A server, and how it is asked."""

    process: "subprocess.Popen[str]"
    port: int
    token: str

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        status, fields = answer.status, {name.lower(): value for name, value in answer.getheaders()}
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return status, fields, text

    def page(self, path: str) -> tuple[int, str]:
        status, _, text = self.ask(path, authorization=f"Bearer {self.token}")
        return status, text


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with open_store(str(folder / "kitscan.sqlite"), create=True) as store:
        for names in (NAMES[:1], NAMES):
            with store.writing("scan", "1.0", THEN) as writer:
                writer.record(RunRequest("jo@scan1", ("192.0.2.0/30",)))
                for name in names:
                    subject = Subject(name, name)
                    text = "Huawei Versatile Routing Platform Software <script>alert(1)</script>"
                    writer.add(subject, "snmp", (Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", text),), THEN)
                    writer.done(name)
                writer.range(RangeCount("192.0.2.0/30", 2, 0))
                writer.finish(RunOutcome.COMPLETE, THEN)
    words = [sys.executable, "-m", "scanner.cli.main", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    process = subprocess.Popen(words, cwd=folder, env=environment, text=True, stdout=-1, stderr=-1)
    assert process.stdout is not None
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=([\w-]+)\n", process.stdout.readline())
    assert found is not None
    yield Served(process, int(found[1]), found[2])
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


def test_nothing_is_told_without_the_token(served: Served) -> None:
    status, _, text = served.ask("/")
    assert (status, text) == (401, "Open the address that kitscan serve printed when it started: it holds the token.\n")


@pytest.mark.parametrize("path", ["/?token=wrong", "/runs/1?token=", "/pages.css"])
def test_a_wrong_token_is_no_token(served: Served, path: str) -> None:
    assert served.ask(path)[0] == 401


def test_the_printed_address_gives_a_cookie_that_no_script_and_no_other_site_gets(served: Served) -> None:
    status, fields, _ = served.ask(f"/?token={served.token}")
    assert (status, fields["location"]) == (303, "/")
    assert fields["set-cookie"] == f"kitscan-{served.port}={served.token}; HttpOnly; SameSite=Strict; Path=/"
    assert served.ask("/", cookie=fields["set-cookie"].split(";")[0])[0] == 200


def test_a_name_that_foreign_dns_points_here_is_refused(served: Served) -> None:
    assert served.ask("/", host="attacker.example", authorization=f"Bearer {served.token}")[0] == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_methods_are_taken(served: Served, method: str) -> None:
    assert served.ask("/", method, authorization=f"Bearer {served.token}")[0] == 405


def test_the_list_of_runs_says_who_began_each_and_of_what(served: Served) -> None:
    status, text = served.page("/")
    assert (status, text.count("jo@scan1"), text.count("192.0.2.0/30")) == (200, 2, 2)


def test_a_report_is_the_page_that_assess_writes(served: Served, tmp_path: Path) -> None:
    status, text = served.page("/runs/2")
    assert (status, "<script>alert" in text, "192.0.2.2" in text) == (200, False, True)


def test_two_runs_are_compared_and_a_new_device_is_named(served: Served) -> None:
    status, text = served.page("/compare?before=1&after=2")
    assert (status, "1 new; 1 device as it was." in text) == (200, True)


def test_a_device_that_is_gone_links_to_the_run_that_saw_it_last(served: Served) -> None:
    _, text = served.page("/compare?before=2&after=1")
    assert "Gone: last seen 2026-03-01" in text
    assert re.search(r'href="/runs/2#device=[0-9a-f]{16}"', text)


def test_the_history_of_a_device_is_shown_once_it_is_kept(served: Served) -> None:
    status, text = served.page("/devices/unknown")
    assert (status, "no history is kept" in text) == (404, True)


@pytest.mark.parametrize("path", ["/runs/9", "/compare?before=x&after=2", "/runs/1/report.exe", "/nothing"])
def test_what_is_not_there_says_what_to_do(served: Served, path: str) -> None:
    status, text = served.page(path)
    assert (status, "Next: " in text) == (404, True)


def test_a_run_is_loaded_in_another_format(served: Served) -> None:
    status, fields, text = served.ask("/runs/2/report.csv", authorization=f"Bearer {served.token}")
    assert (status, fields["content-disposition"]) == (200, 'attachment; filename="run-2-report.csv"')
    assert "192.0.2.2" in text


def test_no_answer_is_kept_or_framed(served: Served) -> None:
    _, fields, _ = served.ask("/", authorization=f"Bearer {served.token}")
    assert (fields["cache-control"], fields["x-content-type-options"]) == ("no-store", "nosniff")
    assert "frame-ancestors 'none'" in fields["content-security-policy"]


def test_a_signal_ends_the_server_with_exit_code_0(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "kitscan.sqlite"), create=True):
        pass
    words = [sys.executable, "-m", "scanner.cli.main", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    process = subprocess.Popen(words, cwd=tmp_path, env=environment, text=True, stdout=-1, stderr=-1)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in errors) == (0, False)


def test_a_port_that_is_taken_is_an_error_with_a_next_step(served: Served, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "kitscan.sqlite"), create=True):
        pass
    words = [sys.executable, "-m", "scanner.cli.main", "serve", "--port", str(served.port)]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "Next: name another one with --port")
