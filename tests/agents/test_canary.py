"""No secret leaves the process but over the wire: not by report, store, log, known hosts, argv or what is printed."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.free_ports import free_ports
from benchmarks.hostile.writings import WRITINGS
from benchmarks.reliability.canary import Left, measured
from scanner.demo.network import DemoNetwork, start

WRONG = "canary-7f1d0c9e"
"""Refused by every device, so that refusals are told as well as successes."""

WRONG_CREDENTIALS = """
  - name: old-v3
    snmp: v3
    user: audit
    auth: [sha256, "env:WRONG"]
    priv: [aes128, "env:WRONG"]
    prefixes: [127.0.1.0/24]
  - {name: old-ro, snmp: v2c, community: "env:WRONG", sweep: true, prefixes: [127.0.1.0/24]}
  - {name: old-cli, ssh: true, user: audit, password: "env:WRONG", prefixes: [127.0.1.0/28]}
"""


@dataclass(frozen=True, slots=True)
class Traces:
    """All that one scan left: what it printed, the files, and every command line seen while it ran."""

    printed: bytes
    files: dict[str, bytes]
    command_lines: frozenset[bytes]
    secrets: tuple[str, ...]


def command_lines() -> Iterator[bytes]:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield (process / "cmdline").read_bytes()


async def scan(network: DemoNetwork) -> Traces:
    folder = network.folder
    book = folder / "credentials.yaml"
    book.write_text(book.read_text() + WRONG_CREDENTIALS)
    environment = {**os.environ, "WRONG": WRONG, "KITSCAN_DEBUG": "1", "PYTHONWARNINGS": "default"}
    command = [sys.executable, "-m", "scanner.cli.main", "scan", "--format", "html", "--out", "r.html"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    seen: set[bytes] = set()
    printed = asyncio.create_task(process.communicate())
    while not printed.done():
        seen.update(command_lines())
        await asyncio.wait({printed}, timeout=0.05)
    own = {"credentials.yaml", *(path.name for path in (folder / "secrets").iterdir())}
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in own}
    secrets = (WRONG, *network.passwords.files().values())
    return Traces((await printed)[0], files, frozenset(seen), secrets)


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    async def main() -> Traces:
        async with start(tmp_path_factory.mktemp("canary") / "demo", free_ports()) as network:
            return await scan(network)

    return asyncio.run(main())


def test_the_scan_met_devices_that_refused_and_devices_that_let_it_in(traces: Traces) -> None:
    assert b"Report: r.html" in traces.printed
    assert b"refused" in traces.files["kitscan.sqlite"] or b"refused" in traces.files.get("kitscan.sqlite-wal", b"")


def test_no_file_holds_a_secret(traces: Traces) -> None:
    forms = [(secret, form) for secret in traces.secrets for form in (secret.encode(), secret.encode().hex().encode())]
    assert [(name, secret) for name, content in traces.files.items() for secret, form in forms if form in content] == []


def test_nothing_printed_holds_a_secret(traces: Traces) -> None:
    assert [secret for secret in traces.secrets if secret.encode() in traces.printed] == []


def test_no_command_line_holds_a_secret(traces: Traces) -> None:
    assert [line for line in traces.command_lines for secret in traces.secrets if secret.encode() in line] == []


@pytest.mark.finding(11)
def test_devices_that_repeat_every_secret_in_every_field_leave_none_of_them_anywhere(tmp_path: Path) -> None:
    left = measured(tmp_path, 1, devices=6, shells=2)
    assert {"kitscan.sqlite", "known_hosts", "report.html", "report.json", "printed"} <= left.places.keys()
    assert left.struck > 100
    assert left.found() == ()


@pytest.mark.parametrize("writing", WRITINGS)
def test_the_search_finds_a_secret_in_every_writing(writing: str) -> None:
    secret = "P@ss/7f1d0c9e"
    left = Left({"a file": b"before " + WRITINGS[writing](secret) + b" after"}, (secret,), 0)
    assert f"a file: secret 1, {writing}" in left.found()
