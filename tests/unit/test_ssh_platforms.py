"""The platform files: each is recognised by its own examples, and none can hold a command that writes."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from fingerprints.model.recording import MAX_OUTPUT
from scanner.protocols.ssh.platforms.loader import (
    FOLDER,
    SessionExampleModel,
    _shipped,
    load_platforms,
    read_models,
    read_platforms,
)
from scanner.protocols.ssh.platforms.platform import DEFAULT_DETECTION_COMMANDS, MAX_DETECTION_COMMANDS, Platform
from scanner.protocols.ssh.platforms.read_only import is_read_command, is_session_command

PLATFORMS = load_platforms()
EXAMPLES = [(name, example) for name, model in read_models().items() for example in model.examples]
EACH_EXAMPLE = pytest.mark.parametrize(
    ("name", "example"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else ""
)

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


def platform_of(name: str) -> Platform:
    return next(each for each in PLATFORMS.platforms if each.name == name)


def asked(
    ident: str, prompt: str, greeting: str = "", answers: Mapping[str, str] = MappingProxyType({}), refusal: str = "%"
) -> list[str]:
    """What a device is asked that answers `answers`, and refuses everything else, until its platform is known."""
    heard: dict[str, str] = {}
    while (command := PLATFORMS.next_detection_command(ident, prompt, greeting, heard)) is not None:
        heard[command] = answers.get(command, refusal)
        if PLATFORMS.detect(command, heard[command]) is not None:
            break
    return list(heard)


@EACH_EXAMPLE
def test_every_example_is_recognised_as_its_platform_and_no_other(name: str, example: SessionExampleModel) -> None:
    platform = platform_of(name)
    command = example.command or platform.detection_command
    assert command in platform.detection.commands
    matching = {
        other.name
        for other in PLATFORMS.platforms
        if command in other.detection.commands and other.detection.output.search(example.output)
    }
    unyielding = {other for other in matching if not platform_of(other).detection.yields_to & matching}
    assert unyielding == {name}
    assert PLATFORMS.detect(command, example.output) == platform


@EACH_EXAMPLE
def test_the_outputs_of_one_platform_are_none_of_another_s_for_any_command(
    name: str, example: SessionExampleModel
) -> None:
    detected = {PLATFORMS.detect(command, example.output) for command in PLATFORMS.every_detection_command()}
    own = {None, platform_of(name)}
    shells = {platform_of(each) for each in ("f5_tmsh", "f5_linux")} if name in ("f5_tmsh", "f5_linux") else set()
    assert detected <= own | shells


@EACH_EXAMPLE
def test_the_session_of_every_example_reaches_its_platform(name: str, example: SessionExampleModel) -> None:
    platform = platform_of(name)
    command = example.command or platform.detection_command
    refusal = example.answer or "% Invalid input detected at '^' marker."
    commands = asked(example.ident, example.prompt, example.greeting, {command: example.output}, refusal)
    assert commands[-1] == command
    assert len(commands) <= MAX_DETECTION_COMMANDS


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
    commands = asked(ident, prompt)
    assert commands[0] == first
    assert set(DEFAULT_DETECTION_COMMANDS) <= set(commands)
    assert len(commands) <= MAX_DETECTION_COMMANDS


@pytest.mark.parametrize(
    ("greeting", "prompt", "first"),
    [
        ("Welcome to VyOS - type `configure` to enter configuration mode", "audit@edge-1:~$", "show version"),
        ("  MikroTik RouterOS 7.11 (c) 1999-2023", "[audit@edge-1] >", "/system resource print"),
        ("Number of failed attempts since last successful login: 0", "audit@fw-1>", "show system info"),
        ("SAOS is True Carrier Ethernet TM software.", "edge-1>", "software show"),
        ("Huawei Integrated Access Software (MA5608T).", "olt-1>", "display version"),
        ("", "audit@fw-1>", "show version"),
        ("", "admin@sonic:~$", "show version"),
    ],
)
def test_what_a_device_says_at_login_tells_what_to_ask_first(greeting: str, prompt: str, first: str) -> None:
    assert asked("SSH-2.0-OpenSSH_8.4", prompt, greeting)[0] == first


@pytest.mark.parametrize(
    ("refusal", "then"),
    [
        ("Unknown command: show version", "show system info"),
        ("command parse error before 'version'\nCommand fail. Return code -61", "get system status"),
        ("CLINFR0329  Invalid command:'show version'.", "show version all"),
        ("%Error 20202: Incomplete command.", "show version-running"),
        ("bad command name show (line 1 column 1)", "/system resource print"),
        ("Incorrect usage.  Use the '?' or <TAB> key to list commands.", "show sysinfo"),
        ("Error: Unrecognized command found at '^' position.", "display version"),
    ],
)
def test_how_a_device_refuses_a_command_tells_what_to_ask_next(refusal: str, then: str) -> None:
    assert asked("SSH-2.0-OpenSSH_8.4", "box>", refusal=refusal)[:2] == ["show version", then]


def test_a_device_of_no_known_shape_is_asked_two_commands() -> None:
    assert asked("SSH-2.0-x", "box>", refusal="what?") == ["show version", "display version"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_device_is_asked_more_than_a_handful(ident: str, prompt: str, greeting: str, refusal: str) -> None:
    commands = asked(ident, prompt, greeting, refusal=refusal)
    assert len(commands) == len(set(commands)) <= MAX_DETECTION_COMMANDS
    assert set(commands) <= set(PLATFORMS.every_detection_command())


def test_every_detection_command_is_one_of_a_platform() -> None:
    own = {command for platform in PLATFORMS.platforms for command in platform.detection.commands}
    assert own == set(PLATFORMS.every_detection_command())


def test_the_first_words_of_commands_are_those_that_each_platform_reads_with() -> None:
    """One word a platform, but for those named here: a new one is a decision that this test shows."""
    others = {
        "brocade_fos": {"version", "chassisshow", "switchshow", "sfpshow"},
        "ciena_saos": {"software", "chassis", "port", "lldp"},
        "cumulus_linux": {"uname", "cat", "decode-syseeprom", "nv", "lldpctl"},
        "f5_linux": {"tmsh"},
        "fortinet": {"get"},
        "hp_comware": {"display"},
        "huawei_smartax": {"display"},
        "huawei_vrp": {"display"},
        "huawei_yunshan": {"display"},
        "juniper_screenos": {"get"},
        "linux": {"uname", "cat", "ip"},
        "mikrotik_routeros": {"/system", "/interface", "/ip"},
        "nokia_srl": {"show", "info"},
        "ubiquiti_airos": {"cat"},
    }
    written = {each.name: {line.split()[0] for line in each.commands} for each in PLATFORMS.platforms}
    assert written == {name: others.get(name, {"show"}) for name in written}


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
        "/interface ethernet monitor [find]",
        "/interface lte at-chat [find] once",
        "/interface ethernet monitor [find disabled=no] once",
        "get router info routing-table all",
        "get system admin list",
        "cat /etc/shadow",
        "cat /proc/kmsg",
        "cat /etc/../root/.ssh/id_rsa",
        "cat /sys/kernel/debug/x",
        "show run",
        "show conf",
        "show startup",
        "show SNMP community",
        "show crypto key",
        "show ip route",
        "show ip bgp",
        "show mac-address-table",
        "show arp",
        "show sessions",
        "show ppp users",
        "show diag",
        "show monitor session all",
        "display logbuffer",
        "show cable-diagnostics test",
        "show ports statistics refresh",
        "show tech-support",
        "show running-config",
        "display current-configuration",
        "display diagnostic-information",
        "show configuration",
        "debug lldp",
        "port xcvr set",
        "info from running /",
        "tmsh modify sys version",
        "nv set platform",
        "sfpshow -reset",
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
    "line",
    ["configure", "terminal length 0 | x", "no shutdown", "set cli", "terminal monitor", "scroll", "set terminal", ""],
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
        (r"output: \bBoxOS\b", "output: (x+)+y", "steps"),
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


def test_sessions_that_begin_together_read_the_files_once() -> None:
    _shipped.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: load_platforms(), range(16)))
    assert {id(platforms) for platforms in read} == {id(read[0])}
    assert _shipped.cache_info().misses == 1
