"""The command line of a simulated device."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.simulator.device import Ssh
from scanner.simulator.shell import SCREEN, Shell

LONG = "\n".join(f"line {number}" for number in range(60))
SSH = Ssh(
    ident="Test-1",
    prompt="<box>",
    commands={"display version": "Version 8", "display device": "Slot 1", "display long": LONG},
    unknown="Error: {command}?",
    pager="-- More --",
    paging_off=("screen-length 0 temporary",),
    leave=("quit",),
)


def shown(typed: str, ssh: Ssh = SSH) -> str:
    return "".join(Shell(ssh).feed(typed))


def test_a_command_is_echoed_answered_and_followed_by_the_prompt() -> None:
    assert shown("display version\n") == "display version\r\nVersion 8\r\n<box>"


def test_return_and_newline_together_are_one_key() -> None:
    assert shown("display version\r\n") == shown("display version\r") == shown("display version\n")


def test_an_empty_line_shows_the_prompt_again() -> None:
    assert shown("\n") == "\r\n<box>"


def test_a_command_may_be_cut_short_where_only_one_begins_so() -> None:
    assert shown("display ver\n").endswith("Version 8\r\n<box>")


def test_a_beginning_of_several_commands_is_unknown() -> None:
    assert shown("display\n").endswith("Error: display?\r\n<box>")


def test_an_unknown_command_gets_the_devices_own_error() -> None:
    assert shown("reboot now\n") == "reboot now\r\nError: reboot now?\r\n<box>"


def test_long_output_stops_for_the_pager_after_a_screen() -> None:
    text = shown("display long\n")
    assert (text.count("line "), text.endswith("-- More --")) == (SCREEN, True)


def test_a_key_at_the_pager_shows_the_next_screen() -> None:
    assert shown("display long\n  ").count("line ") == 60


def test_q_at_the_pager_ends_the_output() -> None:
    text = shown("display long\nq")
    assert (text.count("line "), text.endswith("<box>")) == (SCREEN, True)


def test_paging_can_be_switched_off() -> None:
    assert shown("screen-length 0 temporary\ndisplay long\n").count("line ") == 60


def test_a_backspace_takes_a_character_back() -> None:
    assert shown("display versionx\b\n").endswith("Version 8\r\n<box>")


def test_leaving_ends_the_session_and_nothing_is_read_after() -> None:
    shell = Shell(SSH)
    list(shell.feed("quit\ndisplay version\n"))
    assert (shell.over, shell.received) == (True, ["quit"])


def test_every_line_is_remembered() -> None:
    shell = Shell(SSH)
    list(shell.feed("display version\n\ndisplay  device\n"))
    assert shell.received == ["display version", "display device"]


def test_a_line_without_end_is_cut() -> None:
    assert len(shown("x" * 100_000)) == 1_000


@given(st.text(max_size=300))
def test_nothing_typed_breaks_it(typed: str) -> None:
    assert isinstance(shown(typed), str)
