"""What the last line of a terminal asks for, read from its words: a key, a No, a login, or a command.

Only lines without a line end are read here, after a silence: the device waits, and the cursor stands behind the line.
"""

import re

from scanner.protocols.ssh.allow_list import PAGER_KEY

RETURN = "\n"
"""The empty line: the only answer besides No and the pager key."""

NO = "N\n"
"""No to a question."""

_MORE = re.compile(
    r"(?i)(?:[-<=*#\[( ]{1,12}more\b.{0,100}|more ?[?:].{0,100}|:|.{0,80}\(END\)"
    r"|lines? \d+(?:-\d+)?(?:/\d+)?(?: ?\(?(?:\d{1,3}%|byte)\b.{0,20})?)"
)
"""`--More--`, `<--- More --->`, `---(more 52%)---`, `more? [...]`, `More: <space>`, `lines 1-23`, `:`, `(END)`."""

_END_OF_TEXT = re.compile(r"\(END\)$")

_PRESS = re.compile(
    r"(?i)\b(?:press|hit|strike|type)\b[^\n]{0,20}\b(any key|a key|space ?bar|space|sp|enter|return|cr)\b.{0,80}$"
)
"""A request for a key, whose name is the group: `Press any key to continue (Q to quit)`."""

_ACTS = (
    r"accept|agree|confirm|acknowledge|save|overwrite|write|reboot|reload|restart|reset|erase|format|delete|remove"
    r"|install|upgrade|update|apply|commit|execute|power|shut|enter (?:setup|rommon|the boot|boot)"
    r"|(?:stop|interrupt|abort) (?:the )?(?:auto)?boot"
)
_KEY_ACTS = re.compile(
    rf"(?i)\b(?:key|bar|space|enter|return|cr)\W{{1,3}}(?:key )?(?:to|for|and|will) (?:(?:the|a) )?"
    rf"(?:(?:continue|proceed) (?:with|and|to) (?:(?:the|a) )?)?(?:{_ACTS}|stop|interrupt|abort|cancel)"
    rf"|\bto (?:the )?(?:{_ACTS})\b[^.;()|]{{0,20}}\b(?:press|hit|strike|type)\b"
    rf"|\b(?:continue|proceed|{_ACTS})\b[^.;|]{{0,30}}[\[(<](?:enter|return|cr)[\])>]$"
)
"""A key that does more than to go on: `Press Enter to accept the terms`, `Hit any key to stop autoboot:  3`."""

_READ = 200
"""Characters at the end of a line in which a question or a key's act is looked for."""

_SPACE_TURNS = re.compile(
    r"(?i)(?:\bspace\b|<sp>).{0,30}\b(?:next|more|page|screen|continue|forward)\b"
    r"|\bnext (?:page|screen)\b.{0,20}\bspace\b"
)
"""The space bar and what it does, in either order."""

_KEY_NAME = re.compile(r"(?i)\b(?:space|sp|enter|return|cr|esc|ctrl|control|quit|q|next|down|all|dump)\b")
_QUITS = frozenset({"quit", "q", "esc", "ctrl", "control"})
_MIN_KEYS = 3
"""A line that names three keys, one of them to quit, is a pager's list of keys: `-- [Q quit|D dump|down]`."""

_YES_OR_NO = re.compile(
    r"(?i)(?:[\[(<{]\s?y(?:es)?\s?[/|,]\s?n(?:o)?\b[^\])>}\n]{0,20}[\])>}]|\by(?:es)?/n(?:o)?\b|change now\?"
    r"|[\[(]?\by(?:es)?[\"']? or [\"']?n(?:o)?\b[\"']?[\])]?"
    r"|please choose|[\[(](?:confirm|yes|no|y|n)[\])])(?:\s*\[\w{1,8}\])?[\s:?>]*$"
)
_WOULD_DO = re.compile(
    r"(?i)\b(?:overwrite|continue|proceed|confirm|sure|save|accept|agree|erase|delete|replace|reboot|reload|abort"
    r"|want to|wish to)\b.{0,80}\?$"
)
"""A question about an act, without the answers it takes: `Overwrite existing file?`"""

_ASKS = re.compile(r"(?i)\b(?!(?:or|and|press|type|hit)\b)[^\W_]{1,40}[)\]\"']? ?\?[^?\n]{0,60}$")
"""A question, perhaps with its default behind it: `Which unit? [1]:`; not `press h or ? for help`."""

_HAS_DEFAULT = re.compile(
    r"(?i)(?:[\[(<](?:default\b[^\[\]()<>\n]{0,40}|[^\[\]()<>\n]{1,30}[ =]default|y|yes|ok|okay|accept|agree|continue"
    r"|proceed|j|ja|s|si|sim|o|oui|d|da)[\])>][\s:?.]{0,8}|[^\s\])>][ \t]\[[^\[\]\n]{1,40}\]\s?:"
    r"|[\[(<{]\s?(?:ja?|si?|sim|s\S{1,2}|o(?:ui)?|da?|t(?:ak)?|e(?:vet)?)\s?/\s?[nh]\w{0,5}\s?[\])>}][\s:?>]{0,8})$"
)
"""What the empty line would accept: `Save it [yes]`, `Format (default y):`, `File name [startup]:`, `Weiter (J/N):`."""

