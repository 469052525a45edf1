"""An SSH connection up to its session channel: key exchange, host key, login. The only importer of paramiko.

The host key is checked before any login is offered, at a jump host too. kitscan reads no SSH agent, no key of the
user's own and no configuration file: it offers only what the login names.
"""

import io
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.credential import Login
from scanner.credentials.secret import Secret
from scanner.protocols.ssh.allow_list import ShellChannel
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.host_keys import HostKey, HostKeyChange, HostKeys, host_name
from scanner.protocols.ssh.private_keys import PrivateKeys, UnreadableKeyError

CONNECT_SECONDS = 10.0
"""Seconds for each of the TCP connection, the key exchange and the steps of a login: old devices compute slowly."""

_NULL_LOG_HANDLER = logging.NullHandler()
"""Keeps paramiko's error lines off stderr if the user has set up no logging."""

MAX_BANNER = 4096
"""Octets of a banner that are read."""

_WINDOW = 256 * 1024
"""Octets that a device may send before kitscan reads them (RFC 4254 section 5.2)."""

_LEGACY_HINT = "it speaks only SSH algorithms that are no longer safe; install kitscan[legacy-ssh] to reach it"
_VERSION_1_HINT = "it speaks only SSH version 1, which is unsafe; scan it by SNMP"


