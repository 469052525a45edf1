"""The image of kitscan, built and run by podman: what it may do, and what it finds from a network of containers."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from requirements.wheelhouse import ROOT, add_own_wheel
from scanner import demo
from tests.services.image_base import write_base
from tests.services.podman import LIMITS, Podman, missing, podman

pytestmark = [pytest.mark.lab, pytest.mark.services, pytest.mark.timeout(300)]

IMAGE, USER = "kitscan:latest", 10_001
WHEELS = ROOT / "wheelhouse"
CONTEXT = ("LICENSE", "README.md", "pyproject.toml", "setup.cfg", "Dockerfile", ".dockerignore")
FOLDERS = ("fingerprints", "reports", "requirements", "scanner")
LAB = {"LAB_COMMUNITY": "public-lab", "LAB_AUTH": "auth-of-lab", "LAB_PRIV": "priv-of-lab", "LAB_SSH": "ssh-of-lab"}
NO_PRIVILEGE = ("--cap-drop=ALL", "--security-opt=no-new-privileges")


@pytest.fixture(scope="module")
def engine() -> Iterator[Podman]:
    """podman with the image in its store, built of the source as it is and without any network."""
    if why := missing():
        pytest.skip(why)
    if not (WHEELS / "requirements.txt").exists():
        pytest.skip("there is no wheelhouse: make wheelhouse")
    with podman() as made:
        context = made.folder / "context"
        context.mkdir()
        for name in CONTEXT:
            shutil.copy(ROOT / name, context / name)
        for name in FOLDERS:
            shutil.copytree(ROOT / name, context / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(WHEELS, context / "wheelhouse")
        add_own_wheel(context / "wheelhouse")
        (context / "credentials.yaml").write_text("not for the build\n")
        write_base(made.folder / "base.tar")
        made.must("import", "--quiet", str(made.folder / "base.tar"), "localhost/base:1")
        flags = ("--quiet", "--layers=false", "--pull=never", "--network=none", *LIMITS)
        made.must("build", *flags, "--build-arg=BASE=localhost/base:1", "--tag", IMAGE, str(context))
        yield made


def test_it_runs_as_a_user_and_writes_only_in_its_folder(engine: Podman) -> None:
    assert engine.run(IMAGE, "--version").stdout == "kitscan 0.1.0\n"
    program = f"id -u; touch /data/x && echo data; touch /x /opt/kitscan/x || ls {ROOT} /src /credentials.yaml"
    shown = engine.run(IMAGE, "-c", program, flags=("--entrypoint=sh",))
    assert shown.stdout.splitlines() == [str(USER), "data"]
    assert shown.stderr.count("Read-only file system") == 2 and shown.stderr.count("No such file") == 3


def test_its_label_names_its_licences(engine: Podman) -> None:
    (image,) = json.loads(engine.must("image", "inspect", IMAGE))
    assert image["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0 AND GPL-2.0-only"


def test_one_file_has_a_capability_and_kitscan_itself_has_none(engine: Podman) -> None:
    program = (
        "import os\n"
        "for place, _, names in os.walk('/', onerror=None):\n"
        "    for name in names if not place.startswith(('/proc', '/sys', '/dev')) else ():\n"
        "        path = os.path.join(place, name)\n"
        "        if os.path.isfile(path) and 'security.capability' in os.listxattr(path): print(path)\n"
    )
    found = engine.run(IMAGE, "-c", program, flags=("--entrypoint=python3", "--user=0"))
    assert found.stdout.split() == ["/opt/kitscan/bin/python-net-raw"], found.stderr
    as_kitscan = f"--entrypoint={json.dumps(entry_point(engine))}"
    status = engine.run(IMAGE, "cat", "/proc/self/status", flags=("--cap-add=NET_RAW", as_kitscan))
    held = dict(line.split(":\t") for line in status.stdout.splitlines() if line.startswith("Cap"))
    bounding = int(held.pop("CapBnd"), 16)
    assert bounding >> 13 & 1 and set(held.values()) == {"0" * 16}


def entry_point(engine: Podman) -> list[str]:
    """The words of the entry point before `kitscan`: whatever stands there in its place runs as kitscan does."""
    (image,) = json.loads(engine.must("image", "inspect", IMAGE))
    *words, last = image["Config"]["Entrypoint"]
    assert last == "kitscan"
    return words


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--cap-add=NET_RAW",), "ok    layer 2: the helper may use raw"),
        (NO_PRIVILEGE, "warn  layer 2: no CAP_NET_RAW"),
    ],
)
def test_doctor_tells_whether_the_helper_has_the_capability(engine: Podman, flags: tuple[str, ...], told: str) -> None:
    assert told in engine.run(IMAGE, "doctor", flags=flags).stdout


def test_the_demonstration_runs_inside_without_any_privilege(engine: Podman) -> None:
    done = engine.run(IMAGE, "demo", flags=NO_PRIVILEGE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Report: kitscan-demo/report.html" in done.stdout + done.stderr


@pytest.fixture(scope="module")
def network(engine: Podman) -> None:
    """Two devices and a node to scan from, wired as containerlab wires them: veth pairs into the containers."""
    lab, work = engine.folder / "lab", engine.folder / "work"  # below a folder that the containers' user may pass
    (lab / "devices").mkdir(parents=True)
    work.mkdir()
    (lab / "lab.env").write_text("".join(f"{name}={value}\n" for name, value in LAB.items()))
    ports = "--sysctl=net.ipv4.ip_unprivileged_port_start=0"  # Docker's default
    mounts = (f"--volume={lab}:/lab:ro", f"--env-file={lab / 'lab.env'}", ports, *NO_PRIVILEGE)
    scan = (f"--volume={work}:/data", f"--env-file={lab / 'lab.env'}", "--cap-add=NET_RAW", "--entrypoint=sleep")
    scanning = engine.start("scan", IMAGE, "600", flags=scan)
    for name in ("lon-core-1", "lon-core-2"):
        shutil.copy(Path(demo.__file__).parent / "devices" / f"{name}.yaml", lab / "devices")
        without_expectations(lab / "devices" / f"{name}.yaml")
    for number, name in enumerate(("lon-core-1", "lon-core-2"), start=1):
        device = engine.start(name, IMAGE, "lab", "device", "/lab/devices", flags=mounts)
        wire(scanning, f"eth{number}", f"192.0.2.{4 * number + 1}/30", device, f"192.0.2.{4 * number + 2}/30")
    write_project(work)
    for name in ("lon-core-1", "lon-core-2"):
        assert answers(engine, name), engine.do("logs", name)


def without_expectations(path: Path) -> None:
    """A device of the demonstration as a lab's file has it: without what only the demonstration knows, and without its
    other neighbours."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    own = ("about:", "address:", "group:", "role:", "site:", "expected:")
    text = "".join(line for line in lines if not line.startswith(own))
    path.write_text(re.sub(r", peer: \{device: (?!lon-core-[12],)[^}]*\}", "", text), encoding="utf-8")


