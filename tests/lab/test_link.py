"""The layer 2 helper on a real segment: who answers ARP and ND, and what LLDP and CDP say there."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lab.namespaces import Lab

pytestmark = pytest.mark.lab

ROOT = Path(__file__).parents[2]
SEGMENT = {
    "198.51.100.1": "00:e0:fc:0a:00:01",
    "198.51.100.2": "00:00:0c:01:01:01",
    "198.51.100.3": "00:19:c6:02:02:01",
    "198.51.100.4": "3c:8c:40:03:03:01",
    "198.51.100.21": "44:19:b6:00:00:11",
    "198.51.100.22": "3c:ef:8c:00:00:12",
    "198.51.100.23": "52:54:00:00:00:13",
    "198.51.100.24": "00:15:eb:00:00:14",
}
CDP = """
from scapy.all import LLC, SNAP, Dot3, sendp
from scapy.contrib.cdp import CDPMsgDeviceID, CDPMsgPlatform, CDPv2_HDR

body = CDPv2_HDR(vers=2, ttl=180, msg=[CDPMsgDeviceID(val=b"sw2"), CDPMsgPlatform(val=b"ZXR10 5960")])
frame = Dot3(src="00:19:c6:02:02:02", dst="01:00:0c:cc:cc:cc") / LLC(dsap=0xAA, ssap=0xAA, ctrl=3)
sendp(frame / SNAP(OUI=0xC, code=0x2000) / body, iface="eth1", count=20, inter=0.5, verbose=0)
"""


def asked(lab: Lab, *addresses: str, **request: object) -> list[dict[str, Any]]:
    """What the helper answers in the scanning node when asked for these addresses."""
    request["ranges"] = [(address, address, "") for address in addresses]
    (lab.nodes["scan"].state / "request.json").write_text(json.dumps(request))
    script = f"cd {ROOT} && {sys.executable} -m scanner.link_helper </run/node/request.json"
    observed = lab.nodes["scan"].run("sh", "-c", script)
    return [json.loads(line) for line in observed.splitlines() if line.startswith("{")]


def answers(lines: list[dict[str, Any]]) -> dict[str, str]:
    """The MAC of each address that answered."""
    return dict(pair for line in lines for pair in line.get("answered", ()))


def test_every_device_of_the_segment_answers_with_its_mac_and_nobody_else(lab: Lab) -> None:
    lines = asked(lab, *(f"198.51.100.{host}" for host in range(1, 255)), rate=1000, wait=0.7, listen=0)
    assert answers(lines) == SEGMENT
    assert (lines[-1]["answers"], lines[-1]["held_up"]) == (len(SEGMENT), 0)


def test_an_ipv6_neighbour_answers_a_solicitation(lab: Lab) -> None:
    lines = asked(lab, "2001:db8:100::23", "2001:db8:100::99", rate=100, wait=0.7, listen=0)
    assert list(answers(lines)) == ["2001:db8:100::23"]


def test_an_address_that_is_not_attached_is_not_asked(lab: Lab) -> None:
    lines = asked(lab, "203.0.113.2", "192.0.2.1", rate=100, wait=0.1, listen=0)
    assert (lines[-1]["done"], lines[-1]["answers"]) == (0, 0)


def test_lldp_and_cdp_are_reported_field_by_field_and_once(lab: Lab) -> None:
    sender = lab.nodes["sw2"]
    (sender.state / "cdp.py").write_text(CDP)
    sender.run("sh", "-c", f"{sys.executable} /run/node/cdp.py </dev/null >/run/node/cdp.log 2>&1 &")
    lines = [line for line in asked(lab, rate=100, wait=0.1, listen=6) if "heard" in line]
    message = [(line["heard"], line["mac"], line["field"], bytes.fromhex(line["value"]).decode()) for line in lines]
    assert ("lldp", "00:00:0c:01:01:01", "system_name", "sw1") in message
    assert ("lldp", "00:00:0c:01:01:01", "management_address", "198.51.100.2") in message
    assert ("cdp", "00:19:c6:02:02:02", "platform", "ZXR10 5960") in message
    assert len(message) == len(set(message))


def test_without_the_privilege_it_says_so_and_ends_well(lab: Lab) -> None:
    request = json.dumps({"ranges": [("198.51.100.2", "198.51.100.2", "")], "rate": 100, "wait": 0.1, "listen": 0})
    (lab.nodes["scan"].state / "request.json").write_text(request)
    run = f"cd {ROOT} && {sys.executable} -m scanner.link_helper </run/node/request.json"
    observed = lab.nodes["scan"].run("setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw", "sh", "-c", run)
    lines = [json.loads(line) for line in observed.splitlines() if line.startswith("{")]
    assert {"failed": "sweep", "why": "CAP_NET_RAW is missing"} in lines
