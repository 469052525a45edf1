"""mac-vendor-lookup, the second source of 24-bit MAC prefixes: its list is compared with ours, its updater fetches
anew.

The only importer of mac_vendor_lookup. The library opens an event loop of its own, is not safe to share between
threads, and empties its cache before it downloads. Each call here therefore makes an instance of its own, and a
download goes to a temporary file, never to the library's cache and never to kitscan's data.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fingerprints.database.companies.company_names import normalised
from scanner.updates.fetch import ALL_SECONDS, MAX_BYTES, FetchedFile, FetchError
from scanner.updates.printable_text import printable

PACKAGE = "mac-vendor-lookup"
"""Its name at PyPI, and what a user writes after `--from` to have it fetch the list."""

VENDOR_LIST = "mac-vendors.txt"
"""The library's list, one `PREFIX:name` a line: IEEE's MA-L alone, 24 bits."""

MAX_DIFFERENT = 5
"""Percent of the library's prefixes that we may lack or name otherwise. Renamed organisations alone make up less than
1."""


@dataclass(frozen=True, slots=True)
class VendorList:
    """The list that the installed library brought along: its version, and prefix (6 upper-case digits) to name."""

    version: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListComparison:
    """Our 24-bit prefixes beside the library's: how many have the same name (folded as company names are), how many
    another name, and how many of the library's prefixes we lack."""

    version: str
    agreeing: int
    differing: int
    missing: int

    @property
    def total(self) -> int:
        """Prefixes in the library's list."""
        return self.agreeing + self.differing + self.missing

    def is_suspect(self) -> bool:
        """True if more differ than renamed organisations explain (MAX_DIFFERENT): one of the two lists is wrong."""
        return (self.differing + self.missing) * 100 > self.total * MAX_DIFFERENT


def installed_list() -> VendorList | None:
    """The list as the library was packaged with it; None where it was installed without its data file. The file that
    the library keeps in the user's cache is not looked at: its age is unknown."""
    path = next((path for path in _packaged_files() if path.is_file()), None)
    if path is None:
        return None
    from importlib.metadata import version

    return VendorList(version(PACKAGE), _loaded(path))


def compare(ours: Mapping[str, str], theirs: VendorList) -> ListComparison:
    """Compare our prefixes (6, 7 or 9 digits; only those of 6 count) with the library's list."""
    agreeing = differing = missing = 0
    for prefix, name in theirs.names.items():
        own = ours.get(prefix)
        if own is None:
            missing += 1
        elif own == name or normalised(own) == normalised(name):
            agreeing += 1
        else:
            differing += 1
    return ListComparison(theirs.version, agreeing, differing, missing)


def download(today: date, url: str | None = None) -> FetchedFile:
    """Have the library fetch IEEE's oui.txt, or the address given. The content is its list in the form of VENDOR_LIST,
    its day the day of the download: the library keeps no date, and IEEE writes its list anew each day. Raises
    FetchError."""
    from mac_vendor_lookup import OUI_URL

    address = url or OUI_URL
    with tempfile.TemporaryDirectory(prefix="kitscan-mac-vendors-") as folder:
        path = Path(folder) / VENDOR_LIST
        with _cache_at(path) as lookup:
            try:
                asyncio.run(asyncio.wait_for(lookup.update_vendors(address), ALL_SECONDS))
            except Exception as error:  # a decode boundary: aiohttp raises many kinds of its own
                raise _failed(address, str(error) or type(error).__name__) from error
        if not path.is_file():
            raise _failed(address, "the answer held no prefix")
        if path.stat().st_size > MAX_BYTES:
            raise _failed(address, f"the list is larger than {MAX_BYTES} bytes")
        return FetchedFile(f"{address}, by {PACKAGE}", path.read_bytes(), today)


@contextmanager
def _cache_at(path: Path) -> Iterator[Any]:
    """An instance of the library whose cache is this file. The library knows its cache by an attribute of the class."""
    from mac_vendor_lookup import AsyncMacLookup

    before = AsyncMacLookup.cache_path
    AsyncMacLookup.cache_path = str(path)
    try:
        yield AsyncMacLookup()
    finally:
        AsyncMacLookup.cache_path = before


def _loaded(path: Path) -> dict[str, str]:
    """A list read by the library itself. It reads bytes, and splits each line at its first colon."""
    from mac_vendor_lookup import AsyncMacLookup

    class FromFile(AsyncMacLookup):  # type: ignore[misc]
        """An instance that reads this file wherever else lists may lie."""

        def find_vendors_list(self) -> str:
            return str(path)

    lookup = FromFile()
    asyncio.run(lookup.load_vendors())
    return {
        prefix.decode("ascii").upper(): " ".join(name.decode("utf-8").split())
        for prefix, name in lookup.prefixes.items()
    }


def _packaged_files() -> Iterator[Path]:
    from importlib.metadata import files

    yield from (Path(str(file.locate())) for file in files(PACKAGE) or () if file.name == VENDOR_LIST)


def _failed(address: str, why: str) -> FetchError:
    reason = printable(why[:200], "")
    return FetchError(f"{address}: {PACKAGE} cannot fetch it: {reason}", "try again, or name a file with --from")
