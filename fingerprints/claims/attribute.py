"""Attributes of a device (model, version, serial, operating system, kind): the points of each text, and the choice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source

MAX_ATTRIBUTE = 120
"""Characters of an attribute; a longer text is prose."""

MAX_AGREEING = 3
"""Points that agreement of other places adds at most."""

MIN_POINTS = -4
"""Points below which a text is not chosen: its place promises something else."""

MIN_DIGITS = 4
"""Digits that a model of digits alone has at least; fewer are a number in some table of the maker's MIB."""

OF_DIGITS = -6
"""Points of a model of digits alone, such as an access point's `515`: a short one only where a rule reads it."""

MIN_SERIAL_DIGITS = 3
"""Digits that a serial number of digits alone has at least; fewer are a count or a slot."""

REFERENCE = -9
"""Points of the version of a reference firmware, so that the maker's own version wins."""

ZEROS = -4
"""Points of a serial number of zeros: chosen only where the agent has no other."""

_ZEROS = re.compile(r"0{8,20}")
_NUMBERED_WORD = re.compile(r"\d{1,2}[A-Za-z]{3,20}")
"""A digit and a word, as the company 3Com is spelt: no version."""

_DATE = re.compile(r".{0,6}\b\d{4}-\d{1,2}-\d{1,2}\)?|\d{1,2}/\d{1,2}/\d{2,4}")
_OID = re.compile(r"\.?\d+(\.\d+){6,}")
_PROCESSOR = re.compile(
    r"\bCPU\b|\d ?[MG]Hz\b|^(?:x86_64|amd64|i[3-6]86|aarch64|armv\d\w{0,6}|mips\w{0,4}|ppc\w{0,4})$"
)
_OTHER_CODE = re.compile(r"(?i)\b(?:fpga|cpld|boot\w*|u-boot|kernel|bios)\b")
"""Words in a version's text for code below or beside a device's own software."""

_LAYERS = re.compile(r"(?i)l(?:ayer)?[ -]?\d\+?(?:[/,&+-] ?l?(?:ayer)?[ -]?\d\+?){0,4}")
"""Layers of the OSI model, which descriptions open with: `Layer2+`, `L2/L3/L4`."""

_OF_VERSION = re.compile(r"(?i)(?:version|ver\.?|release|rev\.?)[ :]{1,3}v?\d")
"""The start of a version, where a model would stand."""

_CHIP = re.compile(r"(?i)(?:bcm|rtl|ipq|qca|mt)[- ]?\d{4,6}[a-z\d_]{0,4}")
"""A chip of the makers of switching and wireless chips, as `Machine Model` of their reference software."""

_STORE = re.compile(r"(?i)(?:image|exec|firmware|flash|bank|partition|slot|side|config|primary|secondary)[ _-]?\d{0,2}")
"""The place of a stored image, where a version would stand."""

_COMMIT = re.compile(r"-g[0-9a-f]{7,12}\b")
"""The commit that `git describe` appends: of kernels and boot loaders more often than of a device's own software."""

_PART_NUMBER = re.compile(r"\d{2,10}(?:-\d{2,10}){1,3}")
"""A part number of digits, which makers print beside a model's name."""

_RELEASE = re.compile(r"\w{0,16}?[vV]\d{1,4}[rR]\d")
"""A version of the form V100R005C01."""

_PADDED = re.compile(r"\d{2}\.\d{2}\.\d{4}\.\d{4}")
_PLACE = re.compile(
    r"(?i)(?:bay|slot|port|unit|module|fan|psu|chassis|board|shelf|rack|stack|switch|node|card|battery|outlet|probe|sensor|input|output)\W?\d{1,3}"
)
"""The place of a part, which some agents write where its model belongs."""

_RATING = re.compile(r"\d ?(?:V|A|W|VA|kVA|kW|Hz)\b")
_MEASUREMENT = re.compile(
    r"\d{1,6}(?:\.\d{1,4})?(?: ?(?:[MGkm]?[Hh]z|[kKm]?VA|[kKm]V|[kKM]W|mA|[kKMGT]i?B|[kKMG]bps|%|dBm?|[nck]m)| [VAWm])"
)
"""A number and its unit."""

_NO_SERIAL = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,3}(?:\.\d{1,3}){3}|\d{1,2}:\d{2}:\d{2}|\+\d[\d ()-]{6,20}"
)
"""A date, an IPv4 address, a time of day or a telephone number, where a serial number would stand."""

_HEX = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One text that may be an attribute of the device. `source` and `at` are those of its observation; `symbol` is the
    MIB's name of the object it comes from, empty where no MIB names it."""

    name: AttributeName
    text: str
    points: int
    source: str
    at: str
    symbol: str = ""


