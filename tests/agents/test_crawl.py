"""`kitscan scan --crawl` and `--retry-failed` against simulated agents that announce one another by LLDP."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.free_ports import free_ports
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.message.variables import Varbind
from scanner.simulator.snmp_agent import Agent, View, serving
from scanner.sink import RunOutcome
from scanner.store.store import Store, open_store
from tests.warm_kitscan import run_kitscan

ROOT = Path(__file__).parents[2]
FENCE = "127.0.21.0/24"
COMMUNITY = "public"
LLDP_REMOTE = (1, 0, 8802, 1, 1, 2, 1, 4)
DESCRIPTION = "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE11"


def text(oid: Oid, value: str) -> Varbind:
    return Varbind(oid, Syntax.OCTETS, value)


def view(name: str, neighbours: Mapping[str, str]) -> View:
    """A switch's agent; `neighbours` are the names that it hears by LLDP, each with its management address."""
    rows = [
        text((1, 3, 6, 1, 2, 1, 1, 1, 0), DESCRIPTION),
        Varbind((1, 3, 6, 1, 2, 1, 1, 2, 0), Syntax.OBJECT_ID, "1.3.6.1.4.1.9.1.716"),
        text((1, 3, 6, 1, 2, 1, 1, 5, 0), name),
    ]
    for number, (neighbour, address) in enumerate(neighbours.items(), 1):
        row = (0, number, 1)
        rows += [
            Varbind((*LLDP_REMOTE, 1, 1, 4, *row), Syntax.INTEGER, "7"),
            text((*LLDP_REMOTE, 1, 1, 5, *row), neighbour),
            Varbind((*LLDP_REMOTE, 1, 1, 6, *row), Syntax.INTEGER, "5"),
            text((*LLDP_REMOTE, 1, 1, 7, *row), "Gi0/1"),
            text((*LLDP_REMOTE, 1, 1, 9, *row), neighbour),
            Varbind((*LLDP_REMOTE, 2, 1, 3, *row, 1, 4, *oid_of(address)), Syntax.INTEGER, "2"),
        ]
    return View(sorted(rows, key=lambda row: row.oid))


@dataclass(slots=True)
class CountedAgent:
    """An agent that counts the datagrams that reach its address; `view` None answers none."""

    view: View | None
    received: int = 0
    inner: Agent = field(init=False)

    def __post_init__(self) -> None:
        self.inner = Agent(self.view or View(()), COMMUNITY.encode())

    def answer(self, datagram: bytes, now: float) -> bytes | None:
        self.received += 1
        return self.inner.answer(datagram, now) if self.view is not None else None


def box(number: int) -> str:
    return f"127.0.21.{number}"


def names(*numbers: int) -> dict[str, str]:
    return {f"sw{number}": box(number) for number in numbers}


@dataclass(frozen=True, slots=True)
class Crawled:
    """A finished command: what it said, and how many datagrams reached each address."""

    code: int
    messages: str
    received: Mapping[str, int]
    folder: Path

    def store(self) -> Store:
        return open_store(str(self.folder / "kitscan.sqlite"))

    def answered(self, run: int = 1) -> list[str]:
        with self.store() as store:
            return sorted(store.subjects(run)[0])


@asynccontextmanager
async def network(folder: Path, boxes: Mapping[str, View | None]) -> AsyncIterator[Mapping[str, CountedAgent]]:
    """Agents at these addresses, and a folder to scan them from."""
    port = free_ports(box(1)).snmp
    (folder / "kitscan.yaml").write_text(f"ports: {{snmp: {port}}}\nprobes: [snmp]\nprofile: lab\n")
    (folder / "community").write_text(COMMUNITY + "\n")
    (folder / "community").chmod(0o600)
    entry = "{name: ro, snmp: v2c, community: file:community, sweep: true, prefixes: [127.0.0.0/8]}"
    (folder / "credentials.yaml").write_text(f"credentials: [{entry}]\n")
    agents = {address: CountedAgent(served) for address, served in boxes.items()}
    with serving([(address, port, agent) for address, agent in agents.items()]):  # type: ignore[misc]
        yield agents


async def kitscan(folder: Path, agents: Mapping[str, CountedAgent], *words: str) -> Crawled:
    command = ["scan", *words, "--credentials", "credentials.yaml", "--fail-on", "never"]
    command += ["--format", "json", "--out", "report.json"]
    before = {address: agent.received for address, agent in agents.items()}
    done = await asyncio.to_thread(run_kitscan, *command, cwd=folder)
    received = {address: agent.received - before[address] for address, agent in agents.items()}
    return Crawled(done.returncode, done.stdout + done.stderr, received, folder)


async def crawled(folder: Path, boxes: Mapping[str, View | None], *words: str) -> Crawled:
    async with network(folder, boxes) as agents:
        return await kitscan(folder, agents, *words)


async def test_a_chain_is_followed_to_the_last_hop(tmp_path: Path) -> None:
    boxes = {box(number): view(f"sw{number}", names(number - 1, number + 1)) for number in range(1, 6)}
    done = await crawled(tmp_path, boxes, box(1), "--crawl", "--within", FENCE)
    assert done.answered() == [f"{box(number)}:{port_of(tmp_path)}" for number in (1, 2, 3, 4)]
    assert done.received[box(5)] == 0
    assert "3 announced addresses followed, in 3 steps" in done.messages
    assert (
        f"1 announced neighbour inside the fence, beyond its hops or its count: not asked (sw5 {box(5)})"
        in done.messages
    )


