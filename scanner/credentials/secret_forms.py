"""The forms in which a device may repeat a secret: as it is, in an encoding, or with its special characters escaped.

Forms are folded, and so is the text that they are looked for in. A fold drops what differs between writings of the same
thing: capitals, separators, line ends, the zero octets of UTF-16. Two folds are enough: one for letters and digits, and
one for numbers, in which `63 61`, `%63%61`, `\\x63\\x61`, `0x63, 0x61` and `\\u0063\\u0061` are all the same.
"""

import html
import json
import re
from base64 import b32encode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

MIN_MIXED = 8
"""Octets of the shortest folded form of letters and digits that is looked for inside other text: 36^8 of them."""

MIN_UNIFORM = 12
"""The same for letters alone, which may be an ordinary word, and for digits alone, which may be a number."""


class Fold:
    """A fold: the octets that it keeps, in small letters."""

    __slots__ = ("_dropped", "kept")

    def __init__(self, kept: bytes) -> None:
        self.kept = frozenset(kept)
        self._dropped = bytes(octet for octet in range(256) if octet not in self.kept)

    def __call__(self, octets: bytes) -> bytes:
        return octets.translate(_SMALL, self._dropped)


_UNCHANGED = re.compile("[0-9A-Za-z]+")

_SMALL = bytes(ord(chr(octet).lower()) if octet < 0x80 else octet for octet in range(256))

TEXT = Fold(bytes(octet for octet in range(256) if octet >= 0x80 or chr(octet).isalnum()))
"""Keeps letters, digits and octets beyond ASCII."""

NUMBERS = Fold(b"123456789abcdefABCDEF")
"""Keeps the digits of numbers in hexadecimal, but for zeros: many writings fill up with them."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a fold makes of a secret. `core` is a part that several forms share: where it is missing, they all are.
    `between` are the octets that may stand between its own, or None for all. `is_plain` is False of an encoding, in
    which letters alone are no ordinary word."""

    fold: Fold
    folded: bytes
    core: bytes
    between: frozenset[int] | None = None
    is_plain: bool = True

    @property
    def is_distinctive(self) -> bool:
        """True if it is long enough that no other text holds it by chance."""
        uniform = (self.is_plain and self.folded.isalpha()) or self.folded.isdigit() or self.fold is NUMBERS
        return len(self.folded) >= (MIN_UNIFORM if uniform else MIN_MIXED)


def octets_of_secret(secret: str) -> bytes:
    """A secret as it is sent."""
    return secret.encode("utf-8", "surrogateescape")


def plain_forms(secret: str) -> Iterator[Form]:
    """A secret as it is, in the encodings of text, the usual one first, and backwards."""
    writings = [secret, secret[::-1]] if secret.isascii() else [secret, secret[::-1], secret.upper(), secret.lower()]
    written = list(map(octets_of_secret, writings))
    if not secret.isascii():
        encodings = ("latin-1", "utf-16-le", "utf-16-be")
        written += [text.encode(encoding, "ignore") for text in writings for encoding in encodings]
    for folded in map(TEXT, written):
        yield Form(TEXT, folded, _core(secret, folded), _between(secret, folded))


def _core(secret: str, folded: bytes) -> bytes:
    """The longest run of letters and digits in a secret, which no escaping changes."""
    core = TEXT(max(_UNCHANGED.findall(secret), key=len, default="").encode("ascii"))
    return core if core in folded and core else folded


def _between(secret: str, folded: bytes) -> frozenset[int] | None:
    """What may stand in a plain form. In a short one it is letters and digits, the secret's own special characters,
    quoting and what no screen shows: two words in a row are not a secret written together."""
    if len(folded) >= MIN_UNIFORM:
        return None
    return frozenset({*range(0x20), 0x5C, 0x7F, *octets_of_secret(secret), *TEXT.kept})


def encoded_forms(secret: str) -> Iterator[Form]:
    """A secret in hexadecimal, decimal, octal, base64 and base32, and with its special characters escaped."""
    octets = octets_of_secret(secret)
    numbers = ["".join(map(write, octets)) for write in ("{:02x}".format, "{:d}".format, "{:o}".format)]
    if not secret.isascii():
        numbers.append("".join(f"{ord(letter):04x}" for letter in secret))
    for folded in (NUMBERS(number.encode("ascii")) for number in numbers):
        yield Form(NUMBERS, folded, folded)
    wide = secret.encode("utf-16-le", "ignore")
    for folded in map(TEXT, (*_base64(octets), b64encode(wide)[: len(wide) * 8 // 6], b32encode(octets).rstrip(b"="))):
        yield Form(TEXT, folded, folded, is_plain=False)
    for folded in (TEXT(octets_of_secret(text)) for text in _escaped(secret)):
        yield Form(TEXT, folded, _core(secret, folded), is_plain=folded == TEXT(octets))


def _base64(octets: bytes) -> Iterator[bytes]:
    """What base64 makes of the octets wherever they stand in its groups of three, without what neighbours change."""
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(octets)) * 8 // 6
        yield b64encode(b"\0" * before + octets)[first:last]


_ESCAPES: tuple[Callable[[int], str], ...] = (
    "{:02x}".format,  # %40, =40
    "x{:02x}".format,  # \x40, &#x40;
    "{:d}".format,  # &#64;
    "{:03o}".format,  # \100
    "u{:04x}".format,  # \u0040
)


def _escaped(text: str) -> Iterator[str]:
    """The text with all its special characters escaped, or with those that a standard names."""
    for escape in _ESCAPES:
        yield "".join(letter if letter.isascii() and letter.isalnum() else escape(ord(letter)) for letter in text)
    yield from (quote(quote(text, safe="")), quote(quote(text)))
    yield from (quote(text, safe=""), quote(text), quote(text, safe="!$&'(),;=:@/?*+"), html.escape(text))
    yield from (json.dumps(text), ascii(text), text.encode("ascii", "xmlcharrefreplace").decode("ascii"))
