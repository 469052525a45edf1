"""Walks of named columns that no agent can keep from ending: strictly onwards, inside the column, within a budget.

A column ends at its last row or at the first thing that an honest agent would not say; the latter becomes a Gap, and
the walk goes on with what is left. No OID is asked for that was not a column's own or one the device returned.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from operator import lt

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.budget import Budget, Rows
from scanner.protocols.snmp.errors import NoAnswerError, SessionError
from scanner.protocols.snmp.message.ber import Oid, Syntax, dotted
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import Session

PROBE = "snmp"

TOGETHER = 6
"""Columns asked for in one request, at most."""

ROOM = 1_400
"""Octets of variables in one answer that is not fragmented: an Ethernet frame, less the headers of all layers."""

USUAL = 30.0
"""Octets of a variable, before any was seen."""

AROUND = 6
"""Octets of a variable besides the arcs of its name and its value: three tags, three lengths."""

ANSWERS_TO_ASK_MORE = 8
"""Answers after which one more request may be in flight: of a small device nothing is gained by it, and of thousands at
once much is lost."""

Said = list[Varbind | Gap]
"""What came of one request: the variables of each column in their order, and the gaps."""


@dataclass(slots=True)
class Column:
    """One column on its way: `last` is the OID to ask after, at first the column's own; `left` is how many variables
    more it may have."""

    oid: Oid
    left: int
    last: Oid = field(init=False)
    open: bool = True

    def __post_init__(self) -> None:
        self.last = self.oid

    def goes_on(self, last: Oid, count: int) -> bool:
        """Whether this column has so many variables more, each after the one before and the last of them this: where
        that one lies inside the column, all do. If so, it is past them."""
        if last[: len(self.oid)] != self.oid or count > self.left:
            return False
        self.left -= count
        self.last = last
        return True

    def take(self, varbinds: Sequence[Varbind]) -> tuple[Sequence[Varbind], Gap | None]:
        """Of an answer those that are this column's next, to its end; a Gap where one goes back, or on and on."""
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
class Group:
    """Columns of one table that are asked for together; `octets` is what one of their variables takes in an answer."""

    columns: list[Column]
    octets: float = USUAL

    def rows(self, most: int) -> int:
        """Max-repetitions for one answer that is not fragmented, `most` at most; 0, which is a GETNEXT, stays."""
        return min(most, max(1, int(ROOM / (self.octets * len(self.columns)))))

    def take(self, varbinds: Sequence[Varbind], budget: Budget) -> Said:
        """What an answer gives, its cost taken from the budget; columns at their end leave."""
        names, syntaxes, values = zip(*varbinds, strict=True)
        columns, apart = self.columns, len(self.columns)
        before = (*[column.last for column in columns], *names[:-apart])
        onwards = max(syntaxes) < Syntax.NO_SUCH_OBJECT and all(map(lt, before, names))
        taken: list[Varbind] = []
        gaps: list[Gap] = []
        for place, column in enumerate(columns):
            mine = varbinds[place::apart]
            if mine and not (onwards and column.goes_on(mine[-1][0], len(mine))):
                mine, gap = column.take(mine)
                gaps += () if gap is None else (gap,)
            taken += mine
        if len(taken) < len(varbinds):
            self.columns = [column for column in columns if column.open]
            names, _, values = zip(*taken, strict=True) if taken else ((), (), ())
        self._pay(budget, len(taken), sum(map(len, names)), len("".join(values)))
        return [*taken, *gaps]

    def leave(self) -> list[Column]:
        """All columns, none of which is asked for here any more."""
        columns, self.columns = self.columns, []
        return columns

    def _pay(self, budget: Budget, count: int, arcs: int, octets: int) -> None:
        budget.spend(count, arcs, octets)
        if count:
            self.octets = AROUND + (arcs + octets) / count


