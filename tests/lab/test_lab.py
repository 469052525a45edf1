"""One scan of ten real devices, compared with what their topology file says; and nothing sent that was not planned."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.lab.namespaces import LAB, Lab

pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]

SCOPE = ("198.51.100.0/24", "203.0.113.0/28", "10.255.0.0/29")
CREDENTIALS = """
credentials:
  - name: v3
    snmp: v3
    user: audit
    auth: [sha256, env:LAB_AUTH]
    priv: [aes128, env:LAB_PRIV]
    prefixes: [0.0.0.0/0]
  - {name: ro, snmp: v2c, community: env:LAB_COMMUNITY, sweep: true, prefixes: [198.51.100.0/24, 203.0.113.0/24]}
  - name: cli
    ssh: true
    user: audit
    password: env:LAB_SSH
    realm: lab
    prefixes: [198.51.100.0/28, 198.51.100.23/32]
"""
SECRETS = {
    "LAB_AUTH": "lab-auth-pass",
    "LAB_PRIV": "lab-priv-pass",
    "LAB_COMMUNITY": "lab-public",
    "LAB_SSH": "lab-ssh-pass",
}
CONVERGED_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scan of the lab: its document, seconds, dry run, frames as tcpdump saw them leave, and lines typed by SSH."""

    document: dict[str, Any]
    seconds: float
    plan: str
    frames: tuple[str, ...]
    lines: dict[str, tuple[str, ...]]
    folder: Path


def wait_for_neighbours(lab: Lab) -> None:
    """Until OSPF is full and LLDP has been heard on every link between two nodes that speak it."""
    until = time.monotonic() + CONVERGED_SECONDS
    while time.monotonic() < until:
        ospf = lab.nodes["r1"].run("vtysh", "-c", "show ip ospf neighbor", check=False)
        lldp = lab.nodes["sw2"].run("lldpcli", "show", "neighbors", "summary", check=False)
        if ospf.count("Full") == 2 and lldp.count("SysName") >= 3:
            return
        time.sleep(0.3)
    pytest.fail(f"the lab did not converge:\n{ospf}\n{lldp}")


