"""The ways in which a device may write a secret that it repeats: encodings, escapes, and what terminals do."""

import html
import json
import quopri
from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from urllib.parse import quote

Write = Callable[[str], bytes]


def _each(write: Callable[[int], str]) -> Write:
    return lambda text: "".join(map(write, text.encode())).encode()


def _text(write: Callable[[str], str]) -> Write:
    return lambda text: write(text).encode()


WRITINGS: Mapping[str, Write] = {
    "plain": str.encode,
    "in capitals": _text(str.upper),
    "latin-1": lambda text: text.encode("latin-1"),
    "UTF-16": lambda text: text.encode("utf-16-le"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "hex": _text(lambda text: text.encode().hex()),
    "hex with blanks": _text(lambda text: text.encode().hex(" ")),
    "hex with colons, in capitals": _text(lambda text: text.encode().hex(":").upper()),
    "hex of UTF-16": _text(lambda text: text.encode("utf-16-le").hex()),
    "0x": _text(lambda text: ", ".join(f"0x{octet:02X}" for octet in text.encode())),
    "backslash x": _each("\\x{:02x}".format),
    "backslash u": _text(lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text)),
    "octal": _each("\\{:03o}".format),
    "decimal": _text(lambda text: ".".join(map(str, text.encode()))),
    "base64": lambda text: b64encode(text.encode()),
    "base64, one octet later": lambda text: b64encode(b"a" + text.encode() + b"bc"),
    "base64, two octets later": lambda text: b64encode(b"ab" + text.encode()),
    "base64 for URLs": lambda text: urlsafe_b64encode(b"ab" + text.encode()).rstrip(b"="),
    "base64 of UTF-16": lambda text: b64encode(text.encode("utf-16-le")),
    "base32": lambda text: b32encode(text.encode()),
    "hex like MAC addresses": _text(lambda text: text.encode().hex(".", 2)),
    "backwards": _text(lambda text: text[::-1]),
    "URL": _text(quote),
    "URL, twice": _text(lambda text: quote(quote(text, safe=""), safe="")),
    "URL, every octet": _each("%{:02X}".format),
    "quoted-printable": lambda text: quopri.encodestring(text.encode(), quotetabs=True),
    "HTML": _text(html.escape),
    "HTML, decimal": _each("&#{};".format),
    "HTML, hexadecimal": _each("&#x{:x};".format),
    "JSON": _text(json.dumps),
    "escaped": _text(lambda text: "".join(one if one.isalnum() else f"\\{one}" for one in text)),
    "over two lines": _text(lambda text: f"{text[:5]}\r\n{text[5:]}"),
    "over two pages": _text(lambda text: f"{text[:5]}\r\n --More-- \r         \r{text[5:]}"),
    "coloured": _text(lambda text: f"{text[:3]}\x1b[1;31m{text[3:7]}\x1b[0m{text[7:]}"),
    "struck over": _text(lambda text: "".join(f"{one}\b{one}" for one in text)),
    "corrected": _text(lambda text: f"{text[:4]}x\b{text[4:]}"),
    "a letter a line": _text("\n".join),
    "a letter a column": _text(" | ".join),
    "over two lines, the second indented": _text(lambda text: f"{text[:5]}\r\n     {text[5:]}"),
    "with characters of no width": _text("\u200b".join),
}
"""Each writing by its name. Latin-1 and capitals are for secrets that have them."""
