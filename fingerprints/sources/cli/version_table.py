"""The version that runs, in a table of stored or loaded software: one row for each unit, card or package.

Dell's OS6 heads the columns `unit active backup current-active next-active`, AOS `Package Release Size`, ZTE's OLTs
`Filename Type Ver Size`. The first row is that of the unit that answers. Of several columns, the one that says that
its software runs is read.
"""

import re
from collections.abc import Sequence

from fingerprints.claims.attribute import plausible
from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.device import AttributeName
from fingerprints.sources.cli.parts.aligned_tables import aligned_tables

_COLUMNS = (
    re.compile(r"(?i)^(?:current[ _-]active|running|current(?:ly)?[ _-]running)(?:[ _-]ver(?:sion)?)?$"),
    re.compile(r"(?i)^active(?:[ _-]ver(?:sion)?)?$"),
    re.compile(r"(?i)^(?:(?:sw|soft(?:ware)?|fw|firmware|os|image)[ _-]?)?(?:ver(?:sion)?|release)\.?$"),
)
"""Headings of versions, best first."""

_OTHER = re.compile(
    r"(?i)^(?:unit|switch|slot|package|file ?name|image|type|backup|next[ _-]active|size|name|status|node)$"
)
"""Headings beside them."""

_VERSION = re.compile(r"(?=[^\d\n]{0,24}\d{1,4}[._]\d)[\w.()+-]{3,40}")


def version_in_table(lines: Sequence[str], scores: AttributeScores) -> str:
    """The version in the first row of the first table that has one; empty if there is none."""
    for table in aligned_tables(lines, _is_known):
        headings = [column.heading for column in table.columns]
        if not any(map(_OTHER.match, headings)):
            continue
        for shape in _COLUMNS:
            place = next((place for place, heading in enumerate(headings) if shape.match(heading)), None)
            text = table.rows[0].cells.get(place, "") if place is not None else ""
            if _VERSION.fullmatch(text) and plausible(AttributeName.VERSION, text, scores) is not None:
                return text
    return ""


def _is_known(heading: str) -> bool:
    return _OTHER.match(heading) is not None or any(shape.match(heading) for shape in _COLUMNS)
