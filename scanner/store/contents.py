"""What the rows of a run hold, asked of an open connection: what was observed, who is named, and their digest."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from fingerprints.model.evidence import Observation, Subject
from scanner.run_request import RunRequest
from scanner.sink import RangeCount
from scanner.store.evidence_rows import SubjectRows, rows_of_run, unreadable
from scanner.store.kept_texts import texts_of
from scanner.store.patch import patched
from scanner.store.row_times import time_of, unpack_times
from scanner.store.tables import CONTENTS, EVIDENCE, FLEET_RUNS, RANGES, RUN_SUBJECTS, SEQUENCE_ROWS, SUBJECTS

_as_json = json.encoder.encode_basestring_ascii
"""A text as JSON holds it: many times a text of two thousand octets, which json.dumps would copy once more."""

ASKING_KINDS = frozenset(("scan", "audit"))
"""The kinds of runs that ask a network, and may be cut off and resumed."""


def evidence_sha256(connection: sa.Connection, run: int) -> str:
    """The digest of a run's subjects and evidence."""
    digest = hashlib.sha256()
    for subject in rows_of_run(connection, run):
        add_to_digest(digest, subject)
    return digest.hexdigest()


def add_to_digest(digest: "hashlib._Hash", subject: SubjectRows) -> None:
    """Add the next subject of a run to its digest. Subjects come sorted by key."""
    head = json.dumps([subject.key, subject.address, subject.labels, subject.attributes, subject.done])[:-1]
    for row in subject.rows:
        time, probe, lines = time_of(row.time).isoformat(), _as_json(row.probe), _as_json(row.lines)
        digest.update(f'{head}, "{time}", {probe}, {lines}]'.encode())
    if not subject.rows:
        digest.update(f"{head}, null, null, null]".encode())


def subjects_of(connection: sa.Connection, run: int) -> tuple[frozenset[str], frozenset[str]]:
    """The keys of the subjects of a run of which something was observed, and of those of which nothing was."""
    wanted = sa.select(SUBJECTS.c.key, RUN_SUBJECTS.c.observed).join(SUBJECTS, SUBJECTS.c.id == RUN_SUBJECTS.c.subject)
    rows = tuple(connection.execute(wanted.where(RUN_SUBJECTS.c.run == run)))
    seen = frozenset(row.key for row in rows if row.observed)
    return seen, frozenset(row.key for row in rows) - seen


def runs_naming(connection: sa.Connection, word: str, before: int) -> frozenset[int]:
    """The runs before one in which a subject may be known by this word: by its key, its address, a label, or something
    that it said. A run may be among them where the kept text has the word and the run's own difference took it out."""
    return frozenset(
        (
            *_runs_of_subjects_named(connection, word, before),
            *_runs_of_kept_texts(connection, word, before),
            *_runs_of_patched_texts(connection, word, before),
        )
    )


def keys_named(connection: sa.Connection, run: int, word: str) -> tuple[str, ...]:
    """The keys of the subjects of a run that have this key, address or label, compared without case; sorted."""
    likely = (SUBJECTS.c.key.ilike(_escaped(word), escape="!"), SUBJECTS.c.address.ilike(_escaped(word), escape="!"))
    labelled = SUBJECTS.c.labels.ilike(_containing(_as_written(word)), escape="!")
    wanted = sa.select(SUBJECTS.c.key, SUBJECTS.c.address, SUBJECTS.c.labels)
    wanted = wanted.join(RUN_SUBJECTS, RUN_SUBJECTS.c.subject == SUBJECTS.c.id)
    rows = connection.execute(wanted.where(RUN_SUBJECTS.c.run == run, sa.or_(*likely, labelled)))
    named = ((row.key, (row.key, row.address, *json.loads(row.labels))) for row in rows)
    return tuple(sorted(key for key, names in named if word.casefold() in map(str.casefold, names)))


def keys_saying(connection: sa.Connection, run: int, word: str) -> dict[str, bool]:
    """The keys of the subjects of a run that said a word, compared without case: True for one that said it as a whole
    value, and not within a longer text. One may be among them where the kept text has the word and the run's own
    difference took it out."""
    written = _as_written(word)
    said = CONTENTS.c.lines.ilike(_containing(written), escape="!")
    whole = CONTENTS.c.lines.ilike(_containing(f'"{written}"'), escape="!").label("whole")
    of_run = sa.select(SUBJECTS.c.key, whole).join(RUN_SUBJECTS, RUN_SUBJECTS.c.subject == SUBJECTS.c.id)
    of_run = of_run.join(SEQUENCE_ROWS, SEQUENCE_ROWS.c.sequence == RUN_SUBJECTS.c.sequence)
    of_run = of_run.join(CONTENTS, CONTENTS.c.id == SEQUENCE_ROWS.c.content).where(RUN_SUBJECTS.c.run == run, said)
    waiting = sa.select(SUBJECTS.c.key, whole).join(EVIDENCE, EVIDENCE.c.subject == SUBJECTS.c.id)
    waiting = waiting.join(CONTENTS, CONTENTS.c.id == EVIDENCE.c.content).where(EVIDENCE.c.run == run, said)
    found: dict[str, bool] = {}
    for row in (*connection.execute(of_run), *connection.execute(waiting)):
        found[row.key] = found.get(row.key, False) or bool(row.whole)
    subjects, keys = _patched_subjects(connection, run, written.casefold()), {}
    if subjects:
        keys = {row.id: row.key for row in connection.execute(sa.select(SUBJECTS.c.id, SUBJECTS.c.key))}
    for subject, is_whole in subjects.items():
        found[keys[subject]] = found.get(keys[subject], False) or is_whole
    return found


