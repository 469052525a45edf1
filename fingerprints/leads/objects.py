"""Model, version and serial from the objects of private MIBs: which of them speak of the box, and which of a part.

Where a MIB is known, the words of an object's symbol and its place decide (symbols.py). Of the device's own enterprise
a single object that no MIB here names may still say a version or a model, if its text looks like one and nothing else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerprints.evidence import Source
from fingerprints.knowledge import Knowledge
from fingerprints.products import IdentityObject, enterprise_of
from fingerprints.said import PRIVATE, Said, clean
from fingerprints.traits import Trait, plausible

MOST_INSTANCES = 4
"""Instances of one column that are read as the device's own: the first rows are its chassis and controllers."""

MOST_UNNAMED = 400
"""Single objects of the own enterprise without a known MIB that are looked at."""

SHALLOW = 4
"""Arcs below the enterprise at which an object without a final zero may still be a single one: some agents omit it."""

MOST_TEXT = 60
MOST_CHARACTERS = 400
"""Characters of an object without a MIB that are looked at."""

_TRAITS = frozenset(("serial", "model", "version"))
_TOLD_VERSION = re.compile(r"(?P<model>[A-Za-z][\w/-]{0,20}\d[\w/-]{0,20}) [vV](?:er)?\.?\d")
"""A version object that opens with the model: `AB-100D-FX v1.2.3,build100`."""

_VERSION = re.compile(
    r"(?:[A-Z][\w-]{1,12}[ _])?[vVrR]?\d{1,4}(?:\.\d{1,6}){1,4}(?:[-._ (+]\w{1,20}\)?){0,3}(?: \(\w{0,12}\))?"
)
_MODEL = re.compile(r"(?=[^\d]{1,24}\d)(?=[^A-Z]{0,6}[A-Z])[A-Za-z0-9]{1,12}(?:[ +/_-]{1,3}[A-Za-z0-9]{1,16}){0,4}")
_DEVICE_ID = re.compile(r"(?:^|;)\s{0,2}(?:MDL|MODEL):(?P<model>[^;]{2,60})(?:;|$)")
"""The model in an IEEE 1284 device ID, which printers keep in a private object: `MFG:...;MDL:...;CLS:PRINTER;`."""

PRINTER = "1.3.6.1.2.1.25.3.1.5"
"""hrDevicePrinter, a value of hrDeviceType (RFC 2790)."""
HR_DEVICE_TYPE, HR_DEVICE_DESCR = "1.3.6.1.2.1.25.3.2.1.2", "1.3.6.1.2.1.25.3.2.1.3"

_SERIAL = re.compile(r"(?=(?:\D*\d){3})(?=[^A-Z]*[A-Z])[A-Z0-9]{7,20}(?:-[A-Z0-9]{2,12}){0,3}")
_DASHED = re.compile(r"(?=(?:\D*\d){8})(?=[^A-Z]*[A-Z])[A-Z0-9]{2,12}(?:-[A-Z0-9]{2,12}){2,4}")
_SHORT_MODEL = re.compile(r"[A-Z]{2,6}-?\d{2,4}[A-Z]{0,3}(?:-[A-Z0-9]{1,4})?")
_NUMBER = re.compile(r"0\d{7,15}|\d{10,16}")
"""A serial number of digits alone: no counter of 32 bits ends so long, or begins with a zero."""

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d+(?:\.\d{1,6})?")
"""What looks like a version and is an address or a reading."""


@dataclass(frozen=True, slots=True)
class _Home:
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


def object_traits(said: Said, knowledge: Knowledge) -> Iterator[Trait]:
    """All texts in objects outside the standard MIBs that may be the device's model, version or serial."""
    home = _home(said, knowledge)
    nobodys = tuple(
        rule.at + "." for rule in knowledge.rules.of(Source.SNMP_OBJECT) if not rule.claims and not rule.traits
    )
    unnamed = 0
    yield from _printer(said, knowledge)
    for parent, rows in columns(said):
        oid = rows[0][0]
        if oid.startswith(nobodys):
            continue
        known = knowledge.objects.object_of(oid)
        if known is not None:
            if known.kind in _TRAITS:
                yield from _column_traits(known, rows, home, knowledge)
        elif unnamed < MOST_UNNAMED and _single(rows, parent, home):
            unnamed += len(rows)
            for row in rows:
                yield from _unnamed(*row, knowledge)


def _printer(said: Said, knowledge: Knowledge) -> Iterator[Trait]:
    """What HOST-RESOURCES-MIB calls the printer that this is."""
    for oid, value in said.under(HR_DEVICE_TYPE):
        if clean(value).strip(".") == PRINTER:
            at = HR_DEVICE_DESCR + oid.removeprefix(HR_DEVICE_TYPE)
            for place, descr in said.under(at):
                text = clean(descr)
                looks = plausible("model", text, knowledge.symbols)
                if looks is not None:
                    points = knowledge.symbols.origins["printer"] + looks
                    yield Trait("model", text, points, Source.SNMP_OBJECT.value, place, "hrDeviceDescr")
            return


