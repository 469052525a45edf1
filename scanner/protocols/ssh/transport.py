"""An SSH connection up to its session channel: key exchange, host key, login.

The host key is checked before any login is offered, at a jump host too. kitscan reads no SSH agent, no key of the
user's own and no configuration file: it offers only what the login names.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.credential import Login
from scanner.protocols.ssh.allow_list import ShellChannel
from scanner.protocols.ssh.bounded.session_socket import SESSION_OCTETS, SessionSocket, SocketEnd
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.host_keys import HostKey, HostKeyChange, HostKeys, host_name
from scanner.protocols.ssh.private_keys import PrivateKeys, UnreadableKeyError

CONNECT_SECONDS = 10.0
"""Seconds for each of the TCP connection, the key exchange and the steps of a login: old devices compute slowly."""

MAX_BANNER = 4096
"""Octets of a banner that are read."""

_WINDOW = 256 * 1024
"""Octets that a device may send before kitscan reads them (RFC 4254 section 5.2)."""

_TUNNEL_OCTETS = 64 * 1024
"""Octets that a jump host may send for one tunnel besides its data."""

_LEGACY_HINT = "it speaks only SSH algorithms that are no longer safe; install kitscan[legacy-ssh] to reach it"
_VERSION_1_HINT = "it speaks only SSH version 1, which is unsafe; scan it by SNMP"

_FLOOD = "it sent more than kitscan reads"

_Request = Callable[[Any], list[str]]
"""Sends one authentication request and waits: the methods still required; empty means accepted."""


class StoppedError(KitscanError):
    """A connection failed: `gap` says where and why."""

    def __init__(self, gap: Gap) -> None:
        self.gap = gap
        super().__init__(gap.detail)


class HostKeyChangedError(StoppedError):
    """The host key differs from the known one. No login was offered. `shown` is the new key."""

    def __init__(self, gap: Gap, shown: HostKey) -> None:
        self.shown = shown
        super().__init__(gap)


class LoginRefusedError(StoppedError):
    """`host` did not accept `login`. `counts` is True if a secret was sent and any answer but success came, a closed
    connection included: the lockout counts it."""

    def __init__(self, gap: Gap, login: Login, host: str, counts: bool) -> None:
        self.login, self.host, self.counts = login, host, counts
        super().__init__(gap)


class LoginUnansweredError(StoppedError):
    """A login was sent, and nothing came back. It may have failed all the same."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a connection goes: address (or a jump host's name) and port. `via` names the jump host in between,
    `pinned` the address that the name of a jump host stands for."""

    address: str
    port: int
    via: str = ""
    pinned: str = ""

    @property
    def place(self) -> str:
        """How gaps name it: the port, and the jump host if there is one in between."""
        return f"{self.port}/tcp via {self.via}" if self.via else f"{self.port}/tcp"


class Connection:
    """An SSH transport whose host key was checked. `ident` and `host_key` are what the server sent."""

    def __init__(self, transport: Any, session_socket: SessionSocket, endpoint: Endpoint, host_key: HostKey) -> None:
        self._transport, self._socket = transport, session_socket
        self.endpoint = endpoint
        self.host_key = host_key
        self.ident = str(transport.remote_version)[:255]

    @property
    def alive(self) -> bool:
        """True if the connection is still open."""
        return bool(self._transport.is_active())

    @property
    def banner(self) -> str:
        """What the server showed before the login (SSH_MSG_USERAUTH_BANNER, RFC 4252 section 5.4), or nothing."""
        octets = self._transport.get_banner()
        return octets[:MAX_BANNER].decode("latin-1") if isinstance(octets, bytes) else ""

    def log_in(self, login: Login, keys: PrivateKeys, deadline: Deadline) -> bool:
        """Offer `login` by the one method it names. True if it was accepted, False if the host requires no login.

        Raises LoginRefusedError, or StoppedError if no answer to the login came.
        """
        from scanner.protocols.ssh.bounded.paramiko_client import Authenticator

        key = _private_key(keys, login, self.endpoint)
        auth = self._transport.auth_handler = Authenticator(self._transport)
        self._transport.auth_timeout = deadline.left(CONNECT_SECONDS)
        try:
            methods = auth.methods_after_none(login.user)
        except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
            raise StoppedError(self._stopped(error, "before a login was offered")) from error
        if methods is None:
            return False
        method, request = self._method_for(login, key, methods)
        if method not in methods:
            why = f"uses a method that the host does not accept (it accepts {methods!a})"
            raise self._refused(login, why, counts=False)
        self._transport.auth_timeout = deadline.left(CONNECT_SECONDS)
        self._offer_login(auth, login, request)
        return True

    def _method_for(self, login: Login, key: Any, methods: list[str]) -> tuple[str, _Request]:
        """The authentication method of a login, and the function that sends its request."""
        if key is not None:
            return "publickey", lambda auth: auth.request_by_key(login.user, key)
        if login.password is None:
            raise self._refused(login, "names neither a key nor a password", counts=False)
        password = login.password
        if "password" in methods:
            return "password", lambda auth: auth.request_by_password(login.user, password)
        return "keyboard-interactive", lambda auth: auth.request_interactively(login.user, password)

    def _offer_login(self, auth: Any, login: Login, request: _Request) -> None:
        from scanner.protocols.ssh.bounded.paramiko_client import UnansweredError, UnsentError

        try:
            further = request(auth)
        except UnsentError as error:
            gap = Gap("ssh", self.endpoint.place, GapReason.SSH_LEGACY_CRYPTO, _LEGACY_HINT)
            raise StoppedError(gap) from error
        except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
            if auth.secret_sent and (auth.heard or self._ended_by_host):
                raise self._refused(login, "was refused", counts=True) from error
            if isinstance(error, UnansweredError):
                raise self._refused(login, "was not offered: the host asks for something else", counts=False) from error
            stopped = LoginUnansweredError if auth.secret_sent else StoppedError
            raise stopped(self._stopped(error, "after a login was offered")) from error
        if further:
            raise self._refused(login, "is not enough: the host requires a second step", counts=auth.secret_sent)

    @property
    def _ended_by_host(self) -> bool:
        return not self.alive and self._socket.end is not SocketEnd.TIME

    def open_shell(self, deadline: Deadline) -> ShellChannel:
        """A session channel with a terminal too wide for lines to wrap. Raises StoppedError."""
        from scanner.protocols.ssh.bounded.paramiko_client import TerminalChannel

        try:
            return TerminalChannel(self._transport, _WINDOW, CONNECT_SECONDS, deadline)
        except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
            raise StoppedError(self._stopped(error, "when a shell was requested")) from error

    def outlive(self, deadline: Deadline) -> None:
        """Do not end with the deadline that this connection was opened under: other sessions use it too."""
        deadline.forget(self._transport.stop_now)
        self._socket.outlive()

    def tunnel(self, endpoint: Endpoint, deadline: Deadline) -> Any:
        """A direct-tcpip channel (RFC 4254 section 7.2) to `endpoint`, usable as a socket. Raises StoppedError."""
        timeout = deadline.left(CONNECT_SECONDS)
        destination = (endpoint.pinned or endpoint.address, endpoint.port)
        self._socket.grant(_TUNNEL_OCTETS)
        try:
            return self._transport.open_channel(
                "direct-tcpip", destination, ("127.0.0.1", 0), window_size=_WINDOW, timeout=timeout
            )
        except Exception as error:  # decode boundary: what the jump host sent may break paramiko in any way
            detail = f"the jump host {self.endpoint.address} could not reach it ({type(error).__name__})"
            raise StoppedError(Gap("ssh", endpoint.place, GapReason.NO_ANSWER, detail)) from error

    def close(self) -> None:
        """Close the connection, and everything that goes through it."""
        self._transport.close()
        self._socket.close()

    def _refused(self, login: Login, why: str, counts: bool) -> LoginRefusedError:
        gap = Gap("ssh", self.endpoint.place, GapReason.REFUSED, f"the login {login.name} {why}")
        return LoginRefusedError(gap, login, self.endpoint.address, counts)

    def _stopped(self, error: Exception, when: str) -> Gap:
        if self._socket.end is SocketEnd.FLOOD:
            return Gap("ssh", self.endpoint.place, GapReason.BUDGET_SPENT, f"{_FLOOD} {when}")
        detail = f"the host closed the connection or was silent {when} ({type(error).__name__})"
        return Gap("ssh", self.endpoint.place, GapReason.NO_ANSWER, detail)


def connect(
    endpoint: Endpoint,
    host_keys: HostKeys,
    deadline: Deadline,
    source_address: str | None = None,
    through: Connection | None = None,
) -> Connection:
    """Connect, exchange keys and check the host key. Raises HostKeyChangedError or StoppedError, never a library error;
    DataFileError if the file of known hosts cannot be used."""
    from scanner.protocols.ssh.bounded.paramiko_client import Transport

    inner = through.tunnel(endpoint, deadline) if through else _tcp(endpoint, source_address, deadline)
    session_socket = SessionSocket(inner, deadline)
    transport = Transport(session_socket)
    deadline.on_stop(transport.stop_now)
    try:
        name = host_name(endpoint.address, endpoint.port, endpoint.via)
        key = _exchange_keys(transport, session_socket, endpoint, host_keys.kind_of(name), deadline)
        change = host_keys.check(name, key)
        if change is not None:
            raise HostKeyChangedError(_changed_key_gap(endpoint, key, change), key)
        session_socket.grant(SESSION_OCTETS)
        return Connection(transport, session_socket, endpoint, key)
    except BaseException:
        transport.close()
        session_socket.close()
        raise


def _tcp(endpoint: Endpoint, source_address: str | None, deadline: Deadline) -> socket.socket:
    source = (source_address, 0) if source_address else None
    try:
        return socket.create_connection(
            (endpoint.pinned or endpoint.address, endpoint.port), deadline.left(CONNECT_SECONDS), source
        )
    except OSError as error:
        detail = error.strerror or "no answer in time"
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.NO_ANSWER, detail)) from error


def _exchange_keys(
    transport: Any, session_socket: SessionSocket, endpoint: Endpoint, known_kind: str | None, deadline: Deadline
) -> HostKey:
    """The key exchange (RFC 4253 section 7). It prefers the kind of host key that is already known."""
    from scanner.protocols.ssh.bounded.paramiko_client import IncompatiblePeer

    options = transport.get_security_options()
    options.key_types = sorted(options.key_types, key=lambda kind: not _is_of_kind(kind, known_kind))
    transport.banner_timeout = transport.handshake_timeout = deadline.left(CONNECT_SECONDS)
    try:
        transport.start_client(timeout=deadline.left(CONNECT_SECONDS))
        if not transport.initial_kex_done:
            raise TimeoutError("the key exchange did not finish in time")
        key = transport.get_remote_server_key()
        return HostKey(str(key.get_name()), bytes(key.asbytes()))
    except IncompatiblePeer as error:
        hint = _VERSION_1_HINT if str(transport.remote_version).startswith("SSH-1.") else _LEGACY_HINT
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.SSH_LEGACY_CRYPTO, hint)) from error
    except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
        raise StoppedError(_unexchanged(session_socket.end, endpoint, error)) from error


def _unexchanged(end: SocketEnd | None, endpoint: Endpoint, error: Exception) -> Gap:
    """Why there are no keys."""
    if end is SocketEnd.FLOOD:
        return Gap("ssh", endpoint.place, GapReason.BUDGET_SPENT, f"{_FLOOD} before the keys were exchanged")
    if end is SocketEnd.TIME or isinstance(error, EOFError | OSError):
        detail = f"the key exchange was not finished ({type(error).__name__})"
        return Gap("ssh", endpoint.place, GapReason.NO_ANSWER, detail)
    return Gap("ssh", endpoint.place, GapReason.MALFORMED, f"the key exchange failed ({type(error).__name__})")


def _is_of_kind(algorithm: str, kind: str | None) -> bool:
    """True if a signature algorithm uses that kind of key: ssh-rsa keys sign by rsa-sha2-* (RFC 8332)."""
    return kind is not None and (algorithm == kind or (kind == "ssh-rsa" and algorithm.startswith("rsa-sha2-")))


def _changed_key_gap(endpoint: Endpoint, key: HostKey, change: HostKeyChange) -> Gap:
    detail = (
        f"the host showed {key.kind} {key.fingerprint}, but {change.place} has {change.known.kind} "
        f"{change.known.fingerprint}; no login was offered. Remove that line if the change is explained"
    )
    return Gap("ssh", endpoint.place, GapReason.HOST_KEY_CHANGED, detail)


def _private_key(keys: PrivateKeys, login: Login, endpoint: Endpoint) -> Any:
    """The key of a login as a paramiko object, or None if it names none. Raises StoppedError if it is unusable."""
    from scanner.protocols.ssh.bounded.paramiko_client import private_key_of

    try:
        key = keys.of(login)
        return key and private_key_of(key.algorithm, key.pem.reveal())
    except UnreadableKeyError as error:
        detail = f"the key file of the login {login.name} {error}"
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.CREDENTIAL_UNREADABLE, detail)) from error
