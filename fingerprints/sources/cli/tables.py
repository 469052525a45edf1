"""Command output as ntc-templates reads it under the dialect's own name for it, and which of its rows is the box."""

import re
from collections.abc import Sequence

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.cli.layout import lines_of
from fingerprints.sources.cli.templates import Record, records

MAX_TEMPLATE_TEXT = 65_536
"""Characters that a template is given, of lines no longer than LONGEST_TEMPLATE_LINE: its patterns are not ours."""

LONGEST_TEMPLATE_LINE = 200

_WIDE = re.compile(r"[ \t]{9,300}")
"""A run of spaces. Templates do not count them, and take long over many."""

BOX_NAME = re.compile(r"(?i)chassis|^(?:switch ?|unit ?)?1$|^rack 0$|^switch system$|^system$|stack$|^base unit")


def rows_of(said: ObservationIndex, output: Observation, database: FingerprintDatabase) -> Sequence[Record]:
    """The rows of a command's output; none where its dialect is not known or has no template for the command."""
    dialect = said.first(Source.SSH_DIALECT)
    if dialect is None:
        return ()
    narrow = (_WIDE.sub(" " * 8, line) for line in lines_of(output))
    text = "\n".join(line for line in narrow if len(line) <= LONGEST_TEMPLATE_LINE)[:MAX_TEMPLATE_TEXT]
    return records(database.command_line_platforms.templates_of(clean(dialect.value)), output.at, text)


def box_row(rows: Sequence[Record]) -> Record:
    """The row of an inventory that is the box: the first that is called so, or else the first with both cells."""
    named = (row for row in rows if BOX_NAME.search(row.get("name", "")) and row.get("pid"))
    whole = (row for row in rows if row.get("pid") and row.get("sn"))
    return next(named, next(whole, rows[0]))
