"""The gate below netmiko: everything sent to a device in a session passes here, and only allow-listed lines do.

A line that is not permitted raises an error and is never sent, whoever wrote it: kitscan or a library's driver.
"""

from collections.abc import Iterable
from typing import Protocol

from fingerprints.model.errors import KitscanError
from fingerprints.model.recording import MAX_OUTPUT
from scanner.protocols.ssh.deadline import Deadline

PAGER_KEY = " "
"""The key that makes a pager show its next page. Nothing else is ever sent without a line end."""

ANYWHERE = ("", "N")
"""Lines that may be sent at any time: the empty line, and No to a question."""


TIME_OVER = "the time for this device is over"


class LineRefusedError(KitscanError):
    """Something tried to send a line that is in no allow-list."""


class SessionClosedError(KitscanError):
    """The device ended the session."""


class BudgetSpentError(KitscanError):
    """The device sent more, or took longer, than one session is allowed."""


class ShellChannel(Protocol):
    """The part of paramiko's session channel that a session uses."""

    def sendall(self, octets: bytes) -> None:
        """Send all octets."""
        ...

    def recv_ready(self) -> bool:
        """True if octets are waiting."""
        ...

    def recv(self, size: int) -> bytes:
        """At most `size` octets; none means the end."""
        ...

    @property
    def closed(self) -> bool:
        """True if the channel has ended."""
        ...

    @property
    def eof_received(self) -> bool:
        """True if the device will send no more."""
        ...


class GuardedChannel:
    """A channel in netmiko's sense (write_channel, read_buffer, read_channel): text of one character an octet.

    `permit` sets the lines that may be sent. `begin` starts a command with a budget of `limit` octets.
    """

    def __init__(self, shell: ShellChannel, deadline: Deadline) -> None:
        self._shell = shell
        self._deadline = deadline
        self._permitted = frozenset(ANYWHERE)
        self._limit, self._size = MAX_OUTPUT, 0
        self._ended = False

    def permit(self, lines: Iterable[str]) -> None:
        """Allow only these lines from now on, besides the empty line, No and the pager key."""
        self._permitted = frozenset((*ANYWHERE, *lines))

    def end(self) -> None:
        """Send nothing more, not even a line that is permitted: the device waits for what kitscan does not give."""
        self._ended = True

    def begin(self, limit: int = MAX_OUTPUT) -> None:
        """Start a new command: its output counts from zero."""
        self._limit, self._size = limit, 0

    def write_channel(self, out_data: str) -> None:
        """Send one line with its line end, or the pager key. Raises LineRefusedError for anything else."""
        if out_data != PAGER_KEY and not (out_data.endswith("\n") and out_data[:-1] in self._permitted):
            raise LineRefusedError(f"refused to send {out_data!r}: it is in no allow-list")
        if self._ended:
            raise SessionClosedError("nothing more is sent in this session")
        try:
            self._shell.sendall(out_data.encode("ascii"))
        except OSError as error:
            raise SessionClosedError("the device closed the session") from error

    def read_buffer(self) -> str:
        """What is waiting, or nothing. Raises BudgetSpentError, or SessionClosedError if nothing more can come."""
        if self._deadline.spent:
            raise BudgetSpentError(TIME_OVER)
        if self._size >= self._limit:
            raise BudgetSpentError(f"the output is longer than {self._limit} octets")
        if not self._shell.recv_ready():
            if self._shell.closed or self._shell.eof_received:
                raise SessionClosedError("the device closed the session")
            return ""
        octets = self._shell.recv(min(65_536, self._limit - self._size))
        if not octets:
            raise SessionClosedError("the device closed the session")
        self._size += len(octets)
        return octets.decode("latin-1")

    def read_channel(self) -> str:
        """One buffer of what is waiting, at most: an endless output cannot hold the reader."""
        return self.read_buffer()
