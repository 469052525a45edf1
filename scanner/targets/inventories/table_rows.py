"""The rows of a table as inventory entries: which column holds the address, which become labels and attributes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fingerprints.database.csv_file import MAX_COLUMNS, cells_by_column, column_name, refused, secret_columns
from fingerprints.model.errors import Flaw
from fingerprints.model.repeated import repeated
from fingerprints.model.secret_names import first_word
from scanner.targets.entry import (
    InventoryContent,
    InventoryEntry,
    InventoryNote,
    NoteKind,
    SkippedEntry,
    SkipReason,
)
from scanner.targets.inventories.columns import (
    ADDRESS_COLUMNS,
    NAME_COLUMNS,
    STATUS_COLUMNS,
    is_export_of_equipment,
    is_inactive,
)
from scanner.targets.inventories.kept_values import TAG_NAMES, addresses_of, bare_host, host_word, port_of

PORT_COLUMNS = ("snmp_port", "ssh_port")
USER_COLUMNS = ("user", "username", "login_name")

Rows = list[tuple[str, list[str]]]
"""Each row with its place."""

MAX_PROBED_ROWS = 1_000
"""Rows in which a column of addresses is looked for, if no heading names one."""


@dataclass(frozen=True, slots=True)
class _TableColumns:
    """What the columns of one table are. `addresses` come in the order in which they are asked for a value."""

    names: tuple[str, ...]
    addresses: tuple[str, ...]
    labels: tuple[str, ...]
    secret: tuple[str, ...]
    of_equipment: bool


def content_of_rows(
    path: Path, headings: list[str], rows: Rows, notes: tuple[InventoryNote, ...] = ()
) -> InventoryContent:
    """What a table lists. Raises DataFileError naming every row that is wrong.

    The names of NAME_COLUMNS become labels, `snmp_port` and `ssh_port` the ports. `tags` becomes one attribute `tag`
    for each word. Every other column becomes an attribute of that name, unless the name stands for a secret. Where the
    address cell is empty, the name is resolved, but for an export of equipment, and for a name that no host can have.
    """
    columns, taken = _columns(path, headings, rows)
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    flaws: list[Flaw] = []
    for place, row in rows:
        match _entry(place, columns, row):
            case InventoryEntry() as entry:
                entries.append(entry)
            case SkippedEntry() as left_out:
                skipped.append(left_out)
            case Flaw() as flaw:
                flaws.append(flaw)
    if flaws:
        raise refused(path, tuple(flaws))
    blank = tuple(f"column {number}" for number, name in enumerate(columns.names, 1) if not name)
    return InventoryContent(tuple(entries), tuple(skipped), blank, (*notes, *taken), (), columns.secret)


def _columns(path: Path, headings: list[str], rows: Rows) -> tuple[_TableColumns, tuple[InventoryNote, ...]]:
    if len(headings) > MAX_COLUMNS:
        raise refused(path, (Flaw("row 1", f"{len(headings):,} columns", f"at most {MAX_COLUMNS:,}"),))
    if any(addresses_of(bare_host(heading.strip())) for heading in headings):
        expected = "the names of the columns, one of them address"  # else the first device would be taken for them
        raise refused(path, (Flaw("row 1", "is no header row: it holds an address", expected),))
    names = tuple(map(column_name, headings))
    if twice := repeated(filter(None, names)):
        problem = f"the column {first_word(twice[0])} is there twice"
        raise refused(path, (Flaw("row 1", problem, "each column once"),))
    secret = secret_columns(headings)
    addresses = tuple(name for name in ADDRESS_COLUMNS if name in names and name not in secret)
    labels = tuple(name for name in NAME_COLUMNS if name in names and name not in secret)
    if not addresses:
        addresses = _columns_of_addresses(path, names, rows, secret)
    if not addresses and not labels:
        problem = f"the header names no address ({first_word(' '.join(names))} ...)"
        raise refused(path, (Flaw("row 1", problem, "a column named address"),))
    unusual = [name for name in addresses if name != "address"]
    taken = tuple(InventoryNote(NoteKind.ADDRESS_COLUMN, name) for name in unusual)
    labels = tuple(name for name in labels if name not in addresses)
    return _TableColumns(names, addresses, labels, secret, is_export_of_equipment(names)), taken


def _columns_of_addresses(path: Path, names: tuple[str, ...], rows: Rows, secret: tuple[str, ...]) -> tuple[str, ...]:
    """The one column that holds addresses and nothing else, whatever its heading. Raises DataFileError for several."""
    found = []
    for number, name in enumerate(names):
        cells = [row[number].strip() for _, row in rows[:MAX_PROBED_ROWS] if number < len(row)]
        filled = [cell for cell in cells if cell]
        if name and name not in secret and filled and all(addresses_of(bare_host(cell)) for cell in filled):
            found.append(name)
    if len(found) > 1:
        problem = f"the columns {' and '.join(map(first_word, found[:4]))} hold addresses"
        raise refused(path, (Flaw("row 1", problem, "one of them named address"),))
    return tuple(found)


def _entry(place: str, columns: _TableColumns, row: list[str]) -> InventoryEntry | SkippedEntry | Flaw:
    if len(row) != len(columns.names):
        return Flaw(place, f"{len(row)} cells", f"{len(columns.names)}, as in the header")
    cells = cells_by_column(columns.names, row, columns.secret)
    word = next((cells[name] for name in columns.addresses if name in cells), "")
    label = next((cells[name] for name in columns.labels if name in cells), "")
    state = next((cells[name] for name in STATUS_COLUMNS if name in cells), "")
    if columns.of_equipment and is_inactive(state):
        return SkippedEntry(place, label, SkipReason.NOT_ACTIVE, state)
    if not word:
        if columns.of_equipment:
            return SkippedEntry(place, label, SkipReason.NO_ADDRESS)
        if not label:
            return Flaw(place, "no address", "an address or a name to resolve")
        word = host_word(label)
        if not word:
            return SkippedEntry(place, label, SkipReason.NO_ADDRESS)
    ports = {name: port_of(cells[name]) for name in PORT_COLUMNS if name in cells}
    wrong = next((name for name, port in ports.items() if port is None), None)
    if wrong:
        return Flaw(f"{place}, column {wrong}", "is not a port", "a number from 1 to 65535")
    return InventoryEntry(
        place,
        bare_host(word),
        tuple(dict.fromkeys(cells[name] for name in columns.labels if name in cells)),
        tuple(_attributes(cells, columns)),
        ports.get("snmp_port"),
        ports.get("ssh_port"),
        columns.secret,
        next((cells[name] for name in USER_COLUMNS if name in cells), ""),
    )


def _attributes(cells: dict[str, str], columns: _TableColumns) -> Iterator[tuple[str, str]]:
    for name, value in cells.items():
        if name in TAG_NAMES:
            yield from (("tag", tag) for tag in _tags(value))
        elif name not in (*columns.addresses, *columns.labels, *PORT_COLUMNS):
            yield name, value


def _tags(value: str) -> Iterable[str]:
    return value.replace(";", " ").replace(",", " ").split()
