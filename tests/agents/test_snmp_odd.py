"""What the scan reads of agents that keep to no standard, and how many requests that costs, counted at the agent."""

import asyncio
from collections.abc import Iterable

import pytest

from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.evidence import Gap, GapReason, Observation
from fingerprints.sources import registry
from fingerprints.sources.bridge_mib import VLAN_CONTEXTS
from scanner.credentials.credential import CommunityVersion
from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Oid, oid_of
from scanner.protocols.snmp.message.codec import Message, PduType, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.snmp.session import CommunitySession
from scanner.protocols.snmp.walk import Walker
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target
from tests.agents import snmp_odd
from tests.agents.snmp_odd import OddAgent, chassis, small_box
from tests.agents.snmp_scripted import Agent, Book, Script, agent, community

SHORT = RetryPolicy(0.3, 3, 1.5)
WANTED = registry.wanted_objects(load_database())
ENTERPRISES = oid_of("1.3.6.1.4.1")
V1, V2C = CommunityVersion.V1, CommunityVersion.V2C
Read = tuple[set[Observation], list[Gap], Agent]


async def read(script: Script, version: CommunityVersion = V2C) -> Read:
    """What the probe reads of an agent: the observations and the gaps, and the agent, which has counted."""
    probe = SnmpProbe(Book((community(version=version),)), PROFILES["lab"], WANTED, VLAN_CONTEXTS, retry_policy=SHORT)
    async with agent(script) as device:
        items = [item async for answers in probe.observe(Target(device.host, device.port)) for item in answers]
    return (
        {item for item in items if isinstance(item, Observation)},
        [item for item in items if isinstance(item, Gap)],
        device,
    )


ODD = {
    "v1 only": (lambda mib: OddAgent(mib, versions=(codec.V1,)), V1),
    "v1 only, and its errors name no variable": (lambda mib: OddAgent(mib, versions=(codec.V1,), names=False), V1),
    "silent at GETBULK": (lambda mib: OddAgent(mib, snmp_odd.without_getbulk(None)), V2C),
    "genErr at GETBULK": (lambda mib: OddAgent(mib, snmp_odd.without_getbulk(codec.ErrorStatus.GEN_ERR)), V2C),
    "one row for each GETBULK": (lambda mib: OddAgent(mib, snmp_odd.one_row), V2C),
    "tooBig above 484 octets": (lambda mib: OddAgent(mib, snmp_odd.at_most_octets(484)), V2C),
    "silent above 484 octets": (lambda mib: OddAgent(mib, snmp_odd.at_most_octets(484, None)), V2C),
    "five variables an answer": (lambda mib: OddAgent(mib, snmp_odd.cut_after(5)), V2C),
    "instances sorted as text": (lambda mib: OddAgent(mib, order=snmp_odd.as_text), V2C),
    "each answer twice": (lambda mib: snmp_odd.twice(OddAgent(mib)), V2C),
    "ten requests, then one in two": (lambda mib: snmp_odd.dropping(OddAgent(mib), after=10), V2C),
}
MAX_REQUESTS = {
    "v1 only": (46, 85),
    "v1 only, and its errors name no variable": (63, 100),
    "silent at GETBULK": (52, 90),
    "genErr at GETBULK": (44, 84),
    "one row for each GETBULK": (42, 82),
    "tooBig above 484 octets": (32, 80),
    "silent above 484 octets": (62, 125),
    "five variables an answer": (60, 200),
    "instances sorted as text": (22, 50),
    "each answer twice": (22, 50),
    "ten requests, then one in two": (24, 75),
}
"""Datagrams to the small box and to the chassis, retransmissions included; an honest agent gets 18 and 46."""


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("size", ["small box", "chassis"])
async def test_an_odd_agent_is_read_as_an_honest_one_and_at_what_cost(name: str, size: str) -> None:
    mib = small_box() if size == "small box" else chassis()
    script, version = ODD[name]
    honest, no_gaps, _ = await read(OddAgent(mib))
    observations, gaps, device = await read(script(mib), version)
    assert (observations, gaps, no_gaps) == (honest, [], [])
    assert len(device.received) <= MAX_REQUESTS[name][size == "chassis"]


