"""The rows that ntc-templates reads from command output of a known platform, and which of them is the device."""

import re
from collections.abc import Sequence

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.cli.layout import lines_of
from fingerprints.sources.cli.templates import Record, records

MAX_TEMPLATE_TEXT = 65_536
"""Characters passed to a template, in lines of at most MAX_TEMPLATE_LINE: the cost of its patterns has no bound."""

MAX_TEMPLATE_LINE = 200

_WIDE = re.compile(r"[ \t]{9,300}")
"""A long run of blanks. Templates do not count blanks, and long runs cost them much time."""

BOX_NAME = re.compile(r"(?i)chassis|^(?:switch ?|unit ?)?1$|^rack 0$|^switch system$|^system$|stack$|^base unit")


def rows_of(index: ObservationIndex, output: Observation, database: FingerprintDatabase) -> Sequence[Record]:
    """The rows of a command's output; empty if the platform is unknown or has no template for the command."""
    platform = index.first(Source.SSH_PLATFORM)
    if platform is None:
        return ()
    narrow = (_WIDE.sub(" " * 8, line) for line in lines_of(output))
    text = "\n".join(line for line in narrow if len(line) <= MAX_TEMPLATE_LINE)[:MAX_TEMPLATE_TEXT]
    return records(database.command_line_platforms.templates_of(clean(platform.value)), output.at, text)


def box_row(rows: Sequence[Record]) -> Record:
    """The row of an inventory that is the device: the first with such a name, else the first with model and serial."""
    named = (row for row in rows if BOX_NAME.search(row.get("name", "")) and row.get("pid"))
    whole = (row for row in rows if row.get("pid") and row.get("sn"))
    return next(named, next(whole, rows[0]))
