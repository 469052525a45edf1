"""Texts that are kept once, whoever said them and in whatever run."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from scanner.store.patch import difference
from scanner.store.tables import BASES, CONTENTS

ROW_COST = 220
"""Octets that a text costs beside its own length: its digest, its index, the sequence that names it."""

MAX_ASKED = 500
"""Values that one query names, at most."""

TextPlace = tuple[str, str, int]
"""A subject's key, a probe, and how many rows of that probe the subject has in the run already."""

_ID_OF = sa.select(CONTENTS.c.id).where(CONTENTS.c.sha256 == sa.bindparam("digest"))
_BASE_OF = (
    sa.select(BASES.c.content, BASES.c.spent, CONTENTS.c.lines)
    .join(CONTENTS, CONTENTS.c.id == BASES.c.content)
    .where(
        BASES.c.key == sa.bindparam("of_key"),
        BASES.c.probe == sa.bindparam("of_probe"),
        BASES.c.ordinal == sa.bindparam("of_ordinal"),
    )
)


@dataclass(frozen=True, slots=True)
class TextBase:
    """The text that later texts of a place are compared with, how many octets of patches to it were kept, and whether
    the place had none before."""

    content: int
    spent: int
    new: bool


@dataclass(frozen=True, slots=True)
class KeptText:
    """The number of a kept text, the patch that makes a text of it (empty where it is that text), and the base of the
    place from now on; None where it stays as it is."""

    content: int
    patch: bytes = b""
    base: TextBase | None = None


def has_bases(connection: sa.Connection) -> bool:
    """True if any place has a text that later ones are compared with."""
    return connection.execute(sa.select(BASES.c.key).limit(1)).first() is not None


def keep_like_before(connection: sa.Connection, place: TextPlace, text: str, is_first: bool = False) -> KeptText:
    """Keep a text. It is compared with the one of its place in an earlier run. `is_first` tells that there is none.

    When the patches to that one have cost as many octets as this text costs, this text is kept whole, and is what later
    ones are compared with: so no difference, however lasting, costs more than twice what it must.
    """
    own = dict(zip(("of_key", "of_probe", "of_ordinal"), place, strict=True))
    base = None if is_first else connection.execute(_BASE_OF, own).first()
    if base is None:
        content = keep_text(connection, text)
        return KeptText(content, base=TextBase(content, 0, True))
    beside = kept_beside(base.content, base.spent, base.lines, text)
    if beside is not None:
        return beside
    content = keep_text(connection, text)
    return KeptText(content, base=TextBase(content, 0, False))


def kept_beside(content: int, spent: int, lines: str, text: str) -> KeptText | None:
    """A text as it is kept beside the base of its place: the base's number, how much was spent on patches to it, and
    its text. None where it is kept whole."""
    if lines == text:
        return KeptText(content)
    patch = difference(lines, text)
    if 2 * len(patch) <= len(text) and spent + len(patch) <= len(text) + ROW_COST:
        return KeptText(content, patch, TextBase(content, spent + len(patch), False))
    return None


def keep_text(connection: sa.Connection, text: str) -> int:
    """The number of a text, which is added where it is new."""
    digest = _sha256(text)
    known = connection.scalar(_ID_OF, {"digest": digest})
    if known is not None:
        return int(known)
    return inserted_id(connection.execute(CONTENTS.insert(), {"sha256": digest, "lines": text}))


def keep_texts(connection: sa.Connection, texts: Sequence[str]) -> list[int]:
    """The numbers of many texts, in their order. New ones are added."""
    digests = [_sha256(text) for text in texts]
    known: dict[bytes, int] = {}
    for some in parts_of(dict.fromkeys(digests)):
        rows = connection.execute(sa.select(CONTENTS.c.id, CONTENTS.c.sha256).where(CONTENTS.c.sha256.in_(some)))
        known |= {row.sha256: row.id for row in rows}
    for digest, text in zip(digests, texts, strict=True):
        if digest not in known:
            known[digest] = inserted_id(connection.execute(CONTENTS.insert(), {"sha256": digest, "lines": text}))
    return [known[digest] for digest in digests]


def texts_of(connection: sa.Connection, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Texts by their numbers, in no order."""
    for some in parts_of(numbers):
        wanted = sa.select(CONTENTS.c.id, CONTENTS.c.lines).where(CONTENTS.c.id.in_(some))
        yield from ((row.id, row.lines) for row in connection.execute(wanted))


def inserted_id(result: sa.CursorResult[Any]) -> int:
    """The number that the database gave a row."""
    key = result.inserted_primary_key
    return int(key[0]) if key else 0


def parts_of(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Values in lists that one query can name."""
    every = list(values)
    yield from (every[start : start + MAX_ASKED] for start in range(0, len(every), MAX_ASKED))


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
