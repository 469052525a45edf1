"""A thousand random scopes, scanned: no packet leaves its scope, no message writes, and no line is on no list."""

import asyncio

import pytest

from benchmarks.hostile.ssh_questions import lines_off_the_list
from benchmarks.reliability.packets import PacketTally, scan_scopes

SCOPES = 1_000


@pytest.fixture(scope="module")
def tally() -> PacketTally:
    """One process scans them all."""
    return asyncio.run(scan_scopes(SCOPES, 1))


@pytest.mark.timeout(600)
def test_nothing_is_sent_that_must_not_be_sent(tally: PacketTally) -> None:
    assert tally.wrong[:10] == []


def test_the_scopes_were_scanned_and_the_command_lines_typed_at(tally: PacketTally) -> None:
    assert tally.scopes == SCOPES
    assert tally.refused < SCOPES / 10
    assert tally.packets > 10 * SCOPES
    assert tally.lines > SCOPES


def test_a_line_that_is_on_no_list_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.protocols.ssh.allow_list.GuardedChannel.permit", lambda self, lines: None)
    monkeypatch.setattr(
        "scanner.protocols.ssh.allow_list.GuardedChannel.write_channel",
        lambda self, line: self._shell.sendall(b"reload\n"),
    )
    sent, off = lines_off_the_list("1 1")
    assert sent == len(off) > 0
