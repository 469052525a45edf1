"""The words that zones files and policies share: segments, their tiers, and the groups that a law names at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """Where in a network a function sits, the most consequential first; `tier_rank` compares them."""

    CORE = "core"
    OVERSIGHT = "oversight"
    TRANSPORT = "transport"
    ACCESS = "access"
    EDGE = "edge"
    CUSTOMER = "customer"
    ENTERPRISE = "enterprise"


_RANK: Mapping[Tier, int] = {tier: number for number, tier in enumerate(Tier)}


def tier_rank(tier: Tier) -> int:
    """The sort key by which the most consequential tier comes first."""
    return _RANK[tier]


def folded(word: str) -> str:
    """A word in the form in which it is compared: `Core-5G` and `core 5g` are the same segment."""
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a network that some policy names. A rule on the segment that it lies `within` covers it too."""

    id: str
    tier: Tier
    within: str | None = None
    functions: tuple[str, ...] = ()
    generations: tuple[str, ...] = ()
    """Those that tell it apart within the wider segment; empty where none does."""
    equipment: bool = True
    """False for what is bought and holds no box, so that a place that names the tier alone does not lie in it."""


class Vocabulary:
    """All segments and groups, indexed. Read only once built."""

    def __init__(
        self,
        segments: Iterable[Segment],
        groups: dict[str, tuple[str, ...]],
        planes: tuple[str, ...],
        generations: tuple[str, ...],
        site_types: tuple[str, ...],
        roles: Mapping[str, str],
    ) -> None:
        self.segments = {segment.id: segment for segment in segments}
        self.groups = groups
        self.planes, self.generations, self.site_types = planes, generations, site_types
        self.roles = roles
        """What an operator can be, each with its meaning."""
        self._by_function = {
            folded(function): segment for segment in self.segments.values() for function in segment.functions
        }

    def segment(self, name: str | None) -> Segment | None:
        """The segment of that name, or None where no policy uses the word."""
        return self.segments.get(folded(name)) if name else None

    def segment_of_function(self, function: str | None) -> Segment | None:
        """The segment that a function such as `AMF` or `OLT` belongs to."""
        return self._by_function.get(folded(function)) if function else None

    def broader(self, segment: str) -> frozenset[str]:
        """The segment itself and every segment that it lies within."""
        enclosing: set[str] = set()
        current: str | None = segment
        while current is not None and current not in enclosing:
            enclosing.add(current)
            current = self.segments[current].within
        return frozenset(enclosing)

    def generations_within(self, wide: str, named: frozenset[str]) -> tuple[str, ...]:
        """The generations that tell the named parts of a wider segment apart; empty where a part has none."""
        parts = [self.segments[name] for name in sorted(named) if wide in self.broader(name)]
        if not all(part.generations for part in parts):
            return ()
        return tuple(dict.fromkeys(generation for part in parts for generation in part.generations))

    def named_by(self, names: Iterable[str]) -> frozenset[str]:
        """Every segment that a rule on these segments or groups covers. Raises KeyError for a name that is unknown."""
        named: set[str] = set()
        for name in names:
            named.update(self.groups.get(name) or (self.segments[name].id,))
        return frozenset(segment for segment in self.segments if self.broader(segment) & named)
