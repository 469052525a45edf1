"""Answers beside a store file: what was said of each device of one run when the whole run was judged.

To judge one device takes the whole run, because addresses are merged, neighbours report, caps count and places are
compared. So who judges a run leaves the answers here, and `kitscan explain` reads one of them. The key names all that
the judgement depends on; answers under another key are as if they were not there. The file may be deleted at any time.
"""

import os
import sqlite3
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

ENDING = "-answers"
"""What the name of the file adds to that of its store."""

_TABLES = """
create table run (key text not null);
create table answers (id integer primary key, short blob not null, chain blob);
create table names (word text not null, name text not null, answer integer not null);
create index by_word on names (word);
"""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is said of one device or target, in short and with its whole chain, and the names by which people ask for
    it. `chain` is empty where it must be made anew."""

    names: tuple[str, ...]
    short: str
    chain: str = ""


def index_of(store: str) -> Path | None:
    """The file of answers of a store; None for a store that is no file."""
    return None if "://" in store else Path(f"{store}{ENDING}")


def write_answers(path: Path, key: str, answers: Iterable[StoredAnswer]) -> bool:
    """Replace the answers of a store by those of one run. Only the owner can read the file. False if it cannot be
    written, as on a medium for reading only: then the next reader judges the run anew."""
    try:
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
    except OSError:
        return False
    try:
        with closing(sqlite3.connect(partial)) as connection, connection:
            connection.execute("pragma journal_mode=off")
            connection.executescript(_TABLES)
            connection.execute("insert into run values (?)", (key,))
            for number, answer in enumerate(answers):
                connection.execute("insert into answers values (?, ?, ?)", (number, *_packed(answer)))
                words = ((name.casefold(), name, number) for name in dict.fromkeys(answer.names))
                connection.executemany("insert into names values (?, ?, ?)", words)
        Path(partial).replace(path)
    except (OSError, sqlite3.Error):
        return False
    finally:
        with suppress(FileNotFoundError):
            Path(partial).unlink()
    return True


def _packed(answer: StoredAnswer) -> tuple[bytes, bytes | None]:
    chain = zlib.compress(answer.chain.encode(), 1) if answer.chain else None
    return zlib.compress(answer.short.encode(), 1), chain


@dataclass(frozen=True, slots=True)
class AnswerIndex:
    """The answers of one run, as they are on disk."""

    path: Path

    def answer(self, name: str) -> StoredAnswer | None:
        """What is said of the first device with this name, compared without case; None where none has it."""
        asked = (
            "select answers.short, answers.chain from names join answers on answers.id = names.answer"
            " where names.word = ? order by names.answer limit 1"
        )
        with closing(_reading(self.path)) as connection:
            row = connection.execute(asked, (name.casefold(),)).fetchone()
        if row is None:
            return None
        short, chain = row
        return StoredAnswer((), zlib.decompress(short).decode(), zlib.decompress(chain).decode() if chain else "")

    def names(self) -> Iterator[str]:
        """Every name, in the order of the devices."""
        with closing(_reading(self.path)) as connection:
            yield from (name for (name,) in connection.execute("select name from names order by rowid"))


def read_answers(path: Path, key: str) -> AnswerIndex | None:
    """The answers under a key; None where there are none, or the file cannot be read."""
    try:
        with closing(_reading(path)) as connection:
            found = connection.execute("select key from run").fetchone()
    except sqlite3.Error:
        return None
    return AnswerIndex(path) if found == (key,) else None


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
