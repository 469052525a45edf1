"""Whom a rule is about.

Five shapes of law fit: named makers (Named), criteria that name nobody (Criteria), everybody (Anyone, with an action of
consent: permission before use), an allow-list that denies the rest (OnlyThese), and a place of production (MadeIn,
MadeOutside).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """Makers by id; a company that one of them owns on the day of judgement counts too."""

    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criteria:
    """Nobody by name: the authority decides by these. A scan can only refer what stands in the rule's segments."""

    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anyone:
    """Every maker."""


@dataclass(frozen=True, slots=True)
class OnlyThese:
    """An allow-list: everybody but these makers."""

    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeIn:
    """Whoever made it, if it was produced in one of these countries (ISO 3166 codes)."""

    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeOutside:
    """Whoever made it, unless it was produced in these countries alone."""

    countries: tuple[str, ...]


Who = Named | Criteria | Anyone | OnlyThese | MadeIn | MadeOutside