_SendRequest = Callable[[threading.Event], None]
"""Sends one authentication request; the event is set when its answer has come."""


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
    """`host` did not accept `login`. `counts` is True if the login was sent and refused: the lockout counts it."""

    def __init__(self, gap: Gap, login: Login, host: str, counts: bool) -> None:
        self.login, self.host, self.counts = login, host, counts
        super().__init__(gap)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a connection goes: address (or a jump host's name) and port. `via` names the jump host in between."""

    address: str
    port: int
    via: str = ""

    @property
    def place(self) -> str:
        """How gaps name it: the port, and the jump host if there is one in between."""
        return f"{self.port}/tcp via {self.via}" if self.via else f"{self.port}/tcp"


class Connection:
    """An SSH transport whose host key was checked. `ident` and `host_key` are what the server sent."""

    def __init__(self, transport: Any, endpoint: Endpoint, host_key: HostKey) -> None:
        self._transport = transport
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
        key = _private_key(keys, login, self.endpoint)
        auth = _authenticator(self._transport)
        methods = self._methods(auth, login, deadline)
        if not methods:
            return False
        method, send = self._method_for(auth, login, key, methods)
        if method not in methods:
            raise self._refused(
                login, f"uses a method that the host does not accept (it accepts {methods!a})", counts=False
            )
        self._offer_login(auth, login, deadline, send)
        return True

    def _methods(self, auth: Any, login: Login, deadline: Deadline) -> list[str]:
        """The methods that the host offers this user (RFC 4252 section 5.2); empty if it requires no login."""
        import paramiko

        try:
            self._send_and_wait(auth, deadline, lambda answered: auth.auth_none(login.user, answered))
            return []
        except paramiko.BadAuthenticationType as error:
            return [str(method)[:40] for method in error.allowed_types[:10]] or ["none"]
        except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
            raise self._stopped(error, "before a login was offered") from error

    def _method_for(self, auth: Any, login: Login, key: Any, methods: list[str]) -> tuple[str, _SendRequest]:
        """The authentication method of a login, and the function that sends its request."""
        if key is not None:
            return "publickey", lambda answered: auth.auth_publickey(login.user, key, answered)
        if login.password is None:
            raise self._refused(login, "names neither a key nor a password", counts=False)
        password = login.password
        if "password" in methods:
            return "password", lambda answered: auth.auth_password(login.user, password.reveal(), answered)
        answer = _PasswordOnce(password)
        return "keyboard-interactive", lambda answered: auth.auth_interactive(login.user, answer, answered)

    def _offer_login(self, auth: Any, login: Login, deadline: Deadline, send: _SendRequest) -> None:
        import paramiko

        start, seconds = time.monotonic(), deadline.left(CONNECT_SECONDS)
        try:
            further = self._send_and_wait(auth, deadline, send)
        except _UnsentError as error:
            gap = Gap("ssh", self.endpoint.place, GapReason.SSH_LEGACY_CRYPTO, _LEGACY_HINT)
            raise StoppedError(gap) from error
        except paramiko.AuthenticationException as error:
            if self.alive and time.monotonic() - start < seconds:
                raise self._refused(login, "was refused", counts=True) from error
            raise self._stopped(error, "after a login was offered") from error
        except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
            raise self._stopped(error, "after a login was offered") from error
        if further:
            raise self._refused(login, "is not enough: the host requires a second step", counts=False)

    def _send_and_wait(self, auth: Any, deadline: Deadline, send: _SendRequest) -> list[str]:
        """Send one authentication request and wait. Returns the methods still required; empty means accepted."""
        import paramiko

        self._transport.auth_timeout = deadline.left(CONNECT_SECONDS)
        answered = threading.Event()
        try:
            send(answered)
        except paramiko.AuthenticationException as error:
            raise _UnsentError("no signature algorithm in common") from error
        return list(auth.wait_for_response(answered))

    def open_shell(self, deadline: Deadline) -> ShellChannel:
        """A session channel with a terminal too wide for lines to wrap. Raises StoppedError."""
        try:
            channel = self._transport.open_session(window_size=_WINDOW, timeout=deadline.left(CONNECT_SECONDS))
            channel.settimeout(CONNECT_SECONDS)
            channel.set_combine_stderr(True)
            channel.get_pty(term="vt100", width=511, height=1000)
            channel.invoke_shell()
        except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
            raise self._stopped(error, "when a shell was requested") from error
        shell: ShellChannel = channel
        return shell

    def tunnel(self, endpoint: Endpoint, deadline: Deadline) -> Any:
        """A direct-tcpip channel (RFC 4254 section 7.2) to `endpoint`, usable as a socket. Raises StoppedError."""
        timeout = deadline.left(CONNECT_SECONDS)
        try:
            destination = (endpoint.address, endpoint.port)
            return self._transport.open_channel("direct-tcpip", destination, ("127.0.0.1", 0), timeout=timeout)
        except Exception as error:  # decode boundary: what the jump host sent may break paramiko in any way
            detail = f"the jump host {self.endpoint.address} could not reach it ({type(error).__name__})"
            raise StoppedError(Gap("ssh", endpoint.place, GapReason.NO_ANSWER, detail)) from error

    def close(self) -> None:
        """Close the connection, and everything that goes through it."""
        self._transport.close()

    def _refused(self, login: Login, why: str, counts: bool) -> LoginRefusedError:
        gap = Gap("ssh", self.endpoint.place, GapReason.REFUSED, f"the login {login.name} {why}")
        return LoginRefusedError(gap, login, self.endpoint.address, counts)

    def _stopped(self, error: Exception, when: str) -> StoppedError:
        detail = f"the host closed the connection or was silent {when} ({type(error).__name__})"
        return StoppedError(Gap("ssh", self.endpoint.place, GapReason.NO_ANSWER, detail))


class _UnsentError(Exception):
    """No signature algorithm is common to both sides, so the login was not sent."""


class _PasswordOnce:
    """Answers the first keyboard-interactive request (RFC 4256) with the password, if it has one hidden field.

    A further request (a code, a new password) gets no answer: nothing is set, and no secret reaches a wrong field.
    """

    def __init__(self, password: Secret) -> None:
        self._password: Secret | None = password

    def __call__(self, _title: str, _instructions: str, fields: list[tuple[str, bool]]) -> list[str]:
        if len(fields) != 1 or fields[0][1] or self._password is None:
            return []
        text, self._password = self._password.reveal(), None
        return [text]


def connect(
    endpoint: Endpoint,
    host_keys: HostKeys,
    deadline: Deadline,
    source_address: str | None = None,
    through: Connection | None = None,
) -> Connection:
    """Connect, exchange keys and check the host key. Raises HostKeyChangedError or StoppedError, never a library error;
    DataFileError if the file of known hosts cannot be used."""
    import paramiko

    logging.getLogger("paramiko").addHandler(_NULL_LOG_HANDLER)
    channel = through.tunnel(endpoint, deadline) if through else _tcp(endpoint, source_address, deadline)
    transport = paramiko.Transport(channel)
    try:
        name = host_name(endpoint.address, endpoint.port, endpoint.via)
        key = _exchange_keys(transport, endpoint, host_keys.kind_of(name), deadline)
        change = host_keys.check(name, key)
        if change is not None:
            raise HostKeyChangedError(_changed_key_gap(endpoint, key, change), key)
        return Connection(transport, endpoint, key)
    except BaseException:
        transport.close()
        raise


def _authenticator(transport: Any) -> Any:
    """paramiko's client side of RFC 4252. It requests the service once (RFC 4253 section 10), however many methods
    follow: strict hosts hang up on a second request."""
    import paramiko
    from paramiko.auth_handler import AuthHandler

    class SingleServiceRequest(AuthHandler):  # type: ignore[misc]  # paramiko ships no types
        service_requested = False

        def _request_auth(self) -> None:
            if not self.service_requested:
                self.service_requested = True
                super()._request_auth()
                return
            accepted = paramiko.Message()
            accepted.add_string("ssh-userauth")
            accepted.rewind()
            self._parse_service_accept(accepted)

    transport.auth_handler = SingleServiceRequest(transport)
    return transport.auth_handler


def _tcp(endpoint: Endpoint, source_address: str | None, deadline: Deadline) -> socket.socket:
    source = (source_address, 0) if source_address else None
    try:
        return socket.create_connection((endpoint.address, endpoint.port), deadline.left(CONNECT_SECONDS), source)
    except OSError as error:
        detail = error.strerror or "no answer in time"
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.NO_ANSWER, detail)) from error