def _home(said: Said, knowledge: Knowledge) -> _Home:
    generic = knowledge.companies.generic_enterprises
    for observation in said.of(Source.SNMP_SYS_OBJECT_ID)[:1]:
        number = enterprise_of(clean(observation.value))
        if number is not None and number not in generic:
            return _Home((f"{PRIVATE}{number}.",), named=True, product=clean(observation.value).strip("."))
    served = [number for number in said.enterprises() if number not in generic]
    return _Home((f"{PRIVATE}{served[0]}.",) if len(served) == 1 else (), named=False)


def columns(said: Said) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The objects by what stands before the last arc of their ids, in runs."""
    parent, rows = "", list[tuple[str, str]]()
    for oid, value in zip(said.oids, said.values, strict=True):
        before = oid.rpartition(".")[0]
        if before != parent:
            if rows:
                yield parent, rows
            parent, rows = before, []
        rows.append((oid, value))
    if rows:
        yield parent, rows


def _column_traits(
    known: IdentityObject, rows: Sequence[tuple[str, str]], home: _Home, knowledge: Knowledge
) -> Iterator[Trait]:
    single = len(rows) == 1 and rows[0][0].endswith(".0")
    origin = knowledge.symbols.origins["object-scalar" if single and known.form == "scalar" else "object-column"]
    promise = knowledge.symbols.points(known.kind, known.symbol)
    for place, (oid, value) in enumerate(sorted(rows, key=_last_arc)[:MOST_INSTANCES]):
        text = _without_maker(clean(value), knowledge)
        looks = plausible(known.kind, text, knowledge.symbols)
        if looks is None:
            continue
        points = origin + promise + looks + home.points(oid) - min(place, 3)
        yield Trait(known.kind, text, points, Source.SNMP_OBJECT.value, oid, known.symbol)
        told = _TOLD_VERSION.match(text) if known.kind == "version" else None
        if told is not None:
            yield Trait("model", told["model"], points - 3, Source.SNMP_OBJECT.value, oid, known.symbol)


def _last_arc(row: tuple[str, str]) -> int:
    arc = row[0].rpartition(".")[2]
    return int(arc) if arc.isdecimal() and len(arc) < 11 else 0


def _without_maker(text: str, knowledge: Knowledge) -> str:
    """A text without the maker's name and the comma before it: `Acme,1234-A1B`."""
    maker, comma, rest = text.partition(",")
    if comma and len(maker) < 30 and rest.strip() and knowledge.named(maker.strip()) is not None:
        return rest.strip()
    return text


def _single(rows: Sequence[tuple[str, str]], parent: str, home: _Home) -> bool:
    """Whether rows are single objects of the own enterprise: by their final zero, or so shallow that they must be."""
    if not home.own or not rows[0][0].startswith(home.own):
        return False
    below = len(rows[0][0].removeprefix(home.product + ".").split(".")) if home.product else 0
    if rows[0][0].startswith(home.product + ".") and below <= SHALLOW:
        return True
    return (len(rows) == 1 and rows[0][0].endswith(".0")) or parent.count(".") <= PRIVATE.count(".") + SHALLOW - 2


def _unnamed(oid: str, value: str, knowledge: Knowledge) -> Iterator[Trait]:
    if not 2 < len(value) <= MOST_CHARACTERS:
        return
    text = clean(value)
    device_id = _DEVICE_ID.search(text)
    if device_id is not None:
        promise = plausible("model", device_id["model"], knowledge.symbols) or 0
        points = knowledge.symbols.origins["printer"] + promise
        yield Trait("model", device_id["model"], points, Source.SNMP_OBJECT.value, oid)
        return
    name = _looks_like(text, oid)
    looks = plausible(name, text, knowledge.symbols) if name is not None else None
    if name is not None and looks is not None:
        yield Trait(name, text, knowledge.symbols.origins["object-unnamed"] + looks, Source.SNMP_OBJECT.value, oid)


def _looks_like(text: str, oid: str) -> str | None:
    """What a text can only be: version, serial or model; None where it might be anything."""
    if len(text) > MOST_TEXT:
        return None
    if _ADDRESS.fullmatch(text) is not None:
        return "serial" if _is_number(text, oid) else None
    if _VERSION.fullmatch(text) is not None:
        return "version"
    if _DASHED.fullmatch(text) is not None:
        return "serial"
    if _SERIAL.fullmatch(text) is not None and _SHORT_MODEL.fullmatch(text) is None:
        return "serial"
    return "model" if _MODEL.fullmatch(text) is not None else None


def _is_number(text: str, oid: str) -> bool:
    shallow = oid.count(".") <= PRIVATE.count(".") + SHALLOW + 1
    return shallow and _NUMBER.fullmatch(text) is not None and (text[0] == "0" or int(text) >= 1 << 32)
