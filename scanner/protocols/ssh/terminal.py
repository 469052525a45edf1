"""What a person would read on the terminal, from the octets that a device sent to draw it."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_OTHER_SEQUENCES = re.compile(r"\x1b(\][^\x07\x1b]*+(\x07|\x1b\\)|[()][0-9A-Za-z]|[=>78cDHMNOZ])")
_NEXT_LINE = "\x1bE"
"""NEL (ECMA-48 section 8.3.86): ProCurve ends its lines with it."""

_CSI = re.compile(r"\x1b\[([0-9;?]*)[ -/]*([@-~])")
"""Control sequences (ECMA-48 section 5.4): parameters, then the final octet that names the function."""

_RUN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]+")
"""Characters that are drawn one after the other, with tabs as they stand."""

MAX_COLUMNS = 2048
"""Columns that the cursor may move to, and characters that may hold a prompt: no terminal is wider."""

MAX_BLANKS = 1024 * 1024
"""Blanks that moves of the cursor may draw in one text. Four octets draw two thousand: a text would grow without end,
and cleaning would take the square of its length. After that the cursor moves over no blanks."""


def plain(text: str) -> str:
    """`text` with carriage returns, backspaces and escape sequences applied, as far as they draw within a line.

    A cursor that is sent to another row begins another line, unless nothing stands in this one. Takes time linear in
    the length of the text.
    """
    blanks = _Blanks()
    return "\n".join(_drawn(line, blanks) for line in _ended(text).split("\n"))


def last_line(text: str) -> str:
    """The line that the cursor is in, without surrounding blanks."""
    tail = _ended(text[-MAX_COLUMNS:])
    drawn = _drawn(tail[tail.rfind("\n") + 1 :], _Blanks())
    return drawn[drawn.rfind("\n") + 1 :].strip()[-MAX_COLUMNS:]


def _ended(text: str) -> str:
    return _OTHER_SEQUENCES.sub("", text.replace(_NEXT_LINE, "\n"))


class _Blanks:
    """The blanks that are left for moves of the cursor."""

    def __init__(self) -> None:
        self._left = MAX_BLANKS

    def take(self, wanted: int) -> int:
        """So many blanks, or none if too few are left."""
        if wanted > self._left:
            return 0
        self._left -= max(0, wanted)
        return wanted


def _drawn(line: str, blanks: _Blanks) -> str:
    line = line.rstrip("\r")
    if not _CONTROLS.search(line):
        return line
    screen = _Screen(blanks)
    at = 0
    while at < len(line):
        if (run := _RUN.match(line, at)) is not None:
            screen.draw(run[0])
            at = run.end()
        elif (sequence := _CSI.match(line, at)) is not None:
            screen.control(sequence[1], sequence[2])
            at = sequence.end()
        else:
            screen.move(line[at])
            at += 1
    return "\n".join((*screen.lines, "".join(screen.cells).rstrip()))


class _Screen:
    """The row that the cursor is in, as `cells`, and the `lines` that it has left. `row` is None if nothing told it."""

    def __init__(self, blanks: _Blanks) -> None:
        self.lines: list[str] = []
        self.cells: list[str] = []
        self.column = 0
        self.row: str | None = None
        self._blanks = blanks

    def draw(self, run: str) -> None:
        """Draw characters from the cursor on."""
        self.cells[self.column : self.column + len(run)] = run
        self.column += len(run)

    def move(self, control: str) -> None:
        """Carry out a control character: a carriage return and a backspace move the cursor, others do nothing."""
        if control == "\r":
            self.column = 0
        elif control == "\b":
            self.column = max(0, self.column - 1)

    def control(self, parameters: str, final: str) -> None:
        """Carry out a control sequence: CUP and HVP send the cursor to a row and column, ED erases the screen."""
        if final in "Hf":
            row, _, column = parameters.partition(";")
            self._to_row(row or "1")
            self.column = max(0, min(_count(column) - 1, len(self.cells)))
        elif final == "J" and parameters in ("2", "3"):
            self._leave()
        else:
            self._control_in_row(parameters, "K" if final == "J" else final)

    def _control_in_row(self, parameters: str, final: str) -> None:
        """CUB moves left, CUF right, CHA to a column, EL erases."""
        count, width = _count(parameters), len(self.cells)
        match final:
            case "D":
                self.column = max(0, self.column - count)
            case "C":
                to = max(self.column, min(self.column + count, MAX_COLUMNS))
                self.cells.extend(" " * self._blanks.take(to - width))
                self.column = min(to, len(self.cells))
            case "G":
                self.column = max(0, min(count - 1, width))
            case "K":
                del self.cells[0 if parameters == "2" else self.column :]
                self.cells.extend(" " * self._blanks.take(self.column - len(self.cells)))
                self.column = min(self.column, len(self.cells))

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


def _count(parameter: str) -> int:
    return int(parameter[:4]) if parameter.isdecimal() else 1
