"""What net-snmp's `snmpwalk` prints, in any form that people save or paste: numbers or names (-On, -Os, -Of), with
types or without (-Oq, -OQ), and values that run over several lines.

Forms are those of net-snmp's snmpcmd(1). A line that cannot be read becomes a Gap that names it.
"""

import codecs
import io
import re
from collections.abc import Iterator
from itertools import chain

from fingerprints.database.mib_names import MibNames, mib_names, object_of
from fingerprints.model.evidence import Gap, GapReason, kept

WalkedValue = tuple[str, str]
"""The object identifier and the value of one object."""

EXPECTED = "lines such as .1.3.6.1.2.1.1.1.0 = STRING: text, as snmpwalk -On prints"

_NO_VALUE = ("No Such Object", "No Such Instance", "No more variables", "NULL")
_WRONG_TYPE = re.compile(r"^Wrong Type \([^()\n]{1,80}\): ")
_TYPED = re.compile(
    r"(?P<type>Hex-STRING|STRING|OID|Timeticks|INTEGER|Integer32|Counter32|Counter64|Gauge32|UInteger32|Unsigned32"
    r"|IpAddress|Network Address|Opaque|BITS|Hex)(?::(?: |(?=\n|$)))"
)
_OPENS = re.compile(r"""[.:\w\[\]-]{1,400}+(?:[^ '"=\n]|'[^'\n]{0,80}'|"[^"\n]{0,80}"){0,40} =(?: |$)""")
_OPENS_QUICK = re.compile(r"\.?(?:[A-Za-z][\w-]{0,60}::)?[A-Za-z0-9][\w.\[\]-]{0,380}(?: |$)")
_COMMAND = re.compile(r"(?:^|[$#>%] ?|\bsudo |\btime )(?:\S{0,60}/)?snmp(?:bulk)?(?:walk|get|getnext)\b")
"""A line with the command that printed the rest. It may hold a community, so nothing of it is quoted."""

_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2}[ \n]){1,}")
_HINTED = re.compile(r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5,7}")
_ELAPSED = re.compile(r"(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2}):(\d{1,2})\.(\d{2})")
_LABELLED = re.compile(r"\A[^()]{0,80}\((-?\d+)\)\Z")


_FAILED = re.compile(r"(?:snmp\w{3,10}: )?(?:Timeout: No Response|Error in packet|Error: OID not increasing)\b")
"""A line by which net-snmp says that the walk ended before its end."""


class _UnreadableLineError(ValueError):
    """A value breaks the format; the text says how."""


def text_of_capture(octets: bytes) -> bytes:
    """A text's octets without its byte order mark; UTF-16, as Windows saves it, becomes UTF-8."""
    return b"".join(blocks_of_capture(iter((octets,))))


