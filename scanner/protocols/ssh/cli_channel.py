"""Talking to a command line that stands at its prompt: run a command, turn its pages, answer its questions with No."""

from dataclasses import dataclass
from typing import Protocol

from scanner.protocols.ssh.allow_list import PAGER_KEY, BudgetSpentError, SessionClosedError
from scanner.protocols.ssh.command_steps import (
    PAGE_SECONDS,
    REACTION_SECONDS,
    SETTLED_SECONDS,
    Finished,
    GiveUp,
    RunningOutput,
    Send,
    Sent,
    Terminal,
    look_back,
    next_step,
)
from scanner.protocols.ssh.deadline import SessionClock
from scanner.protocols.ssh.terminal import last_line, plain
from scanner.protocols.ssh.waiting_line import (
    RETURN,
    answer,
    asks_for_login,
    is_above_prompt,
    is_log_message,
    is_open_question,
)

_POLL_SECONDS = 0.01
"""Seconds between two reads of the channel. So long a silence ends an output whose prompt is back as it was."""

_CLEARED = 5.0
"""Seconds for the prompt to come back after the empty line that takes away a key which nobody may have read."""


class CliChannel(Protocol):
    """A channel to a command line: the guarded channel, or a netmiko driver on top of it."""

    def write_channel(self, out_data: str) -> None:
        """Send a line with its line end, or the pager key."""
        ...

    def read_channel(self) -> str:
        """What has come since the last read, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class CommandOutput:
    """What a command printed, without its echo and the prompt. `paged` is True if a pager cut it into pages.

    `unfinished` is why the output ended before the prompt came back, or None. `before` is what came before the echo of
    the command, other than log messages: the rest of the output of the command before, which was taken for complete.
    """

    text: str
    paged: bool = False
    unfinished: BudgetSpentError | SessionClosedError | None = None
    before: str = ""


def run_command(channel: CliChannel, command: str, terminal: Terminal, seconds: float) -> CommandOutput:
    """Send one command and read until the prompt is back. A question in between is answered with No. `seconds` bounds
    each silence.

    Never raises for what the device does: an output that was cut short says why in `unfinished`.
    """
    output = RunningOutput(command)
    try:
        channel.write_channel(command + "\n")
        _read_to_prompt(channel, output, terminal, seconds)
        if output.keys:  # nobody knows if the device read them
            _clear_line(channel, terminal)
    except (BudgetSpentError, SessionClosedError) as error:
        return _output_of(output, terminal, error)
    return _output_of(output, terminal)


def late_output(channel: CliChannel, terminal: Terminal, seconds: float) -> str:
    """What comes after the last output, other than prompts and log messages. An empty line asks for one more prompt: a
    device works on it after all that it still has to print.

    Raises SessionClosedError if no prompt comes within `seconds`, and BudgetSpentError.
    """
    clock = terminal.clock
    text, start = "", clock.now()
    received_at = start
    channel.write_channel(RETURN)
    while not (_ends_in_prompt(text, terminal) and clock.now() - received_at >= SETTLED_SECONDS):
        if clock.now() - start >= seconds:
            raise SessionClosedError("no prompt came back after the last output")
        try:
            received = read_until_quiet(channel, _POLL_SECONDS, clock)
        except SessionClosedError:
            break
        text += received
        received_at = clock.now() if received else received_at
    return _without_messages(plain(text).split("\n"), terminal)


def _read_to_prompt(channel: CliChannel, output: RunningOutput, terminal: Terminal, seconds: float) -> None:
    """Read until the prompt is back. Raises SessionClosedError if the device waits for what it will not get."""
    clock = terminal.clock
    received_at = clock.now()
    while True:
        received = read_until_quiet(channel, _POLL_SECONDS, clock)
        if received:
            received_at = clock.now()
            output.add(received)
        shown, silent = last_line(output.text), clock.now() - received_at
        if output.fresh and output.sent is not None and (silent >= PAGE_SECONDS or terminal.is_prompt(shown)):
            look_back(output, output.sent, shown, terminal)
        match next_step(output, shown, terminal, silent, seconds):
            case Finished():
                terminal.learn_prompt(shown)
                return
            case GiveUp(why):
                raise SessionClosedError(why)
            case Send() as step:
                _send(channel, output, shown, step)
                terminal.guesses += step.guess and step.text == PAGER_KEY
                received_at = clock.now()


def _send(channel: CliChannel, output: RunningOutput, shown: str, step: Send) -> None:
    output.keys += step.guess or step.text == PAGER_KEY
    output.nudges += step.guess and step.text == RETURN
    output.answers += not step.guess and answer(shown) == step.text
    output.sent = Sent(step, shown, output.text.rfind("\n") + 1, len(output.text))
    output.answered, output.fresh, output.came_back = len(output.text), False, False
    channel.write_channel(step.text)


def _clear_line(channel: CliChannel, terminal: Terminal) -> None:
    """Take away a key that may wait in front of the next command: an empty line, and the prompt again.

    A pager key that no pager read stands at the prompt like any typed character. Raises SessionClosedError if the
    prompt does not come back.
    """
    clock = terminal.clock
    channel.write_channel(RETURN)
    text, start = "", clock.now()
    received_at = start
    while clock.now() - start < _CLEARED:
        received = read_until_quiet(channel, _POLL_SECONDS, clock)
        text += received
        if received:
            received_at = clock.now()
        silent, shown = clock.now() - received_at, last_line(text)
        if silent >= SETTLED_SECONDS and terminal.is_prompt(shown):
            return
        if silent >= REACTION_SECONDS:
            if terminal.prompts[0].resembles(shown):
                return
            if answer(shown) or is_open_question(shown) or asks_for_login(shown):
                raise SessionClosedError("it asks a question where its prompt stood")
            channel.write_channel(RETURN)  # a message may have overwritten the prompt
            received_at = clock.now()
    raise SessionClosedError("no prompt came back after the output")


def _output_of(
    output: RunningOutput, terminal: Terminal, unfinished: BudgetSpentError | SessionClosedError | None = None
) -> CommandOutput:
    """The output as a person reads it, without the echo of the command and the prompt, and what stands before them."""
    lines = plain(output.text).split("\n")
    at = next((at for at, line in enumerate(lines) if _is_typed(line, output.command, terminal)), None)
    if at is None:
        at = next((at for at, line in enumerate(lines[:2]) if output.command in line), None)
    if at is not None:
        before, lines = lines[:at], lines[at + 1 :]
    else:
        before = [] if output.echoed else _before_another_prompt(lines, terminal)
    while lines and (not lines[-1].strip() or terminal.is_prompt(lines[-1].strip())):
        lines.pop()
    return CommandOutput("\n".join(lines), output.pages > 0, unfinished, _without_messages(before, terminal))


def _before_another_prompt(lines: list[str], terminal: Terminal) -> list[str]:
    """The lines before a prompt with more behind it, where a device does not echo: so it looks if the output of the
    command before went on. The same lines stay part of the output, because nobody can tell whose they are."""
    prompt = terminal.prompts[0].text
    at = next((at for at, line in enumerate(lines[:-1]) if line.startswith(prompt)), None)
    if at is None or not _without_messages([lines[at].removeprefix(prompt), *lines[at + 1 :]], terminal):
        return []
    return lines[:at]


def _ends_in_prompt(text: str, terminal: Terminal) -> bool:
    """True if the last line is a prompt, or ends in one: without echo, the answer to an empty line is on the same."""
    shown = last_line(text)
    return terminal.is_prompt(shown) or shown.endswith(terminal.prompts[0].text)


def _without_messages(lines: list[str], terminal: Terminal) -> str:
    """The lines that are neither empty nor prompts, if not all others are log messages."""
    prompt = terminal.prompts[0].text
    shown = (line.replace(prompt, "").strip() and line for line in lines)  # without echo, prompts share a line
    visible = [line for line in shown if line and not terminal.is_prompt(line.strip())]
    return "" if all(is_log_message(line) or is_above_prompt(line) for line in visible) else "\n".join(visible)


def _is_typed(line: str, command: str, terminal: Terminal) -> bool:
    """True if the line is a prompt and the command typed at it."""
    if command not in line:
        return False
    before, found, after = line.rpartition(command)
    return bool(found) and not after.strip() and terminal.is_prompt(before.strip())


def read_until_quiet(channel: CliChannel, quiet: float, clock: SessionClock) -> str:
    """What comes until nothing has come for `quiet` seconds. Reads at least once, and for at most half a second."""
    pieces: list[str] = []
    start = now = clock.now()
    until = now + quiet
    while now < until and now - start < 0.5:
        piece = channel.read_channel()
        if piece:
            pieces.append(piece)
            until = clock.now() + quiet
        else:
            clock.sleep(_POLL_SECONDS)
        now = clock.now()
    return "".join(pieces)
