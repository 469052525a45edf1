"""Environment variables in a topology, replaced before the YAML is read, as containerlab does (hellt/envsubst).

`$V`, `${V}`, `${V-d}`, `${V=d}`, `${V:-d}`, `${V:=d}`, `${V+d}` and `${V:+d}`; `$$` is one dollar sign. A variable that
is not set and has no default stays as written. Two things differ, because a topology may come from anybody and what it
names reaches reports: a variable whose name stands for a secret is never read, and a value is marked where it stands.
"""

import re
from collections.abc import Mapping

from fingerprints.model.secret_names import names_secret

_BEGIN, _END = "\ue000", "\ue001"
"""Around each value that comes from the environment. Unicode gives these characters no meaning."""

_VALUE = re.compile(r"[\w./@+,=%~-]([\w.:/@+,=%~-]{0,253}[\w./@+,=%~-])?")
"""A value that stays one word of YAML wherever it stands. A reference to any other stays as written."""

_PLAIN = r"\$(?P<plain>[A-Za-z_]\w*)"
_BRACED = r"\$\{(?P<name>[A-Za-z_]\w*)(?:(?P<sign>:?[-=+])(?P<default>(?:[^{}]|\$\{[^{}]*\})*))?\}"
_REFERENCE = re.compile(rf"\$\$|{_PLAIN}|{_BRACED}", re.ASCII)

MAX_NESTED = 2
"""References in each other: one in the default of another."""


def with_variables(text: str, environment: Mapping[str, str]) -> str:
    """The text with its variables replaced. Values from the environment stand between marks (`unmarked` drops them)."""
    return _replaced(unmarked(text), environment, MAX_NESTED)


def unmarked(text: str) -> str:
    """The text without marks."""
    return text.replace(_BEGIN, "").replace(_END, "") if is_marked(text) else text


def is_marked(text: str) -> bool:
    """True if any of the text comes from the environment."""
    return _BEGIN in text or _END in text


def _replaced(text: str, environment: Mapping[str, str], depth: int) -> str:
    return _REFERENCE.sub(lambda match: _value(match, environment, depth), text) if depth and "$" in text else text


def _value(match: re.Match[str], environment: Mapping[str, str], depth: int) -> str:
    if match[0] == "$$":
        return "$"
    name, sign, default = match["plain"] or match["name"], match["sign"] or "", match["default"] or ""
    if name == "_" or name not in environment:
        return match[0] if not sign else "" if sign.endswith("+") else _replaced(default, environment, depth - 1)
    if names_secret(name):
        return match[0]
    if sign.endswith("+"):
        return _replaced(default, environment, depth - 1)
    value = environment[name]
    if not value:
        return _replaced(default, environment, depth - 1) if sign.startswith(":") else ""
    return f"{_BEGIN}{value}{_END}" if _VALUE.fullmatch(value) else match[0]
