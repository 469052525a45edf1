"""paramiko's client, with bounds where the library has none. The only importer of paramiko.

Import it late: it takes a tenth of a second.
"""

import io
import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import paramiko
from paramiko.auth_handler import AuthHandler
from paramiko.channel import Channel
from paramiko.common import (
    MSG_CHANNEL_DATA,
    MSG_CHANNEL_EXTENDED_DATA,
    MSG_EXT_INFO,
    MSG_SERVICE_ACCEPT,
    MSG_UNIMPLEMENTED,
)

from scanner.credentials.secret import Secret
from scanner.protocols.ssh.allow_list import BudgetSpentError
from scanner.protocols.ssh.bounded.session_socket import SessionSocket, SocketEnd
from scanner.protocols.ssh.deadline import Deadline

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # keeps its error lines off stderr without logging

IncompatiblePeer = paramiko.IncompatiblePeer

MAX_ROUNDS = 3
"""Requests of one keyboard-interactive login (RFC 4256 section 3.2): a notice, the password, a notice."""

MAX_EXTENSIONS = 64
"""Extensions that a server may name (RFC 8308)."""

_PACKET_OCTETS = 128
"""Octets of a packet besides its data: length, padding, header and MAC."""

_WINDOWS = 2
"""Windows that a channel may hold unread. An honest server keeps to one (RFC 4254 section 5.2)."""


class UnansweredError(paramiko.SSHException):  # type: ignore[misc]  # paramiko ships no types
    """The server asked what a login does not answer."""


class UnsentError(Exception):
    """A login was not sent: no signature algorithm is known to both."""


def _bounded(feed: Callable[[Any, Any], None], channel: Any, message: Any) -> None:
    """Take data of a channel. Output that somebody reads costs no allowance; a server that ignores the window ends."""
    octets = len(message.asbytes()) - 8
    feed(channel, message)
    transport = channel.transport
    if octets > 0:
        transport.sock.grant(octets + _PACKET_OCTETS)
    if len(channel.in_buffer) + len(channel.in_stderr_buffer) > _WINDOWS * channel.in_window_size:
        transport.sock.give_up(SocketEnd.FLOOD)
        raise paramiko.SSHException("the server ignores the window of its channel")


class Transport(paramiko.Transport):  # type: ignore[misc]
    """A transport over a SessionSocket. `stop_now` ends it from any thread without waiting."""

    sock: SessionSocket
    _channel_handler_table: Mapping[int, Callable[[Any, Any], None]] = {
        **paramiko.Transport._channel_handler_table,
        MSG_CHANNEL_DATA: partial(_bounded, Channel._feed),
        MSG_CHANNEL_EXTENDED_DATA: partial(_bounded, Channel._feed_extended),
    }

    def __init__(self, sock: SessionSocket) -> None:
        super().__init__(sock)
        self._handler_table[MSG_EXT_INFO] = self._parse_few_extensions
        self._handler_table[MSG_UNIMPLEMENTED] = self._parse_unimplemented

    def stop_now(self) -> None:
        """End every wait: paramiko's own look at `active` ten times a second."""
        self.active = False
        self.sock.give_up(SocketEnd.TIME)

    def _parse_unimplemented(self, _message: Any) -> None:
        if self.auth_handler is not None:
            self.auth_handler.hear()

    def _parse_few_extensions(self, message: Any) -> None:
        if paramiko.Message(message.asbytes()).get_int() > MAX_EXTENSIONS:
            raise paramiko.SSHException("too many extensions")
        self._parse_ext_info(message)


