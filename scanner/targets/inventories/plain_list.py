"""A plain list of targets: one word a line, `#` starts a comment."""

import re

from scanner.targets.entry import InventoryContent, InventoryEntry, InventoryNote, NoteKind
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, likely, near, possible
from scanner.targets.target_syntax import Addresses, WordError, parse_word

_WORD = re.compile(r"[\w.:/%\-\[][\w.:/%\-\[\] ]*\Z")
_SECTION = re.compile(r"\[(?![0-9A-Fa-f:.%]+(\]|\Z))")


def recognise_list(content: FileContent) -> Recognition:
    """A list begins with an address, or with one word that may be a name."""
    if content.syntax is not TextSyntax.TEXT:
        return NOT_RECOGNISED
    line = content.first_line.partition("#")[0].strip()
    if not line:
        return likely("it is empty") if not content.text.strip() else possible("it holds comments only")
    if not _WORD.match(line) or _SECTION.match(line):
        return near("its first line is no target")
    try:
        written = parse_word(line)
    except WordError:
        return possible("its first line is made of letters that a target may have")
    if isinstance(written, Addresses):
        return likely("its first line is an address")
    return possible("its first line is one word")


def read_lines(content: FileContent) -> InventoryContent:
    """The entries of a plain list. Raises DataFileError for a workbook."""
    if content.syntax is TextSyntax.WORKBOOK:
        raise content.refused("whole file", "is a ZIP archive", "one target a line")
    entries: list[InventoryEntry] = []
    for number, line in enumerate(content.text.splitlines(), 1):
        word = line.partition("#")[0].strip()
        if word:
            entries.append(InventoryEntry(f"line {number}", word))
    notes = (InventoryNote(NoteKind.ENCODING, content.encoding),) if content.encoding else ()
    return InventoryContent(tuple(entries), notes=notes)
