"""What it costs to write one format: in a process of its own, forked from the one that holds the document."""

import multiprocessing
import time
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

from fingerprints.model.errors import KitscanError
from reports.document.document import Document
from reports.formats.registry import FORMATS, render


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: seconds of processor and by the clock, the most memory of the process (the document
    included) and the size of the file, in bytes."""

    path: Path
    cpu_seconds: float
    seconds: float
    peak: int
    size: int


@dataclass(frozen=True, slots=True)
class NotWritten:
    """A format that could not be written, and why: its library may be an extra that is not installed."""

    reason: str


def write(document: Document, name: str, folder: Path) -> Written | NotWritten:
    """Write a document as `report` with the ending of the format."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    path = folder / f"report{FORMATS[name].suffix}"
    import_module(FORMATS[name].module)  # a format is imported when it is asked for: that is no cost of writing
    process = multiprocessing.get_context("fork").Process(target=_write, args=(document, name, path, sender))
    process.start()
    sender.close()
    try:
        answer: Written | NotWritten = receiver.recv()
    except EOFError:
        answer = NotWritten("the process ended without an answer")
    process.join()
    return answer


def memory(field: str) -> int:
    """A value of this process in /proc/self/status, in bytes: VmRSS (now), VmHWM (the most)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))


def _write(document: Document, name: str, path: Path, sender: Connection) -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the most memory counts from here (proc(5))
    cpu, clock = time.process_time(), time.perf_counter()
    try:
        rendered = render(document, name)
        path.write_bytes(rendered if isinstance(rendered, bytes) else rendered.encode())
    except (KitscanError, ImportError) as error:
        sender.send(NotWritten(str(error)))
        return
    taken = time.process_time() - cpu, time.perf_counter() - clock
    sender.send(Written(path, *taken, memory("VmHWM"), path.stat().st_size))
