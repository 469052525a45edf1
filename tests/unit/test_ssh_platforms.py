"""The platform files: each is recognised by its own examples, and none can hold a command that writes."""

import time
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError
from fingerprints.model.recording import MAX_OUTPUT
from scanner.protocols.ssh.platforms.loader import (
    FOLDER,
    SessionExampleModel,
    load_platforms,
    read_models,
    read_platforms,
)
from scanner.protocols.ssh.platforms.platform import DEFAULT_DETECTION_COMMANDS
from scanner.protocols.ssh.platforms.read_only import is_read_command, is_session_command

PLATFORMS = load_platforms()
EXAMPLES = [(name, example) for name, model in read_models().items() for example in model.examples]

BOX = """\
title: Box
netmiko_driver: linux
detection:
  output: \\bBoxOS\\b
paging_off: [terminal length 0]
commands: [show version]
leave: exit
examples:
  - {ident: SSH-2.0-Box, prompt: "box>", output: BoxOS 1.0}
"""


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else "")
def test_every_example_is_recognised_as_its_platform_and_no_other(name: str, example: SessionExampleModel) -> None:
    asked = PLATFORMS.detection_commands(example.ident, example.prompt)
    detected = {command: PLATFORMS.detect(command, example.output) for command in asked}
    platform = next(each for each in PLATFORMS.platforms if each.name == name)
    assert platform.detection_command in detected
    assert detected[platform.detection_command] == platform


def test_an_output_that_fits_no_platform_is_none() -> None:
    assert PLATFORMS.detect("show version", "% Invalid input detected at '^' marker.") is None


@pytest.mark.parametrize(
    ("ident", "prompt", "first"),
    [
        ("SSH-2.0--", "<core-1>", "display version"),
        ("SSH-2.0-HUAWEI-1.5", "", "display version"),
        ("SSH-2.0-OpenSSH_9.2p1", "HRP_M<fw1>", "display version"),
        ("SSH-2.0-Cisco-1.25", "sw1#", "show version"),
        ("SSH-2.0-OpenSSH_7.5", "audit@mx1>", "show version"),
        ("SSH-2.0-OpenSSH_8.4", "A:audit@sr1#", "show version"),
        ("SSH-2.0-OpenSSH_8.4", "leaf1(s1)#", "show version"),
        ("SSH-2.0-OpenSSH_9.2p1", "audit@probe:~$", "uname -a"),
        ("SSH-2.0-OpenSSH_9.2p1", "root@probe:/etc#", "uname -a"),
        ("SSH-2.0-OpenSSH_8.7", "[root@probe log]#", "uname -a"),
        ("SSH-2.0-HUAWEI-1.5", "audit@probe:~$", "uname -a"),
        ("SSH-2.0-HUAWEI-1.5", "[~core-1]", "display version"),
        ("SSH-2.0-dropbear", "bash-5.2#", "uname -a"),
        ("SSH-2.0-OpenSSH_8.4", "RP/0/RSP0/CPU0:xr1#", "show version"),
    ],
)
def test_the_first_command_follows_the_prompt_and_then_the_ident(ident: str, prompt: str, first: str) -> None:
    asked = PLATFORMS.detection_commands(ident, prompt)
    assert asked[0] == first
    assert asked[1] in DEFAULT_DETECTION_COMMANDS


def test_every_detection_command_is_the_first_command_of_a_platform() -> None:
    first = {platform.detection_command for platform in PLATFORMS.platforms}
    assert first == set(PLATFORMS.every_detection_command())


def test_no_command_chains_pipes_or_redirects() -> None:
    assert [line for line in PLATFORMS.every_command() if any(mark in line for mark in ";|&<>`$\n\r\\=\"'")] == []


@pytest.mark.parametrize(
    "line",
    [
        "configure terminal",
        "reload",
        "show version | redirect flash:x",
        "show version\nreload",
        "show version;reload",
        "display version > x",
        "write memory",
        "clear counters",
        "delete flash:x",
        "ip link set eth0 down",
        "ip -o link set eth0 down",
        "cat /root/.ssh/id_rsa",
        "cat /etc/os-release > /etc/passwd",
        "/system reset-configuration print",
        "/file remove print",
        "/system resource print file=x",
        "get scp://x",
        "show  version",
        "Show version",
        " show version",
        "",
    ],
)
def test_a_file_with_a_command_that_is_not_read_only_is_refused(line: str, tmp_path: Path) -> None:
    assert not is_read_command(line)
    written = BOX.replace("commands: [show version]", f"commands: [show version, {line!r}]".replace("\\n", "\n\n"))
    (tmp_path / "box.yaml").write_text(written)
    with pytest.raises(DataFileError, match="only reads"):
        read_platforms(tmp_path)


@pytest.mark.parametrize(
    "line", ["configure", "terminal length 0 | x", "no shutdown", "set cli", "terminal monitor", ""]
)
def test_a_paging_command_that_does_more_is_refused(line: str, tmp_path: Path) -> None:
    assert not is_session_command(line)
    (tmp_path / "box.yaml").write_text(BOX.replace("[terminal length 0]", f"[{line!r}]"))
    with pytest.raises(DataFileError, match="paging"):
        read_platforms(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("leave: exit", "leave: reboot", "leave"),
        ("title: Box", "title: Box\nextra: 1", "extra"),
        (r"output: \bBoxOS\b", "output: (x+)+y", "ways"),
        (r"output: \bBoxOS\b", "output: BoxOS\n  yields_to: [nobody]", "nobody"),
        ("examples:", "more:", "examples"),
    ],
)
def test_a_flawed_file_is_refused_and_named(old: str, new: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "box.yaml").write_text(BOX.replace(old, new))
    with pytest.raises(DataFileError) as refused:
        read_platforms(tmp_path)
    assert "box.yaml" in str(refused.value)
    assert problem in str(refused.value)


def test_one_new_file_is_one_new_platform(tmp_path: Path) -> None:
    for path in (*FOLDER.glob("*.yaml"),):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"))
    (tmp_path / "box.yaml").write_text(BOX)
    platforms = read_platforms(tmp_path)
    assert len(platforms.platforms) == len(PLATFORMS.platforms) + 1
    detected = platforms.detect("show version", "BoxOS 1.0")
    assert detected is not None
    assert detected.name == "box"


@pytest.mark.parametrize("hostile", ["\n", " ", "-", "Linux ", "Cisco IOS Software [", " \n", "junos", "IOS "])
def test_detection_takes_time_in_proportion_to_the_output(hostile: str) -> None:
    output = hostile * (MAX_OUTPUT // len(hostile))
    start = time.process_time()
    for command in PLATFORMS.every_detection_command():
        PLATFORMS.detect(command, output)
    assert time.process_time() - start < 10.0
