"""The only forms a command in a platform file may have. The loader refuses a file that holds any other.

kitscan only reads. These forms print something, or concern only the session they are typed in. Extend a form here, in
code review, before a platform file can use it.
"""

import re

_WORDS = r"(?: [A-Za-z0-9][A-Za-z0-9./:_-]*+)*"
"""Plain arguments: no pipe, redirection, separator, quote, assignment or line end."""

READ_COMMANDS = (
    re.compile(rf"(?:show|display){_WORDS}"),
    # FortiOS and ScreenOS
    re.compile(r"get (?:system(?: status| ha status| interface transceiver)?|hardware status)"),
    # RouterOS: what is asked is print, or one reading of a monitor; [find] names all interfaces
    re.compile(
        r"/(?:system (?:resource|routerboard|license|identity|package)|interface(?: ethernet)?|ip neighbor) print"
        r"(?: detail)?(?: without-paging)?"
    ),
    re.compile(r"/interface (?:ethernet|lte) (?:monitor|info) \[find\] once"),
    # Ciena SAOS 6: the verb comes last
    re.compile(r"(?:software|chassis|port xcvr) show|lldp show neighbors"),
    # Brocade Fabric OS: one word each
    re.compile(r"version|chassisshow|switchshow|sfpshow -all"),
    # Nokia SR Linux
    re.compile(r"info from state interface \* transceiver"),
    # shells
    re.compile(r"uname -a"),
    re.compile(r"cat /etc/(?:os-release|version|board\.info)|cat /proc/device-tree/model"),
    re.compile(r"cat(?: /sys/class/dmi/id/[a-z_]++)+"),
    re.compile(r"ip -o (?:link|address)"),
    re.compile(r"lldpctl|decode-syseeprom"),
    re.compile(r"(?:nv|net) show (?:platform|system|version)"),
    re.compile(r"tmsh show sys (?:version|hardware)"),
)
"""Commands that print something and change nothing."""

NEVER_READ = re.compile(
    r"(?i)\b(?:tech\w*|support\w*|diag\w*|debug\w*|log\w*|core\w*|dump\w*|test\w*|monitor(?! \[find\] once$)"
    r"|(?<!version-)run\w*|start\w*|saved?|sav\w+|curr\w*|conf\w*"
    r"|secrets?|passwords?|keys?|certificates?|crypto|pki|ipsec|ike|users?|accounts?|communit\w*|snmp\w*|aaa|radius|tacacs|ppp\w*"
    r"|routes?|routing|router|rib|fib|bgp|ospf|arp|mac-address\S*|sessions?|flows?|conn\w*|xlate|nat"
    r"|all-interfaces|refresh|continuous|interval|repeat)\b"
)
"""Words that no read command may hold: such a command prints secrets or a big table, writes a file, tests hardware,
takes minutes, or prints again and again."""

SESSION_COMMANDS = (
    re.compile(r"terminal (?:(?:length|pager|width) [0-9]{1,4}|datadump|more disable|page-break disable)"),
    re.compile(r"no page|no paging|no pager|skip-page-display|more off"),
    re.compile(r"screen-length (?:0 temporary|disable)"),
    re.compile(r"scroll [0-9]{1,3}"),
    re.compile(r"set cli (?:screen-length 0|pager off)"),
    re.compile(r"set (?:terminal length 0|session more off|clienv rows 0)"),
    re.compile(r"system shell session set more off"),
    re.compile(r"no cli session paging enable"),
    re.compile(r"environment (?:no more|more false)"),
)
"""Commands that turn paging off in the session they are typed in, and change nothing else."""

LEAVE_COMMANDS = frozenset({"exit", "quit", "logout"})
"""Commands that end a session."""


def is_read_command(line: str) -> bool:
    """True if `line` only prints something."""
    return not NEVER_READ.search(line) and any(form.fullmatch(line) for form in READ_COMMANDS)


def is_session_command(line: str) -> bool:
    """True if `line` only turns paging off in its own session."""
    return any(form.fullmatch(line) for form in SESSION_COMMANDS)
