"""From SNMPv3 down to a community: never where the operator forbids it, and elsewhere never unseen."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.book import FileBook, read_credentials
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Syntax, oid_of
from scanner.protocols.snmp.message.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep.requests import sweep_communities
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target
from tests.agents.snmp_scripted import Agent, Script, agent, speaking

ENGINE_ID = b"\x80\x00\x1f\x88\x03\x00\x11\x22\x33\x44\x55"
USER = "name: v3, snmp: v3, user: audit, auth: [sha256, file:key], priv: [aes128, file:key], prefixes: [127.0.0.0/8]"
UNKNOWN_ENGINE, WRONG_DIGEST = (oid_of(f"1.3.6.1.6.3.15.1.1.{counter}.0") for counter in (4, 5))

HONEST = speaking({oid_of("1.3.6.1.2.1.1.1.0"): "Example Switch"})
"""Answers v2c alone."""


def report(message: V3Message, counter: tuple[int, ...]) -> bytes:
    pdu = Pdu(PduType.REPORT, message.message_id, (Varbind(counter, Syntax.COUNTER32, "1"),))
    security = UsmParameters(ENGINE_ID, 1, 100, message.security.user)
    return codec.encode(V3Message(message.message_id, Flags.NONE, security, ScopedPdu(ENGINE_ID, b"", pdu)))


def made_to_fail(answers: Callable[[V3Message], list[bytes]]) -> Script:
    """A device that tells its engine ID, whose later SNMPv3 somebody on the path meddles with."""

    def script(message: Message | V3Message) -> list[bytes]:
        if not isinstance(message, V3Message):
            return list(HONEST(message))
        return answers(message) if message.security.engine_id else [report(message, UNKNOWN_ENGINE)]

    return script


SUPPRESSED = made_to_fail(lambda _message: [])
REFUSED = made_to_fail(lambda message: [report(message, WRONG_DIGEST)])


def book(folder: Path, downgrade: str) -> FileBook:
    for name, secret in (("key", "authentic-words"), ("ro", "public")):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    path = folder / "credentials.yaml"
    path.write_text(
        f"credentials:\n  - {{{USER}{downgrade}}}\n"
        "  - {name: ro, snmp: v2c, community: file:ro, sweep: true, prefixes: [127.0.0.0/8, 192.0.2.0/24]}\n"
        "  - {name: old, snmp: v1, community: file:ro, prefixes: [127.0.0.0/8]}\n"
    )
    return read_credentials(path, lambda _words: "")


async def gaps(credentials: FileBook, device: Agent) -> list[Gap]:
    probe = SnmpProbe(credentials, PROFILES["lab"], retry_policy=RetryPolicy(0.05, 2, 1.0))
    try:
        items = [item async for some in probe.observe(Target(device.host, device.port)) for item in some]
    finally:
        probe.close()
    await asyncio.sleep(0)
    return [item for item in items if isinstance(item, Gap)]


@pytest.mark.parametrize("script", [SUPPRESSED, REFUSED], ids=["suppressed", "refused"])
async def test_a_community_used_in_place_of_snmpv3_leaves_a_gap_of_its_own(tmp_path: Path, script: Script) -> None:
    async with agent(script) as device:
        found = await gaps(book(tmp_path, ""), device)
    downgrades = [gap for gap in found if gap.reason is GapReason.DOWNGRADED]
    assert [(gap.at, gap.detail) for gap in downgrades] == [(f"{device.port}/udp", "v3 failed, then ro was accepted")]
    assert device.communities == {b"public"}


@pytest.mark.parametrize("script", [SUPPRESSED, REFUSED, HONEST], ids=["suppressed", "refused", "no v3 at all"])
async def test_where_a_downgrade_is_forbidden_no_community_is_ever_sent(tmp_path: Path, script: Script) -> None:
    credentials = book(tmp_path, ", downgrade: never")
    assert credentials.names("127.0.0.1") == ("v3",)
    async with agent(script) as device:
        found = await gaps(credentials, device)
    assert device.communities == set()
    assert device.received
    assert found and GapReason.DOWNGRADED not in {gap.reason for gap in found}
    assert sweep_communities(credentials, "127.0.0.1") == ()
    withheld = [gap.at for gap in credentials.withheld_credentials("127.0.0.1") if "downgrade: never" in gap.detail]
    assert withheld == ["credential old", "credential ro"]


def test_elsewhere_the_same_community_is_offered(tmp_path: Path) -> None:
    credentials = book(tmp_path, ", downgrade: never")
    assert [community.name for community in sweep_communities(credentials, "192.0.2.1")] == ["ro"]
    assert credentials.withheld_credentials("192.0.2.1") == ()


def is_login(message: Message | V3Message) -> bool:
    return isinstance(message, V3Message) and bool(message.security.engine_id)


@pytest.mark.finding(5)
async def test_a_wrong_user_of_a_realm_goes_to_two_devices_whatever_their_number(tmp_path: Path) -> None:
    """The realm says that one service counts the failures; without one, each device counts its own."""
    tried = {}
    for realm, hosts in (("", 3), (", realm: tac", 40)):
        credentials = book(tmp_path, f", downgrade: never{realm}")
        async with AsyncExitStack() as stack:
            devices = [
                await stack.enter_async_context(agent(REFUSED, f"127.0.8.{last}")) for last in range(1, hosts + 1)
            ]
            found = await asyncio.gather(*(gaps(credentials, device) for device in devices))
        tried[realm] = sum(any(is_login(message) for _, message in device.received) for device in devices)
        assert all(found)
    assert tried == {"": 3, ", realm: tac": 2}


async def test_a_user_of_a_realm_that_no_device_refuses_is_tried_everywhere(tmp_path: Path) -> None:
    """Devices that are silent under it hold up others, and refuse nothing."""
    credentials = book(tmp_path, ", downgrade: never, realm: tac")
    async with AsyncExitStack() as stack:
        devices = [await stack.enter_async_context(agent(SUPPRESSED, f"127.0.8.{last}")) for last in range(1, 5)]
        await asyncio.gather(*(gaps(credentials, device) for device in devices))
    assert all(any(is_login(message) for _, message in device.received) for device in devices)