@dataclass(slots=True)
class Walker:
    """Walks the tables of one device, with what it learned of the device so far; `in_flight` requests at once."""

    session: Session
    budget: Budget
    rows: Rows = field(default_factory=Rows)
    in_flight: int = 1
    silent: int = 0
    """Groups of columns in a row that ended in silence; two, and the device is taken for gone."""

    @property
    def gone(self) -> bool:
        """Whether the device has stopped answering."""
        return self.silent >= 2

    async def table(self, columns: Sequence[Oid]) -> AsyncIterator[Varbind | Gap]:
        """As `tables` for one table, one by one."""
        async with aclosing(self.tables((columns,))) as answers:
            async for said in answers:
                for one in said:
                    yield one

    async def tables(self, tables: Iterable[Sequence[Oid]]) -> AsyncGenerator[Said, None]:
        """All instances of some columns of tables, begun in this order, and the gaps: an answer at a time. A device
        that proves to have much is asked more at once. No more is asked than answers that wait to be taken leave room
        for."""
        groups = _Groups(self._groups(tables))
        heard: asyncio.Queue[Said | asyncio.Task[None]] = asyncio.Queue()
        room = asyncio.Semaphore(self.in_flight)
        work: list[asyncio.Task[None]] = []
        answers = ended = 0
        try:
            while not work or ended < len(work):
                if len(work) < self.in_flight and answers >= len(work) * ANSWERS_TO_ASK_MORE:
                    work.append(asyncio.create_task(self._work(groups, heard, room)))
                    work[-1].add_done_callback(heard.put_nowait)
                said = await heard.get()
                if isinstance(said, asyncio.Task):
                    said.result()
                    ended += 1
                    continue
                yield said
                answers += 1
                room.release()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _work(
        self, groups: "_Groups", heard: asyncio.Queue[Said | asyncio.Task[None]], room: asyncio.Semaphore
    ) -> None:
        """Ask for one group after the other, each to its end."""
        for group in groups:
            if isinstance(group, Gap):
                await room.acquire()
                heard.put_nowait([group])
                continue
            while group.columns:
                await room.acquire()
                said = await self._step(group, groups)
                if said:
                    heard.put_nowait(said)
                else:
                    room.release()

    async def _step(self, group: Group, groups: "_Groups") -> Said:
        """What one request gives. Where a group cannot be asked together, its columns are asked each alone, which may
        do better."""
        end = self._end()
        if end is None:
            try:
                return group.take(await self._next_rows(group), self.budget)
            except SessionError as error:
                if isinstance(error, NoAnswerError):
                    self.silent += 1
                elif len(group.columns) > 1:
                    groups.again([Group([column], group.octets) for column in group.leave()])
                    return []
                end = error.reason, str(error)
        return [column.gap(*end) for column in group.leave()]

    def _groups(self, tables: Iterable[Sequence[Oid]]) -> Iterator[Group | Gap]:
        """The tables in groups of about as many columns each; one gap for a table not begun."""
        for columns in tables:
            end = self._end()
            if end is not None:
                yield Gap(PROBE, dotted(columns[0][:-1]), *end)
                continue
            count = -(-len(columns) // TOGETHER)
            for place in range(count):
                mine = columns[place * len(columns) // count : (place + 1) * len(columns) // count]
                yield Group([Column(column, self.budget.column) for column in mine])

    async def _next_rows(self, group: Group) -> tuple[Varbind, ...]:
        """One answer, asking for fewer rows until it comes. Raises the SessionError of the smallest request."""
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
        """Why nothing more is asked, where that is so."""
        if self.gone:
            return GapReason.NO_ANSWER, "the device stopped answering"
        spent = self.budget.spent()
        return (GapReason.BUDGET_SPENT, f"{spent} ran out") if spent else None


class _Groups:
    """The groups that are still to be asked for, whoever asks next: those put back come first."""

    __slots__ = ("_back", "_coming")

    def __init__(self, coming: Iterator[Group | Gap]) -> None:
        self._coming = coming
        self._back: deque[Group] = deque()

    def __iter__(self) -> Iterator[Group | Gap]:
        while (group := self._back.popleft() if self._back else next(self._coming, None)) is not None:
            yield group

    def again(self, groups: Sequence[Group]) -> None:
        """Put some back."""
        self._back.extendleft(reversed(groups))
