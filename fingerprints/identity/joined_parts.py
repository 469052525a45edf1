"""Joins what several sources say of one part.

Within one source (a table, one reader of one command's output) every place is a part of its own, also where two share a
serial number, as the two ends of a cable do. Between sources, a part is known by its serial number if that is no
placeholder, one by one; else by its kind and place, where nothing that both say differs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Component

MAX_CANDIDATES = 40
"""Parts of one serial number, or of one place, that a further one is compared with."""

MIN_TELLING = 6
"""Characters of a serial number that joins parts of different kinds: sources name the kind of one part differently."""


@dataclass(slots=True)
class _Joined:
    """The parts so far: `open_` are those that no part of the present source has joined."""

    scores: AttributeScores
    parts: list[Component] = field(default_factory=list)
    by_serial: dict[str, list[int]] = field(default_factory=dict)
    by_place: dict[tuple[ComponentKind, str], list[int]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def add(self, part: Component) -> int:
        """A part of its own; its number."""
        number = len(self.parts)
        self.parts.append(part)
        if self.number_of(part):
            self.by_serial.setdefault(self.number_of(part), []).append(number)
        self.by_place.setdefault((part.kind, part.position), []).append(number)
        return number

    def number_of(self, part: Component) -> str:
        """The serial number by which a part is known; empty if it has none, or a placeholder."""
        if not part.serial:
            return ""
        if part.serial not in self.numbers:
            self.numbers[part.serial] = "" if self.scores.is_placeholder(part.serial) else part.serial
        return self.numbers[part.serial]

    def join(self, number: int, part: Component) -> None:
        """Add to a part what another source says of it. Another maker that is watched stays a part of its own."""
        known = self.parts[number]
        if known.made_by is not None and part.made_by is not None and known.made_by != part.made_by:
            if part.watched and not any(self.parts[at].made_by == part.made_by for at in self._at_place(part)):
                self.add(part)
            return
        named = part if known.made_by is None or _is_surer(part, known) else known
        serial = known.serial if self.number_of(known) or not part.serial else part.serial
        self.parts[number] = replace(
            known, made_by=named.made_by, watched=named.watched, model=known.model or part.model, serial=serial
        )
        if serial != known.serial and self.number_of(part):
            self.by_serial.setdefault(self.number_of(part), []).append(number)

    def _at_place(self, part: Component) -> Sequence[int]:
        return self.by_place.get((part.kind, part.position), ())[:MAX_CANDIDATES]

    def known_as(self, part: Component, joined: set[int], earlier: int) -> int | None:
        """The number of the part that a part of the present source is: `joined` are those that the source has joined,
        those from `earlier` on are its own."""
        serial = self.number_of(part)
        same = [*islice(self.by_serial.get(serial, ()), MAX_CANDIDATES)] if serial else []
        here = (at for at in same if self.parts[at].position == part.position and self.parts[at].kind is part.kind)
        there = (
            at
            for at in same
            if at < earlier and at not in joined and (self.parts[at].kind is part.kind or len(serial) >= MIN_TELLING)
        )
        placed = (at for at in self._at_place(part) if part.position and self._fits(self.parts[at], part, at < earlier))
        return next(here, next(there, next(placed, None)))

    def _fits(self, known: Component, part: Component, is_earlier: bool) -> bool:
        """True if nothing that both say of a place differs; of models, sources may use several names."""
        serials = self.number_of(known), self.number_of(part)
        if all(serials) or (known.made_by and part.made_by and known.made_by != part.made_by):
            return False
        is_same_model = known.model == part.model or known.model is None or part.model is None
        return is_same_model or (is_earlier and any(serials))


def join_parts(groups: Iterable[Iterable[Component]], scores: AttributeScores) -> tuple[Component, ...]:
    """The parts of all sources, in the order in which they first occur."""
    known = _Joined(scores)
    for group in groups:
        joined: set[int] = set()
        earlier = len(known.parts)
        for part in group:
            number = known.known_as(part, joined, earlier)
            if number is None:
                joined.add(known.add(part))
            else:
                joined.add(number)
                known.join(number, part)
    return tuple(known.parts)


def _is_surer(part: Component, known: Component) -> bool:
    """True if a part's tie to the same company is surer: its maker's name says more than its serial number."""
    return part.made_by is not None and max((tie.confidence for tie in part.watched), default=0.0) > max(
        (tie.confidence for tie in known.watched), default=0.0
    )
