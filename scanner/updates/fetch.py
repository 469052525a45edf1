"""Reads a snapshot from a file or an https address, bounded in size and time."""

import io
import ssl
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler as RedirectHandler
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from fingerprints.model.errors import DataFileError, KitscanError
from fingerprints.model.input_file import read_octets
from scanner.updates.printable_text import printable
from scanner.version import VERSION

MAX_BYTES = 64 * 1024 * 1024
"""The largest registries are IEEE's MA-L list with 4 MB and IANA's numbers with 6 MB."""

QUIET_SECONDS = 30.0
"""How long a server may send nothing."""

ALL_SECONDS = 600.0
"""How long a whole download may take."""

_READ_BYTES = 64 * 1024


class FetchError(KitscanError):
    """A snapshot could not be read or downloaded."""


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file as its publisher wrote it: its name for messages (an address without its query), its content, and the day
    it was last changed there, None if unknown."""

    name: str
    content: bytes
    changed: date | None


def fetch(place: str, clock: Callable[[], float] = time.monotonic, limit: int = MAX_BYTES) -> FetchedFile:
    """The file at a path or an https address; of a folder, the archive of its YAML files. Raises FetchError."""
    if "://" in place:
        return _download(place, clock, limit)
    path = Path(place)
    try:
        if path.is_dir():
            return _packed(path, limit)
        content = read_octets(path, limit)
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except DataFileError as error:
        raise FetchError(error.summary, "name a file or an https address") from error
    except OSError as error:
        raise FetchError(f"{place}: cannot be read ({error.strerror})", "name a file or an https address") from error
    return FetchedFile(path.name, content, changed)


def _packed(folder: Path, limit: int) -> FetchedFile:
    """The YAML files below a folder as one zip archive, of the day on which the last of them changed."""
    files = sorted(path for path in folder.rglob("*.yaml") if path.is_file())
    if sum(path.stat().st_size for path in files) > limit:
        raise _too_large(str(folder), limit)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in files:
            archive.writestr(path.relative_to(folder).as_posix(), read_octets(path, limit))
    newest = max((path.stat().st_mtime for path in files), default=0.0)
    return FetchedFile(folder.name or str(folder), packed.getvalue(), datetime.fromtimestamp(newest, UTC).date())


def _download(address: str, clock: Callable[[], float], limit: int) -> FetchedFile:
    name = plain_address(address)
    request = Request(address, headers={"User-Agent": f"kitscan/{VERSION}", "Accept": "*/*"})  # noqa: S310  checked above
    opener = build_opener(ProxyHandler(), HTTPSHandler(context=ssl.create_default_context()), _StayOnHttps())
    ends = clock() + ALL_SECONDS
    try:
        with opener.open(request, timeout=QUIET_SECONDS) as answer:
            content = _read(answer, answer.headers, name, lambda: ends - clock(), limit)
            return FetchedFile(name, content, _changed(answer.headers))
    except HTTPError as error:
        raise _failed(name, f"the server answered {error.code} {error.reason}") from error
    except URLError as error:
        raise _failed(name, str(error.reason)) from error
    except (OSError, HTTPException) as error:
        raise _failed(name, str(error) or type(error).__name__) from error


def plain_address(address: str) -> str:
    """The address without its query, which may hold a secret. Raises FetchError unless it is an https address without a
    user name."""
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        plain = False
    if not plain:
        raise FetchError("not an https address without a user in it", "name https://... or a file")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


class _StayOnHttps(RedirectHandler):
    """Follows redirects to https only."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """The request to the new address. Raises FetchError if that is not https."""
        plain_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read(answer: IO[bytes], headers: HTTPMessage, name: str, left: Callable[[], float], limit: int) -> bytes:
    promised = headers.get("Content-Length", "")
    if promised.isdecimal() and int(promised) > limit:
        raise _too_large(name, limit)
    read = bytearray()
    while block := answer.read(_READ_BYTES):
        read += block
        if len(read) > limit:
            raise _too_large(name, limit)
        if left() < 0:
            raise _failed(name, f"it took longer than {ALL_SECONDS:.0f} s")
    if promised.isdecimal() and len(read) != int(promised):
        raise _failed(name, f"it ended after {len(read)} of {promised} bytes")
    return bytes(read)


def _changed(headers: HTTPMessage) -> date | None:
    try:
        return parsedate_to_datetime(headers.get("Last-Modified", "")).astimezone(UTC).date()
    except (ValueError, TypeError, OverflowError):
        return None


def _too_large(name: str, limit: int) -> FetchError:
    return FetchError(f"{name}: larger than {limit} bytes", "name the registry's own file")


def _failed(name: str, why: str) -> FetchError:
    reason = printable(why[:200], "")  # the server may have written part of it
    return FetchError(f"{name}: {reason}", "try again, or fetch it yourself and name the file with --from")
