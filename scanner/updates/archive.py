"""YAML files from a zip or tar archive. The archive may be hostile: number, size and paths of its files are bounded."""

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import IO, Protocol

from fingerprints.model.errors import DataFileError, Flaw

MAX_FILES = 5000
MAX_UNPACKED = 64 * 1024 * 1024
MAX_MEMORY = 128 * 1024 * 1024
"""Bytes that the xz decoder may use; its largest usual preset needs 65 MiB."""

_ENDING = ".yaml"

_ZIP_ENTRY = b"PK\x01\x02"
"""Opens each entry of a zip archive's directory (APPNOTE.TXT 4.3.12)."""


class _Decompressor(Protocol):
    """The interface that the decompressors of bz2 and lzma share."""

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def is_archive(content: bytes) -> bool:
    """True if the content starts as a zip or tar archive does, compressed or not."""
    return content[:4] == b"PK\x03\x04" or content[257:262] == b"ustar" or _is_compressed(content)


def yaml_files(content: bytes, name: str) -> dict[str, bytes]:
    """The YAML files of an archive by path. Where the archive has a folder `rules`, only the files below it, with paths
    relative to it. Raises DataFileError."""
    files = every_yaml_file(content, name)
    return {path[len(top) :]: text for path, text in files.items() if (top := _top(path))} or files


def every_yaml_file(content: bytes, name: str) -> dict[str, bytes]:
    """The YAML files of an archive by path, all of them. Raises DataFileError."""
    try:
        return _bounded(_zip_members(content, name) if content[:2] == b"PK" else _tar_members(content, name), name)
    except DataFileError:
        raise
    except Exception as error:  # a decode boundary: zipfile and tarfile leak ValueError, struct.error and more
        raise _refused(name, "whole file", f"is damaged ({str(error)[:100]})", "a plain zip or tar archive") from error


def _top(path: str) -> str:
    """The path up to and including a folder `rules`; empty where the path has none."""
    before, passed, _ = f"/{path}".partition("/rules/")
    return f"{before}{passed}"[1:] if passed else ""


def _bounded(members: Iterable[tuple[str, IO[bytes] | None]], name: str) -> dict[str, bytes]:
    """The YAML files among the members. Reading stops once they exceed MAX_UNPACKED together."""
    files: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for number, (path, file) in enumerate(members, 1):
        if number > MAX_FILES:
            raise _refused(name, "whole file", f"has more than {MAX_FILES} members", "YAML files alone")
        if file is not None and path.endswith(_ENDING):
            text = file.read(left + 1)
            left -= len(text)
            _check_size(left, name)
            files[_safe_path(path, name)] = text
    return files


def _zip_members(content: bytes, name: str) -> Iterator[tuple[str, IO[bytes] | None]]:
    if content.count(_ZIP_ENTRY) > MAX_FILES:  # before zipfile makes a value of 600 bytes of each
        raise _refused(name, "whole file", f"has more than {MAX_FILES} members", "YAML files alone")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            if member.is_dir():
                yield member.filename, None
            else:
                with archive.open(member) as file:
                    yield member.filename, file


def _tar_members(content: bytes, name: str) -> Iterator[tuple[str, IO[bytes] | None]]:
    with tarfile.open(fileobj=io.BytesIO(_decompressed(content, name)), mode="r:") as archive:
        for member in archive:
            yield member.name, archive.extractfile(member) if member.isreg() else None


def _is_compressed(content: bytes) -> bool:
    return content[:3] in (b"\x1f\x8b\x08", b"BZh") or content[:6] == b"\xfd7zXZ\x00"


def _decompressed(content: bytes, name: str) -> bytes:
    """The tar archive without its compression, if it has any."""
    if content[:3] == b"\x1f\x8b\x08":
        inflater = zlib.decompressobj(31)
        plain = inflater.decompress(content, MAX_UNPACKED)
        _check_size(-1 if inflater.unconsumed_tail else 0, name)
        return plain
    if content[:3] == b"BZh":
        return _all_of(bz2.BZ2Decompressor(), content, name)
    if content[:6] == b"\xfd7zXZ\x00":
        return _all_of(lzma.LZMADecompressor(memlimit=MAX_MEMORY), content, name)
    return content


def _all_of(decompressor: _Decompressor, content: bytes, name: str) -> bytes:
    plain = decompressor.decompress(content, MAX_UNPACKED)
    _check_size(0 if decompressor.eof else -1, name)
    return plain


def _safe_path(path: str, name: str) -> str:
    """The path as given if it is relative, printable and stays below the folder it is unpacked to."""
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or ":" in path or not path.isprintable():
        raise _refused(name, repr(path[:100]), "leads out of the archive", "a plain relative path")
    return parts.as_posix()


def _check_size(left: int, name: str) -> None:
    if left < 0:
        problem = f"is cut, or unpacks to more than {MAX_UNPACKED} bytes"
        raise _refused(name, "whole file", problem, "YAML files alone")


def _refused(name: str, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(name, (Flaw(place, problem, expected),), "have the pack made again")
