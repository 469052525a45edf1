"""Commands on a command line of any form: pagers known and unknown, prompts that move, questions."""

from itertools import chain, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.protocols.ssh.cli_channel import run_command
from scanner.protocols.ssh.command_steps import MAX_ANSWERS, MAX_GUESSES, Terminal
from scanner.protocols.ssh.waiting_line import answer, asks_for_login, pager_key
from tests.unit.ssh_box import NO_END, SECONDS, WAIT, Box

LINES = "\n".join(f"Slot {n}: card {n * 7}" for n in range(1, 31))
ANSWERS = {"show version": LINES, "show inventory": "one\ntwo"}
COMMANDS = tuple(ANSWERS)

KNOWN_PAGERS = [
    "--More--",
    " --More-- ",
    "---- More ----",
    "-- More --",
    "<--- More --->",
    "--More-- or (q)uit",
    "--More--(47%)",
    "---(more 52%)---",
    "---- More ( Press 'Q' to break ) ----",
    "----More (q=Quit, space/return=Continue)----",
    "--More-- (q) quit (u) pageup (/) search (n) repeat",
    "--More--, <space> next page, q quit",
    "--More--, next page: Space, next line: Return key, quit: Control-c",
    "-- MORE --, next page: Space, next line: Enter, quit: Control-C",
    "--Press any key to continue Ctrl+c to stop--",
    "Press any key to continue (Q to quit)",
    "Press <SPACE> to continue or <Q> to quit:",
    "Hit space bar for more",
    "<Space> next page...",
    "next page: <space>",
    "more? [next screen <sp>, next line <cr>, filter pattern </>, quit <q>]",
    "More: <space>,  Quit: q or CTRL+Z, One line: <return>",
    "CTRL+C ESC q Quit SPACE n Next Page ENTER Next Entry a All",
    "-- [Q quit|D dump|down]",
    "lines 1-24/80",
    "lines 1-23",
    "\x1b[7mlines 1-23\x1b[27m\x1b[K",
    ":",
]
UNKNOWN_PAGERS = ["--- Suivant ---", "###", "*** weiter ***", "[[ 12 of 40 ]]", "Siguiente pagina", "<<< noch 12 >>>"]

NO_PAGERS = [
    "sw1#",
    "More details are in the manual",
    "Line 3 is down",
    "Lines of code",
    "Total lines 40",
    "Memory: 512",
    "the quick brown fox",
    "Please enter a name",
    "Fan tray 1 is more than hot",
    "1 member, all ports down",
]


@pytest.mark.parametrize("pager", [pager for pager in KNOWN_PAGERS if "\x1b" not in pager])
def test_a_pager_of_known_words_is_sent_a_space(pager: str) -> None:
    assert pager_key(pager.strip()) == " "


@pytest.mark.parametrize("line", ["Press Enter to continue", "Press RETURN to continue, q to quit", "hit <CR>"])
def test_a_pager_that_names_enter_alone_is_sent_the_empty_line(line: str) -> None:
    assert pager_key(line) == "\n"


@pytest.mark.parametrize("line", NO_PAGERS)
def test_other_lines_are_no_pagers(line: str) -> None:
    assert pager_key(line) is None


@pytest.mark.parametrize("pager", KNOWN_PAGERS)
@pytest.mark.parametrize("erase", ["\r\x1b[K", "\b" * 80 + " " * 80 + "\b" * 80, "\x1b[80D" + " " * 80 + "\x1b[80D"])
def test_a_known_pager_leaves_nothing_behind_and_costs_no_time(pager: str, erase: str) -> None:
    box = Box(ANSWERS, pager=pager, erase=erase)
    outputs = box.run(*COMMANDS)
    assert [output.text for output in outputs] == list(ANSWERS.values())
    assert [output.paged for output in outputs] == [True, False]
    assert set(box.keys) == {" "}
    assert box.now < 3.0


@pytest.mark.parametrize("pager", UNKNOWN_PAGERS)
@pytest.mark.parametrize("prompt", ["sw1#", "sw1>", ">", "]"])
def test_an_unknown_pager_is_met_at_a_pause_and_remembered(pager: str, prompt: str) -> None:
    box = Box({**ANSWERS, "show clock": LINES}, pager=pager, prompt=prompt)
    outputs = box.run("show version", "show inventory", "show clock")
    assert [output.text for output in outputs] == [LINES, "one\ntwo", LINES]
    assert [output.unfinished for output in outputs] == [None] * 3
    assert box.keys == [" "] * 14
    assert box.now < 7.0


