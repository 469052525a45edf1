"""Model, version and serial from objects that no MIB here names: by what stands beside them, and by their looks.

An object of the device's own enterprise may say a version or a model, if its text looks like one and nothing else. One
that stands in a group where a known object tells the device's serial or model may also look like less.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from fingerprints.claims.attribute import Attribute, attribute_points
from fingerprints.claims.description_text import guesses
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import IdentityObject, enterprise_of
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import PRIVATE, ObservationIndex, clean

MAX_UNNAMED = 400
"""Objects of the own enterprise without a known MIB that are looked at."""

MIN_SURE = 6
"""Points from which a known object tells the device itself, and not a part of it."""

LESS_SURE = 3
"""Points by which what stands beside a known object is less sure than it."""

MAX_ROWS = 2
"""Rows of a table that may still be the device itself, and a spare."""

SHALLOW = 4
"""Arcs below the enterprise at which an object without a final zero may still be a single one: some agents omit it."""

MAX_TEXT = 60
MAX_CHARACTERS = 400
"""Characters of an object without a MIB that are looked at."""

_DATED = re.compile(
    r"[\s|,;(-]{1,4}(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{1,2}\.\d{1,2}\.\d{4})\)?$"
)
"""A date behind a version: `V1.20(AB.1) | 05/13/2021`."""

_VERSION = re.compile(
    r"(?:[A-Z][\w-]{1,12}[ _])?[vVrR]?\d{1,4}(?:\.\d{1,6}){1,4}[a-z]{0,2}\d{0,3}"
    r"(?:[-._ (+]\w{1,20}\)?){0,3}(?: \(\w{0,12}\))?"
    r"|[A-Z0-9_]{0,16}?[vV]\d{1,4}[rR]\d{1,4}[A-Za-z0-9]{0,20}"
)
_STRICT_VERSION = re.compile(r"[vVrR]?\d{1,4}(?:\.\d{1,6}){2,5}(?:[-_]?[A-Za-z]\w{0,12})?")
"""What even in a table can only be a version; an address of four numbers is none."""

_MODEL = re.compile(r"(?=[^\d]{1,24}\d)(?=[^A-Z]{0,6}[A-Z])[A-Za-z0-9]{1,12}(?:[ +/_-]{1,3}[A-Za-z0-9]{1,16}){0,4}")
_DEVICE_ID = re.compile(r"(?:^|;)\s{0,2}(?:MDL|MODEL):(?P<model>[^;]{2,60})(?:;|$)")
"""The model in an IEEE 1284 device ID, which printers keep in a private object: `MFG:...;MDL:...;CLS:PRINTER;`."""

_SERIAL = re.compile(r"(?=(?:\D*\d){3})(?=[^A-Z]*[A-Z])[A-Z0-9]{7,20}(?:-[A-Z0-9]{2,12}){0,3}")
_LETTERED = re.compile(r"[A-Z]{2,8}(?:-[A-Z0-9]{1,4}){0,2}-\d{6,12}")
_DASHED = re.compile(r"(?=(?:\D*\d){8})(?=[^A-Z]*[A-Z])[A-Z0-9]{2,12}(?:-[A-Z0-9]{2,12}){2,4}")
_SHORT_MODEL = re.compile(r"[A-Z]{2,6}-?\d{1,4}[A-Z]{0,3}\d{0,3}(?:-[A-Z0-9]{1,4})?")
_CLEI = re.compile(r"[A-Z0-9]{10}")
"""A Common Language equipment code, which parts of carriers' gear have."""

_NUMBER = re.compile(r"0\d{7,15}|\d{10,16}")
"""A serial number of digits alone: no counter of 32 bits ends so long, or begins with a zero."""

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_LOW_NUMBERS = re.compile(r"[1-9]\.1?[0-9]\.[0-9]{1,2}\.[0-9]{1,3}")
"""Four numbers that begin so low that they are a version sooner than an address: 3 in 100 below 10.0.0.0 do."""

