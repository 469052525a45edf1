"""Registry snapshots compiled into the tables that fingerprints/ ships: run when data is renewed, never during a scan.

Every function takes a snapshot as it was published and returns the bytes of a table; SOURCE.yaml beside each table says
where its snapshot comes from. The only importer of mac_vendor_lookup, whose list is the oracle of our 24-bit prefixes.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fingerprints.database import oui
from fingerprints.database.chunked_table import packed_table
from fingerprints.database.products import HOLDERS_A_CHUNK, ROOT
from fingerprints.database.yaml_file import FileModel

_PREFIX_DIGITS = (6, 7, 9)
_NO_PRODUCT_MODULE = re.compile(r"(?<![A-Z])(TRAPS?|CONDITIONS|NOTIF\w*|EVENTS)(?![A-Z])|(CONFIG|EXT|MONITORING)-TC$")
_NO_PRODUCT_SYMBOL = re.compile(
    r"(Traps?|Notifs?|Notifications?|Notify|Events?|Alarms?|Groups?|Compliances?|Compls?|Conformances?|Conform|Objects?"
    r"|MIB|Mib|Mibs|Admin|Capability|Capabilities)(V?\d{1,2}|Rev\d+|Obsolete|Deprecated)?$"
    r"|Trap(Var|Info|Type|Id)|^(reserved?|unused|obsolete)\w{0,3}$"
)
"""What a leaf is when it is no product: the parts of a MIB that SMIv2 (RFC 2578, RFC 2580) hangs beside its objects."""


class ModelRule(FileModel):
    """How symbols under one subtree spell a model: the first group of `pattern`, after `before`."""

    base: str
    pattern: str
    before: str = ""


class ModelsFile(FileModel):
    """products/models.yaml."""

    rules: tuple[ModelRule, ...]


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
    from mac_vendor_lookup import BaseMacLookup

    paths = [*_shipped("mac-vendors.txt"), Path(BaseMacLookup.cache_path)]
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


def products_table(mib_rows: Iterable[str], named: Mapping[str, tuple[str, str]], models: ModelsFile) -> bytes:
    """The products table from tab-separated rows `oid symbol module`, less those that are no products, and from
    `named`: OID to symbol and module, which win over a row of the same OID."""
    rows = {oid: (symbol, module) for oid, symbol, module in _cells(mib_rows, 3) if is_product(symbol, module)}
    rows.update(named)
    return packed_table(
        _by_enterprise(
            (oid, f"{symbol}\t{module}\t{model_of(oid, symbol, models)}") for oid, (symbol, module) in rows.items()
        )
    )


def model_of(oid: str, symbol: str, models: ModelsFile) -> str:
    """The model that a symbol spells, by the rule of its subtree; empty where there is none. A MIB symbol must begin in
    lower case (RFC 2578 section 3.1), so a short lower-case beginning is a model's own capitals."""
    rule = next((rule for rule in models.rules if oid.startswith(rule.base + ".")), None)
    found = re.match(rule.pattern, symbol) if rule else None
    if rule is None or found is None:
        return ""
    capitals = re.sub(r"^[a-z]{1,4}(?=[\d-])", lambda letters: letters[0].upper(), found[1])
    return rule.before + capitals[:1].upper() + capitals[1:]


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
    from importlib.metadata import files

    yield from (Path(str(file.locate())) for file in files("mac-vendor-lookup") or () if file.name == name)
