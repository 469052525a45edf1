"""`kitscan audit` as a timer runs it: nights after each other against agents on loopback."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from scanner.protocols.snmp.message.ber import Oid, oid_of
from scanner.protocols.snmp.message.codec import Message, PduType, V3Message
from tests.agents.snmp_scripted import Agent, Script, agent, speaking
from tests.warm_kitscan import run_kitscan

KITSCAN = "from scanner.cli.main import main; main()"
SHORT_WINDOW = """
from datetime import timedelta
from scanner.cli.auditing import collecting
collecting.end_of_window = lambda start, until: start + timedelta(seconds={})
from scanner.cli.main import main; main()
"""
HERE = Path(__file__).parents[2]
DESCR, NAME = oid_of("1.3.6.1.2.1.1.1.0"), oid_of("1.3.6.1.2.1.1.5.0")
RELEASE = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2({})E1, RELEASE SOFTWARE (fc2)"

CREDENTIALS = """\
credentials:
  - {name: wrong, snmp: v2c, community: file:wrong, prefixes: [127.0.0.0/8]}
  - {name: right, snmp: v2c, community: file:right, prefixes: [127.0.0.0/8], sweep: true}
"""


@dataclass
class Ended:
    code: int
    printed: str
    said: str


@dataclass
class Network:
    """Two switches whose answers change from night to night, and the folder of whoever audits them. Those that `tire`
    answer who they are and nothing else, which keeps an audit waiting."""

    folder: Path
    tired: set[str] = field(default_factory=set)
    rows: dict[str, dict[Oid, str]] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)

    def script(self, name: str) -> Script:
        def answers(message: Message | V3Message) -> list[bytes]:
            if name in self.tired and isinstance(message, Message) and message.pdu.type is not PduType.GET:
                return []
            return list(speaking(self.rows[name], "public")(message))

        return answers

    def release(self, name: str, number: int) -> None:
        self.rows[name] = {DESCR: RELEASE.format(number), NAME: name}

    async def audit(self, *words: str, window: float | None = None) -> Ended:
        """One audit; with `window` seconds until its window ends, whose time of day is said to be 05:00."""
        if window is not None:
            words = (*words, "--until", "05:00")
        if window is None:
            done = await asyncio.to_thread(run_kitscan, *self.command(*words), cwd=self.folder, timeout=60)
            return Ended(done.returncode, done.stdout, done.stderr)
        process = await self.started(*words, program=SHORT_WINDOW.format(window))
        printed, said = await asyncio.wait_for(process.communicate(), 60)
        return Ended(process.returncode or 0, printed.decode(), said.decode())

    async def started(self, *words: str, program: str = KITSCAN) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            program,
            *self.command(*words),
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(HERE)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    @staticmethod
    def command(*words: str) -> tuple[str, ...]:
        how = ("--credentials", "credentials.yaml", "--probe", "snmp")
        return ("audit", "targets.csv", *how, *words, "--profile", "lab")

    def packets(self) -> int:
        return sum(len(one.received) for one in self.agents.values())


@asynccontextmanager
async def network(folder: Path) -> AsyncIterator[Network]:
    for name, secret in {"wrong": "not-this-one", "right": "public"}.items():
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    (folder / "credentials.yaml").write_text(CREDENTIALS)
    made = Network(folder)
    made.release("sw1", 1)
    made.release("sw2", 1)
    async with agent(made.script("sw1")) as first, agent(made.script("sw2")) as second:
        made.agents = {"sw1": first, "sw2": second}
        rows = (f"{one.host},{one.port}" for one in made.agents.values())
        (folder / "targets.csv").write_text("\n".join(("address,snmp_port", *rows)) + "\n")
        yield made


async def test_three_nights_the_first_the_quiet_and_the_one_with_a_change(tmp_path: Path) -> None:
    async with network(tmp_path) as made:
        first = await made.audit()
        assert (first.code, first.printed.splitlines()[0].count("the first audit of this scope. 2 devices")) == (0, 1)
        quiet = await made.audit("--quiet")
        assert (quiet.code, quiet.printed, quiet.said) == (0, "", "")
        made.release("sw1", 2)
        changed = await made.audit("--quiet", "--changes-out", "changes.json", "--out", "report.html")
        assert changed.code == 0
        assert "since run 2: 1 changed; 1 device as it was." in changed.printed
        assert "sw1" in changed.printed and "15.2(1)E1" in changed.printed and "15.2(2)E1" in changed.printed
        assert len(changed.printed.splitlines()) <= 10
        kinds = [event["kind"] for event in json.loads((tmp_path / "changes.json").read_text())["events"]]
        assert kinds == ["version"]
        assert (tmp_path / "report.html").exists()
        assert "not-this-one" not in first.printed + first.said + changed.printed + changed.said


async def test_a_device_that_falls_silent_is_told_and_exits_3_once(tmp_path: Path) -> None:
    async with network(tmp_path) as made:
        await made.audit()
        rows = made.rows["sw2"]
        made.rows["sw2"] = {}
        gone = await made.audit()
        assert gone.code == 3
        assert "sw2" in gone.printed and "Not assessed, though they were the night before" in gone.printed
        still = await made.audit("--quiet")
        assert (still.code, still.printed) == (0, "")
        made.rows["sw2"] = rows
        back = await made.audit()
        assert (back.code, "Back: last seen" in back.printed) == (0, True)


async def test_a_window_that_ends_keeps_what_was_had_and_says_who_comes_first(tmp_path: Path) -> None:
    """A window is minutes; this one ends some seconds after the audit began, whatever the seconds of the clock are."""
    async with network(tmp_path) as made:
        await made.audit()
        made.tired.add("sw1")
        ended = await made.audit(window=8.0)
        assert ended.code == 3
        assert "The window ended at" in ended.printed and "1 target not asked to the end" in ended.printed
        assert "Gone" not in ended.printed
        made.tired.clear()
        whole = await made.audit()
        assert (whole.code, "1 targets that it did not finish come first" in whole.said) == (0, True)
        assert "the last complete one is 1" in whole.printed


async def test_two_audits_of_one_store_are_one_too_many(tmp_path: Path) -> None:
    async with network(tmp_path) as made:
        made.tired.add("sw1")
        running = await made.started()
        await begun(tmp_path / "kitscan.sqlite")
        second = await made.audit()
        assert second.code == 5
        assert f"kitscan audit (process {running.pid}) is writing to this store" in second.said
        running.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(running.communicate(), 60)
        assert (running.returncode, b"resumes it" in said) == (143, True)
        made.tired.clear()
        resumed = await made.audit()
        assert "Resuming run 1" in resumed.said
        assert "Run 1," in resumed.printed


async def test_an_audit_that_is_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    async with network(tmp_path) as made:
        await made.audit()
        made.release("sw1", 7)
        made.tired.add("sw2")
        running = await made.started()
        await begun(tmp_path / "kitscan.sqlite", runs=2)
        running.kill()
        await running.communicate()
        made.tired.clear()
        night = await made.audit()
        assert night.printed.count("15.2(7)E1") == 1


async def test_a_dry_run_sends_nothing_and_leaves_no_store(tmp_path: Path) -> None:
    async with network(tmp_path) as made:
        ended = await made.audit("--dry-run")
        assert (ended.code, made.packets(), (tmp_path / "kitscan.sqlite").exists()) == (0, 0, False)
        assert "walk" in ended.printed or "snmp" in ended.printed


async def test_wrong_words_are_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    async with network(tmp_path) as made:
        for words, said in (
            (("--until", "25:00"), "is no time of day"),
            (("--baseline", "9"), "--baseline 9"),
            (("--changes-out", "changes.pdf"), "no format of changes has this ending"),
            (("--format", "json"), "--format without --out"),
            (("--notify", "https://hooks.example/T0/secret-canary"), "--notify takes a reference"),
        ):
            ended = await made.audit(*words)
            assert (ended.code, said in ended.said, "secret-canary" in ended.said) == (2, True, False), ended.said
        assert made.packets() == 0


async def test_events_go_to_a_file_of_a_siem_and_a_place_that_fails_is_told(tmp_path: Path) -> None:
    async with network(tmp_path) as made:
        await made.audit()
        (tmp_path / "kitscan.yaml").write_text("notify: [{jsonl: events.jsonl}, {jsonl: missing/events.jsonl}]\n")
        made.release("sw1", 3)
        ended = await made.audit("--quiet")
        assert ended.code == 7
        assert "missing/events.jsonl" in ended.said
        (tmp_path / "missing").mkdir()
        later = await made.audit("--quiet")
        assert (later.code, later.printed) == (0, "")
        lines = [(tmp_path / name).read_text().splitlines() for name in ("events.jsonl", "missing/events.jsonl")]
        assert len(lines[0]) == 1 and [json.loads(line)["event"]["id"] for line in lines[0]] == [
            json.loads(line)["event"]["id"] for line in lines[1]
        ]


async def begun(store: Path, runs: int = 1) -> None:
    """Wait until a run is being written to."""
    wanted = "select count(*) from runs where outcome is null and id >= ?"
    for _ in range(600):
        await asyncio.sleep(0.05)
        if not store.exists():
            continue
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as rows:
            try:
                if rows.execute(wanted, (runs,)).fetchone()[0]:
                    return
            except sqlite3.Error:
                continue
    raise AssertionError("no run began")