def wire(left: int, interface: str, left_address: str, right: int, right_address: str) -> None:
    """A cable between the networks of two processes; the machine's own network never has an end of it."""
    inside = ["nsenter", "--target", str(left), "--net", "ip"]
    end = ["type", "veth", "peer", "name", "eth1", "netns", str(right)]
    for command in (
        [*inside, "link", "add", interface, *end],
        [*inside, "address", "add", left_address, "dev", interface],
        [*inside, "link", "set", interface, "up"],
        ["nsenter", "--target", str(right), "--net", "ip", "address", "add", right_address, "dev", "eth1"],
        ["nsenter", "--target", str(right), "--net", "ip", "link", "set", "eth1", "up"],
    ):
        subprocess.run(command, check=True, timeout=20)


def write_project(folder: Path) -> None:
    """The files of a user who scans the two devices."""
    (folder / "targets.csv").write_text("address,name\n192.0.2.6,lon-core-1\n192.0.2.10,lon-core-2\n")
    (folder / "credentials.yaml").write_text(
        "credentials:\n"
        "  - {name: v3, snmp: v3, user: audit, auth: [sha256, env:LAB_AUTH], priv: [aes128, env:LAB_PRIV],\n"
        "     prefixes: [192.0.2.0/24]}\n"
        "  - {name: cli, ssh: true, user: audit, password: env:LAB_SSH, prefixes: [192.0.2.0/24]}\n"
    )
    (folder / "zones.yaml").write_text("zones: [{name: all, match: {prefix: 192.0.2.0/24}, tier: core}]\n")
    (folder / "kitscan.yaml").write_text(
        "targets: [targets.csv]\ncredentials: credentials.yaml\nzones: zones.yaml\nprofile: lab\n"
        "policies: [gb-dvd-huawei-2022]\n"
    )
    for path in (folder, *folder.iterdir()):
        os.chown(path, USER, USER)


def answers(engine: Podman, name: str) -> bool:
    """Whether a device said within some seconds that it answers."""
    for _ in range(100):
        if "answers at" in engine.do("logs", name).stderr:
            return True
        time.sleep(0.1)
    return False


def scanned(engine: Podman, *limits: str) -> tuple[int, Any, str]:
    """The exit code, the document and the messages of a scan from the node between the devices, started as the image
    starts kitscan or with further limits."""
    words = [*entry_point(engine), *limits, "kitscan", "scan", "--format", "json"]
    done = engine.do("exec", "scan", *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def verdicts(document: Any) -> dict[str, str]:
    return {device["name"]: device["verdict"] for device in document["devices"]}


RIGHT = {"lon-core-1": "restricted", "lon-core-2": "clear"}


@pytest.mark.usefixtures("network")
def test_two_devices_are_scanned_from_a_third_container(engine: Podman) -> None:
    code, document, messages = scanned(engine)
    assert (code, verdicts(document)) == (1, RIGHT)
    assert "layer 2" not in messages


@pytest.mark.usefixtures("network")
def test_without_the_capability_layer_2_is_told_as_not_seen_and_the_rest_is_scanned(engine: Podman) -> None:
    code, document, messages = scanned(engine, "--no-new-privs")
    assert (code, verdicts(document)) == (1, RIGHT)
    assert "layer 2: sweep: CAP_NET_RAW is missing; the other probes went on" in messages
