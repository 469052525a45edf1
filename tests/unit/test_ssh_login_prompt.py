"""From login to the first prompt: what is learned, answered, or gets nothing, and the greeting that is kept."""

import pytest

from scanner.protocols.ssh.login_prompt import MAX_GREETING, NoPromptError
from tests.unit.ssh_box import WAIT, Box

PROMPTLESS = WAIT * 20


@pytest.mark.parametrize(
    "asked",
    [
        "login: ",
        "box login: ",
        "Username:",
        "\r\n(Wireless Box) \r\nUser: ",
        "Password:",
        "New password: ",
        "Account: ",
    ],
)
def test_a_second_login_gets_nothing_and_is_told_as_one(asked: str) -> None:
    box = Box(prompt=asked)
    with pytest.raises(NoPromptError) as caught:
        box.log_in()
    assert caught.value.asks_login
    assert caught.value.last_line == asked.rpartition("\n")[2].strip()
    assert (box.lines, box._ahead) == ([], "")
    assert box.now < 2.0


@pytest.mark.parametrize("asked", ["Select option: ", "Enter a number [1]: ", "Your choice: "])
def test_a_menu_gets_nothing(asked: str) -> None:
    box = Box(greeting="\r\n1. Status\r\n2. Reboot\r\n", prompt=asked)
    with pytest.raises(NoPromptError):
        box.log_in()
    assert box.lines == []


def test_entries_above_a_line_make_it_a_menu_too() -> None:
    box = Box(greeting="\r\n [S] Status\r\n [R] Reboot\r\n", prompt="Command: ")
    with pytest.raises(NoPromptError):
        box.log_in()
    assert box.lines == []


def test_an_open_question_is_never_sent_the_empty_line() -> None:
    box = Box(greeting="", prompt="Which unit? ")
    with pytest.raises(NoPromptError):
        box.log_in()
    assert box.lines == []


@pytest.mark.parametrize("question", ["Change now? [Y/N]:", "Do you accept the terms? [yes/no]: ", "Save it? (y/n) "])
def test_a_question_is_answered_no(question: str) -> None:
    box = Box(greeting="", prompt=lambda n: "sw1#" if n else question)
    _, greeting = box.log_in()
    assert (greeting.prompt, box.lines) == ("sw1#", ["N", ""])


@pytest.mark.parametrize("notice", ["Press any key to continue", "Press RETURN to get started.", "Press <Enter> "])
def test_a_notice_is_sent_the_empty_line(notice: str) -> None:
    box = Box(greeting="", prompt=lambda n: "sw1#" if n else notice)
    _, greeting = box.log_in()
    assert (greeting.prompt, set(box.lines)) == ("sw1#", {""})


def test_a_line_that_does_not_come_back_is_no_prompt() -> None:
    box = Box(greeting="\r\nsupport desk>", prompt=lambda n: "core-1#" if n > 1 else "")
    assert box.log_in()[1].prompt == "core-1#"


def test_a_device_whose_prompt_is_slower_than_its_echo_is_sent_few_empty_lines() -> None:
    box = Box(echo_first=0.4)
    assert box.log_in()[1].prompt == "sw1#"
    assert len(box.lines) <= 2


def test_a_device_that_shows_nothing_ends() -> None:
    box = Box(greeting="", prompt="")
    with pytest.raises(NoPromptError):
        box.log_in()
    assert box.now < 21.0
    assert set(box.lines) == {""}


def test_the_greeting_is_the_text_before_the_prompt() -> None:
    box = Box(
        greeting="\x1b[2J\x1b[1;1H\x1b[1mACME\x1b[0m Router OS 4\r\n\r\nLast login: today\r\n\r\n", prompt="sw1:3#"
    )
    assert box.log_in()[1].text == "ACME Router OS 4\n\nLast login: today"


def test_the_banner_of_the_server_stands_first() -> None:
    assert Box(greeting="\r\nwelcome\r\n").log_in(banner="ACME SW-1\r\n")[1].text == "ACME SW-1\n\n\nwelcome"


@pytest.mark.parametrize("greeting", ["", "\r\n\r\n", "\x1b[2J\x00"])
def test_a_device_that_says_nothing_has_no_greeting(greeting: str) -> None:
    assert Box(greeting=greeting).log_in()[1].text == ""


def test_a_greeting_is_capped() -> None:
    assert len(Box(greeting="keep out\r\n" * 2000).log_in()[1].text) <= MAX_GREETING


def test_a_greeting_in_pages_is_turned() -> None:
    box = Box(greeting="", prompt="", pager="--More--")
    box.show_pages([f"line {n}" for n in range(9)], prompt="sw1#")
    _, greeting = box.log_in()
    assert (greeting.prompt, box.keys) == ("sw1#", [" ", " "])
