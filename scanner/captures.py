"""Saved captures as evidence: snmpsim recordings (.snmprec), the output of `snmpwalk`, and command output.

A line that cannot be read becomes a Gap that names it. A file without one readable line is an error.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import tee
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from fingerprints.model.input_file import octets_of, read_octets
from fingerprints.model.transcript import abbreviates, split_log
from fingerprints.sources.registry import sources_of
from scanner.protocols.probe import Observed
from scanner.snmpwalk_text import EXPECTED, blocks_of_capture, text_of_capture, walked_values

MAX_BYTES = 256 * 1024 * 1024
"""Octets of the largest capture that is read: the largest real walk seen has 60 MB."""

MAX_OUTPUTS = 64 * 1024 * 1024
"""Octets of the largest log of commands that is read."""

MAX_LINE = 256 * 1024
"""Octets of the longest line of a recording: a value that a UDP datagram carries has at most 131,072 in hexadecimal."""

MAX_GAPS = 20
"""Unreadable lines that become a Gap each; the rest are counted in one."""

Captured = Iterator[Observation | Gap]
"""What a capture holds, one item at a time: a capture may have more lines than memory has room for."""

CapturedValue = tuple[str, str]
"""The object identifier and the value of one line of a capture."""


_SPLIT = "check the path, or split the capture by device"


class _UnreadableError(ValueError):
    """A line breaks the format; the text says how."""


def read_snmprec(path: Path) -> Captured:
    """Reads an .snmprec file: each line is `OID|tag|value`; an `x` after the tag means hexadecimal, an `e` escapes; `#`
    opens a comment. Raises DataFileError."""
    return _captured(path, _rows(path, _snmprec_row), "lines such as 1.3.6.1.2.1.1.1.0|4|text")


def read_snmpwalk(path: Path) -> Captured:
    """Reads what `snmpwalk` prints, best with `-On` and `-Ox` or `-Oa`: `.1.3.6.1.2.1.1.1.0 = STRING: text`. Raises
    DataFileError."""
    return _captured(path, walked_values(read_octets(path, MAX_BYTES, _SPLIT)), EXPECTED)


def read_cli(path: Path, command: str, platform: str) -> Observed:
    """Reads a file of command output from a device of one platform, such as `huawei_vrp`. Raises DataFileError.

    A prompt with a command opens that command's output. Text without one is the output of `command`.
    """
    text = text_of_capture(read_octets(path, MAX_OUTPUTS, _SPLIT)).replace(b"\0", b"").decode("latin-1")
    if not text.strip():
        raise _nothing_in(path, f"the output of {command!r}")
    outputs = [*_outputs(text, command)]
    if not outputs:
        raise _nothing_in(path, f"the output of {command!r}")
    hint = (
        Observation(Source.SSH_PLATFORM, "", kept(platform)),
        Observation(Source.INVENTORY, "platform", kept(platform)),
    )
    return (*hint, *outputs)


_MAX_COMMANDS = 200
"""Commands of one log that are read."""


def _outputs(text: str, command: str) -> Iterator[Observation]:
    """The outputs in a log, each under its command; what stands before the first prompt is the greeting."""
    outputs = split_log(text)[:_MAX_COMMANDS]
    never_prompted = not any(abbreviates(output.command, command) for output in outputs)
    for output in outputs:
        if output.command:
            full = command if abbreviates(output.command, command) else output.command
            yield Observation(Source.SSH_COMMAND, full, output.text)
        elif never_prompted:
            echo, _, rest = output.text.partition("\n")
            yield Observation(Source.SSH_COMMAND, command, rest if abbreviates(echo.strip(), command) else output.text)
        elif output is outputs[0]:
            yield Observation(Source.SSH_GREETING, "", output.text)


def files_of(paths: Iterable[Path], ending: str) -> Iterator[Path]:
    """The files among `paths`, and the files with this ending below each folder among them, sorted.

    Raises DataFileError for a path that does not exist, and for a folder without such a file.
    """
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob(f"*{ending}") if file.is_file())
            if not files:
                raise _nothing_in(path, f"files ending in {ending}")
            yield from files
        elif path.exists():
            yield path
        else:
            raise DataFileError(path, (Flaw("path", "is not there", "a file or a folder"),), "check the path")


def _nothing_in(path: Path, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw("whole file", "holds none of it", expected),), "check that this is the right file")


@dataclass(slots=True)
class _Unread:
    """The lines that could not be read: a Gap for each of the first MAX_GAPS, and the number of the others."""

    gaps: list[Gap] = field(default_factory=list)
    others: int = 0

    def values_among(self, rows: Iterable[CapturedValue | Gap]) -> Iterator[CapturedValue]:
        """The values among the rows; the gaps are kept here."""
        for row in rows:
            if not isinstance(row, Gap):
                yield row
            elif len(self.gaps) < MAX_GAPS:
                self.gaps.append(row)
            else:
                self.others += 1


def _captured(path: Path, rows: Iterator[CapturedValue | Gap], expected: str) -> Captured:
    unread, is_empty = _Unread(), True
    values, again = tee(unread.values_among(rows))
    for source, (oid, value) in zip(sources_of(oid for oid, _ in again), values, strict=True):
        is_empty = False
        yield Observation(source, oid, value)
    if is_empty and unread.gaps:
        flaw = Flaw(unread.gaps[0].at, unread.gaps[0].detail, expected)
        raise DataFileError(path, (flaw,), "check that this is the right file")
    yield from unread.gaps
    if unread.others:
        yield Gap("import", f"{unread.others} more lines", GapReason.MALFORMED, "not listed one by one")
    if is_empty:
        yield Gap("import", "whole file", GapReason.NO_ANSWER, "the capture holds no value")


def _rows(path: Path, read: Callable[[str], CapturedValue]) -> Iterator[CapturedValue | Gap]:
    for number, octets in enumerate(_lines(path), 1):
        line = octets.decode("latin-1")
        if not line.strip() or line.startswith("#"):
            continue
        try:
            if len(line) > MAX_LINE:
                raise _UnreadableError(f"has more than {MAX_LINE:,} bytes")
            yield read(line.rstrip("\r"))
        except _UnreadableError as error:
            yield Gap("import", f"line {number}", GapReason.MALFORMED, str(error))


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file; of one that is longer than MAX_LINE, a beginning that is longer too."""
    rest = b""
    for block in blocks_of_capture(octets_of(path, MAX_BYTES, _SPLIT)):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
        rest = rest[: MAX_LINE + 1]
    yield rest


