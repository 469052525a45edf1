"""Nothing confirms: no empty line, space or yes goes to a line that an empty line would accept, at login or later."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.protocols.ssh.cli_channel import run_command
from scanner.protocols.ssh.command_steps import MAX_ANSWERS, Terminal
from scanner.protocols.ssh.login_prompt import MAX_ANSWERS as MAX_LOGIN_ANSWERS
from scanner.protocols.ssh.login_prompt import MAX_SENT, NoPromptError
from scanner.protocols.ssh.terminal import last_line
from scanner.protocols.ssh.waiting_line import answer, asks_for_login, is_open_question, pager_key
from tests.unit.ssh_box import NO_END, SECONDS, WAIT, Box

DEFAULTS_TO_YES = [
    "Proceed? [Y]",
    "Proceed? [Y]:",
    "Proceed [confirm]",
    "Proceed with reload? [confirm]",
    "Save? (yes)",
    "Save configuration [yes]",
    "Save configuration [yes]: ",
    "Save configuration (default yes): ",
    "Save configuration [default: yes]",
    "Save configuration? [default=y]: ",
    "Apply pending changes [accept]",
    "Apply pending changes [ok] ",
    "Apply it [Enter]",
    "Format flash, continue? <CR>",
    "Write to file? [startup-config]: ",
    "Destination filename [startup-config]? ",
    "Destination filename [startup-config]: ",
    "Which unit? [1]: ",
    "Are you sure (y or n) ",
    "Please answer 'yes' or 'no': ",
    "No space left on the page, continue [default yes]: ",
    "Weiter (J/N): ",
    "Continuar (S/N)? ",
    "Continuer [O/n] ",
    "Press Enter to accept the terms of use",
    "Press ENTER to confirm the reboot",
    "Press any key to continue with reload",
    "To reboot now, press any key",
    "Hit any key to stop autoboot:  3 ",
    "Press <SPACE> to erase the flash",
]
KEYS_THAT_GO_ON = [
    "Press any key to continue",
    "Press any key to continue Ctrl+c to stop",
    "Press RETURN to get started.",
    "Press <SPACE> to continue or <Q> to quit:",
    "Press SPACE to continue, Q to abort",
    "--More-- (any key to go on, q to cancel)",
    "more? [next screen <sp>, next line <cr>, filter pattern </>, quit <q>]",
    "-- MORE --, next page: Space, help: ?",
]


@pytest.mark.parametrize("line", DEFAULTS_TO_YES)
def test_a_line_that_enter_would_accept_gets_no_key(line: str) -> None:
    assert answer(line.strip()) != "\n"
    assert answer(line.strip()) == "N\n" or (pager_key(line.strip()) is None and is_open_question(line.strip()))


@pytest.mark.parametrize("line", KEYS_THAT_GO_ON)
def test_a_line_whose_key_only_goes_on_gets_it(line: str) -> None:
    assert answer(line) is None
    assert pager_key(line) in ("\n", " ")


def confirmed(box: Box, at: int) -> list[str]:
    """What was typed at the question, the first line being number `at`, that is no No."""
    return [line for line in [*box.lines[at:], *box._ahead] if line != "N"]


@pytest.mark.parametrize("question", DEFAULTS_TO_YES)
def test_no_question_at_login_is_confirmed(question: str) -> None:
    box = Box(greeting="\r\nNotice\r\n", prompt=question)
    with pytest.raises(NoPromptError):
        box.log_in()
    assert confirmed(box, 0) == []
    assert len(box.lines) <= MAX_LOGIN_ANSWERS
    assert box.now < 22.0


@pytest.mark.parametrize("question", DEFAULTS_TO_YES)
@pytest.mark.parametrize("before", ["", "begins\n", "Collecting\n--More--\n"])
def test_no_question_in_a_command_is_confirmed(question: str, before: str) -> None:
    box = Box({"show version": f"{before}{question}{NO_END}{WAIT * 30}"})
    (output,) = box.run("show version")
    assert output.unfinished is not None
    after = box.lines[box.lines.index("show version") + 1 :]
    assert set(after) <= {"N"}
    assert set(box._ahead) <= {"N", "\n"}
    assert box._ahead.replace("N\n", "") == ""
    assert box._ahead.count("N") + after.count("N") <= MAX_ANSWERS
    assert box.now < SECONDS + 10


@pytest.mark.parametrize("question", DEFAULTS_TO_YES)
def test_a_question_that_stands_where_the_prompt_was_is_not_confirmed_by_clearing_the_line(question: str) -> None:
    """The empty line that takes away a pager key brings a question instead of the prompt."""
    box = Box(
        {"show version": "\n".join(f"line {n}" for n in range(9))},
        pager="--More--",
        prompt=lambda n: "sw1#" if n <= 2 else question,
    )
    (output,) = box.run("show version")
    at = box.lines.index("show version")
    assert box.lines[at + 1 :] == [""]
    assert str(output.unfinished) == "it asks a question where its prompt stood"


def test_a_password_prompt_that_ends_like_a_prompt_gets_nothing() -> None:
    for asked in (
        "new password>",
        "Password>",
        "Enter new password",
        "repeat new password> ",
        "Password (",
        "Password#",
    ):
        assert asks_for_login(asked.strip())
        box = Box(greeting="\r\nChange your password\r\n", prompt=asked)
        with pytest.raises(NoPromptError) as caught:
            box.log_in()
        assert (caught.value.asks_login, box.lines) == (True, [])
    for prompt in ("[admin@password] >", "audit@passcode>", "sw-password#"):
        assert not asks_for_login(prompt)
        assert Box(prompt=prompt).log_in()[1].prompt == prompt


@pytest.mark.parametrize("prompt", ["Choice [1] >", "Select an option>", "Menu#"])
def test_a_menu_that_ends_like_a_prompt_gets_nothing(prompt: str) -> None:
    box = Box(greeting="\r\n1. Status\r\n2. Reboot\r\n", prompt=prompt)
    with pytest.raises(NoPromptError):
        box.log_in()
    assert box.lines == []


def test_a_menu_in_a_command_is_no_new_prompt() -> None:
    """The next command would choose an entry."""
    box = Box({"show version": "1. a\n2. b"}, prompt=lambda n: "sw1#" if n < 2 else "Select option:")
    (output,) = box.run("show version")
    assert output.unfinished is not None


@pytest.mark.parametrize("notice", ["Press RETURN to continue", "Change it? [y/n]", "Go on>", "--More--"])
def test_a_login_that_never_ends_is_sent_a_bounded_number_of_lines(notice: str) -> None:
    box = Box(greeting="", prompt=lambda n: f"{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]} {notice}")
    with pytest.raises(NoPromptError):
        box.log_in()
    assert len(box.lines) <= MAX_SENT
    assert box.lines.count("N") <= MAX_LOGIN_ANSWERS


def test_the_offer_of_an_empty_line_is_taken_a_bounded_number_of_times() -> None:
    box = Box({"show version": "x"}, prompt=lambda n: "sw1#" if n < 2 else "{ <cr>|slot<K> }:")
    (output,) = box.run("show version")
    assert output.unfinished is not None
    assert box.lines.count("") <= MAX_ANSWERS + 3
    assert box.now < 10.0


def test_an_offer_within_another_question_is_not_taken() -> None:
    assert answer("Reload the board { <cr>|no }:") is None


_PIECES = st.sampled_from(
    [
        "--More--",
        " [confirm]",
        "Proceed? ",
        "Save [yes]: ",
        "(y/n) ",
        WAIT,
        "\n",
        "sw1#",
        "Password:",
        "...",
        "a b",
        " ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=12))
def test_any_sequence_of_texts_is_sent_only_keys_within_the_bounds(pieces: list[str]) -> None:
    box = Box({"show version": "".join(pieces) + NO_END, "show inventory": "one"})
    first, second = "show version", "show inventory"
    channel, greeting = box.log_in()
    channel.permit((first, second))
    terminal = Terminal(greeting.prompt, box.clock)
    output = run_command(channel, first, terminal, SECONDS)
    if output.unfinished is None:
        run_command(channel, second, terminal, SECONDS)
    typed = {line for line in box.lines if line.strip()}
    assert {line.strip() for line in typed} <= {first, second, "N"}
    assert first in typed
    assert f" {second}" not in box.lines
    assert box.now < 250.0


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=8), st.sampled_from(DEFAULTS_TO_YES))
def test_a_question_after_any_texts_is_not_confirmed_once_it_is_shown(pieces: list[str], question: str) -> None:
    box = Box({"show version": f"{''.join(pieces)}\n{question}{NO_END}"}, prompt=lambda n: "sw1#" if n < 2 else "")
    seen, at_question = "", []
    send, receive = box.sendall, box.recv

    def record(octets: bytes) -> None:
        if last_line(seen) == question.strip():
            at_question.append(octets.decode())
        send(octets)

    def read(size: int) -> bytes:
        nonlocal seen
        octets = receive(size)
        seen += octets.decode("latin-1")
        return octets

    box.sendall, box.recv = record, read  # type: ignore[method-assign]
    box.run("show version")
    assert set(at_question) <= {"N\n"}
    assert len(at_question) <= MAX_ANSWERS
