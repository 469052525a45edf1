"""The jump hosts of a run: kitscan logs in to each once, shares the connection, and never repeats a refused login."""

import threading
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.credential import CredentialBook, Jump
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.private_keys import PrivateKeys
from scanner.protocols.ssh.transport import (
    Connection,
    Endpoint,
    LoginRefusedError,
    LoginUnansweredError,
    StoppedError,
    connect,
)

MAX_UNANSWERED = 2
"""Logins that a jump host may leave unanswered. Each may have failed, and every device behind it would try again."""

_LONGEST = 3600.0
"""Seconds that any deadline is below."""

_JumpHostKey = tuple[str, int, str]


@dataclass(slots=True)
class _JumpHost:
    """One jump host under one login: the open connection, and why the login is offered no more, if it is not."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: Connection | None = None
    unanswered: int = 0
    given_up: str = ""


class JumpHosts:
    """The jump hosts of one run. Safe for use from several threads; `close` ends every connection."""

    def __init__(self, book: CredentialBook, host_keys: HostKeys, keys: PrivateKeys) -> None:
        self._book = book
        self._host_keys = host_keys
        self._keys = keys
        self._lock = threading.Lock()
        self._jump_hosts: dict[_JumpHostKey, _JumpHost] = {}

    def through(self, jump: Jump, deadline: Deadline) -> Connection:
        """A logged-in connection to `jump`. Raises StoppedError, or LoginRefusedError at the first refusal."""
        with self._lock:
            jump_host = self._jump_hosts.setdefault((jump.host, jump.port, jump.login.name), _JumpHost())
        if not jump_host.lock.acquire(timeout=deadline.left(_LONGEST)):
            detail = f"another session still waits for the jump host {jump.host}"
            raise StoppedError(Gap("ssh", f"{jump.host}:{jump.port}", GapReason.NO_ANSWER, detail))
        try:
            if jump_host.connection is None or not jump_host.connection.alive:
                jump_host.connection = self._open(jump, jump_host, deadline)
            return jump_host.connection
        finally:
            jump_host.lock.release()

    def close(self) -> None:
        """Close every connection."""
        for jump_host in tuple(self._jump_hosts.values()):
            if jump_host.connection is not None:
                jump_host.connection.close()

    def _open(self, jump: Jump, jump_host: _JumpHost, deadline: Deadline) -> Connection:
        if jump_host.given_up:
            raise _stopped(jump, jump_host.given_up)
        outer = self.through(jump.login.jump, deadline) if jump.login.jump else None
        endpoint = Endpoint(jump.host, jump.port, jump.login.jump.host if jump.login.jump else "", jump.address)
        try:
            connection = connect(endpoint, self._host_keys, deadline, jump.login.source_address, outer)
            try:
                self._log_in(connection, jump, jump_host, deadline)
            except BaseException:
                connection.close()
                raise
        except LoginRefusedError as error:
            raise LoginRefusedError(_at_jump_host(jump, error.gap), error.login, error.host, error.counts) from error
        except StoppedError as error:
            raise StoppedError(_at_jump_host(jump, error.gap)) from error
        connection.outlive(deadline)
        return connection

    def _log_in(self, connection: Connection, jump: Jump, jump_host: _JumpHost, deadline: Deadline) -> None:
        """Log in, unless the login was stopped. Reports a refusal to the credential book."""
        login = jump.login
        with self._book.trial(login, jump.host) as allowed:
            if not allowed or deadline.spent:
                raise _stopped(jump, "was stopped meanwhile")
            try:
                connection.log_in(login, self._keys, deadline)
            except LoginRefusedError as error:
                jump_host.given_up = "was refused before"
                if error.counts:
                    self._book.refused(login, jump.host)
                raise
            except LoginUnansweredError:
                jump_host.unanswered += 1
                if jump_host.unanswered >= MAX_UNANSWERED:
                    jump_host.given_up = "was not answered before"
                raise


def _stopped(jump: Jump, why: str) -> StoppedError:
    detail = f"the login {jump.login.name} at the jump host {jump.host} {why}"
    return StoppedError(Gap("ssh", f"{jump.host}:{jump.port}", GapReason.CREDENTIAL_STOPPED, detail))


def _at_jump_host(jump: Jump, gap: Gap) -> Gap:
    return Gap(gap.probe, f"{jump.host}:{jump.port}", gap.reason, gap.detail)
