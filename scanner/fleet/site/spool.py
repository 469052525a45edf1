"""The spool: a folder of what a site has collected, until the centre has it, and afterwards as long as there is room.

    waiting/NUMBER-RUN-ORDINAL.kitscan   bundles that are not sent, the oldest first
    sent/NUMBER-RUN-ORDINAL.kitscan      bundles that are; the oldest goes where room is wanted
    messages/NUMBER.json                 plans and refusals that are not sent, sealed
    work/RUN-ORDINAL.sqlite              slices that are being collected

Nothing that waits is ever dropped. While what waits takes the room, nothing new is collected.
"""

import fcntl
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from fingerprints.model.errors import KitscanError
from fingerprints.model.input_file import read_octets
from scanner.courier.durable_file import make_durable, write_durably
from scanner.courier.message import MAX_MESSAGE
from scanner.store.bundles.bundle_reader import MAX_BUNDLE

MAX_MESSAGES = 10_000
"""Plans and refusals that wait at most. An order that would add one is not done, and comes again."""

MAX_MESSAGE_OCTETS = 64 * 1024**2
"""Their octets, at most: the plan of MAX_SLICES slices."""

MAX_RESERVE = 64 * 1000**2
"""Octets that must be free before a slice is begun; a quarter of a spool that is small."""

_BUNDLE = re.compile(r"([0-9]{12})-([0-9a-f]{32})-([0-9]{1,6})\.kitscan")
_WORK = re.compile(r"([0-9a-f]{32})-[0-9]{1,6}\.sqlite.*")


class SpoolError(KitscanError):
    """The spool cannot be written, or another collector has it."""


@dataclass(frozen=True, slots=True)
class SpooledBundle:
    """A bundle of the spool: its place, the slice that it holds, and its octets."""

    path: Path
    run: str
    ordinal: int
    size: int


class Spool:
    """The spool in a folder, of at most `limit` octets and one slice. Thread-safe."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Make what is missing of it. Raises SpoolError."""
        self.folder, self.limit = folder, limit
        self._waiting, self._sent, self._messages, self._work = (
            folder / name for name in ("waiting", "sent", "messages", "work")
        )
        self._changing = Lock()
        try:
            for part in (folder, self._waiting, self._sent, self._messages, self._work):
                part.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in (self._waiting, self._messages):
                for left in part.glob(".*.new"):
                    left.unlink()
        except OSError as error:
            raise _unwritable(folder, error) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it for one process. Raises SpoolError if another has it."""
        with held_folder(self.folder):
            yield

    def waiting(self) -> tuple[SpooledBundle, ...]:
        """The bundles that are not sent, oldest first."""
        return _bundles(self._waiting)

    @property
    def waiting_bytes(self) -> int:
        """The octets that are not sent, with those of slices that are being collected."""
        files = (*self._work.iterdir(), *self.messages())
        return sum(map(_size_of, files)) + sum(bundle.size for bundle in self.waiting())

    @property
    def has_room(self) -> bool:
        """Whether a slice may be begun."""
        return self.waiting_bytes + min(MAX_RESERVE, self.limit // 4) <= self.limit

    def work_store(self, run: str, ordinal: int) -> Path:
        """Where a slice is collected."""
        return self._work / f"{run}-{ordinal}.sqlite"

    def work_stores(self, run: str) -> tuple[Path, ...]:
        """The slices of a run whose collecting was cut off, or goes on."""
        return tuple(sorted(self._work.glob(f"{run}-*.sqlite")))

    def forget_work(self, runs: Collection[str]) -> None:
        """Delete what is left of slices of other runs than these."""
        for path in self._work.iterdir():
            match = _WORK.fullmatch(path.name)
            if match is not None and match[1] not in runs:
                path.unlink(missing_ok=True)

    def add(self, run: str, ordinal: int, octets: bytes) -> None:
        """Keep a bundle until it is sent. On return it is on the disk. Raises OSError."""
        with self._changing:
            self._make_room(len(octets))
            write_durably(self._waiting / f"{self._next_number():012}-{run}-{ordinal}.kitscan", octets)

    def read(self, bundle: SpooledBundle) -> bytes:
        """The octets of a bundle. Raises DataFileError."""
        return read_octets(bundle.path, MAX_BUNDLE)

    def mark_sent(self, bundle: SpooledBundle) -> None:
        """Keep a bundle as sent, as long as there is room. Raises OSError."""
        with self._changing:
            _move_durably(bundle.path, self._sent / bundle.path.name)
            self._make_room(0)

    def send_again(self, run: str, ordinal: int) -> SpooledBundle | None:
        """The bundle of a slice, which waits now if it was sent before; None if it is not here. Raises OSError."""
        with self._changing:
            for bundle in _bundles(self._waiting):
                if (bundle.run, bundle.ordinal) == (run, ordinal):
                    return bundle
            for bundle in _bundles(self._sent):
                if (bundle.run, bundle.ordinal) == (run, ordinal):
                    _move_durably(bundle.path, self._waiting / bundle.path.name)
                    return bundle
        return None

    def add_message(self, octets: bytes) -> None:
        """Keep a sealed message until it is sent. Raises SpoolError where too many wait, and OSError."""
        with self._changing:
            there = self.messages()
            if len(there) >= MAX_MESSAGES or sum(map(_size_of, there)) + len(octets) > MAX_MESSAGE_OCTETS:
                raise SpoolError(f"{self._messages}: {len(there):,} messages wait", "look why the courier takes none")
            number = int(there[-1].stem) + 1 if there else 1
            write_durably(self._messages / f"{number:012}.json", octets)

    def messages(self) -> tuple[Path, ...]:
        """The files of the sealed messages that are not sent, oldest first."""
        return tuple(sorted(path for path in self._messages.glob("*.json") if path.stem.isdigit()))

    def read_message(self, path: Path) -> bytes:
        """The octets of a sealed message. Raises DataFileError."""
        return read_octets(path, MAX_MESSAGE)

    def _next_number(self) -> int:
        numbers = [int(path.name[:12]) for bundle in (self._waiting, self._sent) for path in bundle.glob("*.kitscan")]
        return max(numbers, default=0) + 1

    def _make_room(self, octets: int) -> None:
        """Drop the oldest bundles that are sent, until so many further octets fit."""
        sent = list(_bundles(self._sent))
        over = octets + self.waiting_bytes + sum(bundle.size for bundle in sent) - self.limit
        while over > 0 and sent:
            oldest = sent.pop(0)
            oldest.path.unlink()
            over -= oldest.size


@contextmanager
def held_folder(folder: Path) -> Iterator[None]:
    """Hold a folder for one process. Raises SpoolError if another has it."""
    try:
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SpoolError(f"{folder}: another process collects into it", "wait for it, or name another") from error
        yield
    finally:
        os.close(handle)


def _bundles(folder: Path) -> tuple[SpooledBundle, ...]:
    found = []
    for path in sorted(folder.glob("*.kitscan")):
        match = _BUNDLE.fullmatch(path.name)
        if match is not None and (size := _size_of(path)):
            found.append(SpooledBundle(path, match[2], int(match[3]), size))
    return tuple(found)


def _move_durably(path: Path, to: Path) -> None:
    path.replace(to)
    make_durable(to.parent)
    make_durable(path.parent)


def _size_of(path: Path) -> int:
    """The octets of a file; none of one that another thread has moved meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _unwritable(folder: Path, error: OSError) -> SpoolError:
    return SpoolError(f"{folder}: cannot be written ({error.strerror})", "name another folder")
