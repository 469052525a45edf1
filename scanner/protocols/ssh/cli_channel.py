"""Talking to a command line that stands at its prompt: run a command, turn its pages, answer its questions with No."""

from dataclasses import dataclass
from typing import Protocol

from scanner.protocols.ssh.allow_list import PAGER_KEY, BudgetSpentError, SessionClosedError
from scanner.protocols.ssh.deadline import Clock
from scanner.protocols.ssh.prompt import Prompt, without_numbers
from scanner.protocols.ssh.terminal import last_line, plain
from scanner.protocols.ssh.waiting_line import (
    NO,
    RETURN,
    answer,
    asks_for_login,
    is_busy,
    is_end_of_text,
    is_open_question,
    pager_key,
)

_POLL_SECONDS = 0.01
"""Seconds between two reads of the channel. So long a silence ends an output whose prompt is back as it was."""

_PAGE = 0.05
"""Seconds of silence after which a line that a pager shows is one."""

_SETTLED = 0.1
"""Seconds of silence after which the last line is a question, or a prompt whose numbers have moved."""

_UNECHOED = 1.0
"""Seconds of silence after which a prompt ends an output if the device did not echo the command."""

_REACTION = 1.5
"""Seconds in which a pager goes on after its key."""

_STALLED = 3.0
"""Seconds of silence after which a line that fits nothing known is looked at: a prompt in another form ends the output,
any other line may be a pager of unknown words."""

_NUDGES = 2
"""Empty lines sent on a guess within one command."""

_MAX_SILENT_PAGER = 15.0
"""Seconds after which a pager that did not go on is given up."""

_CLEARED = 5.0
"""Seconds for the prompt to come back after the empty line that takes away a key which nobody may have read."""

MAX_GUESSES = 10
"""Lines of unknown words that are sent the pager key in one session."""

MAX_ANSWERS = 5
"""Answers to questions within one command."""

MAX_PROMPTS = 4
"""Prompts of other forms that a session learns besides the first."""

_HEAD = 4096
"""Characters in which the echo of a command is looked for."""

_HEAD_LINES = 20
"""Lines in which it is looked for behind a prompt: messages may come before it."""


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

    `unfinished` is why the output ended before the prompt came back, or None.
    """

    text: str
    paged: bool = False
    unfinished: BudgetSpentError | SessionClosedError | None = None


class Terminal:
    """What a session has learned of a device: the forms of its prompt, and the pagers that it met with their keys."""

    def __init__(self, prompt: str, clock: Clock = Clock()) -> None:  # noqa: B008 - a frozen value
        self.clock = clock
        self.prompts: tuple[Prompt, ...] = (Prompt(prompt),)
        self.guesses = 0
        self._pagers: dict[str, str] = {}

    def is_prompt(self, line: str) -> bool:
        """True if the line is the prompt, up to its numbers."""
        return any(prompt.fits(line) for prompt in self.prompts)

    def learn_prompt(self, line: str) -> None:
        """Take a line that ended an output for another form of the prompt."""
        if not self.is_prompt(line) and len(self.prompts) <= MAX_PROMPTS:
            self.prompts = (*self.prompts, Prompt(line))

    def pager_key(self, line: str) -> str | None:
        """The key that this line waits for, if it is a pager of known words or one met before."""
        return self._pagers.get(without_numbers(line)) or pager_key(line)

    def learn_pager(self, line: str, key: str) -> None:
        """Remember a pager: its next pages cost no time."""
        self._pagers[without_numbers(line)] = key


@dataclass(frozen=True, slots=True)
class _Send:
    """Send this key or line. `guess`: nobody knows if the line that is shown waits for it."""

    text: str
    guess: bool = False


@dataclass(frozen=True, slots=True)
class _Finished:
    """The prompt is back."""


@dataclass(frozen=True, slots=True)
class _GiveUp:
    """The device waits for what kitscan does not send."""

    why: str


_Step = _Send | _Finished | _GiveUp | None


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent to the line `shown`, which stands in the text from `start` to `end`."""

    step: _Send
    shown: str
    start: int
    end: int


