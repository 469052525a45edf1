"""A bounded look into a subtree of which no MIB is known: its scalars and small tables, by a few GETBULKs.

A look is no walk: it leaves a table as soon as it has seen that the table has many rows.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from itertools import takewhile

from scanner.protocols.snmp.column_walk import WalkAnswer, gap_at
from scanner.protocols.snmp.errors import RequestsSpentError, SessionError, UnreachableError
from scanner.protocols.snmp.message.ber import MAX_ARC, Oid
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import SnmpSession

ROWS = 24
"""Max-repetitions of one request: so many short scalars fit in one unfragmented answer."""

FEW_ROWS = 4
"""The same after an error."""

ROWS_OF_A_TABLE = 3
"""Variables that end alike after which they count as rows of a table."""


@dataclass(slots=True)
class TreeLook:
    """A look into one subtree. `at` is the OID to continue from. Each time a jump lands in the table that it left, the
    next one goes an arc higher."""

    tree: Oid
    at: Oid = field(init=False)
    done: bool = False
    _table: Oid = ()

    def __post_init__(self) -> None:
        self.at = self.tree

    def take(self, varbinds: tuple[Varbind, ...]) -> list[Varbind]:
        """The variables of an answer that lie in the tree and in order. Decides where to go on."""
        taken: list[Varbind] = []
        for varbind in varbinds:
            last = taken[-1].oid if taken else self.at
            if varbind.is_exception or varbind.oid <= last or varbind.oid[: len(self.tree)] != self.tree:
                self.done = True
                break
            taken.append(varbind)
        if taken:
            self._continue_after([varbind.oid for varbind in taken])
        else:
            self.done = True
        return taken

    def _continue_after(self, oids: list[Oid]) -> None:
        last = oids[-ROWS_OF_A_TABLE:]
        if len(last) < ROWS_OF_A_TABLE or any(oid[-1] == 0 for oid in last):
            self.at = oids[-1]
            return
        shared = _shared(last)[:-1]
        if self._table and shared[: len(self._table)] == self._table:
            shared = self._table[:-1]
        if len(shared) <= len(self.tree):
            shared = last[-1][: len(self.tree) + 1]
        self._table = shared
        self.at = (*shared[:-1], shared[-1] + 1) if shared[-1] < MAX_ARC else oids[-1]


def _shared(oids: list[Oid]) -> Oid:
    """The arcs that all of these begin with."""
    return tuple(arcs[0] for arcs in takewhile(lambda arcs: len(set(arcs)) == 1, zip(*oids, strict=False)))


async def look(session: SnmpSession, tree: Oid, requests: int) -> AsyncGenerator[WalkAnswer, None]:
    """The variables that a look at a subtree brings, one answer at a time. After an error it asks for fewer rows; a
    second error ends it with a gap."""
    state, rows = TreeLook(tree), ROWS
    for _ in range(requests):
        try:
            answer = await session.get_bulk((state.at,), rows)
        except SessionError as error:
            if rows == FEW_ROWS or isinstance(error, RequestsSpentError | UnreachableError):
                yield [gap_at(tree, error)]
                return
            rows = FEW_ROWS
            continue
        yield [*state.take(answer)]
        if state.done:
            return
