"""Faults of a command line, drawn at random: refusals, silence, cuts, and output after the prompt seems to be back."""

from collections.abc import Callable
from random import Random

from benchmarks.hostile.faulty_shell import Hangup, Output, Pause

REFUSALS = (
    "% Authorization failed.",
    "Command authorization failed.",
    "% Permission denied for the role",
    "Error: You do not have permission to run the command or the command is incomplete.",
    "MINOR: CLI Command not allowed for this user.",
    "error: permission denied",
    "% Authorization denied for command",
    "% User doesn't have sufficient privilege to execute this command.",
)


def refused(random: Random, _output: str, _prompt: str) -> Output:
    """The AAA service refuses the command."""
    return (f"{random.choice(REFUSALS)}\r\n",)


def nothing(random: Random, _output: str, _prompt: str) -> Output:
    """The command prints nothing."""
    return (random.choice(("", "\r\n")),)


def broken_off(random: Random, output: str, _prompt: str) -> Output:
    """The session ends inside the output."""
    return (output[: random.randrange(len(output))], Hangup())


def stalled(random: Random, output: str, _prompt: str) -> Output:
    """The output stops, for ever."""
    return (output[: random.randrange(len(output))], Pause(100_000.0))


def prompt_inside(random: Random, output: str, prompt: str) -> Output:
    """The prompt, or a line that ends as it does, stands in the output, and the rest comes later."""
    at = output.rfind("\n", 0, random.randrange(1, len(output))) + 1
    seconds = random.choice((0.3, 1.1, 1.6, 3.2, 4.5, 9.0))
    log = "%LINK-3-UPDOWN: Interface up\r\n"
    shown = random.choice((prompt, f"{prompt}\r\n", log + prompt, "    vendor id is 5# "))
    return (output[:at] + shown, Pause(seconds), "\r\n" + output[at:])


def slow(random: Random, output: str, _prompt: str) -> Output:
    """The output pauses at the end of a line."""
    at = output.rfind("\n", 0, random.randrange(1, len(output))) + 1
    return (output[:at], Pause(random.choice((1.0, 4.0, 20.0))), output[at:])


FAULTS: tuple[Callable[[Random, str, str], Output], ...] = (
    refused,
    nothing,
    broken_off,
    stalled,
    prompt_inside,
    prompt_inside,
    slow,
)
"""Each takes the honest output and the prompt."""
