"""A device's prompt, learned at login, and the lines that fit it later although a number or a clock in it moves."""

import re
from dataclasses import dataclass, field

_NUMBER = re.compile(r"\d+")
_ENDS = frozenset(">#$%]")
"""What prompts end in. Others do too: a device shows theirs again after an empty line."""

_MIN_SHARED = 3
"""Characters that two forms of one prompt share at the beginning or at the end: the host's name is in both."""


def without_numbers(line: str) -> str:
    """`line` with each number as a zero: counters, percentages and clocks do not tell two lines apart."""
    return _NUMBER.sub("0", line)


def is_shaped_like_a_prompt(line: str) -> bool:
    """True if the line ends as most prompts do."""
    return line[-1:] in _ENDS


@dataclass(frozen=True, slots=True)
class LearnedPrompt:
    """A prompt as first seen: any line that an empty line brings back, up to its numbers."""

    text: str
    _shape: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_shape", without_numbers(self.text))

    def fits(self, line: str) -> bool:
        """True if `line` is this prompt, whatever its counter or clock shows now."""
        return bool(line) and (line == self.text or without_numbers(line) == self._shape)

    def resembles(self, line: str) -> bool:
        """True if `line` may be this prompt in another mode, or after a log message overwrote its beginning."""
        if not is_shaped_like_a_prompt(line) or line[-1] != self.text[-1]:
            return False
        return len(line) >= _MIN_SHARED and any(
            line[part] == self.text[part] for part in (slice(_MIN_SHARED), slice(-_MIN_SHARED, None))
        )
