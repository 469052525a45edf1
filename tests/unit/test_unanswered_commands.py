"""A command that was refused, answered by nothing or read in part is a gap; one that the device lacks is none."""

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from fingerprints.model.observation_index import MAX_OUTPUT
from fingerprints.sources.cli.layout import MAX_LINES
from fingerprints.sources.cli.unanswered import gaps_of_output


def reasons(command: str, text: str) -> list[GapReason]:
    return [gap.reason for gap in gaps_of_output(Observation(Source.SSH_COMMAND, command, text))]


@pytest.mark.finding(6)
@pytest.mark.parametrize(
    "text",
    [
        "Command authorization failed.",
        "% Authorization failed.",
        "% Authorization denied for command 'show inventory'",
        "% Invalid input (privileged mode required) at '^' marker.",
        "% Permission denied for the role",
        "Error: AAA authorization failed for command:show inventory, AAA_AUTHOR_STATUS_METHOD=17(0x11)",
        "% This command is not authorized",
        "ERROR: % Authorization of the command failed: server unreachable",
        "error: permission denied: chassis",
        "Error: You do not have permission to run the command or the command is incomplete.",
        "Error: No permission to run the command.",
        "Error: Failed to pass the authorization.",
        "Permission denied.",
        "Not authorized to run this command.",
        "Cannot execute command. Command not allowed.",
        "MINOR: CLI Command not allowed for this user.",
        "RBAC permission denied.",
        "Insufficient user privileges to execute this command.",
        "% User doesn't have sufficient privilege to execute this command.",
        "% Privilege is insufficient",
        "Error: This user has insufficient privileges.",
        "SHELL PARSER FAILURE: 'show' insufficient privileges",
        "not enough permissions (9)",
        "-bash: /usr/sbin/dmidecode: Permission denied",
        "/dev/mem: Operation not permitted",
        "dmidecode: you must be root to run this",
        "sudo: a password is required",
        "audit is not in the sudoers file.  This incident will be reported.",
        "ERROR: Authorization failed. No functional privileges for this command",
        "Error: Administrator use only",
        "01070822:3: Access Denied: User (audit) may not view hardware",
        "\r\n                ^\r\n% Command not permitted for this user\r\n",
    ],
)
def test_a_refusal_is_a_gap_whatever_its_platform(text: str) -> None:
    assert reasons("show inventory", text) == [GapReason.REFUSED]


@pytest.mark.parametrize(
    "text",
    [
        "% Invalid input detected at '^' marker.",
        "% Unknown command",
        "syntax error, expecting <command>.",
        "Error: Unrecognized command found at '^' position.",
        "cat: /proc/device-tree/model: No such file or directory",
        "Transceiver is not present",
        "Info: No transceiver is available.",
        "Speed: not supported\nVendor: access line",
        'NAME: "Chassis", DESCR: "Switch"\nPID: N9K-C9336C-FX2 , VID: V01 , SN: FDO23190ABC',
        "\n".join(("Port 1", "name is CISCO", "Permission denied", *(f"serial {number}" for number in range(9)))),
    ],
)
def test_a_command_that_the_device_lacks_or_answers_is_no_gap(text: str) -> None:
    assert reasons("show inventory", text) == []


@pytest.mark.finding(6)
@pytest.mark.parametrize("command", ["show version", "show inventory", "show interface transceiver", "sfpshow -all"])
@pytest.mark.parametrize("text", ["", "\r\n", " \x1b[K\r\n"])
def test_nothing_is_no_answer_to_a_command_about_the_box_or_its_parts(command: str, text: str) -> None:
    assert reasons(command, text) == [GapReason.NO_ANSWER]


@pytest.mark.parametrize(
    "command", ["show lldp neighbors detail", "terminal length 0", "/interface lte info [find] once", "show ip route"]
)
def test_a_command_about_others_may_print_nothing(command: str) -> None:
    assert reasons(command, "") == []


@pytest.mark.finding(14)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ethernet1/4\nnx-1# \n    name is HUAWEI", [GapReason.MALFORMED]),
        ("Ethernet1/4\nnx-1# show clock\n    name is CISCO", []),
        ("Ethernet1/4\n    name is nx-1#", []),
    ],
)
def test_a_prompt_that_breaks_an_output_apart_is_a_gap(text: str, expected: list[GapReason]) -> None:
    output = Observation(Source.SSH_COMMAND, "show interface transceiver", text)
    assert [gap.reason for gap in gaps_of_output(output, frozenset({"nx-1#"}))] == expected


@pytest.mark.finding(7)
@pytest.mark.parametrize(
    "text",
    ["serial number is A1\n" * (MAX_OUTPUT // 20 + 1), "x\n" * (MAX_LINES + 1), f"Ethernet1 {'x' * 400} HUAWEI\n"],
)
def test_what_is_not_read_of_an_output_is_a_gap(text: str) -> None:
    gaps = [*gaps_of_output(Observation(Source.SSH_COMMAND, "show interface transceiver", text))]
    assert [(gap.at, gap.reason) for gap in gaps] == [("show interface transceiver", GapReason.BUDGET_SPENT)]
    assert isinstance(gaps[0], Gap) and "read" in gaps[0].detail
