"""The SNMP sweep: it sends every address of a scope the engine ID request, then the communities marked `sweep`.

It uses one unconnected socket a family. A request's id is a keyed permutation of its number: an answer's id identifies
its request, from whatever address the answer comes, and nobody can guess an id. The sweep sends one request to all
addresses, again to the silent ones, then the next request. It keeps one octet about a silent address.
"""

import asyncio
import errno
import secrets
import time
from bisect import bisect_right
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import ExitStack, aclosing, contextmanager, suppress
from socket import AddressFamily

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, GapReason
from fingerprints.model.gap_place import TransportPort, text_of_port
from scanner.credentials.credential import CredentialBook
from scanner.protocols.probe import LateAnswers, Observed
from scanner.protocols.snmp.datagrams import SocketAddress
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep.address_states import DONE, IDLE, PENDING, AddressStates
from scanner.protocols.snmp.sweep.answers import SweepAnswer, id_in, parse_answer
from scanner.protocols.snmp.sweep.permutation import SIZE, Permutation
from scanner.protocols.snmp.sweep.requests import AddressRun, plan_runs, sweep_communities
from scanner.protocols.snmp.sweep.responder import Responder, SweepResult, answered_itself, format_source
from scanner.protocols.snmp.sweep.senders import NO_ROOM, UNROUTABLE, Destination
from scanner.protocols.snmp.sweep.sweep_socket import SweepSocket
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import Profile
from scanner.rate_limit.traffic import Cost, TrafficCounter
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import Targets
from scanner.targets.target import Target

MIN_WAIT = 0.3
"""The least seconds before a retransmission to silent addresses, however fast the others answer."""

SLOWEST_ANSWER_FACTOR = 3.0
"""A retransmission waits this many times as long as the slowest answer took, if the retry policy is not shorter."""

EXTRA_ROUNDS = 5
"""Rounds beyond the retry policy at most, while this host dropped something in the last one."""

MAX_READS = 8
"""Reads of a socket in one go: a flood must not stop everything else."""


SWEEP_RETRY_POLICY = RetryPolicy(1.0, 2, 1.0)
"""Two sends, one second apart."""


class UnsendableError(KitscanError):
    """This host could not send to some targets. Their silence means nothing."""


