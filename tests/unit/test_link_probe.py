"""The link probe and its helper process: what the helper inherits, and what the probe keeps of its output."""

import asyncio
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
