"""`kitscan lab` on network namespaces: a lab brought up, scanned, checked and taken down, and nothing else touched."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner.lab.engines import open_lab, scan_namespace
from scanner.lab.errors import LabRefusedError
from scanner.lab.lab_state import NAMESPACES, RECORDS, read_state
from tests.lab.small_lab import write_small_lab

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0 or shutil.which("ip") is None, reason="needs root and the program ip"),
]
NODES = ("core1", "leaf1", "box1", "silent1", "br1")


@dataclass(frozen=True, slots=True)
class SmallLab:
    """A lab folder, and how to work on it. `links` is what the machine's own network had before."""

    folder: Path
    name: str
    links: str

    def kitscan(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `kitscan lab`, without containerlab if that is installed."""
        return subprocess.run(
            command(*words), env=without_containerlab(), capture_output=True, text=True, timeout=100, check=False
        )

    @property
    def namespaces(self) -> set[str]:
        """Those of this lab that are there."""
        return {path.name for path in NAMESPACES.glob(f"clab-{self.name}-*")}

    @property
    def keepers(self) -> list[int]:
        """The processes that write this lab's log."""
        log = self.folder / f"clab-{self.name}" / "keeper.log"
        return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal() and writes(path, log)]

    @property
    def is_gone(self) -> bool:
        """Whether nothing of it is left on this machine."""
        record = RECORDS / self.name
        return not self.namespaces and not self.keepers and not record.is_symlink() and links() == self.links


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "scanner.cli.main", "lab", *words]


def without_containerlab() -> dict[str, str]:
    return {**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent"}


def writes(process: Path, log: Path) -> bool:
    try:
        return (process / "fd" / "2").readlink() == log
    except OSError:
        return False


def links() -> str:
    """The interfaces, addresses and routes of the machine's own network."""
    words = (["-br", "link"], ["-br", "address"], ["route"])
    return "\n".join(subprocess.run(["ip", *word], capture_output=True, text=True, check=True).stdout for word in words)


def ip_in(namespace: str, *words: str) -> str:
    done = subprocess.run(["ip", "-n", namespace, *words], capture_output=True, text=True, timeout=20, check=True)
    return done.stdout


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallLab]:
    before = links()
    lab = SmallLab(tmp_path / "small", write_small_lab(tmp_path / "small"), before)
    yield lab
    lab.kitscan("down", str(lab.folder))
    assert lab.is_gone


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """A lab that is up for several tests, which do not change it."""
    folder, before = tmp_path_factory.mktemp("labs") / "small", links()
    lab = SmallLab(folder, write_small_lab(folder), before)
    done = lab.kitscan("up", str(folder))
    assert done.returncode == 0, done.stderr
    yield lab
    assert lab.kitscan("down", str(folder)).returncode == 0
    assert lab.is_gone


def test_up_makes_a_namespace_for_each_node_and_changes_nothing_of_the_machine(standing: SmallLab) -> None:
    assert standing.namespaces == {f"clab-{standing.name}-{node}" for node in (*NODES, "mgmt")}
    assert links() == standing.links
    assert len(standing.keepers) == 1


def test_links_have_the_names_of_the_topology_and_the_addresses_of_the_devices(standing: SmallLab) -> None:
    shown = json.loads(ip_in(f"clab-{standing.name}-core1", "-j", "link"))
    assert {link["ifname"]: link["address"] for link in shown if link["ifname"] != "lo"} == {
        "eth0": "48:46:fb:10:01:00",
        "eth1": "48:46:fb:10:01:0b",
        "eth2": "48:46:fb:10:01:0c",
    }
    assert all(link["operstate"] == "UP" for link in shown if link["ifname"] != "lo")


def test_a_bridge_of_the_topology_joins_what_is_plugged_into_it(standing: SmallLab) -> None:
    shown = json.loads(ip_in(f"clab-{standing.name}-br1", "-j", "link", "show", "master", "br0"))
    assert sorted(link["ifname"] for link in shown) == ["port1", "port2"]


def test_check_finds_every_node_as_expected_and_every_link(standing: SmallLab) -> None:
    done = standing.kitscan("check", str(standing.folder), "--links")
    line = f"{standing.name}: 3 of 4 nodes as expected, 1 without an expectation; 1 link as declared\n"
    assert (done.returncode, done.stdout) == (0, line), done.stderr


