"""`python -m benchmarks.reliability.failing_writes`: a disk that takes no more at a random point of a scan.

As root in a mount namespace (unshare -m) every second disk is a tmpfs of random size (ENOSPC); the others are a limit
on the size of a file (RLIMIT_FSIZE, EFBIG). Each time: one clear message and exit code 2, never a run that says that it
is complete; what was committed can be read; and with room again `--resume` says what the scan with room says.
"""

import argparse
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reliability import demo_devices, forked
from benchmarks.reliability.demo_devices import DEVICES, Devices
from benchmarks.reliability.kill9 import comparable, differences

MIN_OCTETS = 4_096
STORE, REPORT = "disk/kitscan.sqlite", "report.json"


@dataclass(frozen=True, slots=True)
class Full:
    """One full disk: its size in octets, how the scan ended, and what of the promise was broken."""

    octets: int
    ended: forked.Ended
    broken: tuple[str, ...]


def measured(count: int, seed: int) -> Iterator[Full]:
    """`count` disks of random sizes."""
    sizes = random.Random(seed)
    with tempfile.TemporaryDirectory() as parent, demo_devices.running(Path(parent) / "scan") as devices:
        forked.preload()
        words = ("scan", devices.list_of(*DEVICES), "--probe", "snmp", "--fail-on", "never", "--store", STORE)
        words = (*words, "--format", "json", "--out", REPORT)
        (devices.folder / "disk").mkdir()
        ended = forked.start(devices.folder, *words).wait()
        document = forked.read_report(devices.folder / REPORT)
        if document is None:
            sys.exit(f"the scan did not work:\n{ended.said}")
        whole = comparable(document)
        needed = (devices.folder / STORE).stat().st_size
        for path in (devices.folder / "disk").iterdir():
            path.unlink()
        for number in range(count):
            octets = sizes.randrange(MIN_OCTETS, needed)
            yield _scanned(devices, words, whole, octets, as_disk=number % 2 == 0 and can_mount())


def can_mount() -> bool:
    """True for root who may mount a file system that nobody else sees."""
    done = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return os.geteuid() == 0 and done.returncode == 0


def _scanned(devices: Devices, words: tuple[str, ...], whole: dict[str, Any], octets: int, as_disk: bool) -> Full:
    folder = devices.folder
    with _disk(folder / "disk", octets, as_disk) as (limit, make_room):
        (folder / REPORT).unlink(missing_ok=True)
        with limit:
            ended = forked.start(folder, *words).wait()
        broken = list(_broken(ended, folder))
        make_room()
        rows, outcome = _stored(folder / STORE)
        if rows:
            listed = forked.start(folder, "runs", "--store", STORE).wait()
            if listed.code:
                broken.append(f"the store cannot be read: {listed.said}")
        again = ("--resume",) if rows and outcome != "complete" else ()
        if rows and outcome == "complete":  # only the report had no room: every row must be there
            words = ("assess", *words[words.index("--fail-on") :])
        resumed = forked.start(folder, *words, *again).wait()
        document = forked.read_report(folder / REPORT)
        if document is None or resumed.code not in (0, 3):
            broken.append(f"with room again: exit code {resumed.code}: {resumed.said}")
        else:
            broken += differences(whole, comparable(document), "")
        for path in (folder / "disk").iterdir():
            path.unlink()
    return Full(octets, ended, tuple(broken))


def _broken(ended: forked.Ended, folder: Path) -> Iterator[str]:
    if ended.hung:
        yield "hung"
    elif ended.code not in (0, 2, 3):
        yield f"exit code {ended.code}"
    elif ended.code == 2 and "cannot be used as a store" not in ended.said and "cannot be" not in ended.said:
        yield f"no clear message: {ended.said}"
    if "internal error" in ended.said or "Traceback" in ended.said:
        yield f"an internal error: {ended.said}"
    if ended.code == 2 and (folder / REPORT).exists():
        yield "a report of a run that failed"


def _stored(store: Path) -> tuple[int, str | None]:
    """How many runs are in the store, and the outcome of the last."""
    if not store.exists():
        return 0, None
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        try:
            outcomes = [row[0] for row in connection.execute("select outcome from runs order by id")]
        except sqlite3.OperationalError:
            return 0, None
    return len(outcomes), outcomes[-1] if outcomes else None


@contextmanager
def _disk(place: Path, octets: int, as_disk: bool) -> Iterator[tuple[Any, Any]]:
    """A folder that takes so many octets: a limit to hold while the scan runs, and a function that makes room."""
    if not as_disk:
        yield _file_limit(octets), lambda: None
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={octets}", "none", place], check=True)
    try:
        yield _no_limit(), lambda: subprocess.run(["mount", "-o", "remount,size=64m", place], check=True)
    finally:
        subprocess.run(["umount", place], check=True)


@contextmanager
def _no_limit() -> Iterator[None]:
    yield


@contextmanager
def _file_limit(octets: int) -> Iterator[None]:
    """A scan that begins inside this block inherits the limit (setrlimit(2); Python ignores SIGXFSZ)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def main() -> None:
    """Print a row of figures; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability.failing_writes", description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if os.geteuid() == 0 and "KITSCAN_OWN_MOUNTS" not in os.environ:  # mounts that nobody else sees
        environment = {**os.environ, "KITSCAN_OWN_MOUNTS": "1"}
        command = ("unshare", "-m", sys.executable, "-m", "benchmarks.reliability.failing_writes", *sys.argv[1:])
        os.execvpe(command[0], command, environment)
    failed = broken = 0
    for full in measured(options.count, options.seed):
        if full.broken:
            print(f"{full.octets} octets: {'; '.join(full.broken)}\n{full.ended.said}", flush=True)
        failed, broken = failed + (full.ended.code == 2), broken + bool(full.broken)
    print(f"{options.count} disks, {failed} of them full in mid-scan; {broken} promises broken")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
