"""Whom a rule is about.

Six shapes fit: named makers (Named), criteria that name nobody (Criteria), everybody (Anyone, with an action of
consent: permission before use), an allow-list that denies the rest (OnlyThese), a place of production (MadeIn,
MadeOutside), and models of one maker (OfModels). A list of support ends adds ModelUnknown, for boxes whose model nobody
knows, and Dated, for what the operator dates.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase


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


@dataclass(frozen=True, slots=True)
class OfModels:
    """Boxes and parts of one maker whose model fits one of the patterns `models` and none of `but`; `*` and `?` may
    stand in a pattern, and case does not count. Without `models`, whatever is the maker's."""

    maker: str
    models: tuple[str, ...] = ()
    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelUnknown:
    """Boxes of one maker whose model nobody knows: each may be one of the models that other rules list."""

    maker: str


@dataclass(frozen=True, slots=True)
class Dated:
    """Whatever the operator gives a date under one of these names."""

    names: tuple[str, ...]


Who = Named | Criteria | Anyone | OnlyThese | MadeIn | MadeOutside | OfModels | ModelUnknown | Dated


def fits(model: str, patterns: tuple[str, ...]) -> bool:
    """Whether a model fits one of these patterns; `*` and `?` may stand in them, and case does not count."""
    folded = model.casefold()
    return any(fnmatchcase(folded, pattern.casefold().replace("[", "[[]")) for pattern in patterns)
