"""Who answers SNMP: the engine ID question, then communities that may be swept, to every address of a scope.

One unconnected socket a family. The id of a question is a keyed permutation of its number, so that an answer names its
question, from whatever address it comes, and nobody can guess one. An address is asked one thing at a time: question by
question, each to everybody and again to the silent ones. What is kept of an address that stays silent is one octet.
"""

import asyncio
import errno
import secrets
import time
from bisect import bisect_right
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, aclosing, suppress
from socket import AddressFamily

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Observation
from scanner.credentials.access import CredentialBook
from scanner.protocols.snmp.datagrams import SocketAddress
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep.address_states import IDLE, OPEN, TOLD, AddressStates
from scanner.protocols.snmp.sweep.answers import identity_in, said
from scanner.protocols.snmp.sweep.cost import Cost, Counters
from scanner.protocols.snmp.sweep.permutation import SIZE, Permutation
from scanner.protocols.snmp.sweep.requests import AddressRun, plan_runs, swept
from scanner.protocols.snmp.sweep.responder import Heard, Responder, named
from scanner.protocols.snmp.sweep.senders import NO_ROOM, NO_WAY, Destination
from scanner.protocols.snmp.sweep.sweep_socket import SweepSocket
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import Profile
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import Targets
from scanner.targets.target import Target

MIN_WAIT = 0.3
"""Seconds that silent addresses are waited for before they are asked again, however fast the others answer."""

SLOWEST_TIMES = 3.0
"""They are waited for this many times as long as the slowest answer took, where that is less than the patience."""

MORE_ROUNDS = 5
"""Rounds beyond the patience at the most, where this host dropped something in the last one."""

READS = 8
"""How often a socket is read in one go: a flood does not keep everything else from running."""


PATIENCE = RetryPolicy(1.0, 2, 1.0)


class UnsendableError(KitscanError):
    """Some targets were never asked, for nothing can be sent to them from here: their silence means nothing."""


