"""What to do next on a command line, decided from what has come and how long nothing has: no input or output."""

from dataclasses import dataclass

from scanner.protocols.ssh.allow_list import PAGER_KEY
from scanner.protocols.ssh.deadline import SessionClock
from scanner.protocols.ssh.prompt import LearnedPrompt, without_numbers
from scanner.protocols.ssh.terminal import plain
from scanner.protocols.ssh.waiting_line import (
    NO,
    RETURN,
    answer,
    asks_for_login,
    is_busy,
    is_choice,
    is_end_of_text,
    is_open_question,
    pager_key,
)

PAGE_SECONDS = 0.05
"""Seconds of silence after which a line that a pager shows is one."""

SETTLED_SECONDS = 0.1
"""Seconds of silence after which the last line is a question, or a prompt whose numbers have moved."""

_UNECHOED = 1.0
"""Seconds of silence after which a prompt ends an output if the device did not echo the command."""

REACTION_SECONDS = 1.5
"""Seconds in which a pager goes on after its key."""

_STALLED = 3.0
"""Seconds of silence after which a line that fits nothing known is looked at: a prompt in another form ends the output,
any other line may be a pager of unknown words."""

_NUDGES = 2
"""Empty lines sent on a guess within one command."""

_MAX_SILENT_PAGER = 15.0
"""Seconds after which a pager that did not go on is given up."""

MAX_GUESSES = 10
"""Lines of unknown words that are sent the pager key in one session."""

MAX_ANSWERS = 5
"""Answers to questions within one command."""

MAX_PROMPTS = 4
"""Prompts of other forms that a session learns besides the first."""

_HEAD = 4096
"""Characters in which the echo of a command is looked for."""


class Terminal:
    """What a session has learned of a device: the forms of its prompt, and the pagers that it met with their keys."""

    def __init__(self, prompt: str, clock: SessionClock = SessionClock()) -> None:  # noqa: B008 - a frozen value
        self.clock = clock
        self.prompts: tuple[LearnedPrompt, ...] = (LearnedPrompt(prompt),)
        self.guesses = 0
        self._pagers: dict[str, str] = {}

    def is_prompt(self, line: str) -> bool:
        """True if the line is the prompt, up to its numbers."""
        return any(prompt.fits(line) for prompt in self.prompts)

    def learn_prompt(self, line: str) -> None:
        """Take a line that ended an output for another form of the prompt."""
        if not self.is_prompt(line) and len(self.prompts) <= MAX_PROMPTS:
            self.prompts = (*self.prompts, LearnedPrompt(line))

    def pager_key(self, line: str) -> str | None:
        """The key that this line waits for, if it is a pager of known words or one met before."""
        return self._pagers.get(without_numbers(line)) or pager_key(line)

    def learn_pager(self, line: str, key: str) -> None:
        """Remember a pager: its next pages cost no time."""
        self._pagers[without_numbers(line)] = key


@dataclass(frozen=True, slots=True)
class Send:
    """Send this key or line. `guess`: nobody knows if the line that is shown waits for it."""

    text: str
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The prompt is back."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The device waits for what kitscan does not send."""

    why: str


Step = Send | Finished | GiveUp | None


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent to the line `shown`, which stands in the text from `start` to `end`."""

    step: Send
    shown: str
    start: int
    end: int


@dataclass(slots=True)
class RunningOutput:
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
    sent: Sent | None = None
    came_back: bool = False

    def add(self, received: str) -> None:
        """Append what came. `fresh` is True once anything visible came after what was sent last."""
        text, self.text = self.text, ""  # the only reference: CPython appends in place, and does not copy 2 MB
        text += received
        self.text = text
        self.echoed = self.echoed or self.command in plain(self.text[:_HEAD])
        if not self.fresh or len(self.text) - self.answered <= _HEAD:
            self.fresh = bool(plain(self.text[self.answered : self.answered + _HEAD]).strip())

    def is_one_line(self) -> bool:
        """True if no more than one visible line came after what was sent last."""
        recent = plain(self.text[self.answered : self.answered + _HEAD])
        return sum(bool(line.strip()) for line in recent.split("\n")) <= 1


def look_back(output: RunningOutput, sent: Sent, shown: str, terminal: Terminal) -> None:
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


def next_step(output: RunningOutput, shown: str, terminal: Terminal, silent: float, seconds: float) -> Step:
    """What to do now that nothing has come for `silent` seconds and `shown` is the last line; None is to wait."""
    first = terminal.prompts[0]
    if shown == first.text:
        return Finished() if output.echoed or silent > _UNECHOED else None
    if terminal.is_prompt(shown):
        return Finished() if silent >= (SETTLED_SECONDS if output.echoed else _UNECHOED) else None
    if silent >= _STALLED and first.resembles(shown):
        return Finished()
    if silent > seconds:
        return GiveUp(f"no prompt came back within {seconds:g} s")
    if not output.fresh:
        return _step_without_reaction(output, shown, silent)
    if silent < PAGE_SECONDS:
        return None
    return _step_at_line(output, shown, terminal, silent) or _step_at_pause(output, shown, terminal, silent)


def _step_at_line(output: RunningOutput, shown: str, terminal: Terminal, silent: float) -> Step:
    """What the words of a line that just came ask for."""
    reply = answer(shown)
    if reply is None and (key := terminal.pager_key(shown)) is not None:
        return Send(key)
    if silent < SETTLED_SECONDS:
        return None
    if reply is not None:
        return Send(reply) if output.answers < MAX_ANSWERS else GiveUp("it repeats its question")
    if asks_for_login(shown) and silent >= _UNECHOED:
        return GiveUp("it asks for a login or a password inside the session")
    return None


def _step_at_pause(output: RunningOutput, shown: str, terminal: Terminal, silent: float) -> Step:
    """A guess at a line that stays although its words are unknown: a pager, a prompt in another form, or a device at
    work."""
    if silent < SETTLED_SECONDS:
        return None
    if is_open_question(shown) or (output.came_back and is_choice(shown)):
        return GiveUp("it asks a question that kitscan does not answer") if silent >= _STALLED else None
    if output.came_back:
        return Finished() if output.nudges >= _NUDGES else Send(RETURN, guess=True)
    if silent < _STALLED or asks_for_login(shown):
        return None
    if shown and not is_busy(shown) and terminal.guesses < MAX_GUESSES:
        return Send(PAGER_KEY, guess=True)
    return Send(RETURN, guess=True) if output.nudges < _NUDGES else None


def _step_without_reaction(output: RunningOutput, shown: str, silent: float) -> Step:
    """After a key or a line that brought nothing: an empty line once, then patience."""
    sent = output.sent
    at_pager = sent is not None and sent.step.text == PAGER_KEY
    if silent < (REACTION_SECONDS if at_pager else _STALLED):
        return None
    if at_pager and is_end_of_text(shown):
        return GiveUp("its pager stays at the end of the text")
    if output.nudges == 0 and (sent is None or at_pager):
        return Send(RETURN, guess=True)
    return GiveUp("its pager did not go on") if output.pages and shown and silent >= _MAX_SILENT_PAGER else None
