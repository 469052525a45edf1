"""The sweep from the receiving side: who may be offered what, who is heard, at which pace."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from fingerprints.evidence import Observation, Source
from scanner.credentials.access import CommunityVersion, Usm
from scanner.discovery.speaker import Heard
from scanner.discovery.sweep import SnmpSweep, Sweep
from scanner.pacing import PROFILES, Profile
from scanner.snmp import codec
from scanner.snmp.ber import oid_of
from scanner.snmp.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.snmp.exchange import Patience
from scanner.snmp.pace import Pacer
from scanner.targets.target import Target
from tests.agents.snmp_scripted import Agent, Book, Script, agent, answer, community, silent, speaking
from tests.unit.listed import listed

LAB, NORMAL = PROFILES["lab"], PROFILES["normal"]
SHORT = Patience(0.2, 2, 1.0)
ENGINE_ID = b"\x80\x00\x1f\x88\x03\x00\x11\x22\x33\x44\x55"
ROWS = {oid_of("1.3.6.1.2.1.1.1.0"): "Example Router", oid_of("1.3.6.1.2.1.1.2.0"): "not an OID, but kept"}
SAID = (
    Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Example Router"),
    Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "not an OID, but kept"),
)
ENGINE_SAID = Observation(Source.SNMP_ENGINE_ID, "", ENGINE_ID.decode("latin-1"))
SWEPT = community("public", sweep=True)


def reporting(script: Script) -> Script:
    """An agent that tells its engine ID too."""

    def with_report(message: Message | V3Message) -> list[bytes]:
        if isinstance(message, Message):
            return list(script(message))
        report = ScopedPdu(ENGINE_ID, b"", Pdu(PduType.REPORT, message.message_id))
        return [codec.encode(V3Message(message.message_id, Flags.NONE, UsmParameters(ENGINE_ID, 1, 9), report))]

    return with_report


def target(device: Agent) -> Target:
    return Target(device.host, device.port)


async def heard(book: Book, *targets: Target, profile: Profile = LAB, patience: Patience = SHORT) -> list[Heard]:
    sweep = Sweep(listed(targets), book, Pacer(profile))
    return [one async for completed in sweep.run(patience) for one in completed]


async def test_a_device_that_answers_everything_is_heard_once_with_all_it_said() -> None:
    async with agent(reporting(speaking(ROWS))) as device:
        book = Book((SWEPT,))
        assert await heard(book, target(device)) == [Heard(target(device), "127.0.0.1", (*SAID, ENGINE_SAID))]
        assert book.told == [("accepted", "public")]


async def test_a_community_not_marked_for_sweeping_never_leaves() -> None:
    book = Book((community("secret"), community("secret-v1", CommunityVersion.V1), SWEPT, Usm("v3", "audit")))
    async with agent(silent) as device:
        assert await heard(book, target(device)) == []
    assert device.communities == {b"public"}
    assert {message.security.user for _, message in device.received if isinstance(message, V3Message)} == {b""}


async def test_with_no_community_to_sweep_only_the_engine_id_is_asked() -> None:
    async with agent(reporting(silent)) as device:
        assert await heard(Book((community("secret"),)), target(device)) == [
            Heard(target(device), "127.0.0.1", (ENGINE_SAID,))
        ]
    assert device.communities == set()


async def test_a_silent_address_is_asked_again_and_not_heard() -> None:
    async with agent(silent) as device:
        assert await heard(Book((SWEPT,)), target(device)) == []
    assert len(device.received) == 4


async def test_a_second_community_goes_only_to_those_the_first_did_not_open() -> None:
    book = Book((SWEPT, community("other", sweep=True)))
    async with agent(speaking(ROWS)) as open_one, agent(speaking(ROWS, "other")) as shut_one:
        said = await heard(book, target(open_one), target(shut_one))
    assert {one.target.snmp_port for one in said} == {open_one.port, shut_one.port}
    assert open_one.communities == {b"public"}
    assert shut_one.communities == {b"public", b"other"}


async def test_an_answer_from_another_address_counts_and_both_are_kept() -> None:
    async with agent(silent, "127.0.0.2") as other, agent(speaking(ROWS)) as device:
        device.elsewhere = other
        assert await heard(Book((SWEPT,)), target(device)) == [Heard(target(device), f"127.0.0.2:{other.port}", SAID)]


async def test_fifty_copies_of_an_answer_are_heard_once() -> None:
    honest = speaking(ROWS)
    async with agent(lambda message: list(honest(message)) * 50) as device:
        assert await heard(Book((SWEPT,)), target(device)) == [Heard(target(device), "127.0.0.1", SAID)]


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
        assert await heard(Book((SWEPT,)), *map(target, devices)) == []


async def test_a_refusal_is_a_sign_of_life_and_opens_nothing() -> None:
    book = Book((SWEPT,))

    def refusing(message: Message | V3Message) -> list[bytes]:
        return [answer(message, message.pdu.varbinds, status=16)] if isinstance(message, Message) else []

    async with agent(refusing) as device:
        assert await heard(book, target(device)) == [Heard(target(device), "127.0.0.1", ())]
    assert book.told == []


async def test_both_families_are_swept_together() -> None:
    async with agent(speaking(ROWS)) as four, agent(speaking(ROWS), "::1") as six:
        said = await heard(Book((SWEPT,)), target(four), target(six))
    assert {one.answered_from for one in said} == {"127.0.0.1", "::1"}


async def test_request_ids_look_random() -> None:
    async with AsyncExitStack() as stack:
        devices = [await stack.enter_async_context(agent(silent)) for _ in range(10)]
        await heard(Book((SWEPT,)), *map(target, devices), patience=Patience(0.05, 1))
    ids = sorted(
        message.message_id if isinstance(message, V3Message) else message.pdu.request_id
        for device in devices
        for _, message in device.received
    )
    assert len(set(ids)) == 20
    assert ids[-1] - ids[0] > 1_000_000


async def test_the_overall_rate_holds_at_the_receiving_side() -> None:
    async with AsyncExitStack() as stack:
        hosts = [f"127.0.1.{number}" for number in range(1, 61)]
        devices = [await stack.enter_async_context(agent(silent, host)) for host in hosts]
        slow = Profile("slow", None, 100.0, 1, 1, 1.0, 1)
        await heard(Book((SWEPT,)), *map(target, devices), profile=slow, patience=Patience(0.05, 1))
    times = sorted(when for device in devices for when, _ in device.received)
    assert len(times) == 120
    assert 119 / (times[-1] - times[0]) <= 110


async def test_one_address_is_asked_no_faster_than_the_profile_allows() -> None:
    async with agent(reporting(silent)) as device:
        await heard(Book((SWEPT,)), target(device), profile=NORMAL, patience=Patience(0.01, 3))
    times = [when for when, _ in device.received]
    assert len(times) == 4
    assert times[-1] - times[0] >= 0.14


async def test_three_hundred_devices_are_all_heard_though_their_answers_come_in_a_burst() -> None:
    async with AsyncExitStack() as stack:
        hosts = [f"127.0.{number // 250 + 2}.{number % 250 + 1}" for number in range(300)]
        devices = [await stack.enter_async_context(agent(reporting(speaking(ROWS)), host)) for host in hosts]
        said = await heard(Book((SWEPT,)), *map(target, devices), patience=Patience(2.0, 1))
    assert sorted(one.target.address for one in said) == sorted(hosts)


async def test_as_a_discovery_it_yields_targets_with_what_they_said() -> None:
    async with agent(speaking(ROWS)) as device:
        found = [one async for one in SnmpSweep(Book((SWEPT,)), LAB).heard(listed([target(device)]))]
    assert found == [(target(device), SAID)]
