"""The second round of an SNMP probe: the objects of the device's own MIBs that identify it or its parts.

The first round has told who the device is. The second asks, by GETNEXT, which of the wanted objects the device has, and
reads further rows only of those that it has.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from fingerprints.model.evidence import Gap, GapReason
from fingerprints.model.source_module import ENTERPRISES
from fingerprints.sources.private_mib.second_round import WantedObject
from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.column_walk import PROBE, ColumnWalk, WalkAnswer
from scanner.protocols.snmp.errors import NoAnswerError, SessionError
from scanner.protocols.snmp.message.ber import Oid, dotted, oid_of
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.presence import SUBTREES_A_REQUEST, FirstObject, Presence
from scanner.protocols.snmp.session import SnmpSession, get_each
from scanner.protocols.snmp.tree_look import look
from scanner.protocols.snmp.walk import Walker

PRIVATE = oid_of(ENTERPRISES)

MAX_ENTERPRISES = 12
"""Enterprises whose trees the second round looks into: a device has its maker's, its agent's and its components'."""

COLUMNS_A_REQUEST = 8
"""Columns in one request for their first rows."""

ROWS_A_REQUEST = 25
"""Rows of one column that one request asks for."""

LOOK_REQUESTS = 6
"""Requests of a look into an own tree that the known MIBs do not explain."""

IDENTIFYING = frozenset(("serial", "model", "version"))


class RequestsSpentError(SessionError):
    """The requests that a device may get in the second round ran out."""

    reason = GapReason.BUDGET_SPENT


@dataclass(slots=True)
class CountedSession:
    """A session that grants `left` more requests, and raises RequestsSpentError for any after those. `ended` is why the
    device says nothing more: that error or a silence, and None as long as it answers."""

    session: SnmpSession
    left: int
    ended: SessionError | None = None

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As SnmpSession.get."""
        return await self._counted(lambda: self.session.get(oids))

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As SnmpSession.get_next."""
        return await self._counted(lambda: self.session.get_next(oids))

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """As SnmpSession.get_bulk."""
        return await self._counted(lambda: self.session.get_bulk(oids, repetitions))

    def close(self) -> None:
        """Leave the session open: it is its opener's."""

    async def _counted(self, request: Callable[[], Awaitable[tuple[Varbind, ...]]]) -> tuple[Varbind, ...]:
        if self.left <= 0:
            self.ended = RequestsSpentError("the requests for the device's own MIBs ran out")
            raise self.ended
        self.left -= 1
        try:
            answer = await request()
        except NoAnswerError as error:
            self.ended = error
            raise
        self.ended = None
        return answer


class SecondRoundPlan(Protocol):
    """What to ask of which device, as fingerprints.sources.private_mib.second_round.WantedObjects knows it."""

    @property
    def watched_trees(self) -> tuple[str, ...]:
        """The trees of watched makers, whose first object every device is asked for."""
        ...

    @property
    def standard(self) -> tuple[WantedObject, ...]:
        """The objects that every device is asked for."""
        ...

    def private(self, enterprises: tuple[int, ...], sys_object_id: str) -> tuple[WantedObject, ...]:
        """The objects that a device with objects of these enterprises is asked for, the most telling first."""
        ...

    def own_enterprises(self, enterprises: tuple[int, ...], sys_object_id: str) -> tuple[int, ...]:
        """Which of its enterprises are the device's own."""
        ...