def test_check_names_what_differs_and_exits_with_1(standing: SmallLab) -> None:
    topology = standing.folder / f"{standing.name}.clab.yml"
    right = topology.read_text()
    topology.write_text(
        right.replace("kitscan-expect-maker: arista", "kitscan-expect-maker: huawei").replace("eth2", "eth3")
        .replace('"core1:eth3", "br1:port1"', '"core1:eth3", "box1:eth3"')
    )  # fmt: skip
    try:
        done = standing.kitscan("check", str(standing.folder), "--format", "json", "--links")
    finally:
        topology.write_text(right)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["differences"] == [
        {"node": "leaf1", "what": "maker", "expected": "huawei", "found": "arista"},
        {"node": "box1 - core1", "what": "link", "expected": "link", "found": "no neighbour"},
    ]


def test_scan_is_the_ordinary_scan_with_its_options_and_exit_codes(standing: SmallLab) -> None:
    done = standing.kitscan("scan", str(standing.folder), "--format", "json", "--fail-on", "never", "--probe", "snmp")
    document = json.loads(done.stdout)
    assert done.returncode == 3, done.stderr
    assert {device["name"] for device in document["devices"]} >= {"core1", "leaf1"}
    assert (standing.folder / "kitscan.sqlite").exists()


def test_no_secret_of_the_lab_is_kept_or_on_a_command_line(standing: SmallLab) -> None:
    words = [
        line.partition("=")[2].encode() for line in (standing.folder / "lab.env").read_text().split() if "=" in line
    ]
    (keeper,) = standing.keepers
    shown = Path(f"/proc/{keeper}/cmdline").read_bytes() + Path(f"/proc/{keeper}/environ").read_bytes()
    kept = b"".join(path.read_bytes() for path in (standing.folder / f"clab-{standing.name}").iterdir())
    assert len(words) == 4
    assert [word for word in words if word in shown + kept] == []


def test_a_neighbour_hears_the_lldp_frames_of_a_device(standing: SmallLab) -> None:
    listening = ["tcpdump", "-nn", "-v", "-c", "1", "-Q", "in", "-i", "eth1", "ether", "proto", "0x88cc"]
    there = ["ip", "netns", "exec", f"clab-{standing.name}-leaf1", *listening]
    heard = subprocess.run(there, capture_output=True, text=True, timeout=20, check=True).stdout
    assert "Subtype MAC address (4): 48:46:fb:10:01:00" in heard
    assert "Subtype Interface Name (5): GigabitEthernet1/0/0" in heard
    assert "System Name TLV (5), length 5: core1" in heard


def test_list_says_what_is_up(standing: SmallLab) -> None:
    labs = json.loads(standing.kitscan("list", "--format", "json").stdout)
    (ours,) = [lab for lab in labs if lab["name"] == standing.name]
    assert (ours["engine"], ours["nodes"], ours["folder"], ours["whole"]) == (
        "namespaces",
        4,
        str(standing.folder),
        True,
    )
    assert standing.name in standing.kitscan("list").stdout


def test_a_scan_by_somebody_without_privileges_is_refused_with_the_reason(
    standing: SmallLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = open_lab(str(standing.folder))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LabRefusedError, match="need root"):
        scan_namespace(lab)


def test_a_lab_that_is_up_is_not_brought_up_again(standing: SmallLab) -> None:
    done = standing.kitscan("up", str(standing.folder))
    assert done.returncode == 2
    assert f"lab {standing.name} is up already, since " in done.stderr


def test_a_lab_of_the_same_name_elsewhere_is_refused_and_the_first_stays(standing: SmallLab, tmp_path: Path) -> None:
    shutil.copytree(standing.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("clab-*"))
    done = standing.kitscan("up", str(tmp_path / "copy"))
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert len(standing.keepers) == 1


def test_a_record_that_was_copied_with_its_folder_moves_nothing(standing: SmallLab, tmp_path: Path) -> None:
    shutil.copytree(standing.folder, tmp_path / "copy")
    done = [standing.kitscan(word, str(tmp_path / "copy")) for word in ("scan", "down")]
    assert [one.returncode for one in done] == [2, 2]
    assert all(f"lab {standing.name} is not up" in one.stderr for one in done)
    assert len(standing.keepers) == 1


