"""Evidence that is written at once stands in the store as if it had been written row by row."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from fingerprints.model.recording import encode
from scanner.sink import RunOutcome
from scanner.store.bulk import writing
from scanner.store.bulk.merging import joined
from scanner.store.bulk.writing import write_subjects
from scanner.store.contents import add_to_digest
from scanner.store.evidence_rows import EvidenceRow, SubjectRows
from scanner.store.row_times import time_of
from scanner.store.store import Store, open_store
from scanner.store.tables import RUNS

THEN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
LONG = tuple(f"interface GigabitEthernet0/0/{port}" for port in range(30))

SAID = st.one_of(
    st.just((Gap("ssh", "22/tcp", GapReason.NO_ANSWER, "silent"),)),
    st.builds(
        lambda uptime, release: (
            Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", f"VRP {release}\t\\ \n\x00\xff"),
            Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(uptime)),
            *(Observation(Source.SNMP_IF_DESCR, f"1.3.6.1.2.1.2.2.1.2.{n}", text) for n, text in enumerate(LONG)),
        ),
        st.integers(0, 10**6),
        st.sampled_from("AB"),
    ),
)
ROWS = st.lists(st.tuples(st.integers(0, 50), st.sampled_from(("snmp", "ssh")), SAID), max_size=4)
NIGHTS = st.lists(
    st.dictionaries(st.sampled_from(("LON/10.0.0.1", "Zürich\t\\N", "b", "a b")), st.tuples(ROWS, st.booleans())),
    min_size=1,
    max_size=4,
)


Night = dict[str, tuple[list[tuple[int, str, tuple[Observation | Gap, ...]]], bool]]


def subjects_of(night: Night) -> list[SubjectRows]:
    return [
        SubjectRows(
            key,
            "10.0.0.1",
            '["x"]',
            "[]",
            done,
            tuple(EvidenceRow(time, probe, "\n".join(encode(said))) for time, probe, said in rows),
        )
        for key, (rows, done) in sorted(night.items())
    ]


def written_by_row(store: Store, subjects: Sequence[SubjectRows]) -> int:
    with store.writing("scan", "1.0", THEN) as writer:
        for subject in subjects:
            writer.expect([Subject(subject.key, subject.address, ("x",))])
            for row in subject.rows:
                writer.add_lines(subject.key, row.probe, row.lines, row.time)
            if subject.done:
                writer.done(subject.key)
        writer.finish(RunOutcome.COMPLETE, THEN)
    return writer.run


def written_at_once(store: Store, *parts: Sequence[SubjectRows]) -> int:
    with store.alone("a test") as connection:
        row = {"kind": "scan", "tool_version": "1.0", "started": THEN.isoformat(), "outcome": "complete"}
        run = connection.scalar(RUNS.insert().values(row | {"finished": THEN.isoformat()}).returning(RUNS.c.id))
        for part in parts:
            write_subjects(connection, run, part)
    return int(run)


def rows_in(store: Store) -> list[list[tuple[object, ...]]]:
    """What stands in the tables of evidence, without the numbers that a database gives."""
    text = "(select lines from contents where id = content)"
    asked = (
        "select lines from contents order by 1",
        "select key, address, labels, attributes from subjects order by 1",
        f"select key, probe, ordinal, {text}, spent from bases order by 1, 2, 3",
        "select run, (select key from subjects where id = subject) as key, done, observed, times from run_subjects"
        " order by 1, 2",
        f"select run, probe, {text} from run_subjects join sequence_rows using (sequence) order by 1, subject, ordinal",
        "select count(*) from sequences",
        "select * from evidence",
    )
    with closing(sqlite3.connect(store.place)) as connection:
        return [connection.execute(words).fetchall() for words in asked]


@settings(max_examples=30, deadline=None)
@given(NIGHTS, st.integers(1, 5))
def test_the_same_rows_stand_there_as_one_by_one(nights: list[Night], at_once: int) -> None:
    with TemporaryDirectory() as folder:
        stores = [open_store(str(Path(folder) / name), create=True) for name in "ab"]
        for night in nights:
            subjects = subjects_of(night)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(writing, "MAX_ROWS", at_once)
                numbers = written_by_row(stores[0], subjects), written_at_once(stores[1], subjects)
            assert stores[0].sha256(numbers[0]) == stores[1].sha256(numbers[1])
            assert list(stores[0].evidence(numbers[0])) != [] or not subjects
        by_row, at_once_rows = map(rows_in, stores)
        assert [sorted(map(repr, rows)) for rows in by_row] == [sorted(map(repr, rows)) for rows in at_once_rows]


WORDS = st.text(st.characters(codec="utf-8"), max_size=9)
KEPT_ROWS = st.lists(st.builds(EvidenceRow, st.integers(0, 10**16), WORDS, WORDS), max_size=3).map(tuple)


@given(st.lists(st.builds(SubjectRows, WORDS, WORDS, WORDS, WORDS, st.booleans(), KEPT_ROWS), max_size=3))
def test_the_digest_of_subjects_is_that_of_their_rows_as_json(subjects: list[SubjectRows]) -> None:
    """It stands in bundles and reports, and may never change."""
    digest, expected = hashlib.sha256(), hashlib.sha256()
    for kept in subjects:
        add_to_digest(digest, kept)
        for row in kept.rows or (None,):
            said = [None] * 3 if row is None else [time_of(row.time).isoformat(), row.probe, row.lines]
            line = [kept.key, kept.address, kept.labels, kept.attributes, kept.done, *said]
            expected.update(json.dumps(line).encode())
    assert digest.digest() == expected.digest()


@given(st.permutations([0, 1, 2]), st.lists(st.lists(ROWS, min_size=1, max_size=1), min_size=3, max_size=3))
def test_parts_of_one_subject_are_joined_in_any_order(order: list[int], rows: list[list[object]]) -> None:
    parts = [subjects_of({"k": (of_part[0], True)})[0] for of_part in rows]  # type: ignore[dict-item]
    named = [replace(part, labels=f'["{number}"]', done=number != 1) for number, part in enumerate(parts)]
    first, second, third = (named[number] for number in order)
    assert joined(joined(first, second), third) == joined(joined(*named[:2]), named[2])
    assert joined(*named[:2]).labels == '["0"]'


def test_a_subject_that_two_parts_bring_is_one(tmp_path: Path) -> None:
    night = {
        key: ([(time, "snmp", (Gap("snmp", "", GapReason.NO_ANSWER, key),))], True) for time, key in enumerate("ab")
    }
    other = {"b": ([(0, "ssh", (Gap("ssh", "22/tcp", GapReason.REFUSED),))], True)}
    first, second = subjects_of(night), subjects_of(other)  # type: ignore[arg-type]
    with open_store(str(tmp_path / "s.sqlite"), create=True) as store:
        numbers = [
            written_at_once(store, *parts) for parts in ((first, second), (second, first), (first, second, first))
        ]
        told = [list(store.evidence(number)) for number in numbers]
        assert len({store.sha256(number) for number in numbers}) == 1
    assert [[gap.probe for gap in of_subject.gaps] for of_subject in told[2]] == [["snmp"], ["ssh", "snmp"]]
