"""Field replaceable units of an IPMI controller (`ipmitool fru`): the board and product areas of each unit's EEPROM
(IPMI Platform Management FRU Information Storage Definition), below a line with the unit's name.
"""

import re
from collections.abc import Iterator, Sequence

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.component_kind import ComponentKind
from fingerprints.sources.cli.parts.command_part import CommandPart, part_kind

_UNIT = re.compile(
    r"(?i)^[ \t]{0,4}FRU Device Description[ \t]{0,4}:[ \t]{0,4}(?P<name>[^\n(]{1,60}?)(?: \(ID \d{1,3}\))?[ \t]{0,8}$"
)
_CELL = re.compile(
    r"(?i)^[ \t]{1,8}(?:board|product) (?P<label>manufacturer|mfg|name|product|part number|serial)[ \t]{0,16}:"
    r"[ \t]{0,4}(?P<text>\S[^\n]{0,80})$"
)
_MEANING = {"manufacturer": "maker", "mfg": "maker", "name": "model", "product": "model", "serial": "serial"}


def fru_parts(lines: Sequence[str], scores: AttributeScores) -> Iterator[CommandPart]:
    """The units that name a maker or have a serial number, each with the first text of a kind that says something."""
    units: list[tuple[str, dict[str, str]]] = []
    for line in lines:
        unit = _UNIT.match(line)
        if unit is not None:
            units.append((unit["name"], {}))
        cell = _CELL.match(line) if units and unit is None else None
        if cell is not None and scores.says_something(cell["text"].strip()):
            units[-1][1].setdefault(_MEANING.get(cell["label"].lower(), "number"), cell["text"].strip())
    for name, texts in units:
        maker, serial = texts.get("maker", ""), texts.get("serial", "")
        if maker or serial:
            kind = part_kind(name, texts.get("model", "")) or ComponentKind.OTHER
            yield CommandPart(kind, name, texts.get("model", ""), serial, maker)
