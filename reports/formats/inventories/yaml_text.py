"""Plain values as YAML that YAML 1.1 and 1.2 read alike: every text in double quotes, every mapping in block style."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

YamlValue: TypeAlias = "str | bool | tuple[str, ...] | Mapping[str, YamlValue]"
"""A text, a truth, a list of texts, or a mapping of texts to values."""


def yaml_lines(mapping: Mapping[str, YamlValue], depth: int = 0) -> Iterator[str]:
    """The lines of a mapping. Its keys and texts are on one line each: nothing in them may be a control character."""
    for key, value in mapping.items():
        start = f"{'  ' * depth}{quoted(key)}:"
        if isinstance(value, str | bool | tuple):
            yield f"{start} {_scalar(value)}"
        elif value:
            yield start
            yield from yaml_lines(value, depth + 1)
        else:
            yield f"{start} {{}}"


def quoted(text: str) -> str:
    """A text in double quotes (YAML 1.2, section 7.3.1)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _scalar(value: str | bool | tuple[str, ...]) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case _:
            return f"[{', '.join(map(quoted, value))}]"
