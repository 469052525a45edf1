"""Whether a rule reaches a place: surely, under some assumptions, or not at all.

What a placement leaves open is judged as the worst that it may be, and the finding names the assumption. One exception:
a declared zone without a site type is an ordinary site.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.judgement.because import (
    Assumption,
    LabelMissing,
    LabelTooBroad,
    PlaceInferred,
    PlainReason,
    SegmentTooBroad,
    TierTooBroad,
    Unclassified,
)
from reports.placement.placement import Origin, Placement
from reports.policy.vocabulary import folded
from reports.policy.where import Where

ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A rule reaches a place; `assumptions` is empty where it surely does."""

    assumptions: tuple[Assumption, ...] = ()


CERTAIN = PlaceMatch()


def match_place(where: Where, placement: Placement) -> PlaceMatch | None:
    """How a rule reaches a placement; None where it does not."""
    if placement.origin is not Origin.DECLARED:
        return PlaceMatch((_unplaced(placement),))
    part = _match_part(where, placement)
    if part is None or not (where.functions or where.planes or where.generations or where.site_types):
        return part
    labels = tuple(_match_labels(where, placement))
    if None in labels:
        return None
    return PlaceMatch((*part.assumptions, *(one for label in labels if label for one in label.assumptions)))


def _unplaced(placement: Placement) -> Assumption:
    if placement.origin is Origin.INFERRED:
        return PlaceInferred(placement.tier)
    return Unclassified(placement.because)


def _match_part(where: Where, placement: Placement) -> PlaceMatch | None:
    """How a rule reaches the part of the network alone: its segment, else its tier."""
    segment, tier = placement.segment or "", placement.tier
    if segment and segment not in where.known:
        segment = folded(segment)
    if segment in where.known:
        if where.everywhere or segment in where.segments:
            return CERTAIN
        if segment in where.wider:
            return _match_wider(where, segment, placement.generation)
        if tier is None or where.known[segment] is tier:
            return None
    if tier is None:
        return PlaceMatch((PlainReason.TIER_NOT_NAMED,))
    if where.everywhere or tier in where.whole_tiers:
        return CERTAIN
    if tier in where.part_tiers:
        return PlaceMatch((TierTooBroad(tier),))
    return None


def _match_wider(where: Where, segment: str, generation: str | None) -> PlaceMatch | None:
    """How a rule on a part reaches the wider segment: as if it were that part, unless its generation settles it."""
    meant = where.wider_generations.get(segment, ())
    if generation is None or not meant:
        return PlaceMatch((SegmentTooBroad(segment),))
    return _match_label("generation", meant, generation)


def _match_labels(where: Where, placement: Placement) -> Iterator[PlaceMatch | None]:
    yield _match_label("function", where.functions, placement.function)
    yield _match_label("plane", where.planes, placement.plane)
    yield _match_label("generation", where.generations, placement.generation)
    yield _match_label("site_type", where.site_types, placement.site_type or ORDINARY)


def _match_label(label: str, meant: tuple[str, ...], declared: str | None) -> PlaceMatch | None:
    if not meant:
        return CERTAIN
    if declared is None:
        return PlaceMatch((LabelMissing(label, meant),))
    word, words = folded(declared), tuple(folded(item) for item in meant)
    if word in words:
        return CERTAIN
    if any(item.startswith(word + "_") for item in words):  # `5g` may be 5g_sa
        return PlaceMatch((LabelTooBroad(label, declared, meant),))
    return None