class Sweep:
    """One sweep: what is asked just now, and who has said something."""

    def __init__(self, targets: Targets, book: CredentialBook, pacer: RateLimiter) -> None:
        self._places, self._book, self._pacer = TargetNumbers(targets), book, pacer
        self._stretches, self._unsendable = plan_runs(self._places, book)
        self._width = max((len(stretch.questions) for stretch in self._stretches), default=1)
        if len(self._places) * self._width > SIZE:
            told = f"{len(self._places):,} addresses, each asked {self._width} questions, are too many for one sweep"
            raise KitscanError(f"{told}\nNext: sweep them in several runs")
        self._ids = Permutation(secrets.token_bytes(16))
        self._roll = AddressStates(len(self._places))
        self._mailboxes: dict[AddressFamily, SweepSocket] = {}
        self._speakers: dict[int, Responder] = {}
        self._fresh: list[Heard] = []
        self._question, self._asked_again = 0, False
        self._slowest, self._dropped = 0.0, False
        self._last_sent = float("-inf")
        self._quiet = asyncio.Event()
        self._counters = Counters()

    def cost(self) -> Cost:
        """What it has cost until now."""
        return self._counters.cost(time.monotonic(), time.process_time())

    async def run(self, patience: RetryPolicy) -> AsyncGenerator[tuple[Heard, ...], None]:
        """Ask all, question by question, the silent ones again; yield each target once it has nothing left to say,
        with those that came to it at the same time.

        Raises UnsendableError at the end where some could not be asked from here at all: no IPv6, no zone, no route.
        """
        self._counters.began, self._counters.cpu_before = time.monotonic(), time.process_time()
        with ExitStack() as stack:
            self._open_mailboxes(stack)
            for question in range(self._width):
                self._begin(question)
                async with aclosing(self._rounds(patience)) as rounds:
                    async for heard in rounds:
                        yield heard
        self._begin(self._width)
        if self._fresh:
            yield self._completed()
        if self._unsendable is not None:
            told = f"some addresses cannot be sent to from here ({self._unsendable.strerror})"
            raise UnsendableError(
                f"{told}\nNext: check this host's routes, and whether it has IPv6"
            ) from self._unsendable

    def _open_mailboxes(self, stack: ExitStack) -> None:
        for family in {stretch.family for stretch in self._stretches}:
            try:
                self._mailboxes[family] = stack.enter_context(SweepSocket(family, self._read))
            except OSError as error:
                self._unsendable = error
        self._stretches = tuple(one for one in self._stretches if one.family in self._mailboxes)

    def _begin(self, question: int) -> None:
        """Turn to a question: tell of those who have nothing left to be asked."""
        self._question = question
        self._roll.begin(self._stretches, question)
        for number, speaker in tuple(self._speakers.items()):
            self._settle(number, speaker)

    async def _rounds(self, patience: RetryPolicy) -> AsyncGenerator[tuple[Heard, ...], None]:
        """Ask the question of all that are open to it, until the patience is spent and this host has lost nothing."""
        waits = tuple(patience.waits())
        last_question = self._question == self._width - 1
        for attempt, wait in enumerate((*waits, *waits[-1:] * MORE_ROUNDS)):
            if not self._roll.open or (attempt >= len(waits) and not self._dropped):
                return
            self._asked_again, self._dropped = attempt > 0, False
            async with aclosing(self._round()) as round_:
                async for heard in round_:
                    yield heard
            await self._wait(wait if last_question and attempt >= len(waits) - 1 else self._retry_after(wait))
            if self._fresh:
                yield self._completed()

    async def _round(self) -> AsyncGenerator[tuple[Heard, ...], None]:
        """Ask everybody who is open once."""
        await asyncio.sleep(self._last_sent + self._pacer.interval - _now())
        self._roll.begin_round()
        for stretch in self._stretches:
            start = stretch.first
            while numbers := self._roll.following(start, stretch.end, self._pacer.burst):
                numbers = numbers[: await self._turns(stretch, numbers)]
                start = numbers[-1] + 1
                if numbers := self._roll.still_open(numbers):
                    await self._send(stretch, numbers)
                await asyncio.sleep(0)
                self._read()
                if self._fresh:
                    yield self._completed()
        self._last_sent = _now()
        self._count_drops(sum(mailbox.questions_dropped() for mailbox in self._mailboxes.values()))

    def _retry_after(self, patience: float) -> float:
        """How long to wait for the silent ones before they are asked again."""
        return min(patience, max(MIN_WAIT, SLOWEST_TIMES * self._slowest)) if self._slowest else patience

    async def _turns(self, stretch: AddressRun, numbers: Sequence[int]) -> int:
        """Return when some of these may be asked, and how many."""
        if not stretch.shared:
            return await self._pacer.turns(len(numbers))
        await self._pacer.at(self._places.target(numbers[0]).address).turn()
        return 1

    async def _send(self, stretch: AddressRun, numbers: Sequence[int]) -> None:
        """Ask some neighbours the question of now; nobody is passed over because this host had no room just then."""
        question, width = self._question, self._width
        if isinstance(numbers, range):
            ids = self._ids.of_all(range(numbers.start * width + question, numbers.stop * width + question, width))
        else:
            ids = self._ids.of_all([number * width + question for number in numbers])
        mailbox, asked = self._mailboxes[stretch.family], stretch.questions[question]
        hosts, to, sent = stretch.hosts(numbers), Destination(stretch.family, stretch.port, stretch.scope_id), 0
        self._roll.asked(numbers, _now())
        while sent < len(numbers):
            try:
                taken = mailbox.send(asked, to, hosts[sent:], ids[sent:])
            except OSError as error:
                if error.errno in NO_ROOM:
                    self._count_drops(error.errno == errno.ENOBUFS)
                    await mailbox.room(error)
                    continue
                sent += 1
                self._unsendable = error if error.errno in NO_WAY else self._unsendable
                continue
            sent += taken
            self._counters.packets += taken
            self._counters.retransmissions += taken * self._asked_again

    async def _wait(self, seconds: float) -> None:
        """Until all have answered, or for so long."""
        if self._roll.open:
            self._quiet.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), seconds)

    def _count_drops(self, drops: int) -> None:
        if drops:
            self._counters.local_drops += drops
            self._dropped = True
            self._pacer.congested()

    def _completed(self) -> tuple[Heard, ...]:
        completed = tuple(self._fresh)
        self._fresh.clear()
        return completed

    def _read(self) -> None:
        """Take what has come."""
        for mailbox in self._mailboxes.values():
            for _ in range(READS):
                letters = mailbox.read()
                now = _now()
                for datagram, source in letters:
                    self._take(datagram, source, now)
                if not letters:
                    break
                self._count_drops(mailbox.answers_dropped())

    def _take(self, datagram: bytes, source: SocketAddress, now: float) -> None:
        """Keep an answer that fits its question, unless it is a duplicate or comes when all has been told."""
        identity = identity_in(datagram)
        asked = None if identity is None else self._ids.undo(identity)
        if asked is None:
            return
        number, question = divmod(asked, self._width)
        if number >= len(self._roll) or question > self._question or self._roll.told(number):
            return
        speaker = self._speakers.get(number)
        stretch = speaker.stretch if speaker else self._stretch_of(number)
        if stretch is None or not (speaker.open_to(question) if speaker else question < len(stretch.questions)):
            return
        answer = said(stretch.questions[question], datagram)
        if answer is None:
            return
        if speaker is None:
            target = self._places.target(number)
            speaker = self._speakers[number] = Responder(target, stretch, named(source, target.snmp_port))
        if question == self._question and not self._asked_again:
            self._slowest = max(self._slowest, now - self._roll.asked_at(number))
        self._counters.answers += 1
        self._keep(speaker, question, *answer)
        self._settle(number, speaker)

    def _keep(self, speaker: Responder, question: int, let_in: bool, observations: tuple[Observation, ...]) -> None:
        community = speaker.stretch.questions[question].community
        if let_in and community is not None:
            self._book.accepted(community, speaker.target.address)
        speaker.keep(question, let_in, observations)

    def _settle(self, number: int, speaker: Responder) -> None:
        """Say on the roll whether a speaker is asked any further; tell of it where it is not."""
        if speaker.complete(self._question):
            self._roll.put(number, TOLD)
            self._fresh.append(self._speakers.pop(number).heard())
            if self._pacer.interval:
                self._pacer.at(speaker.target.address).asked()
        else:
            self._roll.put(number, OPEN if speaker.open_to(self._question) else IDLE)
        if not self._roll.open:
            self._quiet.set()

    def _stretch_of(self, number: int) -> AddressRun | None:
        place = bisect_right(self._stretches, number, key=lambda one: one.first) - 1
        return self._stretches[place] if place >= 0 and number < self._stretches[place].end else None


class SnmpSweep:
    """The sweep as a way to find out who is there (`Discovery`). `cost` is that of the last one."""

    name: str = "snmp"

    def __init__(
        self,
        book: CredentialBook,
        profile: Profile,
        pacer: RateLimiter | None = None,
        patience: RetryPolicy = PATIENCE,
    ) -> None:
        self._book, self._profile = book, profile
        self._pacer, self._patience = pacer, patience
        self.cost = Cost()

    async def discover(self, targets: Targets) -> AsyncGenerator[tuple[Target, tuple[Observation, ...]], None]:
        """Each target that answered, with what it said. Only communities marked `sweep` go out: nobody knows yet who
        listens."""
        sweep = Sweep(targets, self._book, self._pacer or RateLimiter(self._profile))
        try:
            async with aclosing(sweep.run(self._patience)) as answers:
                async for completed in answers:
                    for heard in completed:
                        yield heard.target, heard.observations
        finally:
            self.cost = sweep.cost()

    def packets(self, target: Target) -> int:
        """What this target gets where it stays silent."""
        return (1 + len(swept(self._book, target.address))) * self._patience.attempts


def _now() -> float:
    return asyncio.get_running_loop().time()