def blocks_of_capture(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """`text_of_capture` for a text in blocks. The first one shows how it is encoded."""
    first = next(blocks, b"")
    encoding = _utf_16_of(first)
    if encoding is None:
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in chain((first,), blocks):
        yield decoder.decode(block).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _utf_16_of(octets: bytes) -> str | None:
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if octets[1:2] == b"\0" == octets[3:4]:
        return "utf-16-le"
    return "utf-16-be" if octets[:1] == b"\0" == octets[2:3] else None


def walked_values(octets: bytes) -> Iterator[WalkedValue | Gap]:
    """Every object of a walk, and a Gap for each line that cannot be read."""
    text = text_of_capture(octets)
    quick = not any(_OPENS.match(line) for line in _lines(text) if not _COMMAND.search(line[:200]))
    names = mib_names()
    for number, entry in _entries(_lines(text), quick, names):
        if _FAILED.match(entry):
            yield Gap("import", f"line {number}", GapReason.NO_ANSWER, "the walk ended here, before its end")
            continue
        printed, _, rest = entry.partition(" " if quick else " =")
        yield from _row(number, printed, rest if quick else rest.removeprefix(" "), names)


def _lines(text: bytes) -> Iterator[str]:
    """The lines of a text, one at a time: a list of them would take four times the memory of the text."""
    for line in io.BytesIO(text):
        yield line.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")


def _entries(lines: Iterator[str], quick: bool, names: MibNames) -> Iterator[tuple[int, str]]:
    """Each object with the number of its first line; a line that opens no object belongs to the one before. The line of
    the command that printed them is none."""
    entry: list[str] = []
    first = 1
    for number, line in enumerate(lines, 1):
        if _COMMAND.search(line[:200]) and not _opens(line, quick, names):
            continue
        if entry and not _opens(line, quick, names):
            entry.append(line)
            continue
        if entry:
            yield first, "\n".join(entry)
        first, entry = number, [line] if line.strip() else []
    if entry:
        yield first, "\n".join(entry).rstrip("\n")


def _opens(line: str, quick: bool, names: MibNames) -> bool:
    if _FAILED.match(line):
        return True
    if not quick:
        return _OPENS.match(line) is not None
    opening = _OPENS_QUICK.match(line)
    printed = opening.group().strip() if opening is not None else ""
    return printed.count(".") > 0 and names.resolve(printed) is not None


def _row(number: int, printed: str, rest: str, names: MibNames) -> Iterator[WalkedValue | Gap]:
    oid = names.resolve(printed) if printed.strip() else None
    if oid is None:
        place = f"{printed[:60]!r} is no object that kitscan knows by name; walk again with snmpwalk -On"
        yield Gap("import", f"line {number}", GapReason.MALFORMED, place)
        return
    rest = _WRONG_TYPE.sub("", rest)
    if rest.startswith(_NO_VALUE):
        return
    try:
        typed = _TYPED.match(rest)
        value = _typed_value(typed["type"], rest[typed.end() :], oid, names) if typed else _bare_value(rest, oid, names)
    except _UnreadableLineError as error:
        yield Gap("import", f"line {number}", GapReason.MALFORMED, str(error))
    else:
        yield oid, value


def _typed_value(kind: str, text: str, oid: str, names: MibNames) -> str:
    match kind:
        case "Hex-STRING" | "Hex":
            return _octets("".join(text.split()))
        case "STRING":
            return _string(text, oid, names)
        case "OID":
            return _identifier(text, names)
        case "Timeticks":
            return text.strip().partition(")")[0].lstrip("(")
        case "INTEGER" | "Integer32" | "Counter32" | "Counter64" | "Gauge32" | "UInteger32" | "Unsigned32":
            return _number(text, oid, names)
        case "Network Address":
            return ".".join(str(int(octet, 16)) for octet in text.strip().split(":") if octet.strip())
        case _:
            return kept(text.strip())


def _bare_value(text: str, oid: str, names: MibNames) -> str:
    """A value that -Oq or -OQ printed without its type."""
    bare = text.strip()
    if object_of(oid, names.identifiers) is not None:
        return _identifier(bare, names)
    if object_of(oid, names.labels) is not None:
        return _number(bare, oid, names)
    elapsed = _ELAPSED.fullmatch(bare) if object_of(oid, names.ticks) is not None else None
    if elapsed is not None:
        days, hours, minutes, seconds, hundredths = (int(part or 0) for part in elapsed.groups())
        return str((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 100 + hundredths)
    if bare[:1] == '"' == bare[-1:] and _HEXADECIMAL.fullmatch(bare[1:-1]):
        return _octets("".join(bare[1:-1].split()))
    return _string(text, oid, names)


def _string(text: str, oid: str, names: MibNames) -> str:
    """A text without its quotes; a MAC address that was printed by its display hint as octets again."""
    text = text.rstrip()
    if object_of(oid, names.addresses) is not None and _HINTED.fullmatch(text.strip('"')):
        return _octets("".join(octet.zfill(2) for octet in text.strip('"').split(":")))
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\([\"\\])", r"\1", text[1:-1])
    return kept(text)


def _identifier(text: str, names: MibNames) -> str:
    oid = names.resolve(text)
    if oid is None and text.strip(" ."):
        raise _UnreadableLineError(
            f"{text.strip()[:60]!r} is no object identifier in numbers; walk again with snmpwalk -On"
        )
    return oid or ""


def _number(text: str, oid: str, names: MibNames) -> str:
    labelled = _LABELLED.match(text.strip())
    bare = labelled[1] if labelled is not None else text.strip().split(" ", 1)[0]
    column = object_of(oid, names.labels)
    known = names.labels[column].get(bare) if column is not None else None
    return str(known) if known is not None else bare


def _octets(hexadecimal: str) -> str:
    try:
        return bytes.fromhex(hexadecimal.removeprefix("0x")).decode("latin-1")
    except ValueError as error:
        raise _UnreadableLineError("its value is not hexadecimal") from error
