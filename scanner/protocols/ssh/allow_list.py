"""The gate below the driver: every octet sent to a device in a session passes here, and only known lines do.

A line that was not permitted raises and is never sent, whoever wrote it: our own code, or a library's driver.
"""

from collections.abc import Iterable
from typing import Protocol

from fingerprints.model.errors import KitscanError
from fingerprints.model.recording import MAX_OUTPUT
from scanner.protocols.ssh.deadline import Deadline

PAGER_KEY = " "
"""What makes a pager show its next page; the only thing ever sent that is not a line."""

ANYWHERE = ("", "N")
"""What may be sent at any time: the empty line, and No to a question."""


class LineRefusedError(KitscanError):
    """Something tried to send a line that stands in no allow list."""


class SessionClosedError(KitscanError):
    """The device ended the session."""


class BudgetSpentError(KitscanError):
    """The device said more, or took longer, than one session is allowed."""


class Wire(Protocol):
    """What is needed of an SSH session channel, as paramiko's Channel has it."""

    def sendall(self, octets: bytes) -> None:
        """Send them all."""
        ...

    def recv_ready(self) -> bool:
        """Whether octets are waiting."""
        ...

    def recv(self, size: int) -> bytes:
        """At most `size` octets; none at all means the end."""
        ...

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        ...

    @property
    def eof_received(self) -> bool:
        """Whether the device will send no more."""
        ...


class GuardedChannel:
    """A channel in netmiko's sense (write_channel, read_buffer, read_channel), as text of one character an octet.

    `permit` replaces the set of lines that may be sent. `begin` starts a command's budget of `limit` octets; what
    came since stays at hand in `heard`, also where reading ended in an error.
    """

    def __init__(self, wire: Wire, clock: Deadline) -> None:
        self._wire = wire
        self._clock = clock
        self._permitted = frozenset(ANYWHERE)
        self._limit = MAX_OUTPUT
        self._heard: list[str] = []
        self._size = 0

    def permit(self, lines: Iterable[str]) -> None:
        """From now on only these lines may be sent, besides the empty line, No and the pager key."""
        self._permitted = frozenset((*ANYWHERE, *lines))

    def begin(self, limit: int = MAX_OUTPUT) -> None:
        """A new command is to be sent: its output counts from nought."""
        self._limit, self._size = limit, 0
        self._heard.clear()

    def heard(self) -> str:
        """All that came since `begin`."""
        return "".join(self._heard)

    def write_channel(self, out_data: str) -> None:
        """Send one line with its line end, or the pager key. Raises LineRefusedError for anything else."""
        if out_data != PAGER_KEY and not (out_data.endswith("\n") and out_data[:-1] in self._permitted):
            raise LineRefusedError(f"refused to send {out_data!r}: it is in no allow list")
        try:
            self._wire.sendall(out_data.encode("ascii"))
        except OSError as error:
            raise SessionClosedError("the device closed the session") from error

    def read_buffer(self) -> str:
        """What waits, or nothing. Raises BudgetSpentError, and SessionClosedError when nothing more can come."""
        if self._clock.spent:
            raise BudgetSpentError("the time for this device is over")
        if self._size >= self._limit:
            raise BudgetSpentError(f"the output is longer than {self._limit} octets")
        if not self._wire.recv_ready():
            if self._wire.closed or self._wire.eof_received:
                raise SessionClosedError("the device closed the session")
            return ""
        octets = self._wire.recv(min(65_536, self._limit - self._size))
        if not octets:
            raise SessionClosedError("the device closed the session")
        text = octets.decode("latin-1")
        self._heard.append(text)
        self._size += len(octets)
        return text

    def read_channel(self) -> str:
        """All that waits at one look: at most one buffer, so that an endless output cannot hold the reader."""
        return self.read_buffer()
