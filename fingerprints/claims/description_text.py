"""Model, version and serial in a description that no rule knows: by the words before them, and by their looks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from fingerprints.claims.maker_name import without_maker
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName

_VERSION = re.compile(
    r"(?ai)\b(?:(?:software|firmware|sw|fw|system|os|application)[ _-]?)?(?:version|release|ver|rev|vers)\b\.?"
    r"[\"']?[:=\[ ]{0,3}[\"']?(?>(?:v(?=\d{1,6}[.(]))?)"
    r"(?P<version>[a-z]{0,3}\d[\w.()\-+/]{0,40}+|[a-z]{1,4}(?:\.[a-z0-9]{1,6}){1,4}\d\w{0,12}"
    r"|[a-z]{2,8}-\d{1,4}(?:\.\d{1,6}){1,6}\w{0,8}(?:-\w{1,12})?)"
)
_SHORT_VERSION = re.compile(
    r"(?ai)(?:^|[ ,;(\"'{])(?:fw|sw|firmware|software|softw|s/w|f/w)[_ ]?(?:rev|ver|version)?"
    r"[\"']?(?:[:=\[ ]{1,2}|(?=v\d))[\"']?(?>(?:v(?=\d{1,6}[.(]))?)(?P<version>[a-z]{0,3}\d[\w.()\-+]{1,40}+)"
)
_BARE_VERSION = re.compile(r"(?:^|[ ,;(_/-])[vVR](?P<version>\d{1,6}+(?>(?:[.]\w{1,20}+){1,6})(?:\([\w.]{1,12}\))?)")
_DOTTED = re.compile(
    r"(?:^|[ ,;(\[])(?P<version>(?:[A-Z]{1,3}\.)?\d{1,5}+(?>(?:\.\d{1,8}+){1,5})(?>(?:(?:--|[-_.])?\w{1,20}+){0,4}))"
    r"(?=$|[ ,;)\]])"
)
_HYPHENED = re.compile(
    r"(?:[A-Za-z]-|[A-Za-z0-9]_)(?P<version>\d{1,4}+(?>(?:\.\d{1,6}+){1,6})[A-Za-z]{0,3}[\w.-]{0,24}+)"
)
_OWN_WORD = re.compile(r"(?i)(?:\b(?:version|release|ver|rev|vers)\b\.?)?[:= ]{0,3}[vVrR]?$")
_RANKS = (
    (
        -6,
        re.compile(
            r"(?i)\b(?:hw|hardware|h/w|mb|pcb|boot\w*|u-boot|btldr|loader|bios|rom|cpld|fpga|kernel|mib)\W{0,3}$"
        ),
    ),
    (-6, re.compile(r"(?i)(?:\bis|\bversion|[:=(,;]) ?linux\W{0,3}$")),
    (-3, re.compile(r"(?i)\b(?:operating system|image|driver|linux kernel)\W{0,3}$")),
    (3, re.compile(r"(?i)\b(?:sw|software|s/w|runtime)\W{0,3}$")),
    (1, re.compile(r"(?i)\b(?:fw|firmware|f/w|app|application)\W{0,3}$")),
)
"""Points for the words before a version: they announce the box's own software, or code below it."""

_QUAD = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_PRIVATE = re.compile(r"(?:10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.(?:168|0\.2)|198\.51\.100|203\.0\.113|255)\.")
_OF_ADDRESS = re.compile(
    r"(?i)\b(?:ip(?:v4)?|addr(?:ess)?|mask|gateway|inet|host|server|dns|from|to|via)\b[^,;\d]{0,16}$"
)
"""An IPv4 address where no word announces a version: one of a private or documentation range, or behind such a word."""

MAX_VERSIONS = 8
"""Matches of one expression that are read in a text."""

_SERIAL = re.compile(
    r"(?i)\b(?:ser(?:ial)?(?: ?(?:number|no\.?|#|num))?|s/?n)[\"']?\s{0,2}[.:#=]{1,2}\s{0,2}[\"']?"
    r"(?P<serial>[A-Za-z0-9-]{4,32}+)"
)
_SN = re.compile(
    r"\bS/?N[ -]{1,2}(?P<serial>[A-Z]{0,6}\d[\w-]{3,24}+)"
    r"|\b[Ss]erial {1,2}(?P<plain>(?=(?:[A-Z]{0,9}\d){4})[A-Z\d]{6,24}+)"
)
"""A serial number behind its word and a space or a hyphen alone."""
_OF_PART = re.compile(
    r"(?i)\b(?:pc[ab]|(?:mother|main|daughter) ?board|board|power|supply|psu|battery|module|fan)[ _-]{0,2}$"
)
"""The part whose serial number it is."""