RESOLVERS = frozenset(("1.0.0.1", "1.1.1.1", "4.2.2.1", "4.2.2.2", "8.8.4.4", "8.8.8.8", "9.9.9.9"))
"""Addresses of public name servers."""

_READING = re.compile(r"\d+(?:\.\d{1,6})?")
"""What looks like a version and is a reading."""

_SHORT_VERSION = re.compile(r"\d{1,3}\.\d{1,4}")

_TOLD = re.compile(r"(?i)\b(?:version|firmware|software|release|build|ver|serial)\b")

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Home:
    """The enterprise whose objects are the device's own (`own`), whether its sysObjectID names it, and the subtree of
    its very product (`product`), where agents keep single objects too."""

    own: tuple[str, ...]
    named: bool
    product: str = ""

    def points(self, oid: str) -> int:
        """What it is worth that an object stands in the device's own tree, in a standard one, or in another's."""
        if not self.named or not oid.startswith(PRIVATE):
            return 0
        return 2 if oid.startswith(self.own) else -2


@dataclass(slots=True)
class Groups:
    """The groups of objects in which known ones tell what the device is: their instance, the traits they tell, and how
    surely they speak of the device itself."""

    instances: dict[str, str] = field(default_factory=dict)
    told: dict[str, set[str]] = field(default_factory=dict)
    sureness: dict[str, int] = field(default_factory=dict)

    def note(self, known: IdentityObject, trait: Attribute) -> None:
        """Keep the group of an object that told something: a serial or a model marks it, a version is only told."""
        group, instance = known.oid.rpartition(".")[0], trait.at.removeprefix(known.oid)
        if not known.oid.startswith(PRIVATE) or trait.points < MIN_SURE:
            return
        if trait.name != "version":
            self.instances.setdefault(group, instance)
            self.sureness[group] = max(self.sureness.get(group, 0), trait.points)
        self.told.setdefault(group, set()).add(trait.name)

    def holds(self, oid: str, parent: str) -> bool:
        """Whether an object, its column in `parent`, stands beside a known one."""
        instance = self.instances.get(parent.rpartition(".")[0])
        return instance is not None and oid == parent + instance

    def of(self, oid: str) -> str:
        """The group that an object stands in which `holds` is true of."""
        return oid.rpartition(".")[0].rpartition(".")[0]


def home_of(said: ObservationIndex, database: FingerprintDatabase) -> Home:
    """Where the device's own objects stand."""
    generic = database.companies.generic_enterprises
    for observation in said.of(Source.SNMP_SYS_OBJECT_ID)[:1]:
        number = enterprise_of(clean(observation.value))
        if number is not None and number not in generic:
            own = tuple(f"{PRIVATE}{one}." for one in _alike(number, said, database))
            return Home(own, named=True, product=clean(observation.value).strip("."))
    served = [number for number in said.enterprises() if number not in generic]
    return Home((f"{PRIVATE}{served[0]}.",) if len(served) == 1 else (), named=False)


def _alike(number: int, said: ObservationIndex, database: FingerprintDatabase) -> Iterator[int]:
    """An enterprise number and the others of the same company under which the device has objects."""
    yield number
    holder = database.holder(number)
    for other in said.enterprises():
        if holder is not None and other != number and database.holder(other) == holder:
            yield other


def unknown_object_attributes(
    columns: Sequence[tuple[str, Sequence[Row]]], home: Home, groups: Groups, database: FingerprintDatabase
) -> Iterator[Attribute]:
    """What objects without a MIB may say, `columns` by what stands before their instance."""
    looked = 0
    for parent, rows in columns:
        oid, value = rows[0]
        if groups.holds(oid, parent):
            yield from _beside(oid, value, groups, database)
        elif looked < MAX_UNNAMED and home.own and oid.startswith(home.own):
            single = _single(rows, parent, home)
            if single or len(rows) <= MAX_ROWS:
                looked += len(rows)
                for row in rows if single else rows[:1]:
                    yield from _unnamed(*row, single, database)


