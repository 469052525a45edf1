"""The sweep, seen by agents: which credentials are offered, which answers count, at which rate."""

import asyncio
import errno
import socket
import time
import tracemalloc
from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass

import pytest

from fingerprints.model.evidence import Observation, Source
from scanner.credentials.credential import CommunityVersion, Usm
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Syntax, oid_of
from scanner.protocols.snmp.message.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep.permutation import Permutation
from scanner.protocols.snmp.sweep.requests import SYSTEM_OIDS, SweepRequest
from scanner.protocols.snmp.sweep.responder import SweepResult
from scanner.protocols.snmp.sweep.senders import Destination, SingleSender
from scanner.protocols.snmp.sweep.sweep import SnmpSweep, Sweep, UnsendableError
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES, Profile
from scanner.targets.addresses import AddressBlock
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import Ports, Target
from tests.agents.snmp_scripted import Agent, Book, Script, agent, answer, community, silent, speaking
from tests.unit.listed import listed

LAB, NORMAL = PROFILES["lab"], PROFILES["normal"]
SHORT = RetryPolicy(0.2, 2, 1.0)
ENGINE_ID = b"\x80\x00\x1f\x88\x03\x00\x11\x22\x33\x44\x55"
ROWS = {oid_of("1.3.6.1.2.1.1.1.0"): "Example Router", oid_of("1.3.6.1.2.1.1.2.0"): "not an OID, but kept"}
OBSERVED = (
    Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Example Router"),
    Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "not an OID, but kept"),
)
ENGINE_OBSERVED = Observation(Source.SNMP_ENGINE_ID, "", ENGINE_ID.decode("latin-1"))
SWEPT = community("public", sweep=True)


def reporting(script: Script) -> Script:
    """An agent that also answers the engine ID request."""

    def with_report(message: Message | V3Message) -> list[bytes]:
        if isinstance(message, Message):
            return list(script(message))
        report = ScopedPdu(ENGINE_ID, b"", Pdu(PduType.REPORT, message.message_id))
        return [codec.encode(V3Message(message.message_id, Flags.NONE, UsmParameters(ENGINE_ID, 1, 9), report))]

    return with_report


def target(device: Agent) -> Target:
    return Target(device.host, device.port)


async def swept(
    book: Book, *targets: Target, profile: Profile = LAB, retry_policy: RetryPolicy = SHORT
) -> list[SweepResult]:
    sweep = Sweep(listed(targets), book, RateLimiter(profile))
    return [one async for completed in sweep.run(retry_policy) for one in completed]


async def test_a_device_that_answers_everything_is_one_result_with_all_its_answers() -> None:
    async with agent(reporting(speaking(ROWS))) as device:
        book = Book((SWEPT,))
        assert await swept(book, target(device)) == [
            SweepResult(target(device), "127.0.0.1", (*OBSERVED, ENGINE_OBSERVED))
        ]
        assert book.reported == [("accepted", "public")]


async def test_a_community_not_marked_for_sweeping_never_leaves() -> None:
    book = Book((community("secret"), community("secret-v1", CommunityVersion.V1), SWEPT, Usm("v3", "audit")))
    async with agent(silent) as device:
        assert await swept(book, target(device)) == []
    assert device.communities == {b"public"}
    assert {message.security.user for _, message in device.received if isinstance(message, V3Message)} == {b""}


async def test_with_no_community_to_sweep_only_the_engine_id_is_asked() -> None:
    async with agent(reporting(silent)) as device:
        assert await swept(Book((community("secret"),)), target(device)) == [
            SweepResult(target(device), "127.0.0.1", (ENGINE_OBSERVED,))
        ]
    assert device.communities == set()


async def test_a_silent_address_is_asked_again_and_gives_no_result() -> None:
    async with agent(silent) as device:
        assert await swept(Book((SWEPT,)), target(device)) == []
    assert len(device.received) == 4


async def test_a_second_community_goes_only_to_those_the_first_did_not_open() -> None:
    book = Book((SWEPT, community("other", sweep=True)))
    async with agent(speaking(ROWS)) as open_one, agent(speaking(ROWS, "other")) as shut_one:
        observed = await swept(book, target(open_one), target(shut_one))
    assert {one.target.snmp_port for one in observed} == {open_one.port, shut_one.port}
    assert open_one.communities == {b"public"}
    assert shut_one.communities == {b"public", b"other"}


