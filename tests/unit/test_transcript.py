"""What a terminal showed: control characters obeyed, pagers gone, a log cut where prompts echo commands."""

import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from fingerprints.model.observation_index import MAX_OUTPUT
from fingerprints.model.transcript import LoggedOutput, abbreviates, render_output, split_log


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  ---- More ----\x1b[16D                \x1b[16DSlot 1", "Slot 1"),
        (
            " --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08         \x08\x08\x08\x08\x08\x08\x08\x08\x08\rSlot 1",
            "Slot 1",
        ),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("one\rtwo", "two"),
        ("abc\x08d", "abd"),
        ("a\x1b[3Cb", "a   b"),
        ("x\x00y\x07z", "xyz"),
        ("{master:0}", "{master:0}"),
    ],
)
def test_a_line_reads_as_it_looked_in_the_end(line: str, shown: str) -> None:
    assert render_output(f"{line}\r\nend") == f"{shown}\nend"


@pytest.mark.parametrize(
    "pager",
    [
        "--More--",
        " -- more --, next page: Space, next line: Enter, quit: Control-C",
        "---(more 34%)---",
        "<--- More --->",
        "---- More ( Press 'Q' to break ) ----",
        "Press any key to continue (Q to quit)",
        "--More-- or (q)uit",
        "lines 1-23",
    ],
)
def test_a_pagers_line_is_not_part_of_the_output(pager: str) -> None:
    assert render_output(f"one\n{pager}\ntwo\r") == "one\ntwo"


@pytest.mark.parametrize(
    "prompt",
    [
        "<core-1>",
        "[~HUAWEI]",
        "HRP_M<fw-1>",
        "sw-1#",
        "sw-1>",
        "sw-1(config)# ",
        "RP/0/RSP0/CPU0:pe-1#",
        "user@pe-1> ",
        "*A:pe-1# ",
        "A:admin@ixr-1# ",
        "(Cisco Controller) >",
        "[admin@gw] > ",
        "root@host:~# ",
        "user@host:/etc$ ",
        "FGT60F (root) # ",
    ],
)
def test_a_log_is_cut_where_a_prompt_echoes_a_command(prompt: str) -> None:
    log = f"Welcome\n\n{prompt}show version\r\nV1\r\n{prompt}show inventory\r\n\r\nI1\r\n\r\n{prompt}\r\n"
    assert split_log(log) == (
        LoggedOutput("", "Welcome"),
        LoggedOutput("show version", "V1"),
        LoggedOutput("show inventory", "I1"),
    )


def test_a_log_without_a_prompt_is_one_output() -> None:
    assert split_log("\n\nModel: x > y\nSerial # 1\n") == (LoggedOutput("", "Model: x > y\nSerial # 1"),)


def test_words_cut_short_are_the_command_and_other_words_are_not() -> None:
    typed = ("sh ver", "show version | include x", "/system/resource/print", "show ver-run", "s v", "display version")
    assert [abbreviates(line, "show version") for line in typed] == [True, True, False, False, False, False]
    assert abbreviates("/system/resource/print", "system resource print")


HOSTILE = (
    *(" ", "a", "1 ", "a: b\n", "[a]\n", "x.", "(", "PID: , ", " uptime is", "-more", "Serial  Model\n"),
    *("\x08", "\x1b[1D", "\x1b[9999C", "\r", "\x1b]", " --More-- ", "Press any key ", "<a>display version\n"),
    *("Slot 1:\nserial number: ABC12345\n", 'NAME: "1", DESCR: "x"\nPID: a , VID: b , SN: c\n'),
)
COMMANDS = (
    ("cisco_ios", "show inventory"),
    ("huawei_vrp", "display version"),
    ("juniper_junos", "show chassis hardware"),
    ("hp_comware", "display device manuinfo"),
)


@pytest.mark.parametrize("width", [0, 199])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_output_is_read_within_seconds_of_cpu(text: str, width: int) -> None:
    whole = (text * MAX_OUTPUT)[:MAX_OUTPUT]
    lines = [whole[at : at + width] for at in range(0, MAX_OUTPUT, width)] if width else [whole]
    for platform, command in COMMANDS[len(text) % 4 :][:1]:
        observations = (
            Observation(Source.SSH_PLATFORM, "", platform),
            Observation(Source.SSH_COMMAND, command, "\n".join(lines)),
        )
        began = time.thread_time()
        split_log(observations[1].value)
        identify((Evidence(Subject("x"), observations),), known())
        assert time.thread_time() - began < 6


@given(st.sampled_from(COMMANDS), st.lists(st.sampled_from([*HOSTILE, "Serial: 1\n", "\n", "é\xff"]), max_size=30))
def test_whatever_is_printed_is_read_or_passed_over(asked: tuple[str, str], pieces: list[str]) -> None:
    text = "".join(pieces)
    outputs = [Observation(Source.SSH_COMMAND, one.command or asked[1], one.text) for one in split_log(text)]
    observations = (
        Observation(Source.SSH_PLATFORM, "", asked[0]),
        Observation(Source.SSH_COMMAND, asked[1], text),
        *outputs,
    )
    identify((Evidence(Subject("x"), observations),), known())


@cache
def known() -> FingerprintDatabase:
    return load_database()
