"""The second round of an SNMP probe: the objects of the device's own MIBs that identify it or its parts.

The first round has told who the device is. The second asks, by GETNEXT, which of the wanted objects the device has, and
reads further rows only of those that it has.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import chain
from typing import Protocol

from fingerprints.database.products import enterprise_of
from fingerprints.model.evidence import Gap
from fingerprints.model.source_module import ENTERPRISES
from fingerprints.sources.private_mib.second_round import WantedObject
from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.column_walk import ColumnWalk, WalkAnswer, gap_at
from scanner.protocols.snmp.empty_spans import END_OF_MIB
from scanner.protocols.snmp.errors import NotIncreasingError, RequestsSpentError, SessionError
from scanner.protocols.snmp.first_rows import rows_of
from scanner.protocols.snmp.message.ber import MAX_ARC, Oid, Syntax, dotted, oid_of
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.presence import FALSE_END, STOPPED, SUBTREES_A_REQUEST, FirstObject, Presence
from scanner.protocols.snmp.session import request_each
from scanner.protocols.snmp.tree_look import look
from scanner.protocols.snmp.walk import Walker

PRIVATE = oid_of(ENTERPRISES)

OWN_ARC = len(PRIVATE)
"""The place of the enterprise number in the OID of a private object."""

MAX_ENTERPRISES = 12
"""Enterprises whose trees the second round looks into: a device has its maker's, its agent's and its components'."""

LOOK_REQUESTS = 6
"""Requests of a look into an own tree that the known MIBs do not explain."""

_TOO_MANY = RequestsSpentError("it has objects of more enterprises than one device is asked for")

IDENTIFYING = frozenset(("serial", "model", "version"))


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
    """The second round at one device, in at most `requests` requests besides retransmissions. `presence` knows what the
    first round ruled out. What the device left unanswered, and what no request was left for, becomes a Gap."""

    def __init__(self, presence: Presence, wanted: SecondRoundPlan, budget: Budget, requests: int) -> None:
        self._session = presence.session
        self._presence = Presence(presence.session, budget, presence.spans, presence.seen)
        self._wanted = wanted
        self._budget = budget
        self._requests = requests
        self._gaps: set[Gap] = set()
        self._ended: list[Oid] = []

    async def ask(self, sys_object_id: str) -> AsyncGenerator[WalkAnswer, None]:
        """The standard objects that the device has, then those of its private trees, and a look into an own tree that
        they do not explain."""
        self._session.allow(self._requests)
        try:
            async with aclosing(self._answers(sys_object_id)) as answers:
                async for answer in answers:
                    yield self._new(answer)
        finally:
            self._session.allow(None)

    async def _answers(self, sys_object_id: str) -> AsyncGenerator[WalkAnswer, None]:
        firsts = await self._enterprises(enterprise_of(sys_object_id))
        yield firsts
        known = (*self._presence.seen, *(first.oid for first in firsts if isinstance(first, Varbind)))
        enterprises = tuple(sorted({oid[OWN_ARC] for oid in known if _is_private(oid)}))
        objects = self._wanted.private(enterprises, sys_object_id)
        kinds = {oid_of(wanted.oid): wanted.kind for wanted in objects if wanted.kind}
        kinds_found: set[str] = set()
        async with aclosing(self._ask((*self._wanted.standard, *objects))) as answers:
            async for answer in answers:
                kinds_found.update(_kinds_in(answer, kinds))
                yield answer
        own = self._wanted.own_enterprises(enterprises, sys_object_id) if not kinds_found >= IDENTIFYING else ()
        for tree in ((*PRIVATE, number) for number in own):
            if self._presence.silent:
                yield [gap_at(tree, STOPPED)]
                continue
            async with aclosing(look(self._session, tree, LOOK_REQUESTS)) as looked:
                async for answer in looked:
                    yield answer
        if any(map(self._presence.spans.denies, self._ended)):
            yield [gap_at(PRIVATE, FALSE_END)]

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
        yield [*self._presence.gaps(tuple(rows))]
        if self._presence.silent:
            unread = (*(column.oid for column in columns), *chain.from_iterable(tables.values()))
            yield [gap_at(oid, STOPPED) for oid in unread]
            return
        async with aclosing(rows_of(self._session, columns)) as answered:
            async for answer in answered:
                yield answer
        walker = Walker(self._session, self._budget)
        async with aclosing(walker.tables(tables.values())) as walked:
            async for answer in walked:
                yield answer
        self._ended += (
            *walker.ends.at_end_of_mib(),
            *(column.last for column in columns if column.after == END_OF_MIB),
        )

    async def _instances(self, oids: Sequence[Oid]) -> WalkAnswer:
        """Those of some instances that the device has, and a gap for each that it does not answer for."""
        oids = [oid for oid in oids if not self._presence.spans.hold(oid[:-1])]
        answers = await request_each(self._session.get, oids, Syntax.NO_SUCH_OBJECT)
        return [
            gap_at(oid, answer) if isinstance(answer, SessionError) else answer
            for oid, answer in zip(oids, answers, strict=True)
            if isinstance(answer, SessionError) or not answer.is_exception
        ]

    async def _enterprises(self, own: int | None) -> WalkAnswer:
        """The first object of each enterprise under which the device has any, and a gap if they are not all. `own` is
        the enterprise of its sysObjectID: it is asked for by itself if the others end before it."""
        found: WalkAnswer = []
        at = PRIVATE
        try:
            while (first := await self._first_private(at)) is not None and len(found) < MAX_ENTERPRISES:
                found.append(first)
                at = (*PRIVATE, first.oid[OWN_ARC] + 1)
            if first is not None:
                found += [first, gap_at(PRIVATE, _TOO_MANY)]
            tree = at if own is None else (*PRIVATE, own)
            if tree > at and (last := await self._first_private(tree)) is not None and last.oid[: len(tree)] == tree:
                found.append(last)
        except SessionError as error:
            found.append(gap_at(PRIVATE, error))
        return found

    async def _first_private(self, at: Oid) -> Varbind | None:
        """The first private object after an OID. Raises SessionError, also if the device goes back."""
        if at[-1] > MAX_ARC:
            return None
        (first,) = await self._session.get_next((at,))
        self._presence.spans.note(at, END_OF_MIB if first.is_exception else first.oid)
        if first.is_exception:
            self._ended.append(at)
        if first.is_exception or first.oid > (*PRIVATE, MAX_ARC + 1):
            return None
        if first.oid <= at:
            raise NotIncreasingError("the device answered with an OID before the private trees")
        return first

    def _new(self, answer: Iterable[Varbind | Gap]) -> WalkAnswer:
        """Those of the variables that no answer of this round has brought before. A gap stands for the whole MIB or
        enterprise, once for each reason: what is missing below may be what identifies the device."""
        new: WalkAnswer = []
        for item in answer:
            if isinstance(item, Gap):
                gap = replace(item, at=dotted(oid_of(item.at)[: OWN_ARC + 1]))
                new += () if gap in self._gaps else (gap,)
                self._gaps.add(gap)
            elif item.oid not in self._presence.seen:
                self._presence.seen.add(item.oid)
                new.append(item)
        return new


def _is_private(oid: Oid) -> bool:
    return oid[:OWN_ARC] == PRIVATE and len(oid) > OWN_ARC


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