async def test_an_answer_from_another_address_counts_and_both_are_kept() -> None:
    async with agent(silent, "127.0.0.2") as other, agent(speaking(ROWS)) as device:
        device.elsewhere = other
        assert await swept(Book((SWEPT,)), target(device)) == [
            SweepResult(target(device), f"127.0.0.2:{other.port}", OBSERVED)
        ]


async def test_fifty_copies_of_an_answer_count_once() -> None:
    honest = speaking(ROWS)
    async with agent(lambda message: list(honest(message)) * 50) as device:
        assert await swept(Book((SWEPT,)), target(device)) == [SweepResult(target(device), "127.0.0.1", OBSERVED)]


async def test_who_answers_after_the_last_wait_is_heard_as_long_as_somebody_listens() -> None:
    sweep = SnmpSweep(Book((SWEPT,)), LAB, retry_policy=RetryPolicy(0.02, 1))
    async with agent(speaking(ROWS)) as device:
        device.late = 0.2
        with sweep.listening() as late_answers:
            found = [one async for one in sweep.discover(listed([target(device)]))]
            await asyncio.sleep(0.3)
            assert (found, await late_answers(), await late_answers()) == ([], ((target(device), OBSERVED),), ())


async def test_a_sweep_that_is_listened_to_on_ends_soon_and_waits_later() -> None:
    """Where answers came fast, the last wait of the retry policy passes while those who answered are probed."""
    sweep = SnmpSweep(Book((SWEPT,)), LAB, retry_policy=RetryPolicy(1.0, 1))
    async with agent(speaking(ROWS)) as device, agent(speaking(ROWS)) as slow:
        slow.late = 0.7
        with sweep.listening() as late_answers:
            began = time.monotonic()
            found = [one async for one in sweep.discover(listed([target(device), target(slow)]))]
            took = time.monotonic() - began
            late = await late_answers()
    assert [one for one, _ in found] == [target(device)]
    assert late == ((target(slow), OBSERVED),)
    assert took < 1.9  # two requests, and one second for each without an answer


def rubbish() -> dict[str, Callable[[Message | V3Message], list[bytes]]]:
    return {
        "no SNMP": lambda message: [b"", b"\xff" * 60_000, b"\x30\x80" * 3_000],
        "guessed ids": lambda message: [
            answer(message, [], request_id) for request_id in range(1, 20) if isinstance(message, Message)
        ],
        "other variables": lambda message: [answer(message, [])] if isinstance(message, Message) else [],
    }


async def test_rubbish_is_no_sign_of_life() -> None:
    async with AsyncExitStack() as stack:
        devices = [await stack.enter_async_context(agent(script)) for script in rubbish().values()]
        assert await swept(Book((SWEPT,)), *map(target, devices)) == []


async def test_a_refusal_is_a_sign_of_life_and_opens_nothing() -> None:
    book = Book((SWEPT,))

    def refusing(message: Message | V3Message) -> list[bytes]:
        return [answer(message, message.pdu.varbinds, status=16)] if isinstance(message, Message) else []

    async with agent(refusing) as device:
        assert await swept(book, target(device)) == [SweepResult(target(device), "127.0.0.1", ())]
    assert book.reported == []


async def test_both_families_are_swept_together() -> None:
    async with agent(speaking(ROWS)) as four, agent(speaking(ROWS), "::1") as six:
        observed = await swept(Book((SWEPT,)), target(four), target(six))
    assert {one.answered_from for one in observed} == {"127.0.0.1", "::1"}


async def test_request_ids_look_random() -> None:
    async with AsyncExitStack() as stack:
        devices = [await stack.enter_async_context(agent(silent)) for _ in range(10)]
        await swept(Book((SWEPT,)), *map(target, devices), retry_policy=RetryPolicy(0.05, 1))
    ids = sorted(
        message.message_id if isinstance(message, V3Message) else message.pdu.request_id
        for device in devices
        for _, message in device.received
    )
    assert len(set(ids)) == 20
    assert ids[-1] - ids[0] > 1_000_000


