"""What worked in an earlier run is tried first: a night sends fewer packets, fewer logins and fewer commands."""

import asyncio
from dataclasses import replace
from pathlib import Path

from fingerprints.model.evidence import GapReason, Observation, Source
from scanner.credentials.book import FileBook, read_credentials
from scanner.credentials.credential import Usm
from scanner.protocols.snmp.message.codec import Message
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.platforms.known_platforms import KnownPlatforms
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.platform_hints import platform_hints
from scanner.targets.read_targets import read_targets
from scanner.targets.target import Ports, Target
from tests.agents.snmp_scripted import Agent, agent, speaking
from tests.agents.ssh_server import PASSWORD, Device, device
from tests.agents.ssh_transcripts import CISCO_IOS, HUAWEI_VRP
from tests.agents.test_snmp_probe import ROWS

SHORT = RetryPolicy(0.05, 2, 1.0)

COMMUNITIES = """\
  - {name: first, snmp: v2c, community: file:first, prefixes: [127.0.0.0/8]}
  - {name: second, snmp: v2c, community: file:second, prefixes: [127.0.0.0/8]}
  - {name: old, snmp: v1, community: file:old, prefixes: [127.0.0.0/8]}
"""

USERS = """\
  - {name: open, snmp: v3, user: audit, prefixes: [127.0.0.0/8]}
  - {name: signed, snmp: v3, user: audit, auth: [sha256, file:first], prefixes: [127.0.0.0/8]}
  - {name: also-signed, snmp: v3, user: other, auth: [sha256, file:first], prefixes: [127.0.0.0/8]}
"""

LOGINS = """\
  - {name: retired, ssh: true, user: audit, password: file:first, realm: tacacs, prefixes: [127.0.0.0/8]}
  - {name: current, ssh: true, user: audit, password: file:password, prefixes: [127.0.0.0/8]}
"""


def book(folder: Path, entries: str) -> FileBook:
    for name, secret in {"first": "no-1", "second": "no-2", "old": "public", "password": PASSWORD}.items():
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    (folder / "credentials.yaml").write_text(f"credentials:\n{entries}")
    return read_credentials(folder / "credentials.yaml", lambda text: "")


async def walked(known: FileBook, box: Agent) -> int:
    """Datagrams that the agent receives in a whole probe."""
    box.received.clear()
    probe = SnmpProbe(known, PROFILES["lab"], None, (), retry_policy=SHORT)
    try:
        found = [item async for items in probe.observe(Target(box.host, box.port)) for item in items]
    finally:
        probe.close()
    assert Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Example Switch") in found
    return len(box.received)


async def test_the_second_night_offers_one_community_where_the_first_offered_three(tmp_path: Path) -> None:
    async with agent(speaking(ROWS, "public")) as box:
        first = book(tmp_path, COMMUNITIES)
        before = await walked(first, box)
        assert first.working("127.0.0.1") == (("snmp", "old"),)
        second = book(tmp_path, COMMUNITIES)
        second.recall_accepted([("old", "127.0.0.1")])
        after = await walked(second, box)
        assert {message.community for _, message in box.received if isinstance(message, Message)} == {b"public"}
    assert before - after == 2 * SHORT.attempts, (before, after)


async def test_a_community_that_no_longer_works_falls_back_to_the_usual_order(tmp_path: Path) -> None:
    async with agent(speaking(ROWS, "no-2")) as box:
        known = book(tmp_path, COMMUNITIES)
        known.recall_accepted([("old", "127.0.0.1")])
        await walked(known, box)
        offered = [message.community for _, message in box.received if isinstance(message, Message)]
    assert list(dict.fromkeys(offered)) == [b"public", b"no-1", b"no-2"]
    assert known.working("127.0.0.1") == (("snmp", "second"),)


def test_no_weaker_snmpv3_user_goes_before_a_stronger_one_because_it_worked(tmp_path: Path) -> None:
    known = book(tmp_path, USERS)
    known.recall_accepted([("open", "127.0.0.1"), ("also-signed", "127.0.0.1")])
    assert [user.name for user in known.usm_users("127.0.0.1")] == ["also-signed", "signed", "open"]
    assert [user.name for user in known.usm_users("127.0.0.2")] == ["signed", "also-signed", "open"]
    assert all(isinstance(user, Usm) for user in known.usm_users("127.0.0.1"))


