"""The SSH probe, the only importer of netmiko: who answers on the port, its host key, and what its command line shows.

netmiko's drivers are used for what they know of each platform's terminal, under a mixin that keeps them from logging
in, preparing, configuring or saving anything by themselves; the channel below them lets only allow-listed lines pass.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, NoReturn, assert_never
from weakref import WeakValueDictionary

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from scanner.credentials.access import CredentialBook, Login
from scanner.protocols.probe import Observed, Planned
from scanner.protocols.ssh.allow_list import GuardedChannel, LineRefusedError, Wire
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.host_keys import HostKey, HostKeys
from scanner.protocols.ssh.jump_hosts import JumpHosts
from scanner.protocols.ssh.kex import read_kex
from scanner.protocols.ssh.platforms import Platform, every_command
from scanner.protocols.ssh.private_keys import PrivateKeys
from scanner.protocols.ssh.session import Driver, Session
from scanner.protocols.ssh.session_limits import RealmLoginLimiter, SessionLimits
from scanner.protocols.ssh.transport import (
    Connection,
    Endpoint,
    HostKeyChangedError,
    LoginRefusedError,
    StoppedError,
    connect,
)
from scanner.targets.target import Target

SESSION_SECONDS = 300.0
"""For all that one device is asked by one login."""

IDENT_SECONDS = 5.0

_EXCHANGES = ("the identification string", "key exchange")
_KEYS = ("the empty line", "N to a question", "a space to a pager")
_NEXT_LOGIN = frozenset({GapReason.CREDENTIAL_UNREADABLE, GapReason.CREDENTIAL_STOPPED})

_log = logging.getLogger("kitscan.ssh")


@dataclass(frozen=True, slots=True)
class _LetIn:
    """The session stands, by this login."""

    login: Login


_Step = Observation | Gap | _LetIn | LoginRefusedError


class SshProbe:
    """Asks by SSH. As many devices are talked to at once as `manners` say, each by one session at a time, and the
    service behind a realm is asked as often as they say; `close` ends the rest."""

    name = "ssh"

    def __init__(
        self,
        book: CredentialBook,
        host_keys: HostKeys,
        manners: SessionLimits = SessionLimits(),  # noqa: B008 - a frozen value
        session_seconds: float = SESSION_SECONDS,
        source_address: str | None = None,
    ) -> None:
        self._book = book
        self._host_keys = host_keys
        self._keys = PrivateKeys()
        self._jumps = JumpHosts(host_keys, self._keys)
        self._seconds = session_seconds
        self._source_address = source_address
        self._pool = ThreadPoolExecutor(manners.sessions, thread_name_prefix="ssh")
        self._slots = asyncio.Semaphore(manners.sessions)
        self._realms = RealmLoginLimiter(manners.logins_a_second)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def close(self) -> None:
        """End the connections to jump hosts, and wait for sessions that were given up to have ended."""
        self._jumps.close()
        self._pool.shutdown()

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """The port and all lines that may be sent there; without a login only what opens a connection."""
        logins = self._book.logins(target.address)
        lines = (*_KEYS, *every_command()) if logins else ()
        names = tuple(dict.fromkeys(login.name for login in logins))
        own = Planned(target.key, self.name, f"{target.ssh_port}/tcp", (*_EXCHANGES, *lines), names)
        return (own, *dict.fromkeys(jump for login in logins for jump in _jumps_planned(login, self.name)))

    async def observe(self, target: Target) -> AsyncGenerator[Observed, None]:
        """The identification string, the algorithms offered, the host key, then what the first login let in is shown,
        command by command.

        Raises DataFileError where the file of known hosts cannot be used, for then no host may be trusted.
        """
        turn = self._turns.setdefault(f"{target.address} {target.ssh_port}", asyncio.Lock())
        async with turn:
            logins = self._book.logins(target.address)
            direct = not logins or any(login.jump is None for login in logins)
            if direct:
                source = self._source_of(logins)
                async with self._slots:
                    ident, *offered = await read_kex(target.address, target.ssh_port, IDENT_SECONDS, source)
                # why there are no algorithms, the key exchange that follows will tell
                yield ident, *(item for item in offered if isinstance(item, Observation))
                direct = isinstance(ident, Observation)
            async with aclosing(self._shown(target, direct)) as shown:
                async for item in shown:
                    yield (item,)

    async def _shown(self, target: Target, direct: bool) -> AsyncGenerator[Observation | Gap, None]:
        """By each login in turn until one is let in; directly only where something answered there."""
        if direct and not self._book.logins(target.address):
            async with aclosing(self._stepped(target, None)) as steps:
                async for item in steps:
                    if isinstance(item, Observation | Gap):
                        yield item
        tried: set[str] = set()
        said: set[Observation] = set()
        while (login := self._next(target, tried, direct)) is not None:
            tried.add(login.name)
            await self._realms.turn(login.realm)
            again = login.jump is not None
            async with aclosing(self._stepped(target, login)) as steps:
                async for item in steps:
                    again = self._learnt(item, again)
                    if isinstance(item, LoginRefusedError):
                        yield item.gap
                    elif not isinstance(item, _LetIn) and item not in said:
                        yield item
                    if isinstance(item, Observation):
                        said.add(item)
            if not again:
                return

    def _learnt(self, step: _Step, again: bool) -> bool:
        """Whether another login may be tried after this step, `again` being so before it."""
        match step:
            case Observation():
                return again
            case Gap():
                return (again or step.reason in _NEXT_LOGIN) and step.reason is not GapReason.HOST_KEY_CHANGED
            case _LetIn():
                return False
            case LoginRefusedError():
                if step.counts:
                    self._book.refused(step.login, step.host)
                return True
        assert_never(step)

    def _next(self, target: Target, tried: set[str], direct: bool) -> Login | None:
        """The best login not tried yet; asked anew each time, for a refusal may have stopped others."""
        usable = (login for login in self._book.logins(target.address) if direct or login.jump is not None)
        return next((login for login in usable if login.name not in tried), None)

    def _source_of(self, logins: Sequence[Login]) -> str | None:
        return next((login.source_address for login in logins if login.jump is None), None) or self._source_address

    async def _stepped(self, target: Target, login: Login | None) -> AsyncGenerator[_Step, None]:
        """The steps of one attempt, each taken on a thread of the pool; given up cleanly when nobody listens."""
        async with self._slots:
            clock = Deadline(self._seconds)
            steps = self._attempt(target, login, clock)
            step: Future[_Step | None] | None = None
            try:
                while True:
                    step = self._pool.submit(next, steps, None)
                    item = await asyncio.wrap_future(step)
                    if item is None:
                        return
                    yield item
            finally:
                clock.stop()
                if step is not None:
                    step.add_done_callback(lambda _: self._end(steps))

    def _end(self, steps: Generator[_Step, None, None]) -> None:
        try:
            self._pool.submit(steps.close)
        except RuntimeError:  # the pool takes no more work: end it on this thread
            steps.close()

    def _attempt(self, target: Target, login: Login | None, clock: Deadline) -> Generator[_Step, None, None]:
        """One connection by one login, step by step. Runs on threads."""
        try:
            yield from self._connected(target, login, clock)
        except HostKeyChangedError as error:
            yield _host_key(error.gap.at, error.shown)
            yield error.gap
        except LoginRefusedError as error:
            yield error
        except StoppedError as error:
            yield error.gap
        except DataFileError:
            raise
        except Exception as error:  # noqa: BLE001 - the per-target edge: one device must not end the run
            _log.debug("an SSH session failed", exc_info=True)
            yield Gap(self.name, f"{target.ssh_port}/tcp", GapReason.INTERNAL_ERROR, type(error).__name__)

    def _connected(self, target: Target, login: Login | None, clock: Deadline) -> Generator[_Step, None, None]:
        jump = login.jump if login else None
        through = self._jumps.through(jump, clock) if jump else None
        endpoint = Endpoint(target.address, target.ssh_port, jump.host if jump else "")
        source = (login.source_address if login else None) or self._source_address
        connection: Connection = connect(endpoint, self._host_keys, clock, source, through)
        try:
            if through is not None:
                yield Observation(Source.SSH_IDENT, endpoint.place, kept(connection.ident))
            yield _host_key(endpoint.place, connection.host_key)
            if login is not None:
                yield self._logged_in(connection, login, target, clock)
                wire = connection.open_shell(clock)
                yield from Session(wire, endpoint.place, connection.ident, clock, read_only_driver).said()
        finally:
            connection.close()

    def _logged_in(self, connection: Connection, login: Login, target: Target, clock: Deadline) -> _LetIn:
        """Log in, unless the credential was stopped while this waited for its turn; the book learns how it fared."""
        with self._book.trial(login, target.address) as allowed:
            self._realms.start(login.realm, lambda: clock.spent)
            if not allowed or login not in self._book.logins(target.address):
                detail = f"{login.name} was stopped meanwhile"
                raise StoppedError(Gap(self.name, f"{target.ssh_port}/tcp", GapReason.CREDENTIAL_STOPPED, detail))
            try:
                offered = connection.log_in(login, self._keys, clock)
            except LoginRefusedError as error:
                if error.counts:
                    self._book.refused(error.login, error.host)
                raise LoginRefusedError(error.gap, error.login, error.host, counts=False) from error  # told already
            if offered:
                self._book.accepted(login, target.address)
            return _LetIn(login)


def _host_key(place: str, key: HostKey) -> Observation:
    return Observation(Source.SSH_HOST_KEY, place, f"{key.kind} {key.fingerprint}")


def _jumps_planned(login: Login, probe: str) -> tuple[Planned, ...]:
    """The jump hosts that a login goes through, the outermost last."""
    if login.jump is None:
        return ()
    jump = login.jump
    sends = (*_EXCHANGES, "direct-tcpip")
    own = Planned(jump.host, probe, f"{jump.port}/tcp", sends, (jump.login.name,))
    return (own, *_jumps_planned(jump.login, probe))


class _ReadOnly:
    """What stands before a netmiko driver: the session is ours already, and nothing is done but write and read."""

    channel: GuardedChannel
    leave: str

    def establish_connection(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise LineRefusedError("a driver tried to connect by itself")

    def _never(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise LineRefusedError("a driver tried to leave read-only mode")

    enable = config_mode = send_config_set = send_config_from_file = save_config = commit = _never

    def cleanup(self, command: str = "") -> None:  # noqa: ARG002 - netmiko's signature
        """Say the parting word and wait for nothing."""
        self.channel.write_channel(self.leave + "\n")


def read_only_driver(dialect: Platform, channel: GuardedChannel, wire: Wire) -> Driver:
    """netmiko's driver for a dialect under the read-only mixin, on a channel that stands at the prompt."""
    from netmiko.ssh_dispatcher import CLASS_MAPPER

    base = CLASS_MAPPER[dialect.driver]
    made = type(f"ReadOnly{base.__name__}", (_ReadOnly, base), {"leave": dialect.leave})
    driver: Any = made(host="device", device_type=dialect.driver, auto_connect=False, encoding="latin-1")
    driver.channel, driver.remote_conn, driver.remote_conn_pre = channel, wire, None
    typed: Driver = driver
    return typed