def names_in(connection: sa.Connection, run: int) -> tuple[str, ...]:
    """The keys, addresses and labels of the subjects of a run."""
    wanted = sa.select(SUBJECTS.c.key, SUBJECTS.c.address, SUBJECTS.c.labels)
    rows = connection.execute(
        wanted.join(RUN_SUBJECTS, RUN_SUBJECTS.c.subject == SUBJECTS.c.id).where(RUN_SUBJECTS.c.run == run)
    )
    names = ((row.key, row.address, *(json.loads(row.labels) if row.labels != "[]" else ())) for row in rows)
    return tuple(dict.fromkeys(name for of_subject in names for name in of_subject if name))


def _patched_subjects(connection: sa.Connection, run: int, written: str) -> dict[int, bool]:
    """The subjects of a run with a difference to a kept text, and of them those that the word is in, as `keys_saying`
    has them."""
    by_text: dict[int, list[tuple[int, bytes]]] = {}
    for subject, content, patch in _patched_rows_of(connection, run):
        by_text.setdefault(content, []).append((subject, patch))
    found: dict[int, bool] = {}
    for content, lines in texts_of(connection, by_text):
        for subject, patch in by_text[content]:
            text = patched(lines, patch).casefold()
            if written in text:
                found[subject] = found.get(subject, False) or f'"{written}"' in text
    return found


def _runs_of_subjects_named(connection: sa.Connection, word: str, before: int) -> Iterator[int]:
    named = SUBJECTS.c.key.ilike(_containing(word), escape="!") | SUBJECTS.c.labels.ilike(
        _containing(_as_written(word)), escape="!"
    )
    wanted = sa.select(RUN_SUBJECTS.c.run).distinct().join(SUBJECTS, SUBJECTS.c.id == RUN_SUBJECTS.c.subject)
    yield from connection.scalars(wanted.where(RUN_SUBJECTS.c.run < before, named))


def _runs_of_kept_texts(connection: sa.Connection, word: str, before: int) -> Iterator[int]:
    said = CONTENTS.c.lines.ilike(_containing(_as_written(word)), escape="!")
    named = sa.select(SEQUENCE_ROWS.c.sequence).join(CONTENTS, CONTENTS.c.id == SEQUENCE_ROWS.c.content).where(said)
    wanted = sa.select(RUN_SUBJECTS.c.run).distinct().where(RUN_SUBJECTS.c.run < before)
    yield from connection.scalars(wanted.where(RUN_SUBJECTS.c.sequence.in_(named)))
    waiting = sa.select(EVIDENCE.c.run).distinct().join(CONTENTS, CONTENTS.c.id == EVIDENCE.c.content)
    yield from connection.scalars(waiting.where(EVIDENCE.c.run < before, said))


def _runs_of_patched_texts(connection: sa.Connection, word: str, before: int) -> Iterator[int]:
    """Runs whose own differences bring the word. A kept text with many of them is read once."""
    by_text: dict[int, list[tuple[int, bytes]]] = {}
    for run, content, patch in _patched_rows(connection, before):
        by_text.setdefault(content, []).append((run, patch))
    written = _as_written(word).casefold()
    for content, lines in texts_of(connection, by_text):
        yield from (run for run, patch in by_text[content] if written in patched(lines, patch).casefold())


