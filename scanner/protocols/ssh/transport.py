"""An SSH connection up to its session channel, the only importer of paramiko: key exchange, host key, login.

The host key is checked before any login is offered, at a jump host too. No agent, no key of the user's own and no
configuration file is ever consulted: only what the login names is offered.
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
from scanner.credentials.access import Login
from scanner.credentials.secret import Secret
from scanner.protocols.ssh.allow_list import Wire
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.host_keys import Changed, HostKey, HostKeys, host_name
from scanner.protocols.ssh.private_keys import PrivateKeys, UnreadableKeyError

CONNECT_SECONDS = 10.0
"""For the TCP connection, the key exchange and each step of a login: old gear needs several for its arithmetic."""

_QUIET = logging.NullHandler()
"""Keeps paramiko's own error lines off stderr where the user has set up no logging."""

_WINDOW = 256 * 1024
"""Octets a device may send ahead of our reading (RFC 4254 section 5.2)."""

_LEGACY_HINT = "it speaks only SSH algorithms that are no longer safe; install kitscan[legacy-ssh] to reach it"
_VERSION_1_HINT = "it speaks only SSH version 1, which was given up as unsafe; ask it by SNMP"


_Send = Callable[[threading.Event], None]
"""Sends one authentication request; the event is set when its answer has come."""


class StoppedError(KitscanError):
    """A connection came to its end before it was one: `gap` says where and why."""

    def __init__(self, gap: Gap) -> None:
        self.gap = gap
        super().__init__(gap.detail)


class HostKeyChangedError(StoppedError):
    """Another host key than before; nothing was offered. `shown` is the new key."""

    def __init__(self, gap: Gap, shown: HostKey) -> None:
        self.shown = shown
        super().__init__(gap)