_MODEL_WORD = re.compile(r"(?i)\bmodel(?: ?(?:name|no\.?|number))?[:= ]{1,2}(?P<model>[A-Za-z0-9][\w+/-]{1,40}+)")
_MODEL_KEY = re.compile(
    r"(?i)(?:^|[ ,;({\"'])(?:model|mdl?|mod|mn|prod(?:uct)?|type)[_ ]?(?:name|no|number|id|code)?[\"']?"
    r"\s{0,2}[:=]\s{0,2}[\"']?(?P<model>(?!\d{1,2}/\d)(?=[\w+/-]{0,40}\d)[A-Za-z0-9][\w+/-]{1,40}+)"
)
"""The model in a list of keys and values."""

_DIGITS_ALONE = 7
"""Points that a model of digits alone earns where the word `model` announces it, more than its looks cost."""

_PRODUCT = re.compile(r"(?i)\bpid: ?(?P<model>[A-Za-z0-9][\w+/ -]{1,48}+)")
_VERSION_BEHIND = re.compile(
    r"(?i)[ ,]\b(?:(?:software|firmware|sw|fw) )?(?:version|release|ver|rev|s/?n|fw|sw|hw)\b"
    r"|[ ,-][vVrR]?\d{1,4}(?:\.\d{1,6}){1,4}|\["
)
"""The start of a version behind a model."""

_SEGMENTS = re.compile(r"[;,|]| - |\s[({]")
_PROSE = re.compile(
    r"(?i)(?:\d[\d/x]{0,15}[ -]?(?:ports?|channels?|slots?|outlets?)\b|10/100|\D{0,60}\d[\d/]{0,12}[ -]ports?\b)"
)
"""A kind of device described by its number of ports, which is no model."""

_NAME = re.compile(r"[A-Z][\w+&/-]{1,20}(?: [A-Z][\w+&/-]{0,20}){1,3}")
"""A product's name without a digit, between its maker's name and its version: `XPort AR`."""

_NUMBERS = re.compile(r"[vV]?\d{1,9}(?:\.\d{1,9}){1,9}")
"""A version, where a model would stand."""

_PROGRAM_WORDS = frozenset(("agent", "kernel", "operating", "snmp", "software", "systemname", "web/snmp"))
"""Words of a name that is a program's."""

_KIND_WORDS = frozenset(
    [
        "access",
        "advanced",
        "application",
        "auto",
        "box",
        "camera",
        "card",
        "concentrator",
        "controller",
        "data",
        "device",
        "digital",
        "ethernet",
        "fast",
        "firewall",
        "fm",
        "gateway",
        "gigabit",
        "industrial",
        "intelligent",
        "interface",
        "link",
        "managed",
        "management",
        "modular",
        "module",
        "network",
        "pdu",
        "platform",
        "point",
        "power",
        "printer",
        "proxy",
        "raid",
        "rebroadcast",
        "receiver",
        "router",
        "routing",
        "server",
        "storage",
        "subsystem",
        "supply",
        "switch",
        "switched",
        "switching",
        "system",
        "terminal",
        "transfer",
        "unit",
        "ups",
        "web",
        "wireless",
    ]
)
"""Words that every maker calls devices by."""

_LEGAL = re.compile(r"^(?:(?:Inc|Corp|Corporation|Ltd|Co|GmbH|LLC|AG|S\.A)\b\.?|\((?:tm|TM|r|R|c|C)\)|[™®©])[ ,]{0,2}")
"""Words behind a maker's name that are no model: its legal form, or a trade mark sign."""
_TOKEN = re.compile(r"^(?=.{0,30}?\d)(?=.{0,30}?[A-Za-z])[A-Za-z0-9][\w+/-]{2,40}$")
_NO_MODEL = re.compile(
    r"(?i)^(?:v?\d{1,6}(?:[._]\w{1,10}){0,6}|\d{1,6}(?:g|ge|gb|m|mb|w|kw|va|kva|v|t|tx|x|u|mm|mhz|ghz|-?ports?|-?bit|-?slot|base\w{1,6})"
    r"(?:[/x-]\w{0,12})?|r\d{1,3}|\d{1,2}(?:st|nd|rd|th)|\d{1,4}[/-]\d{1,4}(?:[/-]\d{1,4})?|ipv[46]|l(?:ayer)?-?[23]\+?|generic_[\d-]+|x86\w*|i[3-6]86"
    r"|(?=(?:[a-z]{0,9}\d){6})[a-z\d]{9,30}|[a-z]{3}\d{4}[a-z\d]{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/\d{1,2}/\d{2,4}"
    r"|arm\w*|ppc\w*|mips\w*|amd64|\d{1,3}x\d[\d/]{0,12}|[0-9a-f]{12}|snmp\w*)$"
)