@pytest.mark.parametrize("pager", UNKNOWN_PAGERS)
def test_an_unknown_pager_that_goes_on_at_enter_alone_is_turned_by_the_empty_line(pager: str) -> None:
    box = Box(ANSWERS, pager=pager, turns="\n")
    assert [output.text for output in box.run(*COMMANDS)] == list(ANSWERS.values())
    assert set(box.keys) == {" ", "\n"}
    assert box.now < 15.0


def test_a_space_that_nobody_read_never_stands_before_the_next_command() -> None:
    """The device was at work behind a line without an end, and the space waited at the prompt."""
    box = Box({"show version": f"Version 1\nCollecting{WAIT}{WAIT} done", "show inventory": "one"})
    first, second = box.run("show version", "show inventory")
    assert (first.text, second.text) == ("Version 1\nCollecting done", "one")
    assert " show inventory" not in box.lines
    assert [line for line in box.lines if line.strip()] == ["show version", "show inventory"]


@pytest.mark.parametrize("shown", ["Collecting...", "Please wait", "45%", "Reading the label, wait a moment", ""])
def test_a_device_that_tells_that_it_works_is_sent_no_key(shown: str) -> None:
    box = Box({"show version": f"{shown}{WAIT}{WAIT} done" if shown else f"begins\n{WAIT}{WAIT}done"})
    (output,) = box.run("show version")
    assert output.text.endswith("done")
    assert set(box.lines) == {"", "show version"}


def test_a_line_that_stays_whatever_is_sent_ends_with_the_time_for_a_silence() -> None:
    box = Box({"show version": "stuck" + NO_END + WAIT * 100})
    (output,) = box.run("show version")
    assert output.unfinished is not None
    assert box.now < SECONDS + 10


def test_guesses_are_bounded_in_a_session() -> None:
    """Each page ends in other words, and none is a pager's."""
    words = [f"{chr(97 + n // 26)}{chr(97 + n % 26)} goes on" for n in range(60)]
    box = Box({"show version": "".join(f"{word}{WAIT}\n" for word in words)})
    box.run("show version")
    assert sum(line.count(" ") for line in box.lines if not line.strip()) <= MAX_GUESSES


