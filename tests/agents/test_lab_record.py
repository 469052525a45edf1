"""`kitscan lab record`: a live device becomes a file, the file a device, and a scan reads the same of both."""

import asyncio
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.free_ports import free_ports
from fingerprints.database.yaml_file import read_yaml
from scanner.demo.network import DemoNetwork, start
from scanner.simulator.device import SimulatedDevice
from scanner.simulator.passwords import Passwords
from scanner.simulator.serving import serving
from tests.warm_kitscan import run_kitscan

_CREDENTIALS = """
credentials:
  - {name: lab, snmp: v2c, community: "file:community", prefixes: [127.0.0.0/8]}
"""

ADDRESS = "127.0.1.11"
"""The demo's Huawei access switch: brs-acc-1."""


def kitscan(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return run_kitscan(*words, cwd=folder, timeout=60)


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoNetwork, Path]]:
    folder = tmp_path_factory.mktemp("demo")
    with running_loop() as loop:
        ports = free_ports()
        running = start(folder, ports)
        network = asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result(20)
        with (folder / "kitscan.yaml").open("a") as config:
            config.write(f"ports: {{snmp: {ports.snmp}, ssh: {ports.ssh}}}\n")
        yield network, folder
        asyncio.run_coroutine_threadsafe(running.__aexit__(None, None, None), loop).result(20)


def test_a_recorded_device_is_served_again_and_judged_as_the_real_one(
    network: tuple[DemoNetwork, Path], tmp_path: Path
) -> None:
    _, folder = network
    made = tmp_path / "switch.yaml"
    done = kitscan("lab", "record", ADDRESS, "--out", str(made), "--probe", "snmp", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "read otherwise" not in done.stderr
    text = made.read_text()
    assert not any(
        word in text for word in ("brs-acc-1", "man-agg-1", "10.20.10.11", "ac:85:3d:11", "2102350DLS10H5000341")
    )
    real, again = _scanned(folder, ADDRESS), _scanned_again(made, tmp_path)
    for key in ("vendor", "made_by", "model", "version"):
        assert again["identity"][key] == real["identity"][key]
    assert _parts(again) == _parts(real) and _watched(again) == _watched(real)


def test_a_dry_run_sends_nothing_and_writes_nothing(network: tuple[DemoNetwork, Path], tmp_path: Path) -> None:
    made = tmp_path / "switch.yaml"
    done = kitscan("lab", "record", ADDRESS, "--out", str(made), "--dry-run", folder=network[1])
    assert done.returncode == 0 and ADDRESS in done.stdout and not made.exists()


def test_a_device_of_a_run_is_recorded_by_its_name(network: tuple[DemoNetwork, Path], tmp_path: Path) -> None:
    folder = network[1]
    store = str(tmp_path / "run.sqlite")
    kitscan("scan", ADDRESS, "--store", store, "--probe", "snmp", folder=folder)
    words = ("lab", "record", "--run", "latest", "--store", store, "--out")
    made = tmp_path / "box.yaml"
    done = kitscan(*words, str(made), "BRS-ACC-1", folder=folder)
    assert done.returncode == 0, done.stderr
    assert read_yaml(made, SimulatedDevice).walk
    missing = kitscan(*words, str(tmp_path / "none.yaml"), "nobody", folder=folder)
    assert missing.returncode == 2 and "nobody" in missing.stderr and not (tmp_path / "none.yaml").exists()


_WALK = ".1.3.6.1.2.1.1.1.0 = STRING: Huawei VRP\n.1.3.6.1.2.1.1.5.0 = STRING: lon-core-7\n"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("walk.txt", "--platform", "huawei_vpr", "--command", "display version"), "huawei_vrp"),
        (("walk.snmpwalk", "--platform", "huawei_vrp"), "--platform and --command go together"),
        (("absent.snmpwalk",), "there is no such file"),
        (("walk.snmpwalk", "--dry-run"), "--dry-run is for a live device"),
    ],
)
def test_a_mistyped_source_or_platform_is_named(words: tuple[str, ...], problem: str, tmp_path: Path) -> None:
    (tmp_path / "walk.txt").write_text("VRP (R) software, Version 5.170\n")
    (tmp_path / "walk.snmpwalk").write_text(_WALK)
    done = kitscan("lab", "record", *words, "--out", "box.yaml", folder=tmp_path)
    assert (done.returncode, problem in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "box.yaml").exists()


def test_a_file_that_is_called_as_the_real_device_needs_another_name(tmp_path: Path) -> None:
    (tmp_path / "lon-core-7.snmpwalk").write_text(_WALK)
    words = ("lab", "record", "lon-core-7.snmpwalk", "--out", "lon-core-7.yaml")
    done = kitscan(*words, folder=tmp_path)
    assert done.returncode == 2 and "Next: --name with another word" in done.stderr
    assert not (tmp_path / "lon-core-7.yaml").exists()
    assert kitscan(*words, "--name", "box", folder=tmp_path).returncode == 0
    assert "lon-core-7" not in (tmp_path / "lon-core-7.yaml").read_text()


def _scanned(folder: Path, target: str, *more: str) -> dict[str, Any]:
    out = folder / "scanned.json"
    words = ("--probe", "snmp", "--store", str(folder / "scanned.sqlite"), "--format", "json", "--out", str(out))
    done = kitscan("scan", target, *words, *more, folder=folder)
    assert out.exists(), done.stderr
    (device,) = json.loads(out.read_text())["devices"]
    assert isinstance(device, dict)
    return device


def _scanned_again(made: Path, folder: Path) -> dict[str, Any]:
    device, ports, passwords = read_yaml(made, SimulatedDevice), free_ports("127.0.0.1"), Passwords()
    (folder / "community").write_text(passwords.community)
    (folder / "community").chmod(0o600)
    (folder / "credentials.yaml").write_text(_CREDENTIALS)
    (folder / "kitscan.yaml").write_text(f"ports: {{snmp: {ports.snmp}, ssh: {ports.ssh}}}\n")

    async def serve(stop: asyncio.Event, ready: threading.Event) -> None:
        with serving([("127.0.0.1", device)], passwords, ports):
            ready.set()
            await stop.wait()

    with running_loop() as loop:
        stop, ready = asyncio.Event(), threading.Event()
        task = asyncio.run_coroutine_threadsafe(serve(stop, ready), loop)
        assert ready.wait(10)
        try:
            return _scanned(folder, "127.0.0.1", "--credentials", "credentials.yaml")
        finally:
            loop.call_soon_threadsafe(stop.set)
            task.result(10)


def _parts(device: dict[str, Any]) -> list[tuple[str, object]]:
    return sorted((part["kind"], (part["made_by"] or {}).get("id")) for part in device["components"])


def _watched(device: dict[str, Any]) -> list[tuple[str, str]]:
    return [(tie["entity"], tie["level"]) for tie in device["watched"]]


def test_a_file_that_bears_the_devices_name_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "box.snmpwalk").write_text(".1.3.6.1.2.1.1.5.0 = STRING: muc-xyzpe-03\n")
    refused = kitscan("lab", "record", "box.snmpwalk", "--out", "muc-xyzpe-03.yaml", folder=tmp_path)
    assert refused.returncode == 2 and "--name" in refused.stderr
    assert not (tmp_path / "muc-xyzpe-03.yaml").exists()
