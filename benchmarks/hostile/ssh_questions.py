"""A command line in memory that does anything to be told more than it may: it asks, pages, changes its prompt, prints
commands, and logs itself out. Time passes only as it is waited for."""

import random
from dataclasses import dataclass, field

from scanner.protocols.ssh.allow_list import ANYWHERE, PAGER_KEY, GuardedChannel, LineRefusedError
from scanner.protocols.ssh.cli_channel import run_command
from scanner.protocols.ssh.command_steps import Terminal
from scanner.protocols.ssh.deadline import Deadline, SessionClock
from scanner.protocols.ssh.login_prompt import NoPromptError, wait_for_prompt
from scanner.protocols.ssh.platforms.loader import load_platforms

SESSION_SECONDS = 200.0

_SAYS = (
    "\r\nsw1#",
    "\r\nsw1(config)#",
    "\r\n<HUAWEI>",
    "\r\n[~HUAWEI]",
    "\r\n --More-- ",
    "\r\n  ---- More ----",
    "\r\nPress any key to continue (Q to quit)",
    "\r\nSave configuration? [Y/N]:",
    "\r\nOverwrite the existing file? (y/n) ",
    "\r\nThe password has expired. Change now? [yes/no]: ",
    "\r\nPassword: ",
    "\r\nNew password: ",
    "\r\nlogin: ",
    "\r\nProceed with reload? [confirm]",
    "\r\nreload\r\nsw1#",
    "\r\nconfigure terminal\r\nsw1#",
    "\r\n% Invalid input\r\nsw1#",
    "\r\n1. Shell\r\n2. Reboot\r\nEnter your choice: ",
    "\r\nenable\r\n",
    "\x1b[2J\x1b[1;1H",
    "\x1b[6n",
    "\x05",
    "\r\nType 'erase' to continue: ",
    "\r\nVRP (R) software, Version 8.1\r\n",
    "\r\nCisco IOS Software, Version 15.2\r\n",
)


@dataclass(slots=True)
class HostileShell:
    """The command line. `typed` is everything that it was sent."""

    rng: random.Random
    now: float = 0.0
    typed: list[bytes] = field(default_factory=list)
    waiting: list[bytes] = field(default_factory=list)
    closed: bool = False
    eof_received: bool = False

    def sendall(self, octets: bytes) -> None:
        """Keep what was typed, and show anything for it."""
        self.typed.append(octets)
        if self.rng.random() < 0.5:
            self.waiting.append(octets.replace(b"\n", b"\r\n"))
        self._show()

    def _show(self) -> None:
        for _ in range(self.rng.randrange(4)):
            self.waiting.append(self.rng.choice(_SAYS).encode("latin-1"))
        if self.rng.random() < 0.6:
            self.waiting.append(b"\r\nsw1#")
        self.closed = self.closed or self.rng.random() < 0.01

    def recv_ready(self) -> bool:
        """True if something is due."""
        return bool(self.waiting)

    def recv(self, size: int) -> bytes:
        """The next piece."""
        octets = self.waiting.pop(0)
        if octets[size:]:
            self.waiting.insert(0, octets[size:])
        return octets[:size]

    def sleep(self, seconds: float) -> None:
        """Time passes; now and then something appears by itself."""
        self.now += max(seconds, 0.05)
        if self.rng.random() < 0.02:
            self._show()


def lines_off_the_list(seed: str) -> tuple[int, list[str]]:
    """How many lines and keys one session sent to a hostile command line, and those that are on no list."""
    rng = random.Random(seed)
    shell = HostileShell(rng)
    shell._show()
    shell.waiting.append(b"\r\nsw1#")
    commands = rng.sample(load_platforms().every_command(), 3)
    _session(shell, commands)
    allowed = {PAGER_KEY.encode(), *(f"{line}\n".encode() for line in (*ANYWHERE, *commands))}
    return len(shell.typed), [f"{octets!r} to a command line" for octets in shell.typed if octets not in allowed]


def _session(shell: HostileShell, commands: list[str]) -> None:
    clock = SessionClock(lambda: shell.now, shell.sleep)
    deadline = Deadline(SESSION_SECONDS, clock.now)
    channel = GuardedChannel(shell, deadline)
    try:
        greeting = wait_for_prompt(channel, deadline, 20.0, "", clock)
    except (NoPromptError, LineRefusedError):
        return
    except Exception as error:  # noqa: BLE001 - a closed session is no flaw here
        shell.typed += [repr(error).encode()] if not hasattr(error, "summary") else []
        return
    channel.permit(commands)
    for command in commands:
        run_command(channel, command, Terminal(greeting.prompt, clock), 30.0)
