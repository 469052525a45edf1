"""The table of dialects: each is told by what its own version command prints, and asks nothing but to be shown."""

import time

import pytest

from fingerprints.model.recording import MAX_OUTPUT
from scanner.protocols.ssh.platforms import DETECTION_COMMANDS, PLATFORMS, detect, detection_commands, every_command

FIRST_WORDS = {"show", "display", "uname", "cat", "ip", "exit", "quit", "logout"}

VERSION_LINES = {
    "huawei_vrp": ("display version", "Huawei Versatile Routing Platform Software\nVRP (R) software, Version 8.180"),
    "hp_comware": ("display version", "HPE Comware Software, Version 7.1.070, Release 2432P01\nHPE 5900AF"),
    "zte_zxros": ("show version", "ZXR10 M6000-8S\nZTE ZXR10 Software, Version: M6000-S V3.00.20"),
    "cisco_nxos": ("show version", "Cisco Nexus Operating System (NX-OS) Software"),
    "cisco_xr": ("show version", "Cisco IOS XR Software, Version 7.3.2"),
    "cisco_xe": (
        "show version",
        "Cisco IOS XE Software, Version 17.03.05\nCisco IOS Software [Amsterdam], Catalyst L3",
    ),
    "cisco_ios": ("show version", "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE11"),
    "juniper_junos": ("show version", "Hostname: mx1\nModel: mx480\nJunos: 20.4R3.8\nJUNOS OS Kernel 64-bit"),
    "arista_eos": ("show version", "Arista DCS-7280SR-48C6-F\nHardware version: 11.02"),
    "nokia_sros": ("show version", "TiMOS-C-20.10.R4 cpm/hops64 Nokia 7750 SR Copyright (c) 2000-2021 Nokia."),
    "linux": ("uname -a", "Linux probe 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 x86_64 GNU/Linux"),
}


@pytest.mark.parametrize("platform", [dialect.platform for dialect in PLATFORMS])
def test_a_dialect_is_told_by_what_its_version_command_prints(platform: str) -> None:
    question, output = VERSION_LINES[platform]
    dialect = detect(question, output)
    assert dialect is not None
    assert dialect.platform == platform


def test_words_of_nobody_tell_no_dialect() -> None:
    assert detect("show version", "% Invalid input detected at '^' marker.") is None


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
        ("SSH-2.0-HUAWEI-1.5", "[~core-1]", "display version"),
        ("SSH-2.0-dropbear", "bash-5.2#", "uname -a"),
        ("SSH-2.0-OpenSSH_8.4", "RP/0/RSP0/CPU0:xr1#", "show version"),
    ],
)
def test_the_first_question_follows_the_ident_and_the_prompt(ident: str, prompt: str, first: str) -> None:
    assert detection_commands(ident, prompt)[0] == first
    assert len(detection_commands(ident, prompt)) <= 2


def test_every_question_is_the_version_command_of_a_dialect() -> None:
    assert {dialect.version for dialect in PLATFORMS} == set(DETECTION_COMMANDS)


def test_all_lines_of_the_table_only_show_or_concern_the_session() -> None:
    paging = {line for dialect in PLATFORMS for line in dialect.paging_off}
    asked = [line for line in every_command() if line not in paging]
    assert {line.split()[0] for line in asked} <= FIRST_WORDS
    assert paging == {
        "screen-length 0 temporary",
        "screen-length disable",
        "terminal length 0",
        "set cli screen-length 0",
        "environment no more",
        "environment more false",
    }


def test_no_line_of_the_table_chains_pipes_or_redirects() -> None:
    assert [line for line in every_command() if any(mark in line for mark in ";|&<>`$\n\r\\")] == []


@pytest.mark.parametrize("hostile", ["\n", " ", "-", "Linux ", "Cisco IOS Software [", " \n", "junos", "IOS "])
def test_telling_a_dialect_takes_time_in_proportion_to_the_output(hostile: str) -> None:
    output = hostile * (MAX_OUTPUT // len(hostile))
    start = time.process_time()
    for question in DETECTION_COMMANDS:
        detect(question, output)
    assert time.process_time() - start < 10.0
