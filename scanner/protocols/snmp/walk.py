"""Walks of named columns that always end: each answer must bring a new row, inside the column and within the budget.

A column that ends otherwise becomes a Gap, and the walk goes on with the other columns. A walk requests only a column's
own OID and OIDs that the device returned.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.budget import COLUMNS_A_REQUEST, SMALL_ANSWER_OCTETS, Budget, RowCount
from scanner.protocols.snmp.column_walk import PROBE, ColumnGroup, ColumnWalk, WalkAnswer
from scanner.protocols.snmp.errors import NoAnswerError, SessionError, is_about_one_variable
from scanner.protocols.snmp.lawful_ends import TableEnds
from scanner.protocols.snmp.message.ber import Oid, dotted
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import SnmpSession

ANSWERS_A_REQUEST_IN_FLIGHT = 8
"""Answers after which one more request may be in flight. A small device gains nothing by it, and thousands of devices
at once lose much."""


@dataclass(slots=True)
class Walker:
    """Walks the tables of one device with `in_flight` requests at once, and remembers what the device can answer."""

    session: SnmpSession
    budget: Budget
    rows: RowCount = field(default_factory=RowCount)
    in_flight: int = 1
    silent: int = 0
    """Consecutive column groups that ended in silence; after two the device counts as gone."""
    missorts: bool = False
    """True once the device sent rows out of order."""
    ends: TableEnds = field(default_factory=TableEnds)

    @property
    def gone(self) -> bool:
        """True if the device has stopped answering."""
        return self.silent >= 2

    def hidden(self, greatest: Oid = ()) -> WalkAnswer:
        """The gaps of columns that ended although more is there; see TableEnds. A device that sends rows out of order
        shows nothing by their ends."""
        return [] if self.missorts else [*self.ends.gaps(greatest)]

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
            if hidden := self.hidden():
                yield hidden
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
        """The result of one request. If the device cannot answer for a group, its parts are requested."""
        end = self._end()
        if end is None:
            groups.fit(group, self.rows)
            try:
                answer = await self._next_rows(group)
                group.missorts = self.missorts
                columns = group.columns
                taken = group.take(answer, self.budget)
                self.ends.note(columns)
                self.missorts = group.missorts
                return taken
            except SessionError as error:
                self.silent += isinstance(error, NoAnswerError)
                self.rows.failed_with(len(group.columns), error)
                parts = group.parts(error)
                if parts:
                    groups.put_back(parts)
                    group.leave()
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
            rows = group.rows(self.rows)
            try:
                answer = await (self.session.get_bulk(oids, rows) if rows else self.session.get_next(oids))
            except SessionError as error:
                if not self.rows.failed(rows, rows * len(oids) * group.octets, error):
                    raise
                if is_about_one_variable(error):
                    group.most = rows // 4
                continue
            self.rows.succeeded(rows, 1 if len(answer) == len(oids) and not answer[-1].is_exception else 0)
            group.most = max(1, 2 * group.most)
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
        self._back: deque[ColumnGroup | Gap] = deque()

    def __iter__(self) -> Iterator[ColumnGroup | Gap]:
        while (group := self._back.popleft() if self._back else next(self._coming, None)) is not None:
            yield group

    def fit(self, group: ColumnGroup, rows: RowCount) -> None:
        """Leave no more columns in a group than the device answers for together. If it answers one row at a time, add
        columns of the next groups, while the answer fits in the shortest message that every agent can send."""
        if len(group.columns) > rows.columns:
            self.put_back([replace(group, columns=group.columns[rows.columns :])])
            group.columns = group.columns[: rows.columns]
        room = min(rows.columns, int(SMALL_ANSWER_OCTETS / group.octets)) - len(group.columns)
        while room > 0 and rows.has_no_getbulk and not group.closed:
            coming = next(iter(self), None)
            if not isinstance(coming, ColumnGroup) or coming.closed:
                self._back.extendleft(() if coming is None else (coming,))
                return
            group.columns += coming.columns[:room]
            coming.columns, room = coming.columns[room:], room - len(coming.columns)
            if coming.columns:
                self._back.appendleft(coming)

    def put_back(self, groups: Sequence[ColumnGroup]) -> None:
        """Put some groups back."""
        self._back.extendleft(reversed(groups))
