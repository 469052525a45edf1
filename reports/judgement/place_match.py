"""Whether a rule reaches a place: surely, only as far as must be supposed, or not.

What a placement leaves open is judged as the worst that it may be, and the finding says so. One thing is taken as said
when it is not: a declared zone without a site type is an ordinary site.
"""

from collections.abc import Iterator

from reports.placement.placement import Origin, Placement
from reports.policy.policy import Where
from reports.policy.vocabulary import folded

ORDINARY = "ordinary"


def assumption(where: Where, placement: Placement) -> str | None:
    """None where the rule does not reach, an empty text where it surely does, else what had to be supposed."""
    if placement.origin is not Origin.DECLARED:
        return _unplaced(placement)
    part = _part(where, placement)
    if part is None or not (where.functions or where.planes or where.generations or where.site_types):
        return part
    supposed = (part, *_labels(where, placement))
    if None in supposed:
        return None
    return "; ".join(text for text in supposed if text)


def _unplaced(placement: Placement) -> str:
    if placement.origin is Origin.INFERRED:
        tier = f" ({placement.tier})" if placement.tier else ""
        return f"unclassified: its place is only inferred{tier}, so it is judged as if in every tier"
    return f"unclassified: {placement.because}, so it is judged as if in every tier"


def _part(where: Where, placement: Placement) -> str | None:
    """The same for the part of the network alone."""
    segment, tier = placement.segment or "", placement.tier
    if segment and segment not in where.known:
        segment = folded(segment)
    if segment in where.known:
        if where.everywhere or segment in where.segments:
            return ""
        if segment in where.wider:
            return f"only a part of {segment} is meant, and the zone does not say which: judged as if in it"
        if tier is None or where.known[segment] is tier:
            return None
    if tier is None:
        return "unclassified: the zone names no tier, so it is judged as if in every tier"
    if where.everywhere or tier in where.whole_tiers:
        return ""
    if tier in where.part_tiers:
        return f"only a part of the {tier} tier is meant, and the zone does not say which: judged as if in it"
    return None


def _labels(where: Where, placement: Placement) -> Iterator[str | None]:
    yield _label("function", where.functions, placement.function)
    yield _label("plane", where.planes, placement.plane)
    yield _label("generation", where.generations, placement.generation)
    yield _label("site_type", where.site_types, placement.site_type or ORDINARY)


def _label(name: str, meant: tuple[str, ...], declared: str | None) -> str | None:
    if not meant:
        return ""
    if declared is None:
        return f"the zone names no {name}: judged as if {_either(meant)}"
    word, words = folded(declared), tuple(folded(item) for item in meant)
    if word in words:
        return ""
    if any(item.startswith(word + "_") for item in words):  # `5g` may be 5g_sa
        return f"the zone says {name} {declared}: judged as if {_either(meant)}"
    return None


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(words)
