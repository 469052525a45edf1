"""What a person would read on the terminal, from the octets that a device sent to draw it."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_OTHER_SEQUENCES = re.compile(r"\x1b(\][^\x07\x1b]*+(\x07|\x1b\\)|[()][0-9A-Za-z]|[=>78cDHMNOZ])")
_NEXT_LINE = "\x1bE"
"""NEL (ECMA-48 section 8.3.86): ProCurve ends its lines with it."""

_CSI = re.compile(r"\x1b\[([0-9;?]*)[ -/]*([@-~])")
"""Control sequences (ECMA-48 section 5.4): parameters, then the final octet that names the function."""

MAX_COLUMNS = 2048
"""Columns that the cursor may move to, and characters that may hold a prompt: no terminal is wider."""


def plain(text: str) -> str:
    """`text` with carriage returns, backspaces and escape sequences applied, as far as they draw within a line.

    A cursor that is sent to another row begins another line, unless nothing stands in this one.
    """
    return "\n".join(_drawn(line) for line in _ended(text).split("\n"))


def last_line(text: str) -> str:
    """The line that the cursor is in, without surrounding blanks."""
    tail = _ended(text[-MAX_COLUMNS:])
    drawn = _drawn(tail[tail.rfind("\n") + 1 :])
    return drawn[drawn.rfind("\n") + 1 :].strip()


def _ended(text: str) -> str:
    return _OTHER_SEQUENCES.sub("", text.replace(_NEXT_LINE, "\n"))


def _drawn(line: str) -> str:
    line = line.rstrip("\r")
    if not _CONTROLS.search(line):
        return line
    screen = _Screen()
    at = 0
    while at < len(line):
        sequence = _CSI.match(line, at)
        if sequence is not None:
            screen.control(sequence[1], sequence[2])
            at = sequence.end()
            continue
        screen.column = _draw(screen.cells, screen.column, line[at])
        at += 1
    return "\n".join((*screen.lines, "".join(screen.cells).rstrip()))


class _Screen:
    """The row that the cursor is in, as `cells`, and the `lines` that it has left. `row` is None if nothing told it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.cells: list[str] = []
        self.column = 0
        self.row: str | None = None

    def control(self, parameters: str, final: str) -> None:
        """Carry out a control sequence: CUP and HVP send the cursor to a row and column, ED erases the screen."""
        if final in "Hf":
            row, _, column = parameters.partition(";")
            self._to_row(row or "1")
            self.column = max(0, min(_count(column) - 1, len(self.cells)))
        elif final == "J" and parameters in ("2", "3"):
            self._leave()
        else:
            self.column = _move_cursor(self.cells, self.column, parameters, "K" if final == "J" else final)

    def _to_row(self, row: str) -> None:
        if row != self.row:
            self._leave()
        self.row = row

    def _leave(self) -> None:
        """Begin another line, unless nothing stands in this one."""
        left = "".join(self.cells).rstrip()
        if left:
            self.lines.append(left)
        self.cells, self.column, self.row = [], 0, None


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
    count = _count(parameters)
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


def _count(parameter: str) -> int:
    return int(parameter[:4]) if parameter.isdecimal() else 1
