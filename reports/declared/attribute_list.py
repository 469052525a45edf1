"""A list of attributes: what the operator knows of devices and no scan sees, by address, label or serial number.

It serves saved captures and old runs: when a unit was installed or bought, what it is for, where it was produced.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface
from pathlib import Path

from fingerprints.database.csv_file import CsvRow, read_csv, refused
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Device
from fingerprints.model.errors import Flaw
from fingerprints.model.secret_names import first_word

ADDRESS_COLUMNS = ("address", "ip_address", "ip")
LABEL_COLUMNS = ("label", "name")
OWN_NAME_COLUMN = "own_name"
"""The column by which the operator lets a row be about whatever device calls itself so."""
SERIAL_COLUMNS = ("serial", "serial_number")
PORT_COLUMNS = ("snmp_port", "ssh_port")
TAG_COLUMNS = ("tag", "tags")
KEY_COLUMNS = (*ADDRESS_COLUMNS, *LABEL_COLUMNS, *SERIAL_COLUMNS, OWN_NAME_COLUMN)
TAG = "tag"
"""The attribute that may have several values."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One row: its place in the file, the device that it is about, and what it says. Keys are folded for comparison."""

    place: str
    addresses: frozenset[str]
    labels: frozenset[str]
    serials: frozenset[str]
    own_names: frozenset[str]
    attributes: Pairs

    def is_about(self, device: Device) -> bool:
        """Whether its address, label or serial number is the device's, or the name of its column `own_name` what the
        device calls itself. A row with a serial number is not about a device of another serial number: there the unit
        was replaced."""
        serials = serials_of(device)
        if self.serials and serials:
            return bool(self.serials & serials)
        return bool(
            self.addresses & addresses_of(device)
            or self.labels & labels_of(device)
            or self.own_names & own_names_of(device)
        )


class AttributeList:
    """All rows of a file, indexed by their keys. Never changes after it is built."""

    def __init__(self, path: Path, rows: Iterable[AttributeRow], secret_columns: tuple[str, ...] = ()) -> None:
        """`secret_columns` are those of the file that are not kept, because their names stand for secrets."""
        self.path, self.secret_columns = path, secret_columns
        self.rows = tuple(rows)
        self.names = frozenset(name for row in self.rows for name, _ in row.attributes)
        self._by_key: dict[str, list[AttributeRow]] = {}
        for row in self.rows:
            for key in row.addresses | row.labels | row.serials | row.own_names:
                self._by_key.setdefault(key, []).append(row)

    def rows_about(self, device: Device) -> tuple[AttributeRow, ...]:
        """The rows about a device, in the order of the file."""
        keys = addresses_of(device) | labels_of(device) | serials_of(device) | own_names_of(device)
        near = {row.place: row for key in sorted(keys) for row in self._by_key.get(key, ())}
        return tuple(row for row in near.values() if row.is_about(device))

    def attributes_of(self, device: Device) -> Pairs:
        """What the rows about a device say of it. Raises DataFileError where two of them contradict each other."""
        places: dict[str, tuple[str, str]] = {}
        for row in self.rows_about(device):
            for name, value in row.attributes:
                before, place = places.setdefault(name, (value, row.place))
                if name != TAG and before != value:
                    problem = f"{name} is {value!r} here and {before!r} in {place}, and both rows are about {device.id}"
                    raise refused(self.path, (Flaw(row.place, problem, "one value for a device"),))
        return tuple(dict.fromkeys(pair for row in self.rows_about(device) for pair in row.attributes))

    def unused(self, devices: Iterable[Device]) -> tuple[AttributeRow, ...]:
        """The rows that are about none of these devices."""
        used = {row.place for device in devices for row in self.rows_about(device)}
        return tuple(row for row in self.rows if row.place not in used)


