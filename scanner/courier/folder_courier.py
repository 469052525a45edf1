"""The courier of files: a folder that centre and sites share, or a stick that somebody carries.

    centre/         what collectors send
    sites/LON/      what the centre sends to a site
    dead/           what was given up

A message is a file, `TIME-RANDOM.TRIES`, there wholly or not. A reader takes it by a lock (flock), which ends with its
process however that ends: a rename alone would leave the message with a reader that was killed. It counts the try in
the name before it handles the message, so that one that kills its reader does so MAX_TRIES times at most.
"""

import errno
import fcntl
import os
import re
import stat
import time
from pathlib import Path

from scanner.courier.courier import CourierError, CourierFullError, Handler
from scanner.courier.durable_file import make_durable, write_durably
from scanner.courier.handling import MAX_TRIES, Handled, check_size, hand_over
from scanner.courier.message import MAX_MESSAGE

MAX_WAITING = 4 * 2**30
"""Octets that wait in one direction, at most."""

LOOK_SECONDS = 0.1
"""How often a reader looks for messages."""

LATER_SECONDS = 2.0
"""How long a message waits whose handler could not do it."""

_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{16}\.[0-9]")
_RECOUNT = 64
_FULL = (errno.ENOSPC, errno.EDQUOT)


class FolderCentre:
    """The centre's end."""

    def __init__(self, folder: Path, max_waiting: int = MAX_WAITING) -> None:
        self._folder, self._max_waiting = folder, max_waiting
        self._inbox = _Box(folder / "centre", folder / "dead", max_waiting)

    def send(self, site: str, octets: bytes) -> None:
        self._site(site).put(octets)

    def serve(self, handle: Handler, seconds: float | None = None) -> None:
        self._inbox.serve(handle, seconds)

    def waiting(self, site: str) -> int | None:
        return self._site(site).count()

    def stop(self) -> None:
        self._inbox.stopped = True

    def close(self) -> None:
        """Nothing is open between calls."""

    def _site(self, site: str) -> "_Box":
        return _Box(self._folder / "sites" / site, self._folder / "dead", self._max_waiting)


class FolderSite:
    """A site's end."""

    def __init__(self, folder: Path, site: str, max_waiting: int = MAX_WAITING) -> None:
        self._outbox = _Box(folder / "centre", folder / "dead", max_waiting)
        self._orders = _Box(folder / "sites" / site, folder / "dead", max_waiting)

    def send(self, octets: bytes) -> None:
        self._outbox.put(octets)

    def serve(self, handle: Handler, seconds: float | None = None) -> None:
        self._orders.serve(handle, seconds)

    def stop(self) -> None:
        self._orders.stopped = True

    def close(self) -> None:
        """Nothing is open between calls."""


class _Box:
    """A folder of messages. `stopped` ends `serve`; it is a plain flag, since a signal may set it."""

    def __init__(self, folder: Path, dead: Path, max_waiting: int) -> None:
        self.stopped = False
        self._folder, self._dead, self._max_waiting = folder, dead, max_waiting
        self._until_recount, self._octets = 0, 0

    def put(self, octets: bytes) -> None:
        """Write a message. Raises CourierError, CourierFullError."""
        check_size(octets)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._admit(len(octets))
            write_durably(self._folder / f"{time.time_ns():020}-{os.urandom(8).hex()}.0", octets)
        except OSError as error:
            if error.errno in _FULL:
                raise CourierFullError(f"{self._folder}: the disk is full", "free some of it") from error
            raise _unreachable(self._folder, error) from error

    def count(self) -> int:
        """How many messages wait. Raises CourierError."""
        return len(self._names())

    def serve(self, handle: Handler, seconds: float | None) -> None:
        """Hand on messages in the order of their times. One that is to come later lets the others pass."""
        end = None if seconds is None else time.monotonic() + seconds
        later: dict[str, float] = {}
        while not self.stopped:
            for name in self._names():
                if not self.stopped and later.get(name.partition(".")[0], 0.0) <= time.monotonic():
                    self._take(name, handle, later)
            if end is not None and time.monotonic() >= end:
                return
            time.sleep(LOOK_SECONDS)

    def _take(self, name: str, handle: Handler, later: dict[str, float]) -> None:
        """Hand a message on, unless another reader has it. Raises CourierError, and what is a handler's defect."""
        path = self._folder / name
        descriptor = _lock(path)
        if descriptor is None:
            return
        try:
            self._hand_over(path, handle, later)
        finally:
            os.close(descriptor)

    def _hand_over(self, path: Path, handle: Handler, later: dict[str, float]) -> None:
        base, _, tries = path.name.partition(".")
        if int(tries) >= MAX_TRIES:
            self._give_up(path)
            return
        try:
            taken = path.replace(path.with_name(f"{base}.{int(tries) + 1}"))
            with taken.open("rb") as file:
                octets = file.read(MAX_MESSAGE + 1)
        except OSError as error:
            raise _unreachable(self._folder, error) from error
        try:
            handled = hand_over(handle, octets)
        except (KeyboardInterrupt, SystemExit):
            taken.replace(path)  # somebody ended this process: the message is not to blame
            raise
        if handled is Handled.LATER:
            taken.replace(path)
            later[base] = time.monotonic() + LATER_SECONDS
        elif handled is Handled.NEVER:
            self._give_up(taken)
        else:
            taken.unlink()
            make_durable(self._folder)

    def _give_up(self, path: Path) -> None:
        self._dead.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.replace(self._dead / f"{path.parent.name}.{path.name}")

    def _names(self) -> list[str]:
        try:
            return sorted(file.name for file in self._folder.iterdir() if _NAME.fullmatch(file.name))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unreachable(self._folder, error) from error

    def _admit(self, octets: int) -> None:
        """Refuse a message where the most wait already. They are counted each so many messages, not at each."""
        if self._until_recount <= 0 or self._octets + octets > self._max_waiting:
            self._octets = sum(map(_size_of, self._folder.iterdir()))
            self._until_recount = _RECOUNT
        if self._octets + octets > self._max_waiting:
            raise CourierFullError(f"{self._folder}: {self._octets:,} octets wait there already", "let them be taken")
        self._octets += octets
        self._until_recount -= 1


def _lock(path: Path) -> int | None:
    """A descriptor that locks a message's file; None where somebody else has it, or had, and for what is no file: a
    pipe would be read without end."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours, there = os.fstat(descriptor), path.stat()
        if stat.S_ISREG(ours.st_mode) and (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino):
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _unreachable(folder: Path, error: OSError) -> CourierError:
    problem = f"{folder}: {os.strerror(error.errno or errno.EIO)}"
    return CourierError(problem, "see that the folder is there, and that this user may write in it")
