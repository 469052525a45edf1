"""Model, version and serial from objects without a known MIB: by the objects beside them, and by their looks.

An object of the device's own enterprise can be a version or a model if its text looks like one and like nothing else.
An object in a group where a known object gives the device's serial or model needs to look less like one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from fingerprints.claims.attribute import Attribute, attribute_points
from fingerprints.claims.description_text import guesses
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import IdentityObject, enterprise_of, unwrapped
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import PRIVATE, ObservationIndex, clean
from fingerprints.sources.private_mib.columns import ObjectInstance

MAX_UNKNOWN = 400
"""Objects of the own enterprise without a known MIB that are read."""

MIN_SURE = 6
"""Points from which a known object is about the device itself, and not about a part of it."""

LESS_SURE = 3
"""Points that an object beside a known one has less than that one."""

MAX_ROWS = 2
"""Rows of a table that can still be the device itself and a spare."""

SHALLOW = 4
"""Arcs below the enterprise up to which an object without a final zero can be a scalar: some agents omit the zero."""

DEEP = 6
"""Arcs up to which it can still be a version or a serial number with letters; a model there is the name of a part, a
number is a counter or a clock."""

MAX_TEXT = 60
MAX_CHARACTERS = 400
"""Characters of the longest object without a MIB that is read."""

_DATED = re.compile(
    r"[\s|,;(-]{1,4}(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{1,2}\.\d{1,2}\.\d{4})\)?$"
)
"""A date after a version, as Zyxel's agents write it: `V4.80(ABMH.1) | 08/11/2023`."""

_VERSION = re.compile(
    r"(?:[A-Z][\w-]{1,12}[ _])?[vVrR]?\.?\d{1,4}(?:\.\d{1,6}){1,4}[a-z]{0,2}\d{0,3}"
    r"(?:(?:[-._ (+,]| / )\w{1,20}\)?){0,6}(?: \([\w.]{0,12}\))?"
    r"|[A-Z0-9_]{0,16}?[vV]\d{1,4}[rR]\d{1,4}[A-Za-z0-9]{0,20}"
)
_STRICT_VERSION = re.compile(r"[vVrR]?\d{1,4}(?:\.\d{1,6}){2,5}(?:[-_]?[A-Za-z]\w{0,12})?")
"""A text that can only be a version, even in a table; the callers rule out IPv4 addresses."""

_MODEL = re.compile(r"(?=[^\d]{1,24}\d)(?=[^A-Z]{0,6}[A-Z])[A-Za-z0-9]{1,12}(?:[ +/_-]{1,3}[A-Za-z0-9]{1,16}){0,4}")
_DEVICE_ID = re.compile(r"(?:^|;)\s{0,2}(?:MDL|MODEL):(?P<model>[^;]{2,60})(?:;|$)")
"""The model in an IEEE 1284 device ID, which printers keep in a private object: `MFG:...;MDL:...;CLS:PRINTER;`."""

_SERIAL = re.compile(r"(?=(?:\D*\d){3})(?=[^A-Z]*[A-Z])[A-Z0-9]{7,20}(?:-[A-Z0-9]{2,12}){0,3}")
_ROW_SERIAL = re.compile(r"(?=(?:[A-Z]{0,19}\d){5})(?=[A-Z\d]{0,16}\d{4})(?=\d{0,19}[A-Z])[A-Z0-9]{8,20}")
"""A serial number that can be nothing else, even in a table."""

_LETTERED = re.compile(r"[A-Z]{2,8}(?:-[A-Z0-9]{1,4}){0,2}-\d{6,12}")
_DASHED = re.compile(r"(?=(?:\D*\d){8})(?=[^A-Z]*[A-Z])[A-Z0-9]{2,12}(?:-[A-Z0-9]{2,12}){2,4}")
_SHORT_MODEL = re.compile(r"[A-Z]{2,6}-?\d{1,4}[A-Z]{0,3}\d{0,3}(?:-[A-Z0-9]{1,4})?")
_CLEI = re.compile(r"[A-Z0-9]{10}")
"""A Common Language equipment identifier (CLEI), which parts of carriers' equipment have."""

_NUMBER = re.compile(r"0\d{7,15}|\d{10,16}")
"""A serial number of digits alone: no 32-bit counter has so many digits or begins with a zero."""

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_LOW_NUMBERS = re.compile(r"[1-9]\.1?[0-9]\.[0-9]{1,2}\.[0-9]{1,3}")
"""Four numbers so low that they are more likely a version than an address."""

RESOLVERS = frozenset(("1.0.0.1", "1.1.1.1", "4.2.2.1", "4.2.2.2", "8.8.4.4", "8.8.8.8", "9.9.9.9"))
"""Addresses of public name servers."""

