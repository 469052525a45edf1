"""The narrow rows of a run that wait for the database, so that it takes many at once. Texts never wait here."""

from typing import Any

import sqlalchemy as sa

from scanner.store.kept_texts import TextBase, TextPlace
from scanner.store.tables import BASES, EVIDENCE, RUN_SUBJECTS

MAX_WAITING = 500
"""Rows of evidence that wait, at most."""

_OWN_SUBJECT = (RUN_SUBJECTS.c.run == sa.bindparam("of_run")) & (RUN_SUBJECTS.c.subject == sa.bindparam("of_subject"))
_DONE = RUN_SUBJECTS.update().where(_OWN_SUBJECT).values(done=True)
_OBSERVED = RUN_SUBJECTS.update().where(_OWN_SUBJECT).values(observed=True)
_OWN_BASE = (
    (BASES.c.key == sa.bindparam("of_key"))
    & (BASES.c.probe == sa.bindparam("of_probe"))
    & (BASES.c.ordinal == sa.bindparam("of_ordinal"))
)
_CHANGED_BASE = (
    BASES.update().where(_OWN_BASE).values(content=sa.bindparam("of_content"), spent=sa.bindparam("of_spent"))
)


class RowBuffer:
    """Rows of one run that the database does not have yet."""

    def __init__(self, run: int) -> None:
        self._run = run
        self.clear()

    def clear(self) -> None:
        """Forget everything that waits."""
        self._subjects: list[int] = []
        self._evidence: list[dict[str, Any]] = []
        self._done: set[int] = set()
        self._observed: set[int] = set()
        self._bases: dict[TextPlace, TextBase] = {}

    @property
    def full(self) -> bool:
        """True if the database should take what waits now."""
        return len(self._evidence) >= MAX_WAITING or len(self._subjects) >= MAX_WAITING

    def add_subject(self, number: int) -> None:
        """A subject that is in the run from now on."""
        self._subjects.append(number)

    def add_evidence(self, row: dict[str, Any], observed: bool) -> None:
        """A row of `evidence`, and whether it holds an observation."""
        self._evidence.append(row | {"run": self._run})
        if observed:
            self._observed.add(row["subject"])

    def set_done(self, number: int) -> None:
        """A subject that the run has finished."""
        self._done.add(number)

    def set_base(self, place: TextPlace, base: TextBase) -> None:
        """What later texts of a place are compared with."""
        self._bases[place] = base

    def flush(self, connection: sa.Connection) -> None:
        """Hand everything to the database. Does not commit."""
        _execute(connection, RUN_SUBJECTS.insert(), [self._named(number) for number in self._subjects])
        _execute(connection, EVIDENCE.insert(), self._evidence)
        for statement, numbers in ((_OBSERVED, self._observed), (_DONE, self._done)):
            _execute(connection, statement, [{"of_run": self._run, "of_subject": number} for number in sorted(numbers)])
        new = (_row_of(place, base) for place, base in self._bases.items() if base.new)
        changed = (_row_of(place, base) for place, base in self._bases.items() if not base.new)
        _execute(connection, BASES.insert(), list(new))
        _execute(connection, _CHANGED_BASE, [{f"of_{name}": value for name, value in row.items()} for row in changed])
        self.clear()

    def _named(self, number: int) -> dict[str, Any]:
        return {"run": self._run, "subject": number, "done": False, "observed": False}


def _row_of(place: TextPlace, base: TextBase) -> dict[str, Any]:
    key, probe, ordinal = place
    return {"key": key, "probe": probe, "ordinal": ordinal, "content": base.content, "spent": base.spent}


def _execute(connection: sa.Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)
