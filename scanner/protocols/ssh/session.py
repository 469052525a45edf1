"""A session on a device's command line, from the greeting to the leave-taking: what it said, as it said it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.protocols.ssh.allow_list import BudgetSpentError, GuardedChannel, SessionClosedError, Wire
from scanner.protocols.ssh.cli_channel import Answer, CliChannel, NoPromptError, run_command, wait_for_prompt
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.platforms import DETECTION_COMMANDS, Platform, detect, detection_commands

GREETING_SECONDS = 20.0
"""For the prompt to come: terminal servers and loaded supervisors take ten."""

COMMAND_SECONDS = 60.0
"""Silence after which a command is given up; a big chassis thinks for half a minute over its electronic labels."""

_GREETING_OCTETS = 64 * 1024

_NOT_UNDERSTOOD = re.compile(r"(?im)^[ \t]*(%|error\b|minor:|bad command|unknown|unrecogni[sz]ed|invalid|syntax error)")


class Driver(CliChannel, Protocol):
    """A driver over a guarded channel, which also knows how to end it."""

    def disconnect(self) -> None:
        """Say the parting word and close the channel."""
        ...


MakeDriver = Callable[[Platform, GuardedChannel, Wire], Driver]
"""Puts a driver for a dialect on top of a channel that already stands at the prompt."""


@dataclass(frozen=True, slots=True)
class Session:
    """A command line just opened on `wire`. `place` is how gaps name the port, `ident` what the server opened with."""

    wire: Wire
    place: str
    ident: str
    clock: Deadline
    make_driver: MakeDriver

    def said(self) -> Iterator[Observation | Gap]:
        """Greet, find the dialect, ask all its commands. An end before the last of them is the last thing, a Gap."""
        channel = GuardedChannel(self.wire, self.clock)
        try:
            channel.begin(_GREETING_OCTETS)
            prompt = wait_for_prompt(channel, self.clock, GREETING_SECONDS).prompt
        except NoPromptError as error:
            yield Gap("ssh", self.place, GapReason.PLATFORM_UNKNOWN, f"no command line came, but {error.said[-80:]!a}")
        except (BudgetSpentError, SessionClosedError) as error:
            yield self._cut(self.place, error)
        else:
            yield Observation(Source.SSH_PROMPT, self.place, prompt)
            yield from self._detected(channel, prompt)

    def _detected(self, channel: GuardedChannel, prompt: str) -> Iterator[Observation | Gap]:
        """Ask until a dialect is told, then the rest of its commands; what others made of the question is dropped."""
        channel.permit(DETECTION_COMMANDS)
        unclear: list[Observation] = []
        for question in detection_commands(self.ident, prompt):
            channel.begin()
            answer = run_command(channel, question, prompt, COMMAND_SECONDS)
            dialect = detect(question, answer.output)
            if answer.unfinished is not None:
                yield Observation(Source.SSH_COMMAND, question, answer.output)
                yield self._cut(question, answer.unfinished)
                return
            if dialect is not None:
                yield from self._collected(channel, prompt, dialect, answer)
                return
            unclear.append(Observation(Source.SSH_COMMAND, question, answer.output))
        yield from unclear
        yield Gap("ssh", self.place, GapReason.PLATFORM_UNKNOWN, "its answers tell none of the known command lines")

    def _collected(
        self, channel: GuardedChannel, prompt: str, dialect: Platform, version: Answer
    ) -> Iterator[Observation | Gap]:
        yield Observation(Source.SSH_DIALECT, self.place, dialect.platform)
        channel.permit((*dialect.paging_off, *dialect.commands, dialect.leave))
        driver = self.make_driver(dialect, channel, self.wire)
        try:
            if not version.paged:
                yield Observation(Source.SSH_COMMAND, dialect.version, version.output)
            self._paging_off(channel, driver, prompt, dialect)
            for command in dialect.commands[0 if version.paged else 1 :]:
                channel.begin()
                answer = run_command(driver, command, prompt, COMMAND_SECONDS)
                yield Observation(Source.SSH_COMMAND, command, answer.output)
                if answer.unfinished is not None:
                    yield self._cut(command, answer.unfinished)
                    return
        finally:
            driver.disconnect()

    def _paging_off(self, channel: GuardedChannel, driver: CliChannel, prompt: str, dialect: Platform) -> None:
        """Try each way until one is not refused; where none works, pages are turned one by one."""
        for line in dialect.paging_off:
            channel.begin()
            if not _NOT_UNDERSTOOD.search(run_command(driver, line, prompt, COMMAND_SECONDS).output):
                return

    def _cut(self, at: str, why: BudgetSpentError | SessionClosedError) -> Gap:
        spent = isinstance(why, BudgetSpentError)
        return Gap("ssh", at, GapReason.BUDGET_SPENT if spent else GapReason.NO_ANSWER, str(why))
