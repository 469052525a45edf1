"""Which platform a command line is, and which read-only commands it is sent. No input or output."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

DEFAULT_DETECTION_COMMANDS = ("show version", "display version")
"""What a device is asked that nothing else tells of, in this order."""

MAX_DETECTION_COMMANDS = 5
"""Commands that a device is sent before it counts as unknown: each is a round trip, and noise where it is refused."""

MAX_DETECTION_TEXT = 16_384
"""Characters at the start of an output, or of a greeting, in which a platform is looked for."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How a platform is recognised.

    `output` matches what this platform prints for one of `commands`; nothing else decides. The other patterns only make
    it likely, so that the first of its commands is asked before others: `greeting` matches what it shows at login,
    `prompt` its prompt, `ident` its SSH identification string, and `answer` what it prints for another platform's
    command, a refusal most often. Where the output of a platform in `yields_to` matches too, it is that one.
    """

    commands: tuple[str, ...]
    output: re.Pattern[str]
    prompt: re.Pattern[str] | None = None
    ident: re.Pattern[str] | None = None
    greeting: re.Pattern[str] | None = None
    answer: re.Pattern[str] | None = None
    yields_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Platform:
    """One command line.

    `driver` is netmiko's device type. The session tries `paging_off` in order until the device accepts one, then sends
    `commands` in order. Each output becomes an observation `ssh.command` whose `at` is the command as written here.
    """

    name: str
    driver: str
    detection: Detection
    commands: tuple[str, ...]
    paging_off: tuple[str, ...]
    leave: str

    @property
    def detection_command(self) -> str:
        """The command to ask first if this platform is likely."""
        return self.detection.commands[0]


@dataclass(frozen=True, slots=True)
class Platforms:
    """All known platforms, sorted by name. The allow-list of every SSH session derives from this table."""

    platforms: tuple[Platform, ...]

    def named(self, name: str) -> Platform | None:
        """The platform with this name; None for one that is not known (any more)."""
        return next((platform for platform in self.platforms if platform.name == name), None)

    def next_detection_command(self, ident: str, prompt: str, greeting: str, answers: Mapping[str, str]) -> str | None:
        """The likeliest detection command that is not in `answers` (outputs by command); None if it is time to stop.

        What the device answered says most, then its greeting, then its prompt, then its identification string: many
        platforms run OpenSSH. The commands that any device is asked come last, and there is always room for them.
        """
        left = [command for command in DEFAULT_DETECTION_COMMANDS if command not in answers]
        if len(answers) >= MAX_DETECTION_COMMANDS:
            return None
        hints = chain(
            *(self._likely(output, lambda known: known.answer) for output in reversed(tuple(answers.values()))),
            self._likely(greeting, lambda known: known.greeting),
            self._likely(prompt, lambda known: known.prompt),
            self._likely(ident, lambda known: known.ident),
        )
        room = MAX_DETECTION_COMMANDS - len(answers) - len(left)
        hinted = (command for command in hints if command not in answers and (room > 0 or command in left))
        return next(chain(hinted, left), None)

    def _likely(self, text: str, hint: Callable[[Detection], re.Pattern[str] | None]) -> Iterator[str]:
        """The detection command of each platform whose pattern, as `hint` gives it, fits the text."""
        patterns = ((platform, hint(platform.detection)) for platform in self.platforms)
        fitting = {
            platform.name: platform
            for platform, pattern in patterns
            if pattern and pattern.search(text, 0, MAX_DETECTION_TEXT)
        }
        yielding = sorted(fitting.values(), key=lambda each: bool(each.detection.yields_to & fitting.keys()))
        return (platform.detection_command for platform in yielding)

    def every_detection_command(self) -> tuple[str, ...]:
        """All commands that a device may be sent before its platform is known."""
        own = (command for platform in self.platforms for command in platform.detection.commands)
        return tuple(dict.fromkeys((*DEFAULT_DETECTION_COMMANDS, *own)))

    def detect(self, command: str, output: str) -> Platform | None:
        """The platform that answers `command` with this output, or None."""
        matching = {
            platform.name: platform
            for platform in self.platforms
            if command in platform.detection.commands
            and platform.detection.output.search(output, 0, MAX_DETECTION_TEXT)
        }
        return next((each for each in matching.values() if not each.detection.yields_to & matching.keys()), None)

    def every_command(self) -> tuple[str, ...]:
        """Every command line that a device of an unknown platform may be sent."""
        lines = (line for each in self.platforms for line in (*each.paging_off, *each.commands, each.leave))
        return tuple(dict.fromkeys((*self.every_detection_command(), *lines)))
