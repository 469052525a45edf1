"""An SSH server on loopback that breaks the rules at one step: what the hostile peers are made of."""

import os
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import paramiko
from paramiko.common import MSG_CHANNEL_DATA, MSG_CHANNEL_SUCCESS, MSG_IGNORE

PASSWORD = "canary-S3cret-pass"
PROMPT = "sw1#"
VERSION = (
    "Cisco IOS Software, C3560E Software (C3560E-UNIVERSALK9-M), Version 15.2(4)E7, RELEASE SOFTWARE (fc2)\r\n"
    "cisco WS-C3560X-24P (PowerPC405) processor with 262144K bytes of memory.\r\n"
)

SECONDS = 600.0
"""Seconds after which a peer that stalls or floods ends by itself."""


@dataclass
class Tally:
    """What a peer got: how often a secret, and the lines that were typed."""

    secrets: int = 0
    lines: list[str] = field(default_factory=list)


class Served(paramiko.Transport):  # type: ignore[misc]  # paramiko ships no types
    """One connection of a peer. `before` sees each message and its number among those of its kind before it is sent,
    and may send others, wait, close, or drop it by returning True."""

    def __init__(self, sock: socket.socket, peer: "Behaviour", tally: Tally) -> None:
        super().__init__(sock, strict_kex=False)
        self.peer, self.tally = peer, tally
        self.ended = threading.Event()
        self._seen: Counter[int] = Counter()
        self._acts = False

    def _send_message(self, data: Any) -> None:
        kind = data.asbytes()[0]
        if self.peer.before is not None and not self._acts:
            self._seen[kind] += 1
            self._acts = True
            try:
                if self.peer.before(self, kind, self._seen[kind]):
                    return
            finally:
                self._acts = False
        super()._send_message(data)

    def message(self, kind: int, *fields: int | str | bool | bytes) -> None:
        """Send a message of these fields, whatever the protocol allows now."""
        message = paramiko.Message()
        message.add_byte(bytes([kind]))
        for value in fields:
            if isinstance(value, bool):
                message.add_boolean(value)
            elif isinstance(value, int):
                message.add_int(value)
            else:
                message.add_string(value)
        super()._send_message(message)


Before = Callable[[Served, int, int], bool]
ShellOf = Callable[[Served, paramiko.Channel], None]


@dataclass(frozen=True)
class Behaviour:
    """What a peer does. `opening` takes the bare socket, and the connection is over if it returns True. `login` answers
    a password, `asks` and `asks_again` a keyboard-interactive login. `shell` plays the command line: that of an honest
    switch if it is None."""

    opening: Callable[[socket.socket], bool] | None = None
    before: Before | None = None
    methods: str = "password"
    login: Callable[[Served], int] = lambda _served: paramiko.AUTH_SUCCESSFUL
    asks: tuple[tuple[str, bool], ...] = (("Password: ", False),)
    asks_again: Callable[[Served], Any] = lambda _served: paramiko.AUTH_SUCCESSFUL
    pty: Callable[[Served, int], bool] = lambda _served, _channel: True
    shell: ShellOf | None = None


class _Interface(paramiko.ServerInterface):  # type: ignore[misc]
    def __init__(self, served: Served) -> None:
        self.served = served
        self.asked = threading.Event()

    def get_allowed_auths(self, _user: str) -> str:
        return self.served.peer.methods

    def check_auth_none(self, _user: str) -> int:
        return paramiko.AUTH_FAILED

    def check_auth_publickey(self, _user: str, _key: Any) -> int:
        self.served.tally.secrets += 1
        return self.served.peer.login(self.served)

    def check_auth_password(self, _user: str, password: str) -> int:
        self.served.tally.secrets += bool(password)
        return self.served.peer.login(self.served)

    def check_auth_interactive(self, _user: str, _methods: str) -> Any:
        return paramiko.InteractiveQuery("", "", *self.served.peer.asks)

    def check_auth_interactive_response(self, responses: list[str]) -> Any:
        self.served.tally.secrets += any(responses)
        return self.served.peer.asks_again(self.served)

    def check_channel_request(self, _kind: str, _channel: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)

    def check_channel_pty_request(self, channel: Any, *_size: object) -> bool:
        return self.served.peer.pty(self.served, channel.remote_chanid)

    def check_channel_shell_request(self, _channel: Any) -> bool:
        self.asked.set()
        return True


