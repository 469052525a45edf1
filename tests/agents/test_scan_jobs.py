"""`kitscan scan -j`: several processes ask, and one run says the same."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fingerprints.model.evidence import GapReason
from scanner.protocols.snmp.message.ber import Syntax
from scanner.protocols.snmp.message.variables import Varbind
from scanner.simulator.snmp_agent import Agent, View, serving
from scanner.simulator.user_security import Engine
from scanner.sink import RunOutcome
from scanner.store.store import open_store
from tests.agents.test_crawl import COMMUNITY, ROOT, CountedAgent, box, kitscan, names, network, text, view
from tests.unit.test_collect import THEN

CLOCK = re.compile(r'\d{4}-\d\d-\d\dT[0-9:.+]+|"(seconds|cpu_seconds)": [0-9.e-]+|"1-[0-9a-f]{8}"|[0-9a-f]{64}')
"""What the clock makes of a document: times, and the number and digest that are made of them."""

PASSWORD = "Zwiebel-kuchen-77"
USER = '{name: audit, snmp: v3, user: audit, auth: [sha256, "file:password"], prefixes: [127.0.0.0/8]}'
ENGINE_ID = bytes.fromhex("800007db03001122334455")
RANGE = "127.0.21.1-127.0.21.6"


def big(number: int, ports: int) -> View:
    """A switch with a table that takes several rows of the store, and that repeats a password that it was told."""
    location = text((1, 3, 6, 1, 2, 1, 1, 6, 0), f"ask audit, {PASSWORD}, for the key")
    rows = [*view(f"sw{number}", names(number % 6 + 1))._rows, location]
    for port in range(1, ports):
        rows.append(text((1, 3, 6, 1, 2, 1, 2, 2, 1, 2, port), f"GigabitEthernet{number}/{port}"))
        rows.append(Varbind((1, 3, 6, 1, 2, 1, 2, 2, 1, 3, port), Syntax.INTEGER, "6"))
    return View(sorted(rows, key=lambda row: row.oid))


def said(folder: Path) -> str:
    """The document of a scan, without what the clock makes of it."""
    return CLOCK.sub("", (folder / "report.json").read_text())


@dataclass(slots=True)
class TripwireAgent(CountedAgent):
    """An agent, also of SNMPv3, that calls `trip` at its twelfth datagram."""

    trip: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.inner = Agent(self.view or View(()), COMMUNITY.encode(), Engine(ENGINE_ID, 0.0))

    def answer(self, datagram: bytes, now: float) -> bytes | None:
        if self.received == 12:
            self.trip()
        return CountedAgent.answer(self, datagram, now)


@asynccontextmanager
async def six(folder: Path, ports: int = 200) -> AsyncIterator[dict[str, TripwireAgent]]:
    """Six agents, and a folder to scan them from."""
    agents = {box(number): TripwireAgent(big(number, ports)) for number in range(1, 7)}
    async with network(folder, {}):
        port = int(re.findall(r"snmp: (\d+)", (folder / "kitscan.yaml").read_text())[0])
        with serving([(address, port, agent) for address, agent in agents.items()]):  # type: ignore[misc]
            yield agents


async def test_the_document_is_the_same_however_many_processes_ask(tmp_path: Path) -> None:
    documents = []
    async with six(tmp_path) as agents:
        for jobs in ("1", "3"):
            done = await kitscan(tmp_path, agents, RANGE, "-j", jobs)
            assert done.code == 0, done.messages
            documents.append(said(tmp_path))
            (tmp_path / "kitscan.sqlite").unlink()
    assert documents[0] == documents[1]
    devices = json.loads((tmp_path / "report.json").read_text())["devices"]
    assert sorted(device["addresses"] for device in devices) == [[box(number)] for number in range(1, 7)]


async def test_a_crawl_with_several_processes_follows_the_same_neighbours(tmp_path: Path) -> None:
    documents = []
    async with six(tmp_path, 2) as agents:
        for jobs in ("1", "2"):
            words = (box(1), box(4), "--crawl", "--within", "127.0.21.0/24", "--hops", "1", "-j", jobs)
            done = await kitscan(tmp_path, agents, *words)
            assert done.code == 0, done.messages
            documents.append(said(tmp_path))
            (tmp_path / "kitscan.sqlite").unlink()
    assert documents[0] == documents[1]
    assert len(json.loads((tmp_path / "report.json").read_text())["devices"]) == 4


async def test_what_devices_refuse_and_repeat_is_the_same_however_many_processes_ask(tmp_path: Path) -> None:
    documents, refusals = [], []
    async with six(tmp_path, 2) as agents:
        (tmp_path / "password").write_text(PASSWORD)
        (tmp_path / "password").chmod(0o600)
        written = (tmp_path / "credentials.yaml").read_text()
        (tmp_path / "credentials.yaml").write_text(written.replace("[{", f"[{USER}, {{", 1))
        for jobs in ("1", "2"):
            done = await kitscan(tmp_path, agents, RANGE, "-j", jobs)
            assert done.code == 0, done.messages
            with done.store() as store:
                refusals.append(store.refusals(1))
                assert PASSWORD not in str(list(store.evidence(1)))
            documents.append(said(tmp_path))
            (tmp_path / "kitscan.sqlite").unlink()
    assert documents[0] == documents[1]
    assert refusals == [{("audit", box(number)) for number in range(1, 7)}] * 2
    assert "struck-out" in documents[1]


@asynccontextmanager
async def scanning(folder: Path, trip: Callable[[asyncio.subprocess.Process], None]) -> AsyncIterator[tuple[int, str]]:
    """A scan of six devices by two workers, of which the third calls `trip` while it is asked: exit code, messages."""
    scans: list[asyncio.subprocess.Process] = []
    async with six(folder) as agents:
        agents[box(3)].trip = lambda: trip(scans[0])
        command = [sys.executable, "-c", "from scanner.cli.main import main; main()", "scan", RANGE, "-j", "2"]
        command += ["--credentials", "credentials.yaml", "--format", "json", "--out", "report.json"]
        scan = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )  # fmt: skip
        scans.append(scan)
        output, _ = await asyncio.wait_for(scan.communicate(), 60)
        yield scan.returncode or 0, output.decode()


def runs(process: int) -> bool:
    """True for a process that has not ended, whether or not somebody has waited for it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(process: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("killed", [1, 2])
async def test_a_device_whose_worker_is_killed_has_a_gap_and_none_is_missing(tmp_path: Path, killed: int) -> None:
    def kill(scan: asyncio.subprocess.Process) -> None:
        for worker in children(scan.pid)[:killed]:
            os.kill(worker, signal.SIGKILL)

    async with scanning(tmp_path, kill) as (_, messages):
        with open_store(str(tmp_path / "kitscan.sqlite")) as store:
            evidence = {one.subject.address: one for one in store.evidence(1)}
            assert store.run(1).outcome is RunOutcome.COMPLETE, messages
    assert sorted(evidence) == [box(number) for number in range(1, 7)]
    lost = [
        key
        for key, one in evidence.items()
        if any(gap.reason is GapReason.INTERNAL_ERROR and gap.probe == "snmp" for gap in one.gaps)
    ]
    whole = [key for key, one in evidence.items() if sum("/199" in item.value for item in one.observations)]
    assert lost, messages
    assert sorted({*lost, *whole}) == sorted(evidence)
    assert len(lost) <= 6 * killed // 2
    assert "the process that asked this device ended" in (tmp_path / "report.json").read_text()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
async def test_ctrl_c_ends_every_process_and_keeps_what_came(tmp_path: Path) -> None:
    workers: list[int] = []

    def interrupt(scan: asyncio.subprocess.Process) -> None:
        workers.extend(children(scan.pid))
        time.sleep(0.1)  # while a device is silent, its worker counts what it sent
        for process in (*workers, scan.pid):  # as a terminal does: to the whole group
            os.kill(process, signal.SIGINT)

    async with scanning(tmp_path, interrupt) as (code, messages):
        assert code == 128 + signal.SIGINT, messages
        with open_store(str(tmp_path / "kitscan.sqlite")) as store:
            assert store.run(1).outcome is RunOutcome.INTERRUPTED
            assert len(store.subjects(1)[0]) == 6
            packets = dict(store.cost(1))["packets"]
    assert packets > 12, "what the workers sent counts too"
    assert len(workers) == 2
    assert not [process for process in workers if Path(f"/proc/{process}").exists()]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
async def test_workers_end_when_their_scan_is_killed(tmp_path: Path) -> None:
    workers: list[int] = []

    def kill(scan: asyncio.subprocess.Process) -> None:
        workers.extend(children(scan.pid))
        scan.kill()

    async with scanning(tmp_path, kill):
        for _ in range(100):
            if not any(map(runs, workers)):
                break
            await asyncio.sleep(0.02)
        assert not any(map(runs, workers))
        with open_store(str(tmp_path / "kitscan.sqlite")) as store, store.writing("scan", "1", THEN):
            pass  # no worker holds the store
    assert len(workers) == 2