def _single(rows: Sequence[Row], parent: str, home: Home) -> bool:
    """Whether rows are single objects of the own enterprise: by their final zero, or so shallow that they must be."""
    if home.product and rows[0][0].startswith(home.product + "."):
        below = len(rows[0][0].removeprefix(home.product + ".").split("."))
        if below <= SHALLOW:
            return True
    return (len(rows) == 1 and rows[0][0].endswith(".0")) or parent.count(".") <= PRIVATE.count(".") + SHALLOW - 2


def _beside(oid: str, value: str, groups: Groups, database: FingerprintDatabase) -> Iterator[Attribute]:
    """What an object beside the device's known ones may be, of what those do not tell; never as sure as they are."""
    text = _undated(value)
    name = _looks_like(text, oid)
    if name is None and _SHORT_VERSION.fullmatch(text) is not None:
        name = "version"
    group = groups.of(oid)
    if name is not None and name not in groups.told[group]:
        for trait in _trait(name, text, "object-beside", oid, database):
            yield replace(trait, points=min(trait.points, groups.sureness[group] - LESS_SURE))


def _unnamed(oid: str, value: str, single: bool, database: FingerprintDatabase) -> Iterator[Attribute]:
    if not 2 < len(value) <= MAX_CHARACTERS:
        return
    device_id = _DEVICE_ID.search(clean(value))
    text = _undated(value)
    if device_id is not None:
        yield from _trait("model", device_id["model"], "printer", oid, database)
    elif not single:
        yield from _in_a_table(oid, text, database)
    elif (name := _looks_like(text, oid)) is not None:
        yield from _trait(name, text, "object-unnamed", oid, database)
    elif _TOLD.search(text) is not None:
        for guess in guesses(text):
            yield from _trait(guess.name, guess.text, "object-unnamed", oid, database, guess.points)


def _in_a_table(oid: str, text: str, database: FingerprintDatabase) -> Iterator[Attribute]:
    if _STRICT_VERSION.fullmatch(text) is not None and _ADDRESS.fullmatch(text) is None:
        yield from _trait("version", text, "object-unnamed-row", oid, database)
    elif _SHORT_MODEL.fullmatch(text) is not None and _CLEI.fullmatch(text) is None:
        yield from _trait("model", text, "object-unnamed-row", oid, database)


def _trait(
    name: str, text: str, origin: str, oid: str, database: FingerprintDatabase, extra: int = 0
) -> Iterator[Attribute]:
    points = attribute_points(name, text, origin, database.attribute_scores, extra)
    if points is not None:
        yield Attribute(AttributeName(name), text, points, Source.SNMP_OBJECT.value, oid)


def _undated(value: str) -> str:
    text = clean(value)
    return _DATED.sub("", text) if len(text) <= MAX_TEXT else text


def _looks_like(text: str, oid: str) -> str | None:
    """What a text can only be: version, serial or model; None where it might be anything."""
    if _LOW_NUMBERS.fullmatch(text) is not None and text not in RESOLVERS:
        return "version"
    if len(text) > MAX_TEXT or _ADDRESS.fullmatch(text) is not None:
        return None
    if _READING.fullmatch(text) is not None:
        return "serial" if _is_number(text, oid) else None
    if _VERSION.fullmatch(text) is not None:
        return "version"
    if _DASHED.fullmatch(text) is not None or _LETTERED.fullmatch(text) is not None:
        return "serial"
    if _SERIAL.fullmatch(text) is not None and _SHORT_MODEL.fullmatch(text) is None:
        return "serial"
    return "model" if _MODEL.fullmatch(text) is not None else None


def _is_number(text: str, oid: str) -> bool:
    shallow = oid.count(".") <= PRIVATE.count(".") + SHALLOW + 1
    return shallow and _NUMBER.fullmatch(text) is not None and (text[0] == "0" or int(text) >= 1 << 32)
