"""The content of an inventory, decoded and parsed once, so that each reader can say whether it is its own."""

import json
import re
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any

from fingerprints.database.yaml_file import parse_tree
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_octets

MAX_INVENTORY = 64 * 1024 * 1024
"""Octets of the largest inventory: NetBox answers with some 3 kB a device, nmap with 1 kB an address."""

MAX_LINES = 200
"""Lines without comments that recognisers look at."""

MAX_LINE = 4_096
"""Characters that they see of one line."""

NEXT_STEP = "correct the file and run the same command again"


class TextSyntax(Enum):
    """The syntax of a file. A JSON text is JSON, although it is YAML too."""

    JSON = "JSON"
    YAML = "YAML"
    XML = "XML"
    WORKBOOK = "a ZIP archive"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a file holds. `text` is empty for a workbook, `tree` is None but for JSON and YAML.

    `problem` is why text that looks like JSON or YAML is not. `lines` are the first lines that are more than a comment
    (`#` or `;`) or a YAML document mark, with their numbers. `encoding` is empty for UTF-8.
    """

    path: Path
    octets: bytes = field(default=b"", repr=False)
    text: str = field(default="", repr=False)
    encoding: str = ""
    syntax: TextSyntax = TextSyntax.TEXT
    tree: Any = field(default=None, repr=False)
    problem: DataFileError | None = field(default=None, repr=False)
    lines: tuple[tuple[int, str], ...] = field(default=(), repr=False)

    @property
    def first_line(self) -> str:
        """The first line that is more than a comment, or an empty text."""
        return self.lines[0][1] if self.lines else ""

    def refused(self, place: str, problem: str, expected: str) -> DataFileError:
        """The error about one place of this file."""
        return DataFileError(self.path, (Flaw(place, problem, expected),), NEXT_STEP)

    def mapping(self, expected: str) -> dict[str, Any]:
        """The tree as a mapping. Raises DataFileError if it is something else, or could not be parsed."""
        tree = self.parsed(expected)
        if not isinstance(tree, dict):
            raise self.refused("whole file", "is not a mapping", expected)
        return tree

    def parsed(self, expected: str) -> Any:
        """The tree. Raises DataFileError if the text is neither JSON nor YAML."""
        if self.problem is not None:
            raise self.problem
        if self.syntax not in (TextSyntax.JSON, TextSyntax.YAML):
            raise self.refused("whole file", "is neither JSON nor YAML", expected)
        return self.tree


def read_content(path: Path) -> FileContent:
    """The content of a file that a user names. Raises DataFileError if it cannot be read or is no text."""
    return content_of(read_octets(path, MAX_INVENTORY), path)


def content_of(octets: bytes, path: Path) -> FileContent:
    """The content of some octets. Raises DataFileError, which names them by `path`, if they are no text."""
    if octets.startswith(b"PK\x03\x04"):
        return FileContent(path, octets, syntax=TextSyntax.WORKBOOK)
    if octets.startswith(b"\xd0\xcf\x11\xe0"):  # the container of Excel's older format
        flaw = Flaw("whole file", "is a workbook of the old format XLS", "the same list saved as XLSX or CSV")
        raise DataFileError(path, (flaw,), "save it again and name that file")
    text, encoding = _decoded(octets, path)
    lines = tuple(islice(_meaningful(text), MAX_LINES))
    content = FileContent(path, octets, text, encoding, lines=lines)
    first, start = content.first_line, text[:MAX_LINE].lstrip()
    if _JSON.match(start):
        return _json(content)
    if start.startswith("<"):
        return _with(content, TextSyntax.XML)
    if _YAML.match(first):
        return _yaml(content)
    return content


_JSON = re.compile(r"""\{|\[\s*([\[{"\]]|\Z)""")
_YAML = re.compile(r"""(["']?[\w.-]+["']?\s*:(\s|\Z))|-\s""")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _decoded(octets: bytes, path: Path) -> tuple[str, str]:
    """The text, and the name of its encoding if it is not UTF-8."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return octets.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as error:
            raise _no_text(path, f"is not UTF-16 at byte {error.start}") from error
    try:
        text, encoding = octets.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        try:
            text, encoding = octets.decode("cp1252"), "Windows-1252 (Latin-1)"
        except UnicodeDecodeError:
            raise _no_text(path, f"is not UTF-8 at byte {error.start}") from error
        if _CONTROLS.search(text):
            raise _no_text(path, f"is not UTF-8 at byte {error.start}") from error
    if "\0" in text:
        raise _no_text(path, "holds NUL characters")
    return text, encoding


def _no_text(path: Path, problem: str) -> DataFileError:
    return DataFileError(path, (Flaw("whole file", problem, "a text file in UTF-8"),), NEXT_STEP)


def _meaningful(text: str) -> Any:
    for number, line in enumerate(_split(text), 1):
        stripped = line[:MAX_LINE].strip()
        if stripped and not stripped.startswith(("#", ";")) and stripped != "---":
            yield number, stripped


def _split(text: str) -> Any:
    """The lines of a text, one after the other: a recogniser wants the first of perhaps a million."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def _json(content: FileContent) -> FileContent:
    try:
        return _with(content, TextSyntax.JSON, json.loads(content.text))
    except (ValueError, RecursionError) as error:
        if content.text.lstrip().startswith("{"):
            flow = _yaml(content)
            if flow.problem is None:
                return flow
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "whole file"
        problem = content.refused(place, "is not JSON", "well-formed JSON, nested less than a thousand levels deep")
        return _with(content, TextSyntax.JSON, problem=problem)


def _yaml(content: FileContent) -> FileContent:
    try:
        return _with(content, TextSyntax.YAML, parse_tree(content.text, content.path))
    except DataFileError as error:
        return _with(content, TextSyntax.YAML, problem=error)


def _with(
    content: FileContent, syntax: TextSyntax, tree: Any = None, problem: DataFileError | None = None
) -> FileContent:
    return FileContent(
        content.path, content.octets, content.text, content.encoding, syntax, tree, problem, content.lines
    )