def serve(peer: Behaviour, key: paramiko.PKey, tally: Tally, address: str = "127.0.0.1") -> int:
    """Serve on an address, or on all of the interface `lo`, until the process ends. Returns the port."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if address == "lo":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    listening.bind(("0.0.0.0" if address == "lo" else address, 0))
    listening.listen(128)

    def accept() -> None:
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_serve_one, args=(client, peer, key, tally), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return int(listening.getsockname()[1])


def _serve_one(client: socket.socket, peer: Behaviour, key: paramiko.PKey, tally: Tally) -> None:
    try:
        if peer.opening is not None and peer.opening(client):
            client.close()
            return
        served = Served(client, peer, tally)
        served.add_server_key(key)
        interface = _Interface(served)
        served.start_server(server=interface)
        channel = served.accept(SECONDS)
        if channel is not None and interface.asked.wait(SECONDS):
            (peer.shell or honest)(served, channel)
    except (OSError, EOFError, paramiko.SSHException, AssertionError):
        client.close()  # the other side has gone, which is what it should do


def line_of(served: Served, channel: paramiko.Channel) -> str:
    """One line as typed, echoed. Raises EOFError."""
    typed = b""
    while (key := channel.recv(1)) not in (b"\r", b"\n"):
        if not key:
            raise EOFError
        typed += key
    channel.sendall(typed + b"\r\n")
    served.tally.lines.append(typed.decode("latin-1"))
    return typed.decode("latin-1")


def honest(
    served: Served,
    channel: paramiko.Channel,
    prompt: str = PROMPT,
    outputs: dict[str, str | ShellOf] | None = None,
    otherwise: str = "% Invalid input\r\n",
) -> None:
    """A command line as a switch has it. An output that is a function writes by itself, the prompt included."""
    known: dict[str, str | ShellOf] = {"show version": VERSION, "": "", "terminal length 0": "", **(outputs or {})}
    channel.sendall("\r\n" + prompt)
    while (line := line_of(served, channel)) != "exit":
        output = known.get(line, otherwise)
        if callable(output):
            output(served, channel)
        else:
            channel.sendall(output + prompt)
    channel.close()


def stall(served: Served) -> None:
    """Say nothing more, and read nothing more where the protocol's own thread stands here."""
    served.ended.wait(SECONDS)


def flood(served: Served, send: Callable[[], None]) -> None:
    """Send for ever, as fast as the other side takes it."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and not served.sock._closed:
        send()


def ignore_flood(served: Served) -> None:
    """SSH_MSG_IGNORE for ever: it is lawful at any time (RFC 4253 section 11.2)."""
    flood(served, lambda: served.message(MSG_IGNORE, b"x" * 30_000))


def data_flood(served: Served, channel: int = 0, octets: bytes = b"x" * 30_000) -> None:
    """Channel data for ever, past the window."""
    flood(served, lambda: served.message(MSG_CHANNEL_DATA, channel, octets))


def trickle(served: Served) -> None:
    """A message that says nothing, five times a second."""
    flood(served, lambda: (served.message(MSG_IGNORE, b""), time.sleep(0.2))[1])


def junk(served: Served) -> None:
    """Octets that are no packet, then silence."""
    served.sock.sendall(os.urandom(4096))
    stall(served)


def huge_packet(served: Served) -> None:
    """The beginning of a packet of two gigabytes, and as much of it as is taken."""
    served.sock.sendall(struct.pack(">IB", 0x7FFFFFF8, 4))
    served.sock.settimeout(SECONDS)
    flood(served, lambda: served.sock.sendall(b"x" * 65536))


def reset(served: Served) -> None:
    """RST: whoever reads gets an error."""
    served.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    served.sock.close()


SECOND_REPLY = (MSG_CHANNEL_SUCCESS, 2)
"""The answer to the request of a shell, after that of a terminal."""
