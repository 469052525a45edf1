"""A session on a device's command line, from login to leaving: each output becomes an observation, word for word, but
for private values."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.credentials.private_values import hide_private_values
from scanner.credentials.secret import Secret
from scanner.credentials.secret_search import SecretSearch
from scanner.protocols.ssh.allow_list import BudgetSpentError, GuardedChannel, SessionClosedError, ShellChannel
from scanner.protocols.ssh.cli_channel import CliChannel, CommandOutput, late_output, run_command
from scanner.protocols.ssh.command_steps import Terminal
from scanner.protocols.ssh.deadline import Deadline, SessionClock
from scanner.protocols.ssh.login_prompt import Greeting, NoPromptError, wait_for_prompt
from scanner.protocols.ssh.platforms.platform import Platform, Platforms

PROMPT_SECONDS = 20.0
"""Time for the prompt to come: terminal servers and loaded supervisors take ten seconds."""

COMMAND_SECONDS = 60.0
"""Silence after which a command is given up: a big chassis takes half a minute to collect its electronic labels."""

_GREETING_OCTETS = 64 * 1024

_NOT_UNDERSTOOD = re.compile(
    r"(?im)^[ \t]*(%|error\b|minor:|bad command|unknown|unrecogni[sz]ed|invalid|incorrect|syntax error|cli syntax error"
    r"|shell parser failure|command (?:not found|parse error|fail)|clinfr\d)"
)


class Driver(CliChannel, Protocol):
    """A netmiko driver over a guarded channel, which knows how to end the session."""

    def disconnect(self) -> None:
        """Send the leave command and close the channel."""
        ...


MakeDriver = Callable[[Platform, GuardedChannel, ShellChannel], Driver]
"""Puts a platform's driver on top of a channel that already stands at the prompt."""


