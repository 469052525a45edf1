"""The data in use: how many entries, of what day, shipped or the user's own."""

from collections.abc import Mapping
from pathlib import Path

from fingerprints.database.chunked_table import open_table
from fingerprints.database.oui import read_tables
from fingerprints.database.products import ENTERPRISES
from fingerprints.database.rules import load_rules
from fingerprints.database.snapshots import DataSet, in_use
from scanner.updates.checks import counts, rule_counts
from scanner.updates.registry_snapshots import WIDTHS


def prefixes(data: Path | None) -> dict[str, str]:
    """Every MAC prefix in use with its organisation."""
    tables = read_tables(in_use(data, DataSet.MAC_PREFIXES).folder)
    rows: dict[str, str] = {}
    for digits, table in zip(WIDTHS.values(), (tables.of_24, tables.of_28, tables.of_36), strict=True):
        rows.update({f"{prefix:0{digits}X}": tables.names[number].decode() for prefix, number in table.items()})
    return rows


def holders(data: Path | None) -> dict[str, str]:
    """Every enterprise number in use with its holder."""
    table = open_table(in_use(data, DataSet.ENTERPRISE_NUMBERS).folder / ENTERPRISES)
    cut = (line.partition("\t") for key in table.chunks() for line in table.lines(key))
    return {number: holder for number, _, holder in cut}


def tally(data: Path | None, which: DataSet) -> Mapping[str, int]:
    """Entries in use by part, counted."""
    match which:
        case DataSet.MAC_PREFIXES:
            return counts(which, prefixes(data))
        case DataSet.ENTERPRISE_NUMBERS:
            return counts(which, holders(data))
        case DataSet.RULES:
            return rule_counts(load_rules(in_use(data, which).folder))
