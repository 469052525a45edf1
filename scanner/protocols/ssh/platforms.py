"""The dialects of network command lines: how each is told apart, what it may be asked, and how it is left.

This is the one table that names platforms. Every line kitscan may ever send to a device by SSH stands here: all of
them only display, and the paging-off commands change nothing but the session they are typed in
(scanner.protocols.ssh.allow_list holds every session to it).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platform:
    """One command line.

    `driver` is netmiko's device type. `tells` is a regular expression over what `version` (the first of `commands`)
    printed. `paging_off` are tried in order until one is not refused. `commands` are sent in this order; what each
    printed is an observation `ssh.command` whose `at` is the command exactly as it stands here.
    """

    platform: str
    driver: str
    tells: str
    commands: tuple[str, ...]
    paging_off: tuple[str, ...]
    leave: str = "exit"

    @property
    def version(self) -> str:
        """The command whose output tells this dialect."""
        return self.commands[0]


_IOS_COMMANDS = ("show version", "show inventory", "show lldp neighbors detail", "show cdp neighbors detail")
_LENGTH_0 = ("terminal length 0",)

PLATFORMS = (
    Platform(
        "huawei_vrp",
        "huawei",
        r"Huawei Versatile Routing Platform|\bVRP \(R\)|HUAWEI VRP",
        (
            "display version",
            "display device",
            "display device manufacture-info",
            "display esn",
            "display elabel brief",
            "display elabel",
            "display transceiver verbose",
            "display lldp neighbor",
        ),
        ("screen-length 0 temporary",),
        "quit",
    ),
    Platform(
        "hp_comware",
        "hp_comware",
        r"\bComware\b",
        (
            "display version",
            "display device",
            "display device manuinfo",
            "display transceiver interface",
            "display transceiver manuinfo interface",
            "display lldp neighbor-information verbose",
        ),
        ("screen-length disable",),
        "quit",
    ),
    Platform(
        "zte_zxros",
        "zte_zxros",
        r"\bZTE\b|\bZXR10\b|\bZXCTN\b|\bZXROS\b",
        ("show version", "show hardware", "show opticalinfo brief", "show lldp neighbor", "show lldp entry"),
        _LENGTH_0,
    ),
    Platform(
        "cisco_nxos",
        "cisco_nxos",
        r"Nexus Operating System|\bNX-OS\b",
        (
            "show version",
            "show inventory",
            "show interface transceiver",
            "show lldp neighbors detail",
            "show cdp neighbors detail",
        ),
        _LENGTH_0,
    ),
    Platform("cisco_xr", "cisco_xr", r"\bIOS[ -]?XR\b", _IOS_COMMANDS, _LENGTH_0),
    Platform(
        "cisco_xe",
        "cisco_xe",
        r"\bIOS[ -]XE\b|Cisco IOS Software \[[A-Z][a-z]+\]",
        _IOS_COMMANDS,
        _LENGTH_0,
    ),
    Platform(
        "cisco_ios",
        "cisco_ios",
        r"\bCisco IOS Software\b|\bIOS \(tm\)|\bCisco Internetwork Operating System\b",
        _IOS_COMMANDS,
        _LENGTH_0,
    ),
    Platform(
        "juniper_junos",
        "juniper_junos",
        r"(?im)^[ \t]*junos:|\bJUNOS (Software|OS|Base|Kernel)",
        ("show version", "show chassis hardware", "show lldp neighbors"),
        ("set cli screen-length 0",),
    ),
    Platform(
        "arista_eos",
        "arista_eos",
        r"(?m)^[ \t]*Arista\b",
        ("show version", "show inventory", "show lldp neighbors detail"),
        _LENGTH_0,
    ),
    Platform(
        "nokia_sros",
        "nokia_sros",
        r"\bTiMOS-",
        ("show version", "show chassis", "show card detail", "show mda detail", "show system lldp neighbor"),
        ("environment no more", "environment more false"),
        "logout",
    ),
    Platform(
        "linux",
        "linux",
        r"(?m)^Linux \S+ ",
        (
            "uname -a",
            "cat /etc/os-release",
            "cat /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name /sys/class/dmi/id/board_vendor",
            "ip -o link",
        ),
        (),
    ),
)

DETECTION_COMMANDS = ("show version", "display version", "uname -a")
"""What may be sent before the dialect is known."""

_SHELL_PROMPT = re.compile(r"[$%]$|(^|[:\s])[~/][^>]*#$|^\[.*\]#$|^\S*sh-[\d.]+#$")
"""A Unix shell: `user@host:~$`, `root@host:/etc#`, `[root@host log]#`, `bash-5.1#`, `%`."""

_DISPLAY_HINT = re.compile(r"(?i)^(HRP_\w*)?[<\[]|^SSH-[\d.]+-(HUAWEI|VRP|Comware|H3C|HPE?)\b")
"""Prompts in angle brackets, and identification strings, of the command lines that say `display` for `show`."""


def detection_commands(ident: str, prompt: str) -> tuple[str, ...]:
    """The commands to ask in turn until one tells the dialect, likeliest first: at most two."""
    show, display, unix = DETECTION_COMMANDS
    if _SHELL_PROMPT.search(prompt):
        return (unix, show)
    if _DISPLAY_HINT.search(ident) or _DISPLAY_HINT.search(prompt):
        return (display, show)
    return (show, display)


def detect(question: str, output: str) -> Platform | None:
    """The dialect that answers `question` with such an output, or None."""
    asked = (dialect for dialect in PLATFORMS if dialect.version == question)
    return next((dialect for dialect in asked if re.search(dialect.tells, output)), None)


def every_command() -> tuple[str, ...]:
    """All that may be sent to a device whose dialect is not known yet: the union over the table, in its order."""
    lines = (line for d in PLATFORMS for line in (*d.paging_off, *d.commands, d.leave))
    return tuple(dict.fromkeys((*DETECTION_COMMANDS, *lines)))