@pytest.fixture(scope="module")
def scanned(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    wait_for_neighbours(lab)
    folder = tmp_path_factory.mktemp("scan")
    (folder / "credentials.yaml").write_text(CREDENTIALS)
    (folder / "credentials.yaml").chmod(0o600)
    options = [*SCOPE, "--credentials", "credentials.yaml", "--profile", "lab", "--known-hosts", "known_hosts"]
    dry = kitscan(lab, folder, "scan", *options, "--dry-run", "--verbose")
    capture = capturing(lab, folder)
    started = time.monotonic()
    done = kitscan(
        lab, folder, "scan", *options, "--zones", str(LAB / "zones.yaml"), "--format", "json", "--out", "d.json"
    )
    seconds = time.monotonic() - started
    time.sleep(0.3)
    capture.terminate()
    capture.wait(10)
    assert done.returncode in (1, 3), done.stderr
    shown = subprocess.run(
        ["tcpdump", "-nn", "-e", "-r", str(folder / "sent.pcap")], capture_output=True, text=True, check=True
    )
    lines = {name: tuple((node.state / "lines.log").read_text().splitlines()) for name, node in lab.nodes.items()}
    document = json.loads((folder / "d.json").read_text())
    return Scanned(document, seconds, dry.stdout, tuple(shown.stdout.splitlines()), lines, folder)


def kitscan(lab: Lab, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    secrets = [f"{name}={value}" for name, value in SECRETS.items()]
    command = ["env", "-C", str(folder), f"HOME={folder}", *secrets, sys.executable, "-m", "scanner.cli.main", *words]
    there = lab.nodes["scan"].on_its_network(*command)
    return subprocess.run(there, capture_output=True, text=True, timeout=200, check=False)


def capturing(lab: Lab, folder: Path) -> "subprocess.Popen[bytes]":
    """tcpdump on the scanning node, of what leaves it only; it is listening when this returns."""
    command = ["tcpdump", "-Q", "out", "-i", "eth1", "-U", "-Z", "root", "-w", str(folder / "sent.pcap")]
    with (folder / "tcpdump.log").open("wb") as log:
        process = subprocess.Popen(lab.nodes["scan"].on_its_network(*command), stdout=log, stderr=log)
    until = time.monotonic() + 10
    while "listening on" not in (folder / "tcpdump.log").read_text():
        assert time.monotonic() < until and process.poll() is None, (folder / "tcpdump.log").read_text()
        time.sleep(0.02)
    return process


def nodes_of(lab: Lab) -> dict[str, dict[str, str]]:
    """What the topology file says of each device that is to be found."""
    labels = {name: node.get("labels") or {} for name, node in lab.topology["nodes"].items()}
    return {name: found for name, found in labels.items() if "expect/verdict" in found}


def device_of(lab: Lab, scanned: Scanned, name: str) -> dict[str, Any]:
    """The one device of the document that answers at an address of this node."""
    setup = lab.topology["nodes"][name]["labels"]["lab/setup"]
    found = [device for device in scanned.document["devices"] if any(f" {a}/" in setup for a in device["addresses"])]
    assert len(found) == 1, f"{name}: {[(d['name'], d['addresses']) for d in found]}"
    return found[0]


NODES = ("sw1", "sw2", "sw3", "r1", "r2", "r3", "cam1", "cam2", "srv1", "ovs1")


@pytest.mark.parametrize("name", NODES)
def test_each_node_is_what_the_topology_file_says(lab: Lab, scanned: Scanned, name: str) -> None:
    expected = nodes_of(lab)[name]
    device = device_of(lab, scanned, name)
    vendor = device["identity"]["vendor"]
    core = {True: "yes", False: "no", None: "unclassified"}[device["placement"]["core"]]
    watched = {tie["entity"] for tie in device["watched"] if tie["level"] != "cleared"}
    made_by = device["identity"]["made_by"]
    if "expect/made_by" in expected:
        assert made_by["id"] == expected["expect/made_by"]
    assert {
        "vendor": vendor["id"] if vendor else "",
        "watched": watched,
        "core": core,
    } == {
        "vendor": expected.get("expect/vendor", ""),
        "watched": set(filter(None, [expected.get("expect/watched")])),
        "core": expected["expect/core"],
    }
    assert device["verdict"] in expected["expect/verdict"].split("|")


def test_the_nodes_tested_are_all_there_are(lab: Lab) -> None:
    assert set(NODES) == set(nodes_of(lab))


def test_no_device_is_reported_that_is_no_node(lab: Lab, scanned: Scanned) -> None:
    assert len(scanned.document["devices"]) == len(NODES)


def test_the_adjacency_found_by_lldp_is_that_of_the_file(lab: Lab, scanned: Scanned) -> None:
    """Of links between two nodes that speak LLDP; each end that has an agent tells of the other."""
    labels = {name: node.get("labels", {}).get("lab/services", "") for name, node in lab.topology["nodes"].items()}
    ends = [tuple(end.split(":")[0] for end in link["endpoints"]) for link in lab.topology["links"]]
    told = {frozenset(pair) for pair in ends if all("lldpd" in labels[n] for n in pair)}
    found = {
        frozenset((device["name"], neighbour["name"]))
        for device in scanned.document["devices"]
        for neighbour in device["neighbours"]
        if neighbour["protocol"] == "lldp"
    }
    assert found == told


def test_routers_tell_their_routing_neighbours(lab: Lab, scanned: Scanned) -> None:
    seen = {neighbour["protocol"] for neighbour in device_of(lab, scanned, "r1")["neighbours"]}
    assert {"ospf", "bgp", "lldp"} <= seen


def test_every_frame_that_left_was_planned(scanned: Scanned) -> None:
    """ARP, and UDP 161 or TCP 22 into the scope; of ICMPv6 only what the kernel sends by itself for its own address."""
    unplanned = [frame for frame in scanned.frames if not planned(frame)]
    assert len(scanned.frames) > 500
    assert unplanned == []


def planned(frame: str) -> bool:
    if "ethertype ARP" in frame:
        return "who-has 198.51.100." in frame or "Reply 198.51.100.10 " in frame
    if "ethertype IPv6" in frame:
        return "router solicitation" in frame or "multicast listener report" in frame or "neighbor" in frame
    _, _, rest = frame.partition("198.51.100.10.")
    there = rest.partition(" > ")[2].split(":", 1)[0]
    address, _, port = there.rpartition(".")
    in_scope = address.startswith(("198.51.100.", "203.0.113.", "10.255.0."))
    return in_scope and port in ("161", "22")


def test_every_line_typed_by_ssh_stands_in_the_plan(scanned: Scanned) -> None:
    lines = [line for typed in scanned.lines.values() for line in typed if line.strip()]
    assert len(lines) > 5
    assert [line for line in lines if f"    {line}\n" not in scanned.plan and line not in ("quit", "exit")] == []


def test_no_secret_is_in_anything_that_was_left(scanned: Scanned) -> None:
    for path in scanned.folder.rglob("*"):
        if path.is_file() and path.name != "sent.pcap":
            content = path.read_bytes()
            assert [name for name, value in SECRETS.items() if value.encode() in content] == [], path


def test_the_same_evidence_gives_the_same_bytes(lab: Lab, scanned: Scanned) -> None:
    options = ["--zones", str(LAB / "zones.yaml"), "--format", "json", "--out"]
    for name in ("e.json", "f.json"):
        kitscan(lab, scanned.folder, "assess", *options, name)
    documents = [(scanned.folder / name).read_bytes() for name in ("d.json", "e.json", "f.json")]
    assert documents[0] == documents[1] == documents[2]
