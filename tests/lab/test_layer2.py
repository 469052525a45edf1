"""A segment of nodes that answer nothing but layer 2, compared with docs/layer2.md; and nothing else is sent."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tests.lab.conftest import missing
from tests.lab.namespaces import LAB, Lab
from tests.lab.test_lab import capturing

pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
SCOPE = ("198.51.100.0/24", "2001:db8:100::36")
ADDRESSES = 255
LISTEN_SECONDS = 6
ANNOUNCED_SECONDS = 20
SOURCES_OF_EVIDENCE = frozenset(("link.mac", "link.lldp", "link.cdp", "link.address"))
FLOOD = """
import os, socket, sys, time
group, until = bytes.fromhex("0180c200000e"), time.monotonic() + float(sys.argv[1])
opening = bytes.fromhex("0207040200009999990405056574683006020078")
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
    link.bind(("eth1", 0))
    while time.monotonic() < until:
        name = (5 << 9 | 400).to_bytes(2, "big") + os.urandom(200).hex().encode()
        for sender in (b"\\x02\\0\\0\\x99\\x99\\x99", b"\\x02" + os.urandom(5)):
            try:
                link.send(group + sender + b"\\x88\\xcc" + opening + name + b"\\0\\0")
            except OSError:
                time.sleep(0.001)
"""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scan of the segment: its document, seconds, and the frames that left the scanning host."""

    document: dict[str, Any]
    seconds: float
    frames: tuple[str, ...]


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> Any:
    why = missing()
    if why:
        pytest.skip(why)
    with Lab(LAB / "layer2.clab.yml", tmp_path_factory.mktemp("layer2")) as up:
        wait_for_announcements(up)
        yield up


def wait_for_announcements(segment: Lab) -> None:
    """Until a listener in the scanning node has heard every node that announces itself."""
    labels = nodes_of(segment)
    expected = sum(node["truth/tells"] not in ("ARP", "ND") for node in labels.values())
    until = time.monotonic() + ANNOUNCED_SECONDS
    while time.monotonic() < until:
        heard = {line["mac"] for line in helper(segment, ranges=[], rate=100, wait=0.1, listen=2) if "heard" in line}
        if len(heard) > expected:  # one of them has two ports
            return
    pytest.fail(f"of {expected} nodes that announce themselves, {len(heard)} senders were heard")


def helper(segment: Lab, **request: object) -> list[dict[str, Any]]:
    """The lines of the layer 2 helper, run in the scanning node."""
    command = segment.nodes["scan"].on_its_network("env", "-C", str(ROOT), sys.executable, "-m", "scanner.link_helper")
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def nodes_of(segment: Lab) -> dict[str, dict[str, str]]:
    labels = {name: node.get("labels") or {} for name, node in segment.topology["nodes"].items()}
    return {name: found for name, found in labels.items() if "truth/is" in found}


