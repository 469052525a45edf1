"""The only forms a command in a platform file may have. The loader refuses a file that holds any other.

kitscan only reads. These forms print something, or concern only the session they are typed in. Extend a form here, in
code review, before a platform file can use it.
"""

import re

_WORDS = r"(?: [A-Za-z0-9][A-Za-z0-9./:_-]*+)*"
"""Plain arguments: no pipe, redirection, separator, quote, assignment or line end."""

READ_COMMANDS = (
    re.compile(rf"(?:show|display){_WORDS}"),
    re.compile(rf"get (?:system|hardware|router){_WORDS}"),
    re.compile(
        r"/(?:system (?:resource|routerboard|license|identity|package)|interface(?: ethernet)?) print(?: detail)?"
    ),
    re.compile(r"uname -a"),
    re.compile(r"cat(?: /(?:etc|proc|sys)/[A-Za-z0-9._/-]++)+"),
    re.compile(r"ip -o (?:link|address)"),
)
"""Commands that print something and change nothing."""

SESSION_COMMANDS = (
    re.compile(r"terminal (?:(?:length|pager|width) [0-9]{1,4}|datadump)"),
    re.compile(r"no page|no paging|no pager|skip-page-display"),
    re.compile(r"screen-length (?:0 temporary|disable)"),
    re.compile(r"set cli (?:screen-length 0|pager off)"),
    re.compile(r"environment (?:no more|more false)"),
)
"""Commands that turn paging off in the session they are typed in, and change nothing else."""

LEAVE_COMMANDS = frozenset({"exit", "quit", "logout"})
"""Commands that end a session."""


def is_read_command(line: str) -> bool:
    """True if `line` only prints something."""
    return any(form.fullmatch(line) for form in READ_COMMANDS)


def is_session_command(line: str) -> bool:
    """True if `line` only turns paging off in its own session."""
    return any(form.fullmatch(line) for form in SESSION_COMMANDS)
