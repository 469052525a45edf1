"""Writes subjects with their rows into a run, many at once: the same stored form as `Writer` and `fold_rows` leave."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from scanner.store.bulk.copying import load
from scanner.store.bulk.merging import merged_with_known
from scanner.store.bulk.staging import (
    STAGED_BASES,
    STAGED_DIGESTS,
    STAGED_ROWS,
    STAGED_SUBJECTS,
    STAGED_TEXTS,
    Lookup,
    new_numbers,
    prepare,
    stage,
)
from scanner.store.bulk.upsert import insert_into
from scanner.store.evidence_rows import ProbeText, SubjectRows
from scanner.store.kept_texts import KeptText, TextBase, TextPlace, kept_beside
from scanner.store.row_times import pack_times
from scanner.store.tables import BASES, CONTENTS, RUN_SUBJECTS, SEQUENCE_ROWS, SEQUENCES, SUBJECTS
from scanner.store.writer import OBSERVED

MAX_ROWS = 20_000
"""Rows of evidence that are written at once, about."""

MAX_CHARACTERS = 32 * 1024 * 1024
"""Characters of their texts, about."""

_NAMES = ("key", "address", "labels", "attributes")
_SAME_SUBJECT = sa.and_(*(SUBJECTS.c[name] == STAGED_SUBJECTS.c[name] for name in _NAMES))
_NEW_SUBJECTS = SUBJECTS.insert().from_select(
    _NAMES,
    sa.select(*(STAGED_SUBJECTS.c[name] for name in _NAMES))
    .where(~sa.exists().where(_SAME_SUBJECT))
    .order_by(STAGED_SUBJECTS.c.place),
)
_SUBJECT = Lookup.of(STAGED_SUBJECTS, sa.select(sa.func.min(SUBJECTS.c.id)).where(_SAME_SUBJECT))
_ANY_BASE = Lookup.of(STAGED_SUBJECTS, sa.select(BASES.c.content).where(BASES.c.key == STAGED_SUBJECTS.c.key).limit(1))
_TEXT, _STAGED_TEXT = (
    Lookup.of(staged, sa.select(CONTENTS.c.id).where(CONTENTS.c.sha256 == staged.c.sha256))
    for staged in (STAGED_DIGESTS, STAGED_TEXTS)
)
_SEQUENCE = Lookup.of(STAGED_DIGESTS, sa.select(SEQUENCES.c.id).where(SEQUENCES.c.sha256 == STAGED_DIGESTS.c.sha256))


def write_subjects(connection: sa.Connection, run: int, subjects: Iterable[SubjectRows]) -> None:
    """Have subjects with their rows in a run. What the run knows of one already is joined with it, so that the order
    in which parts of a run come says nothing. Does not commit."""
    prepare(connection)
    for some in _parts(subjects):
        stage(connection, STAGED_SUBJECTS, _identities(some))
        known = merged_with_known(connection, run, some)
        if known is not some:
            stage(connection, STAGED_SUBJECTS, _identities(known))
        _write(connection, run, known)


def _parts(subjects: Iterable[SubjectRows]) -> Iterator[tuple[SubjectRows, ...]]:
    part: list[SubjectRows] = []
    rows = characters = 0
    for subject in subjects:
        part.append(subject)
        rows += 1 + len(subject.rows)
        characters += sum(len(row.lines) for row in subject.rows)
        if rows >= MAX_ROWS or characters >= MAX_CHARACTERS:
            yield tuple(part)
            part, rows, characters = [], 0, 0
    if part:
        yield tuple(part)


def _identities(subjects: Sequence[SubjectRows]) -> Iterator[tuple[int, str, str, str, str]]:
    for place, subject in enumerate(subjects):
        yield place, subject.key, subject.address, subject.labels, subject.attributes


def _write(connection: sa.Connection, run: int, subjects: Sequence[SubjectRows]) -> None:
    kept = _keep_texts(connection, subjects)
    named: list[tuple[ProbeText, ...]] = []
    times: list[bytes] = []
    at = 0
    for subject in subjects:
        own = kept[at : at + len(subject.rows)]
        at += len(own)
        named.append(tuple((row.probe, text.content) for row, text in zip(subject.rows, own, strict=True)))
        times.append(pack_times((row.time, text.patch) for row, text in zip(subject.rows, own, strict=True)))
    sequences = iter(_keep_sequences(connection, [rows for rows in named if rows]))
    numbers = _keep_subjects(connection)
    rows: list[tuple[Any, ...]] = []
    for number, subject, octets in zip(numbers, subjects, times, strict=True):
        observed = any(OBSERVED in row.lines for row in subject.rows)
        folded = (next(sequences), octets) if subject.rows else (None, None)
        rows.append((run, number, subject.done, observed, *folded))
    load(connection, RUN_SUBJECTS, sorted(rows, key=lambda row: row[1]))


def _keep_subjects(connection: sa.Connection) -> list[int]:
    """The numbers of the subjects that are staged, in order. New ones are added."""
    connection.execute(_NEW_SUBJECTS)
    return _SUBJECT.numbers(connection)


@dataclass
class _RowTexts:
    """The rows of subjects, one after the other: where each stands, its text, the digest of that, and how it is kept.
    `new` are texts that the store has to add, with the rows that name them."""

    places: list[TextPlace] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    kept: dict[int, KeptText] = field(default_factory=dict)
    new: dict[bytes, list[int]] = field(default_factory=dict)
    based: set[int] = field(default_factory=set)
    """The rows whose place had a base."""

    def add(self, subjects: Iterable[SubjectRows]) -> None:
        """Note the rows of subjects."""
        for subject in subjects:
            counts: Counter[str] = Counter()
            for row in subject.rows:
                self.places.append((subject.key, row.probe, counts[row.probe]))
                counts[row.probe] += 1
                self.texts.append(row.lines)
                self.digests.append(hashlib.sha256(row.lines.encode()).digest())

    def keep_whole(self, place: int, content: int) -> None:
        """Keep a text by its number, as what later ones of its place are compared with."""
        self.kept[place] = KeptText(content, base=TextBase(content, 0, place not in self.based))


def _keep_texts(connection: sa.Connection, subjects: Sequence[SubjectRows]) -> list[KeptText]:
    """How each row of subjects is kept, in order. New texts and the bases of later ones are added."""
    rows = _RowTexts()
    rows.add(subjects)
    known = _ANY_BASE.numbers(connection)
    is_known = [content is not None for content, subject in zip(known, subjects, strict=True) for _ in subject.rows]
    _find_texts(connection, rows, [place for place, known in enumerate(is_known) if not known])
    _compare_with_bases(connection, rows, [place for place, known in enumerate(is_known) if known])
    _add_new(connection, rows)
    _set_bases(connection, rows)
    return [rows.kept[place] for place in range(len(rows.texts))]


def _find_texts(connection: sa.Connection, rows: _RowTexts, places: Sequence[int]) -> None:
    """Keep the texts of subjects that are new where the store has the same."""
    stage(connection, STAGED_DIGESTS, enumerate(rows.digests[place] for place in places))
    for place, content in zip(places, _TEXT.numbers(connection), strict=True):
        if content is not None:
            rows.keep_whole(place, content)


def _compare_with_bases(connection: sa.Connection, rows: _RowTexts, places: Sequence[int]) -> None:
    """Keep texts beside the bases of their places, or by their own numbers, where the store has either."""
    if not places:
        return
    stage(connection, STAGED_ROWS, ((place, *rows.places[place], rows.digests[place]) for place in places))
    own = CONTENTS.alias("own")
    differs = BASES.c.content.is_distinct_from(own.c.id)
    beside = [BASES.c[name] == STAGED_ROWS.c[name] for name in ("key", "probe", "ordinal")]
    columns = (STAGED_ROWS.c.place, own.c.id.label("own"), BASES.c.content, BASES.c.spent)
    wanted = (
        sa.select(*columns, sa.case((differs, CONTENTS.c.lines)).label("lines"))
        .outerjoin_from(STAGED_ROWS, BASES, sa.and_(*beside))
        .outerjoin(CONTENTS, CONTENTS.c.id == BASES.c.content)
        .outerjoin(own, own.c.sha256 == STAGED_ROWS.c.sha256)
        .where(BASES.c.content.is_not(None) | own.c.id.is_not(None))
    )
    for place, content, base, spent, lines in connection.execute(wanted):
        _decide(rows, place, content, (base, spent, lines))


def _decide(rows: _RowTexts, place: int, content: int | None, base: tuple[int | None, int, str | None]) -> None:
    """How a text is kept of which something is known: its own number, or the base of its place. As `keep_like_before`
    decides it."""
    number, spent, lines = base
    if number is None:
        if content is not None:
            rows.keep_whole(place, content)
        return
    rows.based.add(place)
    if lines is None:
        rows.kept[place] = KeptText(number)
        return
    beside = kept_beside(number, spent, lines, rows.texts[place])
    if beside is not None:
        rows.kept[place] = beside
    elif content is not None:
        rows.keep_whole(place, content)


def _add_new(connection: sa.Connection, rows: _RowTexts) -> None:
    for place, digest in enumerate(rows.digests):
        if place not in rows.kept:
            rows.new.setdefault(digest, []).append(place)
    if not rows.new:
        return
    texts = [rows.texts[places[0]] for places in rows.new.values()]
    for content, places in zip(_added_texts(connection, tuple(rows.new), texts), rows.new.values(), strict=True):
        for place in places:
            rows.keep_whole(place, content)


def _added_texts(connection: sa.Connection, digests: Sequence[bytes], texts: Sequence[str]) -> list[int]:
    """The numbers of texts that the store had not, each once. They go into their table at once, unless another process
    adds one of them at this moment, as one that keeps states does: then each by itself where it is not there."""
    numbers = new_numbers(connection, CONTENTS, len(digests))
    try:
        with connection.begin_nested():
            load(connection, CONTENTS, zip(numbers, digests, texts, strict=True))
    except sa.exc.IntegrityError:
        stage(connection, STAGED_TEXTS, zip(numbers, digests, texts, strict=True))
        names = ("id", "sha256", "lines")
        staged = sa.select(*STAGED_TEXTS.c).where(sa.true())
        connection.execute(insert_into(connection, CONTENTS).from_select(names, staged).on_conflict_do_nothing())
        return _STAGED_TEXT.numbers(connection)
    return numbers


def _set_bases(connection: sa.Connection, rows: _RowTexts) -> None:
    bases = [(*rows.places[place], text.base) for place, text in rows.kept.items() if text.base is not None]
    load(connection, BASES, ((*place, base.content, base.spent) for *place, base in bases if base.new))
    changed = [(*place, base.content, base.spent) for *place, base in bases if not base.new]
    if not changed:
        return
    stage(connection, STAGED_BASES, ((number, *row) for number, row in enumerate(changed)))
    names = ("key", "probe", "ordinal", "content", "spent")
    statement = insert_into(connection, BASES).from_select(
        names, sa.select(*(STAGED_BASES.c[name] for name in names)).where(sa.true())
    )
    now = {name: statement.excluded[name] for name in ("content", "spent")}
    connection.execute(statement.on_conflict_do_update(index_elements=list(BASES.primary_key), set_=now))


def _keep_sequences(connection: sa.Connection, sequences: Sequence[tuple[ProbeText, ...]]) -> list[int]:
    """The numbers of sequences, in order. New ones are added."""
    digests = [hashlib.sha256(json.dumps(rows).encode()).digest() for rows in sequences]
    by_digest = dict(zip(digests, sequences, strict=True))
    stage(connection, STAGED_DIGESTS, enumerate(by_digest))
    numbers = dict(zip(by_digest, _SEQUENCE.numbers(connection), strict=True))
    new = [digest for digest, number in numbers.items() if number is None]
    added = list(zip(new_numbers(connection, SEQUENCES, len(new)), new, strict=True))
    load(connection, SEQUENCES, added)
    named = ((number, by_digest[digest]) for number, digest in added)
    load(connection, SEQUENCE_ROWS, ((number, place, *row) for number, rows in named for place, row in enumerate(rows)))
    numbers |= {digest: number for number, digest in added}
    return [numbers[digest] for digest in digests]
