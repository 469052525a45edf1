"""Walks of named columns that always end: OIDs must increase, stay inside the column, and fit the budget.

A column ends at its last row, or at the first variable that a correct agent would not send. The latter becomes a Gap,
and the walk goes on with the other columns. A walk requests only a column's own OID and OIDs that the device returned.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from operator import lt

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.budget import Budget, RowCount
from scanner.protocols.snmp.errors import NoAnswerError, SessionError
from scanner.protocols.snmp.message.ber import Oid, Syntax, dotted
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import SnmpSession

PROBE = "snmp"

COLUMNS_A_REQUEST = 6
"""Columns in one request, at most."""

ANSWER_OCTETS = 1_400
"""Octets of variables in an answer that is not fragmented: an Ethernet frame without the headers of all layers."""

INITIAL_VARIABLE_OCTETS = 30.0
"""Octets of a variable, assumed before one has come."""

OVERHEAD_OCTETS = 6
"""Octets of a variable besides its arcs and its value: three tags, three lengths."""

ANSWERS_A_REQUEST_IN_FLIGHT = 8
"""Answers after which one more request may be in flight. A small device gains nothing by it, and thousands of devices
at once lose much."""

WalkAnswer = list[Varbind | Gap]
"""The result of one request: the variables of each column in their order, and the gaps."""


@dataclass(slots=True)
class ColumnWalk:
    """The walk of one column. `last` is the OID to continue from, at first the column's own; `left` is how many more
    variables it may have."""

    oid: Oid
    left: int
    last: Oid = field(init=False)
    open: bool = True

    def __post_init__(self) -> None:
        self.last = self.oid

    def continue_to(self, last: Oid, count: int) -> bool:
        """Move on by `count` increasing variables whose last OID is `last`. False if that would leave the column or its
        limit. If the last variable is inside the column, all are."""
        if last[: len(self.oid)] != self.oid or count > self.left:
            return False
        self.left -= count
        self.last = last
        return True

    def take(self, varbinds: Sequence[Varbind]) -> tuple[Sequence[Varbind], Gap | None]:
        """The variables of an answer that belong to this column, and a Gap if one does not increase or is too many."""
        for count, varbind in enumerate(varbinds):
            gap = self._step(varbind)
            if not self.open:
                return varbinds[:count], gap
        return varbinds, None

    def _step(self, varbind: Varbind) -> Gap | None:
        depth = len(self.oid)
        if varbind.is_exception or (varbind.oid[:depth] != self.oid and varbind.oid > self.last):
            self.open = False
            return None
        if varbind.oid <= self.last:
            self.open = False
            return self.gap(GapReason.NOT_INCREASING, "the device answered with an OID that is not after the last one")
        if self.left <= 0:
            self.open = False
            return self.gap(GapReason.BUDGET_SPENT, "the number of variables for a column ran out")
        self.left -= 1
        self.last = varbind.oid
        return None

    def gap(self, reason: GapReason, detail: str) -> Gap:
        """A gap in this column."""
        return Gap(PROBE, dotted(self.oid), reason, detail)


@dataclass(slots=True)
class ColumnGroup:
    """Columns of one table that share a request. `octets` is what one of their variables takes in an answer."""

    columns: list[ColumnWalk]
    octets: float = INITIAL_VARIABLE_OCTETS

    def rows(self, most: int) -> int:
        """Max-repetitions for one answer that is not fragmented, at most `most`; 0, a GETNEXT, stays 0."""
        return min(most, max(1, int(ANSWER_OCTETS / (self.octets * len(self.columns)))))

    def take(self, varbinds: Sequence[Varbind], budget: Budget) -> WalkAnswer:
        """The result of an answer. Spends its cost, and drops columns that have ended."""
        names, syntaxes, values = zip(*varbinds, strict=True)
        columns, apart = self.columns, len(self.columns)
        before = (*[column.last for column in columns], *names[:-apart])
        onwards = max(syntaxes) < Syntax.NO_SUCH_OBJECT and all(map(lt, before, names))
        taken: list[Varbind] = []
        gaps: list[Gap] = []
        for place, column in enumerate(columns):
            own = varbinds[place::apart]
            if own and not (onwards and column.continue_to(own[-1][0], len(own))):
                own, gap = column.take(own)
                gaps += () if gap is None else (gap,)
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

    def _spend(self, budget: Budget, count: int, arcs: int, octets: int) -> None:
        budget.spend(count, arcs, octets)
        if count:
            self.octets = OVERHEAD_OCTETS + (arcs + octets) / count


@dataclass(slots=True)
class Walker:
    """Walks the tables of one device with `in_flight` requests at once, and remembers what the device can answer."""

    session: SnmpSession
    budget: Budget
    rows: RowCount = field(default_factory=RowCount)
    in_flight: int = 1
    silent: int = 0
    """Consecutive column groups that ended in silence; after two the device counts as gone."""

    @property
    def gone(self) -> bool:
        """True if the device has stopped answering."""
        return self.silent >= 2

    async def table(self, columns: Sequence[Oid]) -> AsyncIterator[Varbind | Gap]:
        """As `tables`, for one table, item by item."""
        async with aclosing(self.tables((columns,))) as answers:
            async for answer in answers:
                for item in answer:
                    yield item

    async def tables(self, tables: Iterable[Sequence[Oid]]) -> AsyncGenerator[WalkAnswer, None]:
        """All instances of some columns of tables, started in this order, and the gaps, one answer at a time.

        A device that has much gets more requests at once. A request waits while earlier answers are not consumed.
        """
        groups = _GroupQueue(self._groups(tables))
        results: asyncio.Queue[WalkAnswer | asyncio.Task[None]] = asyncio.Queue()
        free_slots = asyncio.Semaphore(self.in_flight)
        work: list[asyncio.Task[None]] = []
        answers = ended = 0
        try:
            while not work or ended < len(work):
                if len(work) < self.in_flight and answers >= len(work) * ANSWERS_A_REQUEST_IN_FLIGHT:
                    work.append(asyncio.create_task(self._work(groups, results, free_slots)))
                    work[-1].add_done_callback(results.put_nowait)
                answer = await results.get()
                if isinstance(answer, asyncio.Task):
                    answer.result()
                    ended += 1
                    continue
                yield answer
                answers += 1
                free_slots.release()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _work(
        self,
        groups: "_GroupQueue",
        results: asyncio.Queue[WalkAnswer | asyncio.Task[None]],
        free_slots: asyncio.Semaphore,
    ) -> None:
        """Walk one group after the other, each to its end."""
        for group in groups:
            if isinstance(group, Gap):
                await free_slots.acquire()
                results.put_nowait([group])
                continue
            while group.columns:
                await free_slots.acquire()
                answer = await self._step(group, groups)
                if answer:
                    results.put_nowait(answer)
                else:
                    free_slots.release()

    async def _step(self, group: ColumnGroup, groups: "_GroupQueue") -> WalkAnswer:
        """The result of one request. If the device cannot answer for a group, its columns are requested one by one."""
        end = self._end()
        if end is None:
            try:
                return group.take(await self._next_rows(group), self.budget)
            except SessionError as error:
                if isinstance(error, NoAnswerError):
                    self.silent += 1
                elif len(group.columns) > 1:
                    groups.put_back([ColumnGroup([column], group.octets) for column in group.leave()])
                    return []
                end = error.reason, str(error)
        return [column.gap(*end) for column in group.leave()]

    def _groups(self, tables: Iterable[Sequence[Oid]]) -> Iterator[ColumnGroup | Gap]:
        """The tables in groups of about equal size; one gap for a table that is not started."""
        for columns in tables:
            end = self._end()
            if end is not None:
                yield Gap(PROBE, dotted(columns[0][:-1]), *end)
                continue
            count = -(-len(columns) // COLUMNS_A_REQUEST)
            for place in range(count):
                own = columns[place * len(columns) // count : (place + 1) * len(columns) // count]
                yield ColumnGroup([ColumnWalk(column, self.budget.column) for column in own])

    async def _next_rows(self, group: ColumnGroup) -> tuple[Varbind, ...]:
        """One answer, requesting fewer rows until it comes. Raises the SessionError of the smallest request."""
        oids = [column.last for column in group.columns]
        while True:
            rows = group.rows(self.rows.most)
            try:
                answer = await (self.session.get_bulk(oids, rows) if rows else self.session.get_next(oids))
            except SessionError:
                if not self.rows.failed(rows):
                    raise
                continue
            self.rows.succeeded()
            self.silent = 0
            return answer

    def _end(self) -> tuple[GapReason, str] | None:
        """Why the walk ends, or None if it goes on."""
        if self.gone:
            return GapReason.NO_ANSWER, "the device stopped answering"
        spent = self.budget.spent()
        return (GapReason.BUDGET_SPENT, f"{spent} ran out") if spent else None


class _GroupQueue:
    """The groups that are still to be walked, shared by all workers. Groups put back come first."""

    __slots__ = ("_back", "_coming")

    def __init__(self, coming: Iterator[ColumnGroup | Gap]) -> None:
        self._coming = coming
        self._back: deque[ColumnGroup] = deque()

    def __iter__(self) -> Iterator[ColumnGroup | Gap]:
        while (group := self._back.popleft() if self._back else next(self._coming, None)) is not None:
            yield group

    def put_back(self, groups: Sequence[ColumnGroup]) -> None:
        """Put some groups back."""
        self._back.extendleft(reversed(groups))
