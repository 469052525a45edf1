"""Talking to a command line: wait for its prompt, answer its questions with No, run a command, turn its pages."""

import re
import time
from dataclasses import dataclass
from typing import Protocol

from scanner.protocols.ssh.allow_list import PAGER_KEY, BudgetSpentError, SessionClosedError
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.terminal import last_line, plain

_PAGER = re.compile(
    r"(?i)(<?-{2,}\s?\(?more\b.{0,40}?\)?\s?-{2,}>?.{0,20}|press any key to continue.{0,30}|^:|^lines \d+-\d+.{0,40})$"
)
"""The last line of a page that waits for a key."""

_QUESTION = re.compile(r"(?i)([\[(]\s*y(es)?\s*[/|]\s*n(o)?\s*[\])]|change now\?|please choose)(\s*\[\w+\])?[\s:?>]*$")
"""A question that is answered with No: at login, or before a command that takes long."""

_TO_CONTINUE = re.compile(r"(?i)press\b.{0,20}\benter\b.{0,20}\bto continue|press (return|any key)")
_PASSWORD = re.compile(r"(?i)\b(password|passphrase|passcode)\b.{0,40}:\s*$")
_PROMPT = re.compile(r"^[^\s].{0,120}[>#$%\]]$")

_POLL_SECONDS = 0.01
"""Seconds between two reads of the channel."""

_SETTLED = 0.15
"""Seconds of silence at login after which what came so far is examined."""

_UNECHOED = 1.0
"""Seconds of silence after which a prompt ends an output if the device did not echo the command."""

_SILENT = 3.0
"""Seconds of silence at login after which an empty line asks the device to show its prompt."""

_STALLED = 3.0
"""Seconds of silence after which a command counts as finished if another prompt stands there, or an empty line asks
for the prompt again: a log message may have overwritten it."""


class NoPromptError(Exception):
    """No prompt came where one was expected; `last_line` is what came instead."""

    def __init__(self, last_line: str) -> None:
        self.last_line = last_line
        super().__init__("no prompt came")


class CliChannel(Protocol):
    """A channel to a command line: the guarded channel, or a netmiko driver on top of it."""

    def write_channel(self, out_data: str) -> None:
        """Send a line with its line end, or the pager key."""
        ...

    def read_channel(self) -> str:
        """What has come since the last read, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a device showed at login: the prompt, and all text up to it."""

    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class CommandOutput:
    """What a command printed, without its echo and the prompt. `paged` is True if a pager cut it into pages.

    `unfinished` is why the output ended before the prompt came back, or None.
    """

    text: str
    paged: bool = False
    unfinished: BudgetSpentError | SessionClosedError | None = None


def wait_for_prompt(channel: CliChannel, deadline: Deadline, seconds: float) -> Greeting:
    """Wait for the prompt. Questions on the way are answered with No, notices with an empty line.

    A line is the prompt if an empty line brings it back unchanged. Raises NoPromptError, or what the channel raises.
    """
    wait = Deadline(deadline.left(seconds))
    text, candidate, answered = "", "", 0
    received_at = time.monotonic()
    while not wait.spent:
        received = _read_until_quiet(channel, _SETTLED)
        text += received
        shown = last_line(text[answered:])
        if received:
            received_at = time.monotonic()
        elif time.monotonic() - received_at < _SILENT:
            continue
        if received and candidate and shown == candidate:
            return Greeting(candidate, plain(text))
        candidate = shown if _PROMPT.match(shown) else ""
        reply = _reply(shown)
        if candidate or reply is not None or not received:
            channel.write_channel((reply or "") + "\n")
            answered, received_at = len(text), time.monotonic()
    raise NoPromptError(last_line(text))


def _reply(shown: str) -> str | None:
    """The reply to a line shown at login, or None if the line asks nothing."""
    if _QUESTION.search(shown):
        return "N"
    if _PASSWORD.search(shown):
        raise NoPromptError(shown)
    return "" if _TO_CONTINUE.search(shown) else None


def run_command(channel: CliChannel, command: str, prompt: str, seconds: float) -> CommandOutput:
    """Send one command and read until `prompt` is back. A question in between is answered with No. `seconds` bounds
    each silence.

    Never raises for what the device does: an output that was cut short says why in `unfinished`.
    """
    text, pages, nudged = "", 0, False
    received_at = time.monotonic()
    try:
        channel.write_channel(command + "\n")
        while True:
            received = _read_until_quiet(channel, _POLL_SECONDS)
            received_at = time.monotonic() if received else received_at
            silent = time.monotonic() - received_at
            text += received
            shown = last_line(text)
            if _is_finished(shown, prompt, silent, command in text):
                return _output(text, command, shown, pages)
            if received and (pager := _PAGER.search(shown[-160:])) is not None:
                text, pages = _without_pager(text, pager[0]), pages + 1
                channel.write_channel(PAGER_KEY)
            elif received and _QUESTION.search(shown):
                channel.write_channel("N\n")
            elif silent > seconds:
                raise SessionClosedError(f"no prompt came back within {seconds:g} s")
            elif silent > _STALLED and not nudged:
                nudged = True
                channel.write_channel("\n")
    except (BudgetSpentError, SessionClosedError) as error:
        cut = _output(text, command, prompt, pages)
        return CommandOutput(cut.text, cut.paged, error)


def _is_finished(shown: str, prompt: str, silent: float, echoed: bool) -> bool:
    """True if the prompt is back: at once if the command's echo came before it, otherwise after a silence."""
    if shown == prompt:
        return echoed or silent > _UNECHOED
    return silent > _STALLED and shown[-1:] == prompt[-1] and _PROMPT.match(shown) is not None


def _output(text: str, command: str, prompt: str, pages: int) -> CommandOutput:
    lines = plain(text).split("\n")
    if command in lines[0]:
        lines = lines[1:]
    while lines and lines[-1].strip() in ("", prompt):
        lines.pop()
    return CommandOutput("\n".join(lines), pages > 0)


def _without_pager(text: str, pager: str) -> str:
    """`text` without the pager's line at its end, which the device is about to overwrite."""
    at = text.rfind(pager.strip()[:8])
    return text[:at] if at >= 0 else text


def _read_until_quiet(channel: CliChannel, quiet: float) -> str:
    """What comes until nothing has come for `quiet` seconds. Reads at least once, and for at most half a second."""
    pieces: list[str] = []
    start = now = time.monotonic()
    until = now + quiet
    while now < until and now - start < 0.5:
        piece = channel.read_channel()
        if piece:
            pieces.append(piece)
            until = time.monotonic() + quiet
        else:
            time.sleep(_POLL_SECONDS)
        now = time.monotonic()
    return "".join(pieces)