_OCTETS, _ADDRESS, _NULL = "4", "64", "5"
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[\\nrt0])")
_ESCAPED = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def _snmprec_row(line: str) -> CapturedValue:
    oid, _, rest = line.partition("|")
    tag, bar, value = rest.partition("|")
    if not bar:
        raise _UnreadableError("has no two bars (OID|tag|value)")
    oid = oid.strip().strip(".")
    if not oid.replace(".", "").isascii() or not oid.replace(".", "").isdigit():
        raise _UnreadableError(f"{oid[:40]!r} is no object identifier")
    kind = tag.partition(":")[0]
    number = kind.rstrip("xe")
    if not number.isdigit():
        raise _UnreadableError(f"{tag[:20]!r} is no tag")
    if kind.endswith("x"):
        value = _from_hexadecimal(value)
    elif kind.endswith("e"):
        value = _ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if m[1][0] == "x" else _ESCAPED[m[1]], value)
    if number == _ADDRESS and kind != number:
        value = ".".join(str(ord(octet)) for octet in value)
    if number == "6":
        value = value.strip().lstrip(".")
    return oid, value


def _from_hexadecimal(text: str) -> str:
    try:
        return bytes.fromhex(text.strip().removeprefix("0x")).decode("latin-1")
    except ValueError as error:
        raise _UnreadableError("its value is not hexadecimal") from error
