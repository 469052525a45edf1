"""`python -m benchmarks.reliability.audit_kills`: SIGKILL in each stage of `kitscan audit`; the next audit is right.

Each round has a store of its own and three changes of the network, one before each night after the first. The audit of
the second night is killed in one stage. The process after it finishes that night. Then every change was told to a file
of JSON lines exactly once by its id, nothing else was told, and the store is sound.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from benchmarks.agents.replaying import replaying
from benchmarks.free_ports import free_ports
from benchmarks.reliability import forked
from benchmarks.reliability.command import STORE

FIRST, BOXES = IPv4Address("127.0.78.1"), 6

TOLD = "events.jsonl"

SECONDS = 3.0
"""The collecting is killed at a random moment of these."""

_DESCR = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2({})E1, RELEASE SOFTWARE (fc2)"

Patch = Callable[[random.Random], None]


@dataclass(frozen=True, slots=True)
class Killed:
    """One round: the stage of its kill, whether that was reached, and what of the promise was broken."""

    stage: str
    reached: bool
    broken: tuple[str, ...]
    said: str


def measured(count: int, seed: int, stages: Iterable[str] = ()) -> Iterator[Killed]:
    """`count` rounds, the stages in turn."""
    chosen, points = tuple(stages) or tuple(STAGES), random.Random(seed)
    forked.preload()
    import scanner.cli.auditing.collecting
    import scanner.cli.auditing.command
    import scanner.cli.auditing.judging
    import scanner.cli.auditing.telling  # noqa: F401

    for number in range(count):
        with tempfile.TemporaryDirectory() as name:
            yield _round(Path(name), chosen[number % len(chosen)], random.Random(points.random()))


def _round(folder: Path, stage: str, chance: random.Random) -> Killed:
    _write_project(folder)
    releases = dict.fromkeys(range(BOXES), 1)
    said = [_night(folder, releases).said]
    changed = chance.sample(range(BOXES), 3)
    releases[changed[0]] += 1
    killed = _night(folder, releases, lambda: STAGES[stage](chance))
    for box in changed[1:]:
        releases[box] += 1  # the second one may happen before the killed night is finished
        said.append(_night(folder, releases).said)
    reached = killed.code == -signal.SIGKILL
    missed = () if reached or stage == "collecting" else (f"it was not killed, and ended with {killed.code}",)
    return Killed(stage, reached, (*missed, *_broken(folder, changed)), "\n".join((*said, killed.said)))


def _night(folder: Path, releases: dict[int, int], prepare: Callable[[], None] = lambda: None) -> forked.Ended:
    files = {f"box{number}": _recording(folder, number, release) for number, release in releases.items()}
    port = int((folder / "port").read_text())
    with replaying(files, FIRST, port, b"public"):
        return forked.start(folder, "audit", "targets.csv", "--profile", "lab", prepare=prepare).wait()


def _recording(folder: Path, number: int, release: int) -> Path:
    path = folder / f"box{number}.snmprec"
    rows = ("1.3.6.1.2.1.1.1.0|4|" + _DESCR.format(release), f"1.3.6.1.2.1.1.5.0|4|box{number}")
    path.write_text("\n".join(rows) + "\n")
    return path


def _write_project(folder: Path) -> None:
    port = free_ports(str(FIRST)).snmp
    (folder / "port").write_text(str(port))
    (folder / "targets.csv").write_text(
        "address,snmp_port\n" + "".join(f"{FIRST + number},{port}\n" for number in range(BOXES))
    )
    (folder / "community").write_text("public")
    (folder / "community").chmod(0o600)
    entry = "{name: right, snmp: v2c, community: file:community, prefixes: [127.0.0.0/8], sweep: true}"
    (folder / "credentials.yaml").write_text(f"credentials:\n  - {entry}\n")
    settings = f"credentials: credentials.yaml\nprobes: [snmp]\nnotify: [{{jsonl: {TOLD}}}]\n"
    (folder / "kitscan.yaml").write_text(settings)


def _broken(folder: Path, changed: Iterable[int]) -> Iterator[str]:
    lines = (folder / TOLD).read_text().splitlines() if (folder / TOLD).exists() else []
    events: dict[str, dict[str, Any]] = {}
    for line in lines:
        event = json.loads(line)
        events.setdefault(event["event"]["id"], event)
    told = Counter(
        (event["event"]["action"], event["host"]["name"])
        for event in events.values()
        if event["event"]["action"] != "new"
    )
    expected = Counter(("version", f"box{number}") for number in changed)
    if told != expected:
        yield f"told {sorted(told.items())}, not {sorted(expected.items())}"
    with closing(sqlite3.connect(f"file:{folder / STORE}?mode=ro", uri=True)) as connection:
        if (sound := connection.execute("pragma integrity_check").fetchone()[0]) != "ok":
            yield f"the store is damaged: {sound}"


def _die(*_arguments: object, **_options: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _while_collecting(chance: random.Random) -> None:
    timer = threading.Timer(chance.uniform(0, SECONDS), _die)
    timer.daemon = True
    timer.start()


def _before(module: str, name: str) -> Patch:
    """A kill when this function is called."""

    def patch(_chance: random.Random) -> None:
        setattr(sys.modules[module], name, _die)

    return patch


def _after(module: str, name: str) -> Patch:
    """A kill when this function has done its work."""

    def patch(_chance: random.Random) -> None:
        does = getattr(sys.modules[module], name)

        def then_dies(*arguments: Any, **options: Any) -> None:
            does(*arguments, **options)
            _die()

        setattr(sys.modules[module], name, then_dies)

    return patch


STAGES: dict[str, Patch] = {
    "collecting": _while_collecting,
    "collected": _after("scanner.cli.auditing.collecting", "survey_into"),
    "judging": _after("scanner.cli.auditing.judging", "judged_run"),
    "keeping states": _after("scanner.store.kept_states", "write_states"),  # before they are committed
    "comparing": _before("scanner.audit.night", "compare"),
    "notifying": _before("scanner.cli.auditing.telling", "send_notices"),
    "notified": _after("scanner.cli.auditing.telling", "send_notices"),
    "printing": _before("scanner.cli.auditing.telling", "format_night"),
}
"""Where an audit is killed, and how."""


def main() -> None:
    """Print a row of figures; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability.audit_kills", description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stage", action="append", choices=tuple(STAGES), default=[])
    options = parser.parse_args()
    broken, reached = 0, Counter[str]()
    for killed in measured(options.count, options.seed, options.stage):
        reached[killed.stage] += killed.reached
        if killed.broken:
            print(f"{killed.stage}: {'; '.join(killed.broken)}\n{killed.said}", flush=True)
        broken += bool(killed.broken)
    stages = ", ".join(f"{stage} {number}" for stage, number in reached.items())
    print(f"{options.count} nights, killed in {stages}; {broken} not told right by the next")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
