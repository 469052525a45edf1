"""Objects of a product without a known MIB, identified by the MIBs of its sibling products.

Some makers repeat one MIB for each product below an arc of the product's own: `259.10.1.39.1.1.3.1.10` and
`259.10.1.46.1.1.3.1.10` are the same object of two switches. At the same place a third switch, whose MIB is not known,
has the same object.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fingerprints.database.products import ROOT, IdentityObject, IdentityObjects

MAX_DEPTH = 5
"""The product's own arc is among this many arcs below the enterprise."""

MIN_ARCS_BELOW = 3
"""The least number of arcs below the product's own: a group, an entry and a column, for instance."""

MAX_ARCS_OF_VARIANT = 2
"""A sysObjectID ends with the product's own arc, or with one more for a variant."""

MIN_SIBLINGS = 2
"""The least number of known products that must have the same symbol at a place."""


class SiblingProducts:
    """Identity objects by their place with the product's arc left open. Each enterprise is indexed at its first
    lookup."""

    __slots__ = ("_objects", "_open")

    def __init__(self, objects: IdentityObjects) -> None:
        self._objects = objects
        self._open: dict[str, Mapping[str, IdentityObject]] = {}

    def object_at(self, parent: str) -> IdentityObject | None:
        """The identity object that sibling products have at this place; None for most places. `parent` is the object's
        id without the instance."""
        number, _, rest = parent.removeprefix(ROOT).partition(".")
        places = self._places(number)
        return next((places[place] for place in _opened(rest) if place in places), None) if places else None

    def objects_below(self, sys_object_id: str) -> Iterator[IdentityObject]:
        """The identity objects that sibling products have, each at the place where the product of this sysObjectID
        would have it."""
        number, _, rest = sys_object_id.removeprefix(ROOT).partition(".")
        arcs = rest.split(".")
        for place, known in self._places(number).items():
            before, _, after = place.partition("*")
            depth = before.count(".")
            if (
                len(arcs) - MAX_ARCS_OF_VARIANT <= depth < len(arcs)
                and "".join(f"{arc}." for arc in arcs[:depth]) == before
            ):
                yield replace(known, oid=f"{ROOT}{number}.{before}{arcs[depth]}{after}")

    def _places(self, number: str) -> Mapping[str, IdentityObject]:
        if number not in self._open:
            self._open[number] = _agreed(self._objects.of_enterprise(number))
        return self._open[number]


def _opened(rest: str) -> Iterator[str]:
    arcs = rest.split(".")
    for place in range(min(MAX_DEPTH, len(arcs) - MIN_ARCS_BELOW)):
        yield ".".join((*arcs[:place], "*", *arcs[place + 1 :]))


def _agreed(objects: Mapping[str, IdentityObject]) -> dict[str, IdentityObject]:
    """The places at which at least MIN_SIBLINGS objects are known, all with the same symbol."""
    by_place: dict[str, list[IdentityObject]] = {}
    for rest, known in objects.items():
        for place in _opened(rest):
            by_place.setdefault(place, []).append(known)
    return {
        place: siblings[0]
        for place, siblings in by_place.items()
        if len(siblings) >= MIN_SIBLINGS and len({known.symbol.lower() for known in siblings}) == 1
    }
