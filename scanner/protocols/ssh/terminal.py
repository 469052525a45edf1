"""What a person would read on the terminal, from the octets that a device sent to draw it."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_OTHER_SEQUENCES = re.compile(r"\x1b(\][^\x07\x1b]*(\x07|\x1b\\)|[()][0-9A-Za-z]|[=>78cDEHMNOZ])")
_CSI = re.compile(r"\x1b\[([0-9;?]*)[ -/]*([@-~])")
"""Control sequences (ECMA-48 section 5.4): parameters, then the final octet that names the function."""

MAX_COLUMNS = 2048
"""Columns that the cursor may move to, and characters that may hold a prompt: no terminal is wider."""


def plain(text: str) -> str:
    """`text` with carriage returns, backspaces and escape sequences applied, as far as they draw within a line."""
    return "\n".join(_line(line) for line in _OTHER_SEQUENCES.sub("", text).split("\n"))


def last_line(text: str) -> str:
    """The line that the cursor is in, without surrounding blanks."""
    tail = text[-MAX_COLUMNS:]
    return _line(_OTHER_SEQUENCES.sub("", tail[tail.rfind("\n") + 1 :])).strip()


def _line(line: str) -> str:
    line = line.rstrip("\r")
    if not _CONTROLS.search(line):
        return line
    cells: list[str] = []
    column = at = 0
    while at < len(line):
        sequence = _CSI.match(line, at)
        if sequence is not None:
            column = _move_cursor(cells, column, sequence[1], sequence[2])
            at = sequence.end()
            continue
        column = _draw(cells, column, line[at])
        at += 1
    return "".join(cells).rstrip()


def _draw(cells: list[str], column: int, character: str) -> int:
    if character == "\r":
        return 0
    if character == "\b":
        return max(0, column - 1)
    if (character < " " and character != "\t") or character == "\x7f":
        return column
    cells[column : column + 1] = character
    return column + 1


def _move_cursor(cells: list[str], column: int, parameters: str, final: str) -> int:
    """The column after a control sequence: CUB moves left, CUF right, CHA to a column, EL erases."""
    count = int(parameters[:4]) if parameters.isdecimal() else 1
    match final:
        case "D":
            return max(0, column - count)
        case "C":
            to = min(column + count, MAX_COLUMNS)
            cells.extend(" " * (to - len(cells)))
            return max(column, to)
        case "G":
            return max(0, min(count - 1, len(cells)))
        case "K":
            del cells[0 if parameters == "2" else column :]
            cells.extend(" " * (column - len(cells)))
            return column
    return column