@dataclass(slots=True)
class _Output:
    """An output as it comes. `answered` is where the text begins that came after what was sent last. `came_back` is
    True if an empty line brought back the line that it was sent to, and nothing else: so does a prompt."""

    command: str
    text: str = ""
    answered: int = 0
    echoed: bool = False
    fresh: bool = False
    pages: int = 0
    answers: int = 0
    nudges: int = 0
    keys: int = 0
    sent: _Sent | None = None
    came_back: bool = False

    def add(self, received: str) -> None:
        """Append what came. `fresh` is True once anything visible came after what was sent last."""
        self.text += received
        self.echoed = self.echoed or self.command in plain(self.text[:_HEAD])
        if not self.fresh or len(self.text) - self.answered <= _HEAD:
            self.fresh = bool(plain(self.text[self.answered : self.answered + _HEAD]).strip())

    def is_one_line(self) -> bool:
        """True if no more than one visible line came after what was sent last."""
        recent = plain(self.text[self.answered : self.answered + _HEAD])
        return sum(bool(line.strip()) for line in recent.split("\n")) <= 1


def run_command(channel: CliChannel, command: str, terminal: Terminal, seconds: float) -> CommandOutput:
    """Send one command and read until the prompt is back. A question in between is answered with No. `seconds` bounds
    each silence.

    Never raises for what the device does: an output that was cut short says why in `unfinished`.
    """
    output = _Output(command)
    try:
        channel.write_channel(command + "\n")
        _read_to_prompt(channel, output, terminal, seconds)
        if output.keys:  # nobody knows if the device read them
            _clear_line(channel, terminal)
    except (BudgetSpentError, SessionClosedError) as error:
        return CommandOutput(_printed(output, terminal), output.pages > 0, error)
    return CommandOutput(_printed(output, terminal), output.pages > 0)


def _read_to_prompt(channel: CliChannel, output: _Output, terminal: Terminal, seconds: float) -> None:
    """Read until the prompt is back. Raises SessionClosedError if the device waits for what it will not get."""
    clock = terminal.clock
    received_at = clock.now()
    while True:
        received = read_until_quiet(channel, _POLL_SECONDS, clock)
        if received:
            received_at = clock.now()
            output.add(received)
        shown, silent = last_line(output.text), clock.now() - received_at
        if output.fresh and output.sent is not None and (silent >= _PAGE or terminal.is_prompt(shown)):
            _look_back(output, output.sent, shown, terminal)
        step = _next_step(output, shown, terminal, silent, seconds)
        match step:
            case _Finished():
                terminal.learn_prompt(shown)
                return
            case _GiveUp(why):
                raise SessionClosedError(why)
            case _Send():
                _send(channel, output, shown, step)
                terminal.guesses += step.guess and step.text == PAGER_KEY
                received_at = clock.now()


def _send(channel: CliChannel, output: _Output, shown: str, step: _Send) -> None:
    output.keys += step.guess or step.text == PAGER_KEY
    output.nudges += step.guess and step.text == RETURN
    output.answers += step.text == NO
    output.sent = _Sent(step, shown, output.text.rfind("\n") + 1, len(output.text))
    output.answered, output.fresh, output.came_back = len(output.text), False, False
    channel.write_channel(step.text)


def _look_back(output: _Output, sent: _Sent, shown: str, terminal: Terminal) -> None:
    """What came after a key tells what the line before was. A pager's line goes: the device overwrites it."""
    output.sent = None
    key, was_guess = sent.step.text, sent.step.guess
    if not sent.shown or key == NO:
        return
    alone = output.is_one_line()
    again = without_numbers(shown) == without_numbers(sent.shown)
    output.came_back = was_guess and key == RETURN and alone and again
    went_on = not (alone and terminal.is_prompt(shown))
    if was_guess and went_on and (key == PAGER_KEY or (again and not alone)):
        terminal.learn_pager(sent.shown, key)
    if terminal.pager_key(sent.shown) == key:
        output.pages += 1
        output.text = output.text[: sent.start] + output.text[sent.end :]
        output.answered = sent.start


