"""Session limits: sessions at once over all devices, and the rate of logins in one realm."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from fingerprints.model.evidence import Observation, Source
from scanner.credentials.credential import Credential
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.targets.target import Target
from tests.agents.ssh_book import Book, by_password
from tests.agents.ssh_server import Received, device
from tests.agents.ssh_transcripts import CISCO_XE


async def observed(count: int, limits: SessionLimits, book: Book, folder: Path) -> tuple[Received, list[bool], float]:
    """So many devices asked together: what they heard, whether each showed its version, and the seconds it took."""
    received = Received()
    probe = SshProbe(book, HostKeys(folder / "known_hosts"), limits)

    async def showed_its_version(target: Target) -> bool:
        observations = [item async for items in probe.observe(target) for item in items]
        return any(isinstance(item, Observation) and item.source is Source.SSH_COMMAND for item in observations)

    async with AsyncExitStack() as stack:
        places = [
            await stack.enter_async_context(device(CISCO_XE, address=f"127.0.8.{number}", received=received))
            for number in range(1, count + 1)
        ]
        start = time.monotonic()
        targets = [Target(place.address, ssh_port=place.port) for place in places]
        shown = await asyncio.gather(*map(showed_its_version, targets))
        took = time.monotonic() - start
        await asyncio.to_thread(probe.close)
    return received, shown, took


async def test_no_more_sessions_are_open_at_once_than_the_pool_holds(tmp_path: Path) -> None:
    received, shown, _ = await observed(6, SessionLimits(sessions=2), Book([by_password()]), tmp_path)
    assert (received.sessions_at_once, shown) == (2, [True] * 6)


async def test_logins_of_one_realm_keep_its_rate(tmp_path: Path) -> None:
    book = Book([replace(by_password(), realm="tacacs-1")])
    received, shown, took = await observed(4, SessionLimits(8, logins_a_second=4.0), book, tmp_path)
    assert (len(received.offered), shown) == (4, [True] * 4)
    assert took > 3 / 4.0


@dataclass
class Together(Book):
    """A book whose trials all begin together, as those do that waited for the first login of a realm to be proven."""

    four_waiting: threading.Barrier = field(default_factory=lambda: threading.Barrier(4))
    times: list[float] = field(default_factory=list)

    @contextmanager
    def trial(self, credential: Credential, address: str) -> Iterator[bool]:
        self.four_waiting.wait(20)
        yield True

    def accepted(self, credential: Credential, address: str) -> None:
        self.times.append(time.monotonic())


async def test_logins_that_waited_for_the_first_one_to_be_proven_do_not_come_in_a_burst(tmp_path: Path) -> None:
    book = Together([replace(by_password(), realm="tacacs-1")])
    _, shown, _ = await observed(4, SessionLimits(8, logins_a_second=4.0), book, tmp_path)
    assert shown == [True] * 4
    assert max(book.times) - min(book.times) > 2.5 / 4.0


@dataclass
class Stopping(Together):
    """A book whose logins are all stopped once all trials have begun."""

    @contextmanager
    def trial(self, credential: Credential, address: str) -> Iterator[bool]:
        with super().trial(credential, address) as allowed:
            self.turned_away.append((credential.name, address))
            yield allowed


async def test_a_login_stopped_while_it_waited_for_its_turn_is_not_offered(tmp_path: Path) -> None:
    book = Stopping([replace(by_password(), realm="tacacs-1")])
    received, shown, _ = await observed(4, SessionLimits(8, logins_a_second=4.0), book, tmp_path)
    assert (received.offered, shown) == ([], [False] * 4)


async def test_accounts_of_the_devices_own_wait_for_no_realm(tmp_path: Path) -> None:
    received, shown, took = await observed(4, SessionLimits(8, logins_a_second=0.05), Book([by_password()]), tmp_path)
    assert (received.sessions_at_once, shown) == (4, [True] * 4)
    assert took < 1 / 0.05