class Authenticator(AuthHandler):  # type: ignore[misc]
    """The client side of RFC 4252, for several methods one after the other, of which one may send a secret, once.

    It requests the service once (RFC 4253 section 10): strict hosts hang up on a second request. `secret_sent` is True
    once a password or a signature has gone out, `heard` once the server said anything of the login after that.
    """

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self.secret_sent = self.heard = False
        self._requested = self._accepted = False
        self._rounds = 0

    def send(self, request: Callable[[threading.Event], None]) -> threading.Event:
        """Send a request; the event is set when its answer has come. Raises UnsentError."""
        answered = threading.Event()
        try:
            request(answered)
        except paramiko.AuthenticationException as error:
            raise UnsentError("no signature algorithm in common") from error
        return answered

    def methods_after_none(self, user: str) -> list[str] | None:
        """The methods that the host offers this user (RFC 4252 section 5.2), or None if it requires no login."""
        try:
            self.wait_for_response(self.send(partial(self.auth_none, user)))
        except paramiko.BadAuthenticationType as error:
            return [str(method)[:40] for method in error.allowed_types[:10]] or ["none"]
        return None

    def request_by_key(self, user: str, key: Any) -> list[str]:
        """Offer a key. The methods still required; empty means accepted."""
        return list(self.wait_for_response(self.send(partial(self.auth_publickey, user, key))))

    def request_by_password(self, user: str, password: Secret) -> list[str]:
        """Offer a password by the method `password`."""
        return list(self.wait_for_response(self.send(partial(self.auth_password, user, password.reveal()))))

    def request_interactively(self, user: str, password: Secret) -> list[str]:
        """Offer a password to the first request with one hidden field (RFC 4256)."""
        return list(self.wait_for_response(self.send(partial(self.auth_interactive, user, password))))

    def hear(self) -> None:
        """Note that the server answered: whatever it says after a secret but success is a refusal."""
        self.heard = self.heard or self.secret_sent

    @property
    def _client_handler_table(self) -> dict[int, Callable[[Any], None]]:
        return {kind: partial(self._hear, kind) for kind in super()._client_handler_table}

    def _hear(self, kind: int, message: Any) -> None:
        if kind == MSG_SERVICE_ACCEPT and (self._accepted or not self._requested):
            raise paramiko.SSHException("the service was accepted twice: the login would be sent twice")
        self._accepted = self._accepted or kind == MSG_SERVICE_ACCEPT
        self.hear()
        super()._client_handler_table[kind](message)

    def _request_auth(self) -> None:
        if not self._requested:
            self._requested = True
            super()._request_auth()
            return
        accepted = paramiko.Message()
        accepted.add_string("ssh-userauth")
        accepted.rewind()
        self._parse_service_accept(accepted)

    def _parse_service_accept(self, message: Any) -> None:
        by_key = self.auth_method == "publickey"
        if by_key:  # raises if nothing can be sent
            self._finalize_pubkey_algorithm(self._get_key_type_and_bits(self.private_key)[0])
        self.secret_sent = by_key or self.auth_method == "password"
        super()._parse_service_accept(message)

    def _parse_userauth_info_request(self, message: Any) -> None:
        if self.auth_method != "keyboard-interactive":
            raise paramiko.SSHException("an answer that belongs to another method")
        self._rounds += 1
        for _ in ("name", "instruction", "language"):
            message.get_string()
        fields = message.get_int()
        if self._rounds > MAX_ROUNDS or fields > 1:
            raise UnansweredError("it asks for more than a password")
        answer = paramiko.Message()
        answer.add_byte(bytes([61]))  # SSH_MSG_USERAUTH_INFO_RESPONSE
        answer.add_int(fields)
        if fields:
            message.get_string()
            if message.get_boolean() or self.secret_sent:
                raise UnansweredError("it asks for something besides a hidden password")
            self.secret_sent = True
            answer.add_string(self.interactive_handler.reveal())
        self.transport._send_message(answer)


class TerminalChannel:
    """A session channel with a terminal too wide for lines to wrap: the part of it that a session uses."""

    def __init__(self, transport: Transport, window: int, seconds: float, deadline: Deadline) -> None:
        """Raises paramiko's errors, or TimeoutError if an answer does not come within `seconds`."""
        self._transport = transport
        channel: Any = transport.open_session(window_size=window, timeout=deadline.left(seconds))
        channel._wait_for_event = partial(_wait_for_reply, channel, lambda: deadline.left(seconds))
        channel.settimeout(deadline.left(seconds))
        channel.set_combine_stderr(True)
        channel.get_pty(term="vt100", width=511, height=1000)
        channel.invoke_shell()
        self._channel = channel

    def sendall(self, octets: bytes) -> None:
        """Send all octets. Raises OSError after the end, or if the device reads nothing."""
        try:
            self._channel.sendall(octets)
        except (EOFError, paramiko.SSHException) as error:
            raise BrokenPipeError("the session has ended") from error

    def recv_ready(self) -> bool:
        """True if octets are waiting. Raises BudgetSpentError if the server sent more than it may."""
        if self._transport.sock.end is SocketEnd.FLOOD:
            raise BudgetSpentError("it sent more than a session reads")
        return bool(self._channel.recv_ready())

    def recv(self, size: int) -> bytes:
        """At most `size` octets; none means the end."""
        try:
            return bytes(self._channel.recv(size))
        except (EOFError, OSError, paramiko.SSHException):
            return b""

    @property
    def closed(self) -> bool:
        """True if the channel has ended."""
        return bool(self._channel.closed)

    @property
    def eof_received(self) -> bool:
        """True if the device will send no more."""
        return bool(self._channel.eof_received)

    def close(self) -> None:
        """End the channel."""
        self._channel.close()


def _wait_for_reply(channel: Any, seconds: Callable[[], float]) -> None:
    """What paramiko does for ever: wait for the answer to a channel request (RFC 4254 section 5.4)."""
    if not channel.event.wait(seconds()):
        raise TimeoutError("no answer to a channel request")
    if not channel.event_ready:
        raise channel.transport.get_exception() or paramiko.SSHException("the channel was closed")


def private_key_of(algorithm: str, pem: str) -> Any:
    """A key as a paramiko object: ed25519, ecdsa or rsa."""
    kinds = {"ed25519": paramiko.Ed25519Key, "ecdsa": paramiko.ECDSAKey, "rsa": paramiko.RSAKey}
    return kinds[algorithm].from_private_key(io.StringIO(pem))