@pytest.mark.alone
async def test_the_overall_rate_holds_at_the_receiving_side() -> None:
    async with AsyncExitStack() as stack:
        hosts = [f"127.0.1.{number}" for number in range(1, 61)]
        devices = [await stack.enter_async_context(agent(silent, host)) for host in hosts]
        slow = Profile("slow", None, 100.0, 1, 1, 1.0, 1)
        await swept(Book((SWEPT,)), *map(target, devices), profile=slow, retry_policy=RetryPolicy(0.05, 1))
    times = sorted(when for device in devices for when, _ in device.received)
    assert len(times) == 120
    assert 119 / (times[-1] - times[0]) <= 110


async def test_one_address_is_asked_no_faster_than_the_profile_allows() -> None:
    async with agent(reporting(silent)) as device:
        await swept(Book((SWEPT,)), target(device), profile=NORMAL, retry_policy=RetryPolicy(0.01, 3))
    times = [when for when, _ in device.received]
    assert len(times) == 4
    assert times[-1] - times[0] >= 0.14


async def test_three_hundred_devices_are_all_found_though_their_answers_come_in_a_burst() -> None:
    async with AsyncExitStack() as stack:
        hosts = [f"127.0.{number // 250 + 2}.{number % 250 + 1}" for number in range(300)]
        devices = [await stack.enter_async_context(agent(reporting(speaking(ROWS)), host)) for host in hosts]
        observed = await swept(Book((SWEPT,)), *map(target, devices), retry_policy=RetryPolicy(2.0, 1))
    assert sorted(one.target.address for one in observed) == sorted(hosts)


async def test_as_a_discovery_it_yields_targets_with_their_observations() -> None:
    async with agent(speaking(ROWS)) as device:
        found = [one async for one in SnmpSweep(Book((SWEPT,)), LAB).discover(listed([target(device)]))]
    assert found == [(target(device), OBSERVED)]


async def test_an_agent_that_misses_one_request_of_two_is_found_with_one_retry() -> None:
    honest, asked = reporting(speaking(ROWS)), list[int]()

    def deaf_to_each_first(message: Message | V3Message) -> list[bytes]:
        asked.append(1)
        return list(honest(message)) if len(asked) % 2 == 0 else []

    async with agent(deaf_to_each_first) as device:
        assert await swept(Book((SWEPT,)), target(device)) == [
            SweepResult(target(device), "127.0.0.1", (*OBSERVED, ENGINE_OBSERVED))
        ]
    assert len(device.received) == 4