class Sweep:
    """One sweep: the current request, the state of each address, and the targets that have answered."""

    def __init__(self, targets: Targets, book: CredentialBook, rate_limiter: RateLimiter) -> None:
        self._numbers, self._book, self._rate_limiter = TargetNumbers(targets), book, rate_limiter
        self._runs, self._send_error = plan_runs(self._numbers, book)
        self._requests_per_address = max((len(run.requests) for run in self._runs), default=1)
        if len(self._numbers) * self._requests_per_address > SIZE:
            size = f"{len(self._numbers):,} addresses with {self._requests_per_address} requests each"
            raise KitscanError(f"{size} are too many for one sweep", "sweep them in several runs")
        self._ids = Permutation(secrets.token_bytes(16))
        self._states = AddressStates(len(self._numbers))
        self._sockets: dict[AddressFamily, SweepSocket] = {}
        self._responders: dict[int, Responder] = {}
        self._results: list[SweepResult] = []
        self._request_index, self._is_retransmission = 0, False
        self._slowest_answer, self._dropped = 0.0, False
        self._last_sent = self._settled_at = float("-inf")
        self._is_heard_later = False
        self._none_pending = asyncio.Event()
        self._traffic = TrafficCounter()
        self._began = (time.monotonic(), time.process_time())

    def cost(self) -> Cost:
        """The cost until now."""
        clock, cpu = self._began
        return self._traffic.cost(time.monotonic() - clock, time.process_time() - cpu)

    async def run(
        self, retry_policy: RetryPolicy, kept_open: ExitStack | None = None
    ) -> AsyncGenerator[tuple[SweepResult, ...], None]:
        """Send each request to all addresses, and again to the silent ones. Yields targets as they finish, in batches.
        With `kept_open` the sockets stay open as long as that; who answers after the end is in `take_results`.

        Raises UnsendableError at the end if this host could not send to some of them: no IPv6, no zone, no route.
        """
        self._began = (time.monotonic(), time.process_time())
        self._is_heard_later = kept_open is not None
        with ExitStack() as own:
            self._open_sockets(own if kept_open is None else kept_open)
            for request_index in range(self._requests_per_address):
                self._begin_request(request_index)
                async with aclosing(self._rounds(retry_policy)) as rounds:
                    async for results in rounds:
                        yield results
        self._begin_request(self._requests_per_address)
        if self._results:
            yield self.take_results()
        if self._send_error is not None:
            problem = f"this host cannot send to some addresses ({self._send_error.strerror})"
            raise UnsendableError(problem, "check this host's routes, and whether it has IPv6") from self._send_error

    def _open_sockets(self, stack: ExitStack) -> None:
        for family in {run.family for run in self._runs}:
            try:
                self._sockets[family] = stack.enter_context(SweepSocket(family, self._read))
            except OSError as error:
                self._send_error = error
        self._runs = tuple(run for run in self._runs if run.family in self._sockets)

    def _begin_request(self, request_index: int) -> None:
        """Start a request: set the states, and finish responders that need no further request."""
        self._request_index = request_index
        self._states.begin_request(self._runs, request_index)
        for number, responder in tuple(self._responders.items()):
            self._update_state(number, responder)

    async def _rounds(self, retry_policy: RetryPolicy) -> AsyncGenerator[tuple[SweepResult, ...], None]:
        """Send the request in rounds until the retry policy ends, and further while this host drops packets."""
        waits = tuple(retry_policy.waits())
        is_last_request = self._request_index == self._requests_per_address - 1
        for attempt, wait in enumerate((*waits, *waits[-1:] * EXTRA_ROUNDS)):
            if not self._states.pending or (attempt >= len(waits) and not self._dropped):
                return
            self._is_retransmission, self._dropped = attempt > 0, False
            async with aclosing(self._round()) as round_:
                async for results in round_:
                    yield results
            is_last, sent = is_last_request and attempt >= len(waits) - 1, _now()
            await self._wait(wait if is_last and not self._is_heard_later else self._retry_after(wait))
            if is_last and self._states.pending:
                self._settled_at = sent + wait
            if self._results:
                yield self.take_results()

    async def _round(self) -> AsyncGenerator[tuple[SweepResult, ...], None]:
        """Send the request once to every pending address."""
        await asyncio.sleep(self._last_sent + self._rate_limiter.interval - _now())
        self._states.begin_round()
        for run in self._runs:
            start = run.first
            while numbers := self._states.next_pending(start, run.end, self._rate_limiter.burst):
                numbers = numbers[: await self._acquire(run, numbers)]
                start = numbers[-1] + 1
                if numbers := self._states.still_pending(numbers):
                    await self._send(run, numbers)
                await asyncio.sleep(0)
                self._read()
                if self._results:
                    yield self.take_results()
        self._last_sent = _now()
        self._count_drops(sum(sweep_socket.requests_dropped() for sweep_socket in self._sockets.values()))

    def _retry_after(self, wait: float) -> float:
        """Seconds until a retransmission: `wait`, or less if the answers so far came fast."""
        if not self._slowest_answer:
            return wait
        return min(wait, max(MIN_WAIT, SLOWEST_ANSWER_FACTOR * self._slowest_answer))

    async def _acquire(self, run: AddressRun, numbers: Sequence[int]) -> int:
        """Return when the request may go to some of these addresses, and to how many."""
        if not run.shares_addresses:
            return await self._rate_limiter.acquire_up_to(len(numbers))
        await self._rate_limiter.at(self._numbers.target(numbers[0]).address).acquire()
        return 1

    async def _send(self, run: AddressRun, numbers: Sequence[int]) -> None:
        """Send the current request to some addresses of a run. If this host has no room, wait and send the rest."""
        index, width = self._request_index, self._requests_per_address
        if isinstance(numbers, range):
            ids = self._ids.of_all(range(numbers.start * width + index, numbers.stop * width + index, width))
        else:
            ids = self._ids.of_all([number * width + index for number in numbers])
        sweep_socket, request = self._sockets[run.family], run.requests[index]
        hosts, destination, sent = run.hosts(numbers), Destination(run.family, run.port, run.scope_id), 0
        self._states.mark_sent(numbers, _now())
        while sent < len(numbers):
            try:
                sent_now = sweep_socket.send(request, destination, hosts[sent:], ids[sent:])
            except OSError as error:
                if error.errno in NO_ROOM:
                    self._count_drops(error.errno == errno.ENOBUFS)
                    await sweep_socket.wait_for_room(error)
                    continue
                sent += 1
                self._send_error = error if error.errno in UNROUTABLE else self._send_error
                continue
            sent += sent_now
            self._traffic.sent(self._is_retransmission, sent_now)

    async def _wait(self, seconds: float) -> None:
        """Wait until no address is pending, at most so many seconds."""
        if self._states.pending:
            self._none_pending.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._none_pending.wait(), seconds)

    def _count_drops(self, drops: int) -> None:
        if drops:
            self._traffic.local_drops += drops
            self._dropped = True
            self._rate_limiter.slow_down()

    async def settled(self) -> None:
        """Wait as long after the last request as the retry policy does: `run` ends sooner where answers came fast, and
        its sockets are kept open."""
        await asyncio.sleep(self._settled_at - _now())

    def take_results(self) -> tuple[SweepResult, ...]:
        """The targets that have finished and were not yielded."""
        results = tuple(self._results)
        self._results.clear()
        return results

    def _read(self) -> None:
        """Read and process the waiting datagrams."""
        for sweep_socket in self._sockets.values():
            for _ in range(MAX_READS):
                datagrams = sweep_socket.read()
                now = _now()
                for datagram, source in datagrams:
                    self._take_datagram(datagram, source, now)
                if not datagrams:
                    break
                self._count_drops(sweep_socket.answers_dropped())

    def _take_datagram(self, datagram: bytes, source: SocketAddress, now: float) -> None:
        """Record an answer to one of our requests, unless it is a duplicate or its address is finished."""
        identity = id_in(datagram)
        request_number = None if identity is None else self._ids.undo(identity)
        if request_number is None:
            return
        number, request_index = divmod(request_number, self._requests_per_address)
        if number >= len(self._states) or request_index > self._request_index or self._states.is_done(number):
            return
        responder = self._responders.get(number)
        run = responder.run if responder else self._run_of(number)
        if run is None or not (responder.is_pending(request_index) if responder else request_index < len(run.requests)):
            return
        answer = parse_answer(run.requests[request_index], datagram)
        if answer is None:
            return
        if responder is None:
            responder = self._responders[number] = Responder(self._numbers.target(number), run)
        responder.came_from(format_source(source, responder.target.snmp_port))
        if request_index == self._request_index and not self._is_retransmission:
            self._slowest_answer = max(self._slowest_answer, now - self._states.sent_at(number))
        self._traffic.answers += 1
        self._record(responder, request_index, answer)
        self._update_state(number, responder)

    def _record(self, responder: Responder, request_index: int, answer: SweepAnswer) -> None:
        community = responder.run.requests[request_index].community
        if answer.accepted and community is not None:
            self._book.accepted(community, responder.target.address)
            self._rate_limiter.at(responder.target.address).answered_to.add(community.name)
        responder.record(request_index, answer.accepted, answer.observations)

    def _update_state(self, number: int, responder: Responder) -> None:
        """Set the state of a responder's address. If it is complete, add its result."""
        if responder.is_complete(self._request_index):
            self._states.set_state(number, DONE)
            self._results.append(self._responders.pop(number).result())
            if self._rate_limiter.interval:
                self._rate_limiter.at(responder.target.address).hold_off()
        else:
            self._states.set_state(number, PENDING if responder.is_pending(self._request_index) else IDLE)
        if not self._states.pending:
            self._none_pending.set()

    def _run_of(self, number: int) -> AddressRun | None:
        index = bisect_right(self._runs, number, key=lambda run: run.first) - 1
        return self._runs[index] if index >= 0 and number < self._runs[index].end else None