_READING = re.compile(r"\d+(?:\.\d{1,6})?")
"""A number that looks like a version and is a measurement."""

_SHORT_VERSION = re.compile(r"\d{1,3}\.\d{1,4}")

_ANNOUNCING = re.compile(r"(?i)\b(?:version|firmware|software|release|build|ver|serial)\b")


@dataclass(frozen=True, slots=True)
class Home:
    """Where the device's own objects are: the subtrees of its enterprise (`own`), True if its sysObjectID names the
    enterprise (`named`), and the sysObjectID itself (`product`), below which agents keep scalars too."""

    own: tuple[str, ...]
    named: bool
    product: str = ""

    def points(self, oid: str) -> int:
        """Points for an object by its tree: the device's own, a standard one, or another enterprise's."""
        if not self.named or not oid.startswith(PRIVATE):
            return 0
        return 2 if oid.startswith(self.own) else -2


@dataclass(slots=True)
class Groups:
    """The groups of objects in which known ones give attributes of the device: by the group's OID, the instance, the
    names of the attributes (`given`), and the most points of one (`sureness`)."""

    instances: dict[str, str] = field(default_factory=dict)
    given: dict[str, set[AttributeName]] = field(default_factory=dict)
    sureness: dict[str, int] = field(default_factory=dict)

    def note(self, known: IdentityObject, attribute: Attribute) -> None:
        """Keep the group of an object that gave an attribute. A serial or a model makes the group count; a version does
        not."""
        group, instance = known.oid.rpartition(".")[0], attribute.at.removeprefix(known.oid)
        if not known.oid.startswith(PRIVATE) or attribute.points < MIN_SURE:
            return
        if attribute.name is not AttributeName.VERSION:
            self.instances.setdefault(group, instance)
            self.sureness[group] = max(self.sureness.get(group, 0), attribute.points)
        self.given.setdefault(group, set()).add(attribute.name)

    def holds(self, oid: str, parent: str) -> bool:
        """True if an object, its column being `parent`, is beside a known one: in its group, with its instance."""
        instance = self.instances.get(parent.rpartition(".")[0])
        return instance is not None and oid == parent + instance

    def of(self, oid: str) -> str:
        """The group of an object for which `holds` is true."""
        return oid.rpartition(".")[0].rpartition(".")[0]


def home_of(index: ObservationIndex, database: FingerprintDatabase) -> Home:
    """Where the device's own objects are: by its sysObjectID, else in the only private tree that it serves.

    A sysObjectID can name a company under whose number the device serves nothing: a management card's, an agent
    toolkit's, a former owner's. Then the only private tree that it does serve is its own too.
    """
    generic = database.companies.generic_enterprises
    served = tuple(number for number in index.enterprises() if number not in generic)
    for observation in index.of(Source.SNMP_SYS_OBJECT_ID)[:1]:
        number = enterprise_of(clean(observation.value))
        if number is not None and number not in generic:
            numbers = tuple(_numbers_of_company(number, index, database))
            if len(served) == 1 and served[0] not in numbers:
                numbers += served
            own = tuple(f"{PRIVATE}{alike}." for alike in numbers)
            return Home(own, named=True, product=unwrapped(clean(observation.value)))
    return Home((f"{PRIVATE}{served[0]}.",) if len(served) == 1 else (), named=False)


def _numbers_of_company(number: int, index: ObservationIndex, database: FingerprintDatabase) -> Iterator[int]:
    """An enterprise number and the others of the same company under which the device has objects."""
    yield number
    holder = database.holder(number)
    for other in index.enterprises():
        if holder is not None and other != number and database.holder(other) == holder:
            yield other


def unknown_object_attributes(
    columns: Sequence[tuple[str, Sequence[ObjectInstance]]], home: Home, groups: Groups, database: FingerprintDatabase
) -> Iterator[Attribute]:
    """Attributes that objects without a MIB can be; `columns` are their OIDs without the last arc, with their rows."""
    looked = 0
    for parent, rows in columns:
        oid, value = rows[0]
        if groups.holds(oid, parent):
            yield from _beside(oid, value, groups, database)
        elif looked < MAX_UNKNOWN and home.own and oid.startswith(home.own):
            if _is_scalar(rows, parent, home, SHALLOW):
                looked += len(rows)
                for row in rows:
                    yield from _unknown_object(*row, True, database)
            elif _is_scalar(rows, parent, home, DEEP):
                looked += len(rows)
                yield from _deep_objects(rows, database)
            elif len(rows) <= MAX_ROWS:
                looked += len(rows)
                yield from _unknown_object(*rows[0], False, database)


