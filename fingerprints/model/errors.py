"""The root of all errors that kitscan raises on purpose, and the error about a data file."""

from dataclasses import dataclass
from pathlib import Path


class KitscanError(Exception):
    """An error that the user can act on: `str()` says what is wrong and what to do next, and holds no secret."""

    @property
    def summary(self) -> str:
        """What is wrong, in one line, for a message that gives a next step of its own."""
        return str(self)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One mistake in a file: `place` is a line, a key path or a row."""

    place: str
    problem: str
    expected: str


class DataFileError(KitscanError):
    """A data file with mistakes: the message names the file, each place, what it expects there, and the next step."""

    def __init__(self, path: Path | str, flaws: tuple[Flaw, ...], next_step: str) -> None:
        self.path = str(path)
        self.flaws = flaws
        self.next_step = next_step
        super().__init__(self._message())

    @property
    def summary(self) -> str:
        """The first mistake."""
        return self._line(self.flaws[0])

    def _message(self) -> str:
        return "\n".join([*map(self._line, self.flaws), f"Next: {self.next_step}"])

    def _line(self, flaw: Flaw) -> str:
        return f"{self.path}: {flaw.place}: {flaw.problem}; expected {flaw.expected}"
