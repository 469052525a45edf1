"""The states, their parts and unions whose law a policy can be, and what people call them."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from fingerprints.database.yaml_file import FileModel, read_yaml

FILE = Path(__file__).with_name("jurisdictions.yaml")
NEAR = 0.75
"""How alike a word and a known one are, 0 to 1, for the known one to be suggested."""


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A state, a part of one, or a union: its code, such as `DE`, `US-TX` or `EU`, and its English name."""

    code: str
    name: str


class Jurisdictions:
    """Every known jurisdiction by code, name and what else it is called. Read only once built."""

    def __init__(
        self,
        states: Mapping[str, str],
        parts: Mapping[str, str],
        unions: Mapping[str, tuple[str, tuple[str, ...]]],
        also_called: Mapping[str, str],
    ) -> None:
        names = {**states, **parts, **{code: name for code, (name, _) in unions.items()}}
        self._known = {code: Jurisdiction(code, name) for code, name in names.items()}
        self._states = frozenset(states)
        self._listed_parts_of = frozenset(code.partition("-")[0] for code in parts)
        self._unions = {code: frozenset(members) for code, (_, members) in unions.items()}
        words = [(name, code) for code, name in (*parts.items(), *states.items())]
        words += [(name, code) for code, (name, _) in unions.items()]
        words += [(code, code) for code in names]
        self._by_word = {word.casefold(): code for word, code in (*words, *also_called.items())}

    def named(self, word: str) -> Jurisdiction | None:
        """The jurisdiction of a code or an English name, in capitals or not. None where there is none.

        Any part is taken of a state whose parts are not listed.
        """
        folded = " ".join(word.split()).casefold()
        code = self._by_word.get(folded)
        if code is not None:
            return self._known[code]
        state, dash, part = folded.upper().partition("-")
        if dash and state in self._states - self._listed_parts_of and part.isascii() and part.isalnum():
            return Jurisdiction(f"{state}-{part}", f"a part of {self._known[state].name}") if len(part) <= 3 else None
        return None

    def suggestion(self, word: str) -> Jurisdiction | None:
        """The jurisdiction whose name is nearest to an unknown word, if any is near. Among codes every other is."""
        names = [name for name in self._by_word if len(name) > 3 and name.upper() not in self._known]
        near = get_close_matches(word.casefold(), names, n=1, cutoff=NEAR)
        return self._known[self._by_word[near[0]]] if near else None

    def whose_law_binds(self, code: str) -> tuple[str, ...]:
        """The code itself, the state that it is a part of, and the unions which that state is in."""
        state = code.partition("-")[0]
        unions = tuple(union for union, members in self._unions.items() if state in members)
        return tuple(dict.fromkeys((code, state, *unions)))


class _UnionEntry(FileModel):
    name: str
    members: tuple[str, ...]


class _JurisdictionsFile(FileModel):
    states: dict[str, str]
    parts: dict[str, str]
    unions: dict[str, _UnionEntry]
    also_called: dict[str, str]


def read_jurisdictions(path: Path = FILE) -> Jurisdictions:
    """The jurisdictions that ship with kitscan. Raises DataFileError."""
    file = read_yaml(path, _JurisdictionsFile)
    unions = {code: (union.name, union.members) for code, union in file.unions.items()}
    return Jurisdictions(file.states, file.parts, unions, file.also_called)
