"""A command line in memory, on a clock of its own: it echoes keys, shows pages, asks questions, and takes its time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat

from scanner.protocols.ssh.allow_list import GuardedChannel
from scanner.protocols.ssh.cli_channel import CommandOutput, run_command
from scanner.protocols.ssh.command_steps import Terminal
from scanner.protocols.ssh.deadline import Deadline, SessionClock
from scanner.protocols.ssh.login_prompt import Greeting, wait_for_prompt

SECONDS = 60.0
WAIT = "\x00"
"""Stands in an output for five seconds of silence."""

NO_END = "\x01"
"""Stands at the end of a line that has no line end."""


@dataclass
class Box:
    """A device. `prompt` may be a function of the number of the line. Keys in `turns` show the next page. `echo_first`
    is the time between the echo of an empty line and the prompt. `chunks` are the sizes of reads."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    prompt: str | Callable[[int], str] = "sw1#"
    greeting: str = "\r\nWelcome\r\n"
    pager: str = ""
    page: int = 4
    erase: str = "\r\x1b[K"
    turns: str = " "
    echo: bool = True
    echo_first: float = 0.0
    chunks: Iterator[int] = field(default_factory=lambda: repeat(65_536))
    now: float = 0.0
    lines: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    closed: bool = False
    eof_received: bool = False
    _queue: list[tuple[float, bytes]] = field(default_factory=list)
    _typed: str = ""
    _ahead: str = ""
    _pages: list[str] = field(default_factory=list)
    _free_at: float = 0.0

    def __post_init__(self) -> None:
        self._show(self.greeting)
        self._show(self._prompt())

    def _prompt(self) -> str:
        return self.prompt if isinstance(self.prompt, str) else self.prompt(len(self.lines))

    def _show(self, text: str) -> None:
        self._free_at = max(self._free_at, self.now)
        for at, piece in enumerate(text.split(WAIT)):
            self._free_at += 5.0 if at else 0.0
            if piece:
                self._queue.append((self._free_at, piece.encode("latin-1")))

    def sendall(self, octets: bytes) -> None:
        """Take typed keys. What is typed while an output still comes waits for its end."""
        self._ahead += octets.decode()
        self._work()

    def _work(self) -> None:
        while self._ahead and self._free_at <= self.now:
            key, self._ahead = self._ahead[0], self._ahead[1:]
            self._key(key)

    def _key(self, key: str) -> None:
        if self._pages:
            self.keys.append(key)
            if key in self.turns:
                self._show(self.erase)
                self._next_page(self.page)
            return
        if self.echo:
            self._show("\r\n" if key == "\n" else key)
        if key != "\n":
            self._typed += key
            return
        line, self._typed = self._typed, ""
        self.lines.append(line)
        if line == "" and self.echo_first:
            self._free_at = self.now + self.echo_first
        self._pages = (
            self.outputs.get(line.strip(), "% what?" if line.strip() else "").split("\n") if line.strip() else []
        )
        if self._pages:
            self._next_page(self.page)
        else:
            self._show(self._prompt())

    def show_pages(self, lines: list[str], prompt: str) -> None:
        """Show `lines` in pages, as a long greeting, before the first prompt."""
        self._pages, self.prompt = lines, prompt
        self._next_page(self.page)

    def _next_page(self, size: int) -> None:
        size = size if self.pager else len(self._pages)
        shown, self._pages = self._pages[:size], self._pages[size:]
        self._show("".join(f"{line}\r\n" if not line.endswith(NO_END) else line[:-1] for line in shown))
        self._show(self.pager if self._pages else self._prompt())

    def recv_ready(self) -> bool:
        """True if something is due. Typed keys are worked on now."""
        self._work()
        return bool(self._queue) and self._queue[0][0] <= self.now

    def recv(self, size: int) -> bytes:
        """The next chunk."""
        _, octets = self._queue.pop(0)
        size = min(size, next(self.chunks))
        if octets[size:]:
            self._queue.insert(0, (self.now, octets[size:]))
        return octets[:size]

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def clock(self) -> SessionClock:
        """The time of this device."""
        return SessionClock(lambda: self.now, self._sleep)

    def log_in(self, banner: str = "") -> tuple[GuardedChannel, Greeting]:
        """A guarded channel on this device that stands at its prompt."""
        deadline = Deadline(300.0, self.clock.now)
        channel = GuardedChannel(self, deadline)
        return channel, wait_for_prompt(channel, deadline, 20.0, banner, self.clock)

    def run(self, *commands: str, seconds: float = SECONDS) -> list[CommandOutput]:
        """Log in and run commands, as a session does."""
        channel, greeting = self.log_in()
        channel.permit(commands)
        terminal = Terminal(greeting.prompt, self.clock)
        return [run_command(channel, command, terminal, seconds) for command in commands]
