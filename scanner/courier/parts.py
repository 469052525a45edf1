"""Cuts a bundle into parts that fit into messages, and puts the parts that arrive together again, on disk.

A half-done bundle is a folder, `half/SITE/COLLECTOR/SHA256.SIZE.OF`, that holds a file for each part. A whole one is
the file `whole/SITE/COLLECTOR/SHA256.zip`. Each file is written beside, made durable and renamed: whatever is killed, a
part is there wholly or not, and its message, which nobody has acknowledged, comes again.
"""

import base64
import binascii
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.courier.durable_file import make_durable, write_durably
from scanner.courier.message import Part

PART_OCTETS = 190_000
"""Octets of a bundle in one part, at most: in base64 and sealed they fit into MAX_MESSAGE."""

MAX_SITE_OCTETS = 8 * 2**30
"""Octets of the bundles of one site in an inbox: half-done ones by the size they state, and whole ones."""

MAX_INBOX_OCTETS = 64 * 2**30
"""Octets of the bundles of all sites in an inbox."""

MIN_BUNDLE_OCTETS = 64 * 1024
"""What a bundle counts, at least: so many small ones are bounded in number too."""

MAX_HALF_DAYS = 7
"""A half-done bundle that got no part for so many days is removed."""

_DAY = 86_400


class PartRefusal(StrEnum):
    """Why a part is not taken."""

    NUMBER = "number"
    SIZE = "size"
    DIGEST = "digest"
    SITE_FULL = "site-full"
    INBOX_FULL = "inbox-full"


_PROBLEMS = {
    PartRefusal.NUMBER: "has a number or a count that its bundle's size does not have",
    PartRefusal.SIZE: "does not have the octets that its place in the bundle has",
    PartRefusal.DIGEST: "completes a bundle whose digest is another one than stated",
    PartRefusal.SITE_FULL: f"finds {MAX_SITE_OCTETS:,} octets of its site in the inbox",
    PartRefusal.INBOX_FULL: f"finds {MAX_INBOX_OCTETS:,} octets in the inbox",
}


class PartRefusedError(KitscanError):
    """A part is not taken, and will not be if it comes again as it is now."""

    def __init__(self, part: Part, reason: PartRefusal) -> None:
        self.reason = reason
        place = f"part {part.number} of {part.of} of bundle {part.sha256[:16]} of {part.site}/{part.collector}"
        super().__init__(f"{place} {_PROBLEMS[reason]}", "nothing is lost: its slice is ordered again")


def parts_of(bundle: bytes, site: str, collector: str) -> Iterator[Part]:
    """The parts of a bundle, in order. All but the last have the same size. Raises ValueError for an empty bundle."""
    if not bundle:
        raise ValueError("an empty bundle has no parts")
    size, digest = len(bundle), hashlib.sha256(bundle).hexdigest()
    of = _ceiling(size, PART_OCTETS)
    each = _ceiling(size, of)
    for number in range(1, of + 1):
        octets = base64.b64encode(bundle[(number - 1) * each : number * each]).decode()
        yield Part(site=site, collector=collector, sha256=digest, size=size, number=number, of=of, octets=octets)


