"""What the SNMP probe sends and yields, seen by an agent: order of credentials, plan, rate, VLANs, failures."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from fingerprints.sources import registry
from fingerprints.sources.bridge_mib import VlanContexts
from fingerprints.sources.private_mib.second_round import WantedObject
from scanner.credentials.credential import CommunityVersion, CredentialBook, Usm
from scanner.protocols.probe import Probe
from scanner.protocols.snmp.message.ber import Oid, Syntax, dotted, oid_of
from scanner.protocols.snmp.message.codec import Message, PduType, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.rate_limit.profiles import PROFILES, Profile
from scanner.targets.target import Target
from tests.agents.snmp_daemon import free_port
from tests.agents.snmp_scripted import Agent, Book, Script, WantedOf, agent, answer, community, silent, speaking

LAB, NORMAL = PROFILES["lab"], PROFILES["normal"]
SHORT = RetryPolicy(0.05, 2, 1.0)
SHORT_OF_FIVE = RetryPolicy(0.05, 5, 1.0)
WANTED = WantedOf(("1.3.6.1.4.1.99998", "1.3.6.1.4.1.99997"))
INDEXED = VlanContexts("1.3.6.1.4.1.99999", "1.3.6.1.4.1.99999.46.1.2", most=3)
SYS_DESCR, SYS_OBJECT_ID = oid_of("1.3.6.1.2.1.1.1.0"), oid_of("1.3.6.1.2.1.1.2.0")
ENTERPRISES = oid_of("1.3.6.1.4.1")
OWN_TREE = (*ENTERPRISES, 99998)
FORWARDING = oid_of("1.3.6.1.2.1.17.4.3.1.2")
ROWS: dict[Oid, str] = {
    SYS_DESCR: "Example Switch",
    **{oid_of(f"1.3.6.1.2.1.2.2.1.2.{row}"): f"port {row}" for row in range(1, 15)},
    oid_of("1.3.6.1.4.1.99998.1.0"): "private",
}


async def observed(
    book: CredentialBook,
    device: Agent,
    profile: Profile = LAB,
    retry_policy: RetryPolicy = SHORT,
    wanted: WantedOf = WANTED,
) -> list[Observation | Gap]:
    probe = SnmpProbe(book, profile, wanted, (INDEXED,), retry_policy=retry_policy)
    try:
        return [items async for answers in probe.observe(Target(device.host, device.port)) for items in answers]
    finally:
        probe.close()


def gaps_of(items: Iterable[Observation | Gap]) -> list[Gap]:
    return [one for one in items if isinstance(one, Gap)]


def test_it_is_a_probe() -> None:
    probe: Probe = SnmpProbe(Book(), LAB, WANTED)
    assert probe.name == "snmp"


async def test_v2c_is_tried_before_v1_and_an_accepted_community_is_reported_to_the_book() -> None:
    v1, wrong, right = community("public", CommunityVersion.V1), community("wrong"), community("public")
    book = Book((v1, wrong, right))
    async with agent(speaking(ROWS)) as device:
        items = await observed(book, device)
    assert Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Example Switch") in items
    assert book.reported == [("accepted", "public")]
    assert {message.version for _, message in device.received if isinstance(message, Message)} == {1}
    assert device.communities == {b"wrong", b"public"}


async def test_an_snmpv3_user_is_not_offered_to_a_device_that_speaks_no_v3() -> None:
    book = Book((Usm("v3", "audit"),))
    async with agent(speaking(ROWS)) as device:
        items = await observed(book, device)
    assert [gap.reason for gap in gaps_of(items)] == [GapReason.NO_CREDENTIAL]
    assert {message.security.user for _, message in device.received if isinstance(message, V3Message)} == {b""}


@pytest.mark.parametrize(("users", "sends"), [((), 2), ((Usm("v3", "audit"),), SHORT_OF_FIVE.attempts)])
async def test_an_engine_id_request_that_opens_no_session_is_sent_twice(users: tuple[Usm, ...], sends: int) -> None:
    async with agent(speaking(ROWS)) as device:
        await observed(Book((community(), *users)), device, retry_policy=SHORT_OF_FIVE)
    assert sum(isinstance(message, V3Message) for _, message in device.received) == sends


async def test_no_credential_is_a_gap_that_says_so() -> None:
    async with agent(silent) as device:
        items = await observed(Book(), device)
    detail = "no SNMP credential may be offered to this address"
    assert items == [Gap("snmp", f"{device.port}/udp", GapReason.NO_CREDENTIAL, detail)]


async def test_silence_names_the_credentials_that_were_tried_and_refuses_none() -> None:
    book = Book((community("one"), community("two")))
    async with agent(silent) as device:
        items = await observed(book, device)
    detail = "no answer under one, two: the credential may be wrong, or the device silent"
    assert items == [Gap("snmp", f"{device.port}/udp", GapReason.NO_ANSWER, detail)]
    assert book.reported == []


async def test_a_closed_port_is_asked_once() -> None:
    port = free_port()
    probe = SnmpProbe(Book((community("one"), community("two"))), LAB, WANTED)
    items = [one async for answers in probe.observe(Target("127.0.0.1", port)) for one in answers]
    assert items == [Gap("snmp", f"{port}/udp", GapReason.NO_ANSWER, "nothing listens on this port")]


async def test_an_address_without_a_route_is_a_gap() -> None:
    probe = SnmpProbe(Book((community("one"),)), LAB, WANTED, retry_policy=SHORT)
    items = [one async for answers in probe.observe(Target("255.255.255.255")) for one in answers]
    assert [gap.reason for gap in gaps_of(items)] == [GapReason.NO_ANSWER]


def tiring(answers: int) -> Script:
    """A device that answers so many requests and then no more."""
    honest, left = speaking(ROWS), iter(range(answers))
    return lambda message: honest(message) if isinstance(message, V3Message) or next(left, None) is not None else []


async def test_a_device_that_stops_answering_is_left_alone_and_each_table_not_had_is_a_gap() -> None:
    async with agent(tiring(2)) as device:
        items = await observed(Book((community(),)), device)
    gaps = gaps_of(items)
    assert Gap("snmp", "1.3.6.1.2.1.15.3.1", GapReason.NO_ANSWER, "the device stopped answering") in gaps
    assert {gap.reason for gap in gaps} == {GapReason.NO_ANSWER}
    assert len(gaps) < len(registry.COLUMNS)
    assert len(device.received) < 20


async def test_a_device_that_stops_answering_in_the_second_round_leaves_a_gap_for_its_own_mib() -> None:
    async with agent(speaking(ROWS)) as device:
        await observed(Book((community(),)), device)
    answered = sum(isinstance(message, Message) for _, message in device.received)
    async with agent(tiring(answered - 1)) as device:
        items = await observed(Book((community(),)), device)
    (gap,) = gaps_of(items)
    assert (gap.at, gap.reason) == (dotted(ENTERPRISES), GapReason.NO_ANSWER)


async def test_a_device_that_is_gone_before_the_second_round_has_a_gap_for_its_private_trees() -> None:
    async with agent(tiring(2)) as device:
        items = await observed(Book((community(),)), device)
    assert Gap("snmp", dotted(ENTERPRISES), GapReason.NO_ANSWER, "the device stopped answering") in gaps_of(items)


async def test_what_the_requests_of_the_second_round_did_not_suffice_for_is_a_gap() -> None:
    rows = {**ROWS, **{(*OWN_TREE, 2, 1, 4, row): "part" for row in range(1, 10_000)}}
    wanted = replace(WANTED, objects=(WantedObject(dotted((*OWN_TREE, 2, 1, 4)), None),), own=())
    async with agent(speaking(rows)) as device:
        items = await observed(Book((community(),)), device, wanted=wanted)
    assert len([item for item in items if item.at.startswith(dotted((*OWN_TREE, 2, 1, 4)))]) > 500
    assert GapReason.BUDGET_SPENT in {gap.reason for gap in gaps_of(items)}


async def test_the_second_round_asks_for_what_the_device_has_and_no_object_twice() -> None:
    rows = {
        **ROWS,
        (*OWN_TREE, 5, 1, 0): "SN-1",
        (*OWN_TREE, 5, 2, 1, 7, 1): "first",
        (*OWN_TREE, 5, 2, 1, 7, 2): "second",
        (*OWN_TREE, 9, 4, 0): "a scalar that no MIB explains",
    }
    objects = (
        WantedObject(dotted((*OWN_TREE, 5, 1)), 4, "serial"),
        WantedObject(dotted((*OWN_TREE, 5, 2, 1, 7)), 4, "model"),
        WantedObject(dotted((*OWN_TREE, 6, 1)), 4, "version"),
    )
    async with agent(speaking(rows)) as device:
        items = await observed(Book((community(),)), device, wanted=replace(WANTED, objects=objects, own=(99998,)))
    own = [item.at for item in items if item.at.startswith(dotted(OWN_TREE))]
    assert sorted(own) == sorted({dotted(oid) for oid in rows if oid[: len(OWN_TREE)] == OWN_TREE})
    assert gaps_of(items) == []


async def test_a_device_that_cannot_answer_for_the_whole_system_group_is_asked_one_by_one() -> None:
    honest = speaking(ROWS)

    def small(message: Message | V3Message) -> Iterable[bytes]:
        if isinstance(message, Message) and message.pdu.type is PduType.GET and len(message.pdu.varbinds) > 1:
            return [answer(message, message.pdu.varbinds, status=1)]
        return honest(message)

    async with agent(small) as device:
        items = await observed(Book((community(),)), device)
    assert Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Example Switch") in items
    assert gaps_of(items) == []


def indexed(vlans: Iterable[int]) -> dict[Oid, str]:
    return {**ROWS, **{oid_of(f"{INDEXED.vlans}.1.{vlan}"): "up" for vlan in vlans}}


async def test_a_switch_with_a_bridge_per_vlan_is_asked_in_each_vlan_it_lists_up_to_a_bound() -> None:
    tables = {b"public": speaking(indexed((5, 10, 20, 30)))}
    for vlan in (5, 10, 20, 30):
        name = f"public@{vlan}"
        tables[name.encode()] = speaking({(*FORWARDING, 0, 1, 2, 3, 4, vlan): "7"}, name)

    catalyst_id = Varbind(SYS_OBJECT_ID, Syntax.OBJECT_ID, f"{INDEXED.tree}.1.5")

    def catalyst(message: Message | V3Message) -> Iterable[bytes]:
        if isinstance(message, V3Message):
            return []
        if message.pdu.type is PduType.GET and SYS_OBJECT_ID in [varbind.oid for varbind in message.pdu.varbinds]:
            return [answer(message, [catalyst_id if one.oid == SYS_OBJECT_ID else one for one in absent(message)])]
        return tables[message.community](message)

    async with agent(catalyst) as device:
        items = await observed(Book((community(),)), device)
    entries = [one.at for one in items if one.at.startswith(dotted(FORWARDING))]
    assert entries == [f"{dotted(FORWARDING)}.0.1.2.3.4.{vlan}" for vlan in (5, 10, 20)]
    assert device.communities == {b"public", b"public@5", b"public@10", b"public@20"}


def absent(message: Message) -> list[Varbind]:
    return [Varbind(varbind.oid, Syntax.NO_SUCH_OBJECT) for varbind in message.pdu.varbinds]


async def test_another_makers_switch_is_not_asked_by_vlan() -> None:
    async with agent(speaking(indexed((5, 10)))) as device:
        await observed(Book((community(),)), device)
    assert device.communities == {b"public"}


async def test_everything_sent_lies_inside_the_plan() -> None:
    rows = {**ROWS, **{(*oid_of(column), row): "x" for column in registry.COLUMNS for row in range(1, 13)}}
    rows |= {(*OWN_TREE, 1, column, 0): f"scalar {column}" for column in range(1, 60)}
    book = Book((community("wrong"), community()))
    wanted = replace(
        WANTED,
        standard=(WantedObject("1.3.6.1.2.1.33.1.1.2", 4), WantedObject("1.3.6.1.2.1.2.2.1.8", 4)),
        objects=(WantedObject("1.3.6.1.4.1.99998.1", 4), WantedObject("1.3.6.1.4.1.99998.2.1.4", None)),
        own=(99998,),
    )
    async with agent(speaking(rows)) as device:
        await observed(book, device, wanted=wanted)
        (planned,) = SnmpProbe(book, LAB, wanted, (INDEXED,)).plan(Target(device.host, device.port))
    sends = [line.split(" ") for line in planned.sends]
    gets = {oid_of(oid) for kind, *oids in sends if kind == "get" for oid in oids}
    walks = [oid_of(oid.split("@")[0]) for kind, *oids in sends if kind == "walk" for oid in oids]
    trees = [oid_of(oid) for kind, *oids in sends if kind == "getnext" for oid in oids]
    assert planned.port == f"{device.port}/udp"
    of_its_own_mib = 0
    for _, message in device.received:
        if isinstance(message, V3Message):
            assert "engine-id" in planned.sends
            continue
        assert message.community.decode() in planned.credentials
        own = [varbind for varbind in message.pdu.varbinds if varbind.oid[: len(ENTERPRISES)] == ENTERPRISES]
        of_its_own_mib += bool(own)
        for varbind in message.pdu.varbinds:
            if varbind in own:
                continue
            inside = any(varbind.oid[: len(subtree)] == subtree for subtree in (*walks, *trees))
            assert varbind.oid in gets if message.pdu.type is PduType.GET else inside
    assert 0 < of_its_own_mib <= LAB.own_mib_requests


async def test_only_reading_requests_are_sent() -> None:
    async with agent(speaking(ROWS)) as device:
        await observed(Book((community(),)), device)
    kinds = Counter(message.pdu.type for _, message in device.received if isinstance(message, Message))
    assert set(kinds) <= {PduType.GET, PduType.GET_NEXT, PduType.GET_BULK}


@pytest.mark.alone
async def test_the_normal_profile_holds_its_rate_at_the_receiving_side_retransmissions_included() -> None:
    rows = {(*oid_of(f"1.3.6.1.2.1.2.2.1.{column}"), row): "x" for column in (2, 3) for row in range(1, 400)}
    honest, turn = speaking({**ROWS, **rows}), iter(range(10_000))

    def lossy(message: Message | V3Message) -> Iterable[bytes]:
        return honest(message) if next(turn) % 3 else []

    async with agent(lossy) as device:
        await observed(Book((community(),)), device, NORMAL, RetryPolicy(0.02, 6, 2.5))
    times = [when for when, _ in device.received]
    rate = NORMAL.requests_per_address
    assert rate is not None
    assert len(times) > 20
    assert (len(times) - 1) / (times[-1] - times[0]) <= rate * 1.1
    for start in times:
        assert sum(start <= when < start + 1.0 for when in times) <= rate + 2


@pytest.mark.alone
async def test_one_request_at_a_time_is_outstanding_under_the_normal_profile() -> None:
    async with agent(silent) as device:
        probe = SnmpProbe(Book((community("one"),)), NORMAL, WANTED, retry_policy=RetryPolicy(0.2, 1))
        await asyncio.gather(*(_observe_all(probe, device) for _ in range(2)))
    waits = [after - before for before, after in pairwise(when for when, _ in device.received)]
    assert min(waits) >= 0.19


async def _observe_all(probe: SnmpProbe, device: Agent) -> None:
    async for _ in probe.observe(Target(device.host, device.port)):
        continue
