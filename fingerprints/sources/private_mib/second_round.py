"""What the second round of a scan asks of a device: the objects that its own MIBs, the rules and the table of identity
objects name as the device's or its parts' identity, the most telling first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import IdentityObject, enterprise_of
from fingerprints.model.memo import BoundedMemo
from fingerprints.model.source_module import MibObject
from fingerprints.sources.private_mib.objects import MAX_INSTANCES, OF_A_PART
from fingerprints.sources.private_mib.part_kinds import kind_of_row, kind_of_scalar

MAX_IDENTITY_OBJECTS = 240
"""Objects about the device itself that a scan asks for; the rest are worth less than a request."""

MAX_PART_COLUMNS = 200
"""Columns about parts that a scan asks for below each enterprise: Cisco has 179, no other more than 114."""

MIN_STANDARD = 0
"""Points of a standard object's symbol from which it is about the device itself, and every device is asked for it."""

MIN_OTHERS = 0
"""Points of a symbol from which an object is asked for outside the device's own enterprise."""

OWN_TREE = 4
"""Worth that an object of the device's own enterprise has more than another."""

SCALAR = 3
"""Worth that a scalar has more than a column: the box has one serial number, and its parts have many."""

WORTH = {"serial": 6, "model": 5, "version": 5, "manufacturer": 4, "hardware_revision": 0}
"""Worth of an object by its kind, before the points of its symbol's words are added. Judged: a serial number is found
nowhere else, a model and a version often in sysDescr."""

MAX_CACHED = 4096
"""Kinds of device, by their enterprises and sysObjectID, whose wanted objects are remembered."""


@dataclass(frozen=True, slots=True)
class WantedObject:
    """An object that a scan asks for: a scalar without its instance, a column or a subtree; how many of its rows the
    scan reads, None for all; of an object about the box itself its kind (see IdentityObject). `instance` is true if the
    OID may be an instance itself."""

    oid: str
    rows: int | None
    kind: str = ""
    instance: bool = False


class WantedObjects:
    """The wanted objects of every device. `declared` are the objects that source modules ask for in the second round,
    `columns` those that the first round has asked for."""

    def __init__(
        self, database: FingerprintDatabase, declared: Iterable[MibObject], columns: frozenset[str] = frozenset()
    ) -> None:
        self._database = database
        self.watched_trees = database.companies.enterprise_trees_of_watched()
        self.standard = tuple(_standard(database, declared, columns))
        self._private: BoundedMemo[tuple[tuple[int, ...], str], tuple[WantedObject, ...]] = BoundedMemo(MAX_CACHED)

    def private(self, enterprises: tuple[int, ...], sys_object_id: str) -> tuple[WantedObject, ...]:
        """The wanted objects of a device that has objects of these enterprises, the most telling first."""
        key = (enterprises, sys_object_id)
        known = self._private.get(key)
        return known if known is not None else self._private.keep(key, self._private_objects(*key))

    def own_enterprises(self, enterprises: tuple[int, ...], sys_object_id: str) -> tuple[int, ...]:
        """Which of these are the device's own: its sysObjectID's, or all but the generic ones where that is generic."""
        generic = self._database.companies.generic_enterprises
        number = enterprise_of(sys_object_id)
        holder = self._database.holder(number) if number is not None and number not in generic else None
        own = tuple(served for served in enterprises if served == number or self._database.holder(served) == holder)
        return own if holder is not None and own else tuple(one for one in enterprises if one not in generic)

    def _private_objects(self, enterprises: tuple[int, ...], sys_object_id: str) -> tuple[WantedObject, ...]:
        own = self.own_enterprises(enterprises, sys_object_id)
        pointed = dict.fromkeys(self._pointed_at(enterprises))
        box, parts, kinds = dict[str, int](), dict[str, int](), dict[str, str]()
        for number in enterprises:
            of_parts = dict[str, int]()
            extra = OWN_TREE if number in own else 0
            for known in self._listed(number, sys_object_id):
                points = _points(known, self._database)
                worth = WORTH[known.kind] + points + extra + (SCALAR if known.form == "scalar" else 0)
                if kind_of_row(known) is not None:
                    of_parts[known.oid] = worth
                elif points > OF_A_PART and (extra or points >= MIN_OTHERS):
                    box[known.oid] = worth
                    kinds[known.oid] = known.kind
                elif kind_of_scalar(known) is not None:
                    of_parts[known.oid] = worth
            parts |= {oid: of_parts[oid] for oid in _heaviest(of_parts, MAX_PART_COLUMNS)}
        own_objects = dict.fromkeys((*pointed, *_heaviest(box, MAX_IDENTITY_OBJECTS)))
        first = (WantedObject(oid, MAX_INSTANCES, kinds.get(oid, ""), oid in pointed) for oid in own_objects)
        rules = (rule for rule in self._database.rules.of_objects(enterprises) if rule.component is not None)
        columns = dict.fromkeys((*(rule.at for rule in rules), *_heaviest(parts, len(parts))))
        return (*first, *(WantedObject(oid, None) for oid in columns))

    def _pointed_at(self, enterprises: tuple[int, ...]) -> Iterator[str]:
        """The subtrees that rules read, and those that are known to belong to another company."""
        for rule in self._database.rules.of_objects(enterprises):
            if enterprise_of(rule.at) is not None and rule.component is None and not rule.marks_shared_object:
                yield rule.at
        for number in enterprises:
            yield from (arc.oid for arc in self._database.companies.arcs_of(number))

    def _listed(self, number: int, sys_object_id: str) -> Iterator[IdentityObject]:
        """The identity objects of an enterprise, and those that products like this one have at the same place."""
        yield from self._database.objects.of_enterprise(str(number)).values()
        if number == enterprise_of(sys_object_id):
            yield from self._database.sibling_products.objects_below(sys_object_id)


def _points(known: IdentityObject, database: FingerprintDatabase) -> int:
    """The points of an object's symbol. A hardware revision may open with the model."""
    name = "model" if known.kind == "hardware_revision" else known.kind
    return database.attribute_scores.points(name, known.symbol)


def _standard(
    database: FingerprintDatabase, declared: Iterable[MibObject], columns: frozenset[str]
) -> Iterator[WantedObject]:
    """The wanted objects outside the enterprises, and those that every device is asked for."""
    wanted = {mib_object.oid: mib_object.rows for mib_object in declared}
    for known in database.objects.standard():
        if _points(known, database) >= MIN_STANDARD:
            wanted.setdefault(known.oid, MAX_INSTANCES)
    for rule in database.rules.of_objects(()):
        wanted.setdefault(rule.at, MAX_INSTANCES)
    return (WantedObject(oid, rows) for oid, rows in wanted.items() if oid not in columns)


def _heaviest(worth: dict[str, int], most: int) -> list[str]:
    return sorted(worth, key=lambda oid: (-worth[oid], len(oid), oid))[:most]
