"""`python -m benchmarks.mac`: how fast the table of MAC prefixes loads, how many addresses a second it names, and
whether it names them right at all three widths."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from fingerprints.database.oui import NOBODY, OuiRegistry, OuiTables, load_registry, read_tables
from scanner.updates.mac_vendors import installed_list

ADDRESSES = 1_000_000
LOADS = 15
PEER_ADDRESSES = 100_000


def main() -> None:
    """Load, look up and compare; print what each took of the processor."""
    asked = _options().parse_args()
    loads = sorted(_cpu(load_registry) for _ in range(LOADS))
    tables = read_tables()
    drawn = _drawn(tables, asked.addresses, random.Random(asked.seed))
    registry = load_registry()
    first, again = _cpu(lambda: _looked_up(registry, drawn)), _cpu(lambda: _looked_up(registry, drawn))
    wrong = sum(not _right(registry, mac, tables) for mac in drawn[:PEER_ADDRESSES])
    peer = _peer_seconds(drawn[:PEER_ADDRESSES])
    print(f"load: {median(loads) * 1e3:.1f} ms (median of {LOADS}; {loads[0] * 1e3:.1f} to {loads[-1] * 1e3:.1f})")
    print(
        f"look-up, {len(drawn):,} addresses drawn evenly over all {_entries(tables):,} prefixes of 24, 28 and 36 bits: "
        f"{len(drawn) / first / 1e6:.2f} million/s with a fresh table, {len(drawn) / again / 1e6:.2f} million/s after"
    )
    print(f"mac-vendor-lookup on {PEER_ADDRESSES:,} of them: {PEER_ADDRESSES / peer / 1e6:.2f} million/s, 24 bits only")
    print(f"compared with a search by every width: {wrong} of {PEER_ADDRESSES:,} wrong")
    sys.exit(wrong > 0)


def _drawn(tables: OuiTables, count: int, chance: random.Random) -> list[bytes]:
    """Addresses, each within a prefix that was drawn from the whole table."""
    widths = ((24, tables.of_24), (28, tables.of_28), (36, tables.of_36))
    prefixes = [(prefix, 48 - width) for width, table in widths for prefix in table]
    chosen = chance.choices(prefixes, k=count)
    return [(prefix << rest | chance.getrandbits(rest)).to_bytes(6, "big") for prefix, rest in chosen]


def _looked_up(registry: OuiRegistry, macs: Sequence[bytes]) -> None:
    for mac in macs:
        registry.lookup(mac)


def _right(registry: OuiRegistry, mac: bytes, tables: OuiTables) -> bool:
    address = int.from_bytes(mac, "big")
    widths = ((12, tables.of_36), (20, tables.of_28), (24, tables.of_24))
    number = next((table[address >> rest] for rest, table in widths if address >> rest in table), None)
    name = tables.names[number] if number is not None else b""
    prefix = registry.lookup(mac)
    return (prefix.name.encode() if prefix else b"") == (b"" if name in NOBODY else name)


def _peer_seconds(macs: Sequence[bytes]) -> float:
    """The same by mac-vendor-lookup, in the loop of its own asynchronous class, on the list that it ships."""
    from mac_vendor_lookup import AsyncMacLookup, VendorNotFoundError

    texts = [mac.hex() for mac in macs]

    async def looked_up(peer: AsyncMacLookup) -> None:
        await peer.load_vendors()
        start = time.process_time()
        for text in texts:
            try:
                await peer.lookup(text)
            except VendorNotFoundError:
                continue
        seconds_taken.append(time.process_time() - start)

    seconds_taken: list[float] = []
    installed = installed_list()
    assert installed is not None, "mac-vendor-lookup is installed without its list"
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "vendors"
        cache.write_text("".join(f"{prefix}:{name}\n" for prefix, name in installed.names.items()))
        AsyncMacLookup.cache_path = str(cache)
        asyncio.run(looked_up(AsyncMacLookup()))
    return seconds_taken[0]


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _entries(tables: OuiTables) -> int:
    return len(tables.of_24) + len(tables.of_28) + len(tables.of_36)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mac", description=__doc__)
    parser.add_argument("--addresses", type=int, default=ADDRESSES, help="How many to look up.  [1,000,000]")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
