"""A device's model, version, serial, operating system and kind: all texts that may be one, and their choice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.evidence import Source

MAX_ATTRIBUTE = 120
"""Characters of a trait; what is longer is prose, not a model."""

MAX_AGREEING = 3
"""Points that agreement of other places can add."""

MIN_POINTS = -4
"""Points below which a text is not taken at all: where it stood promises something else."""

MIN_DIGITS = 4
"""Digits that alone may be a model; fewer are a number in some table of the maker's MIB."""

REFERENCE = -9
"""Points of a version that reference firmware says of itself, below the maker's own."""

ZEROS = -4
"""Points of a serial number that is all zeros: what the agent says where nothing else is said."""

_ZEROS = re.compile(r"0{8,20}")
_DATE = re.compile(r".{0,6}\b\d{4}-\d{1,2}-\d{1,2}\)?|\d{1,2}/\d{1,2}/\d{2,4}")
_OID = re.compile(r"\.?\d+(\.\d+){6,}")
_PROCESSOR = re.compile(r"\bCPU\b|\d ?[MG]Hz\b")
_OTHER_CODE = re.compile(r"(?i)\b(?:fpga|cpld|boot\w*|u-boot|kernel|bios)\b")
"""Names of what is below or beside a device's own software, in a version's text."""

_PART_NUMBER = re.compile(r"\d{2,10}(?:-\d{2,10}){1,3}")
"""A part number of digits, which a maker prints beside a model's name."""

_RELEASE = re.compile(r"\w{0,16}?[vV]\d{1,4}[rR]\d")
"""A version of the form V100R005C01."""

_PADDED = re.compile(r"\d{2}\.\d{2}\.\d{4}\.\d{4}")
_PLACE = re.compile(
    r"(?i)(?:bay|slot|port|unit|module|fan|psu|chassis|board|shelf|rack|stack|switch|node|card)\W?\d{1,3}"
)
"""Where a part is, told as if it were its model."""

_RATING = re.compile(r"\d ?(?:V|A|W|VA|kVA|kW|Hz)\b")
_CLOCK = re.compile(r"(?i)[\d.]{1,8} ?[mg]hz")
_HEX = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One text that may be a trait of the device: `name` is model, version, serial, os, kind or hardware; `symbol`
    names the object it stood in, where a MIB does."""

    name: str
    text: str
    points: int
    source: str
    at: str
    symbol: str = ""


def best_attribute(traits: Iterable[Attribute], name: str) -> str | None:
    """The best text for a trait: most points, one more for each other place that says the same (MAX_AGREEING at most:
    the many rows of one table are one place), then the one said first. Below MIN_POINTS there is none. Capitals make
    no difference, and the device's own spelling stands before that of a product table."""
    said: dict[str, list[Attribute]] = {}
    for trait in traits:
        if trait.name == name:
            said.setdefault(trait.text.casefold(), []).append(trait)
    totals = {text: _points(alike) for text, alike in said.items()}
    best = max(totals, key=lambda text: totals[text], default=None)
    if best is None or totals[best] < MIN_POINTS:
        return None
    return min(said[best], key=lambda trait: (trait.source == Source.SNMP_SYS_OBJECT_ID, -trait.points)).text


def _points(alike: list[Attribute]) -> int:
    places = {(trait.source, trait.symbol) for trait in alike}
    return max(trait.points for trait in alike) + min(len(places) - 1, MAX_AGREEING)


def plausible(name: str, text: str, words: AttributeScores) -> int | None:
    """Points for how a text looks as a trait; None where it cannot be one."""
    if len(text) > MAX_ATTRIBUTE or _OID.fullmatch(text):
        return None
    if name == "serial" and _ZEROS.fullmatch(text):
        return ZEROS
    if not words.says_something(text):
        return None
    if name == "serial":
        return _serial_points(text)
    if name == "version":
        return REFERENCE if text in words.reference_versions else _version_points(text)
    if name == "model":
        return _model_points(text)
    return 0


def spelled(name: str, text: str) -> str:
    """A trait as it is told: a version of IBM's form V.R.M.F. without its leading zeros (`06.01.0009.0300`)."""
    if name == "version" and _PADDED.fullmatch(text):
        return ".".join(str(int(part)) for part in text.split("."))
    return text


def _serial_points(text: str) -> int | None:
    if len(text) < 2 or len(text) > 64 or _HEX.search(text):
        return None
    compact = re.sub(r"[\s:.-]", "", text)
    if not compact or set(compact) <= {"0", "F", "f", "X"}:
        return ZEROS
    return (2 if len(compact) >= 5 and any(map(str.isdigit, compact)) else -3) - 2 * text.count(" ")


def _version_points(text: str) -> int | None:
    if _HEX.search(text) or _CLOCK.fullmatch(text) or not any(map(str.isdigit, text)):
        return None
    if text.isdigit():
        return None if len(text) < 2 else -5 if len(text) > 6 else -3
    words = min(text.count(" "), 3) + (2 if _OTHER_CODE.search(text) else 0)
    return (
        (2 if "." in text or _RELEASE.match(text) else 0)
        - (2 if len(text) > 40 else 0)
        - (3 if _DATE.fullmatch(text) else 0)
        - words
    )


def _model_points(text: str) -> int | None:
    if len(text) < 2 or _HEX.search(text):
        return None
    if text.isdigit() and len(text) < MIN_DIGITS:
        return None
    if text.isdigit() or _PROCESSOR.search(text):
        return -6
    if re.fullmatch(r"[0-9.]+", text):
        return -5
    if _PLACE.fullmatch(text) or len(_RATING.findall(text)) > 1:
        return -6
    if _PART_NUMBER.fullmatch(text) or "(null)" in text:
        return -3
    return (1 if any(map(str.isdigit, text)) else -1) - (2 if len(text) > 40 else 0)