@pytest.fixture(scope="module")
def scanned(segment: Lab, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    folder = tmp_path_factory.mktemp("scan")
    capture = capturing(segment, folder)
    started = time.monotonic()
    done = scan(segment, folder)
    seconds = time.monotonic() - started
    time.sleep(0.3)
    capture.terminate()
    capture.wait(10)
    assert done.returncode == 1, done.stderr
    shown = subprocess.run(
        ["tcpdump", "-nn", "-e", "-r", str(folder / "sent.pcap")], capture_output=True, text=True, check=True
    )
    return Scanned(json.loads((folder / "d.json").read_text()), seconds, tuple(shown.stdout.splitlines()))


def scan(segment: Lab, folder: Path) -> "subprocess.CompletedProcess[str]":
    options = ["--probe", "link", "--listen", str(LISTEN_SECONDS), "--format", "json", "--out", "d.json"]
    command = ["env", "-C", str(folder), f"HOME={folder}", sys.executable, "-m", "scanner.cli.main", "scan", *SCOPE]
    there = segment.nodes["scan"].on_its_network(*command, *options)
    return subprocess.run(there, capture_output=True, text=True, timeout=120, check=False)


def device_at(scanned: Scanned, place: str) -> dict[str, Any]:
    """The one device that answers at an address, or whose frames have this MAC (`mac ...`)."""
    label = place.replace("mac ", "heard from ")
    (found,) = [one for one in scanned.document["devices"] if place in one["addresses"] or label in one["labels"]]
    return dict(found)


def row(name: str, node: dict[str, str], device: dict[str, Any]) -> str:
    """The line of a node in the table in docs/layer2.md."""
    identity = device["identity"]
    maker = identity["vendor"]["name"] if identity["vendor"] else "unknown"
    watched = ", ".join(f"{tie['entity']} {tie['level']}" for tie in device["watched"])
    level = identity["level"] if identity["vendor"] else ""
    model = f"`{identity['model']}`" if identity["model"] else ""
    cells = (name, node["truth/is"], node["truth/tells"], maker, level, model, watched, device["verdict"])
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def test_the_page_says_of_each_node_what_a_scan_answers(segment: Lab, scanned: Scanned) -> None:
    rows = [row(name, node, device_at(scanned, node["expect/device"])) for name, node in nodes_of(segment).items()]
    page = (ROOT / "docs" / "layer2.md").read_text(encoding="utf-8")
    assert "\n".join(rows) in page, "\n".join(rows)


def test_every_node_is_a_device_and_there_are_no_others_but_second_addresses(segment: Lab, scanned: Scanned) -> None:
    places = {node["expect/device"] for node in nodes_of(segment).values()}
    others = [
        one["addresses"]
        for one in scanned.document["devices"]
        if not places & {*one["addresses"], *(label.replace("heard from ", "mac ") for label in one["labels"])}
    ]
    assert sorted(others) == [["198.51.100.42"], ["198.51.100.44"]]


def test_nothing_that_layer_2_alone_names_is_clear_and_all_that_is_watched_is_reviewed(scanned: Scanned) -> None:
    for device in scanned.document["devices"]:
        assert device["verdict"] != "clear", device["name"]
        assert not device["watched"] or device["verdict"] in ("review", "restricted"), device["name"]
        assert {claim["source"] for claim in device["identity"]["claims"]} <= SOURCES_OF_EVIDENCE
    assert not scanned.document["coverage"]["complete"]


OF_THE_SYSTEM = ("ethertype LLDP", "router solicitation", "multicast listener report", "neighbor advertisement")
"""What the kernel and the LLDP daemon of the scanning host send by themselves."""


def test_addresses_are_asked_twice_at_most_and_nothing_else_is_sent(scanned: Scanned) -> None:
    asked = [frame for frame in scanned.frames if "who-has" in frame or "neighbor solicitation" in frame]
    planned = ("who-has 198.51.100.", "who has 2001:db8:100::36", "Reply 198.51.100.10 ", *OF_THE_SYSTEM)
    others = [frame for frame in scanned.frames if not any(words in frame for words in planned)]
    assert others == []
    assert ADDRESSES - 1 <= len(asked) <= 2 * ADDRESSES
    assert scanned.document["coverage"]["cost"]["packets"] <= 2 * ADDRESSES
    assert scanned.seconds < LISTEN_SECONDS + 30


def test_no_control_character_of_a_frame_reaches_the_document(scanned: Scanned) -> None:
    hostile = next(one for one in scanned.document["devices"] if "198.51.100.45" in one["addresses"])
    texts = json.dumps({**hostile, "evidence": None})
    assert "\\u001b" not in texts and "\\u0007" not in texts


def test_a_flood_of_announcements_costs_little_and_is_reported(segment: Lab) -> None:
    """Frames of one sender that change each time, and of as many senders as there are frames, for longer than a scan
    listens: it ends in time, with few lines, and says that it did not keep them all."""
    flooding = subprocess.Popen(segment.nodes["switch1"].on_its_network(sys.executable, "-c", FLOOD, "6"))
    started = time.monotonic()
    try:
        lines = helper(segment, ranges=[["198.51.100.25", "198.51.100.25", ""]], rate=100, wait=0.1, listen=4)
    finally:
        flooding.kill()
        flooding.wait(10)
    assert time.monotonic() - started < 30
    heard = [line for line in lines if "heard" in line]
    senders = {line["mac"] for line in heard}
    assert len(senders) <= 4_096 and len(heard) <= 4_096 * 64
    assert sum(1 for line in heard if line["mac"] == "02:00:00:99:99:99") <= 64
    assert sum(line.get("not_kept", 0) for line in lines) > 0
    assert "failed" not in {key for line in lines for key in line}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak < 600 * 1024, f"{peak} KiB"


def test_the_scanned_addresses_are_of_documentation_prefixes(segment: Lab) -> None:
    """Nothing leaves the namespaces; and if it did, it would go nowhere (RFC 5737, RFC 3849)."""
    places = [node["expect/device"] for node in nodes_of(segment).values()]
    addresses = [ip_address(place) for place in places if not place.startswith("mac ")]
    assert all(str(address).startswith(("198.51.100.", "2001:db8:")) for address in addresses)