class Inbox:
    """A folder of bundles of which some parts are there, and of whole ones that nobody has taken yet.

    Whoever calls has checked that the key that sealed a part is one of the part's site and collector: what a collector
    sends touches no bundle of another. `clock` gives seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        max_site: int = MAX_SITE_OCTETS,
        max_all: int = MAX_INBOX_OCTETS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._half, self._whole = folder / "half", folder / "whole"
        self._max_site, self._max_all, self._clock = max_site, max_all, clock

    def take(self, part: Part) -> Path | None:
        """Keep a part: the bundle's file once all its parts are there, else None. It is durable on return; the same
        part again changes nothing. Raises PartRefusedError; OSError where the disk does not take it."""
        octets = _octets_of(part)
        whole = self._whole / part.site / part.collector / f"{part.sha256}.zip"
        if whole.exists():
            return whole
        folder = self._half / part.site / part.collector / f"{part.sha256}.{part.size}.{part.of}"
        if not folder.is_dir():
            self._admit(part)
            _make_folder(folder)
        file = folder / f"{part.number:06}"
        if not file.exists():
            write_durably(file, octets)
        try:
            if sum(1 for file in folder.iterdir() if file.name.isdigit()) < part.of:
                return None
            self._put_together(part, folder, whole)
        except FileNotFoundError:
            if not whole.exists():  # else another receiver of this inbox has put it together
                raise
        return whole

    def whole(self) -> tuple[Path, ...]:
        """The whole bundles that lie here, sorted: after a start, those that a killed receiver did not come to."""
        return tuple(sorted(self._whole.glob("*/*/*.zip")))

    def done(self, bundle: Path) -> None:
        """Remove a whole bundle that has been received, or put aside."""
        bundle.unlink(missing_ok=True)

    def remove_old(self) -> None:
        """Remove half-done bundles that got no part for MAX_HALF_DAYS."""
        before = self._clock() - MAX_HALF_DAYS * _DAY
        for folder in self._half.glob("*/*/*"):
            with suppress(FileNotFoundError):  # another receiver has put it together meanwhile
                if folder.stat().st_mtime < before:
                    shutil.rmtree(folder, ignore_errors=True)

    def octets(self) -> dict[str, int]:
        """Octets of each site in the inbox, as they count for its limits."""
        counted: dict[str, int] = {}
        for folder in self._half.glob("*/*/*.*.*"):
            site = folder.parts[-3]
            counted[site] = counted.get(site, 0) + _counts(int(folder.name.split(".")[1]))
        for file in self._whole.glob("*/*/*.zip"):
            site = file.parts[-3]
            with suppress(FileNotFoundError):  # another receiver has taken it meanwhile
                counted[site] = counted.get(site, 0) + _counts(file.stat().st_size)
        return dict(sorted(counted.items()))

    def _admit(self, part: Part) -> None:
        """Refuse a new bundle where the limits leave no room for it. To wait for room would be a trap: what makes room
        may stand behind this part in the queue."""
        self.remove_old()
        counted = self.octets()
        if counted.get(part.site, 0) + _counts(part.size) > self._max_site:
            raise PartRefusedError(part, PartRefusal.SITE_FULL)
        if sum(counted.values()) + _counts(part.size) > self._max_all:
            raise PartRefusedError(part, PartRefusal.INBOX_FULL)

    def _put_together(self, part: Part, folder: Path, whole: Path) -> None:
        digest = hashlib.sha256()
        _make_folder(whole.parent)
        beside = folder / f"whole.{os.urandom(4).hex()}.new"  # another receiver may do the same
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for number in range(1, part.of + 1):
                octets = (folder / f"{number:06}").read_bytes()
                digest.update(octets)
                file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != part.sha256:
            shutil.rmtree(folder)
            raise PartRefusedError(part, PartRefusal.DIGEST)
        beside.replace(whole)
        make_durable(whole.parent)
        shutil.rmtree(folder, ignore_errors=True)


def _octets_of(part: Part) -> bytes:
    """What a part holds. Raises PartRefusedError where it has not the size of its place."""
    each = _ceiling(part.size, part.of)
    most = _ceiling(part.size, max(1, PART_OCTETS // 2))  # each part is a file: the limits count octets, not files
    if part.number > part.of or _ceiling(part.size, each) != part.of or part.of > most:
        raise PartRefusedError(part, PartRefusal.NUMBER)
    try:
        octets = base64.b64decode(part.octets, validate=True)
    except (binascii.Error, ValueError):
        raise PartRefusedError(part, PartRefusal.SIZE) from None
    if len(octets) != min(each, part.size - (part.number - 1) * each):
        raise PartRefusedError(part, PartRefusal.SIZE)
    return octets


def _make_folder(folder: Path) -> None:
    """Make a folder for its owner only, and make it and those above it durable."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        make_durable(place.parent)


def _counts(size: int) -> int:
    return max(size, MIN_BUNDLE_OCTETS)


def _ceiling(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
