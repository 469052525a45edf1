"""Model, version and serial from the objects of private MIBs, and from identity objects of standard ones.

If a MIB is known, the words of an object's symbol and its place in the tree decide whether it is about the box or about
a part (attribute_scores.yaml). fingerprints.sources.private_mib.unknown reads objects without a known MIB.
"""

import re
from collections.abc import Iterator, Sequence

from fingerprints.claims.attribute import Attribute, attribute_points
from fingerprints.claims.maker_name import without_maker
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import IdentityObject
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import PRIVATE, ObservationIndex, clean
from fingerprints.model.source_module import ENTERPRISES, CaptureOnly, MibObject, SourceModule
from fingerprints.sources.private_mib.columns import ObjectInstance, columns
from fingerprints.sources.private_mib.part_kinds import is_about_modem
from fingerprints.sources.private_mib.part_tables import modem_groups
from fingerprints.sources.private_mib.unknown import Groups, Home, home_of, unknown_object_attributes

MAX_INSTANCES = 4
"""Instances of one column that are read as the device's own: the first rows are its chassis and controllers."""

OF_A_PART = -4
"""Points of a symbol's words at or below which its object is about a part, a neighbour or a protocol, not the box."""

MODULE = SourceModule(
    "private_mib",
    (
        MibObject(
            ENTERPRISES,
            Source.SNMP_OBJECT,
            CaptureOnly("a scan asks for the wanted objects of a tree, and looks into one that they leave unexplained"),
        ),
    ),
    listed_objects=True,
)

_ATTRIBUTES = frozenset(("serial", "model", "version"))
_MODEL_AND_VERSION = re.compile(
    r"(?P<model>[A-Za-z][\w/-]{0,20}\d[\w/-]{0,20}|[A-Za-z][\w/-]{1,20}(?: [\w/-]{1,20}){1,3}) "
    r"[vV](?:er)?\.? ?(?P<version>\d[\w.]{0,30})"
)
"""A version object that opens with the model, as Fortinet's do: `FortiSwitch-124E v6.4.2,build0421`."""

_MODEL_AND_REVISION = re.compile(r"(?P<model>(?=[A-Z-]{1,8}\d)[A-Z][A-Z0-9-]{3,24})(?: [vV]?\d{1,2}\.\d{1,3})?")


_IMEI = re.compile(r"\d{15}")


def object_attributes(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """All texts in other objects (Source.SNMP_OBJECT) that may be the device's model, version or serial."""
    home, groups = home_of(index, database), Groups()
    unknown: list[tuple[str, Sequence[ObjectInstance]]] = []
    of_modems = modem_groups(index, database)
    for parent, rows, known_by_mib in columns(index, database):
        oid, known = rows[0][0], known_by_mib
        if known is None and home.own and oid.startswith(home.own):
            known = database.sibling_products.object_at(parent)
        if known is None:
            if oid.startswith(PRIVATE) and parent.rpartition(".")[0] not in of_modems:
                unknown.append((parent, rows))
        elif _is_of_modem(known, rows, of_modems):
            continue
        elif known.kind == "hardware_revision":
            yield from _opening_with_model(known, rows[0], database)
        elif known.kind in _ATTRIBUTES:
            for attribute in _column_attributes(known, rows, home, database):
                groups.note(known, attribute)
                yield attribute
    yield from unknown_object_attributes(unknown, home, groups, database)


def _is_of_modem(known: IdentityObject, rows: Sequence[ObjectInstance], of_modems: frozenset[str]) -> bool:
    """True if a column is about a modem in the box: it stands in a table of modems, its symbol says so beside a modem's
    other objects, or it holds an IMEI (3GPP TS 23.003: 15 digits) there."""
    if known.oid.rpartition(".")[0] not in of_modems:
        return False
    return known.form == "column" or is_about_modem(known) or _IMEI.fullmatch(clean(rows[0][1])) is not None


def _column_attributes(
    known: IdentityObject, rows: Sequence[ObjectInstance], home: Home, database: FingerprintDatabase
) -> Iterator[Attribute]:
    single = len(rows) == 1 and rows[0][0].endswith(".0")
    origin = "object-scalar" if single and known.form == "scalar" else "object-column"
    source = Source.SNMP_OBJECT.value
    name = AttributeName(known.kind)
    promise = database.attribute_scores.points(name, known.symbol)
    if promise <= OF_A_PART:
        return
    for place, (oid, value) in enumerate(sorted(rows, key=_last_arc)[:MAX_INSTANCES]):
        text = without_maker(clean(value), database, ",")
        extra = promise + home.points(oid) - min(place, 3)
        points = attribute_points(name, text, origin, database.attribute_scores, extra)
        if points is None:
            continue
        named = _MODEL_AND_VERSION.match(text) if name is AttributeName.VERSION else None
        if named is not None:
            yield Attribute(AttributeName.MODEL, named["model"], points - 3, source, oid, known.symbol)
            yield Attribute(AttributeName.VERSION, named["version"], points + 1, source, oid, known.symbol)
        yield Attribute(name, text, points, source, oid, known.symbol)


def _opening_with_model(
    known: IdentityObject, row: ObjectInstance, database: FingerprintDatabase
) -> Iterator[Attribute]:
    """The model before a hardware revision, as TP-Link's agents give it: `SG2428P 2.0`."""
    opening = _MODEL_AND_REVISION.fullmatch(clean(row[1]))
    promise = database.attribute_scores.points("model", known.symbol)
    if opening is not None and promise > OF_A_PART:
        origin = "object-scalar" if row[0].endswith(".0") else "object-column"
        points = database.attribute_scores.origins[origin] + promise
        yield Attribute(AttributeName.MODEL, opening["model"], points, Source.SNMP_OBJECT.value, row[0], known.symbol)


def _last_arc(row: ObjectInstance) -> int:
    arc = row[0].rpartition(".")[2]
    return int(arc) if arc.isdecimal() and len(arc) < 11 else 0
