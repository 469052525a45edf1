"""From login to the first prompt: wait for it, answer questions with No, learn the prompt and keep the greeting."""

from dataclasses import dataclass

from scanner.protocols.ssh.allow_list import PAGER_KEY
from scanner.protocols.ssh.cli_channel import CliChannel, read_until_quiet
from scanner.protocols.ssh.deadline import Deadline, SessionClock
from scanner.protocols.ssh.prompt import LearnedPrompt, is_shaped_like_a_prompt
from scanner.protocols.ssh.terminal import last_line, plain
from scanner.protocols.ssh.waiting_line import (
    NO,
    RETURN,
    answer,
    asks_for_login,
    is_menu,
    is_menu_like_a_prompt,
    is_open_question,
    pager_key,
    waits_for_return,
)

MAX_GREETING = 4096
"""Characters of a greeting that are kept: as many as identity reads."""

MAX_PROMPT = 512
"""Characters of a prompt: the terminal is 511 columns wide."""

_SETTLED = 0.15
"""Seconds of silence after which what came so far is examined."""

_SURE = 1.0
"""Seconds of silence after which a line that asks for a login is one: text may still follow on it."""

_UNSHAPED = 1.5
"""Seconds of silence after which an empty line finds out if a line is a prompt that does not end like one."""

MAX_ANSWERS = 5
"""Answers to questions before the prompt."""

MAX_SENT = 40
"""Keys and lines sent before the prompt: pages of a greeting, notices, answers."""

_SILENT = 3.0
"""Seconds of silence after which an empty line asks the device to show its prompt."""


class NoPromptError(Exception):
    """No prompt came where one was expected; `last_line` is what came instead, `text` all that came. `asks_login` is
    True if the device asks for another login or a new password."""

    def __init__(self, text: str, last_line: str, asks_login: bool = False) -> None:
        self.text, self.last_line, self.asks_login = text, last_line, asks_login
        super().__init__("no prompt came")


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a device showed at login: the prompt, and the text before it as a person reads it, the server's banner
    (RFC 4252 section 5.4) first."""

    prompt: str
    text: str


def wait_for_prompt(
    channel: CliChannel,
    deadline: Deadline,
    seconds: float,
    banner: str = "",
    clock: SessionClock = SessionClock(),  # noqa: B008 - a frozen value
) -> Greeting:
    """Wait for the prompt. Questions on the way are answered with No, notices with an empty line.

    A line is the prompt if an empty line brings it back, whatever its form, up to numbers and clocks in it. Raises
    NoPromptError, or what the channel raises.
    """
    wait = Deadline(deadline.left(seconds), clock.now)
    text, candidate, answered = "", "", 0
    sent, answers = 0, 0
    received_at = clock.now()
    while not wait.spent:
        received = read_until_quiet(channel, _SETTLED, clock)
        text += received
        if received:
            received_at = clock.now()
        shown = last_line(text[answered:])
        if candidate and LearnedPrompt(candidate).fits(shown):
            return Greeting(shown, greeting_text(banner, text, shown))
        reply = _reply(text, shown, clock.now() - received_at)
        if isinstance(reply, _NoPrompt):
            raise NoPromptError(greeting_text(banner, text, ""), shown, reply.asks_login)
        if reply is None:
            continue
        sent, answers = sent + 1, answers + (reply == NO)
        if sent > MAX_SENT or answers > MAX_ANSWERS:
            break
        if shown:  # the echo of the empty line may come before the prompt does
            candidate = shown if reply == RETURN and not waits_for_return(shown) else ""
        channel.write_channel(reply)
        answered, received_at = len(text), clock.now()
    raise NoPromptError(greeting_text(banner, text, ""), last_line(text))


@dataclass(frozen=True, slots=True)
class _NoPrompt:
    """The line is no prompt, and gets no answer."""

    asks_login: bool


def _reply(text: str, shown: str, silent: float) -> str | _NoPrompt | None:
    """What is sent to the line shown at login, or None to wait on. An empty line to a line that may be the prompt."""
    if (reply := answer(shown)) is not None:
        return reply
    if asks_for_login(shown):
        return _NoPrompt(asks_login=True) if silent >= _SURE else None
    if waits_for_return(shown):
        return RETURN
    at_pager = pager_key(shown) is not None
    if is_open_question(shown) and not at_pager:
        return _NoPrompt(asks_login=False) if silent >= _UNSHAPED and is_menu(text, shown) else None
    if is_menu_like_a_prompt(text, shown):
        return _NoPrompt(asks_login=False) if silent >= _UNSHAPED else None
    if is_shaped_like_a_prompt(shown) and len(shown) <= MAX_PROMPT:
        return RETURN
    if at_pager and silent < _UNSHAPED:
        return PAGER_KEY
    if shown and silent >= _UNSHAPED and is_menu(text, shown):
        return _NoPrompt(asks_login=False)
    return RETURN if silent >= (_UNSHAPED if shown else _SILENT) else None


def greeting_text(banner: str, text: str, prompt: str) -> str:
    """A banner and the `text` of a login as a person reads them, without the prompts at its end.

    Of a long one the end is kept: what an operator writes comes before what the device says."""
    known = LearnedPrompt(prompt)
    lines = [line.rstrip() for line in plain(f"{banner}\n{text}").split("\n")]
    while lines and (not lines[-1] or known.fits(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines).strip("\n")[-MAX_GREETING:].strip("\n")
