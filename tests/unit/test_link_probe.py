"""The link probe and its helper process: what the helper inherits, and what the probe keeps of its output."""

import asyncio
import json
import socket
import sys
from pathlib import Path

import pytest

from fingerprints.model.evidence import GapReason, Observation, Source
from scanner.protocols.link.announcing import MAX_FIELDS, MAX_SENDERS
from scanner.protocols.link.probe import LinkProbe
from scanner.rate_limit.profiles import PROFILES, split_for_link_helper
from scanner.targets.target import Target
from tests.unit.listed import listed


def helper(folder: Path, body: str) -> LinkProbe:
    """A probe whose helper is a program of the test."""
    program = folder / "helper.py"
    program.write_text(f"import json, os, sys\nrequest = json.loads(sys.stdin.readline())\n{body}\n")
    return LinkProbe(PROFILES["normal"], program=(sys.executable, str(program)))


async def test_the_helper_inherits_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITSCAN_TEST_SECRET", "canary")
    message = """print(json.dumps({"answered": [[request["ranges"][0][0], "00:e0:fc:00:00:01"]],
        "interface": "secret" if "KITSCAN_TEST_SECRET" in os.environ else "eth0"}))"""
    (found,) = [one async for one in helper(tmp_path, message).discover(listed([Target("192.0.2.1")]))]
    assert found == (Target("192.0.2.1"), (Observation(Source.LINK_MAC, "eth0", "\x00\xe0\xfc\x00\x00\x01"),))


async def test_a_target_whose_zone_is_written_as_a_number_answers_on_that_interface(tmp_path: Path) -> None:
    message = """print(json.dumps({"answered": [["fe80::9", "00:e0:fc:00:00:01"]], "interface": "lo"}))"""
    target = Target(f"fe80::9%{socket.if_nametoindex('lo')}")
    received = [one async for one, _ in helper(tmp_path, message).discover(listed([target]))]
    assert received == [target]


async def test_a_flood_of_announcements_is_bounded(tmp_path: Path) -> None:
    flood = f"""for number in range({MAX_SENDERS + 50}):
    print(json.dumps({{"heard": "lldp", "interface": "e", "mac": f"m{{number}}", "field": "port_id", "value": "61"}}))
for number in range({MAX_FIELDS + 50}):
    print(json.dumps({{"heard": "lldp", "interface": "eth0", "mac": "m0", "field": f"f{{number}}", "value": "61"}}))"""
    received = [observed async for _, observed in helper(tmp_path, flood).discover(listed([]))]
    assert (len(received), max(map(len, received))) == (MAX_SENDERS, MAX_FIELDS)


async def test_a_helper_that_does_not_run_is_reported(tmp_path: Path) -> None:
    probe = helper(tmp_path, "sys.exit(1)")
    assert [one async for one in probe.discover(listed([]))] == []
    assert [gap.reason for gap in probe.gaps] == [GapReason.NO_PRIVILEGE]


async def test_a_helper_that_is_killed_on_its_way_is_reported(tmp_path: Path) -> None:
    probe = helper(tmp_path, "os.kill(os.getpid(), 9)")
    assert [one async for one in probe.discover(listed([]))] == []
    assert [(gap.at, gap.reason) for gap in probe.gaps] == [("helper", GapReason.INTERNAL_ERROR)]


async def test_a_helper_that_ends_without_its_last_line_is_reported(tmp_path: Path) -> None:
    probe = helper(tmp_path, "sys.exit(0)")
    assert [one async for one in probe.discover(listed([]))] == []
    assert [gap.at for gap in probe.gaps] == ["helper"]


async def test_a_helper_that_reports_its_end_leaves_no_gap(tmp_path: Path) -> None:
    probe = helper(tmp_path, """print(json.dumps({"done": 1, "answers": 0, "held_up": 0}))""")
    assert [one async for one in probe.discover(listed([]))] == []
    assert probe.gaps == []


