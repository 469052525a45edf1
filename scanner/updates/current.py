"""The entries of the data in use, shipped or updated, and how many there are."""

from collections.abc import Mapping
from pathlib import Path

from fingerprints.database.chunked_table import open_table
from fingerprints.database.oui import read_tables
from fingerprints.database.products import ENTERPRISES
from fingerprints.database.rules import load_rules
from fingerprints.database.snapshots import DataSet, in_use
from reports.policy.policy_reader import read_policies
from scanner.updates.checks import count_by_part, count_rules
from scanner.updates.policy_checks import count_policies
from scanner.updates.registry_snapshots import WIDTHS


def mac_prefixes(data: Path | None) -> dict[str, str]:
    """Every MAC prefix in use (6, 7 or 9 upper-case digits) with its organisation."""
    tables = read_tables(in_use(data, DataSet.MAC_PREFIXES).folder)
    rows: dict[str, str] = {}
    for digits, table in zip(WIDTHS.values(), (tables.of_24, tables.of_28, tables.of_36), strict=True):
        rows.update({f"{prefix:0{digits}X}": tables.names[number].decode() for prefix, number in table.items()})
    return rows


def enterprise_holders(data: Path | None) -> dict[str, str]:
    """Every enterprise number in use with its holder."""
    table = open_table(in_use(data, DataSet.ENTERPRISE_NUMBERS).folder / ENTERPRISES)
    rows = (line.partition("\t") for key in table.chunks() for line in table.lines(key))
    return {number: holder for number, _, holder in rows}


def count_entries(data: Path | None, which: DataSet) -> Mapping[str, int]:
    """The number of entries in each part of a set in use."""
    match which:
        case DataSet.MAC_PREFIXES:
            return count_by_part(which, mac_prefixes(data))
        case DataSet.ENTERPRISE_NUMBERS:
            return count_by_part(which, enterprise_holders(data))
        case DataSet.RULES:
            return count_rules(load_rules(in_use(data, which).folder))
        case DataSet.POLICIES:
            return count_policies(read_policies(in_use(data, which).folder))
