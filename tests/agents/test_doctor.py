"""`kitscan doctor` on a real agent and a simulated SSH device: who is let in, and what it never shows."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.cli.exit_codes import SCOPE_REFUSED, USAGE
from scanner.cli.main import run
from scanner.protocols.snmp.message.ber import oid_of
from tests.agents.snmp_daemon import snmpd
from tests.agents.snmp_scripted import agent as scripted
from tests.agents.snmp_scripted import speaking
from tests.agents.ssh_server import PASSWORD, USER, device
from tests.agents.ssh_transcripts import LINUX

COMMUNITY, WRONG = "canary-c0mmunity", "canary-wr0ng-word"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KITSCAN_TEST_RIGHT", COMMUNITY)
    monkeypatch.setenv("KITSCAN_TEST_WRONG", WRONG)
    monkeypatch.setenv("KITSCAN_TEST_PASSWORD", PASSWORD)
    return tmp_path


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[str]:
    lines = [f"rocommunity {COMMUNITY}", "createUser audit SHA canary-auth-pass", "rouser audit auth"]
    with snmpd(tmp_path, lines) as port:
        yield f"127.0.0.1:{port}"


def says(folder: Path, *entries: str, config: str = "") -> None:
    (folder / "kitscan.yaml").write_text(f"credentials: credentials.yaml\n{config}")
    (folder / "credentials.yaml").write_text("credentials:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries))


def test_each_credential_is_offered_and_its_outcome_reported(
    folder: Path, agent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    says(
        folder,
        "name: right, snmp: v2c, community: env:KITSCAN_TEST_RIGHT, prefixes: [127.0.0.0/8]",
        "name: wrong, snmp: v3, user: audit, auth: [sha1, env:KITSCAN_TEST_WRONG], prefixes: [127.0.0.0/8]",
    )
    assert run(["doctor", agent]) == USAGE
    message = capsys.readouterr().out.splitlines()
    assert f"ok    {agent}: credential right: accepted by snmp" in message
    assert f"fail  {agent}: credential wrong: refused by snmp" in message
    assert [line for line in message if "canary" in line] == []


def test_a_machine_and_folder_in_order_end_with_exit_code_0(
    folder: Path, agent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    says(folder, "name: right, snmp: v2c, community: env:KITSCAN_TEST_RIGHT, prefixes: [127.0.0.0/8]")
    assert run(["doctor", agent]) == 0
    assert "ok    credential right: readable" in capsys.readouterr().out.splitlines()


async def test_an_ssh_login_is_tried_on_the_folders_port(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with device(LINUX) as box:
        says(
            folder,
            f"name: cli, ssh: true, user: {USER}, password: env:KITSCAN_TEST_PASSWORD, prefixes: [127.0.0.0/8]",
            f"name: not, ssh: true, user: {USER}, password: env:KITSCAN_TEST_WRONG, prefixes: [127.0.0.0/8]",
            config=f"ports: {{ssh: {box.port}}}\n",
        )
        assert await asyncio.to_thread(run, ["doctor", box.address]) == USAGE
    message = capsys.readouterr().out.splitlines()
    assert f"ok    {box.address}: credential cli: accepted by ssh" in message
    assert f"fail  {box.address}: credential not: refused by ssh" in message


def test_an_unreadable_secret_is_a_failure_with_the_next_step(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says(folder, "name: ro, snmp: v2c, community: env:KITSCAN_TEST_NOT_SET, prefixes: [127.0.0.0/8]")
    assert run(["doctor"]) == USAGE
    assert (
        "fail  credential ro: the environment variable KITSCAN_TEST_NOT_SET is not set\n"
        "      Next: export KITSCAN_TEST_NOT_SET before the scan\n"
    ) in capsys.readouterr().out


def test_a_device_that_no_credential_is_bound_to_is_not_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says(folder, "name: ro, snmp: v2c, community: env:KITSCAN_TEST_RIGHT, prefixes: [10.0.0.0/8]")
    assert run(["doctor", "127.0.0.1:9"]) == USAGE
    assert "fail  127.0.0.1:9: no credential is bound to it" in capsys.readouterr().out.splitlines()


def test_a_public_device_needs_a_yes(folder: Path) -> None:
    says(folder, "name: ro, snmp: v2c, community: env:KITSCAN_TEST_RIGHT, prefixes: [0.0.0.0/0]")
    assert run(["doctor", "8.8.8.8"]) == SCOPE_REFUSED


def test_an_excluded_device_is_not_asked(folder: Path) -> None:
    says(
        folder,
        "name: ro, snmp: v2c, community: env:KITSCAN_TEST_RIGHT, prefixes: [127.0.0.0/8]",
        config="exclude: [127.0.0.1]\n",
    )
    assert run(["doctor", "127.0.0.1"]) == SCOPE_REFUSED


def test_a_secret_that_cannot_be_struck_out_everywhere_is_a_warning(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, secret in (("KNOWN", "public"), ("MAKER", "Huawei"), ("WORD", "summer"), ("GOOD", "canary-7f1d0c9e")):
        monkeypatch.setenv(name, secret)
    names = ("KNOWN", "MAKER", "WORD", "GOOD")
    says(folder, *(f"name: {n}, snmp: v2c, community: env:{n}, prefixes: [127.0.0.0/8]" for n in names))
    assert run(["doctor"]) == 0
    message = capsys.readouterr().out
    guessed = [line for line in message.splitlines() if "easily guessed" in line]
    assert guessed == [
        "warn  credential KNOWN: easily guessed; where a device repeats it, kitscan strikes it out nowhere",
        "warn  credential MAKER: easily guessed; where a device repeats it, kitscan strikes it out nowhere",
        "warn  credential WORD: easily guessed; where a device repeats it, kitscan strikes it out only where it stands "
        "as a word",
    ]
    assert not any(secret in message for secret in ("Huawei", "summer", "canary-7f1d0c9e"))


async def test_discover_strikes_a_secret_out_of_what_it_prints(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = speaking({oid_of("1.3.6.1.2.1.1.1.0"): "Acme canary-7f1d0c9e"}, "canary-7f1d0c9e")
    async with scripted(script) as box:
        says(folder, "name: a, snmp: v2c, sweep: true, community: file:community, prefixes: [127.0.0.0/8]")
        (folder / "community").write_text("canary-7f1d0c9e")
        (folder / "community").chmod(0o600)
        assert await asyncio.to_thread(run, ["discover", f"127.0.0.1:{box.port}"]) == 0
    printed = capsys.readouterr()
    assert "Acme [REDACTED]" in printed.out
    assert "canary-7f1d" not in printed.out + printed.err