async def test_an_error_over_one_table_costs_that_table_alone() -> None:
    entity = oid_of("1.3.6.1.2.1.47")
    honest, _, _ = await read(OddAgent(chassis()))
    observations, gaps, device = await read(OddAgent(chassis(), snmp_odd.failing_at(entity)))
    assert {item for item in honest if not item.at.startswith("1.3.6.1.2.1.47.")} == observations
    assert {gap.at for gap in gaps} <= {
        "1.3.6.1.2.1.31.1.1.1.18",
        *(f"1.3.6.1.2.1.47.1.1.1.1.{column}" for column in range(2, 14)),
        *(f"1.3.6.1.2.1.{mib}" for mib in (33, 34, 43)),  # it has none of these, and the next object is in that table
    }
    assert len(device.received) <= 140


async def test_a_v1_agent_gets_only_get_and_getnext_inside_the_plan() -> None:
    _, _, device = await read(OddAgent(chassis(), versions=(codec.V1,)), V1)
    probe = SnmpProbe(Book((community(version=V1),)), PROFILES["lab"], WANTED, VLAN_CONTEXTS)
    (planned,) = probe.plan(Target(device.host, device.port))
    sends = [line.split(" ") for line in planned.sends]
    gets = {oid_of(oid) for kind, *oids in sends if kind == "get" for oid in oids}
    subtrees = [oid_of(oid.split("@")[0]) for kind, *oids in sends if kind in ("walk", "getnext") for oid in oids]
    for message in messages(device):
        assert message.pdu.type in (PduType.GET, PduType.GET_NEXT)
        for oid in (varbind.oid for varbind in message.pdu.varbinds):
            if oid[: len(ENTERPRISES)] != ENTERPRISES:  # the plan counts the requests of the device's own MIB
                inside = any(oid[: len(subtree)] == subtree for subtree in subtrees)
                assert oid in gets if message.pdu.type is PduType.GET else inside


async def test_a_v1_agent_of_one_subtree_is_not_taken_at_its_word() -> None:
    """It answers noSuchName where its subtree ends, though others follow."""
    script = snmp_odd.ending_at_each_subtree(OddAgent(small_box(), versions=(codec.V1,)))
    tables = [
        [oid_of("1.3.6.1.2.1.2.2.1.2")],
        [oid_of("1.3.6.1.2.1.31.1.1.1.1")],
        [oid_of("1.3.6.1.2.1.47.1.1.1.1.11")],
    ]
    async with agent(script) as device:
        channel = RequestChannel(device.host, device.port, RateLimiter(PROFILES["lab"]).at(device.host), SHORT)
        session = CommunitySession(channel, community(version=V1))
        walker = Walker(session, Budget(PROFILES["lab"], asyncio.get_running_loop().time))
        rows = [item async for answer in walker.tables(tables) for item in answer]
        session.close()
    assert sum(isinstance(row, Varbind) for row in rows) == len(rows) == 2 * snmp_odd.PORTS + 1


@pytest.mark.parametrize("version", [V1, V2C])
@pytest.mark.parametrize("size", ["small box", "chassis"])
async def test_an_agent_that_ends_at_each_subtree_is_read_as_an_honest_one(
    version: CommunityVersion, size: str
) -> None:
    """No end that it tells is believed once an object is known behind one."""
    mib = small_box() if size == "small box" else chassis()
    honest, _, _ = await read(OddAgent(mib))
    script = {
        V1: snmp_odd.ending_at_each_subtree(OddAgent(mib, versions=(codec.V1,))),
        V2C: OddAgent(mib, snmp_odd.ending_early),
    }[version]
    observations, gaps, device = await read(script, version)
    assert (observations, gaps) == (honest, [])
    assert len(device.received) <= (400 if version is V1 else 120)


