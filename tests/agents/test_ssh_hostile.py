"""SSH servers that break the rules: every session ends, in its time and its memory, and no account is locked."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.hostile.ssh_peers import LOCKING_PEERS, PEERS, step_peers
from benchmarks.reliability.lockout import logins_tried
from benchmarks.reliability.ssh_peers import book_of, outcomes, served
from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.ssh.bounded.step_thread import StepThread
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.targets.target import Target
from tests.agents.ssh_server import device

LOADED_MACHINE = 5.0
"""Seconds more than promised, where other tests take the processor."""


@pytest.mark.finding(3)
@pytest.mark.finding(4)
async def test_each_server_that_breaks_the_rules_ends_as_it_must(tmp_path: Path) -> None:
    ended = await outcomes(PEERS, 6.0, tmp_path, LOADED_MACHINE)
    assert len(ended) >= 25
    assert [one for one in ended if one.faults] == []


@pytest.mark.finding(3)
async def test_a_session_ends_at_whichever_step_a_server_stops_floods_or_closes(tmp_path: Path) -> None:
    ended = await outcomes(step_peers(), 3.0, tmp_path, LOADED_MACHINE)
    assert [one for one in ended if one.faults] == []


@pytest.mark.finding(5)
async def test_a_wrong_login_goes_to_two_devices_of_a_realm_whatever_they_answer(tmp_path: Path) -> None:
    assert await logins_tried(6, tmp_path) == dict.fromkeys(LOCKING_PEERS, 2)


@pytest.mark.finding(10)
def test_floods_stay_within_the_memory_of_a_session() -> None:
    command = [sys.executable, "-m", "benchmarks.reliability.floods", "--count", "5", "--max-mb", "120"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.finding(3)
async def test_a_cancelled_scan_leaves_a_server_that_never_answers_at_once(tmp_path: Path) -> None:
    book = book_of(tmp_path, ["name: cli, ssh: true, user: audit, password: file:password, prefixes: [127.0.0.0/8]"])
    probe = SshProbe(book, HostKeys(tmp_path / "known_hosts"), SessionLimits(1), session_seconds=60.0)
    async with served({"stuck": ("terminal stalls", "127.0.9.1")}) as (ports, _):

        async def ask() -> None:
            async for _ in probe.observe(Target("127.0.9.1", ssh_port=ports["stuck"])):
                shown.set()

        shown = asyncio.Event()
        task = asyncio.create_task(ask())
        await shown.wait()
        await asyncio.sleep(1.0)  # the terminal is pending by then, or a step before it
        start = time.monotonic()
        task.cancel()
        await asyncio.wait([task])
        probe.close()
        assert time.monotonic() - start < LOADED_MACHINE


@pytest.mark.finding(3)
async def test_a_device_behind_a_jump_host_that_stops_ends_in_time_too(tmp_path: Path) -> None:
    """The jump host lets us in, and stops at the tunnel; or the device behind it does."""
    stuck = {"stuck": ("channel stalls", "127.0.9.1"), "behind": ("key stalls", "127.0.9.2")}
    async with served(stuck) as (ports, _), device(None, methods=frozenset({"password", "forward"})) as door:
        (tmp_path / "known_hosts").touch()
        ways = {"stuck": f"127.0.9.1:{ports['stuck']}", "behind": f"{door.address}:{door.port}"}
        book = book_of(
            tmp_path,
            [
                f"name: {way}, ssh: true, user: audit, password: file:password, jump: '{host}', prefixes: [{behind}/32]"
                for (way, host), behind in zip(ways.items(), ("127.0.9.3", "127.0.9.2"), strict=True)
            ],
        )
        probe = SshProbe(book, HostKeys(tmp_path / "known_hosts"), SessionLimits(2), session_seconds=2.0)
        start = time.monotonic()
        for target in (Target("127.0.9.3", ssh_port=9), Target("127.0.9.2", ssh_port=ports["behind"])):
            items = [item async for received in probe.observe(target) for item in received]
            assert [item.reason for item in items if isinstance(item, Gap)] == [GapReason.NO_ANSWER]
        probe.close()
        assert time.monotonic() - start < 2 * 2.0 + LOADED_MACHINE


@pytest.mark.finding(3)
@pytest.mark.parametrize("held", ["connect", "load_platforms", "CliSession"])
async def test_a_session_ends_although_a_library_holds_its_thread(
    held: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(f"scanner.protocols.ssh.probe.{held}", lambda *_, **__: released.wait(30))
    login = "name: cli, ssh: true, user: audit, password: file:password, prefixes: [127.0.0.0/8]"
    probe = SshProbe(
        book_of(tmp_path, [login]), HostKeys(tmp_path / "known_hosts"), SessionLimits(1), session_seconds=1.0
    )
    async with device(None) as box:
        start = time.monotonic()
        items = [item async for received in probe.observe(Target(box.address, ssh_port=box.port)) for item in received]
        probe.close()
        took = time.monotonic() - start
    released.set()
    assert [item.reason for item in items if isinstance(item, Gap)] == [GapReason.BUDGET_SPENT]
    assert took < 1.0 + LOADED_MACHINE


def stuck() -> Generator[int, None, None]:
    """Steps of which the second never ends, as in a library that nothing wakes."""
    yield 1
    time.sleep(30)


async def test_a_thread_that_nothing_wakes_is_left_behind() -> None:
    thread = StepThread(stuck(), lambda _: None)
    assert await thread.step(10.0) == 1
    with pytest.raises(TimeoutError):
        await thread.step(0.05)
    thread.close()


async def test_a_thread_closes_its_steps_and_says_that_it_has_ended() -> None:
    closed: list[str] = []

    @contextmanager
    def opened() -> Iterator[None]:
        yield
        closed.append("steps")

    def steps() -> Generator[int, None, None]:
        with opened():
            yield 1
            yield 2

    thread = StepThread(steps(), lambda _: closed.append("thread"))
    items = [await thread.step(10.0), await thread.step(10.0), await thread.step(10.0)]
    thread.close()
    await asyncio.to_thread(thread.join, 10.0)
    assert (items, closed) == ([1, 2, None], ["steps", "thread"])


async def test_a_thread_says_that_it_has_ended_also_where_its_steps_cannot_be_closed() -> None:
    ended: list[str] = []

    def steps() -> Generator[int, None, None]:
        try:
            yield 1
        finally:
            raise OSError("the library failed at the end")

    thread = StepThread(steps(), lambda _: ended.append("thread"))
    assert await thread.step(10.0) == 1
    thread.close()
    await asyncio.to_thread(thread.join, 10.0)
    assert ended == ["thread"]


def test_the_interpreter_ends_although_a_session_is_stuck() -> None:
    program = (
        "import asyncio, time\n"
        "from scanner.protocols.ssh.bounded.step_thread import StepThread\n"
        "def steps():\n    time.sleep(60); yield 1\n"
        "async def main():\n"
        "    try: await StepThread(steps(), lambda _: None).step(0.1)\n"
        "    except TimeoutError: print('left behind')\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.returncode) == ("left behind\n", 0)