def _patched_rows(connection: sa.Connection, before: int) -> Iterator[tuple[int, int, bytes]]:
    """Runs, numbers of kept texts, and patches to them."""
    columns = (EVIDENCE.c.run, EVIDENCE.c.content, EVIDENCE.c.patch)
    for row in connection.execute(sa.select(*columns).where(EVIDENCE.c.run < before, EVIDENCE.c.patch != b"")):
        yield row.run, row.content, row.patch
    sequences: dict[int, list[int]] = {}
    for row in connection.execute(sa.select(SEQUENCE_ROWS).order_by(SEQUENCE_ROWS.c.sequence, SEQUENCE_ROWS.c.ordinal)):
        sequences.setdefault(row.sequence, []).append(row.content)
    wanted = sa.select(RUN_SUBJECTS.c.run, RUN_SUBJECTS.c.sequence, RUN_SUBJECTS.c.times)
    for row in connection.execute(wanted.where(RUN_SUBJECTS.c.run < before, RUN_SUBJECTS.c.times.is_not(None))):
        for content, (_, patch) in zip(sequences[row.sequence], unpack_times(row.times), strict=True):
            if patch:
                yield row.run, content, patch


def _patched_rows_of(connection: sa.Connection, run: int) -> Iterator[tuple[int, int, bytes]]:
    """Subjects of one run, numbers of kept texts, and patches to them. Times of rows without a patch are a few octets
    each."""
    waiting = sa.select(EVIDENCE.c.subject, EVIDENCE.c.content, EVIDENCE.c.patch)
    for row in connection.execute(waiting.where(EVIDENCE.c.run == run, EVIDENCE.c.patch != b"")):
        yield row.subject, row.content, row.patch
    wanted = sa.select(RUN_SUBJECTS.c.subject, RUN_SUBJECTS.c.sequence, RUN_SUBJECTS.c.times)
    for row in connection.execute(wanted.where(RUN_SUBJECTS.c.run == run, RUN_SUBJECTS.c.times.is_not(None))):
        patches = [patch for _, patch in unpack_times(row.times)]
        if not any(patches):
            continue
        rows = sa.select(SEQUENCE_ROWS.c.content).where(SEQUENCE_ROWS.c.sequence == row.sequence)
        contents = connection.scalars(rows.order_by(SEQUENCE_ROWS.c.ordinal))
        yield from ((row.subject, content, patch) for content, patch in zip(contents, patches, strict=True) if patch)


def _as_written(word: str) -> str:
    """A word as JSON holds it."""
    return json.dumps(word)[1:-1]


def _containing(word: str) -> str:
    """The pattern of LIKE for texts that contain a word, with `!` as its escape."""
    return f"%{_escaped(word)}%"


def _escaped(word: str) -> str:
    """The pattern of LIKE for a word itself."""
    return re.sub("([!%_])", r"!\1", word)


def subject_of(kept: SubjectRows) -> Subject:
    """The subject of its rows. Raises StoreError for a row that cannot be read."""
    try:
        labels = tuple(json.loads(kept.labels))
    except (ValueError, TypeError) as error:
        raise unreadable(kept.key) from error
    return Subject(kept.key, kept.address, labels, attributes_of(kept.key, kept.attributes))


def each_once(observations: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """Observations without the second ones: a resumed scan asks some things again."""
    once = dict.fromkeys(observations)
    return observations if len(once) == len(observations) else tuple(once)


def attributes_of(key: str, written: str) -> tuple[tuple[str, str], ...]:
    """The attributes of a subject's row. Raises StoreError for one that cannot be read."""
    try:
        return tuple((name, value) for name, value in json.loads(written))
    except (ValueError, TypeError) as error:
        raise unreadable(key) from error


def declared_names(connection: sa.Connection, run: int) -> frozenset[str]:
    """The names of all attributes that the operator's lists gave the subjects of a run."""
    key = sa.func.min(SUBJECTS.c.key).label("key")
    wanted = sa.select(key, SUBJECTS.c.attributes).where(RUN_SUBJECTS.c.run == run)
    wanted = wanted.join(RUN_SUBJECTS, RUN_SUBJECTS.c.subject == SUBJECTS.c.id).group_by(SUBJECTS.c.attributes)
    return frozenset(name for row in connection.execute(wanted) for name, _ in attributes_of(row.key, row.attributes))


def ranges_of(connection: sa.Connection, run: int) -> tuple[RangeCount, ...]:
    """The prefixes that a run covered, sorted."""
    rows = connection.execute(sa.select(RANGES).where(RANGES.c.run == run))
    in_order = sorted(rows, key=lambda row: str(row.prefix))  # databases sort otherwise
    return tuple(RangeCount(row.prefix, row.addresses, row.silent) for row in in_order)


def runs_of_fleets(connection: sa.Connection) -> frozenset[int]:
    """The numbers of all runs of a fleet that the store has."""
    return frozenset(connection.scalars(sa.select(FLEET_RUNS.c.run).where(FLEET_RUNS.c.run.is_not(None))))


def request_of(row: sa.Row[Any]) -> RunRequest:
    """Who began a run, and of what, as a row of RECORDS has it."""
    targets, exclusions, probes = (tuple(json.loads(words)) for words in (row.targets, row.exclusions, row.probes))
    return RunRequest(row.started_by, targets, exclusions, row.profile, probes)
