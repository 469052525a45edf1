"""Walks of named columns that no agent can keep from ending: strictly onwards, inside the column, within a budget.

A column ends at its last row or at the first thing that an honest agent would not say; the latter becomes a Gap, and
the walk goes on with what is left. No OID is asked for that was not a column's own or one the device returned.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from fingerprints.evidence import Gap, GapReason
from scanner.pacing import Profile
from scanner.snmp.ber import Oid, dotted
from scanner.snmp.codec import Varbind
from scanner.snmp.session import Session
from scanner.snmp.trouble import NoAnswerError, SessionError

PROBE = "snmp"

MOST_ROWS = 10
"""Max-repetitions at its highest: with four columns a row, an answer of some 1,500 octets."""

TOGETHER = 4
"""Columns asked for in one request."""

SUCCESSES_TO_GROW = 4


class Budget:
    """What one device's walks may still cost: variables, octets and seconds by the profile, spent by all tables; and
    `column`, the variables that one column of a table may have."""

    __slots__ = ("_clock", "_deadline", "_octets", "_varbinds", "column")

    def __init__(self, profile: Profile, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._deadline = clock() + profile.walk_seconds
        self._varbinds = profile.walk_varbinds
        self._octets = profile.walk_octets
        self.column = profile.table_varbinds

    def spend(self, varbind: Varbind) -> None:
        """Count one variable: its name at four octets an arc, and its value."""
        self._varbinds -= 1
        self._octets -= 4 * len(varbind.oid) + len(varbind.value)

    def spent(self) -> str:
        """What has run out, for a person, or an empty text."""
        if self._clock() >= self._deadline:
            return "the time for this device"
        if self._varbinds <= 0:
            return "the number of variables for this device"
        return "the octets for this device" if self._octets <= 0 else ""


@dataclass(slots=True)
class Rows:
    """How many rows to ask for at once: halved by each failure, grown back by a run of successes that each failure
    makes twice as long. 0 is a GETNEXT, for agents that speak v2c and cannot GETBULK."""

    asked: int = MOST_ROWS
    _successes: int = 0
    _needed: int = SUCCESSES_TO_GROW

    def failed(self) -> bool:
        """Ask for less. False where there was nothing less to ask for."""
        self._successes = 0
        if self.asked == 0:
            return False
        self.asked //= 2
        self._needed *= 2
        return True

    def succeeded(self) -> None:
        """Ask for more after a run of answers."""
        self._successes += 1
        if self._successes >= self._needed and self.asked < MOST_ROWS:
            self.asked = min(MOST_ROWS, max(1, self.asked * 2))
            self._successes = 0


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

    def take(self, varbind: Varbind) -> Varbind | Gap | None:
        """The varbind, where it is the next of this column; None at the column's end; a Gap where it goes back, or on
        and on."""
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
        return varbind

    def gap(self, reason: GapReason, detail: str) -> Gap:
        """A gap in this column."""
        return Gap(PROBE, dotted(self.oid), reason, detail)


@dataclass(slots=True)
class Walker:
    """Walks the tables of one device one after the other, with what it learned of the device so far."""

    session: Session
    budget: Budget
    rows: Rows = field(default_factory=Rows)
    silent: int = 0
    """Columns in a row that ended in silence; two, and the device is taken for gone."""

    @property
    def gone(self) -> bool:
        """Whether the device has stopped answering."""
        return self.silent >= 2

    async def table(self, columns: Sequence[Oid]) -> AsyncIterator[Varbind | Gap]:
        """All instances of some columns of one table, ordered by column within each answer, and the gaps."""
        whole = [Column(column, self.budget.column) for column in columns]
        groups = [whole[at : at + TOGETHER] for at in range(0, len(whole), TOGETHER)]
        while groups:
            group = groups.pop(0)
            while group and not self.budget.spent() and not self.gone:
                try:
                    varbinds = await self._next_rows(group)
                except SessionError as error:
                    gaps, alone = self._failed(group, error)
                    groups[:0] = alone
                    group = []
                    for gap in gaps:
                        yield gap
                    continue
                for said in self._taken(group, varbinds):
                    yield said
                group = [column for column in group if column.open]
            for gap in map(self._given_up, group):
                yield gap

    async def _next_rows(self, group: Sequence[Column]) -> tuple[Varbind, ...]:
        """One answer, asking for fewer rows until it comes. Raises the SessionError of the smallest request."""
        oids = [column.last for column in group]
        while True:
            try:
                if self.rows.asked:
                    varbinds = await self.session.get_bulk(oids, self.rows.asked)
                else:
                    varbinds = await self.session.get_next(oids)
            except SessionError:
                if not self.rows.failed():
                    raise
                continue
            self.rows.succeeded()
            self.silent = 0
            return varbinds

    def _taken(self, group: Sequence[Column], varbinds: Sequence[Varbind]) -> Iterator[Varbind | Gap]:
        for place, column in enumerate(group):
            for varbind in varbinds[place :: len(group)]:
                if not column.open:
                    break
                said = column.take(varbind)
                if said is None:
                    break
                self.budget.spend(varbind)
                yield said

    def _failed(self, group: list[Column], error: SessionError) -> tuple[list[Gap], list[list[Column]]]:
        """The gaps of a group that cannot be asked, or its columns one by one where another request may do better."""
        if isinstance(error, NoAnswerError):
            self.silent += 1
        elif len(group) > 1:
            return [], [[column] for column in group]
        return [column.gap(error.reason, str(error)) for column in group], []

    def _given_up(self, column: Column) -> Gap:
        """The gap of a column that was still open when the device or its budget ended."""
        if self.gone:
            return column.gap(GapReason.NO_ANSWER, "the device stopped answering")
        return column.gap(GapReason.BUDGET_SPENT, f"{self.budget.spent()} ran out")
