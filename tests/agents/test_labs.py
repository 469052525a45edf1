"""The labs that ship, served on loopback and scanned by the ordinary command: every node is what its labels say.

Loopback has no layer 2, so nodes that let nobody in are only looked for. `make lab` checks them too, on namespaces.
"""

import asyncio
import csv
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.free_ports import free_ports
from scanner.lab.comparison import compare_with_expectations
from scanner.lab.expectations import read_expectations
from scanner.lab.lab_folder import read_variables
from scanner.lab.scanned_nodes import scanned_nodes
from scanner.simulator.device import SimulatedDevice
from scanner.simulator.device_folder import read_device_folder
from scanner.simulator.passwords import Passwords
from scanner.simulator.serving import serving
from scanner.targets.inventories.containerlab.topology import LabTopology, read_lab
from scanner.targets.target import Ports

LAB = Path(__file__).parents[2] / "lab"
NAMES = ("access", "campus", "mixed", "mobile")


@dataclass(frozen=True, slots=True)
class LoopbackLab:
    """A copy of a lab whose management network is of 127.0.0.0/8, and the report of its scan."""

    folder: Path
    topology: LabTopology
    devices: Mapping[str, SimulatedDevice]
    ports: Ports

    @property
    def addresses(self) -> dict[str, str]:
        return {node.name: on_loopback(node.management[0]) for node in self.topology.nodes}

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        return {node.name: dict(node.labels) for node in self.topology.nodes}

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        return document


def on_loopback(text: str) -> str:
    return text.replace("172.31.", "127.31.")


def copied(name: str, place: Path) -> LoopbackLab:
    """The lab's folder, with a list of targets, which can name ports, in place of its topology."""
    folder = place / name
    shutil.copytree(LAB / name, folder, ignore=shutil.ignore_patterns("clab-*"))
    (folder / f"clab-{name}").mkdir()
    for path in folder.rglob("*.yaml"):
        path.write_text(on_loopback(path.read_text(encoding="utf-8")), encoding="utf-8")
    topology = read_lab(folder / f"{name}.clab.yml", {})
    lab = LoopbackLab(folder, topology, read_device_folder(folder / "devices"), free_ports())
    attributes = sorted({label for labels in lab.labels.values() for label in labels})
    with (folder / "targets.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("address", "name", *attributes, "snmp_port", "ssh_port"))
        for node, labels in lab.labels.items():
            values = [labels.get(attribute, "") for attribute in attributes]
            rows.writerow((lab.addresses[node], node, *values, lab.ports.snmp, lab.ports.ssh))
    return lab


async def scanned(lab: LoopbackLab) -> None:
    variables = read_variables(lab.folder)
    command = (sys.executable, "-m", "scanner.cli.main", "scan", "targets.csv", "--out", "report.json")
    served = [(lab.addresses[name], device) for name, device in lab.devices.items()]
    with (lab.folder / "printed").open("wb") as printed, ExitStack() as stack:
        stack.enter_context(serving(served, Passwords.from_environment(variables), lab.ports))
        process = await asyncio.create_subprocess_exec(
            *command, cwd=lab.folder, env={**os.environ, **variables}, stdout=printed, stderr=printed
        )
        code = await asyncio.wait_for(process.wait(), 100)
    assert code == 1, (lab.folder / "printed").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, LoopbackLab]]:
    """All labs, scanned at once: most of a scan is waiting."""
    place = tmp_path_factory.mktemp("labs")
    copies = {name: copied(name, place) for name in NAMES}

    async def scan_all() -> None:
        await asyncio.gather(*map(scanned, copies.values()))

    asyncio.run(scan_all())
    yield copies


def lets_in(device: SimulatedDevice) -> bool:
    return device.snmp is not None or (device.ssh is not None and device.ssh.login)


@pytest.mark.parametrize("name", NAMES)
def test_every_node_that_lets_a_scan_in_is_what_its_labels_say(labs: dict[str, LoopbackLab], name: str) -> None:
    lab = labs[name]
    telling = {node: labels for node, labels in lab.labels.items() if lets_in(lab.devices[node])}
    expectations = read_expectations(telling, lab.folder)
    comparison = compare_with_expectations(expectations, scanned_nodes(lab.document, telling))
    assert comparison.differences == ()
    assert len(comparison.right) == len(telling)


@pytest.mark.parametrize("name", NAMES)
def test_a_node_that_lets_nobody_in_is_not_assessed(labs: dict[str, LoopbackLab], name: str) -> None:
    lab = labs[name]
    closed = {node for node, device in lab.devices.items() if not lets_in(device)}
    assert closed
    assert closed <= {missing["target"] for missing in lab.document["not_assessed"]}