class SnmpSweep:
    """Discovery by SNMP sweep (scanner.collect's Discovery). `cost` is the cost of the last sweep."""

    name: str = "snmp"

    def __init__(
        self,
        book: CredentialBook,
        profile: Profile,
        rate_limiter: RateLimiter | None = None,
        retry_policy: RetryPolicy = SWEEP_RETRY_POLICY,
    ) -> None:
        self._book, self._profile = book, profile
        self._rate_limiter, self._retry_policy = rate_limiter, retry_policy
        self.cost = Cost()
        self._sweep: Sweep | None = None
        self._kept_open: ExitStack | None = None

    async def discover(self, targets: Targets) -> AsyncGenerator[tuple[Target, Observed], None]:
        """Each target that answered, with its observations. Only communities marked `sweep` are sent: nothing is known
        about an address yet. An answer that came from another address or port is a sign of life and no more: anybody
        may have sent it."""
        sweep = self._sweep = Sweep(targets, self._book, self._rate_limiter or RateLimiter(self._profile))
        try:
            async with aclosing(sweep.run(self._retry_policy, self._kept_open)) as batches:
                async for batch in batches:
                    for result in batch:
                        yield result.target, _believed(result)
        finally:
            self.cost = sweep.cost()

    @contextmanager
    def listening(self) -> Iterator[LateAnswers]:
        """Listen on after `discover` has ended, until the block ends: an agent that is busy may answer when the last
        wait for it is over. The function gives the targets that answered since it was called last."""
        with ExitStack() as self._kept_open:
            yield self._late_answers
        self._kept_open = None

    async def _late_answers(self) -> tuple[tuple[Target, Observed], ...]:
        if self._sweep is None:
            return ()
        await self._sweep.settled()
        return tuple((result.target, _believed(result)) for result in self._sweep.take_results())

    @property
    def sent(self) -> int:
        """Packets that were sent so far, retransmissions included."""
        return self._sweep.cost().packets if self._sweep else 0

    def packets(self, target: Target) -> int:
        """Packets for a silent target."""
        return (1 + len(sweep_communities(self._book, target.address))) * self._retry_policy.attempts


def _believed(result: SweepResult) -> Observed:
    """The observations of a result, or a gap if they came from elsewhere."""
    target = result.target
    if answered_itself(result):
        return result.observations
    place = TransportPort(target.snmp_port, "udp", answered_from=result.answered_from)
    detail = "what comes from where nobody asked is not believed"
    return (Gap("snmp", text_of_port(place), GapReason.ANSWERED_ELSEWHERE, detail),)


def _now() -> float:
    return asyncio.get_running_loop().time()
