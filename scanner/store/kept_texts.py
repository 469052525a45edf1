"""Texts that are kept once, whoever said them and in whatever run."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from scanner.store.patch import difference
from scanner.store.tables import BASES, CONTENTS

ROW_COST = 220
"""Octets that a text costs beside its own length: its digest, its index, the sequence that names it."""

_ID_OF = sa.select(CONTENTS.c.id).where(CONTENTS.c.sha256 == sa.bindparam("digest"))
_OWN = (
    BASES.c.key == sa.bindparam("of_key"),
    BASES.c.probe == sa.bindparam("of_probe"),
    BASES.c.ordinal == sa.bindparam("of_ordinal"),
)
_BASE_OF = sa.select(BASES.c.content, BASES.c.spent, CONTENTS.c.lines).join(CONTENTS, CONTENTS.c.id == BASES.c.content)


def keep_text(connection: sa.Connection, text: str) -> int:
    """The number of a text, which is added where it is new."""
    return _keep(connection, text, _sha256(text))


def keep_like_before(connection: sa.Connection, place: tuple[str, str, int], text: str) -> tuple[int, bytes]:
    """The number of a kept text, and the patch that makes this text of it: empty where it is this very text.

    `place` is the subject's key, the probe, and how many rows of that probe it has in this run already. A text is
    compared with the one of that place in an earlier run. When the patches to that one have cost as many octets as this
    text costs, this text is kept whole, and is what later ones are compared with: so no difference, however lasting,
    costs more than twice what it must.
    """
    digest = _sha256(text)
    known = connection.scalar(_ID_OF, {"digest": digest})
    own = dict(zip(("of_key", "of_probe", "of_ordinal"), place, strict=True))
    base = connection.execute(_BASE_OF.where(*_OWN), own).first()
    if known is None and base is not None:
        patch = difference(base.lines, text)
        if 2 * len(patch) <= len(text) and base.spent + len(patch) <= len(text) + ROW_COST:
            _set_base(connection, own, base.content, base.spent + len(patch), True)
            return base.content, patch
    content = int(known) if known is not None else _keep(connection, text, digest)
    if base is None or base.content != content:
        _set_base(connection, own, content, 0, base is not None)
    return content, b""


def texts_of(connection: sa.Connection, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Texts by their numbers, in no order."""
    wanted = tuple(numbers)
    for start in range(0, len(wanted), 500):
        some = sa.select(CONTENTS.c.id, CONTENTS.c.lines).where(CONTENTS.c.id.in_(wanted[start : start + 500]))
        yield from ((row.id, row.lines) for row in connection.execute(some))


def _keep(connection: sa.Connection, text: str, digest: bytes) -> int:
    known = connection.scalar(_ID_OF, {"digest": digest})
    if known is not None:
        return int(known)
    return inserted_id(connection.execute(CONTENTS.insert().values(sha256=digest, lines=text)))


def inserted_id(result: sa.CursorResult[Any]) -> int:
    """The number that the database gave a row."""
    key = result.inserted_primary_key
    return int(key[0]) if key else 0


def _set_base(connection: sa.Connection, own: dict[str, Any], content: int, spent: int, known: bool) -> None:
    values = {"content": content, "spent": spent}
    if known:
        connection.execute(BASES.update().where(*_OWN).values(values), own)
    else:
        place = {name.removeprefix("of_"): value for name, value in own.items()}
        connection.execute(BASES.insert().values(place | values))


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