def _exchange_keys(transport: Any, endpoint: Endpoint, known_kind: str | None, deadline: Deadline) -> HostKey:
    """The key exchange (RFC 4253 section 7). It prefers the kind of host key that is already known."""
    import paramiko

    options = transport.get_security_options()
    options.key_types = sorted(options.key_types, key=lambda kind: not _is_of_kind(kind, known_kind))
    transport.banner_timeout = transport.handshake_timeout = deadline.left(CONNECT_SECONDS)
    try:
        transport.start_client(timeout=deadline.left(CONNECT_SECONDS))
        if not transport.initial_kex_done:
            raise TimeoutError("the key exchange did not finish in time")
        key = transport.get_remote_server_key()
        return HostKey(str(key.get_name()), bytes(key.asbytes()))
    except paramiko.IncompatiblePeer as error:
        hint = _VERSION_1_HINT if str(transport.remote_version).startswith("SSH-1.") else _LEGACY_HINT
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.SSH_LEGACY_CRYPTO, hint)) from error
    except (EOFError, OSError) as error:
        detail = f"the key exchange was not finished ({type(error).__name__})"
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.NO_ANSWER, detail)) from error
    except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
        detail = f"the key exchange failed ({type(error).__name__})"
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.MALFORMED, detail)) from error


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
    import paramiko

    kinds = {"ed25519": paramiko.Ed25519Key, "ecdsa": paramiko.ECDSAKey, "rsa": paramiko.RSAKey}
    try:
        key = keys.of(login)
        return key and kinds[key.algorithm].from_private_key(io.StringIO(key.pem.reveal()))
    except UnreadableKeyError as error:
        detail = f"the key file of the login {login.name} {error}"
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.CREDENTIAL_UNREADABLE, detail)) from error
