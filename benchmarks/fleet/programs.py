"""Programs that run beside one another, with the most memory and the most open files that each of them had."""

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


@dataclass(slots=True)
class Program:
    """A program that was started. `megabytes` is the most that it and its children shared among them had (PSS), `files`
    the most that one of them had open."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    megabytes: float = 0.0
    files: int = 0

    def sample(self) -> None:
        """Look once."""
        family = tuple(_family(self.process.pid))
        self.megabytes = max(self.megabytes, sum(map(_pss, family)) / 1024)
        self.files = max(self.files, *map(_open_files, family))

    def said(self) -> str:
        """What it printed."""
        return self.log.read_text(errors="replace")


@dataclass(slots=True)
class Programs:
    """All that run, by name."""

    running: dict[str, Program] = field(default_factory=dict)

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
        self.running[name] = program = Program(name, process, log)
        return program

    def sample(self) -> None:
        """Look at each once. One that has ended says nothing any more."""
        for program in tuple(self.running.values()):
            if program.process.poll() is None:
                with contextlib.suppress(OSError):
                    program.sample()

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


def _pss(pid: int) -> int:
    """Proportional set size: a page that N processes share counts 1/N. In kB; 0 for one that has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


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
