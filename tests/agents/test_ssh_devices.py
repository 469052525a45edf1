"""The SSH probe against simulated devices of every dialect: what it brings home, and what it never sends."""

import asyncio
import logging
import time
from dataclasses import replace
from pathlib import Path

import pytest

from fingerprints.evidence import Gap, GapReason, Observation, Source
from scanner.access import Login
from scanner.probes.ssh import SshProbe
from scanner.ssh.dialects import DIALECTS, every_command
from scanner.ssh.host_keys import HostKeys
from scanner.targets.target import Target
from tests.agents.ssh_book import Book, by_password, probed
from tests.agents.ssh_server import PASSWORD, Device, Transcript, device
from tests.agents.ssh_transcripts import CISCO_IOS, HUAWEI_VRP, LINUX, TRANSCRIPTS

ALLOWED = {*every_command(), "", "N"}


def printed(said: list[Observation | Gap]) -> dict[str, str]:
    return {item.at: item.value for item in said if isinstance(item, Observation) and item.source is Source.SSH_COMMAND}


def gaps(said: list[Observation | Gap]) -> list[tuple[str, GapReason]]:
    return [(item.at, item.reason) for item in said if isinstance(item, Gap)]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.platform)
async def test_every_command_of_a_dialect_is_answered_as_the_device_printed_it(dialect, tmp_path: Path) -> None:
    transcript = TRANSCRIPTS[dialect.platform]
    async with device(transcript) as box:
        said = await probed(box, tmp_path)
    expected = {command: transcript.outputs.get(command, transcript.unknown) for command in dialect.commands}
    assert {at: text.strip() for at, text in printed(said).items()} == {at: t.strip() for at, t in expected.items()}
    assert gaps(said) == []


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.platform)
async def test_every_line_a_device_receives_is_allow_listed(dialect, tmp_path: Path) -> None:
    async with device(TRANSCRIPTS[dialect.platform]) as box:
        await probed(box, tmp_path)
    sent = set(box.heard.lines)
    assert sent - ALLOWED == set()
    assert set(box.heard.keys) <= {" "}
    assert sent <= {*dialect.commands, *dialect.paging_off, dialect.leave, "", "N", "show version", "display version"}
    assert box.heard.lines[-1] == dialect.leave
