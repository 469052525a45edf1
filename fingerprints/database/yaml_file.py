"""Reads YAML files that people write into pydantic models: strict, bounded, and every error with its line.

The language is YAML 1.2's core schema: `NO` is a text, `12:34:56` is no number, and dates are texts until a model
converts them. Anchors, aliases, duplicate keys and custom tags are refused, so that a small file cannot expand into a
large value. The only reader that imports PyYAML.
"""

import json
import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file
from fingerprints.model.secret_names import first_word, names_secret

MAX_DEPTH = 32

MAX_VALUES = 1_000_000
"""Keys and values of the largest file: 60,000 zones have 600,000, and take 300 MB while they are read."""

_SMALL = 1024 * 1024
"""Characters below which a text cannot hold MAX_VALUES."""

KeyPath = tuple[str | int, ...]
Model = TypeVar("Model", bound="FileModel")

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML without libyaml: the same language, ten times slower
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class _Loader(_SafeLoader):
    """Composes nodes, and guesses no types of them: `_scalar` knows those of YAML 1.2."""

    def resolve(self, _kind: type[Node], _value: Any, _implicit: Any) -> str:
        """See yaml.resolver.BaseResolver."""
        return ""


_HIDDEN = "hidden_value"


def hidden_value(expected: str) -> PydanticCustomError:
    """The error that a validator raises for a value that may be a secret: it says what was `expected` in words without
    braces, and the message does not show the value."""
    return PydanticCustomError(_HIDDEN, expected)


class FileModel(BaseModel):
    """Base of every model of a file: strict types, unknown keys refused, values frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read a file into `model`. Raises DataFileError, which names file, line and key of every flaw."""
    return parse_yaml(read_text_file(path), model, path)


def read_tree(path: Path) -> tuple[Any, dict[KeyPath, int]]:
    """A file as plain values, and the line of each place, for a reader that words its own errors."""
    return _tree(read_text_file(path), path)


def parse_tree(text: str, path: Path | str) -> Any:
    """A text as plain values. Errors name it by `path`."""
    return _tree(text, path)[0]


def parse_texts(text: str, path: Path | str) -> Any:
    """A text as mappings and lists of texts: `1.10`, `0310` and `true` stay as written, and only null is None. Errors
    name it by `path`."""
    return _tree(text, path, _text_or_none)[0]


def parse_yaml(text: str, model: type[Model], path: Path | str) -> Model:
    """Like `read_yaml`, for a text. Errors name it by `path`."""
    data, lines = _tree(text, path)
    try:
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        flaws = tuple(_flaw(detail, lines) for detail in error.errors(include_url=False, include_context=False)[:20])
        raise DataFileError(path, flaws, "correct these places and run the same command again") from error


def _tree(
    text: str, path: Path | str, scalar: Callable[[ScalarNode], Any] | None = None
) -> tuple[Any, dict[KeyPath, int]]:
    try:
        if len(text) > _SMALL and _values(text) > MAX_VALUES:
            raise _refused(path, "whole file", f"holds more than {MAX_VALUES:,} keys and values", "fewer")
        root = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "whole file"
        problem = getattr(error, "problem", None) or "is not YAML"
        raise _refused(path, place, str(problem), "well-formed YAML 1.2") from error
    reader = _Reader(path, scalar or _scalar)
    data = reader.value(root, ()) if root is not None else None
    return ({} if data is None else data), reader.lines


def _values(text: str) -> int:
    """How many keys and values a text holds. Counting stops soon after MAX_VALUES, and keeps nothing."""
    nodes = (event for event in yaml.parse(text, Loader=_Loader) if isinstance(event, yaml.NodeEvent))
    return sum(1 for _ in islice(nodes, MAX_VALUES + 1))


def _refused(path: Path | str, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(place, problem, expected),), "correct the file and run the same command again")


class _Reader:
    """Converts composed YAML nodes into values, and records the line of each."""

    def __init__(self, path: Path | str, scalar: Callable[[ScalarNode], Any]) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._path = path
        self._scalar = scalar
        self._seen: set[int] = set()

    def value(self, node: Node, place: KeyPath) -> Any:
        line = node.start_mark.line + 1
        if id(node) in self._seen:  # compose() returns the anchored node again for each alias
            raise self._refuse(line, "an alias (*name) repeats it", "the value written out")
        if len(place) > MAX_DEPTH:
            raise self._refuse(line, "nesting is too deep", f"at most {MAX_DEPTH} levels")
        self._seen.add(id(node))
        self.lines[place] = line
        match node:
            case ScalarNode():
                return self._scalar(node)
            case SequenceNode():
                return [self.value(item, (*place, number)) for number, item in enumerate(node.value)]
            case MappingNode():
                return self._mapping(node, place)
        raise self._refuse(line, "a value of an unknown kind", "text, number, list or mapping")

    def _mapping(self, node: MappingNode, place: KeyPath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                raise self._refuse(line, "a key is a list or a mapping", "a plain text as key")
            key = str(key_node.value)
            if key in mapping:
                raise self._refuse(line, f"the key {first_word(key)} is written twice", "each key once")
            mapping[key] = self.value(value_node, (*place, key))
        return mapping

    def _refuse(self, line: int, problem: str, expected: str) -> DataFileError:
        return _refused(self._path, f"line {line}", problem, expected)


def _scalar(node: ScalarNode) -> Any:
    text = str(node.value)
    if node.style:  # libyaml says "" for a plain scalar, PyYAML None
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.match(text):
        return int(text) if len(text) < 20 else text
    return float(text) if _FLOAT.match(text) else text


def _text_or_none(node: ScalarNode) -> str | None:
    text = str(node.value)
    return None if not node.style and text in _CONSTANTS and _CONSTANTS[text] is None else text


def _flaw(detail: Any, lines: dict[KeyPath, int]) -> Flaw:
    place: KeyPath = tuple(detail["loc"])
    near = next((place[:n] for n in range(len(place), -1, -1) if place[:n] in lines), ())
    line = lines.get(near, 1)
    if detail["type"] == "extra_forbidden":
        return Flaw(f"line {line}", f"unknown key {_dotted(place)}", "one of the keys the documentation lists")
    if detail["type"] == "missing":
        return Flaw(f"line {line}", f"{_dotted(place)} is missing", "this key")
    message = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    if detail["type"] == _HIDDEN or any(names_secret(part) for part in place if isinstance(part, str)):
        return Flaw(f"line {line}", f"{_dotted(place)} is not shown, because it may be a secret", message)
    value = first_word(str(detail["input"])) if not isinstance(detail["input"], dict | list) else "a list or mapping"
    return Flaw(f"line {line}", f"{_dotted(place)} is {value!r}", message)


def _dotted(place: KeyPath) -> str:
    """A place as errors name it. A key may be a whole line with a secret in it: then its first word is enough."""
    return ".".join(first_word(str(part)) for part in place) or "the file"