async def test_an_agent_that_goes_away_is_left_alone() -> None:
    observations, gaps, device = await read(snmp_odd.gone(OddAgent(chassis()), after=20))
    assert len(observations) > 20
    assert {gap.reason for gap in gaps} == {GapReason.NO_ANSWER}
    assert len(device.received) <= 20 + 40


async def test_an_agent_that_closes_its_port_is_left_alone_at_once() -> None:
    left = iter(range(20))
    honest = OddAgent(chassis())

    def closing(message: Message | V3Message) -> Iterable[bytes]:
        if next(left, None) is None and device.transport is not None:
            device.transport.close()
        return [] if device.transport is None or device.transport.is_closing() else honest(message)

    probe = SnmpProbe(Book((community(),)), PROFILES["lab"], WANTED, VLAN_CONTEXTS, retry_policy=SHORT)
    async with agent(closing) as device:
        items = [item async for answers in probe.observe(Target(device.host, device.port)) for item in answers]
    gaps = [item for item in items if isinstance(item, Gap)]
    assert {gap.reason for gap in gaps} == {GapReason.NO_ANSWER}
    assert len(items) - len(gaps) > 20
    assert len(device.received) <= 22


def catalyst(in_vlan: bool) -> dict[bytes, OddAgent]:
    vlans = {oid_of(f"{VLAN_CONTEXTS[0].vlans}.1.{vlan}"): "1" for vlan in (1, 20, 30, 1002, 1003)}
    mib = snmp_odd.with_values(
        small_box(), {**vlans, oid_of("1.3.6.1.2.1.1.1.0"): "Cisco IOS"}, sys_object_id="1.3.6.1.4.1.9.1.1208"
    )
    agents = {b"public": OddAgent(mib)}
    for vlan in (1, 20, 30):
        entry = oid_of(f"1.3.6.1.2.1.17.4.3.1.2.0.1.2.3.4.{vlan}")
        if in_vlan:
            agents[b"public@%d" % vlan] = OddAgent(
                snmp_odd.with_values({}, {entry: "7"}), community=b"public@%d" % vlan
            )
    return agents


def by_community(agents: dict[bytes, OddAgent]) -> Script:
    def script(message: Message | V3Message) -> Iterable[bytes]:
        known = isinstance(message, Message) and message.community in agents
        return agents[message.community](message) if known and isinstance(message, Message) else []

    return script


async def test_a_switch_that_does_not_know_community_indexing_gets_one_datagram_with_an_indexed_community() -> None:
    _, gaps, device = await read(by_community(catalyst(in_vlan=False)))
    indexed = [message for message in messages(device) if message.community != b"public"]
    assert [(message.community, message.pdu.type) for message in indexed] == [(b"public@1", PduType.GET_NEXT)]
    assert [(gap.at, gap.reason) for gap in gaps] == [("1.3.6.1.2.1.17.4.3.1.2", GapReason.NO_ANSWER)]


async def test_a_switch_that_knows_community_indexing_is_asked_in_each_vlan_that_can_have_ports() -> None:
    observations, gaps, device = await read(by_community(catalyst(in_vlan=True)))
    entries = {item.at for item in observations if item.at.startswith("1.3.6.1.2.1.17.4.3.1.2.")}
    assert entries == {f"1.3.6.1.2.1.17.4.3.1.2.0.1.2.3.4.{vlan}" for vlan in (1, 20, 30)}
    assert device.communities == {b"public", b"public@1", b"public@20", b"public@30"}
    assert gaps == []


def messages(device: Agent) -> list[Message]:
    """The v1 and v2c messages that the agent received."""
    return [message for _, message in device.received if isinstance(message, Message)]


def test_the_order_as_text_is_another_order() -> None:
    rows: list[Oid] = [(*oid_of("1.3.6.1.2.1.2.2.1.2"), row) for row in (1, 2, 10)]
    assert sorted(rows, key=snmp_odd.as_text) == [rows[0], rows[2], rows[1]]