def test_a_credential_that_worked_before_counts_as_accepted_nowhere(tmp_path: Path) -> None:
    known = book(tmp_path, LOGINS)
    known.recall_accepted([("current", "127.0.0.1"), ("gone from the file", "127.0.0.1")])
    assert known.names("127.0.0.1") == ("current", "retired")
    known.recall_refusals([("current", "127.0.0.1")])
    assert known.names("127.0.0.1") == ("retired",)
    assert [gap.reason for gap in known.withheld_credentials("127.0.0.1")] == [GapReason.CREDENTIAL_STOPPED]
    assert known.working("127.0.0.1") == ()


async def logged_in(known: FileBook, box: Device, folder: Path, platforms: KnownPlatforms) -> list[str]:
    """The commands that the device receives in a whole session, the leave command included."""
    box.received.lines.clear()
    box.received.offered.clear()
    probe = SshProbe(known, HostKeys(folder / "hosts"), SessionLimits(4), known_platforms=platforms)
    try:
        [item async for items in probe.observe(Target(box.address, ssh_port=box.port)) for item in items]
        await box.received.ended.wait()
    finally:
        await asyncio.to_thread(probe.close)
    return [line for line in box.received.lines if line]  # an empty line wakes the prompt


async def test_the_second_night_logs_in_once_and_asks_no_command_for_the_platform_alone(tmp_path: Path) -> None:
    shy = replace(HUAWEI_VRP, prompt="box> ", banner="", greeting=())
    async with device(shy) as box:
        found = KnownPlatforms()
        first = book(tmp_path, LOGINS)
        before = await logged_in(first, box, tmp_path, found)
        assert len(box.received.offered) == 2
        assert first.working("127.0.0.1") == (("ssh", "current"),)
        second = book(tmp_path, LOGINS)
        second.recall_accepted([("current", "127.0.0.1")])
        after = await logged_in(second, box, tmp_path, KnownPlatforms(earlier=dict(found.found)))
        assert len(box.received.offered) == 1
    assert set(found.found.values()) == {"huawei_vrp"}
    assert len(before) - len(after) == 1, (before, after)
    assert "show version" in before and "show version" not in after


async def test_another_platform_than_last_night_is_found_all_the_same(tmp_path: Path) -> None:
    async with device(CISCO_IOS) as box:
        found = KnownPlatforms(earlier={"127.0.0.1": "huawei_vrp"})
        lines = await logged_in(book(tmp_path, LOGINS), box, tmp_path, found)
    assert found.found == {"127.0.0.1": "cisco_ios"}
    assert lines[:2] == ["display version", "show version"]


async def test_a_hint_orders_what_is_asked_and_the_device_proves_what_it_is(tmp_path: Path) -> None:
    """A lab says `kind: huawei_vrp`; what answers there is another box."""
    (tmp_path / "lab.clab.yml").write_text(
        "name: lab\ntopology: {nodes: {r1: {kind: huawei_vrp, mgmt-ipv4: 127.0.0.1}}}\n"
    )
    async with device(CISCO_IOS) as box:
        targets = read_targets(("lab.clab.yml",), Ports(ssh=box.port), lambda name: name, tmp_path)
        found = KnownPlatforms(platform_hints(targets))
        lines = await logged_in(book(tmp_path, LOGINS), box, tmp_path, found)
    assert found.found == {"127.0.0.1": "cisco_ios"}
    assert lines[:2] == ["display version", "show version"]


async def test_a_platform_that_kitscan_no_longer_knows_changes_nothing(tmp_path: Path) -> None:
    async with device(CISCO_IOS) as box:
        found = KnownPlatforms(earlier={"127.0.0.1": "a name of an older kitscan"})
        lines = await logged_in(book(tmp_path, LOGINS), box, tmp_path, found)
    assert found.found == {"127.0.0.1": "cisco_ios"}
    assert lines[0] == "show version"


async def test_a_login_that_was_revoked_counts_for_its_realm_and_the_next_one_is_tried(tmp_path: Path) -> None:
    refused: list[tuple[str, str]] = []
    async with device(CISCO_IOS) as box:
        known = book(tmp_path, LOGINS)
        known.recall_accepted([("retired", "127.0.0.1")])
        known.watch_refusals(lambda name, address: refused.append((name, address)))
        await logged_in(known, box, tmp_path, KnownPlatforms())
    assert refused == [("retired", "127.0.0.1")]
    assert known.working("127.0.0.1") == (("ssh", "current"),)
