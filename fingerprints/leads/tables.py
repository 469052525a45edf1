"""Command output as ntc-templates reads it under the dialect's own name for it, and which of its rows is the box."""

import re
from collections.abc import Sequence

from fingerprints.evidence import Observation, Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads.printed import lines_of
from fingerprints.leads.templates import Record, records
from fingerprints.said import Said, clean

MOST_TEMPLATE_TEXT = 65_536
"""Characters, of lines no longer than LONGEST_LINE, that a template is given: its patterns are not ours."""

BOX_NAME = re.compile(r"(?i)chassis|^(?:switch ?|unit ?)?1$|^rack 0$|^switch system$|^system$|stack$|^base unit")


def rows_of(said: Said, output: Observation, knowledge: Knowledge) -> Sequence[Record]:
    """The rows of a command's output; none where its dialect is not known or has no template for the command."""
    dialect = said.first(Source.SSH_DIALECT)
    if dialect is None:
        return ()
    text = "\n".join(lines_of(output))[:MOST_TEMPLATE_TEXT]
    return records(knowledge.command_lines.templates_of(clean(dialect.value)), output.at, text)


def box_row(rows: Sequence[Record]) -> Record:
    """The row of an inventory that is the box: the first that is called so, or else the first with both cells."""
    named = (row for row in rows if BOX_NAME.search(row.get("name", "")) and row.get("pid"))
    whole = (row for row in rows if row.get("pid") and row.get("sn"))
    return next(named, next(whole, rows[0]))