def test_a_record_cannot_hold_a_line_for_ip(small: SmallLab) -> None:
    assert small.kitscan("up", str(small.folder)).returncode == 0
    state = small.folder / f"clab-{small.name}" / "kitscan-lab.json"
    right = state.read_text()
    state.write_text(right.replace(f"clab-{small.name}-box1", "clab-x\\nlink add zz0 type dummy"))
    done = small.kitscan("down", str(small.folder))
    state.write_text(right)
    assert done.returncode == 2
    assert "namespaces" in done.stderr


def test_down_leaves_a_namespace_of_somebody_else(small: SmallLab) -> None:
    foreign = f"clab-{small.name}-leaf1"
    subprocess.run(["ip", "netns", "add", foreign], check=True)
    try:
        done = small.kitscan("up", str(small.folder))
        small.kitscan("down", str(small.folder))
        assert (done.returncode, small.namespaces) == (2, {foreign})
    finally:
        subprocess.run(["ip", "netns", "delete", foreign], check=True)


def test_a_lab_whose_keeper_was_killed_is_told_and_can_be_taken_down(small: SmallLab) -> None:
    assert small.kitscan("up", str(small.folder)).returncode == 0
    (keeper,) = small.keepers
    os.kill(keeper, signal.SIGKILL)
    until = time.monotonic() + 10
    while small.keepers and time.monotonic() < until:
        time.sleep(0.02)
    assert "(half up)" in small.kitscan("list").stdout
    assert "was left half up" in small.kitscan("scan", str(small.folder)).stderr
    assert "was left half up" in small.kitscan("up", str(small.folder)).stderr
    assert small.kitscan("down", str(small.folder)).returncode == 0
    assert small.is_gone


def test_down_ends_no_process_that_has_the_number_of_the_keeper_by_now(small: SmallLab) -> None:
    assert small.kitscan("up", str(small.folder)).returncode == 0
    state = small.folder / f"clab-{small.name}" / "kitscan-lab.json"
    (keeper,) = small.keepers
    written = json.loads(state.read_text())
    with subprocess.Popen(["sleep", "60"]) as other:
        state.write_text(json.dumps({**written, "keeper": {**written["keeper"], "pid": other.pid}}))
        small.kitscan("down", str(small.folder))
        lives = other.poll() is None
        other.kill()
    os.kill(keeper, signal.SIGKILL)
    until = time.monotonic() + 10
    while small.keepers and time.monotonic() < until:
        time.sleep(0.02)
    assert lives


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [0.4, 0.7])
def test_an_up_that_is_interrupted_leaves_nothing_or_a_whole_lab(
    small: SmallLab, seconds: float, number: signal.Signals
) -> None:
    with starting(small) as process:
        time.sleep(seconds)
        process.send_signal(number)
        code = process.wait(20)
    state = read_state(small.folder / f"clab-{small.name}")  # the signal may come when all is done
    assert code == 0 or small.is_gone or (state is not None and state.is_whole)


@pytest.mark.parametrize("seconds", [0.4, 0.5, 0.7])
def test_down_cleans_up_after_an_up_that_was_killed(small: SmallLab, seconds: float) -> None:
    with starting(small) as process:
        time.sleep(seconds)
        process.kill()
        process.wait(20)
    until = time.monotonic() + 10  # a keeper that has no orders yet ends by itself
    small.kitscan("down", str(small.folder))
    while not small.is_gone and time.monotonic() < until:
        time.sleep(0.02)
    assert small.is_gone


def starting(small: SmallLab) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command("up", str(small.folder)),
        env=without_containerlab(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_check_can_bring_the_lab_up_and_take_it_down(small: SmallLab) -> None:
    done = small.kitscan("check", str(small.folder), "--up", "--format", "junit")
    assert done.returncode == 0, done.stderr
    assert '<testsuites name="kitscan lab" tests="4" failures="0" skipped="1">' in done.stdout
    assert small.is_gone


def test_make_lab_checks_every_lab_of_a_folder_and_prints_what_is_right(small: SmallLab) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.labs", str(small.folder.parent)],
        env=without_containerlab(),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split()[:3] == ["small", "4", "3"]
    assert small.is_gone