class SecondRound:
    """The second round at one device, in at most `requests` requests. `presence` knows what the first round ruled
    out."""

    def __init__(self, presence: Presence, wanted: SecondRoundPlan, budget: Budget, requests: int) -> None:
        self._session = CountedSession(presence.session, requests)
        self._presence = Presence(self._session, presence.spans, presence.seen)
        self._wanted = wanted
        self._budget = budget

    async def ask(self, sys_object_id: str) -> AsyncGenerator[WalkAnswer, None]:
        """The standard objects that the device has, then those of its private trees, and a look into an own tree that
        they do not explain."""
        found: dict[int, Varbind] = {number: first async for number, first in self._enterprises()}
        yield self._new(found.values())
        enterprises = tuple(found)
        objects = self._wanted.private(enterprises, sys_object_id)
        kinds = {oid_of(wanted.oid): wanted.kind for wanted in objects if wanted.kind}
        kinds_found: set[str] = set()
        async with aclosing(self._ask((*self._wanted.standard, *objects))) as answers:
            async for answer in answers:
                kinds_found.update(_kinds_in(answer, kinds))
                yield self._new(answer)
        own = self._wanted.own_enterprises(enterprises, sys_object_id) if not kinds_found >= IDENTIFYING else ()
        for number in own:
            async with aclosing(look(self._session, (*PRIVATE, number), LOOK_REQUESTS)) as looked:
                async for variables in looked:
                    yield self._new(variables)
        if self._session.ended is not None:
            yield [Gap(PROBE, dotted(PRIVATE), self._session.ended.reason, str(self._session.ended))]

    async def _ask(self, objects: Sequence[WantedObject]) -> AsyncGenerator[WalkAnswer, None]:
        """Those of the objects that the device has: the first instance of each, then further rows."""
        yield await self._instances([oid_of(wanted.oid) for wanted in objects if wanted.instance])
        rows = {oid_of(wanted.oid): wanted.rows for wanted in objects}
        spread = 1 if len(rows) > 2 * SUBTREES_A_REQUEST else 0
        columns: list[ColumnWalk] = []
        tables: dict[Oid, list[Oid]] = {}
        async with aclosing(self._presence.first_objects(tuple(rows), spread)) as answers:
            async for found in answers:
                for first in found:
                    if rows[first.subtree] is None:
                        tables.setdefault(first.subtree[:-1], []).append(first.subtree)
                    else:
                        columns += _further_rows(first, rows[first.subtree])
                firsts: WalkAnswer = [first.varbind for first in found if rows[first.subtree] is not None]
                yield firsts
        while columns and self._session.left > 0:
            group, columns = columns[:COLUMNS_A_REQUEST], columns[COLUMNS_A_REQUEST:]
            yield await self._rows(group)
            columns += [column for column in group if column.open and column.left]
        async with aclosing(Walker(self._session, self._budget).tables(tables.values())) as walked:
            async for answer in walked:
                yield answer

    async def _instances(self, oids: Sequence[Oid]) -> WalkAnswer:
        """Those of some instances that the device has."""
        oids = [oid for oid in oids if not self._presence.spans.hold(oid[:-1])]
        try:
            return [*await get_each(self._session, oids)] if oids else []
        except SessionError:
            return []

    async def _rows(self, columns: Sequence[ColumnWalk]) -> WalkAnswer:
        """Some more rows of columns, by one request. Columns that ended or that the device does not answer for are
        closed."""
        repetitions = max(1, min(max(column.left for column in columns), ROWS_A_REQUEST // len(columns) + 1))
        try:
            answer = await self._session.get_bulk([column.last for column in columns], repetitions)
        except SessionError:
            for column in columns:
                column.open = False
            return []
        taken: WalkAnswer = []
        for place, column in enumerate(columns):
            own, _ = column.take(answer[place :: len(columns)][: column.left])
            column.open &= bool(own)
            taken += own
        return taken

    async def _enterprises(self) -> AsyncGenerator[tuple[int, Varbind], None]:
        """The enterprise numbers under which the device has objects, each with its first object."""
        at = PRIVATE
        for _ in range(MAX_ENTERPRISES):
            try:
                (first,) = await self._session.get_next((at,))
            except SessionError:
                return
            if first.is_exception or first.oid <= at or first.oid[: len(PRIVATE)] != PRIVATE or len(first.oid) < 8:
                return
            self._presence.spans.note(at, first.oid)
            yield first.oid[len(PRIVATE)], first
            at = (*PRIVATE, first.oid[len(PRIVATE)] + 1)

    def _new(self, answer: Iterable[Varbind | Gap]) -> WalkAnswer:
        """Those of the variables that no answer of this round has brought before, and the gaps."""
        new: WalkAnswer = []
        for item in answer:
            if isinstance(item, Gap):
                new.append(item)
            elif item.oid not in self._presence.seen:
                self._presence.seen.add(item.oid)
                new.append(item)
        return new


def _further_rows(first: FirstObject, rows: int | None) -> Iterator[ColumnWalk]:
    """The walk of what follows a first object; none follows the only instance of a scalar."""
    scalar = first.varbind.oid == (*first.subtree, 0)
    if rows is not None and rows > 1 and not scalar:
        column = ColumnWalk(first.subtree, rows - 1)
        column.last = first.varbind.oid
        yield column


def _kinds_in(answer: WalkAnswer, kinds: dict[Oid, str]) -> Iterator[str]:
    for item in answer:
        if not isinstance(item, Gap) and item.value.strip():
            kind = next((kinds[head] for head in (item.oid[:-1], item.oid[:-2]) if head in kinds), None)
            if kind is not None:
                yield kind
