"""The jump hosts of a run: kitscan logs in to each once, shares the connection, and never repeats a refused login."""

import threading
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.credential import Jump
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.private_keys import PrivateKeys
from scanner.protocols.ssh.transport import Connection, Endpoint, LoginRefusedError, StoppedError, connect

_JumpHostKey = tuple[str, int, str]


@dataclass(slots=True)
class _JumpHost:
    """One jump host under one login: the open connection, and whether the login was refused."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: Connection | None = None
    refused: bool = False


class JumpHosts:
    """The jump hosts of one run. Safe for use from several threads; `close` ends every connection."""

    def __init__(self, host_keys: HostKeys, keys: PrivateKeys) -> None:
        self._host_keys = host_keys
        self._keys = keys
        self._lock = threading.Lock()
        self._jump_hosts: dict[_JumpHostKey, _JumpHost] = {}

    def through(self, jump: Jump, deadline: Deadline) -> Connection:
        """A logged-in connection to `jump`. Raises StoppedError, or LoginRefusedError at the first refusal."""
        with self._lock:
            jump_host = self._jump_hosts.setdefault((jump.host, jump.port, jump.login.name), _JumpHost())
        with jump_host.lock:
            if jump_host.connection is not None and jump_host.connection.alive:
                return jump_host.connection
            if jump_host.refused:
                detail = f"the jump host {jump.host} refused the login {jump.login.name} before"
                raise StoppedError(Gap("ssh", f"{jump.host}:{jump.port}", GapReason.CREDENTIAL_STOPPED, detail))
            jump_host.connection = self._open(jump, jump_host, deadline)
            return jump_host.connection

    def close(self) -> None:
        """Close every connection."""
        for jump_host in tuple(self._jump_hosts.values()):
            if jump_host.connection is not None:
                jump_host.connection.close()

    def _open(self, jump: Jump, jump_host: _JumpHost, deadline: Deadline) -> Connection:
        outer = self.through(jump.login.jump, deadline) if jump.login.jump else None
        endpoint = Endpoint(jump.host, jump.port, jump.login.jump.host if jump.login.jump else "")
        try:
            connection = connect(endpoint, self._host_keys, deadline, jump.login.source_address, outer)
            connection.log_in(jump.login, self._keys, deadline)
        except LoginRefusedError as error:
            jump_host.refused = True
            raise LoginRefusedError(_at_jump_host(jump, error.gap), error.login, error.host, error.counts) from error
        except StoppedError as error:
            raise StoppedError(_at_jump_host(jump, error.gap)) from error
        return connection


def _at_jump_host(jump: Jump, gap: Gap) -> Gap:
    return Gap(gap.probe, f"{jump.host}:{jump.port}", gap.reason, gap.detail)