class LoginRefusedError(StoppedError):
    """`login` was not let in at `host`. `counts`: it was offered and explicitly refused, so a breaker must know."""

    def __init__(self, gap: Gap, login: Login, host: str, counts: bool) -> None:
        self.login, self.host, self.counts = login, host, counts
        super().__init__(gap)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a connection goes: address (or a jump host's name) and port; `via` names the jump host in between."""

    address: str
    port: int
    via: str = ""

    @property
    def place(self) -> str:
        """How gaps name it: the port, and the host where it is a jump host or behind one."""
        return f"{self.port}/tcp via {self.via}" if self.via else f"{self.port}/tcp"


class Connection:
    """An SSH transport whose host key was checked: `ident` and `host_key` as the server showed them."""

    def __init__(self, transport: Any, endpoint: Endpoint, host_key: HostKey) -> None:
        self._transport = transport
        self.endpoint = endpoint
        self.host_key = host_key
        self.ident = str(transport.remote_version)[:255]

    @property
    def alive(self) -> bool:
        """Whether it still stands."""
        return bool(self._transport.is_active())

    def log_in(self, login: Login, keys: PrivateKeys, clock: Deadline) -> bool:
        """Offer `login` by the one method it names. True when it was let in, False when the host asks for none.

        Raises LoginRefusedError, or StoppedError for anything that was no answer to it.
        """
        key = _private_key(keys, login, self.endpoint)
        asking = _authenticator(self._transport)
        methods = self._methods(asking, login, clock)
        if not methods:
            return False
        method, send = self._offered(asking, login, key, methods)
        if method not in methods:
            raise self._refused(login, f"is of a kind that the host does not take (it takes {methods!a})", counts=False)
        self._offer(asking, login, clock, send)
        return True

    def _methods(self, asking: Any, login: Login, clock: Deadline) -> list[str]:
        """What the host lets this user try (RFC 4252 section 5.2), empty where it asks for nothing."""
        import paramiko

        try:
            self._wait(asking, clock, lambda answered: asking.auth_none(login.user, answered))
            return []
        except paramiko.BadAuthenticationType as error:
            return [str(method)[:40] for method in error.allowed_types[:10]] or ["none"]
        except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
            raise self._stopped(error, "before a login was offered") from error

    def _offered(self, asking: Any, login: Login, key: Any, methods: list[str]) -> tuple[str, _Send]:
        """The method a login stands for, and how it is sent."""
        if key is not None:
            return "publickey", lambda answered: asking.auth_publickey(login.user, key, answered)
        if login.password is None:
            raise self._refused(login, "names neither a key nor a password", counts=False)
        password = login.password
        if "password" in methods:
            return "password", lambda answered: asking.auth_password(login.user, password.reveal(), answered)
        answer = _OneAnswer(password)
        return "keyboard-interactive", lambda answered: asking.auth_interactive(login.user, answer, answered)

    def _offer(self, asking: Any, login: Login, clock: Deadline, send: _Send) -> None:
        import paramiko

        start, seconds = time.monotonic(), clock.left(CONNECT_SECONDS)
        try:
            further = self._wait(asking, clock, send)
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
            raise self._refused(login, "is not enough: the host wants a second step", counts=False)

    def _wait(self, asking: Any, clock: Deadline, send: _Send) -> list[str]:
        """Send one authentication request and wait for its answer: the methods that must follow, empty when let in."""
        import paramiko

        self._transport.auth_timeout = clock.left(CONNECT_SECONDS)
        answered = threading.Event()
        try:
            send(answered)
        except paramiko.AuthenticationException as error:
            raise _UnsentError("no signature algorithm in common") from error
        return list(asking.wait_for_response(answered))

    def open_shell(self, clock: Deadline) -> Wire:
        """A session channel with a terminal that no line wraps on. Raises StoppedError."""
        try:
            channel = self._transport.open_session(window_size=_WINDOW, timeout=clock.left(CONNECT_SECONDS))
            channel.settimeout(CONNECT_SECONDS)
            channel.set_combine_stderr(True)
            channel.get_pty(term="vt100", width=511, height=1000)
            channel.invoke_shell()
        except Exception as error:  # decode boundary: what the host sent may break paramiko in any way
            raise self._stopped(error, "when a command line was wanted") from error
        wire: Wire = channel
        return wire

    def tunnel(self, endpoint: Endpoint, clock: Deadline) -> Any:
        """A direct-tcpip channel (RFC 4254 section 7.2) to `endpoint`, usable as a socket. Raises StoppedError."""
        timeout = clock.left(CONNECT_SECONDS)
        try:
            goal = (endpoint.address, endpoint.port)
            return self._transport.open_channel("direct-tcpip", goal, ("127.0.0.1", 0), timeout=timeout)
        except Exception as error:  # decode boundary: what the jump host sent may break paramiko in any way
            detail = f"the jump host {self.endpoint.address} could not reach it ({type(error).__name__})"
            raise StoppedError(Gap("ssh", endpoint.place, GapReason.NO_ANSWER, detail)) from error

    def close(self) -> None:
        """End it, and all that goes through it."""
        self._transport.close()

    def _refused(self, login: Login, why: str, counts: bool) -> LoginRefusedError:
        gap = Gap("ssh", self.endpoint.place, GapReason.REFUSED, f"the login {login.name} {why}")
        return LoginRefusedError(gap, login, self.endpoint.address, counts)

    def _stopped(self, error: Exception, when: str) -> StoppedError:
        detail = f"the host ended the connection or said nothing {when} ({type(error).__name__})"
        return StoppedError(Gap("ssh", self.endpoint.place, GapReason.NO_ANSWER, detail))


class _UnsentError(Exception):
    """A login could not be put into a message that the host would read, and was not sent."""


class _OneAnswer:
    """Answers the first keyboard-interactive question (RFC 4256) with a password, where it is one hidden field.

    A further question (a code, a new password) gets no answer, so that nothing is set and no secret goes astray.
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
    clock: Deadline,
    source_address: str | None = None,
    through: Connection | None = None,
) -> Connection:
    """Connect, exchange keys and check the host key. Raises HostKeyChangedError or StoppedError: never a bare library
    error; DataFileError where the file of known hosts cannot be used."""
    import paramiko

    logging.getLogger("paramiko").addHandler(_QUIET)
    wire = through.tunnel(endpoint, clock) if through else _tcp(endpoint, source_address, clock)
    transport = paramiko.Transport(wire)
    try:
        name = host_name(endpoint.address, endpoint.port, endpoint.via)
        key = _exchange(transport, endpoint, host_keys.kind_of(name), clock)
        changed = host_keys.check(name, key)
        if changed is not None:
            raise HostKeyChangedError(_changed(endpoint, key, changed), key)
        return Connection(transport, endpoint, key)
    except BaseException:
        transport.close()
        raise


def _authenticator(transport: Any) -> Any:
    """paramiko's side of RFC 4252, asking for the service once (RFC 4253 section 10) however many methods follow:
    strict hosts hang up on a second request."""
    import paramiko
    from paramiko.auth_handler import AuthHandler

    class OnceAsking(AuthHandler):  # type: ignore[misc]  # paramiko ships no types
        asked = False

        def _request_auth(self) -> None:
            if not self.asked:
                self.asked = True
                super()._request_auth()
                return
            accepted = paramiko.Message()
            accepted.add_string("ssh-userauth")
            accepted.rewind()
            self._parse_service_accept(accepted)

    transport.auth_handler = OnceAsking(transport)
    return transport.auth_handler


def _tcp(endpoint: Endpoint, source_address: str | None, clock: Deadline) -> socket.socket:
    source = (source_address, 0) if source_address else None
    try:
        return socket.create_connection((endpoint.address, endpoint.port), clock.left(CONNECT_SECONDS), source)
    except OSError as error:
        detail = error.strerror or "nothing answered in time"
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.NO_ANSWER, detail)) from error


def _exchange(transport: Any, endpoint: Endpoint, known_kind: str | None, clock: Deadline) -> HostKey:
    """The key exchange (RFC 4253 section 7), asking for the kind of host key that is known."""
    import paramiko

    options = transport.get_security_options()
    options.key_types = sorted(options.key_types, key=lambda kind: not _is_of_kind(kind, known_kind))
    transport.banner_timeout = transport.handshake_timeout = clock.left(CONNECT_SECONDS)
    try:
        transport.start_client(timeout=clock.left(CONNECT_SECONDS))
        if not transport.initial_kex_done:
            raise TimeoutError("the key exchange did not end in time")
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
    """Whether a signature algorithm uses that kind of key: ssh-rsa keys sign by rsa-sha2-* (RFC 8332)."""
    return kind is not None and (algorithm == kind or (kind == "ssh-rsa" and algorithm.startswith("rsa-sha2-")))


def _changed(endpoint: Endpoint, key: HostKey, changed: Changed) -> Gap:
    detail = (
        f"it showed {key.kind} {key.fingerprint}, but {changed.place} has {changed.known.kind} "
        f"{changed.known.fingerprint}; no login was offered. Remove that line if the change is explained"
    )
    return Gap("ssh", endpoint.place, GapReason.HOST_KEY_CHANGED, detail)


def _private_key(keys: PrivateKeys, login: Login, endpoint: Endpoint) -> Any:
    """The key of a login as paramiko wants it, or None where it has none. Raises StoppedError where it is unusable."""
    import paramiko

    kinds = {"ed25519": paramiko.Ed25519Key, "ecdsa": paramiko.ECDSAKey, "rsa": paramiko.RSAKey}
    try:
        key = keys.of(login)
        return key and kinds[key.algorithm].from_private_key(io.StringIO(key.pem.reveal()))
    except UnreadableKeyError as error:
        detail = f"the key file of the login {login.name} {error}"
        raise StoppedError(Gap("ssh", endpoint.place, GapReason.CREDENTIAL_UNREADABLE, detail)) from error
