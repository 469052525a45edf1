"""The guarded channel: only permitted lines pass, and output is read within its budget."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols.ssh.allow_list import BudgetSpentError, GuardedChannel, LineRefusedError, SessionClosedError
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.netmiko_driver import read_only_driver
from scanner.protocols.ssh.platforms.loader import load_platforms

PLATFORMS = load_platforms().platforms


class Tape:
    """A channel in memory: plays `waiting`, records what is sent."""

    def __init__(self, waiting: bytes = b"", closed: bool = False) -> None:
        self.waiting, self.closed, self.eof_received = waiting, closed, False
        self.sent = b""

    def sendall(self, octets: bytes) -> None:
        self.sent += octets

    def recv_ready(self) -> bool:
        return bool(self.waiting)

    def recv(self, size: int) -> bytes:
        octets, self.waiting = self.waiting[:size], self.waiting[size:]
        return octets

    def close(self) -> None:
        self.closed = True


def gate(tape: Tape, seconds: float = 60.0) -> GuardedChannel:
    return GuardedChannel(tape, Deadline(seconds))


def test_a_permitted_line_passes_word_for_word() -> None:
    tape = Tape()
    channel = gate(tape)
    channel.permit(("show version",))
    for text in ("show version\n", "\n", " "):
        channel.write_channel(text)
    assert tape.sent == b"show version\n\n "


@pytest.mark.parametrize(
    "text",
    [
        "configure terminal\n",
        "Y\n",
        "y\n",
        "show version",
        "show version \n",
        "show version\nreload\n",
        "show version\r\n",
        "show version;reload\n",
        "\x00",
        "  ",
        "",
        "q",
    ],
)
def test_anything_else_raises_and_is_not_sent(text: str) -> None:
    tape = Tape()
    channel = gate(tape)
    channel.permit(("show version",))
    with pytest.raises(LineRefusedError):
        channel.write_channel(text)
    assert tape.sent == b""


@given(st.text(max_size=40))
def test_no_text_outside_the_list_ever_passes(text: str) -> None:
    tape = Tape()
    channel = gate(tape)
    channel.permit(("show version",))
    try:
        channel.write_channel(text)
    except LineRefusedError:
        assert tape.sent == b""
    else:
        assert text in ("show version\n", "\n", "N\n", " ")


def test_no_may_be_sent_at_any_time_and_yes_never() -> None:
    tape = Tape()
    channel = gate(tape)
    channel.write_channel("N\n")
    channel.permit(("show version",))
    channel.write_channel("N\n")
    for yes in ("Y\n", "y\n", "yes\n"):
        with pytest.raises(LineRefusedError):
            channel.write_channel(yes)
    assert tape.sent == b"N\nN\n"


def test_reading_stops_at_the_octets_allowed() -> None:
    channel = gate(Tape(b"x" * 100))
    channel.begin(limit=10)
    assert channel.read_channel() == "x" * 10
    with pytest.raises(BudgetSpentError):
        channel.read_channel()


def test_reading_stops_when_the_time_is_over() -> None:
    with pytest.raises(BudgetSpentError):
        gate(Tape(b"x"), seconds=0.0).read_channel()


def test_a_closed_wire_raises_once_all_is_read() -> None:
    channel = gate(Tape(b"bye", closed=True))
    assert channel.read_channel() == "bye"
    with pytest.raises(SessionClosedError):
        channel.read_channel()


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
@pytest.mark.parametrize(
    "method", ["enable", "config_mode", "send_config_set", "save_config", "commit", "establish_connection"]
)
def test_a_driver_cannot_leave_read_only_mode(platform, method: str) -> None:
    tape = Tape()
    driver = read_only_driver(platform, gate(tape), tape)
    with pytest.raises(LineRefusedError):
        getattr(driver, method)()
    assert tape.sent == b""


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_leaving_sends_the_parting_word_and_nothing_else(platform) -> None:
    tape = Tape()
    channel = gate(tape)
    channel.permit((platform.leave,))
    read_only_driver(platform, channel, tape).disconnect()
    assert (tape.sent, tape.closed) == (platform.leave.encode() + b"\n", True)


def test_a_driver_by_its_own_means_sends_no_command_that_is_not_listed() -> None:
    tape = Tape(b"sw1#" * 10)
    channel = gate(tape)
    channel.permit(PLATFORMS[0].commands)
    driver = read_only_driver(PLATFORMS[0], channel, tape)
    with pytest.raises(LineRefusedError):
        driver.send_command_timing("reboot")  # type: ignore[attr-defined]  # netmiko's own way to send
    assert tape.sent == b""


NETMIKO_METHODS = (
    "session_preparation",
    "set_base_prompt",
    "find_prompt",
    "disable_paging",
    "set_terminal_width",
    "check_enable_mode",
    "check_config_mode",
    "exit_enable_mode",
    "exit_config_mode",
    "special_login_handler",
    "clear_buffer",
)
"""What netmiko calls by itself, at login and at the end."""


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_whatever_netmiko_does_by_itself_only_listed_lines_and_the_empty_line_pass(platform) -> None:
    tape = Tape()
    channel = gate(tape)
    permitted = (*platform.paging_off, *platform.commands, platform.leave)
    channel.permit(permitted)
    driver = read_only_driver(platform, channel, tape)
    for method in NETMIKO_METHODS:
        tape.waiting, tape.closed = b"sw1#\r\n", True  # nothing waits for more
        with contextlib.suppress(Exception):
            getattr(driver, method)()
    driver.disconnect()
    lines = tape.sent.decode().split("\n")
    assert set(lines) <= {"", *permitted}
    assert lines[-2:] == [platform.leave, ""]


def test_every_way_of_a_driver_to_end_is_ours() -> None:
    """No driver of a platform brings its own way to disconnect or to write."""
    for platform in PLATFORMS:
        driver = type(read_only_driver(platform, gate(Tape()), Tape()))
        assert driver.cleanup.__qualname__.startswith("_ReadOnly.")
        assert driver.disconnect.__qualname__ == "BaseConnection.disconnect"
        assert driver.write_channel.__qualname__ == "BaseConnection.write_channel"
