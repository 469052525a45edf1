"""Parts in vendors' own tables: rows with the serial number, model or maker of an optic, a modem, a card, a backplane,
a power supply, a fan or a stack member, by the symbols that a MIB gives the columns.

A row is a part by any of these: a serial number; a maker's name, because many tables of optics have no serial number
(D-Link's, Ubiquiti's and Teldat's among them); for an optic or a modem its model. Rows are kept apart by instance.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fingerprints.claims.attribute import plausible
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.modem_families import modem_company
from fingerprints.database.products import IdentityObject
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.if_mib import port_names
from fingerprints.sources.private_mib.columns import ObjectInstance, columns
from fingerprints.sources.private_mib.part_kinds import CELLS, kind_of, kind_of_row, kind_of_scalar
from fingerprints.sources.private_mib.table_part import TablePart

MAX_MAKER = 64
"""Characters of a maker's name. The vendor name of an optic's EEPROM has 16 (SFF-8472)."""

_WITHOUT_SERIAL = frozenset((ComponentKind.OPTIC, ComponentKind.MODEM))
"""Kinds whose model alone makes a row a part. The model of a card stands in tables of configured slots too."""

_STEM = re.compile(r"(?i)[ _-]?(?:oem|vendor|manufacturer|mfg|model|serial|part|product|sn$|esn$).{0,40}$")
"""The end of a scalar's symbol from the word that names the cell: what is left names the part's place."""

_MODEL = re.compile(r"(?=[^A-Za-z]{0,40}[A-Za-z])(?=\D{0,40}\d)\w[\w /.,+()#-]{2,40}")
"""A text that can be a part's model: it has letters and digits."""

_NAME = re.compile(r"(?=[^A-Za-z]{0,20}[A-Za-z]{2})[\w][\w .,&/()+-]{1,63}")
"""A text that can be a maker's name."""

RowKey = tuple[ComponentKind, str, str]
"""The kind of a row, its table (for scalars the group of objects), and its place."""


def table_parts(index: ObservationIndex, database: FingerprintDatabase) -> tuple[TablePart, ...]:
    """The rows that are parts, in the order of their tables."""
    rows = _rows(index, database)
    members = Counter(table for kind, table, _ in rows if kind is ComponentKind.STACK_MEMBER)
    names = _port_tables(rows, port_names(index))
    parts: list[TablePart] = []
    for (kind, table, place), row in rows.items():
        if kind is ComponentKind.STACK_MEMBER and members[table] < 2:
            continue  # a stack of one is the box itself
        is_scalar = not place.replace(".", "").isdecimal()
        part = _part(kind, names.get(table, {}).get(place, place), row, is_scalar, database)
        if part is not None:
            parts.append(replace(part, group=table))
    return tuple(parts)


def modem_groups(index: ObservationIndex, database: FingerprintDatabase) -> frozenset[str]:
    """The tables and groups of objects that are about a modem in the box: nothing there is the box's own."""
    if not any(known is not None and kind_of(known) is ComponentKind.MODEM for _, _, known in columns(index, database)):
        return frozenset()
    return frozenset(part.group for part in table_parts(index, database) if part.kind is ComponentKind.MODEM)


def _rows(index: ObservationIndex, database: FingerprintDatabase) -> dict[RowKey, dict[str, str]]:
    rows: dict[RowKey, dict[str, str]] = {}
    for _, run, known in columns(index, database):
        if known is None or known.kind not in CELLS:
            continue
        kind, scalar = kind_of_row(known), kind_of_scalar(known)
        table = known.oid.rpartition(".")[0]
        if kind is not None:
            _fill(rows, kind, table, known, run)
        elif scalar is not None:
            place = _STEM.sub("", known.symbol) or known.symbol
            rows.setdefault((scalar, table, place), {}).setdefault(CELLS[known.kind], clean(run[0][1]))
    return rows


def _fill(
    rows: dict[RowKey, dict[str, str]],
    kind: ComponentKind,
    table: str,
    known: IdentityObject,
    run: Sequence[ObjectInstance],
) -> None:
    for oid, value in run:
        row = rows.setdefault((kind, table, oid.removeprefix(known.oid).strip(".")), {})
        row.setdefault(CELLS[known.kind], clean(value))


def _part(
    kind: ComponentKind, place: str, row: Mapping[str, str], is_scalar: bool, database: FingerprintDatabase
) -> TablePart | None:
    """The part in a row; None if the row tells of none: an empty port, a type from a list. Scalars about a modem can be
    the box's own, if the box is one: they are a part's where they name a company or a known model."""
    scores = database.attribute_scores
    looks = plausible(AttributeName.SERIAL, row.get("serial", ""), scores)
    serial = row.get("serial", "") if looks is not None and looks > 0 else ""
    maker, model = row.get("maker", "")[:MAX_MAKER], row.get("model", "")
    is_known = scores.says_something(maker) and database.named(maker) is not None
    is_model = scores.says_something(model) and _MODEL.fullmatch(model) is not None
    if is_scalar:
        is_modem = kind is ComponentKind.MODEM and modem_company(model, database.modem_families) is not None
        is_part = is_known or is_modem
    elif kind in _WITHOUT_SERIAL:
        is_part = bool(serial) or is_model or (scores.says_something(maker) and _NAME.fullmatch(maker) is not None)
    else:
        is_part = bool(serial) or is_known
    return TablePart(kind, place, model, serial, maker) if is_part else None


def _port_tables(rows: dict[RowKey, dict[str, str]], ports: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """The names of ports for the tables of optics whose instances are ifIndexes: every instance is a port's, and they
    are not just counted from 1, as the slots of optics are."""
    places: dict[str, list[str]] = {}
    for kind, table, place in rows:
        if kind is ComponentKind.OPTIC:
            places.setdefault(table, []).append(place)
    return {
        table: ports
        for table, instances in places.items()
        if all(instance in ports for instance in instances)
        and (len(instances) == len(ports) or {*instances} != {str(number + 1) for number in range(len(instances))})
    }
