"""A conversation over a command line: wait for its prompt, say No to its questions, ask, turn its pages."""

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
"""A question that No answers: at login, and of a command that wants leave to take its time."""

_TO_CONTINUE = re.compile(r"(?i)press\b.{0,20}\benter\b.{0,20}\bto continue|press (return|any key)")
_PASSWORD = re.compile(r"(?i)\b(password|passphrase|passcode)\b.{0,40}:\s*$")
_PROMPT = re.compile(r"^[^\s].{0,120}[>#$%\]]$")

_LOOK = 0.01
"""Seconds between two looks at the channel."""

_SETTLED = 0.15
"""Seconds of silence after which what a device says at login is looked at."""

_UNECHOED = 1.0
"""Seconds of silence after which a prompt ends an answer in which the command was not seen echoed."""

_SILENT = 3.0
"""Seconds of silence at login after which a device is asked, by an empty line, to show its prompt."""

_STALLED = 3.0
"""Seconds of silence after which a command is taken for done, where another prompt stands there, or else the prompt is
asked for again: a log message may have been written over it."""


class NoPromptError(Exception):
    """No command line where one was expected; `said` is the last of what came instead."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__("no prompt came")


class CliChannel(Protocol):
    """What a conversation is held over: our own channel, or a netmiko driver on top of it."""

    def write_channel(self, out_data: str) -> None:
        """Send a line with its line end, or the pager key."""
        ...

    def read_channel(self) -> str:
        """What has come since the last look, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a device showed at login: the prompt, and all that stood before it."""

    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, without its echo and the prompt. `paged`: a pager cut it into pages on the way.

    `unfinished` is why it ended before the prompt came back, or None.
    """

    output: str
    paged: bool = False
    unfinished: BudgetSpentError | SessionClosedError | None = None


def wait_for_prompt(line: CliChannel, clock: Deadline, seconds: float) -> Greeting:
    """Wait for the prompt; questions on the way are answered No, notices are acknowledged by an empty line.

    A prompt is what an empty line brings back unchanged. Raises NoPromptError, or what the channel raises.
    """
    wait = Deadline(clock.left(seconds))
    text, candidate, answered = "", "", 0
    heard_at = time.monotonic()
    while not wait.spent:
        said = _until_quiet(line, _SETTLED)
        text += said
        shown = last_line(text[answered:])
        if said:
            heard_at = time.monotonic()
        elif time.monotonic() - heard_at < _SILENT:
            continue
        if said and candidate and shown == candidate:
            return Greeting(candidate, plain(text))
        candidate = shown if _PROMPT.match(shown) else ""
        reply = _reply(shown)
        if candidate or reply is not None or not said:
            line.write_channel((reply or "") + "\n")
            answered, heard_at = len(text), time.monotonic()
    raise NoPromptError(last_line(text))


def _reply(shown: str) -> str | None:
    """What to say to the line shown at login, or None where it asks nothing."""
    if _QUESTION.search(shown):
        return "N"
    if _PASSWORD.search(shown):
        raise NoPromptError(shown)
    return "" if _TO_CONTINUE.search(shown) else None


def run_command(line: CliChannel, command: str, prompt: str, seconds: float) -> Answer:
    """Send one command and read until `prompt` is back; a question in between is answered No. `seconds` bounds the wait
    for each further word of it.

    Never raises for what the device does: an answer cut short says why in `unfinished`.
    """
    text, pages, nudged = "", 0, False
    heard_at = time.monotonic()
    try:
        line.write_channel(command + "\n")
        while True:
            said = _until_quiet(line, _LOOK)
            heard_at = time.monotonic() if said else heard_at
            silent = time.monotonic() - heard_at
            text += said
            shown = last_line(text)
            if _is_over(shown, prompt, silent, command in text):
                return _answer(text, command, shown, pages)
            if said and (pager := _PAGER.search(shown[-160:])) is not None:
                text, pages = _without(text, pager[0]), pages + 1
                line.write_channel(PAGER_KEY)
            elif said and _QUESTION.search(shown):
                line.write_channel("N\n")
            elif silent > seconds:
                raise SessionClosedError(f"no prompt came back within {seconds:g} s")
            elif silent > _STALLED and not nudged:
                nudged = True
                line.write_channel("\n")
    except (BudgetSpentError, SessionClosedError) as error:
        cut = _answer(text, command, prompt, pages)
        return Answer(cut.output, cut.paged, error)


def _is_over(shown: str, prompt: str, silent: float, echoed: bool) -> bool:
    """Whether the prompt is back: at once where the command was echoed before it, else after a silence."""
    if shown == prompt:
        return echoed or silent > _UNECHOED
    return silent > _STALLED and shown[-1:] == prompt[-1] and _PROMPT.match(shown) is not None


def _answer(text: str, command: str, prompt: str, pages: int) -> Answer:
    lines = plain(text).split("\n")
    if command in lines[0]:
        lines = lines[1:]
    while lines and lines[-1].strip() in ("", prompt):
        lines.pop()
    return Answer("\n".join(lines), pages > 0)


def _without(text: str, pager: str) -> str:
    """`text` less the pager's line at its end, which the device is about to overwrite."""
    at = text.rfind(pager.strip()[:8])
    return text[:at] if at >= 0 else text


def _until_quiet(line: CliChannel, quiet: float) -> str:
    """What comes until nothing has come for `quiet` seconds: at most half a second's worth, and one look at least."""
    said: list[str] = []
    start = now = time.monotonic()
    until = now + quiet
    while now < until and now - start < 0.5:
        more = line.read_channel()
        if more:
            said.append(more)
            until = time.monotonic() + quiet
        else:
            time.sleep(_LOOK)
        now = time.monotonic()
    return "".join(said)
