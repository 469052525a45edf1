"""Signs for an output whose encoding lacks kitscan's own: ASCII ones of the same width, and codes for all else."""

import codecs
import encodings.ascii

ERRORS = "kitscan-signs"
"""The name of the error handler, for `open` and TextIOWrapper (codecs.register_error)."""

ASCII = "kitscan-ascii"
"""The name of a codec that is ASCII and not called so: click writes UTF-8 where the encoding is `ascii`."""

SIGNS = {
    "■": "#",
    "▲": "!",
    "◆": "*",
    "○": "o",
    "●": "o",
    "✓": "+",
    "•": "*",
    "·": "-",
    "–": "-",
    "—": "-",
    "→": ">",
    "…": "~",
    "“": '"',
    "”": '"',
    "⟨": "<",
    "⟩": ">",
}
"""One character for one, so that columns stay."""

_PICTURES = 0x2400
"""Where Unicode begins to draw the control characters U+0000 to U+001F."""

_LINES = {0x2500: "-", 0x2502: "|"}
"""Box drawings that are no corner or crossing (Unicode U+2500 to U+257F)."""


def register_signs() -> None:
    """Make ERRORS and ASCII known to this process."""
    codecs.register_error(ERRORS, _replace)
    codecs.register(_find_ascii)


def in_ascii(character: str) -> str:
    """A character in ASCII: a sign of its width if there is one, the picture of a control character as `^M`, else its
    code as Python writes it."""
    sign = SIGNS.get(character)
    if sign is not None:
        return sign
    code = ord(character)
    if _PICTURES <= code < _PICTURES + 0x20:
        return f"^{chr(code - _PICTURES + 0x40)}"
    if 0x2500 <= code < 0x2580:
        return _LINES.get(code, "+")
    if 0x2580 <= code < 0x25A0:
        return "#"
    return character.encode("ascii", "backslashreplace").decode("ascii")


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(in_ascii, error.object[error.start : error.end])), error.end


def _find_ascii(name: str) -> codecs.CodecInfo | None:
    """Python asks with the name in small letters and underscores for hyphens."""
    if name.replace("_", "-") != ASCII:
        return None
    codec = encodings.ascii
    return codecs.CodecInfo(
        codec.Codec.encode,
        codec.Codec.decode,
        incrementalencoder=codec.IncrementalEncoder,
        incrementaldecoder=codec.IncrementalDecoder,
        name=ASCII,
    )
