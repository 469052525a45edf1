"""Terminal output as the text that a person saw: without pagers, backspaces and colours; and logs cut at their prompts.

Each line is edited by itself, so the parts of a log keep its own lines, word for word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

MAX_LINES = 40_000
MAX_EDITED = 4096
"""Characters of a line with control characters that are kept."""

MAX_PROMPT_LINE = 300
"""Characters of a line below which it may be a prompt with a command."""

MAX_COLUMNS = 512
"""Columns that a cursor may move over without writing."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MOVE = re.compile(r"\x1b\[(?P<count>\d{0,4})(?P<way>[DC])|(?P<back>\x08)|(?P<start>\r)")
_ESCAPE = re.compile(
    r"\x1b\[[0-?]{0,20}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)?|\x1b[@-Z\\-_=>()][0B]?"
)
_PAGER = re.compile(
    r"(?i)[ \t]{0,8}(?:<?-{2,6}[ \t]?\(?[ \t]?more\b[^\n-]{0,60}(?:-{1,6}>?)?"
    r"(?:[ \t]or \(q\)uit)?(?:, next page[^\n]{0,80})?"
    r"|press (?:any key|space|<space>|enter|q)\b[^\n]{0,60}(?:continue|more|quit|abort)[^\n)]{0,30}\)?"
    r"|\(q\)uit[^\n]{0,40}|lines \d{1,6}-\d{1,6}(?:/\d{1,6})?(?: \(end\))?)"
)
"""The text of pagers between two screens."""

_VERB = (
    r"(?:do )?(?:(?:adm(?:i(?:n)?)?|run|cli|sudo) )?(?:sho?w?|disp?(?:lay)?|displa|get|uname|cat"
    r"|dmidecode|lshw|hostnamectl|ip|ifconfig"
    r"|/?(?:system|interface)|screen-length|term(?:inal)?|set|environment|no|enable|exit|quit|logout|ver(?:sion)?|chassis|software|cd|ls)"
)
_PROMPT = (
    r"(?:(?:HRP_\w{1,8})?[<\[][^\s<>\[\]]{1,64}[>\]]|\[[^\]\n]{1,64}\] ?>|\([^()\n]{1,48}\) ?[>#]"
    r"|(?:\* ?)?(?:Slot-\d{1,3} )?[\w.:-]{1,64}(?: \([\w.-]{1,32}\))? [>#$]"
    r"|[A-Za-z0-9*!{~/\[][\w.:/@()~\[\]*!+-]{0,79} ?(?:[>#$%]|\]#))"
)
_PROMPT_AND_COMMAND = re.compile(rf"^(?P<prompt>{_PROMPT}) ?(?P<command>{_VERB}(?:[ \t][^\n]{{0,200}})?)$")
_WAITING = re.compile(rf"^{_PROMPT}[ \t]*$")
_BETWEEN = re.compile(r"^\{(?:master|backup|primary|secondary|linecard|local)[^}\n]{0,24}\}[ \t]*$")
"""The line above a Junos prompt: the part of the chassis that answers."""


_SUPPORT = re.compile(r"(?i)\b(?:tech|tech-?support|support-?(?:info|save|show))\b")
_INNER = re.compile(
    r"(?i)^(?:[-=*#]{3,80} ?(?:command ?: ?)?|`|command ?: ?)"
    r"(?P<command>(?:show|display|sh|dis|get) [a-z][^\n`]{2,80}?) ?[-=*#`]{0,80}$"
)
"""A line that names the next of the commands which one for support staff runs: `------ show version ------` (Cisco),
`` `show version` `` (NX-OS), `Command : show version` (AOS-CX)."""

MAX_INNER = 400


@dataclass(frozen=True, slots=True)
class LoggedOutput:
    """The output of one command in a log; `command` is empty for the text before the first prompt."""

    command: str
    text: str


@lru_cache(maxsize=16)
def render_output(text: str) -> str:
    """A command's output as a person saw it: control characters applied, pagers removed, line feeds as line ends."""
    if "\r" not in text and _CONTROL.search(text) is None and _PAGER.search(text) is None:
        return text
    return "\n".join(shown for shown in map(_render_line, _split(text)) if shown is not None)


def split_log(log: str) -> tuple[LoggedOutput, ...]:
    """The outputs in a log, each with the command echoed behind the prompt before it. A log without a prompt is one
    output."""
    lines = _split(log)
    shown = [_render_line(line) for line in lines]
    prompts = {match["prompt"] for match in _lines_with_commands(shown)}
    outputs: list[LoggedOutput] = []
    command, began = "", 0
    for number, line in enumerate(shown):
        typed = _command_of(line or "", prompts)
        if typed is not None:
            outputs += _section(command, lines[began:number], shown[began:number])
            command, began = typed, number + 1
    outputs += _section(command, lines[began:], shown[began:])
    return tuple(outputs)


def inner_outputs(command: str, text: str) -> tuple[LoggedOutput, ...]:
    """The outputs of the commands that `show tech-support` and its like run, each under its own command, behind the
    text before the first; of any other command the output as it is."""
    if _SUPPORT.search(command) is None:
        return (LoggedOutput(command, text),)
    outputs: list[LoggedOutput] = []
    current, lines = command, list[str]()
    for line in _split(text):
        is_short = len(line) < MAX_PROMPT_LINE and len(outputs) < MAX_INNER
        inner = _INNER.match(_CONTROL.sub("", _ESCAPE.sub("", line))) if is_short else None
        if inner is None:
            lines.append(line)
            continue
        outputs.append(LoggedOutput(current, "\n".join(lines)))
        current, lines = inner["command"].strip(), []
    outputs.append(LoggedOutput(current, "\n".join(lines)))
    return tuple(output for output in outputs if output.text.strip()) or (LoggedOutput(command, text),)


def abbreviates(typed: str, command: str) -> bool:
    """True if a typed line is a command: its words may be abbreviated, and more words may follow."""
    words, whole = typed.lower().replace("/", " ").split(), command.lower().replace("/", " ").split()
    if len(words) < len(whole):
        return False
    pairs = [*zip(words, whole, strict=False)]
    return all(full.startswith(word) and (len(word) > 1 or word == full) for word, full in pairs)


def _split(text: str) -> list[str]:
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return [line.rstrip("\r") for line in text.split("\n", MAX_LINES)[:MAX_LINES]]


def _render_line(line: str) -> str | None:
    """One line as it finally looked; None for a line that held only a pager."""
    if _CONTROL.search(line) is None:
        bare = _PAGER.sub("", line) if "-" in line or "(" in line or "res" in line or "ines" in line else line
        return None if bare != line and not bare.strip() else bare
    line = line[:MAX_EDITED]
    edited = _CONTROL.sub("", _ESCAPE.sub("", _apply_cursor_moves(line)))
    bare = _PAGER.sub("", edited)
    written_over = not edited.strip() and bool(_CONTROL.sub("", _ESCAPE.sub("", line)).strip())
    return None if written_over or (bare != edited and not bare.strip()) else bare.rstrip()


def _apply_cursor_moves(line: str) -> str:
    """A line after the cursor's moves in it, without the characters that it wrote over."""
    cells: list[str] = []
    place = begin = 0
    for move in (*islice(_MOVE.finditer(line), MAX_EDITED), None):
        text = _ESCAPE.sub("", line[begin : move.start() if move is not None else len(line)])
        cells[place : place + len(text)] = text
        place += len(text)
        if move is None:
            break
        begin = move.end()
        count = int(move["count"] or 1) if move["way"] else 1
        if move["way"] == "C":
            place = max(place, min(place + count, MAX_COLUMNS))
            cells += " " * (place - len(cells))
        else:
            place = 0 if move["start"] else max(place - count, 0)
    return "".join(cells)


def _lines_with_commands(shown: Sequence[str | None]) -> Iterator[re.Match[str]]:
    for line in shown:
        match = _PROMPT_AND_COMMAND.match(line) if line and len(line) < MAX_PROMPT_LINE else None
        if match is not None:
            yield match


def _command_of(line: str, prompts: set[str]) -> str | None:
    """The command that a line echoes behind a known prompt; empty behind a prompt that waits, None without a prompt."""
    if len(line) >= MAX_PROMPT_LINE:
        return None
    match = _PROMPT_AND_COMMAND.match(line)
    if match is not None:
        return match["command"].strip()
    known = next((prompt for prompt in prompts if line.startswith(prompt)), None)
    return line[len(known) :].strip() if known is not None else None


def _section(command: str, lines: Sequence[str], shown: Sequence[str | None]) -> Iterator[LoggedOutput]:
    """One output without the empty lines around it and without the prompt that waits at its end."""
    kept = [line for line, seen in zip(lines, shown, strict=True) if seen is not None]
    seen = [line for line in shown if line is not None]
    while seen and (not seen[-1].strip() or _WAITING.match(seen[-1]) or _BETWEEN.match(seen[-1])):
        seen.pop()
    first = next((place for place, line in enumerate(seen) if line.strip()), len(seen))
    if first < len(seen):
        yield LoggedOutput(command, "\n".join(kept[first : len(seen)]))
