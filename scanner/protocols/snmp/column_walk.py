"""The walks of columns: which variables of an answer are a column's, where it ends, and how columns share a request.

A column ends at its last row, at its limit, or with an answer that holds nothing new of it. An agent may mis-sort its
rows, or repeat some: the walk goes on while answers bring new rows.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import lt

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.budget import MAX_ROWS, Budget, RowCount
from scanner.protocols.snmp.empty_spans import END_OF_MIB
from scanner.protocols.snmp.errors import ErrorAnswerError, NoAnswerError, SessionError, UnreachableError
from scanner.protocols.snmp.message.ber import Oid, Syntax, dotted
from scanner.protocols.snmp.message.variables import Varbind

PROBE = "snmp"

INITIAL_VARIABLE_OCTETS = 30.0
"""Octets of a variable, assumed before one has come."""

OVERHEAD_OCTETS = 6
"""Octets of a variable besides its arcs and its value: three tags, three lengths."""

MAX_REMEMBERED = 1_000
"""Rows of a column, in order so far, that are remembered to tell a row out of order from a repeated one."""

WalkAnswer = list[Varbind | Gap]
"""The result of one request: the variables of each column in their order, and the gaps."""


def gap_at(oid: Oid, error: SessionError) -> Gap:
    """The gap of a subtree for which a request failed."""
    return Gap(PROBE, dotted(oid), error.reason, str(error))


@dataclass(slots=True)
class ColumnWalk:
    """The walk of one column. `last` is the OID to continue from, at first the column's own; `left` is how many more
    variables it may have. `missorts` is True once the device sent a new row out of order. `first` is its first row,
    `after` what the device has after its last row, END_OF_MIB for nothing; each is None until an answer tells. `_rows`
    are hashes of the rows that came: while they increase, of the first MAX_REMEMBERED; after that, of all.
    """

    oid: Oid
    left: int
    last: Oid = field(init=False)
    open: bool = True
    missorts: bool = False
    first: Oid | None = None
    after: Oid | None = None
    _rows: "array[int] | set[int]" = field(init=False)
    _greatest: Oid = field(init=False)

    def __post_init__(self) -> None:
        self.last = self._greatest = self.oid
        self._rows = array("q")

    def continue_to(self, oids: Sequence[Oid]) -> bool:
        """Move on by increasing OIDs. False if that would leave the column or its limit. If the last OID is inside the
        column, all are."""
        last = oids[-1]
        if last[: len(self.oid)] != self.oid or len(oids) > self.left or isinstance(self._rows, set):
            return False
        if len(self._rows) < MAX_REMEMBERED:
            self._rows.extend(map(hash, oids))
        self.first = self.first or oids[0]
        self.left -= len(oids)
        self.last = last
        return True

    def take(self, varbinds: Sequence[Varbind]) -> tuple[Sequence[Varbind], Gap | None]:
        """The variables of an answer that belong to this column and are new, and a Gap if it ends before its last
        row. If a device that mis-sorts sends nothing new, the walk goes on after the greatest row."""
        taken: list[Varbind] = []
        for varbind in varbinds:
            if varbind.is_exception or varbind.oid[: len(self.oid)] != self.oid:
                self.open = False
                if varbind.is_exception or varbind.oid > self.last or self.missorts:
                    self.after = END_OF_MIB if varbind.is_exception else varbind.oid
                    return taken, None
                return taken, self.gap(GapReason.NOT_INCREASING, "the device answered with an OID before the column")
            if self.left <= 0:
                self.open = False
                return taken, self.gap(GapReason.BUDGET_SPENT, "the number of variables for a column ran out")
            self.left -= 1
            if self._is_new(varbind.oid):
                self.last = varbind.oid
                self.first = self.first or varbind.oid
                taken.append(varbind)
        if taken:
            return taken, None
        if self.missorts and self.last < self._greatest:
            self.last = self._greatest
            return taken, None
        self.open = False
        return taken, self.gap(GapReason.NOT_INCREASING, "the device answered with no other rows than before")

    def _is_new(self, oid: Oid) -> bool:
        """Remember a row. False if it came before, or may have."""
        rows, row = self._rows, hash(oid)
        if isinstance(rows, array):
            if oid > self.last:
                if len(rows) < MAX_REMEMBERED:
                    rows.append(row)
                return True
            if len(rows) >= MAX_REMEMBERED:
                return False
            rows = self._rows = {hash(self.oid), hash(self.last), *rows}
            self._greatest = self.last
        if row in rows:
            return False
        rows.add(row)
        self._greatest = max(self._greatest, oid)
        self.missorts = self.missorts or oid < self.last
        return True

    def gap(self, reason: GapReason, detail: str) -> Gap:
        """A gap in this column."""
        return Gap(PROBE, dotted(self.oid), reason, detail)


@dataclass(slots=True)
class ColumnGroup:
    """Columns that share a request: of one table, and of several if the device answers one row at a time. `octets` is
    what one of their variables takes in an answer, `most` the rows that the last error over one variable left. A group
    that is `closed` takes in no other columns. `missorts` is True for a device that sends rows out of order."""

    columns: list[ColumnWalk]
    octets: float = INITIAL_VARIABLE_OCTETS
    most: int = MAX_ROWS
    closed: bool = False
    missorts: bool = False

    def rows(self, allowed: RowCount) -> int:
        """Max-repetitions for one answer that the device is able to send; 0, a GETNEXT, stays 0."""
        return min(allowed.most, self.most, max(1, int(allowed.octets / (self.octets * len(self.columns)))))

    def take(self, varbinds: Sequence[Varbind], budget: Budget) -> WalkAnswer:
        """The result of an answer. Spends its cost, and drops columns that have ended."""
        names, syntaxes, values = zip(*varbinds, strict=True)
        columns, width = self.columns, len(self.columns)
        before = (*[column.last for column in columns], *names[:-width])
        onwards = max(syntaxes) < Syntax.NO_SUCH_OBJECT and all(map(lt, before, names))
        taken: list[Varbind] = []
        gaps: list[Gap] = []
        for place, column in enumerate(columns):
            own = varbinds[place::width]
            if own and not (onwards and column.continue_to(names[place::width])):
                left, column.missorts = column.left, self.missorts
                own, gap = column.take(own)
                gaps += () if gap is None else (gap,)
                budget.spend(left - column.left - len(own), 0, 0)
                self.missorts = column.missorts
            taken += own
        if len(taken) < len(varbinds):
            self.columns = [column for column in columns if column.open]
            names, _, values = zip(*taken, strict=True) if taken else ((), (), ())
        self._spend(budget, len(taken), sum(map(len, names)), len("".join(values)))
        return [*taken, *gaps]

    def leave(self) -> list[ColumnWalk]:
        """Remove and return all columns."""
        columns, self.columns = self.columns, []
        return columns

    def parts(self, error: SessionError) -> "list[ColumnGroup]":
        """The groups to try after an error of a GETNEXT: the column that the device names and the others, else two
        halves, and after a silence each table by itself; no groups if nothing smaller can be tried."""
        columns = self.columns
        named = error.index if isinstance(error, ErrorAnswerError) and not error.is_too_big else 0
        if isinstance(error, UnreachableError) or len(columns) == 1:
            parts = []
        elif isinstance(error, NoAnswerError):
            tables = [list(table) for _, table in groupby(columns, lambda column: column.oid[:-1])]
            parts = tables if len(tables) > 1 else []
        elif 1 <= named <= len(columns):
            parts = [columns[named - 1 : named], columns[: named - 1] + columns[named:]]
        else:
            parts = [columns[: len(columns) // 2], columns[len(columns) // 2 :]]
        return [ColumnGroup(part, self.octets, self.most, closed=True) for part in parts]

    def _spend(self, budget: Budget, count: int, arcs: int, octets: int) -> None:
        budget.spend(count, arcs, octets)
        if count:
            self.octets = OVERHEAD_OCTETS + (arcs + octets) / count
