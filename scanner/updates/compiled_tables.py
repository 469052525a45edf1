"""Compiles registry snapshots into the tables that fingerprints/ ships. Runs when shipped data is renewed, never in a
scan.

Every function takes a snapshot as its publisher wrote it and returns the bytes of a table. SOURCE.yaml beside each
table names its snapshot.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

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
"""Symbols of leaves that are no products: what SMIv2 (RFC 2578, RFC 2580) defines in a MIB besides its objects."""


class ModelRule(FileModel):
    """How the symbols under one subtree spell a model: `before`, then the first group of `pattern`."""

    base: str
    pattern: str
    before: str = ""


class ModelsFile(FileModel):
    """products/models.yaml."""

    rules: tuple[ModelRule, ...]


def oui_table(oui_data: str, more: Mapping[str, str] | None = None) -> bytes:
    """The prefix table from the text of oui-data's index.json (prefix to name and postal address; only the name is
    kept). `more` adds prefixes that index.json lacks."""
    known = {prefix.upper(): organisation_name(entry) for prefix, entry in json.loads(oui_data).items()}
    organisations = {**(more or {}), **known}
    return oui.packed({prefix: name for prefix, name in organisations.items() if len(prefix) in _PREFIX_DIGITS})


def organisation_name(entry: str) -> str:
    """The name in a registry's entry: its first line, each run of blanks made one space."""
    return " ".join(entry.partition("\n")[0].split())


def enterprises_table(lines: Iterable[str]) -> bytes:
    """The holders table from Wireshark's enterprises.tsv: number, blanks, name, at times `# formerly ...`."""
    chunks: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        number, _, name = " ".join(line.split()).partition(" ")
        holder = name.partition(" # formerly ")[0].strip()
        if number.isdecimal() and holder:
            chunks[str(int(number) // HOLDERS_A_CHUNK)].append(f"{number}\t{holder}")
    return packed_table(chunks)


def products_table(mib_rows: Iterable[str], named: Mapping[str, tuple[str, str]], models: ModelsFile) -> bytes:
    """The products table from tab-separated rows `oid symbol module`, without those that are no products. `named` maps
    an OID to symbol and module, and wins over a row with the same OID."""
    rows = {oid: (symbol, module) for oid, symbol, module in _cells(mib_rows, 3) if is_product(symbol, module)}
    rows.update(named)
    return packed_table(
        _by_enterprise(
            (oid, f"{symbol}\t{module}\t{model_of(oid, symbol, models)}") for oid, (symbol, module) in rows.items()
        )
    )


def model_of(oid: str, symbol: str, models: ModelsFile) -> str:
    """The model that a symbol spells by the rule of its subtree; empty if the subtree has no rule. A MIB symbol must
    start with a lower-case letter (RFC 2578 section 3.1), so a short lower-case start stands for capitals of the
    model."""
    rule = next((rule for rule in models.rules if oid.startswith(rule.base + ".")), None)
    match = re.match(rule.pattern, symbol) if rule else None
    if rule is None or match is None:
        return ""
    capitals = re.sub(r"^[a-z]{1,4}(?=[\d-])", lambda letters: letters[0].upper(), match[1])
    return rule.before + capitals[:1].upper() + capitals[1:]


def is_product(symbol: str, module: str) -> bool:
    """True if a leaf of a MIB may be a product or a part of one: it is no trap, alarm condition, conformance group, arc
    of a textual convention, or root of a module."""
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
    """Rows by enterprise number, each OID cut to its arcs below the number. Rows outside the enterprises have the empty
    key and a whole OID."""
    chunks: defaultdict[str, list[str]] = defaultdict(list)
    for oid, row in sorted(rows, key=lambda pair: tuple(map(int, pair[0].split(".")))):
        number, _, rest = oid[len(ROOT) :].partition(".") if oid.startswith(ROOT) else ("", "", oid)
        chunks[number].append(f"{rest}\t{row}")
    return dict(chunks)
