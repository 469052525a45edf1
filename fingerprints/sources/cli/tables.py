"""The rows that ntc-templates reads from command output of a known platform, and which of them is the device."""

import re
from collections.abc import Iterator, Sequence

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.cli.layout import lines_of
from fingerprints.sources.cli.templates import Record, records

MAX_TEMPLATE_TEXT = 65_536
"""Characters passed to a template at once: what its patterns cost has no bound."""

SHARED_LINES = 8
"""Lines that one text for a template shares with the next, so that a row of several lines stands whole in one."""

_WIDE = re.compile(r"[ \t]{9,300}")
"""A long run of blanks. Templates do not count blanks, and long runs cost them much time."""

BOX_NAME = re.compile(r"(?i)chassis|^(?:switch ?|unit ?)?1$|^rack 0$|^switch system$|^system$|stack$|^base unit")


def rows_of(index: ObservationIndex, output: Observation, database: FingerprintDatabase) -> Sequence[Record]:
    """The rows of a command's output; empty if the platform is unknown or has no template for the command."""
    platform = index.first(Source.SSH_PLATFORM)
    if platform is None:
        return ()
    templates = database.command_line_platforms.templates_of(clean(platform.value))
    narrow = [_WIDE.sub(" " * 8, line) for line in lines_of(output)]
    rows: list[Record] = []
    for text in _texts(narrow):
        before = [_filled(row) for row in rows[-SHARED_LINES:]]
        rows += [row for row in records(templates, output.at, text) if not any(_filled(row) <= one for one in before)]
    return rows


def _filled(row: Record) -> set[tuple[str, str]]:
    """The fields of a row that hold something. What a text begins with may be the end of a row of the text before."""
    return {(name, value) for name, value in row.items() if value}


def _texts(lines: Sequence[str]) -> Iterator[str]:
    """The lines in texts of at most MAX_TEMPLATE_TEXT characters. No line of an output is longer than MAX_LINE."""
    first = size = 0
    for number, line in enumerate(lines):
        if size + len(line) >= MAX_TEMPLATE_TEXT:
            yield "\n".join(lines[first:number])
            first = number - SHARED_LINES
            size = sum(len(shared) + 1 for shared in lines[first:number])
        size += len(line) + 1
    yield "\n".join(lines[first:])


def box_row(rows: Sequence[Record]) -> Record:
    """The row of an inventory that is the device: the first with such a name, else the first with model and serial."""
    named = (row for row in rows if BOX_NAME.search(row.get("name", "")) and row.get("pid"))
    whole = (row for row in rows if row.get("pid") and row.get("sn"))
    return next(named, next(whole, rows[0]))