def best_attribute(attributes: Iterable[Attribute], name: AttributeName) -> str | None:
    """The text with the most points, or None where all have fewer than MIN_POINTS. Each other place with the same text
    adds a point, up to MAX_AGREEING; the rows of one table are one place. Of texts with equal points the first wins.
    Texts that differ in case alone are one; the device's own spelling goes before that of a product table."""
    by_text: dict[str, list[Attribute]] = {}
    for attribute in attributes:
        if attribute.name == name:
            by_text.setdefault(attribute.text.casefold(), []).append(attribute)
    totals = {text: _total_points(alike) for text, alike in by_text.items()}
    best = max(totals, key=lambda text: totals[text], default=None)
    if best is None or totals[best] < MIN_POINTS:
        return None
    return min(by_text[best], key=lambda alike: (alike.source == Source.SNMP_SYS_OBJECT_ID, -alike.points)).text


def _total_points(alike: list[Attribute]) -> int:
    places = {(attribute.source, attribute.symbol) for attribute in alike}
    return max(attribute.points for attribute in alike) + min(len(places) - 1, MAX_AGREEING)


def attribute_points(
    name: AttributeName, text: str, origin: str, scores: AttributeScores, extra: int = 0
) -> int | None:
    """The points of a text as an attribute: those of its origin (attribute_scores.yaml), of its looks, and `extra`.
    None where it cannot be that attribute."""
    looks = plausible(name, text, scores)
    if looks is None and name is AttributeName.MODEL and text.isdigit() and len(text) > 1 and origin.endswith("-rule"):
        looks = OF_DIGITS
    return None if looks is None else scores.origins[origin] + looks + extra


def plausible(name: AttributeName, text: str, scores: AttributeScores) -> int | None:
    """Points for how a text looks as an attribute; None where it cannot be one."""
    if len(text) > MAX_ATTRIBUTE or _OID.fullmatch(text):
        return None
    if name is AttributeName.SERIAL and _ZEROS.fullmatch(text):
        return ZEROS
    if not scores.says_something(text):
        return None
    if name is AttributeName.SERIAL:
        return _serial_points(text)
    if name is AttributeName.VERSION:
        return REFERENCE if text in scores.reference_versions else _version_points(text)
    if name is AttributeName.MODEL:
        return _model_points(text)
    return 0


def spelled(name: AttributeName, text: str) -> str:
    """An attribute as kitscan writes it: a version of IBM's form V.R.M.F. loses its zeros (`06.01.0009.0300`)."""
    if name is AttributeName.VERSION and _PADDED.fullmatch(text):
        return ".".join(str(int(part)) for part in text.split("."))
    return text


def _serial_points(text: str) -> int | None:
    if len(text) < 2 or len(text) > 64 or _HEX.search(text) or _NO_SERIAL.fullmatch(text):
        return None
    compact = re.sub(r"[\s:.-]", "", text)
    if compact.isdigit() and len(compact) < MIN_SERIAL_DIGITS:
        return None
    if not compact or set(compact) <= {"0", "F", "f", "X"}:
        return ZEROS
    return (2 if len(compact) >= 5 and any(map(str.isdigit, compact)) else -3) - 2 * text.count(" ")


def _version_points(text: str) -> int | None:
    if _HEX.search(text) or _MEASUREMENT.fullmatch(text) or not any(map(str.isdigit, text)):
        return None
    if _NUMBERED_WORD.fullmatch(text) or _STORE.fullmatch(text):
        return None
    if set(filter(str.isalnum, text)) == {"0"}:
        return ZEROS
    if text.isdigit():
        return None if len(text) < 2 else -5 if len(text) > 6 else -3
    words = min(text.count(" "), 3) + (2 if _OTHER_CODE.search(text) else 0)
    return (
        (2 if "." in text or _RELEASE.match(text) else 0)
        - (2 if len(text) > 40 else 0)
        - (3 if _DATE.fullmatch(text) else 0)
        - (4 if _COMMIT.search(text) else 0)
        - words
    )


def _model_points(text: str) -> int | None:
    if len(text) < 2 or _HEX.search(text):
        return None
    if _LAYERS.fullmatch(text) or _OF_VERSION.match(text) or _CHIP.fullmatch(text):
        return None
    if text.isdigit() and len(text) < MIN_DIGITS:
        return None
    if text.isdigit() or _PROCESSOR.search(text):
        return OF_DIGITS
    if re.fullmatch(r"[0-9.]+", text) or _PART_NUMBER.fullmatch(text):
        return -5
    if _PLACE.fullmatch(text) or len(_RATING.findall(text)) > 1:
        return -6
    if "(null)" in text:
        return -3
    return (1 if any(map(str.isdigit, text)) else -2) - (2 if len(text) > 40 else 0)
