"""A command line in memory, on a clock of its own, that refuses, cuts, stalls and goes on after its prompt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scanner.protocols.ssh.deadline import SessionClock


@dataclass(frozen=True, slots=True)
class Pause:
    """So many seconds of silence in an output."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hangup:
    """The device closes the session."""


Piece = str | Pause | Hangup
Output = tuple[Piece, ...]


@dataclass
class FaultyShell:
    """A shell channel (`ShellChannel`). Each line typed is worked on after all that was typed before it; a prompt
    follows each output. `echo` tells if a line is shown before it is worked on."""

    outputs: Mapping[str, Output]
    prompt: str = "nx-1# "
    echo: bool = True
    unknown: str = "% Invalid command\r\n"
    time: float = 0.0
    closed: bool = False
    eof_received: bool = False
    _queue: list[tuple[float, bytes]] = field(default_factory=list)
    _free_at: float = 0.0
    _typed: str = ""
    _ends_at: float | None = None

    def __post_init__(self) -> None:
        self._show((f"\r\n{self.prompt}",))

    def sendall(self, octets: bytes) -> None:
        """Take typed keys."""
        *lines, self._typed = (self._typed + octets.decode()).split("\n")
        for line in lines:
            self._free_at = max(self._free_at, self.time)
            echo = f"{line}\r\n" if self.echo else ""
            if line == "exit":
                self._show((echo, Hangup()))
                continue
            output = self.outputs.get(line.strip(), (self.unknown,) if line.strip() else ())
            self._show((echo, *output, self.prompt))

    def _show(self, output: Output) -> None:
        for piece in output:
            match piece:
                case Pause(seconds):
                    self._free_at += seconds
                case Hangup():
                    self._ends_at = self._free_at if self._ends_at is None else min(self._ends_at, self._free_at)
                case str() if piece and (self._ends_at is None or self._free_at < self._ends_at):
                    self._queue.append((self._free_at, piece.encode("latin-1")))

    def recv_ready(self) -> bool:
        """True if something is due."""
        is_due = bool(self._queue) and self._queue[0][0] <= self.time
        if not is_due and self._ends_at is not None and self._ends_at <= self.time:
            self.closed = True
        return is_due

    def recv(self, size: int) -> bytes:
        """The next octets."""
        at, octets = self._queue.pop(0)
        if octets[size:]:
            self._queue.insert(0, (at, octets[size:]))
        return octets[:size]

    def _sleep(self, seconds: float) -> None:
        self.time += seconds

    @property
    def clock(self) -> SessionClock:
        """The time of this device."""
        return SessionClock(lambda: self.time, self._sleep)
