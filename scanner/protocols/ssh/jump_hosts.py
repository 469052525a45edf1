"""The hosts that sessions go through: each logged in to once, shared by all sessions behind it, and never retried with
a login it refused."""

import threading
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.access import Jump
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.private_keys import PrivateKeys
from scanner.protocols.ssh.transport import Connection, Endpoint, LoginRefusedError, StoppedError, connect

_Key = tuple[str, int, str]


@dataclass(slots=True)
class _Place:
    """One jump host by one login: the connection while it stands, and whether the login was refused."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: Connection | None = None
    refused: bool = False


class JumpHosts:
    """The jump hosts of one run. Safe for use from several threads; `close` ends every connection."""

    def __init__(self, host_keys: HostKeys, keys: PrivateKeys) -> None:
        self._host_keys = host_keys
        self._keys = keys
        self._lock = threading.Lock()
        self._places: dict[_Key, _Place] = {}

    def through(self, jump: Jump, clock: Deadline) -> Connection:
        """A connection to `jump`, logged in. Raises StoppedError; LoginRefusedError the first time it is refused."""
        with self._lock:
            place = self._places.setdefault((jump.host, jump.port, jump.login.name), _Place())
        with place.lock:
            if place.connection is not None and place.connection.alive:
                return place.connection
            if place.refused:
                detail = f"the login {jump.login.name} was refused by the jump host {jump.host} before"
                raise StoppedError(Gap("ssh", f"{jump.host}:{jump.port}", GapReason.CREDENTIAL_STOPPED, detail))
            place.connection = self._open(jump, place, clock)
            return place.connection

    def close(self) -> None:
        """End every connection."""
        for place in tuple(self._places.values()):
            if place.connection is not None:
                place.connection.close()

    def _open(self, jump: Jump, place: _Place, clock: Deadline) -> Connection:
        outer = self.through(jump.login.jump, clock) if jump.login.jump else None
        endpoint = Endpoint(jump.host, jump.port, jump.login.jump.host if jump.login.jump else "")
        try:
            connection = connect(endpoint, self._host_keys, clock, jump.login.source_address, outer)
            connection.log_in(jump.login, self._keys, clock)
        except LoginRefusedError as error:
            place.refused = True
            raise LoginRefusedError(_at(jump, error.gap), error.login, error.host, error.counts) from error
        except StoppedError as error:
            raise StoppedError(_at(jump, error.gap)) from error
        return connection


def _at(jump: Jump, gap: Gap) -> Gap:
    return Gap(gap.probe, f"{jump.host}:{jump.port}", gap.reason, gap.detail)
