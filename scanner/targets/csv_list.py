"""A CSV table of targets: a header row, a column `address`, and columns whose names become attributes."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from pathlib import Path

from fingerprints.database.csv_file import (
    cells_by_column,
    column_name,
    delimiter_of,
    header_and_rows,
    refused,
    secret_columns,
)
from fingerprints.model.errors import Flaw
from fingerprints.model.secret_names import first_word
from scanner.targets.addresses import parse_address
from scanner.targets.entry import InventoryEntry

ADDRESS_COLUMNS = ("address", "ip_address", "ip")
LABEL_COLUMNS = ("name", "label")
PORT_COLUMNS = ("snmp_port", "ssh_port")
TAG_COLUMNS = ("tag", "tags")


def read_table(path: Path) -> Iterator[InventoryEntry]:
    """The entries of a CSV file (comma, semicolon or tab). Raises DataFileError naming every row that is wrong.

    `name` and `label` become labels, `snmp_port` and `ssh_port` the ports. `tags` becomes one attribute `tag` for each
    word. Every other column becomes an attribute of that name, unless the name stands for a secret. If the address cell
    is empty, the name is resolved.
    """
    headings, rows = header_and_rows(path)
    header = tuple(map(column_name, headings))
    if not set(header) & {*ADDRESS_COLUMNS, "name"}:
        problem = f"the header names no address ({first_word(' '.join(header))} ...)"
        raise refused(path, (Flaw("row 1", problem, "a column named address"),))
    secret = secret_columns(headings)
    entries: list[InventoryEntry] = []
    flaws: list[Flaw] = []
    for place, row in rows:
        entry = _entry(place, header, row, secret)
        entries.append(entry) if isinstance(entry, InventoryEntry) else flaws.append(entry)
    if flaws:
        raise refused(path, tuple(flaws))
    return iter(entries)


def looks_like_table(head: str) -> bool:
    """True if the first line of a text is the header of a table: it names an address, or has several cells."""
    first = head.lstrip("\r\n").partition("\n")[0]
    cells = [column_name(cell.strip().strip('"')) for cell in first.split(delimiter_of(first))]
    if first.startswith("#") and cells[0] != "#":
        return False
    named = bool({*cells} & {*ADDRESS_COLUMNS, "name"})
    return named or ("#" not in first and len(cells) > 1)


def _entry(place: str, header: tuple[str, ...], row: list[str], secret: tuple[str, ...]) -> InventoryEntry | Flaw:
    if len(row) != len(header):
        return Flaw(place, f"{len(row)} cells", f"{len(header)}, as in the header")
    cells = cells_by_column(header, row, secret)
    word = next((cells[name] for name in (*ADDRESS_COLUMNS, "name") if name in cells), "")
    if not word:
        return Flaw(place, "no address", "an address or a name to resolve")
    ports: dict[str, int] = {}
    for name in PORT_COLUMNS:
        if name in cells:
            if not (cells[name].isascii() and cells[name].isdigit() and 1 <= int(cells[name][:6]) <= 65_535):
                return Flaw(f"{place}, column {name}", "is not a port", "a number from 1 to 65535")
            ports[name] = int(cells[name])
    labels = tuple(cells[name] for name in LABEL_COLUMNS if name in cells)
    return InventoryEntry(
        place, _host_of(word), labels, tuple(_attributes(cells)), ports.get("snmp_port"), ports.get("ssh_port"), secret
    )


def _host_of(word: str) -> str:
    """The address of a host written with its prefix length, as inventories export it (`192.0.2.5/24`)."""
    host, slash, _ = word.partition("/")
    try:
        address = parse_address(host)
    except ValueError:
        return word
    if not slash:
        return word
    try:
        network = ip_network(word, strict=False)
    except ValueError:
        return word
    return word if network.network_address == address else host


def _attributes(cells: dict[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in cells.items():
        if name in TAG_COLUMNS:
            yield from (("tag", tag) for tag in value.replace(";", " ").replace(",", " ").split())
        elif name not in (*ADDRESS_COLUMNS, *LABEL_COLUMNS, *PORT_COLUMNS):
            yield name, value
