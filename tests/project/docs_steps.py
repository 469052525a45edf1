"""What a page of the documentation has its reader do: files to write, lines to put into files, commands to type.

"Write `NAME`:" before a block makes that file. "In `NAME`, after the line with `TEXT`, add:" puts the block behind that
line, "before the line with" in front of it, and "In `NAME`, replace the line with `TEXT` by:" in its place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"(?ms)^```(?P<kind>[\w.-]*)[^\n]*\n(?P<body>.*?)^```\s*$")
FILE = re.compile(r"Write `(?P<name>[\w./-]+)`:\s*\Z")
EDIT = re.compile(
    r"In `(?P<name>[\w./-]+)`,\s(?P<how>after|before|replace)\sthe\sline\swith\s"
    r"`(?P<anchor>[^`\n]+)`,?\s(?:add|by):\s*\Z"
)
EXIT = re.compile(r"#\s*exit (\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that a page has its reader write."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """Lines that a page has its reader put `after` or `before` the line that holds `anchor`, or in its place
    (`replace`)."""

    name: str
    anchor: str
    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A command that a page has its reader type, with the lines it shows as output and the exit code it names."""

    line: str
    shown: tuple[str, ...]
    code: int


def steps(text: str) -> Iterator[Written | Edited | Typed]:
    """What a page has its reader do, in order."""
    for block in FENCE.finditer(text):
        written = FILE.search(text, 0, block.start())
        edited = EDIT.search(text, 0, block.start())
        if written:
            yield Written(written["name"], block["body"])
        if edited:
            yield Edited(edited["name"], edited["anchor"], edited["how"], block["body"])
        if block["kind"] == "console":
            yield from typed(block["body"])


def typed(body: str) -> Iterator[Typed]:
    """The commands of a console block; a line that ends with a backslash goes on."""
    for part in re.split(r"(?m)^\$ ", body.replace("\\\n", ""))[1:]:
        line, *shown = part.rstrip("\n").split("\n")
        code = EXIT.search(line)
        yield Typed(line, tuple(shown), int(code[1]) if code else 0)
