"""Which platform a command line is, and which read-only commands it is sent. No input or output."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DEFAULT_DETECTION_COMMANDS = ("show version", "display version")
"""What a device is asked whose prompt and identification string fit no platform, in this order."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How a platform is recognised.

    `output` matches what the platform's first command prints. `prompt` and `ident` match a prompt, or an SSH
    identification string, that makes this platform likely, so that its first command is asked before others.
    Where the output of a platform in `yields_to` matches too, that platform is the answer.
    """

    output: re.Pattern[str]
    prompt: re.Pattern[str] | None = None
    ident: re.Pattern[str] | None = None
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
        """The command whose output identifies this platform."""
        return self.commands[0]


@dataclass(frozen=True, slots=True)
class Platforms:
    """All known platforms, sorted by name. The allow-list of every SSH session derives from this table."""

    platforms: tuple[Platform, ...]

    def detection_commands(self, ident: str, prompt: str, greeting: str = "") -> tuple[str, str]:  # noqa: ARG002
        """The two commands to send in turn until one identifies the platform, the likelier first.

        A prompt says more than an identification string: many platforms run OpenSSH.
        """
        likely = next(self._likely(ident, prompt), DEFAULT_DETECTION_COMMANDS[0])
        return likely, next(command for command in DEFAULT_DETECTION_COMMANDS if command != likely)

    def _likely(self, ident: str, prompt: str) -> Iterator[str]:
        """The detection commands of the platforms that the prompt fits, then of those that the ident fits."""
        yield from (
            platform.detection_command
            for platform in self.platforms
            if platform.detection.prompt and platform.detection.prompt.search(prompt)
        )
        yield from (
            platform.detection_command
            for platform in self.platforms
            if platform.detection.ident and platform.detection.ident.search(ident)
        )

    def every_detection_command(self) -> tuple[str, ...]:
        """All commands that a device may be sent before its platform is known."""
        own = (platform.detection_command for platform in self.platforms)
        return tuple(dict.fromkeys((*DEFAULT_DETECTION_COMMANDS, *own)))

    def detect(self, command: str, output: str) -> Platform | None:
        """The platform that answers `command` with this output, or None."""
        matching = {
            platform.name: platform
            for platform in self.platforms
            if platform.detection_command == command and platform.detection.output.search(output)
        }
        return next((each for each in matching.values() if not each.detection.yields_to & matching.keys()), None)

    def every_command(self) -> tuple[str, ...]:
        """Every command line that a device of an unknown platform may be sent."""
        lines = (line for each in self.platforms for line in (*each.paging_off, *each.commands, each.leave))
        return tuple(dict.fromkeys((*self.every_detection_command(), *lines)))
