"""The host keys that devices have shown: trusted at first sight, then compared before any login is offered.

The file is kitscan's own, in the form of OpenSSH's known_hosts, so that `ssh-keygen -R HOST -f FILE` removes an entry.
"""

import base64
import errno
import hashlib
import os
import threading
from binascii import Error as NotBase64
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_octets

MAX_BYTES = 64 * 1024 * 1024
"""Octets of the largest file of host keys: an entry has some 120 to 750."""

_NEXT_STEP = "correct or remove the line; a removed host is trusted again at its next connection"


_LONGEST_LINE = 1024 * 1024
"""Octets of a line: a key is no longer than what a server may send before the keys are exchanged."""


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public key: `kind` as in RFC 4253 section 6.6 (`ssh-ed25519`, `ssh-rsa` ...), `blob` its wire form."""

    kind: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """`SHA256:...`, as ssh-keygen -l prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")


@dataclass(frozen=True, slots=True)
class HostKeyChange:
    """The host shows another key than before. `known` is the earlier key, `place` the file and line that hold it."""

    known: HostKey
    place: str


def host_name(address: str, port: int, via: str = "") -> str:
    """A host as the file names it: `192.0.2.1`, `[192.0.2.1]:2222`, and `...@bastion` if behind a jump host."""
    name = address if port == 22 else f"[{address}]:{port}"
    return f"{name}@{via}" if via else name


class HostKeys:
    """The file at `path`, read at first use. Safe for use from several threads of one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, tuple[HostKey, int]] | None = None
        self._lines = 0

    def check_file(self) -> None:
        """Raises DataFileError if the file cannot be read. Call it before a scan, not at its first device."""
        with self._lock:
            self._read()

    def check(self, host: str, key: HostKey) -> HostKeyChange | None:
        """None if `key` is the one known for `host`, or the first one seen, which is then written to the file.

        Raises DataFileError if the file cannot be read or written: then no host is trusted.
        """
        with self._lock:
            known = self._read()
            if host not in known:
                self._append(host, key)
                known[host] = (key, self._lines)
                return None
            expected, line = known[host]
            return None if expected == key else HostKeyChange(expected, f"{self._path} line {line}")

    def kind_of(self, host: str) -> str | None:
        """The kind of key known for `host`. The key exchange asks for it: a host may hold keys of several kinds."""
        with self._lock:
            entry = self._read().get(host)
            return entry[0].kind if entry else None

    def _read(self) -> dict[str, tuple[HostKey, int]]:
        if self._known is None:
            known: dict[str, tuple[HostKey, int]] = {}
            lines = self._text().split("\n")
            for number, line in enumerate(lines[:-1], 1):  # a last line without a line end was cut off while written
                if line.strip() and not line.startswith("#"):
                    host, key = self._entry(line, number)
                    known.setdefault(host, (key, number))
            self._known, self._lines = known, len(lines) - 1
        return self._known

    def _text(self) -> str:
        if not os.path.lexists(self._path):
            return ""
        return read_octets(self._path, MAX_BYTES, _NEXT_STEP).decode("ascii", "replace")

    def _entry(self, line: str, number: int) -> tuple[str, HostKey]:
        parts = line.split()
        try:
            host, kind, encoded = parts[:3]
            return host, HostKey(kind, base64.b64decode(encoded, validate=True))
        except (ValueError, NotBase64) as error:
            raise self._data_file_error(f"line {number}", "is not a host key", "HOST KIND KEY, in base64") from error

    def _append(self, host: str, key: HostKey) -> None:
        """Append one line with one write: a reader sees it whole or not at all, and a crash damages no other line."""
        line = f"{host} {key.kind} {base64.b64encode(key.blob).decode('ascii')}\n"
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                _drop_torn_end(descriptor)
                if os.write(descriptor, line.encode("ascii")) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._data_file_error(
                "whole file", f"cannot be written ({error.strerror})", "a writable folder"
            ) from error
        self._lines += 1

    def _data_file_error(self, place: str, problem: str, expected: str) -> DataFileError:
        return DataFileError(self._path, (Flaw(place, problem, expected),), _NEXT_STEP)


def _drop_torn_end(descriptor: int) -> None:
    """Cut off what a crash left after the last line end, so that the next entry starts on its own line."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _LONGEST_LINE)
    whole = start + os.pread(descriptor, size - start, start).rfind(b"\n") + 1
    if whole != size:
        os.ftruncate(descriptor, whole)
