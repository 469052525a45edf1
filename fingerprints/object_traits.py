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

_TRAITS = frozenset(("serial", "model", "version"))
_TOLD_VERSION = re.compile(r"(?P<model>[A-Za-z][\w/-]{0,20}\d[\w/-]{0,20}) [vV](?:er)?\.?\d")
"""A version object that opens with the model: `AB-100D-FX v1.2.3,build100`."""

_VERSION = re.compile(
    r"(?:[A-Z][\w-]{1,12}[ _])?[vVrR]?\d{1,4}(?:\.\d{1,6}){1,4}(?:[-._ (+]\w{1,20}\)?){0,3}(?: \(\w{0,12}\))?"
)
_MODEL = re.compile(r"(?=[^\d]{1,24}\d)(?=[^A-Z]{0,6}[A-Z])[A-Za-z0-9]{1,12}(?:[ +/_-]{1,3}[A-Za-z0-9]{1,16}){0,4}")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d{1,6}(?:\.\d{1,6})?")
"""What looks like a version and is an address or a reading."""


@dataclass(frozen=True, slots=True)
class _Home:
    """The enterprises whose objects are the device's own (`own`), and whether its sysObjectID names one of them."""

    own: tuple[str, ...]
    named: bool

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
    for parent, rows in _columns(said):
        oid = rows[0][0]
        if oid.startswith(nobodys):
            continue
        known = knowledge.objects.object_of(oid)
        if known is not None:
            if known.kind in _TRAITS:
                yield from _column_traits(known, rows, home, knowledge)
        elif unnamed < MOST_UNNAMED and len(rows) == 1 and _single(oid, parent, home):
            unnamed += 1
            yield from _unnamed(oid, rows[0][1], knowledge)


def _home(said: Said, knowledge: Knowledge) -> _Home:
    generic = knowledge.companies.generic_enterprises
    for observation in said.of(Source.SNMP_SYS_OBJECT_ID)[:1]:
        number = enterprise_of(clean(observation.value))
        if number is not None and number not in generic:
            return _Home((f"{PRIVATE}{number}.",), named=True)
    served = [number for number in said.enterprises() if number not in generic]
    return _Home((f"{PRIVATE}{served[0]}.",) if len(served) == 1 else (), named=False)


def _columns(said: Said) -> Iterator[tuple[str, list[tuple[str, str]]]]:
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


def _single(oid: str, parent: str, home: _Home) -> bool:
    if not home.own or not oid.startswith(home.own):
        return False
    return oid.endswith(".0") or parent.count(".") <= PRIVATE.count(".") + SHALLOW - 1


def _unnamed(oid: str, value: str, knowledge: Knowledge) -> Iterator[Trait]:
    if not 2 < len(value) <= 60:
        return
    text = clean(value)
    for name, shape in (("version", _VERSION), ("model", _MODEL)):
        if shape.fullmatch(text) is not None and _ADDRESS.fullmatch(text) is None:
            looks = plausible(name, text, knowledge.symbols)
            if looks is not None:
                points = knowledge.symbols.origins["object-unnamed"] + looks
                yield Trait(name, text, points, Source.SNMP_OBJECT.value, oid)
            return
