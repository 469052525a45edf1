"""The SSH probe: the identification string, the algorithms, the host key, and the output of read-only commands."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import assert_never
from weakref import WeakValueDictionary

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from scanner.credentials.credential import CredentialBook, Login
from scanner.protocols.probe import Observed, Planned
from scanner.protocols.ssh.allow_list import TIME_OVER
from scanner.protocols.ssh.bounded.step_thread import StepThread
from scanner.protocols.ssh.cli_session import CliSession
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.host_keys import HostKey, HostKeys
from scanner.protocols.ssh.jump_hosts import JumpHosts
from scanner.protocols.ssh.kex import read_kex
from scanner.protocols.ssh.netmiko_driver import load_drivers, read_only_driver
from scanner.protocols.ssh.platforms.known_platforms import KnownPlatforms
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.protocols.ssh.private_keys import PrivateKeys
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
"""Seconds for one session with one device under one login."""

GRACE_SECONDS = 0.8
"""Seconds after its deadline in which a session says why it ended. Its thread is left behind after that."""

CLOSE_SECONDS = 2.0
"""Seconds for sessions that were cancelled, so that each can close its connection."""

IDENT_SECONDS = 5.0

_HANDSHAKE = ("the identification string", "key exchange")
_KEYS = ("the empty line", "N to a question", "a space to a pager")
_NEXT_LOGIN = frozenset({GapReason.CREDENTIAL_UNREADABLE, GapReason.CREDENTIAL_STOPPED})

_log = logging.getLogger("kitscan.ssh")


@dataclass(frozen=True, slots=True)
class _LoggedIn:
    """This login was accepted; the session is open."""

    login: Login


_Step = Observation | Gap | _LoggedIn | LoginRefusedError


class SshProbe:
    """Probes devices by SSH (`Probe`). `limits` bound the sessions at once and the logins in a realm; one device has
    one session at a time. Call `close` after the last device."""

    name = "ssh"

    def __init__(
        self,
        book: CredentialBook,
        host_keys: HostKeys,
        limits: SessionLimits = SessionLimits(),  # noqa: B008 - a frozen value
        session_seconds: float = SESSION_SECONDS,
        source_address: str | None = None,
        known_platforms: KnownPlatforms | None = None,
    ) -> None:
        self._book = book
        self._known_platforms = known_platforms or KnownPlatforms()
        self._host_keys = host_keys
        self._keys = PrivateKeys()
        self._jumps = JumpHosts(book, host_keys, self._keys)
        self._seconds = session_seconds
        self._source_address = source_address
        self._threads: set[StepThread[_Step]] = set()
        self._slots = asyncio.Semaphore(limits.sessions)
        self._realm_limiter = RealmLoginLimiter(limits.logins_a_second)
        self._address_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def close(self) -> None:
        """End the connections to jump hosts, and wait a little until cancelled sessions have ended."""
        self._jumps.close()
        until = time.monotonic() + CLOSE_SECONDS
        for thread in tuple(self._threads):
            thread.join(max(0.0, until - time.monotonic()))

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """The port and every line that may be sent there. Without a login only the handshake takes place."""
        logins = self._book.logins(target.address)
        lines = (*_KEYS, *load_platforms().every_command()) if logins else ()
        names = tuple(dict.fromkeys(login.name for login in logins))
        own = Planned(target.key, self.name, f"{target.ssh_port}/tcp", (*_HANDSHAKE, *lines), names)
        return (own, *dict.fromkeys(jump for login in logins for jump in _planned_jumps(login, self.name)))

    async def observe(self, target: Target) -> AsyncGenerator[Observed, None]:
        """The identification string, the algorithms, the host key, then each command's output under the first login
        that is accepted.

        Raises DataFileError if the file of known hosts cannot be used: then no host may be trusted.
        """
        address_lock = self._address_locks.setdefault(f"{target.address} {target.ssh_port}", asyncio.Lock())
        async with address_lock:
            logins = self._book.logins(target.address)
            direct = not logins or any(login.jump is None for login in logins)
            if direct:
                source = self._source_of(logins)
                async with self._slots:
                    ident, *offered = await read_kex(target.address, target.ssh_port, IDENT_SECONDS, source)
                # if the algorithms are missing, the key exchange that follows says why
                yield ident, *(item for item in offered if isinstance(item, Observation))
                direct = isinstance(ident, Observation)
            async with aclosing(self._observe_by_logins(target, direct)) as items:
                async for item in items:
                    yield (item,)

    async def _observe_by_logins(self, target: Target, direct: bool) -> AsyncGenerator[Observation | Gap, None]:
        """Try each login until one is accepted. Unless `direct` (the port answered), only through jump hosts."""
        if direct and not self._book.logins(target.address):
            async with aclosing(self._attempt_steps(target, None)) as steps:
                async for item in steps:
                    if isinstance(item, Observation | Gap):
                        yield item
        tried: set[str] = set()
        yielded: set[Observation] = set()
        while (login := self._next_login(target, tried, direct)) is not None:
            tried.add(login.name)
            await self._realm_limiter.acquire(login.realm)
            try_another = login.jump is not None
            async with aclosing(self._attempt_steps(target, login)) as steps:
                async for item in steps:
                    try_another = self._may_try_another(item, try_another)
                    if isinstance(item, LoginRefusedError):
                        yield item.gap
                    elif not isinstance(item, _LoggedIn) and item not in yielded:
                        yield item
                    if isinstance(item, Observation):
                        yielded.add(item)
                        if item.source is Source.SSH_PLATFORM:
                            self._known_platforms.found[target.key] = item.value
            if not try_another:
                return

    def _may_try_another(self, step: _Step, try_another: bool) -> bool:
        """True if another login may be tried after this step; `try_another` is what held before it."""
        match step:
            case Observation():
                return try_another
            case Gap():
                return (try_another or step.reason in _NEXT_LOGIN) and step.reason is not GapReason.HOST_KEY_CHANGED
            case _LoggedIn():
                return False
            case LoginRefusedError():
                return True
        assert_never(step)

    def _next_login(self, target: Target, tried: set[str], direct: bool) -> Login | None:
        """The best login not tried yet. Read anew each time: a refusal may have stopped others."""
        usable = (login for login in self._book.logins(target.address) if direct or login.jump is not None)
        return next((login for login in usable if login.name not in tried), None)

    def _source_of(self, logins: Sequence[Login]) -> str | None:
        return next((login.source_address for login in logins if login.jump is None), None) or self._source_address

    async def _attempt_steps(self, target: Target, login: Login | None) -> AsyncGenerator[_Step, None]:
        """The steps of one attempt, on a thread of its own. Ends with the deadline even if that thread is stuck, and
        when the iteration is cancelled."""
        async with self._slots:
            deadline = Deadline(self._seconds)
            thread = StepThread(self._attempt_on_thread(target, login, deadline), self._threads.discard)
            self._threads.add(thread)
            watchdog = asyncio.get_running_loop().call_later(self._seconds, deadline.stop)
            try:
                until = time.monotonic() + self._seconds + GRACE_SECONDS
                while (item := await thread.step(max(0.0, until - time.monotonic()))) is not None:
                    yield item
            except TimeoutError:
                self._threads.discard(thread)  # nobody waits for it
                yield Gap(self.name, f"{target.ssh_port}/tcp", GapReason.BUDGET_SPENT, TIME_OVER)
            finally:
                watchdog.cancel()
                deadline.stop()
                thread.close()

    def _attempt_on_thread(
        self, target: Target, login: Login | None, deadline: Deadline
    ) -> Generator[_Step, None, None]:
        """One connection under one login, step by step. Runs on threads."""
        try:
            yield from self._connect_and_observe(target, login, deadline)
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

    def _connect_and_observe(
        self, target: Target, login: Login | None, deadline: Deadline
    ) -> Generator[_Step, None, None]:
        if login is not None:  # no device waits in an open session while these are read for the first time
            load_platforms()
            load_drivers()
        jump = login.jump if login else None
        through = self._jumps.through(jump, deadline) if jump else None
        endpoint = Endpoint(target.address, target.ssh_port, jump.host if jump else "")
        source = (login.source_address if login else None) or self._source_address
        connection: Connection = connect(endpoint, self._host_keys, deadline, source, through)
        try:
            if through is not None:
                yield Observation(Source.SSH_IDENT, endpoint.place, kept(connection.ident))
            yield _host_key(endpoint.place, connection.host_key)
            if login is not None:
                yield self._log_in(connection, login, target, deadline)
                shell = connection.open_shell(deadline)
                session = CliSession(
                    shell,
                    endpoint.place,
                    connection.ident,
                    deadline,
                    load_platforms(),
                    read_only_driver,
                    connection.banner,
                    login.password,
                    expected=self._known_platforms.earlier.get(target.key, ""),
                )
                yield from session.observe()
        finally:
            connection.close()

    def _log_in(self, connection: Connection, login: Login, target: Target, deadline: Deadline) -> _LoggedIn:
        """Log in, unless the credential was stopped while this waited. Reports the outcome to the credential book."""
        with self._book.trial(login, target.address) as allowed:
            self._realm_limiter.start(login.realm, lambda: deadline.spent)
            if deadline.spent:  # the session was ended while it waited for its turn
                detail = f"the turn of the login {login.name} did not come in time" if login.realm else TIME_OVER
                raise StoppedError(Gap(self.name, f"{target.ssh_port}/tcp", GapReason.BUDGET_SPENT, detail))
            if not allowed or login not in self._book.logins(target.address):
                detail = f"the login {login.name} was stopped meanwhile"
                raise StoppedError(Gap(self.name, f"{target.ssh_port}/tcp", GapReason.CREDENTIAL_STOPPED, detail))
            try:
                offered = connection.log_in(login, self._keys, deadline)
            except LoginRefusedError as error:
                if error.counts:
                    self._book.refused(error.login, error.host)
                raise
            if offered:
                self._book.accepted(login, target.address)
            return _LoggedIn(login)


def _host_key(place: str, key: HostKey) -> Observation:
    return Observation(Source.SSH_HOST_KEY, place, f"{key.kind} {key.fingerprint}")


def _planned_jumps(login: Login, probe: str) -> tuple[Planned, ...]:
    """The jump hosts that a login goes through, the outermost last."""
    if login.jump is None:
        return ()
    jump = login.jump
    sends = (*_HANDSHAKE, "direct-tcpip")
    own = Planned(jump.host, probe, f"{jump.port}/tcp", sends, (jump.login.name,))
    return (own, *_planned_jumps(jump.login, probe))