@dataclass(frozen=True, slots=True)
class CliSession:
    """A command line just opened on `shell`. `place` is how gaps name the port, `ident` the server's identification,
    `banner` what the server showed before the login (RFC 4252 section 5.4), `password` what it was sent there.
    `clock` is the time of the session. `expected` is the platform that an earlier run found, or that a list hints: its
    detection command is asked first."""

    shell: ShellChannel
    place: str
    ident: str
    deadline: Deadline
    platforms: Platforms
    make_driver: MakeDriver
    banner: str = ""
    password: Secret | None = None
    clock: SessionClock = field(default_factory=SessionClock)
    expected: str = ""

    def observe(self) -> Iterator[Observation | Gap]:
        """Wait for the prompt, detect the platform, run all its commands. A session cut short ends with a Gap."""
        channel = GuardedChannel(self.shell, self.deadline)
        try:
            channel.begin(_GREETING_OCTETS)
            greeting = wait_for_prompt(channel, self.deadline, PROMPT_SECONDS, self.banner, self.clock)
        except NoPromptError as error:
            yield from self._greeted(error.text)
            yield self._no_prompt(error)
        except (BudgetSpentError, SessionClosedError) as error:
            yield self._cut_short(self.place, error)
        else:
            yield from self._greeted(greeting.text)
            yield Observation(Source.SSH_PROMPT, self.place, greeting.prompt)
            yield from self._detect(channel, greeting)

    def _greeted(self, text: str) -> Iterator[Observation]:
        if text:
            yield Observation(Source.SSH_GREETING, self.place, hide_private_values(text))

    def _no_prompt(self, error: NoPromptError) -> Gap:
        sent = SecretSearch(() if self.password is None else (self.password.reveal(),))
        shown = f"the last line was {sent.struck(error.last_line)[-80:]!a}"  # before it is cut: half a secret is none
        if error.asks_login:
            detail = f"it asks for another login inside the session, and gets none; {shown}"
            return Gap("ssh", self.place, GapReason.REFUSED, detail)
        return Gap("ssh", self.place, GapReason.PLATFORM_UNKNOWN, f"no prompt came; {shown}")

    def _detect(self, channel: GuardedChannel, greeting: Greeting) -> Iterator[Observation | Gap]:
        """Run detection commands until one identifies the platform, then the platform's other commands.

        The outputs of commands that identified nothing are kept only if no platform is found.
        """
        channel.permit(self.platforms.every_detection_command())
        terminal = Terminal(greeting.prompt, self.clock)
        answers: dict[str, CommandOutput] = {}
        while (command := self._next_command(greeting, answers)) is not None:
            channel.begin()
            output = answers[command] = run_command(channel, command, terminal, COMMAND_SECONDS)
            if len(answers) > 1:
                yield from self._late([*answers][-2], output.before)
            if output.unfinished is not None:
                yield from _observed(answers)
                yield self._cut_short(command, output.unfinished)
                return
            platform = self.platforms.detect(command, output.text)
            if platform is not None:
                yield from self._collect(channel, terminal, platform, _of_platform(answers, platform, command))
                return
        yield from _observed(answers)
        yield Gap("ssh", self.place, GapReason.PLATFORM_UNKNOWN, "its answers match none of the known platforms")

    def _next_command(self, greeting: Greeting, answers: Mapping[str, CommandOutput]) -> str | None:
        if not answers and (expected := self.platforms.named(self.expected)) is not None:
            return expected.detection_command
        texts = {command: output.text for command, output in answers.items()}
        return self.platforms.next_detection_command(self.ident, greeting.prompt, greeting.text, texts)

    def _collect(
        self, channel: GuardedChannel, terminal: Terminal, platform: Platform, answered: Mapping[str, CommandOutput]
    ) -> Iterator[Observation | Gap]:
        """Run the platform's commands, but for those in `answered`."""
        yield Observation(Source.SSH_PLATFORM, self.place, platform.name)
        channel.permit((*platform.paging_off, *platform.commands, platform.leave))
        driver = self.make_driver(platform, channel, self.shell)
        is_paging_off = False
        try:
            yield from _observed(answered)
            last = [*answered][-1] if answered else platform.detection_command
            for line in (*platform.paging_off, *platform.commands):
                if line in answered or (line in platform.paging_off and is_paging_off):
                    continue
                channel.begin()
                output = run_command(driver, line, terminal, COMMAND_SECONDS)
                yield from self._late(last, output.before)
                if line in platform.commands:
                    yield from _observed({line: output})
                    last = line
                else:
                    is_paging_off = not _NOT_UNDERSTOOD.search(output.text)
                if output.unfinished is not None:
                    channel.end()
                    yield self._cut_short(line, output.unfinished)
                    return
            channel.begin()
            yield from self._last_of(driver, terminal, last)
        finally:
            driver.disconnect()

    def _last_of(self, driver: CliChannel, terminal: Terminal, command: str) -> Iterator[Observation | Gap]:
        """What still comes of the last command: an output may hold a line that looks like the prompt."""
        try:
            yield from self._late(command, late_output(driver, terminal, PROMPT_SECONDS))
        except (BudgetSpentError, SessionClosedError) as error:
            yield self._cut_short(command, error)

    def _late(self, command: str, text: str) -> Iterator[Observation | Gap]:
        """What came of a command's output after it was taken for complete, and the gap that it is: nobody knows if
        that was all."""
        if text:
            yield Observation(Source.SSH_COMMAND, command, hide_private_values(text))
            yield Gap("ssh", command, GapReason.NO_ANSWER, "its output went on after the prompt seemed to be back")

    def _cut_short(self, at: str, why: BudgetSpentError | SessionClosedError) -> Gap:
        spent = isinstance(why, BudgetSpentError)
        return Gap("ssh", at, GapReason.BUDGET_SPENT if spent else GapReason.NO_ANSWER, str(why))


def _of_platform(
    answers: Mapping[str, CommandOutput], platform: Platform, detected_by: str
) -> Mapping[str, CommandOutput]:
    """The answers that need not be asked for again: those to the platform's commands, unless a pager cut them, and the
    one that identified it."""
    return {
        command: output
        for command, output in answers.items()
        if (not output.paged if command in platform.commands else command == detected_by)
    }


def _observed(answers: Mapping[str, CommandOutput]) -> Iterator[Observation]:
    return (
        Observation(Source.SSH_COMMAND, command, hide_private_values(output.text))
        for command, output in answers.items()
    )
