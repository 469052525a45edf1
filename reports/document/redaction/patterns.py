"""Finds what looks like an address, a MAC address, a host, a mailbox or a path in a text, whoever wrote it and how."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from reports.document.redaction.private_kind import PrivateKind


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


_MAILBOX = _pattern(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_COLONS = _pattern(r"(?<![0-9a-z:])(?:[0-9a-f]{0,4}:){2,}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4})?")
_GROUPS = _pattern(r"(?<![0-9a-f])[0-9a-f]{4}([.-])[0-9a-f]{4}\1[0-9a-f]{4}(?![0-9a-f])")
_OCTETS = _pattern(r"(?<![0-9a-f])[0-9a-f]{2}([ ._-])(?:[0-9a-f]{2}\1){4,}[0-9a-f]{2}(?![0-9a-f])")
_HALVES = _pattern(
    r"(?<![0-9a-z])(?=[0-9]{0,5}[a-f]|[0-9]{6}[-:][0-9]{0,5}[a-f])[0-9a-f]{6}[-:][0-9a-f]{6}(?![0-9a-z])"
)
"""A MAC address as ProCurve prints one: `00e0fc-a1b2c3`. Digits alone are a part number."""

_DIGITS = _pattern(r"(?<![0-9a-f])[0-9a-f]{12,}(?![0-9a-z])")
_QUAD = _pattern(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)")
_DASHED = _pattern(r"(?<!\d)(?<!\d-)\d{1,3}(?:-\d{1,3}){3}(?!\d|-\d)")
_HOST = _pattern(r"(?<![\w.-])(?:[a-z0-9_][\w-]{0,62}\.){1,8}[a-z]{2,24}(?![\w-]|\.\w)")
_PATH = _pattern(r"(?<![\w/.:])~?/(?:[\w.+-]{1,255}/){1,32}[\w.+-]{1,255}")

_TOP_LEVEL = re.compile(
    r"arpa|biz|cloud|com|corp|edu|example|gov|home|info|int|internal|intranet|invalid|io|lan|local|localdomain|mil|net|"
    r"network|org|private|test"
)
"""Last labels after which two labels are a host: `bank.example`. Three labels are one whatever the last is."""

_FILE_ENDING = re.compile(r"bin|cc|csv|gz|html|img|iso|json|pat|py|sh|sqlite|tar|tgz|txt|xml|yaml|yml|zip")
"""Last labels that make it the name of a file, which may be an image's and so a version."""

_UNIVERSAL = 0x02
"""The bit of a MAC address's first octet that is set where no maker was assigned it (IEEE 802)."""


@dataclass(frozen=True, slots=True)
class PrivateSpan:
    """A private value in a text: its place, its kind, and its value in the one form in which all writings are equal."""

    start: int
    end: int
    kind: PrivateKind
    value: str


def private_spans(text: str) -> Iterator[PrivateSpan]:
    """Each private value that a text shows by its looks. Two of them may overlap. What cannot hold one costs little."""
    for sign, count, pattern, read in _LOOKS:
        if text.count(sign) >= count:
            for match in pattern.finditer(text):
                found = read(match.group())
                if found is not None:
                    kind, value, written = found
                    yield PrivateSpan(match.start(), match.start() + len(written), kind, value)


def address_of(text: str) -> str | None:
    """An IP address in its one form, or None for another text."""
    stripped = text.strip("[]")
    for parse in (IPv4Address, IPv6Address):
        try:
            return str(parse(stripped))
        except AddressValueError:
            continue
    return None


def mac_of(text: str) -> str | None:
    """A MAC address as twelve lower-case hexadecimal digits, from any writing; None for another text."""
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    if ":" in text and text.count(":") == 5:
        digits = "".join(part.zfill(2) for part in text.lower().split(":"))
    return digits if len(digits) == 12 and re.fullmatch(r"[0-9a-fA-F .:-]+", text) else None


def maker_half(mac: str) -> str:
    """The half of a MAC address that IEEE assigned to its maker (24 bits), which is not private; `local` for none."""
    return "local" if int(mac[:2], 16) & _UNIVERSAL else mac[:6]


_Found = tuple[PrivateKind, str, str] | None


def _mailbox(text: str) -> _Found:
    return PrivateKind.CONTACT, text.lower(), text


def _colons(text: str) -> _Found:
    """An IPv6 address, a MAC address, or a longer row of octets; a time of day is none of them."""
    written = text if text.endswith("::") else text.rstrip(":")
    address = address_of(written)
    if address is not None:
        return None if written == "::" else (PrivateKind.ADDRESS, address, written)
    count = written.count(":") + 1
    if all(0 < len(part) <= 2 for part in written.split(":")) and count >= 6:
        return _hexadecimal("".join(part.zfill(2) for part in written.split(":")), written)
    if count == 3 and all(len(part) == 4 for part in written.split(":")):
        return _hexadecimal(written.replace(":", ""), written)
    return (PrivateKind.OCTETS, written.lower(), written) if count > 6 else None


def _octets(text: str) -> _Found:
    return _hexadecimal(re.sub(r"[^0-9a-fA-F]", "", text), text)


def _hexadecimal(digits: str, written: str) -> _Found:
    kind = PrivateKind.MAC if len(digits) == 12 else PrivateKind.OCTETS
    return kind, digits.lower(), written


def _quad(text: str) -> _Found:
    numbers = [int(number) for number in text.replace("-", ".").split(".")]
    if any(number > 255 for number in numbers):
        return None
    return PrivateKind.ADDRESS, ".".join(map(str, numbers)), text


def _host(text: str) -> _Found:
    labels = text.lower().split(".")
    named = any(any(letter.isalpha() for letter in label) for label in labels[:-1])
    if not named or _FILE_ENDING.fullmatch(labels[-1]) or (len(labels) == 2 and not _TOP_LEVEL.fullmatch(labels[-1])):
        return None
    return PrivateKind.HOST, text.lower(), text


def _path(text: str) -> _Found:
    return PrivateKind.FILE, text.lower(), text


_LOOKS = (
    ("@", 1, _MAILBOX, _mailbox),
    (":", 2, _COLONS, _colons),
    (".", 3, _QUAD, _quad),
    (".", 2, _GROUPS, _octets),
    (".", 1, _HOST, _host),
    ("-", 3, _DASHED, _quad),
    ("-", 2, _GROUPS, _octets),
    ("-", 1, _HALVES, _octets),
    (":", 1, _HALVES, _octets),
    (".", 5, _OCTETS, _octets),
    ("_", 5, _OCTETS, _octets),
    ("-", 5, _OCTETS, _octets),
    (" ", 5, _OCTETS, _octets),
    ("/", 2, _PATH, _path),
    ("", 12, _DIGITS, _octets),
)
"""Each look: a character, how many of it a text must have, the pattern, and what reads a match."""
