"""Programs that run beside one another, and what each of them needed: memory, open files, processor time."""

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reliability.command import KITSCAN

ROOT = Path(__file__).parents[2]

SAMPLE_SECONDS = 1.0
"""How often memory is read. It costs a millisecond for 100 MB."""

MAX_SECONDS_TO_END = 20.0


_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Usage:
    """What a process and its children needed until the last look. `megabytes` is the most that they had together, a
    page that they share with others counted in part (PSS); `alone` the most that one of them would have had alone
    (RSS); `files` the most that one of them had open; `seconds` their processor time."""

    pid: int
    megabytes: float = 0.0
    alone: float = 0.0
    files: int = 0
    seconds: float = 0.0

    def sample(self) -> None:
        """Look once."""
        family = tuple(_family(self.pid))
        rolls = [_memory(pid) for pid in family]
        self.megabytes = max(self.megabytes, sum(roll.get("Pss", 0) for roll in rolls) / 1024)
        self.alone = max(self.alone, *(roll.get("Rss", 0) / 1024 for roll in rolls))
        self.files = max(self.files, *map(_open_files, family))
        self.seconds = max(self.seconds, sum(map(_processor_seconds, family)))


@dataclass(slots=True)
class Program:
    """A program that was started."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    usage: Usage

    def said(self) -> str:
        """What it printed."""
        return self.log.read_text(errors="replace")


@dataclass(slots=True)
class Programs:
    """All that run, by name, and what else is looked at: services that somebody else starts and ends."""

    running: dict[str, Program] = field(default_factory=dict)
    services: dict[str, Usage] = field(default_factory=dict)

    def kitscan(self, name: str, folder: Path, *words: str, environment: Mapping[str, str] | None = None) -> Program:
        """Start `kitscan` with these words in a folder. What it prints goes to NAME.log there."""
        variables = {**os.environ, **(environment or {}), "PYTHONPATH": str(ROOT)}
        log = folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                (*KITSCAN, *words),
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.running[name] = program = Program(name, process, log, Usage(process.pid))
        return program

    def sample(self) -> None:
        """Look at each once. One that has ended says nothing any more."""
        running = [program.usage for program in tuple(self.running.values()) if program.process.poll() is None]
        for usage in (*running, *tuple(self.services.values())):
            with contextlib.suppress(OSError):
                usage.sample()

    def ended(self) -> tuple[str, ...]:
        """The names of those that do not run any more."""
        return tuple(name for name, program in self.running.items() if program.process.poll() is not None)

    def end(self) -> None:
        """End what runs, and wait for it."""
        for program in self.running.values():
            if program.process.poll() is None:
                program.process.terminate()
        for program in self.running.values():
            try:
                program.process.wait(MAX_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                program.process.kill()
                program.process.wait()


@contextmanager
def programs() -> Iterator[Programs]:
    """Programs that end with the block, looked at by a thread meanwhile."""
    all_of_them, ending = Programs(), threading.Event()

    def watch() -> None:
        while not ending.wait(SAMPLE_SECONDS):
            all_of_them.sample()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield all_of_them
    finally:
        ending.set()
        thread.join()
        all_of_them.end()


def _family(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text(encoding="ascii").split():
                yield from _family(int(child))


def _memory(pid: int) -> dict[str, int]:
    """The sums of a process's memory by name, in kB; none of one that has ended."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
        return {name: int(words.split()[0]) for name, _, words in (line.partition(":") for line in lines)}
    return {}


def _processor_seconds(pid: int) -> float:
    """The processor time of a process, and of those of its children that it has waited for."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return sum(map(int, words[11:15])) / _TICKS
    return 0.0


def _open_files(pid: int) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return 0


def wait_for_words(program: Program, words: str, seconds: float) -> None:
    """Wait until a program has said these words. Raises OSError if it ends before, or does not say them in time."""
    for _ in range(int(seconds * 10)):
        if words in program.said():
            return
        try:
            code = program.process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise OSError(f"{program.name} ended with {code}: {program.said()[-2_000:]}")
    raise OSError(f"{program.name} did not say {words!r} in {seconds:g} s: {program.said()[-2_000:]}")
