"""The one root of every error kitscan raises on purpose, and the errors about files that people write."""

from dataclasses import dataclass
from pathlib import Path


class KitscanError(Exception):
    """Something the user can act on: `str()` says what is wrong and what to do next, without a secret in it."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in one place of a file: `place` is a line, a key path or a row, in the file's own terms."""

    place: str
    problem: str
    expected: str


class DataFileError(KitscanError):
    """A file does not say what it should: names the file, each place, what was expected, the next step."""

    def __init__(self, path: Path | str, flaws: tuple[Flaw, ...], next_step: str) -> None:
        self.path = str(path)
        self.flaws = flaws
        self.next_step = next_step
        super().__init__(self._told())

    def _told(self) -> str:
        lines = [f"{self.path}: {flaw.place}: {flaw.problem}; expected {flaw.expected}" for flaw in self.flaws]
        return "\n".join([*lines, f"Next: {self.next_step}"])