MAX_SEGMENTS = 3
"""Segments of a text that are read until one holds more than the maker's name."""

MAX_WORDS = 8
MAX_SEGMENT = 60
"""Words and characters of a first segment that may be a model as a whole."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A text that may be an attribute, and the points for the words that announce it."""

    name: AttributeName
    text: str
    points: int


def guesses(text: str) -> Iterator[Guess]:
    """The versions and the serial number in a description, `text` clean."""
    for expression, points in (
        (_SHORT_VERSION, 1),
        (_VERSION, 0),
        (_BARE_VERSION, -1),
        (_HYPHENED, -4),
        (_DOTTED, -3),
    ):
        for place, match in enumerate(islice(expression.finditer(text), MAX_VERSIONS)):
            version = match["version"].rstrip(".,;-(")
            version = version.rstrip(")") if "(" not in version else version
            if expression is _DOTTED and _is_address(text, match.start("version"), version):
                continue
            announced = _announcement_points(text, match.start("version"))
            yield Guess(AttributeName.VERSION, version, points + announced - min(place, 2))
    serial = _SERIAL.search(text) or _SN.search(text)
    if serial is not None and not _OF_PART.search(text[max(serial.start() - 24, 0) : serial.start()]):
        yield Guess(AttributeName.SERIAL, serial[serial.lastgroup or "serial"], 0)


def _is_address(text: str, place: int, version: str) -> bool:
    """True if four numbers that no word announces as a version are an IPv4 address."""
    if not _QUAD.fullmatch(version) or any(int(part) > 255 for part in version.split(".")):
        return False
    return _PRIVATE.match(version) is not None or _OF_ADDRESS.search(text[max(place - 40, 0) : place]) is not None


def _announcement_points(text: str, place: int) -> int:
    """Points for the words right before a version, without its own word (`version`, `rev`, `V`)."""
    before = _OWN_WORD.sub("", text[max(place - 40, 0) : place])
    return next((points for points, expression in _RANKS if expression.search(before)), 0)


def model_guesses(text: str, database: FingerprintDatabase) -> Iterator[Guess]:
    """Texts that may be the model: the one behind the word `model`, the front of the text, and the first word that
    looks like a model."""
    announced = _PRODUCT.search(text) or _MODEL_WORD.search(text) or _MODEL_KEY.search(text)
    if announced is not None:
        of_digits = announced["model"].isdigit() and announced.re is _MODEL_WORD
        yield Guess(AttributeName.MODEL, announced["model"], 2 + (_DIGITS_ALONE if of_digits else 0))
    segments = [part.strip(" \"'\\#*") for part in _SEGMENTS.split(text)]
    for segment in [part for part in segments if part][:MAX_SEGMENTS]:
        product = _VERSION_BEHIND.split(segment, maxsplit=1)[0].strip(" ,.:-")
        rest = _LEGAL.sub("", without_maker(product, database))
        yield from _front(rest)
        if _NAME.fullmatch(rest) and not _PROSE.match(rest) and not _names_a_kind(rest):
            yield Guess(AttributeName.MODEL, rest, -3 if product != segment or rest != product else -4)
        if rest:
            break
    for word in re.findall(r"[^\s,;()\[\]\"']+", text[:200]):
        if word.isascii() and _is_model(word) and any(map(str.isupper, word)) and without_maker(word, database):
            yield Guess(AttributeName.MODEL, word, -2)
            return


def _names_a_kind(name: str) -> bool:
    """True if a name says no more than what kind of device or program it is."""
    words = set(name.lower().split())
    return not words.isdisjoint(_PROGRAM_WORDS) or words <= _KIND_WORDS


def _front(segment: str) -> Iterator[Guess]:
    words = segment.split()
    if _NUMBERS.fullmatch(segment) or "(tm)" in segment:
        return
    if words and _is_model(words[0]):
        yield Guess(AttributeName.MODEL, words[0], 1)
    elif 0 < len(words) <= MAX_WORDS and len(segment) <= MAX_SEGMENT and any(map(str.isdigit, segment)):
        yield Guess(AttributeName.MODEL, segment, -3 if _PROSE.match(segment) else 0)
    elif len(words) == 1:
        yield Guess(AttributeName.MODEL, segment, -1)


def _is_model(word: str) -> bool:
    return _TOKEN.match(word) is not None and _NO_MODEL.match(word) is None
