"""Accepts the connections of all simulated SSH servers, in one thread, and identifies itself at once.

A device has a processor of its own, and sends its identification string (RFC 4253 section 4.2) within milliseconds. So
this thread sends it, and a session with its threads begins only when the client has answered.
"""

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from scanner.simulator.device import Ssh
from scanner.simulator.sockets import PortRefusedError, SocketPlace, bind, here

MAX_SESSIONS = 64
"""Sessions at once. Another client waits, as at a device whose lines are all taken."""

MAX_CALLERS = 4_096
"""Connections that wait for their client or for a session. Another is closed at once."""

IDLE_SECONDS = 60.0

_POLL_SECONDS = 0.05
"""How soon a waiting client gets a session that became free."""


@dataclass(frozen=True, slots=True)
class SimulatedHost:
    """One server: where it listens, how what it plays is found, and the login that it accepts.

    `play` is called once a connection, in a thread. `key_seed` is 32 octets of which its host key is made, so that it
    has the same one the next time; without them it has a random one.
    """

    address: str
    port: int
    play: Callable[[], Ssh]
    user: str
    password: str = field(repr=False)
    key_seed: bytes = field(default=b"", repr=False)


class IdentifiedSocket:
    """A connection on which the identification string was sent: the library's own is not sent again."""

    def __init__(self, sock: socket.socket, sent: bytes) -> None:
        self._sock, self._sent = sock, sent

    def send(self, octets: bytes) -> int:
        """As a socket's, without what was sent already."""
        if self._sent and self._sent.startswith(octets[: len(self._sent)]):
            count = min(len(octets), len(self._sent))
            self._sent = self._sent[count:]
            return count
        return self._sock.send(octets)

    def __getattr__(self, name: str) -> Any:  # everything else is the socket's own
        return getattr(self._sock, name)


@dataclass(frozen=True, slots=True, eq=False)
class _Caller:
    """A connection whose client has not answered yet, or waits for a session."""

    sock: socket.socket
    host: SimulatedHost
    ssh: Ssh
    sent: bytes
    since: float


Session = Callable[[IdentifiedSocket, SimulatedHost, Ssh], None]
"""Serves one connection to its end, in a thread of its own."""


@contextmanager
def accepting(hosts: Sequence[SimulatedHost], session: Session, where: SocketPlace = here) -> Iterator[None]:
    """Accept connections for these servers until the block ends. Raises PortRefusedError."""
    stop, stopped = socket.socketpair()
    with selectors.DefaultSelector() as selector, stop, stopped:
        try:
            for host in hosts:
                selector.register(_listening(host, where), selectors.EVENT_READ, host)
            selector.register(stopped, selectors.EVENT_READ)
            acceptor = _Acceptor(selector, session)
            thread = threading.Thread(target=acceptor.run, name="simulated-ssh", daemon=True)
            thread.start()
            try:
                yield
            finally:
                stop.send(b".")
                thread.join(5.0)
        finally:
            for key in list(selector.get_map().values()):
                if isinstance(key.fileobj, socket.socket):
                    key.fileobj.close()


@dataclass(slots=True)
class _Acceptor:
    selector: selectors.BaseSelector
    session: Session
    places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(MAX_SESSIONS))
    silent: dict[_Caller, None] = field(default_factory=dict)
    """Callers whose client has sent nothing yet, the oldest first."""
    ready: deque[_Caller] = field(default_factory=deque)

    def run(self) -> None:
        while True:
            for key, _ in self.selector.select(_POLL_SECONDS if self.ready else IDLE_SECONDS):
                match key.data:
                    case SimulatedHost():
                        self._accept(key.fileobj, key.data)  # type: ignore[arg-type] # only sockets are registered
                    case _Caller():
                        self.selector.unregister(key.fileobj)
                        del self.silent[key.data]
                        self._readable(key.data)
                    case _:
                        return
            self._start_sessions()
            self._drop_idle(time.monotonic() - IDLE_SECONDS)

    def _accept(self, listening: socket.socket, host: SimulatedHost) -> None:
        with suppress(OSError):  # the client hung up before it was answered
            sock, _ = listening.accept()
            if len(self.silent) + len(self.ready) >= MAX_CALLERS:
                sock.close()
                return
            sock.setblocking(False)
            ssh = host.play()
            sent = f"SSH-2.0-{ssh.ident}\r\n".encode()
            sock.sendall(sent)
            caller = _Caller(sock, host, ssh, sent, time.monotonic())
            self.selector.register(sock, selectors.EVENT_READ, caller)
            self.silent[caller] = None

    def _readable(self, caller: _Caller) -> None:
        """A client that hangs up after it has read the identification string needs no session."""
        with suppress(OSError):
            if caller.sock.recv(1, socket.MSG_PEEK):
                self.ready.append(caller)
                return
        caller.sock.close()

    def _start_sessions(self) -> None:
        while self.ready and self.places.acquire(blocking=False):
            caller = self.ready.popleft()
            name = f"simulated-ssh-{caller.host.address}"
            threading.Thread(target=self._serve, args=(caller,), name=name, daemon=True).start()

    def _serve(self, caller: _Caller) -> None:
        try:
            self.session(IdentifiedSocket(caller.sock, caller.sent), caller.host, caller.ssh)
        finally:
            caller.sock.close()
            self.places.release()

    def _drop_idle(self, before: float) -> None:
        while self.silent and (caller := next(iter(self.silent))).since <= before:
            self.selector.unregister(caller.sock)
            del self.silent[caller]
            caller.sock.close()


def _listening(host: SimulatedHost, where: SocketPlace) -> socket.socket:
    with where(host.address):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bind(sock, host.address, host.port, "tcp")
        sock.listen(16)
    except PortRefusedError:
        sock.close()
        raise
    return sock
