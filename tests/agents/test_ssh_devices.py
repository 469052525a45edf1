"""The SSH probe against simulated devices of every platform: what it brings home, and what it never sends."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from fingerprints.model.recording import MAX_OUTPUT
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.protocols.ssh.platforms.platform import Platform
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.targets.target import Target
from tests.agents.ssh_book import Book, by_password, probed
from tests.agents.ssh_server import Transcript, device
from tests.agents.ssh_transcripts import CISCO_IOS, CISCO_XE, HUAWEI_VRP, LINUX, TRANSCRIPTS, ZTE_ZXROS

PLATFORMS = load_platforms().platforms
ALLOWED = {*load_platforms().every_command(), "", "N"}
STRANGER = Transcript("box> ", {}, unknown="what?", leave="exit")


def printed(observations: list[Observation | Gap]) -> dict[str, str]:
    return {
        i.at: i.value.strip() for i in observations if isinstance(i, Observation) and i.source is Source.SSH_COMMAND
    }


def expected(transcript: Transcript, commands: tuple[str, ...]) -> dict[str, str]:
    return {command: transcript.outputs.get(command, transcript.unknown).strip() for command in commands}


def platform_of(name: str) -> Platform:
    return next(platform for platform in PLATFORMS if platform.name == name)


def gaps(observations: list[Observation | Gap]) -> list[tuple[str, GapReason]]:
    return [(item.at, item.reason) for item in observations if isinstance(item, Gap)]


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
async def test_every_command_of_a_platform_is_answered_as_the_device_printed_it(
    platform: Platform, tmp_path: Path
) -> None:
    transcript = TRANSCRIPTS[platform.name]
    async with device(transcript) as box:
        observations = await probed(box, tmp_path)
    assert printed(observations) == expected(transcript, platform.commands)
    assert [
        one.value for one in observations if isinstance(one, Observation) and one.source is Source.SSH_PLATFORM
    ] == [platform.name]
    assert gaps(observations) == []


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
async def test_every_line_a_device_receives_is_allow_listed(platform: Platform, tmp_path: Path) -> None:
    async with device(TRANSCRIPTS[platform.name]) as box:
        await probed(box, tmp_path)
        await asyncio.wait_for(box.received.ended.wait(), 30)  # the device reads the last line after we have left
    sent = set(box.received.lines)
    own = {*platform.detection.commands, *platform.commands, *platform.paging_off, platform.leave, "", "N"}
    assert sent - ALLOWED == set()
    assert sent - own <= {"show version", "display version"}
    assert set(box.received.keys) <= {" "}
    assert box.received.lines[-1] == platform.leave


async def test_questions_at_login_are_answered_no(tmp_path: Path) -> None:
    async with device(HUAWEI_VRP) as box:
        await probed(box, tmp_path)
    assert box.received.lines[:2] == ["N", "N"]
    assert not {"Y", "y", "yes"} & set(box.received.lines)


async def test_a_command_that_asks_for_confirmation_is_answered_no(tmp_path: Path) -> None:
    warning = "Warning: It may take a long time to execute this command. Continue? [Y/N]:"
    async with device(replace(HUAWEI_VRP, asks={"display elabel": warning})) as box:
        observations = await probed(box, tmp_path)
    asked_at = box.received.lines.index("display elabel")
    assert box.received.lines[asked_at + 1 : asked_at + 3] == ["N", "display transceiver verbose"]
    assert printed(observations)["display elabel"] == f"{warning}N"
    assert gaps(observations) == []


async def test_the_prompt_is_an_observation_of_its_own(tmp_path: Path) -> None:
    async with device(CISCO_XE) as box:
        observations = await probed(box, tmp_path)
    assert Observation(Source.SSH_PROMPT, f"{box.port}/tcp", "wan-1#") in observations


def greetings(observations: list[Observation | Gap]) -> list[Observation]:
    return [one for one in observations if isinstance(one, Observation) and one.source is Source.SSH_GREETING]


async def test_what_a_device_says_before_and_after_the_login_is_one_observation(tmp_path: Path) -> None:
    async with device(replace(CISCO_XE, banner="\nACME WAN router\n"), auth_banner="Keep out\r\n") as box:
        observations = await probed(box, tmp_path)
    assert greetings(observations) == [
        Observation(Source.SSH_GREETING, f"{box.port}/tcp", "Keep out\n\n\nACME WAN router")
    ]


async def test_a_device_that_says_nothing_at_login_has_no_greeting(tmp_path: Path) -> None:
    async with device(CISCO_XE) as box:
        assert greetings(await probed(box, tmp_path)) == []


async def test_a_greeting_is_kept_of_a_device_that_shows_no_prompt(tmp_path: Path) -> None:
    async with device(replace(LINUX, greeting=("ACME controller\nUser: ",))) as box:
        observations = await probed(box, tmp_path)
    assert [one.value for one in greetings(observations)] == ["ACME controller\nUser:"]
    assert gaps(observations) == [(f"{box.port}/tcp", GapReason.REFUSED)]


async def test_a_device_that_asks_for_a_password_at_a_command_gets_none_and_no_leave(tmp_path: Path) -> None:
    async with device(replace(CISCO_XE, asks={"show inventory": "Password: "})) as box:
        observations = await probed(box, tmp_path)
    assert gaps(observations) == [("show inventory", GapReason.NO_ANSWER)]
    assert box.received.lines[-1] == "show inventory"


@pytest.mark.parametrize("transcript", [CISCO_IOS, ZTE_ZXROS, HUAWEI_VRP], ids=["ios", "zxros", "vrp"])
async def test_a_pager_that_cannot_be_turned_off_is_turned_by_hand(transcript: Transcript, tmp_path: Path) -> None:
    platform = next(name for name, known in TRANSCRIPTS.items() if known is transcript)
    async with device(replace(transcript, paging_off=())) as box:
        observations = await probed(box, tmp_path)
    commands = platform_of(platform).commands
    assert {at: text.split() for at, text in printed(observations).items()} == {
        at: text.split() for at, text in expected(transcript, commands).items()
    }
    assert set(box.received.keys) == {" "}


async def test_a_device_that_does_not_echo_is_understood(tmp_path: Path) -> None:
    async with device(replace(CISCO_XE, echo=False)) as box:
        observations = await probed(box, tmp_path)
    assert printed(observations) == expected(CISCO_XE, platform_of("cisco_xe").commands)


async def test_a_banner_that_ends_like_a_prompt_is_not_taken_for_one(tmp_path: Path) -> None:
    async with device(replace(CISCO_XE, banner="#" * 40 + "\nKeep out >", late=0.5)) as box:
        observations = await probed(box, tmp_path)
    assert Observation(Source.SSH_PROMPT, f"{box.port}/tcp", "wan-1#") in observations
    assert printed(observations) == expected(CISCO_XE, platform_of("cisco_xe").commands)


async def test_a_log_message_over_the_prompt_does_not_lose_the_answer(tmp_path: Path) -> None:
    noisy = replace(CISCO_XE, log_message="\r\n%LINK-3-UPDOWN: Interface Gi1, changed state to up\r\n")
    async with device(noisy) as box:
        observations = await probed(box, tmp_path)
    assert gaps(observations) == []
    assert list(printed(observations)) == list(platform_of("cisco_xe").commands)
    assert all(text in printed(observations)[at] for at, text in expected(CISCO_XE, tuple(CISCO_XE.outputs)).items())


async def test_a_prompt_that_changes_still_ends_an_answer(tmp_path: Path) -> None:
    async with device(replace(CISCO_XE, next_prompt="wan-1(12:01)#")) as box:
        observations = await probed(box, tmp_path)
    assert printed(observations) == expected(CISCO_XE, platform_of("cisco_xe").commands)


async def test_an_unknown_platform_keeps_its_answers_and_a_gap(tmp_path: Path) -> None:
    async with device(STRANGER) as box:
        observations = await probed(box, tmp_path)
    assert printed(observations) == {"show version": "what?", "display version": "what?"}
    assert gaps(observations) == [(f"{box.port}/tcp", GapReason.PLATFORM_UNKNOWN)]
    assert set(box.received.lines) == {"", "show version", "display version"}


async def test_an_answer_that_detection_has_is_not_asked_for_again(tmp_path: Path) -> None:
    outputs = {
        "show version": "SW version    4.0.10.2 ( date  01-Jan-2019 time  02:03:04 )",
        "show system": "System Description:    MES2324 28-port 1G/10G Managed Switch",
        "show system id": "Serial number : ES00000001",
    }
    async with device(Transcript("acc-1# ", outputs, "% Unrecognized command", "exit")) as box:
        observations = await probed(box, tmp_path)
    assert {at: text for at, text in printed(observations).items() if at in outputs} == outputs
    assert [box.received.lines.count(command) for command in outputs] == [1, 1, 1]
    assert gaps(observations) == []


async def test_a_device_that_a_refusal_tells_is_asked_by_its_own_command(tmp_path: Path) -> None:
    gaia = Transcript("fw-1> ", {"show version all": "Product version Check Point Gaia R81.20"}, "CLINFR0329", "exit")
    async with device(gaia) as box:
        observations = await probed(box, tmp_path)
    assert [line for line in box.received.lines if line][:2] == ["show version", "show version all"]
    assert "show version" not in printed(observations)
    assert gaps(observations) == []


async def test_a_device_that_wants_a_new_password_gets_none(tmp_path: Path) -> None:
    async with device(replace(LINUX, greeting=("Your password has expired.\nNew password: ",))) as box:
        observations = await probed(box, tmp_path)
    assert gaps(observations) == [(f"{box.port}/tcp", GapReason.REFUSED)]
    assert box.received.lines == []


async def test_endless_output_is_cut_and_stops_the_session(tmp_path: Path) -> None:
    async with device(replace(CISCO_XE, endless=("show inventory",))) as box:
        start = time.monotonic()
        observations = await probed(box, tmp_path, seconds=10.0)
        took = time.monotonic() - start
    assert len(printed(observations)["show inventory"]) <= MAX_OUTPUT
    assert gaps(observations) == [("show inventory", GapReason.BUDGET_SPENT)]
    assert "show cdp neighbors detail" not in printed(observations)
    assert took < 12.0


async def test_an_endless_greeting_stops_the_session(tmp_path: Path) -> None:
    flood = replace(CISCO_XE, banner="all work and no play\n" * 10_000)
    async with device(flood) as box:
        observations = await probed(box, tmp_path)
    assert gaps(observations) == [(f"{box.port}/tcp", GapReason.BUDGET_SPENT)]
    assert [line for line in box.received.lines if line] == []


async def test_time_that_runs_out_ends_the_session_and_keeps_its_outputs(tmp_path: Path) -> None:
    async with device(replace(CISCO_XE, stuck=("show inventory",))) as box:
        observations = await probed(box, tmp_path, seconds=2.5)
    assert list(printed(observations)) == ["show version", "show inventory"]
    assert gaps(observations) == [("show inventory", GapReason.BUDGET_SPENT)]


async def test_a_session_the_device_ends_is_no_answer_at_that_command(tmp_path: Path) -> None:
    async with device(replace(CISCO_XE, leave="show inventory")) as box:
        observations = await probed(box, tmp_path)
    assert gaps(observations) == [("show inventory", GapReason.NO_ANSWER)]


async def test_one_device_has_one_session_at_a_time(tmp_path: Path) -> None:
    async with device(CISCO_XE) as box:
        probe = SshProbe(Book([by_password()]), HostKeys(tmp_path / "known_hosts"), SessionLimits(4))
        target = Target(box.address, ssh_port=box.port)

        async def once() -> int:
            return len([item async for received in probe.observe(target) for item in received])

        counts = await asyncio.gather(once(), once(), once())
        await asyncio.to_thread(probe.close)
    assert len(set(counts)) == 1
    assert box.received.sessions_at_once == 1


async def test_an_observation_that_is_given_up_ends_the_session(tmp_path: Path) -> None:
    async with device(CISCO_XE) as box:
        probe = SshProbe(Book([by_password()]), HostKeys(tmp_path / "known_hosts"))
        observed = probe.observe(Target(box.address, ssh_port=box.port))
        async for observations in observed:
            if any(isinstance(item, Observation) and item.source is Source.SSH_COMMAND for item in observations):
                break
        await observed.aclose()
        await asyncio.wait_for(box.received.ended.wait(), 5)
        await asyncio.to_thread(probe.close)
    assert "show cdp neighbors detail" not in box.received.lines


async def test_all_that_is_sent_stands_in_the_plan(tmp_path: Path) -> None:
    async with device(HUAWEI_VRP) as box:
        probe = SshProbe(Book([by_password()]), HostKeys(tmp_path / "known_hosts"))
        (planned,) = probe.plan(Target(box.address, ssh_port=box.port))
        await probed(box, tmp_path)
    assert (planned.port, planned.credentials) == (f"{box.port}/tcp", ("cli",))
    assert {line for line in box.received.lines if line not in ("", "N")} <= set(planned.sends)
    assert {"the empty line", "N to a question", "a space to a pager"} <= set(planned.sends)


def test_a_plan_without_a_login_opens_a_connection_and_no_more(tmp_path: Path) -> None:
    (planned,) = SshProbe(Book(), HostKeys(tmp_path / "known_hosts")).plan(Target("192.0.2.1"))
    assert (planned.port, planned.sends, planned.credentials) == (
        "22/tcp",
        ("the identification string", "key exchange"),
        (),
    )
