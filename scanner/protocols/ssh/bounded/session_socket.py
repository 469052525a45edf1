"""The socket below an SSH connection: it ends with the deadline, and when the server sends more than it may."""

import socket
import threading
from contextlib import suppress
from enum import Enum, auto
from typing import Any

from scanner.protocols.ssh.deadline import Deadline

MAX_PACKET = 256 * 1024
"""Octets of one packet. RFC 4253 section 6.1 asks for 35,000; OpenSSH takes 256 KiB."""

HANDSHAKE_OCTETS = 128 * 1024
"""Octets until the keys are exchanged: a KEXINIT of the greatest size three times over."""

SESSION_OCTETS = 1024 * 1024
"""Octets after that which are no output of a session: banners, new keys, replies, keepalives. An honest session takes
some kilobytes."""


class SocketEnd(Enum):
    """Why nothing more can be read: the server closed, the time is over, or the server sent more than it may."""

    CLOSED = auto()
    TIME = auto()
    FLOOD = auto()


class SessionSocket:
    """A socket in the sense of paramiko over a TCP socket or a tunnel. Everything that waits for it wakes once it ends.

    `grant` adds to the octets that the server may send. `deadline` is None for a connection that many sessions share.
    """

    def __init__(self, inner: Any, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline: Deadline | None = deadline
        self._left = HANDSHAKE_OCTETS
        self._lock = threading.Lock()
        self._closed = False  # paramiko reads it
        self.end: SocketEnd | None = None

    def grant(self, octets: int) -> None:
        """Let the server send so many octets more."""
        with self._lock:
            self._left += octets

    def outlive(self) -> None:
        """Do not end with the deadline any more."""
        self._deadline = None

    def give_up(self, why: SocketEnd) -> None:
        """End now, from any thread, without waiting. The first reason counts."""
        self.end = self.end or why
        if isinstance(self._inner, socket.socket):
            with suppress(OSError):  # the server was faster
                self._inner.shutdown(socket.SHUT_RDWR)

    def settimeout(self, seconds: float) -> None:
        """See socket.socket. paramiko asks for a tenth of a second: so soon a wait notices the end."""
        self._inner.settimeout(seconds)

    def recv(self, size: int) -> bytes:
        """At most `size` octets; none means the end."""
        if self._is_over():
            return b""
        if size > MAX_PACKET or self._left <= 0:
            self.give_up(SocketEnd.FLOOD)
            return b""
        try:
            octets: bytes = self._inner.recv(size)
        except TimeoutError:
            raise
        except OSError:
            self.end = self.end or SocketEnd.CLOSED
            raise
        if not octets:
            self.end = self.end or SocketEnd.CLOSED
        self.grant(-len(octets))
        return octets

    def send(self, octets: bytes) -> int:
        """Send some of the octets; how many. Raises OSError after the end."""
        if self._is_over():
            raise BrokenPipeError("the session has ended")
        return int(self._inner.send(octets))

    def close(self) -> None:
        """Close the socket below."""
        self._closed = True
        self._inner.close()

    def _is_over(self) -> bool:
        if self.end is None and self._deadline is not None and self._deadline.spent:
            self.give_up(SocketEnd.TIME)
        return self.end is not None
