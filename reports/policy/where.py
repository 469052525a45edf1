"""The part of a network that a rule is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.policy.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class Where:
    """The part of a network that a rule is about. A place must meet every field that is not empty.

    `segments` is complete: groups and the segments that lie within are spelt out. `wider` holds the segments of which
    the rule means only a part. `whole_tiers` are the tiers of which it means every segment, `part_tiers` those of which
    it means some. `known` is every segment of the vocabulary with its tier. `everywhere` overrides the segments.
    """

    everywhere: bool
    segments: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()
    whole_tiers: frozenset[Tier] = frozenset()
    part_tiers: frozenset[Tier] = frozenset()
    functions: tuple[str, ...] = ()
    planes: tuple[str, ...] = ()
    generations: tuple[str, ...] = ()
    site_types: tuple[str, ...] = ()
    wider_generations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a wider segment whose meant part is told apart by generations: those generations."""
    known: Mapping[str, Tier] = field(default_factory=dict)
