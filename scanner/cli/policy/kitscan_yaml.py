"""Puts options into the text of a kitscan.yaml and leaves every other line of it as it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from fingerprints.model.errors import DataFileError, KitscanError
from scanner.config import Operator, parse_config
from scanner.project_file import CONFIG_FILE

OPERATOR, FOLDER, AS_OF = "operator", "policies_folder", "as_of"

_NEW = "# The options of this folder. `kitscan init` writes them all, with comments, where there is no such file yet.\n"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ./_-]*\Z")


def operator_block(operator: Operator) -> str:
    """The lines of `operator:`, without the keys that hold nothing."""
    keys = (("jurisdictions", operator.jurisdictions), ("bound_as", operator.bound_as), ("policies", operator.policies))
    return "operator:\n" + "".join(f"  {key}: [{', '.join(map(_word, words))}]\n" for key, words in keys if words)


def with_options(text: str, blocks: Mapping[str, str], folder: Path) -> str:
    """The text with each of the blocks in place of what it says under that key. A key that it lacks comes behind the
    comment that shows it, or else last. `folder` is the one that the file is of.

    Raises DataFileError where the text is no kitscan.yaml, and KitscanError where its form is too unusual to change.
    """
    before = parse_config(text, folder)
    changed = text or _NEW
    line_end = "\r\n" if "\r\n" in text else "\n"
    for key, block in blocks.items():
        changed = _with_block(changed, key, block.replace("\n", line_end), line_end)
    try:
        after = parse_config(changed, folder)
    except DataFileError as error:
        raise _by_hand(blocks) from error
    if replace(after, operator=before.operator, policies_folder=before.policies_folder, as_of=before.as_of) != before:
        raise _by_hand(blocks)
    return changed


def _with_block(text: str, key: str, block: str, line_end: str) -> str:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += line_end
    start = next((number for number, line in enumerate(lines) if re.match(rf"{key}\s*:", line)), None)
    if start is not None:
        end = _end_of_value(lines, start)
        return "".join((*lines[:start], block, *lines[end:]))
    shown = next((number for number, line in enumerate(lines) if re.match(rf"#\s*{key}\s*:", line)), None)
    if shown is None:
        return "".join((*lines, *([] if not lines or lines[-1].isspace() else [line_end]), block))
    end = next((number for number in range(shown, len(lines)) if not lines[number].startswith("#")), len(lines))
    return "".join((*lines[:end], block, *lines[end:]))


def _end_of_value(lines: list[str], start: int) -> int:
    """The number of the first line behind the value that begins on line `start`. Comments and empty lines before the
    next key are not the value's."""
    keys = (number for number in range(start + 1, len(lines)) if lines[number][0] not in " \t#\r\n")
    end = next(keys, len(lines))
    while end > start + 1 and (lines[end - 1].isspace() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _word(text: str) -> str:
    """A word as YAML has it: plain where it can be, and else in quotes (a JSON string is one of YAML)."""
    return (
        text if _PLAIN.match(text) and text.casefold() not in ("no", "yes", "on", "off", "y", "n") else json.dumps(text)
    )


def scalar_block(key: str, value: str) -> str:
    """The line of a key with one value."""
    return f"{key}: {_word(value)}\n"


def _by_hand(blocks: Mapping[str, str]) -> KitscanError:
    return KitscanError(
        f"{CONFIG_FILE}: its form is too unusual to change, so it is left as it is",
        "put these lines into it yourself:\n" + "".join(blocks.values()).rstrip("\n"),
    )