def _next_step(output: _Output, shown: str, terminal: Terminal, silent: float, seconds: float) -> _Step:
    """What to do now that nothing has come for `silent` seconds and `shown` is the last line; None is to wait."""
    first = terminal.prompts[0]
    if shown == first.text:
        return _Finished() if output.echoed or silent > _UNECHOED else None
    if terminal.is_prompt(shown):
        return _Finished() if silent >= (_SETTLED if output.echoed else _UNECHOED) else None
    if silent >= _STALLED and first.resembles(shown):
        return _Finished()
    if silent > seconds:
        return _GiveUp(f"no prompt came back within {seconds:g} s")
    if not output.fresh:
        return _step_without_reaction(output, shown, silent)
    if silent < _PAGE:
        return None
    return _step_at_line(output, shown, terminal, silent) or _step_at_pause(output, shown, terminal, silent)


def _step_at_line(output: _Output, shown: str, terminal: Terminal, silent: float) -> _Step:
    """What the words of a line that just came ask for."""
    reply = answer(shown)
    if reply is None and (key := terminal.pager_key(shown)) is not None:
        return _Send(key)
    if silent < _SETTLED:
        return None
    if reply is not None:
        return _Send(reply) if output.answers < MAX_ANSWERS else _GiveUp("it repeats its question")
    if asks_for_login(shown) and silent >= _UNECHOED:
        return _GiveUp("it asks for a login or a password inside the session")
    return None


def _step_at_pause(output: _Output, shown: str, terminal: Terminal, silent: float) -> _Step:
    """A guess at a line that stays although its words are unknown: a pager, a prompt in another form, or a device at
    work."""
    if silent < _SETTLED:
        return None
    if output.came_back:
        return _Finished() if output.nudges >= _NUDGES else _Send(RETURN, guess=True)
    if silent < _STALLED or asks_for_login(shown):
        return None
    if is_open_question(shown):
        return _GiveUp("it asks a question that kitscan does not answer")
    if shown and not is_busy(shown) and terminal.guesses < MAX_GUESSES:
        return _Send(PAGER_KEY, guess=True)
    return _Send(RETURN, guess=True) if output.nudges < _NUDGES else None


def _step_without_reaction(output: _Output, shown: str, silent: float) -> _Step:
    """After a key or a line that brought nothing: an empty line once, then patience."""
    sent = output.sent
    at_pager = sent is not None and sent.step.text == PAGER_KEY
    if silent < (_REACTION if at_pager else _STALLED):
        return None
    if at_pager and is_end_of_text(shown):
        return _GiveUp("its pager stays at the end of the text")
    if output.nudges == 0 and (sent is None or at_pager):
        return _Send(RETURN, guess=True)
    return _GiveUp("its pager did not go on") if output.pages and shown and silent >= _MAX_SILENT_PAGER else None


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
        if clock.now() - received_at >= _SETTLED and terminal.is_prompt(last_line(text)):
            return
    raise SessionClosedError("no prompt came back after the output")


def _printed(output: _Output, terminal: Terminal) -> str:
    """The output as a person reads it, without the echo of the command and what stands before it, and the prompt."""
    lines = plain(output.text).split("\n")
    at = next((at for at, line in enumerate(lines[:_HEAD_LINES]) if _is_typed(line, output.command, terminal)), None)
    if at is None:
        at = next((at for at, line in enumerate(lines[:2]) if output.command in line), -1)
    lines = lines[at + 1 :]
    while lines and (not lines[-1].strip() or terminal.is_prompt(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines)


def _is_typed(line: str, command: str, terminal: Terminal) -> bool:
    """True if the line is a prompt and the command typed at it."""
    before, found, after = line.rpartition(command)
    return bool(found) and not after.strip() and terminal.is_prompt(before.strip())


def read_until_quiet(channel: CliChannel, quiet: float, clock: Clock) -> str:
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
