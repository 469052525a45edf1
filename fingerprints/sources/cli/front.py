"""Model and version in the lines with which a device introduces itself, as IOS and what was made after it write them,
Yamaha, DCN, OneOS and VOSS: `QX-48T Software, Version 2.0.2J Build 12`, `QX-8-rev.C software version 3.44`, `QX1200
Rev.10.01.71 (date)`, `QX-8200-28F Device, Compiled on ...`, `System Information for device QX_150 S/N Q123`,
`QX8K.6.0.1 (Primary Release)`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from fingerprints.claims.description_text import Guess, guesses
from fingerprints.claims.maker_name import without_maker
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName
from fingerprints.model.observation_index import clean

MAX_LINES = 12
"""Lines at the start of an output in which a device introduces itself."""

_MODEL = r"(?P<model>(?=[\w+/.-]{0,24}\d)(?=[\w+/.-]{0,24}[A-Za-z])[A-Z][\w+/.-]{2,40})"
_OPENING = re.compile(
    rf"^{_MODEL} {{1,4}}(?:[A-Z][a-z]{{2,12}} ){{0,3}}"
    r"(?:[Ss]oftware|SOFTWARE|[Ff]irmware|Device|Switch|Router|Rev\.|Ver\.|Version|[Ss]eries)\b(?! ?:)"
)
_OF_DEVICE = re.compile(rf"(?i:\bfor device) {{1,3}}{_MODEL}(?: |$)")
_VERSION = re.compile(r"^\S{2,40} {1,4}(?:Rev|Ver)\.(?P<version>\d{1,4}(?:\.\d{1,6}){1,4})\b")
_RELEASE = re.compile(
    r"^(?:(?P<version>[A-Za-z0-9][\w.-]{2,40}) \((?i:primary|active|running|current)(?: \w{1,12})?\)"
    r"|[a-z][\w-]{2,30}/(?P<named>\d{1,4}(?:[._]\d{1,4}){1,4}) \()"
)
"""The stored release that runs; or a name, a slash and a version: `qx-armel/003_005_068 (...)`."""

_BOOT = re.compile(r"(?i)\bboot|\bloader|\bcopyright|compiled by")
_LETTERS = re.compile(r"[A-Za-z]{2}")


def front_guesses(lines: Sequence[str], database: FingerprintDatabase) -> Iterator[Guess]:
    """The models and versions that the first lines tell. Lines about boot loaders tell no version."""
    for line in islice((clean(line) for line in lines if line.strip()), MAX_LINES):
        released = _RELEASE.match(line)
        if released is not None:
            yield Guess(AttributeName.VERSION, released["version"] or released["named"], 0)
        told = _OPENING.match(without_maker(line, database)) or _OF_DEVICE.search(line)
        if told is None or not _LETTERS.search(told["model"].replace("Ver", "")):
            continue
        yield Guess(AttributeName.MODEL, told["model"].rstrip(".-"), 1)
        if _BOOT.search(line):
            continue
        version = _VERSION.match(line)
        if version is not None:
            yield Guess(AttributeName.VERSION, version["version"], 2)
        else:
            yield from (guess for guess in guesses(line) if guess.name is AttributeName.VERSION)
