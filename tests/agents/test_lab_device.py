"""`kitscan lab device`: one device of a folder answers, and knows the others at the end of its cables."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.free_ports import free_ports
from scanner.simulator.device_folder import read_device_folder

SECRETS = {
    "LAB_COMMUNITY": "lab-public",
    "LAB_AUTH": "lab-auth-pass",
    "LAB_PRIV": "lab-priv-pass",
    "LAB_SSH": "lab-ssh",
}
CORE = """
name: core1
mac: 48:46:fb:10:01:00
snmp: {}
system: {descr: a router, object_id: 1.3.6.1.4.1.2011.2.62.2.18, up_time: 100}
interfaces: [{index: 1, name: GigabitEthernet0/0/0, link: eth1, peer: {device: leaf1, port: Ethernet1}}]
"""
LONE = CORE.partition("interfaces")[0]
LEAF = """
name: leaf1
mac: 00:1c:73:10:01:00
interfaces: [{index: 7, name: Ethernet1, link: eth1, peer: {device: core1, port: GigabitEthernet0/0/0}}]
"""


def test_a_device_of_a_folder_answers_until_it_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "core1.yaml").write_text(CORE)
    (tmp_path / "leaf1.yaml").write_text(LEAF)
    ports = free_ports("127.0.0.1")
    port = str(ports.snmp)
    command = [sys.executable, "-m", "scanner.cli.main", "lab", "device", str(tmp_path), "--name", "core1"]
    command += ["--address", "127.0.0.1", "--snmp-port", port, "--ssh-port", str(ports.ssh)]
    with subprocess.Popen(command, env={**os.environ, **SECRETS}, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "core1 answers at 127.0.0.1" in process.stderr.readline()
        walked = subprocess.run(
            ["snmpwalk", "-v2c", "-c", "lab-public", "-On", f"127.0.0.1:{port}", "1.0.8802"],
            capture_output=True, text=True, timeout=20, check=True,
        ).stdout  # fmt: skip
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert '"leaf1"' in walked


def test_a_device_without_its_secrets_says_which_is_missing(tmp_path: Path) -> None:
    (tmp_path / "core1.yaml").write_text(LONE)
    command = [sys.executable, "-m", "scanner.cli.main", "lab", "device", str(tmp_path), "--name", "core1"]
    environment = {key: value for key, value in os.environ.items() if key not in SECRETS}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2 and "LAB_COMMUNITY" in done.stderr


def test_a_device_that_the_folder_does_not_hold_is_refused(tmp_path: Path) -> None:
    (tmp_path / "leaf1.yaml").write_text(LONE.replace("core1", "leaf1"))
    command = [sys.executable, "-m", "scanner.cli.main", "lab", "device", str(tmp_path), "--name", "core9"]
    done = subprocess.run(
        command, env={**os.environ, **SECRETS}, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 2 and "core9" in done.stderr and "leaf1" in done.stderr


def test_a_cable_that_leads_nowhere_names_the_file_and_the_interface(tmp_path: Path) -> None:
    (tmp_path / "core1.yaml").write_text(CORE)
    command = [sys.executable, "-m", "scanner.cli.main", "lab", "device", str(tmp_path), "--name", "core1"]
    done = subprocess.run(
        command, env={**os.environ, **SECRETS}, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 2
    assert "core1.yaml" in done.stderr and "there is no interface Ethernet1 of leaf1" in done.stderr


@pytest.mark.parametrize("name", ["mixed", "mobile"])
def test_the_folder_of_a_lab_stands_for_its_devices(name: str) -> None:
    lab = Path(__file__).parents[2] / "lab" / name
    assert read_device_folder(lab) == read_device_folder(lab / "devices")
