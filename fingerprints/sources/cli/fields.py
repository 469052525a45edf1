"""The fields of one line of command output: `label : value`, once or several times.

Forms, each in some vendor's manual: `Model Name : X`; `Model Name.......... X`; `Model Name      - X`; the same in a
frame of bars, or with a bar for the colon; two columns of fields on a line; `PID: X, VID: Y, SN: Z`; `NAME: x DESCR:y`;
`serial=X MAC-Address=Y`; `Chassis: X (Serial #: Y, Part #: Z)`; `Serial number is X`; `Serial Number 0x23 12 X`.
"""

import re
from collections.abc import Iterator
from itertools import islice

MAX_FIELDS_A_LINE = 12

_FIELD = re.compile(
    r"^[ \t|*/$#]{0,24}(?P<label>[A-Za-z][\w ./#()&-]{0,64}?)"
    r"(?:[ \t]{0,40}[:=]|[ \t]?\.{3,60}:?|[ \t]{0,40}[:=]\.{1,9}|[ \t]{2,40}-(?= )|[ \t]{1,60}\|(?=[^|]{1,160}$))"
    r"[ \t]{0,60}(?P<text>\S[^\n]{0,160})$"
)
_KEY = r"[A-Za-z][\w./#&-]{0,24}"
_NEXT = re.compile(
    rf"(?:^(?={_KEY}[:=])|[ \t]{{2}}|\t|[,;|(][ \t]{{0,3}}|(?<=\S)[ ](?={_KEY}[:=][^\s/:=]))"
    rf"(?P<label>{_KEY}(?: [\w./#&-]{{1,24}}){{0,5}})(?:[ \t]{{0,40}}[:=])(?![/:=])[ \t]{{0,40}}(?=\S)"
)
"""A further field behind the first: behind two blanks, a tab, a comma, a bar or a bracket; behind one blank if nothing
stands between its label, the colon and its value."""

_NAMED = re.compile(
    r"(?i)^[ \t]{0,8}name[ \t]{0,20}:[ \t]{0,8}(?P<name>\"[^\"\n]{1,60}\"|[^\s,][^,\n]{0,60}?)[ \t]{0,20}(?:,|\t|  )"
)
_DESCRIBED = re.compile(r"(?i)\bdescr(?:iption)?:[ \t]{0,8}\"?(?P<text>[^\"\n]{0,80})")
_IN_BRACKETS = re.compile(
    r"^[ \t]{0,12}(?P<title>[A-Za-z][^()\n]{1,80}?)[ \t]{0,4}(?P<inside>\([A-Za-z][^()\n]{0,60}[:=][^()\n]{1,100}\))"
)
_FURTHER = re.compile(r"  |, |\t|,$")
_TYPED = re.compile(
    r"^ {0,4}(?P<label>[A-Z][\w /-]{1,24}?) {1,24}0x[0-9A-Fa-f]{2} {1,6}\d{1,4} (?P<text>\S[^\n]{0,160})$"
)
"""A field of ONIE's TlvInfo EEPROM, as its `onie-syseeprom` and SONiC print it: name, type code, length and value."""

_STATED = re.compile(
    r"^ {0,8}(?P<label>(?i:(?:[a-z]{2,12} ){0,2}(?:serial number|model(?: (?:number|name))?|(?:hardware|device) type"
    r"|(?:product|board) name|(?:software|firmware) version)))"
    r" is:? (?P<text>(?=\S{0,40}\d)[\w.()/+-]{3,48})$"
)
"""A field that is said as a sentence: `System serial number is X` (WiNG), `Hardware type is X` (NEC IX)."""
_FRAME = " \t|"


def fields_in(line: str) -> tuple[tuple[str, str], ...]:
    """The fields of a line, in order. The text of the first reaches to the end of the line, because a description may
    hold anything; `first_value` cuts it."""
    line = line.rstrip(_FRAME)
    whole = _TYPED.match(line) or _STATED.match(line)
    if whole is not None:
        return ((whole["label"], whole["text"].strip()),)
    first = _FIELD.match(line)
    if first is None:
        return ()
    label = first["label"]
    if label.count("(") > label.count(")"):
        return tuple(further_fields(line))
    text = first["text"].strip(" \t\"'")
    return ((first["label"].strip(" .\t"), text), *further_fields(text))


def further_fields(text: str) -> Iterator[tuple[str, str]]:
    """The fields inside a text: `MLXe (Serial #: X, Part #: Y)`, `FW:1.2 SW:3.4`."""
    found = [*islice(_NEXT.finditer(text), MAX_FIELDS_A_LINE)]
    for match, following in zip(found, (*found[1:], None), strict=False):
        end = following.start() if following is not None else len(text)
        value = text[match.end() : end].strip(" \t,;|\"'")
        yield match["label"].strip(" ."), value if "(" in value else value.partition(")")[0]


def value_column(line: str) -> int:
    """The column at which the text of a line's first field starts; 0 if the line holds none."""
    first = _FIELD.match(line.rstrip(_FRAME))
    return first.start("text") if first is not None else 0


def first_value(text: str) -> str:
    """A field's text up to the start of another: two spaces, a tab, a comma and a space, or a further field."""
    following = _NEXT.search(text)
    text = text[: following.start()] if following is not None else text
    return _FURTHER.split(text, maxsplit=1)[0].rstrip(",;(| \"'")


def title_in(line: str) -> tuple[str, str]:
    """The name and the description of the part that a line of fields is about, where the line itself says so: Cisco's
    and Brocade's `NAME: "x", DESCR: "y"`, and a name before a serial number in brackets. Empty for any other line."""
    named = _NAMED.match(line)
    described = _DESCRIBED.search(line, named.end() - 2) if named is not None else None
    if named is not None and described is not None:
        return named["name"].strip('" '), described["text"].strip()
    bracketed = _IN_BRACKETS.match(line)
    is_part = bracketed is not None and "serial" in bracketed["inside"].lower()
    return (bracketed["title"] if bracketed is not None and is_part else "", "")
