"""The root of all errors that kitscan raises on purpose, and the error about a data file."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class KitscanError(Exception):
    """An error that the user can act on: what is wrong, and what to do next if kitscan knows. It holds no secret.

    `str()` is both, as the command line prints them.
    """

    def __init__(self, problem: str, next_step: str = "") -> None:
        self.problem = problem
        self.next_step = next_step
        super().__init__(f"{problem}\nNext: {next_step}" if next_step else problem)

    @property
    def summary(self) -> str:
        """The problem in one line, for a message that gives a next step of its own."""
        return self.problem


class Flaw(NamedTuple):
    """One mistake in a file: `place` is a line, a key path or a row.

    No dataclass: this module is loaded at every start, and the import of dataclasses takes longer than the rest of it.
    """

    place: str
    problem: str
    expected: str


class DataFileError(KitscanError):
    """A data file with mistakes: the message names the file, each place, what it expects there, and the next step."""

    def __init__(self, path: "Path | str", flaws: tuple[Flaw, ...], next_step: str) -> None:
        self.path = str(path)
        self.flaws = flaws
        super().__init__("\n".join(map(self._line, flaws)), next_step)

    @property
    def summary(self) -> str:
        """The first flaw, in one line."""
        return self._line(self.flaws[0]) if self.flaws else self.path

    def _line(self, flaw: Flaw) -> str:
        return f"{self.path}: {flaw.place}: {flaw.problem}; expected {flaw.expected}"
