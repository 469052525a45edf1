"""The labs that ship: each topology is containerlab's, and each node, link and address agrees with a device file."""

import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Interface, ip_address
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from scanner.credentials.file import read_entries
from scanner.lab.expectations import read_expectations
from scanner.lab.lab_folder import read_variables
from scanner.simulator.device import SimulatedDevice
from scanner.simulator.device_folder import read_device_folder
from scanner.simulator.passwords import VARIABLES
from scanner.targets.inventories.containerlab.topology import LabTopology, read_lab

LAB = Path(__file__).parents[2] / "lab"
SCHEMA = Path(__file__).parents[1] / "schemas" / "clab.schema.json"
NAMES = ("access", "campus", "mixed", "mobile")
TOPOLOGIES = sorted(LAB.rglob("*.clab.yml"))
EACH = pytest.mark.parametrize("name", NAMES)


def topology_of(name: str) -> LabTopology:
    return read_lab(LAB / name / f"{name}.clab.yml", {})


def devices_of(name: str) -> dict[str, SimulatedDevice]:
    return read_device_folder(LAB / name / "devices")


def pattern_flaws(
    _: Any, pattern: str, instance: object, __: dict[str, Any]
) -> Iterator[jsonschema.exceptions.ValidationError]:
    """`pattern` of JSON Schema, whose regular expressions know classes of Unicode that Python's do not."""
    readable = pattern.replace(r"\p{N}\p{L}", r"\w")
    if isinstance(instance, str) and not re.search(readable, instance):
        yield jsonschema.exceptions.ValidationError(f"{instance!r} does not match {pattern!r}")


@pytest.mark.parametrize("path", TOPOLOGIES, ids=lambda path: path.name)
def test_a_topology_is_what_containerlabs_schema_allows(path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    base = jsonschema.validators.validator_for(schema)
    validator = jsonschema.validators.extend(base, {"pattern": pattern_flaws})(schema)
    flaws = validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert [f"{flaw.json_path}: {flaw.message}"[:200] for flaw in flaws] == []


def test_every_lab_is_tested() -> None:
    assert {path.parent.name for path in LAB.glob("*/devices")} == set(NAMES)


@EACH
def test_each_node_plays_one_device_and_each_device_is_played(name: str) -> None:
    nodes = [node.name for node in topology_of(name).nodes]
    assert sorted(nodes) == sorted(devices_of(name))
    assert 15 <= len(nodes) <= 40


@EACH
def test_the_links_are_the_cables_of_the_devices_both_ways(name: str) -> None:
    devices = devices_of(name)
    cables = {
        frozenset(((device.name, port.link), (far.name, next(p.link for p in far.interfaces if p.name == peer.port))))
        for device in devices.values()
        for port in device.interfaces
        if (peer := port.peer) and (far := devices[peer.device])
    }
    links = {
        frozenset((end.node, end.interface) for end in (link.a, link.b) if end) for link in topology_of(name).links
    }
    assert links == cables
    for device in devices.values():
        carried = [port.link for port in device.interfaces if port.link]
        assert len(carried) == len(set(carried)) == len([port for port in device.interfaces if port.peer])


@EACH
def test_a_node_is_managed_at_an_address_of_the_labs_network_that_no_other_has(name: str) -> None:
    topology = topology_of(name)
    (subnet,) = topology.subnets
    addresses = {node.name: ip_address(address) for node in topology.nodes for address in node.management}
    assert len(set(addresses.values())) == len(topology.nodes)
    assert all(address in subnet for address in addresses.values())
    own = {
        (device.name, IPv4Interface(port.address).ip)
        for device in devices_of(name).values()
        for port in device.interfaces
        if port.address and IPv4Interface(port.address).ip in subnet
    }
    assert own <= set(addresses.items())


@EACH
def test_no_two_interfaces_of_a_lab_share_a_mac_address(name: str) -> None:
    macs = [device.mac_of(port) for device in devices_of(name).values() for port in device.interfaces]
    real = [mac for mac in macs if mac]
    assert len(real) == len(set(real))


@EACH
def test_each_node_says_what_a_scan_must_find(name: str) -> None:
    topology = topology_of(name)
    expected = read_expectations({node.name: dict(node.labels) for node in topology.nodes}, LAB / name)
    assert [node for node, expectation in expected.items() if expectation.verdict is None] == []


@EACH
def test_the_credentials_are_references_to_the_variables_of_the_lab(name: str) -> None:
    assert set(read_variables(LAB / name)) == set(VARIABLES)
    named = set(re.findall(r"\benv:(\w+)", (LAB / name / "credentials.yaml").read_text(encoding="utf-8")))
    assert named <= set(VARIABLES)
    assert len(read_entries(LAB / name / "credentials.yaml")) >= 3


@EACH
def test_the_drawing_shows_every_node(name: str) -> None:
    drawing = (LAB / name / "README.md").read_text(encoding="utf-8")
    assert [node.name for node in topology_of(name).nodes if node.name not in drawing] == []