def read_attributes(path: Path) -> AttributeList:
    """Read a list of attributes (CSV: comma, semicolon or tab).

    Raises DataFileError, which names each row: without a key, with an address that is none, or in contradiction to a
    row with the same key.
    """
    table = read_csv(path)
    if not set(table.columns) & set(KEY_COLUMNS):
        problem = f"the header names no device ({first_word(' '.join(table.columns))} ...)"
        raise refused(path, (Flaw("row 1", problem, "a column named address, label or serial"),))
    rows: list[AttributeRow] = []
    flaws: list[Flaw] = []
    for table_row in table.rows:
        try:
            rows.append(_row(table_row))
        except _RowError as error:
            flaws.append(error.flaw)
    flaws += _contradictions(rows)
    if flaws:
        raise refused(path, tuple(flaws))
    return AttributeList(path, rows, table.secret_columns)


def merged_attributes(stored: Pairs, declared: Pairs) -> Pairs:
    """The attributes of a subject once a list has its say: the list's value takes the place of a stored one of the same
    name; tags are added."""
    names = {name for name, _ in declared} - {TAG}
    kept = (pair for pair in stored if pair[0] not in names)
    return tuple(dict.fromkeys((*kept, *declared)))


def addresses_of(device: Device) -> frozenset[str]:
    """The addresses of a device, as rows hold them."""
    return frozenset(device.addresses)


def labels_of(device: Device) -> frozenset[str]:
    """The labels and the id of a device, as rows hold them."""
    return frozenset(word.casefold() for word in (*device.labels, device.id) if word)


def own_names_of(device: Device) -> frozenset[str]:
    """What a device calls itself, as rows hold it."""
    return frozenset((device.name.casefold(),) if device.name else ())


def serials_of(device: Device) -> frozenset[str]:
    """The serial numbers of a device and of its chassis and stack members, as rows hold them."""
    boxes = (ComponentKind.CHASSIS, ComponentKind.STACK_MEMBER)
    of_boxes = (component.serial for component in device.components if component.kind in boxes)
    return frozenset(serial.casefold() for serial in (device.identity.serial, *of_boxes) if serial)


class _RowError(Exception):
    """A row that cannot be read."""

    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw
        super().__init__(flaw.problem)


def _row(row: CsvRow) -> AttributeRow:
    addresses = [_address(row.place, name, row.cells[name]) for name in ADDRESS_COLUMNS if name in row.cells]
    labels = [row.cells[name].casefold() for name in LABEL_COLUMNS if name in row.cells]
    serials = [row.cells[name].casefold() for name in SERIAL_COLUMNS if name in row.cells]
    own_names = [row.cells[OWN_NAME_COLUMN].casefold()] if OWN_NAME_COLUMN in row.cells else []
    if not (addresses or labels or serials or own_names):
        raise _RowError(Flaw(row.place, "it names no device", "an address, a label or a serial number"))
    return AttributeRow(
        row.place,
        frozenset(addresses),
        frozenset(labels),
        frozenset(serials),
        frozenset(own_names),
        tuple(_pairs(row.cells)),
    )


def _address(place: str, column: str, text: str) -> str:
    try:
        return str(ip_interface(text).ip if "/" in text else ip_address(text))
    except ValueError as error:
        flaw = Flaw(f"{place}, column {column}", f"{first_word(text)!r} is no address", "an address such as 192.0.2.5")
        raise _RowError(flaw) from error


def _pairs(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in cells.items():
        if name in TAG_COLUMNS:
            yield from ((TAG, tag) for tag in value.replace(";", " ").replace(",", " ").split())
        elif name not in (*KEY_COLUMNS, *PORT_COLUMNS):
            yield name, value


def _contradictions(rows: Iterable[AttributeRow]) -> Iterator[Flaw]:
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows:
        for key in sorted(row.serials or row.addresses | row.labels | row.own_names):
            for name, value in row.attributes:
                before, place = said.setdefault((key, name), (value, row.place))
                if name != TAG and before != value:
                    yield Flaw(row.place, f"{name} of {key} is {value!r} here and {before!r} in {place}", "one value")
