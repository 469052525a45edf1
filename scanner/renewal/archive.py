"""YAML files out of a zip or tar archive that a stranger may have made: bounded in number and size, and in place."""

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol

from fingerprints.errors import DataFileError, Flaw

MOST_FILES = 5000
MOST_UNPACKED = 64 * 1024 * 1024
MOST_MEMORY = 128 * 1024 * 1024
"""Of the xz decoder: its largest usual preset asks for 65 MiB."""

_ENDING = ".yaml"


class _Decompressor(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def is_archive(content: bytes) -> bool:
    """Whether it begins as a zip or tar archive does, compressed or not."""
    return content[:4] == b"PK\x03\x04" or content[257:262] == b"ustar" or _is_compressed(content)


def yaml_files(content: bytes, name: str) -> dict[str, bytes]:
    """The YAML files of an archive by path; those below a folder `rules` alone where it has one, with paths from there.
    Raises DataFileError."""
    try:
        found = dict(_zipped(content, name) if content[:2] == b"PK" else _tarred(content, name))
    except (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, OSError, EOFError) as error:
        raise _refused(name, "whole file", f"is damaged ({str(error)[:100]})", "a zip or tar archive") from error
    except (NotImplementedError, RuntimeError) as error:  # zipfile, of methods it lacks and of passwords
        raise _refused(name, "whole file", str(error)[:100], "a plain zip archive") from error
    below = {path.partition("rules/")[2]: text for path, text in found.items() if "rules" in path.split("/")[:-1]}
    return below or found


def _zipped(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        _few_enough(len(members), name)
        for member in members:
            if not member.is_dir() and member.filename.endswith(_ENDING):
                with archive.open(member) as file:
                    text = file.read(left + 1)
                left -= len(text)
                _small_enough(left, name)
                yield _inside(member.filename, name), text


def _tarred(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(_decompressed(content, name)), mode="r:") as archive:
        for number, member in enumerate(archive):
            _few_enough(number, name)
            file = archive.extractfile(member) if member.isreg() and member.name.endswith(_ENDING) else None
            if file is not None:
                yield _inside(member.name, name), file.read()


def _is_compressed(content: bytes) -> bool:
    return content[:3] in (b"\x1f\x8b\x08", b"BZh") or content[:6] == b"\xfd7zXZ\x00"


def _decompressed(content: bytes, name: str) -> bytes:
    """A tar as it was before compression; as it is where it is not compressed."""
    if content[:3] == b"\x1f\x8b\x08":
        inflater = zlib.decompressobj(31)
        plain = inflater.decompress(content, MOST_UNPACKED)
        _small_enough(-1 if inflater.unconsumed_tail else 0, name)
        return plain
    if content[:3] == b"BZh":
        return _all_of(bz2.BZ2Decompressor(), content, name)
    if content[:6] == b"\xfd7zXZ\x00":
        return _all_of(lzma.LZMADecompressor(memlimit=MOST_MEMORY), content, name)
    return content


def _all_of(decompressor: _Decompressor, content: bytes, name: str) -> bytes:
    plain = decompressor.decompress(content, MOST_UNPACKED)
    _small_enough(0 if decompressor.eof else -1, name)
    return plain


def _inside(path: str, name: str) -> str:
    """The path, when it stays in the folder it is unpacked to and is printable."""
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or ":" in path or not path.isprintable():
        raise _refused(name, repr(path[:100]), "leads out of the archive", "a plain relative path")
    return parts.as_posix()


def _few_enough(number: int, name: str) -> None:
    if number > MOST_FILES:
        raise _refused(name, "whole file", f"has more than {MOST_FILES} members", "rule files alone")


def _small_enough(left: int, name: str) -> None:
    if left < 0:
        told = f"is cut, or unpacks to more than {MOST_UNPACKED} bytes"
        raise _refused(name, "whole file", told, "rule files alone")


def _refused(name: str, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(name, (Flaw(place, problem, expected),), "have the pack made again")