async def test_a_helper_that_ends_by_itself_is_not_signalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signalled: list[object] = []

    def terminate(helper: object) -> None:
        signalled.append(helper)

    monkeypatch.setattr(asyncio.subprocess.Process, "terminate", terminate)
    probe = helper(
        tmp_path,
        """print(json.dumps({"done": 1, "answers": 0, "held_up": 0}), flush=True)
os.close(1)
__import__("time").sleep(0.1)
os._exit(0)""",
    )
    assert [one async for one in probe.discover(listed([]))] == []
    assert (probe.gaps, signalled) == ([], [])


@pytest.mark.parametrize(("name", "parts"), [("normal", (800.0, 200.0)), ("lab", (None, None))])
def test_the_helper_sends_its_share_of_the_packets_of_a_run(
    name: str, parts: tuple[float | None, float | None]
) -> None:
    ours, helpers = split_for_link_helper(PROFILES[name])
    assert (ours.packets, helpers.packets) == parts


def heard(mac: str, **fields: str) -> str:
    """Lines of a helper that heard these LLDP fields from a sender."""
    lines = (
        {"heard": "lldp", "interface": "eth0", "mac": mac, "field": name, "value": text.encode().hex()}
        for name, text in fields.items()
    )
    return "\n".join(f"print({json.dumps(json.dumps(line))})" for line in lines)


def answered(*pairs: tuple[str, str]) -> str:
    return f"print({json.dumps(json.dumps({'answered': pairs, 'interface': 'eth0'}))})"


async def announcers(folder: Path, message: str, *targets: str) -> list[str]:
    """The keys of those that the frames are about."""
    probe = helper(folder, message)
    found = [one async for one in probe.discover(listed([Target(address) for address in targets]))]
    return [
        who.key
        for who, observed in found
        if any(one.source is Source.LINK_LLDP for one in observed if isinstance(one, Observation))
    ]


CHASSIS, PORT = "00:e0:fc:00:00:01", "00:e0:fc:00:00:02"


@pytest.mark.parametrize(
    ("message", "about"),
    [
        (answered(("192.0.2.1", PORT)) + "\n" + heard(PORT, management_address="192.0.2.2"), "192.0.2.1"),
        (
            answered(("192.0.2.1", PORT), ("192.0.2.2", PORT)) + "\n" + heard(PORT, management_address="192.0.2.2"),
            "192.0.2.2",
        ),
        (answered(("192.0.2.1", PORT), ("192.0.2.2", PORT)) + "\n" + heard(PORT, port_id="1"), "192.0.2.1"),
        (answered(("192.0.2.2", CHASSIS)) + "\n" + heard(PORT, chassis_id=CHASSIS), "192.0.2.2"),
        (heard(PORT, management_address="192.0.2.2"), "192.0.2.2"),
        (heard(PORT, management_address="198.51.100.7"), "198.51.100.7"),
        (heard(PORT, management_address="127.0.0.1", chassis_id=CHASSIS), f"mac {CHASSIS}"),
        (heard(PORT, chassis_id="02:00:00:00:00:00"), f"mac {PORT}"),
    ],
    ids=[
        "sender",
        "own-address-of-several",
        "first-of-several",
        "chassis",
        "address",
        "out-of-scope",
        "nowhere",
        "no-key",
    ],
)
async def test_a_frame_is_about_the_target_with_its_mac_address_or_else_at_its_own_address(
    tmp_path: Path, message: str, about: str
) -> None:
    assert await announcers(tmp_path, message, "192.0.2.1", "192.0.2.2") == [about]


async def test_two_ports_of_a_chassis_without_an_address_are_one_subject(tmp_path: Path) -> None:
    message = heard(PORT, chassis_id=CHASSIS) + "\n" + heard("00:e0:fc:00:00:03", chassis_id=CHASSIS)
    assert await announcers(tmp_path, message) == [f"mac {CHASSIS}"] * 2


async def test_what_the_helper_did_not_keep_is_a_gap(tmp_path: Path) -> None:
    probe = helper(tmp_path, """print('{"not_kept": 7}')\nprint('{"done": 1, "answers": 0, "held_up": 0}')""")
    assert [one async for one in probe.discover(listed([]))] == []
    assert [(gap.at, gap.reason) for gap in probe.gaps] == [("listening", GapReason.BUDGET_SPENT)]
