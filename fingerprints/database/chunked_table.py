"""A table in one gzip file of many members. A lookup decompresses only the member that it needs.

The first member is the index, one line a chunk: `#<key>\\t<octets of the compressed chunk>`. The chunks follow in that
order. `zcat` prints the whole file. A chunk is lines of text; its reader knows the columns.
"""

import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path

_WBITS_GZIP = 31  # zlib's way to ask for a gzip header and trailer


class ChunkedTable:
    """An open table. Each read decompresses one chunk; nothing is cached."""

    __slots__ = ("_chunks", "_data")

    def __init__(self, data: bytes) -> None:
        """Raises ValueError if `data` is no such table."""
        try:
            index = zlib.decompressobj(_WBITS_GZIP)
            lines = index.decompress(data).decode().splitlines()
            place = len(data) - len(index.unused_data)
            self._chunks: dict[str, tuple[int, int]] = {}
            for line in lines:
                key, _, size = line.removeprefix("#").partition("\t")
                self._chunks[key] = (place, place + int(size))
                place += int(size)
        except (zlib.error, UnicodeDecodeError) as error:
            raise ValueError("not a chunked table") from error
        if not index.eof or place != len(data):
            raise ValueError("a chunked table that was truncated or extended")
        self._data = data

    def chunks(self) -> tuple[str, ...]:
        """The keys of all chunks, in the order of the file."""
        return tuple(self._chunks)

    def lines(self, key: str) -> list[str]:
        """The lines of a chunk; empty if there is no such chunk."""
        if key not in self._chunks:
            return []
        start, end = self._chunks[key]
        return zlib.decompress(self._data[start:end], _WBITS_GZIP).decode().removesuffix("\n").split("\n")


def open_table(path: Path) -> ChunkedTable:
    """The table in a file."""
    return ChunkedTable(path.read_bytes())


def packed_table(chunks: Mapping[str, list[str]]) -> bytes:
    """The file for these chunks by key. The same chunks give the same octets."""
    members = {
        key: gzip.compress("".join(f"{line}\n" for line in lines).encode(), 9, mtime=0) for key, lines in chunks.items()
    }
    index = "".join(f"#{key}\t{len(member)}\n" for key, member in members.items())
    return gzip.compress(index.encode(), 9, mtime=0) + b"".join(members.values())
