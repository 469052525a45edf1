"""Commands that a device did not answer in full: refused by its authorization, answered by nothing, or answered by more
than is read. Each is a gap, because what the output would have named is not known.

A command that the device does not know is no gap: like a MIB that it lacks, it says that there is nothing to read.
"""

import re
from collections.abc import Iterator

from fingerprints.database.rules import readable
from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from fingerprints.model.observation_index import MAX_OUTPUT
from fingerprints.sources.cli.labels import MODEM_COMMAND, is_identity_command
from fingerprints.sources.cli.layout import MAX_LINE, MAX_LINES
from fingerprints.sources.cli.part_commands import is_of_others
from fingerprints.sources.cli.parts.command_parts import lists_parts

MAX_REFUSAL_LINES = 8
"""Visible lines of an output that is nothing but a refusal: the message, a caret, a hint. In a longer one the first and
the last line may be one: what stands between them is data."""

_MAX_REFUSAL = 200
"""Characters of a line that is a refusal."""

_ONE_WORD = re.compile(r"(?:chassis|switch|sfp)show")
"""FOS commands that the words of other platforms do not cover."""

_RIGHT = r"(?:permissions?|privileges?|authori[sz]ations?|authority|rights?|access|credentials)"
_NOT = r"(?:not|\w{2,5}n't|no longer)"
_FEW_WORDS = r"(?:[ \t:'\"]{1,3}[^\s]{1,40}){0,8}?[ \t:'\"]{1,3}"

_REFUSAL = re.compile(
    r"(?i)"
    rf"\b{_RIGHT}{_FEW_WORDS}(?:failed|failure|fails|denied|refused|rejected|insufficient|required|violation"
    r"|timed? ?out|unavailable|unreachable)\b"
    rf"|\b{_NOT} (?:been )?(?:authori[sz]ed|permitted|privileged|allowed)\b"
    r"|\bcan(?:not| not|'t) be (?:authori[sz]ed|permitted)\b"
    r"|\bunauthori[sz]ed (?:command|user|operation|request)\b"
    rf"|\b(?:insufficient|not enough|inadequate|lacks?|lacking|without|no|not have|\w{{2,4}}n't have|requires?|needs?)"
    rf"{_FEW_WORDS}{_RIGHT}\b"
    r"|\bprivileged mode (?:is )?required\b|\b(?:fail\w*|unable) to (?:pass (?:the )?)?authori[sz]\w{1,6}\b"
    r"|\bnot pass (?:the )?authori[sz]ation\b|\b(?:denied|rejected|refused) (?:by|for) (?:the )?(?:aaa|tacacs|radius"
    r"|role|user|policy|authori[sz]ation|server)"
    r"|\b(?:must be|are you|only|requires?|need(?:s|ed)?) (?:the |an? )?(?:root|super-?user|admin(?:istrator)?)\b"
    r"|\b(?:root|super-?user|admin(?:istrator)?) (?:\w{1,12} )?(?:only|required|needed)\b"
    r"|\boperation not permitted\b|\bsudoers\b|\bsudo: \D{0,20}(?:password|terminal|tty)\b"
)
"""What command lines print where the user, its role or the AAA service forbids a command: `Command authorization
failed`, `% Authorization denied for command` (EOS), `% Permission denied for the role` (NX-OS), `Error: You do not have
permission to run the command` (VRP), `MINOR: CLI Command not allowed for this user` (SR OS), `RBAC permission denied`
(FOS), `% User doesn't have sufficient privilege` (RGOS), `not enough permissions (9)` (RouterOS), `cat: ...: Permission
denied` (Linux), `Invalid input (privileged mode required)` (EOS)."""


def gaps_of_output(output: Observation, prompts: frozenset[str] = frozenset()) -> Iterator[Gap]:
    """The gap of one command's output, at the command. Where a command names neither the box nor its parts, nothing
    printed is none; where it is about others, only a refusal is one. `prompts` are the device's own."""
    text = readable(Source.SSH_COMMAND, output.value)
    refusal = _refusal_in(text)
    if refusal is not None:
        yield Gap("ssh", output.at, GapReason.REFUSED, f"it answered {refusal!a}")
    elif _names_box_or_parts(output.at) and not text.strip():
        yield Gap("ssh", output.at, GapReason.NO_ANSWER, "it printed nothing")
    elif unread := _unread(output, text):
        yield Gap("ssh", output.at, GapReason.BUDGET_SPENT, unread)
    elif _is_broken_by(prompts, text) and not is_of_others(output.at):
        yield Gap(
            "ssh", output.at, GapReason.MALFORMED, "its prompt stands inside the output, and may have broken a part"
        )


def _is_broken_by(prompts: frozenset[str], text: str) -> bool:
    """True if a prompt stands between two lines of an output: what it tore apart is not read as one."""
    lines = text.split("\n") if any(prompt in text for prompt in prompts) else ()
    return any(line.strip() in prompts for line in lines)


def _names_box_or_parts(command: str) -> bool:
    """True if a command names the box or its parts, on every box: a command about modems prints nothing on most."""
    if is_of_others(command) or MODEM_COMMAND.search(command) is not None:
        return False
    return is_identity_command(command) or lists_parts(command) or _ONE_WORD.fullmatch(command) is not None


def _refusal_in(text: str) -> str | None:
    """The line by which a device refuses a command, if its output is a refusal, or begins or ends with one."""
    lines = [line.strip() for line in text[: _MAX_REFUSAL * 40].split("\n") if line.strip()]
    if len(text) > _MAX_REFUSAL * 40:
        lines += [line.strip() for line in text[-_MAX_REFUSAL * 2 :].split("\n")[1:] if line.strip()]
    if len(lines) > MAX_REFUSAL_LINES:
        lines = [lines[0], lines[-1]]
    return next((line for line in lines if len(line) <= _MAX_REFUSAL and _REFUSAL.search(line)), None)


def _unread(output: Observation, text: str) -> str:
    """What of an output is longer than what is read; empty if all of it is read. A part may stand in the output of any
    command that is not about others; a line that is too long hides one only where lines are about parts."""
    if is_of_others(output.at):
        return ""
    if len(output.value) > MAX_OUTPUT:
        return f"only the first {MAX_OUTPUT:,} of its {len(output.value):,} characters are read"
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        return f"only the first {MAX_LINES:,} of its {len(lines):,} lines are read"
    longest = max(map(len, lines)) if _names_box_or_parts(output.at) else 0
    return f"a line of it has {longest:,} characters; lines above {MAX_LINE} are not read" if longest > MAX_LINE else ""
