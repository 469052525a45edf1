"""Objects of a product whose MIB is not known, read by the MIBs of its sisters.

Some makers repeat one MIB for each product below an arc of its own: `259.10.1.39.1.1.3.1.10` and
`259.10.1.46.1.1.3.1.10` are one object, of two switches. What a third has at that place, whose MIB is not here, means
the same.
"""

from collections.abc import Iterator, Mapping

from fingerprints.database.products import ROOT, IdentityObject, IdentityObjects

DEEPEST = 5
"""Arcs below the enterprise among which a product's own is looked for."""

BEHIND = 3
"""Arcs that stand behind a product's own at least: a group, an entry and a column, or so."""

MIN_COUNT = 2
"""Known products that must agree."""


class SiblingProducts:
    """Identity objects by their place, the product's arc left open; an enterprise's are worked out when first asked."""

    __slots__ = ("_objects", "_open")

    def __init__(self, objects: IdentityObjects) -> None:
        self._objects = objects
        self._open: dict[str, Mapping[str, IdentityObject]] = {}

    def object_at(self, parent: str) -> IdentityObject | None:
        """What an object, `parent` its id without the instance, is by the MIBs of sister products; None for most."""
        number, _, rest = parent.removeprefix(ROOT).partition(".")
        if number not in self._open:
            self._open[number] = _agreed(self._objects.of_enterprise(number))
        places = self._open[number]
        return next((places[place] for place in _opened(rest) if place in places), None) if places else None


def _opened(rest: str) -> Iterator[str]:
    arcs = rest.split(".")
    for place in range(min(DEEPEST, len(arcs) - BEHIND)):
        yield ".".join((*arcs[:place], "*", *arcs[place + 1 :]))


def _agreed(objects: Mapping[str, IdentityObject]) -> dict[str, IdentityObject]:
    """The places at which MIN_COUNT objects or more stand that have one symbol."""
    standing: dict[str, list[IdentityObject]] = {}
    for rest, known in objects.items():
        for place in _opened(rest):
            standing.setdefault(place, []).append(known)
    return {
        place: alike[0]
        for place, alike in standing.items()
        if len(alike) >= MIN_COUNT and len({known.symbol.lower() for known in alike}) == 1
    }
