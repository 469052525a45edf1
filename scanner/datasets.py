"""Registry snapshots compiled into the tables that fingerprints/ ships: run when data is renewed, never during a scan.

Every function takes a snapshot as it was published and returns the bytes of a table; SOURCE.yaml beside each table says
where its snapshot comes from. The only importer of mac_vendor_lookup, whose list is the oracle of our 24-bit prefixes.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fingerprints import oui
from fingerprints.chunked import packed_table
from fingerprints.products import HOLDERS_A_CHUNK, ROOT

_PREFIX_DIGITS = (6, 7, 9)
_NO_PRODUCT_MODULE = re.compile(r"TRAP|CONDITION|-TC\b|NOTIF|-CAPABILITY|EVENT")
_NO_PRODUCT_SYMBOL = re.compile(
    r"(Traps?|Notifs?|Notifications?|Notify|Events?|Alarms?|Groups?|Compliances?|Compls?|Conformances?|Conform|Objects?"
    r"|MIB|Mib|Mibs|TC|TCs|Admin|Capability|Capabilities|Reg|Root|Prefix|Enterprise)(V?\d+|Rev\d+|Obsolete|Deprecated)?$"
    r"|Trap(Var|Info|Type|Id)|^(reserved?|unused|obsolete)\w{0,3}$"
)
"""What a leaf is when it is no product: the parts of a MIB that SMIv2 (RFC 2578, RFC 2580) hangs beside its objects."""


def oui_table(oui_data: str, more: Mapping[str, str] | None = None) -> bytes:
    """The prefix table from the text of oui-data's index.json (prefix to name and postal address, of which only the
    name is taken) and from `more` prefixes, which fill what it lacks."""
    known = {prefix.upper(): name_of(entry) for prefix, entry in json.loads(oui_data).items()}
    organisations = {**(more or {}), **known}
    return oui.packed({prefix: name for prefix, name in organisations.items() if len(prefix) in _PREFIX_DIGITS})


def name_of(entry: str) -> str:
    """The name in a registry's entry: its first line, spaces squeezed."""
    return " ".join(entry.partition("\n")[0].split())


def vendor_list() -> dict[str, str]:
    """The 24-bit prefixes that mac_vendor_lookup ships, upper case, with their names. Its file is read as it lies: the
    library itself would start an event loop, and may download."""
    from mac_vendor_lookup import BaseMacLookup  # noqa: PLC0415  (only who renews data or tests it needs the library)

    paths = [Path(BaseMacLookup.cache_path), *_shipped("mac-vendors.txt")]
    found = next((path for path in paths if path.is_file()), None)
    lines = found.read_text(encoding="utf-8").splitlines() if found else []
    pairs = (line.partition(":") for line in lines)
    return {prefix.upper(): name_of(name) for prefix, _, name in pairs}


def enterprises_table(lines: Iterable[str]) -> bytes:
    """The holders table from Wireshark's enterprises.tsv: number, blanks, name, perhaps `# formerly ...`."""
    chunks: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        number, _, name = " ".join(line.split()).partition(" ")
        holder = name.partition(" # formerly ")[0].strip()
        if number.isdecimal() and holder:
            chunks[str(int(number) // HOLDERS_A_CHUNK)].append(f"{number}\t{holder}")
    return packed_table(chunks)


def products_table(mib_rows: Iterable[str], named: Mapping[str, tuple[str, str, str]]) -> bytes:
    """The products table from tab-separated `oid symbol module` rows, less those that are no products, and from `named`:
    OID to symbol, module and model, which win."""
    rows = {oid: (symbol, module, "") for oid, symbol, module in _cells(mib_rows, 3) if is_product(symbol, module)}
    rows.update(named)
    return packed_table(_by_enterprise((oid, "\t".join(row)) for oid, row in rows.items()))


def is_product(symbol: str, module: str) -> bool:
    """Whether a leaf of a MIB may be a product or a part of one: not a trap, an alarm condition, a conformance group,
    a textual convention's arc or the root of a module."""
    return not _NO_PRODUCT_MODULE.search(module) and not _NO_PRODUCT_SYMBOL.search(symbol)


def identity_objects_table(rows: Iterable[str]) -> bytes:
    """The identity objects table from tab-separated rows `oid symbol module kind form syntax`."""
    kept = ((oid, f"{symbol}\t{kind}\t{module}\t{form}") for oid, symbol, module, kind, form, _ in _cells(rows, 6))
    return packed_table(_by_enterprise(kept))


def _cells(lines: Iterable[str], columns: int) -> Iterator[list[str]]:
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        if len(cells) == columns and cells[0][:1].isdecimal():
            yield cells


def _by_enterprise(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Rows by enterprise number, without what all have in common; those outside the enterprises under an empty key."""
    chunks: defaultdict[str, list[str]] = defaultdict(list)
    for oid, row in sorted(rows, key=lambda pair: tuple(map(int, pair[0].split(".")))):
        number, _, rest = oid[len(ROOT) :].partition(".") if oid.startswith(ROOT) else ("", "", oid)
        chunks[number].append(f"{rest}\t{row}")
    return dict(chunks)


def _shipped(name: str) -> Iterator[Path]:
    from importlib.metadata import files  # noqa: PLC0415  (8 ms that only data renewal spends)

    yield from (Path(str(file.locate())) for file in files("mac-vendor-lookup") or () if file.name == name)
