"""What a device prints after its prompt seemed to be back belongs to the command before, and leaves it open."""

import pytest

from benchmarks.hostile.faulty_shell import Output, Pause
from benchmarks.reliability.false_clear import asked_by_ssh
from benchmarks.reliability.hidden_evidence import INVENTORY, OPTIC, VERSION
from fingerprints.model.evidence import Gap, GapReason, Observation, Source

FIRST, LAST = OPTIC.format(port=1, maker="CISCO-ACCELINK"), OPTIC.format(port=2, maker="HUAWEI")
PROMPT = "nx-1# "
OPTICS = "show interface transceiver"
NEIGHBOURS = ("show lldp neighbors detail", "show cdp neighbors detail")


def session(echo: bool, prompt: str = PROMPT, **outputs: Output) -> list[Observation | Gap]:
    """The session with a switch whose optics, and whose neighbours by protocol, print this."""
    named = {"optics": OPTICS, "lldp": NEIGHBOURS[0], "cdp": NEIGHBOURS[1]}
    honest = {
        "show version": (VERSION.format(name="nx-1"),),
        "show inventory": (INVENTORY.format(serial="FDO23190001"),),
        "terminal length 0": (),
    }
    return asked_by_ssh({**honest, **{named[name]: output for name, output in outputs.items()}}, echo, prompt)


def gaps(items: list[Observation | Gap]) -> list[tuple[str, GapReason]]:
    return [(item.at, item.reason) for item in items if isinstance(item, Gap)]


@pytest.mark.parametrize("above", ["{master:0}", "[edit]", "[/]", "--{ running }--[  ]--"])
def test_a_prompt_of_two_lines_is_no_late_output(above: str) -> None:
    items = session(True, prompt=f"{above}\r\nnx-1# ", optics=(FIRST + LAST,))
    assert (gaps(items), "HUAWEI" in printed(items, OPTICS)) == ([], True)


def printed(items: list[Observation | Gap], command: str) -> str:
    return "\n".join(
        item.value
        for item in items
        if isinstance(item, Observation) and (item.source, item.at) == (Source.SSH_COMMAND, command)
    )


LATE: dict[str, Output] = {
    "a prompt inside, then a pause": (FIRST + PROMPT, Pause(1.6), "\r\n" + LAST),
    "a log message and the prompt again": (FIRST + "%LINK-3-UPDOWN: x\r\n" + PROMPT, Pause(4.0), "\r\n" + LAST),
    "a line that ends as the prompt does": (FIRST + "    vendor id is x-1# ", Pause(4.5), "\r\n" + LAST),
}


@pytest.mark.finding(14)
@pytest.mark.parametrize("echo", [True, False])
@pytest.mark.parametrize("output", LATE.values(), ids=LATE)
def test_output_that_comes_after_the_prompt_leaves_the_command_open(output: Output, echo: bool) -> None:
    items = session(echo, optics=output)
    assert GapReason.NO_ANSWER in [reason for _, reason in gaps(items)]
    assert "HUAWEI" in "".join(item.value for item in items if isinstance(item, Observation))


@pytest.mark.finding(14)
@pytest.mark.parametrize("echo", [True, False])
def test_output_that_comes_after_the_last_prompt_of_a_session_leaves_its_command_open(echo: bool) -> None:
    items = session(echo, cdp=("Device ID: sw2\r\n" + PROMPT, Pause(2.0), "\r\nDevice ID: sw3\r\n"))
    assert gaps(items) == [(NEIGHBOURS[1], GapReason.NO_ANSWER)]
    assert "sw3" in printed(items, NEIGHBOURS[1])


@pytest.mark.parametrize("echo", [True, False])
@pytest.mark.parametrize(
    "output",
    [
        (FIRST + LAST,),
        (FIRST, Pause(20.0), LAST),
        (FIRST + LAST + PROMPT + "\r\n",),
        (FIRST + LAST + PROMPT, Pause(0.5), "\r\n*Mar  1 00:01:07.123: %SYS-5-CONFIG_I: Configured\r\n"),
    ],
    ids=["at once", "with a pause", "with the prompt twice", "with a log message behind it"],
)
def test_an_honest_output_is_whole(output: Output, echo: bool) -> None:
    items = session(echo, optics=output)
    assert (gaps(items), "HUAWEI" in printed(items, OPTICS)) == ([], True)