def _deep_objects(rows: Sequence[ObjectInstance], database: FingerprintDatabase) -> Iterator[Attribute]:
    for oid, value in rows:
        for attribute in () if value.isdecimal() else _unknown_object(oid, value, True, database):
            if attribute.name is not AttributeName.MODEL and not attribute.text.isdecimal():
                yield attribute


def _is_scalar(rows: Sequence[ObjectInstance], parent: str, home: Home, depth: int) -> bool:
    """True if rows are scalars of the own enterprise: by their final zero, or because they are at most so many arcs
    deep."""
    if home.product and rows[0][0].startswith(home.product + "."):
        below = len(rows[0][0].removeprefix(home.product + ".").split("."))
        if below <= depth:
            return True
    return (len(rows) == 1 and rows[0][0].endswith(".0")) or parent.count(".") <= PRIVATE.count(".") + depth - 2


def _beside(oid: str, value: str, groups: Groups, database: FingerprintDatabase) -> Iterator[Attribute]:
    """The attribute that an object beside known ones can be, if those do not give it; with fewer points than theirs."""
    text = _without_date(value)
    name = _looks_like(text, oid)
    if name is None and _SHORT_VERSION.fullmatch(text) is not None:
        name = AttributeName.VERSION
    group = groups.of(oid)
    if name is not None and name not in groups.given[group]:
        for attribute in _attribute(name, text, "object-beside", oid, database):
            yield replace(attribute, points=min(attribute.points, groups.sureness[group] - LESS_SURE))


def _unknown_object(oid: str, value: str, single: bool, database: FingerprintDatabase) -> Iterator[Attribute]:
    if not 2 < len(value) <= MAX_CHARACTERS:
        return
    text = _without_date(value)
    device_id = _DEVICE_ID.search(text) if ":" in text else None
    if device_id is not None:
        yield from _attribute(AttributeName.MODEL, device_id["model"], "printer", oid, database)
    elif not single:
        yield from _in_a_table(oid, text, database)
    elif (name := _looks_like(text, oid)) is not None:
        yield from _attribute(name, text, "object-unnamed", oid, database)
    elif _ANNOUNCING.search(text) is not None:
        for guess in guesses(text):
            yield from _attribute(guess.name, guess.text, "object-unnamed", oid, database, guess.points)


def _in_a_table(oid: str, text: str, database: FingerprintDatabase) -> Iterator[Attribute]:
    if _STRICT_VERSION.fullmatch(text) is not None and _ADDRESS.fullmatch(text) is None:
        yield from _attribute(AttributeName.VERSION, text, "object-unnamed-row", oid, database)
    elif _SHORT_MODEL.fullmatch(text) is not None and _CLEI.fullmatch(text) is None:
        yield from _attribute(AttributeName.MODEL, text, "object-unnamed-row", oid, database)
    elif _ROW_SERIAL.fullmatch(text) is not None and _CLEI.fullmatch(text) is None:
        yield from _attribute(AttributeName.SERIAL, text, "object-unnamed-row", oid, database)


def _attribute(
    name: AttributeName, text: str, origin: str, oid: str, database: FingerprintDatabase, extra: int = 0
) -> Iterator[Attribute]:
    points = attribute_points(name, text, origin, database.attribute_scores, extra)
    if points is not None:
        yield Attribute(name, text, points, Source.SNMP_OBJECT.value, oid)


def _without_date(value: str) -> str:
    text = clean(value)
    return _DATED.sub("", text) if len(text) <= MAX_TEXT else text


def _looks_like(text: str, oid: str) -> AttributeName | None:
    """The one attribute that a text can be: version, serial or model; None if it could be anything."""
    if _LOW_NUMBERS.fullmatch(text) is not None and text not in RESOLVERS:
        return AttributeName.VERSION
    if len(text) > MAX_TEXT or _ADDRESS.fullmatch(text) is not None:
        return None
    if _READING.fullmatch(text) is not None:
        return AttributeName.SERIAL if _is_number(text, oid) else None
    if _VERSION.fullmatch(text) is not None:
        return AttributeName.VERSION
    if _DASHED.fullmatch(text) is not None or _LETTERED.fullmatch(text) is not None:
        return AttributeName.SERIAL
    if _SERIAL.fullmatch(text) is not None and _SHORT_MODEL.fullmatch(text) is None:
        return AttributeName.SERIAL
    return AttributeName.MODEL if _MODEL.fullmatch(text) is not None else None


def _is_number(text: str, oid: str) -> bool:
    shallow = oid.count(".") <= PRIVATE.count(".") + SHALLOW + 1
    return shallow and _NUMBER.fullmatch(text) is not None and (text[0] == "0" or int(text) >= 1 << 32)
