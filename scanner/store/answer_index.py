"""Answers beside a store file: what was said of each device of one run when the whole run was judged.

To judge one device takes the whole run, because addresses are merged, neighbours report, caps count and places are
compared. So who judges a run leaves here what is said of each device in short, and what the whole run tells of it:
`kitscan explain` reads the one, and judges that device alone by the other. The key names all that the judgement depends
on; answers under another key are as if they were not there. The file may be deleted at any time.

It is written whole or not at all, for its owner only. It is read only where it is a file of this very user that nobody
else can write, since what somebody else laid there would be believed.
"""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

ENDING = "-answers"
"""What the name of the file adds to that of its store."""

_TABLES = """
create table run (key text not null, inputs text not null, shared text not null);
create table answers (id integer primary key, short text not null, again text not null);
create table names (word text not null, name text not null, is_serial text not null, answer integer not null);
"""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is said of one device or target in short, and the names and serial numbers by which people ask for it.
    `again` is what it takes to judge the device once more by itself, in the words of the caller; empty for a target,
    of which no more is known than the short answer says."""

    names: tuple[str, ...]
    short: str
    again: str = ""
    serials: tuple[str, ...] = ()


def index_of(store: str) -> Path | None:
    """The file of answers of a store; None for a store that is no file."""
    return None if "://" in store else Path(f"{store}{ENDING}")


def write_answers(path: Path, key: str, inputs: str, shared: str, answers: Iterable[StoredAnswer]) -> bool:
    """Replace the answers of a store by those of one run. `inputs` says in the words of the caller what the key was
    made of, `shared` what all answers have in common. False if they cannot be written, as on a medium for reading only:
    the next reader then judges anew."""
    try:
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
    except OSError:
        return False
    try:
        with closing(sqlite3.connect(partial)) as connection, connection:
            connection.execute("pragma journal_mode=off")
            connection.executescript(_TABLES)
            connection.execute("insert into run values (?, ?, ?)", (key, inputs, shared))
            for number, answer in enumerate(answers):
                connection.execute("insert into answers values (?, ?, ?)", (number, answer.short, answer.again))
                connection.executemany("insert into names values (?, ?, ?, ?)", _rows_of_names(number, answer))
            connection.execute("create index by_word on names (word)")
        _sync(partial)
        Path(partial).replace(path)
    except (OSError, sqlite3.Error):
        return False
    finally:
        with suppress(FileNotFoundError):
            Path(partial).unlink()
    return True


@dataclass(frozen=True, slots=True)
class AnswerIndex:
    """The answers of one run, as they are on disk. Where the file is broken, or was replaced meanwhile by answers under
    another key, it knows no name."""

    path: Path
    key: str

    def answer(self, name: str) -> StoredAnswer | None:
        """What is said of the first device with this name, compared without case; else of the only one that has this
        serial number. None where none has it."""
        asked = (
            "select is_serial, answers.short, answers.again from names join answers on answers.id = names.answer"
            " join run on run.key = ? where names.word = ? order by is_serial, names.answer limit 2"
        )
        rows = _rows(self.path, asked, (self.key, _word(name)))
        if not rows or (rows[0][0] and len(rows) > 1):
            return None
        _, short, again = rows[0]
        return StoredAnswer((), short, again)

    def shared(self) -> str | None:
        """What all answers have in common, in the words of who wrote them; None where it cannot be read."""
        rows = _rows(self.path, "select shared from run where key = ?", (self.key,))
        return rows[0][0] if rows else None

    def lacks(self, name: str) -> bool:
        """True if it is certain that no device and no target has this name, and that no serial number that is only one
        device's is the same."""
        asked = "select count(names.word) || ' ' || total(length(names.word)) from names join run on run.key = ?"
        read = _rows(self.path, asked, (self.key,))  # nothing where a part of the file is missing
        return bool(read) and not read[0][0].startswith("0 ") and self.answer(name) is None

    def holders(self, serial: str) -> tuple[str, ...]:
        """The ids of the devices with this serial number."""
        asked = (
            "select (select name from names as own where own.answer = names.answer order by own.rowid limit 1)"
            " from names join run on run.key = ? where names.word = ? and is_serial order by names.answer"
        )
        return tuple(name for (name,) in _rows(self.path, asked, (self.key, _word(serial))))

    def names(self) -> tuple[str, ...]:
        """Every name, in the order of the devices, without serial numbers."""
        asked = "select names.name from names join run on run.key = ? where not is_serial order by names.rowid"
        return tuple(name for (name,) in _rows(self.path, asked, (self.key,)))


def inputs_of(path: Path) -> str | None:
    """What the key of the answers was made of, in the words of who wrote them; None where the file cannot be read."""
    rows = _rows(path, "select inputs from run")
    return rows[0][0] if rows else None


def read_answers(path: Path, key: str) -> AnswerIndex | None:
    """The answers under a key; None where there are none, or the file cannot be read."""
    return AnswerIndex(path, key) if _rows(path, "select 1 from run where key = ?", (key,)) else None


def _rows_of_names(number: int, answer: StoredAnswer) -> Iterator[tuple[str, str, str, int]]:
    """The rows of one answer's names, and of its serial numbers that are no names."""
    known: set[str] = set()
    for is_serial, texts in (("", answer.names), ("1", answer.serials)):
        for text in texts:
            word = _word(text)
            if word not in known:
                known.add(word)
                yield word, _storable(text), is_serial, number


def _word(name: str) -> str:
    """A name in the form in which it is compared."""
    return _storable(name.casefold())


def _storable(name: str) -> str:
    """A name as UTF-8 can hold it: a device may say half a character (a lone surrogate)."""
    return name.encode("utf-8", "backslashreplace").decode()


def _rows(path: Path, asked: str, values: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The rows that a query finds, all texts; none where the file is not ours, is broken, or is not there. A file of
    answers is replaced and never changed, so it is read without locks and without files beside it."""
    if not _is_ours(path):
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return connection.execute(asked, values).fetchall()
    except (sqlite3.Error, UnicodeDecodeError):
        return []


def _is_ours(path: Path) -> bool:
    """True for a regular file (no symbolic link) of this user that nobody else can write."""
    try:
        status = path.lstat()
    except OSError:
        return False
    private = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and private


def _sync(path: str) -> None:
    """Have a file on the disk before it gets its name, so that a power failure leaves none that is half written."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