async def test_a_ring_ends_and_its_run_says_what_it_was(tmp_path: Path) -> None:
    ring = {1: (5, 2), 2: (1, 3), 3: (2, 4), 4: (3, 5), 5: (4, 1)}
    boxes = {box(number): view(f"sw{number}", names(*beside)) for number, beside in ring.items()}
    done = await crawled(tmp_path, boxes, box(1), "--crawl", "--within", FENCE, "--hops", "9", "--max-devices", "20")
    assert len(done.answered()) == 5
    fence = ("--crawl", f"--within={FENCE}", "--hops=9", "--max-devices=20")
    with done.store() as store:
        assert store.request(1).targets == (box(1), *fence)
        (count,) = store.ranges(1)
    assert (count.addresses, count.silent) == (5, 0)
    coverage = json.loads((tmp_path / "report.json").read_text())["coverage"]
    assert (coverage["in_scope"], coverage["answered"]) == (5, 5)


async def test_nothing_outside_the_fence_and_nothing_excluded_gets_a_packet(tmp_path: Path) -> None:
    away, excluded = "127.0.22.9", box(66)
    told = {**names(2), "away": away, "hidden": excluded, "self": "127.0.0.1", "self2": box(1)}
    boxes = {box(1): view("sw1", told), box(2): view("sw2", {"away": away}), away: view("away", {}), excluded: None}
    done = await crawled(tmp_path, boxes, box(1), "--crawl", "--within", FENCE, "--exclude", excluded)
    assert done.received[box(2)] > 0
    assert (done.received[away], done.received[excluded]) == (0, 0)
    assert f"without an address that a device can be asked at (away {away}, self 127.0.0.1)" in done.messages
    assert f"1 announced neighbour excluded: not asked (hidden {excluded})" in done.messages


async def test_a_silent_neighbour_is_not_assessed_and_a_liar_does_not_crowd_out_the_others(tmp_path: Path) -> None:
    made_up = {f"x{number}": box(number) for number in range(100, 190)}
    boxes = {
        box(1): view("sw1", names(2, 3)),
        box(2): view("sw2", made_up),
        box(3): view("sw3", names(4)),
        box(4): view("sw4", {}),
    }
    done = await crawled(tmp_path, boxes, box(1), "--crawl", "--within", FENCE, "--max-devices", "80")
    assert done.received[box(4)] > 0
    missing = json.loads((tmp_path / "report.json").read_text())["not_assessed"]
    assert {entry["reason"] for entry in missing} == {"no-answer"}
    assert len(missing) == 20


async def test_an_interrupted_crawl_is_resumed_and_asks_no_finished_box_again(tmp_path: Path) -> None:
    boxes = {box(number): view(f"sw{number}", names(number - 1, number + 1)) for number in range(1, 4)}
    words = (box(1), "--crawl", "--within", FENCE)
    async with network(tmp_path, boxes) as agents:
        whole = await kitscan(tmp_path, agents, *words)
        with whole.store() as store, store.resuming(1) as writer:
            writer.finish(RunOutcome.INTERRUPTED, datetime.now(UTC))
        agents[box(4)] = CountedAgent(view("sw4", names(3)))
        with serving([(box(4), port_of(tmp_path), agents[box(4)])]):  # type: ignore[list-item]
            resumed = await kitscan(tmp_path, agents, *words, "--resume")
    assert [resumed.received[box(number)] for number in (1, 2, 3)] == [0, 0, 0]
    assert resumed.received[box(4)] > 0
    assert len(resumed.answered()) == 4


async def test_a_retry_asks_only_what_failed_for_that_cause_and_what_is_still_in_scope(tmp_path: Path) -> None:
    boxes: dict[str, View | None] = {box(1): view("sw1", {}), box(2): None, box(3): None}
    async with network(tmp_path, boxes) as agents:
        await kitscan(tmp_path, agents, *map(box, (1, 2, 3)))
        for number in (2, 3):
            agents[box(number)].view = view(f"sw{number}", {})
            agents[box(number)].inner = Agent(view(f"sw{number}", {}), COMMUNITY.encode())
        retried = await kitscan(tmp_path, agents, "--retry-failed", "1", "--exclude", box(3), "--cause", "no-answer")
        nothing = await kitscan(tmp_path, agents, "--retry-failed", "1", "--cause", "refused")
    assert (retried.received[box(1)], retried.received[box(3)]) == (0, 0)
    assert retried.received[box(2)] > 0
    port = port_of(tmp_path)
    left_out = f"1 more are not in today's scope, and not asked: {box(3)}:{port}"
    assert f"Retry of run 1: 1 target that it did not assess; {left_out}" in retried.messages
    with retried.store() as store:
        assert store.request(2).targets == (*map(box, (1, 2, 3)), "--retry-failed=1", "--cause=no-answer")
        assert store.subjects(2)[0] == {f"{box(2)}:{port}"}
        assert len(store.runs()) == 2
    assert (nothing.code, "nothing to ask again" in nothing.messages) == (0, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--within", FENCE), "--within belongs to a crawl"),
        (("--cause", "refused"), "--cause belongs to a retry"),
        (("--retry-failed", "1", "--crawl"), "goes with neither"),
        (("--retry-failed", "1", "--cause", "bad-luck"), "'bad-luck' is none of"),
        (("--crawl",), "nothing bounds it"),
    ],
)
async def test_options_that_do_not_fit_are_refused_before_anything_is_sent(
    tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    async with network(tmp_path, {box(1): None}) as agents:
        done = await kitscan(tmp_path, agents, box(1), *words)
    assert message in done.messages
    assert (done.code, done.received[box(1)]) == (2, 0)


def port_of(folder: Path) -> int:
    return int((folder / "kitscan.yaml").read_text().split("snmp: ")[1].split("}")[0])
