"""Optics in private tables that no known MIB names, by what their EEPROM holds: a watched maker's name in a row that
has an optic's serial number and other marks too.

SFF-8472 and SFF-8636 give vendor name, part number and serial number 16 characters each, filled up with blanks; some
agents send them so. A name alone is no part: tables of neighbours, clients and subscribers have it too, and a port's
alias can be a name beside its type.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.observation_index import PRIVATE, ObservationIndex, clean
from fingerprints.sources.if_mib import port_names
from fingerprints.sources.private_mib.columns import ObjectInstance, columns
from fingerprints.sources.private_mib.table_part import TablePart

MAX_FIELD = 16
"""Characters of a vendor name in an optic's EEPROM."""

MAX_TABLES = 40
"""Tables whose other columns are searched for the marks of an optic."""

MAX_FIELDS = 60
"""Columns of such a table that are read."""

MIN_PADDED = 3
"""Fields of 16 characters, filled up with blanks, that a row of an EEPROM has at least: its maker, part and serial."""

_NAME = re.compile(r"[A-Z][A-Za-z-]{1,15}(?:[ .,][A-Za-z.,]{1,12})? {0,14}")
_SERIAL = re.compile(r"(?=[^A-Z]{0,15}[A-Z])(?=(?:\D{0,15}\d){5})[A-Z0-9-]{8,16}")
_OF_AN_OPTIC = re.compile(
    r"(?i)(?<![a-z])(?:c?sfp|xfp|qsfp|cfp)(?![a-z])|(?<![a-z])(?:sfp|qsfp)(?:28|56|dd|\+)|\d{2,3}G?-?base-?[a-z]"
    r"|(?<!\d)(?:850|1270|1310|1330|1490|1550|1577)(?:\.\d{1,2})? ?nm\b|-(?:SX|LX|LH|ZX|EX|SR|LR|ER|ZR|BX)\d{0,3}\b"
)
"""A form factor, an Ethernet type (IEEE 802.3) or a wavelength: what an optic's EEPROM or part number says."""


def eeprom_parts(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[TablePart]:
    """The rows of unknown tables that name a watched maker and show an optic."""
    named: dict[str, list[ObjectInstance]] = {}
    tables: defaultdict[str, list[tuple[str, Sequence[ObjectInstance]]]] = defaultdict(list)
    for parent, run, known in columns(index, database):
        if known is None and parent.startswith(PRIVATE):
            table = parent.rpartition(".")[0]
            tables[table].append((parent, run))
            rows = [row for row in run if _is_watched(row[1], database)]
            if rows and len(named) < MAX_TABLES:
                named[parent] = rows
    ports = port_names(index) if named else {}
    for parent, rows in named.items():
        others = [(other, dict(run)) for other, run in tables[parent.rpartition(".")[0]] if other != parent]
        for oid, value in rows:
            instance = oid.removeprefix(parent)
            fields = [run.get(other + instance, "") for other, run in others[:MAX_FIELDS]]
            yield from _part(instance.strip("."), value, fields, ports)


def _is_watched(value: str, database: FingerprintDatabase) -> bool:
    if len(value) > MAX_FIELD or _NAME.fullmatch(value) is None:
        return False
    party = database.named(value.rstrip())
    return party is not None and bool(database.companies.watched_behind(party.id))


def _part(instance: str, maker: str, fields: Sequence[str], ports: Mapping[str, str]) -> Iterator[TablePart]:
    marks = [clean(text) for text in fields if len(text) <= 40 and _OF_AN_OPTIC.search(text) is not None]
    padded = sum(len(text) == MAX_FIELD and text.endswith(" ") for text in (maker, *fields))
    serial = next((text for text in map(clean, fields) if _SERIAL.fullmatch(text) and text not in marks), "")
    if padded >= MIN_PADDED or (marks and serial):
        model = next((text for text in marks if " " not in text and "-" in text), "")
        yield TablePart(ComponentKind.OPTIC, ports.get(instance, instance), model, serial, clean(maker))