async def test_the_answer_to_a_request_not_yet_asked_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The id cannot be guessed; this agent knows it because the test fixes the key."""
    monkeypatch.setattr("scanner.protocols.snmp.sweep.sweep.secrets.token_bytes", bytes)
    ids = Permutation(bytes(16))

    def ahead(message: Message | V3Message) -> list[bytes]:
        if isinstance(message, Message):
            return []
        asked = Pdu(PduType.RESPONSE, ids.of(1), (Varbind(SYSTEM_OIDS[0], Syntax.OCTETS, "x"), Varbind(SYSTEM_OIDS[1])))
        return [codec.encode(Message(codec.V2C, b"public", asked))]

    async with agent(ahead) as device:
        assert await swept(Book((SWEPT,)), target(device)) == []


async def test_targets_at_two_ports_of_one_address_share_its_rate() -> None:
    async with agent(silent) as one, agent(silent) as other:
        await swept(Book((SWEPT,)), target(one), target(other), profile=NORMAL, retry_policy=RetryPolicy(0.01, 2))
    times = sorted(when for device in (one, other) for when, _ in device.received)
    assert len(times) == 8
    assert times[-1] - times[0] >= 7 * 0.05 - 0.01


async def test_who_asks_a_device_after_the_sweep_waits_its_time() -> None:
    rate_limiter = RateLimiter(NORMAL)
    async with agent(reporting(speaking(ROWS))) as device:
        async with aclosing(Sweep(listed([target(device)]), Book((SWEPT,)), rate_limiter).run(SHORT)) as answers:
            async for _ in answers:
                break
        await rate_limiter.at("127.0.0.1").acquire()
    assert asyncio.get_running_loop().time() - device.received[-1][0] >= 0.05


@asynccontextmanager
async def many(count: int, script: Script) -> AsyncIterator[tuple[Agent, Targets]]:
    """One agent at as many addresses, which answers in the name of another."""
    async with agent(script, "0.0.0.0") as device:
        block = AddressBlock(4, 0x7F000601, 0x7F000601 + count - 1)
        yield device, Targets((AddressSpan(block, Ports(device.port), "127.0.6.0/24"),))


async def test_answers_this_host_had_no_room_for_are_counted_and_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scanner.protocols.snmp.sweep.sweep_socket.RECEIVE_BUFFER", 4_096)
    honest, first = reporting(silent), iter(range(120))

    def drowned_at_first(message: Message | V3Message) -> list[bytes]:
        return [*([b"x" * 200] * 20 if next(first, None) is not None else ()), *honest(message)]

    async with many(120, drowned_at_first) as (device, targets):
        sweep = Sweep(targets, Book(), RateLimiter(LAB))
        observed = [one async for completed in sweep.run(RetryPolicy(0.2, 1)) for one in completed]
    cost = sweep.cost()
    assert len(observed) == 120
    assert cost.local_drops > 0
    assert cost.packets == 120 + cost.retransmissions == len(device.received)


@dataclass
class Grudging:
    """A sender whose kernel has no room for every other batch, and takes at most seven datagrams of it."""

    opened: socket.socket
    refused: int = 0
    turn: int = 0

    def send(self, question: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        self.turn += 1
        if self.turn % 2:
            raise OSError((errno.ENOBUFS, errno.EAGAIN)[self.turn // 2 % 2], "no room")
        return SingleSender(self.opened).send(question, to, hosts[:7], ids[:7])


async def test_requests_this_host_had_no_room_for_are_all_sent_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "scanner.protocols.snmp.sweep.sweep_socket.sender_for", lambda _family, opened: Grudging(opened)
    )
    async with many(60, reporting(silent)) as (_, targets):
        sweep = Sweep(targets, Book(), RateLimiter(LAB))
        observed = [one async for completed in sweep.run(RetryPolicy(0.5, 1)) for one in completed]
    assert (len(observed), sweep.cost().local_drops > 0) == (60, True)


@dataclass
class Refusing:
    """A kernel that refuses to send to the first address."""

    opened: socket.socket
    number: int

    def send(self, question: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        if hosts[0] == 0x7F000001:
            raise OSError(self.number, "refused")
        return SingleSender(self.opened).send(question, to, hosts, ids)


@pytest.mark.parametrize("name", ["ENETUNREACH", "EHOSTUNREACH", "EPERM", "EINVAL", "ENETDOWN"])
async def test_an_address_that_this_host_refuses_to_send_to_costs_the_others_nothing_and_is_reported(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = getattr(errno, name)
    monkeypatch.setattr(
        "scanner.protocols.snmp.sweep.sweep_socket.sender_for", lambda _family, opened: Refusing(opened, number)
    )
    async with agent(reporting(silent), host="127.0.0.2") as device:
        sweep = Sweep(listed([Target("127.0.0.1", device.port), target(device)]), Book(), RateLimiter(LAB))
        observed: list[SweepResult] = []
        with pytest.raises(UnsendableError):
            async for completed in sweep.run(RetryPolicy(0.1, 1)):
                observed += completed
    assert ([one.target for one in observed], sweep.cost().packets) == ([target(device)], 1)


async def test_what_this_host_dropped_without_a_word_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = iter([3])
    monkeypatch.setattr(
        "scanner.protocols.snmp.sweep.sweep_socket.SweepSocket.requests_dropped", lambda _: next(lost, 0)
    )
    async with agent(silent) as device:
        sweep = Sweep(listed([target(device)]), Book(), RateLimiter(LAB))
        assert [one async for one in sweep.run(RetryPolicy(0.05, 1))] == []
    assert (len(device.received), sweep.cost().local_drops) == (2, 3)


async def test_a_silent_address_costs_less_than_two_octets() -> None:
    def span(count: int) -> Targets:
        return Targets((AddressSpan(AddressBlock(4, 0x7F200000, 0x7F200000 + count - 1), Ports(9), "127.32.0.0/12"),))

    async def most(count: int) -> int:
        tracemalloc.start()
        sweep = Sweep(span(count), Book((SWEPT,)), RateLimiter(LAB))
        assert [one async for one in sweep.run(RetryPolicy(0.01, 1))] == []
        assert sweep.cost().packets == 2 * count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    await most(512)
    assert await most(1 << 16) - await most(512) < 2 << 16