QUESTIONS = [
    "Continue? [y/n]",
    "Overwrite existing file?",
    "Overwrite? ",
    "Proceed with reload? [confirm]",
    "Warning: It may take a long time. Continue? [Y/N]:",
    "Do you accept the terms? (yes/no) ",
    "Are you sure you want to do this? [no]: ",
    "Save configuration (y/n)? ",
    "The password needs to be changed. Change now? [Y/N]:",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_no_and_nothing_else(question: str) -> None:
    assert answer(question.strip()) == "N\n"
    box = Box({"show version": f"{question}{NO_END}{WAIT}\nnot done"})
    (output,) = box.run("show version")
    assert [line for line in box.lines if line] == ["show version", "N"]
    assert output.text.startswith(question.strip())


def test_a_question_that_comes_again_and_again_ends_the_command() -> None:
    asked = "\n".join(["Continue? [y/n]" + NO_END + WAIT] * 30)
    box = Box({"show version": asked})
    (output,) = box.run("show version")
    assert output.unfinished is not None
    assert box._ahead.count("N") + box.lines.count("N") <= MAX_ANSWERS


@pytest.mark.parametrize(
    "line", ["Password:", "Enable password: ", "Old passphrase:", "Username:", "sw1 login: ", "Which unit?"]
)
def test_a_login_or_an_open_question_gets_nothing_and_ends_the_command(line: str) -> None:
    box = Box({"show version": f"begins\n{line}{NO_END}" + WAIT * 20})
    (output,) = box.run("show version")
    assert output.unfinished is not None
    assert output.text.startswith("begins")
    assert (box._ahead, [line for line in box.lines if line]) == ("", ["show version"])
    assert box.now < 6.0


def test_a_pager_at_the_end_of_its_text_that_space_does_not_leave_ends_the_command() -> None:
    box = Box({"show version": f"{LINES}\nlines 1-30/30 (END){NO_END}" + WAIT * 20})
    (output,) = box.run("show version")
    assert output.text.startswith(LINES)
    assert str(output.unfinished) == "its pager stays at the end of the text"
    assert box.now < 5.0


def test_the_offer_of_an_empty_line_is_taken() -> None:
    offered = "{ <cr>|backplane<K>|frameid/slotid<S><Length 1-15> }:"
    assert answer(offered) == "\n"


PROMPTS = [
    ">",
    "> ",
    "# ",
    "$ ",
    "~ $ ",
    "sw1 # ",
    "sw1: ",
    "Command: ",
    "sw1;",
    "sw1|",
    "router%",
    "-> ",
    "[admin@box] > ",
    "x" * 200 + "#",
    "x" * 500 + "#",
    "\x1b[01;31msw1\x1b[00m# ",
    "\x1b[24;1H\x1b[2Ksw1# ",
    "\r\n{master}\r\naudit@pe1> ",
    "rt_01|192.0.2.4-site> ",
    "sw1!",
]


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("echo", [True, False])
def test_a_prompt_of_any_form_is_learned(prompt: str, echo: bool) -> None:
    box = Box(ANSWERS, prompt=prompt, echo=echo)
    outputs = box.run(*COMMANDS)
    assert [output.text.removesuffix("{master}").rstrip() for output in outputs] == list(ANSWERS.values())
    assert [output.unfinished for output in outputs] == [None, None]
    assert set(box.lines) == {"", *COMMANDS}
    assert box.now < 6.0


@pytest.mark.parametrize(
    "prompt", ["sw1:{}#", "* X870.{} # ", "[12:00:{}] sw1# ", "{} sw1;", "Fri 12:0{}:01 sw1>", "sw1({}):"]
)
@pytest.mark.parametrize("step", [1, 7])
def test_a_prompt_that_counts_or_shows_a_clock_is_learned(prompt: str, step: int) -> None:
    box = Box(ANSWERS, prompt=lambda n: prompt.format(n * step))
    outputs = box.run(*COMMANDS, "show version")
    assert [output.text for output in outputs] == [*ANSWERS.values(), LINES]
    assert box.now < 4.0


def test_a_prompt_that_changes_its_form_is_learned_too() -> None:
    box = Box(ANSWERS, prompt=lambda n: "sw1#" if n < 2 else "sw1(dirty)#")
    outputs = box.run(*COMMANDS, *COMMANDS)
    assert [output.text for output in outputs] == [*ANSWERS.values()] * 2
    assert box.now < 5.0


def test_a_prompt_of_quite_another_form_is_found_by_the_empty_line() -> None:
    box = Box(ANSWERS, prompt=lambda n: "sw1#" if n < 2 else "(standby) :")
    outputs = box.run(*COMMANDS, *COMMANDS)
    assert [output.text for output in outputs] == [*ANSWERS.values()] * 2
    assert {line.strip() for line in box.lines} == {"", *COMMANDS}


def test_a_message_over_the_prompt_after_the_last_page_does_not_end_the_session() -> None:
    """The empty line that clears the line brings a prompt, and a log message takes it away."""
    overwritten = "sw1#\r\n%LINK-3-UPDOWN: Gi1 is up\r\n"
    box = Box(ANSWERS, pager="--More--", prompt=lambda n: overwritten if n == 3 else "sw1#")
    outputs = box.run(*COMMANDS)
    assert [(output.text, output.unfinished) for output in outputs] == [(text, None) for text in ANSWERS.values()]


def test_a_message_before_the_echo_is_no_part_of_the_output() -> None:
    box = Box(ANSWERS)
    channel, greeting = box.log_in()
    assert greeting.prompt == "sw1#"
    box._show("\r\n%LINK-3-UPDOWN: Gi1 is up\r\nsw1#")
    channel.permit(COMMANDS)
    output = run_command(channel, "show inventory", Terminal(greeting.prompt, box.clock), SECONDS)
    assert output.text == "one\ntwo"


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=60),
    st.sampled_from([*KNOWN_PAGERS, *UNKNOWN_PAGERS]),
    st.sampled_from([*PROMPTS, "sw1:0#"]),
)
def test_any_split_of_what_comes_gives_the_same_output(sizes: list[int], pager: str, prompt: str) -> None:
    box = Box(ANSWERS, prompt=prompt, pager=pager, chunks=chain(sizes, repeat(sizes[-1])))
    outputs = box.run(*COMMANDS)
    assert [output.text.removesuffix("{master}").rstrip() for output in outputs] == list(ANSWERS.values())
    assert set(box.lines) == {"", *COMMANDS}
    assert set(box.keys) == {" "}


@settings(max_examples=50)
@given(st.text(alphabet="ab Moreqyn[]?/:-<>#$%\x1b\r\n\b1", max_size=120))
def test_whatever_a_device_prints_only_the_listed_keys_are_sent(printed: str) -> None:
    box = Box({"show version": printed + WAIT * 20})
    box.run("show version", seconds=8.0)
    typed = [line.strip() for line in box.lines]
    assert set(typed) <= {"", "show version", "N"}
    assert box.now < 60.0


def test_lines_that_ask_for_a_login() -> None:
    asked = [
        "login:",
        "box login:",
        "Username:",
        "User:",
        "User Name :",
        "Password:",
        "Mot de passe :",
        "New password: ",
    ]
    assert [line for line in asked if not asks_for_login(line.strip())] == []
    other = ["Command:", "sw1:", "Last login: Fri Nov 27", "lastuser: root", "admin@box:"]
    assert [line for line in other if asks_for_login(line)] == []