_OFFERS_RETURN = re.compile(r"(?i)^\{ ?<cr>\|.{1,400}\}:$")
"""Huawei SmartAX, after a command: `{ <cr>|backplane<K>|frameid/slotid<S><Length 1-15> }:`. The empty line goes on."""

_SECRET = re.compile(
    r"(?i)\b(?:password|passwd|passphrase|passcode|passwort|kennwort|mot de passe|contrase\S{1,3}a|senha"
    r"|verification code|token|otp)\b.{0,80}[:?]$|(?:^|[ \t])(?:password|passwd|passphrase|passcode)\W{0,3}$"
)
_USER = re.compile(r"(?i)(?:^|[\s)>])(?:log ?in(?: as| id| name)?|user(?:[ _-]?(?:name|id))?|account) ?:$")
_CHOICE = re.compile(r"(?i)\b(?:select(?:ion)?|choice|choose|option|menu|enter (?:a |the )?(?:number|letter))\b")
_ENTRY = re.compile(r"(?m)^[ \t]{0,20}(?:[\[(][0-9A-Za-z]{1,2}[\])]|[0-9A-Za-z]{1,2}[.)])[ \t]{1,8}\S")
_MIN_ENTRIES = 2

_LOG_MESSAGE = re.compile(
    r"(?:.{0,80}[ :*])?%[\w-]{2,40}-\d-\w{2,40}|<\d{1,3}>"
    r"|\W{0,3}(?:\d{4} )?[A-Z][a-z]{2} {1,2}\d{1,2} .{0,8}\d\d:\d\d:\d\d"
    r"|\W{0,3}\d{4}[-/]\d\d[-/]\d\d.\d\d:\d\d:\d\d"
)
"""`%LINK-3-UPDOWN: ...`, `*Mar  1 00:01:07.123: %SYS-5-CONFIG_I: ...`, `<189>...`, `#Nov 29 2026 16:03:22 ...`."""

_ABOVE_PROMPT = re.compile(r"[^\w\s]{0,4}[\[{(][^\n]{0,80}[\]})][^\w\s]{0,4}")
"""`{master:0}` (Junos), `[edit]` (EdgeOS), `[/]` (SR OS), `--{ running }--[  ]--` (SR Linux)."""

_BUSY = re.compile(r"(?i)(?:\.{2,}|[\[(]?\d{1,3} ?%[\])]?|\bwait\b.{0,40}|\bin progress\b.{0,20})$")
"""A device that tells that it works: nobody has to press a key."""


def pager_key(line: str) -> str | None:
    """The key that a pager of known words waits for, or None."""
    if _is_acted_on(line):
        return None
    press = _PRESS.search(line)
    if press is not None and press[1].lower() in ("enter", "return", "cr") and "space" not in line.lower():
        return RETURN
    if press is not None or _MORE.fullmatch(line) or _SPACE_TURNS.search(line):
        return PAGER_KEY
    keys = {name.lower() for name in _KEY_NAME.findall(line)}
    return PAGER_KEY if len(keys) >= _MIN_KEYS and keys & _QUITS else None


def is_end_of_text(line: str) -> bool:
    """True if a pager shows that it is at the end: a key that kitscan never sends would leave it."""
    return _END_OF_TEXT.search(line) is not None


def waits_for_return(line: str) -> bool:
    """True if the line asks for a key of any kind, or for Enter: at login an empty line answers both."""
    return _PRESS.search(line) is not None and not is_open_question(line)


def answer(line: str) -> str | None:
    """The answer to a question: No, or the empty line if the device offers it to go on. None if it asks nothing."""
    if _YES_OR_NO.search(line) or _WOULD_DO.search(line):
        return NO
    return RETURN if _OFFERS_RETURN.search(line) else None


def is_open_question(line: str) -> bool:
    """True if the line asks what neither No nor an empty line answers safely: that might accept or confirm."""
    return line.endswith("?") or _ASKS.search(line[-_READ:]) is not None or _is_acted_on(line)


def _is_acted_on(line: str) -> bool:
    """True if a key at this line would do more than go on."""
    end = line[-_READ:]
    return _KEY_ACTS.search(end) is not None or _HAS_DEFAULT.search(end) is not None


def asks_for_login(line: str) -> bool:
    """True if the line asks for a user, a password or a code. It gets nothing, not even an empty line."""
    return _SECRET.search(line) is not None or _USER.search(line) is not None


def is_choice(line: str) -> bool:
    """True if the line asks for a choice in its own words."""
    return _CHOICE.search(line) is not None


def is_menu(screen: str, line: str) -> bool:
    """True if the line asks for an entry of the menu above it: a command typed there would choose something."""
    return is_choice(line) or _lists_entries(screen)


def is_menu_like_a_prompt(screen: str, line: str) -> bool:
    """True for a line that ends as prompts do if it asks for a choice and entries stand above it."""
    return is_choice(line) and _lists_entries(screen)


def _lists_entries(screen: str) -> bool:
    return len(_ENTRY.findall(screen[-4096:])) >= _MIN_ENTRIES


def is_above_prompt(line: str) -> bool:
    """True if the line looks like the one that a prompt of two lines begins with, again after each empty line."""
    return _ABOVE_PROMPT.fullmatch(line.strip()) is not None


def is_log_message(line: str) -> bool:
    """True if the line is a log message, which a device may write to a terminal at any time."""
    return _LOG_MESSAGE.match(line) is not None


def is_busy(line: str) -> bool:
    """True if the line tells that the device works."""
    return _BUSY.search(line) is not None
