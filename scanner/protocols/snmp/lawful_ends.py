"""Whether a device ended its answers as RFC 3416 allows. A table that ends otherwise may hold more than was told.

To a GETNEXT or a GETBULK the only end is endOfMibView, which says that nothing at all comes after (section 4.2.2), or
the next object, which says that nothing lies between. An agent that says so although it has told what lies there has
hidden rows. An agent that steps from a column that is shorter than others into the next one is honest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.column_walk import ColumnWalk
from scanner.protocols.snmp.empty_spans import END_OF_MIB, GROUP_ARCS
from scanner.protocols.snmp.errors import IllegalEndError
from scanner.protocols.snmp.message.ber import EXCEPTIONS, Oid, Syntax
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import SnmpSession

_ILLEGAL = EXCEPTIONS - {Syntax.END_OF_MIB_VIEW}


@dataclass(frozen=True, slots=True)
class LawfulSession:
    """A session (`SnmpSession`) that takes noSuchObject and noSuchInstance in an answer to GETNEXT or GETBULK for an
    error over that variable: only a GET may be answered by them."""

    session: SnmpSession

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As SnmpSession.get."""
        return await self.session.get(oids)

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As SnmpSession.get_next. Raises IllegalEndError."""
        return _lawful(await self.session.get_next(oids), len(oids))

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """As SnmpSession.get_bulk: the rows before an illegal end. Raises IllegalEndError if there is none."""
        return _lawful(await self.session.get_bulk(oids, repetitions), len(oids))

    def allow(self, requests: int | None) -> None:
        """As SnmpSession.allow."""
        self.session.allow(requests)

    def close(self) -> None:
        """As SnmpSession.close."""
        self.session.close()


def _lawful(answer: tuple[Varbind, ...], width: int) -> tuple[Varbind, ...]:
    place = next((place for place, (_, syntax, _) in enumerate(answer) if syntax in _ILLEGAL), None)
    if place is None:
        return answer
    if place < width:
        raise IllegalEndError(place + 1)
    return answer[: place // width * width]


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a column: its last row (its own OID if it has none), and the OID that came after, or END_OF_MIB."""

    last: Oid
    after: Oid


@dataclass(slots=True)
class TableEnds:
    """How the columns of walked tables ended, and the first row of each that has any. `passes` is true once
    the device went past the end of a group of objects: then endOfMibView does not mean the end of a subtree."""

    passes: bool = False
    _firsts: dict[Oid, Oid] = field(default_factory=dict)
    _ends: dict[Oid, _End] = field(default_factory=dict)
    _reported: set[Oid] = field(default_factory=set)

    def note(self, columns: Sequence[ColumnWalk]) -> None:
        """Keep what an answer shows of some columns."""
        for column in columns:
            if column.first is not None:
                self._firsts[column.oid] = column.first
            if column.after is not None:
                self._ends[column.oid] = _End(column.last, column.after)
                is_other_group = column.after[:GROUP_ARCS] != column.oid[:GROUP_ARCS]
                self.passes = self.passes or (column.after != END_OF_MIB and is_other_group)

    def gaps(self, greatest: Oid = ()) -> Iterator[Gap]:
        """A gap, once, for each column that ended against what its own table shows, or, if it is the last one, against
        an object that the device has behind it; `greatest` is one that is known besides those of the tables."""
        greatest = max(greatest, *self._firsts.values(), ())
        tables: dict[Oid, list[Oid]] = {}
        for column in {*self._firsts, *self._ends}:
            tables.setdefault(column[:-1], []).append(column)
        for columns in tables.values():
            for column in sorted(self._ends.keys() & set(columns) - self._reported):
                if self._hides_rows(column, columns, greatest):
                    self._reported.add(column)
                    detail = "the device ended this column, though its table goes on"
                    yield ColumnWalk(column, 0).gap(GapReason.MALFORMED, detail)

    def at_end_of_mib(self) -> Iterator[Oid]:
        """The last rows of columns after which the device said that it has nothing more at all."""
        return (end.last for end in self._ends.values() if end.after == END_OF_MIB)

    def _hides_rows(self, column: Oid, sisters: Sequence[Oid], greatest: Oid) -> bool:
        end = self._ends[column]
        later = [self._firsts[sister] for sister in sisters if sister > column and sister in self._firsts]
        if later:
            return min(later) < end.after
        rows = [self._ends[sister].last[len(sister) :] for sister in sisters if sister in self._ends]
        is_shorter = end.last[len(column) :] < max(rows, default=())
        return end.after == END_OF_MIB and self.passes and is_shorter and greatest > end.last
