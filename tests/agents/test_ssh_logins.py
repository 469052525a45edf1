"""Host keys and logins, seen from the side of the device: what it was offered, in which order, and what it was not."""

import asyncio
import logging
import socket
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.credentials.book import read_credentials
from scanner.credentials.credential import Jump, Login
from scanner.credentials.secret import Secret
from scanner.protocols.ssh.host_keys import HostKeys, host_name
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.targets.target import Target
from tests.agents.ssh_book import Book, by_password, probed
from tests.agents.ssh_server import PASSWORD, USER, Device, device
from tests.agents.ssh_transcripts import CISCO_XE

PHRASE = "canary-phr4se-words"
KEY_KINDS = ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"]


def key_login(folder: Path, key: asyncssh.SSHKey, phrase: str | None = None, given: str | None = None) -> Login:
    path = folder / "id_audit"
    path.write_bytes(key.export_private_key("openssh", phrase, rounds=8, ignore_few_rounds=True))
    return Login("by-key", USER, key_file=path, passphrase=Secret(given) if given else None)


def sources(observed: list[Observation | Gap]) -> list[Source]:
    return [item.source for item in observed if isinstance(item, Observation)]


def gaps(observed: list[Observation | Gap]) -> list[tuple[str, GapReason]]:
    return [(item.at, item.reason) for item in observed if isinstance(item, Gap)]


def was_let_in(observed: list[Observation | Gap]) -> bool:
    return Source.SSH_PROMPT in sources(observed)


async def test_without_a_login_the_ident_and_the_host_key_are_read_and_nothing_is_offered(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with device(CISCO_XE, host_key=key) as box:
        observed = await probed(box, tmp_path, Book())
    port = f"{box.port}/tcp"
    assert [item for item in observed if isinstance(item, Gap) or item.source is not Source.SSH_KEX] == [
        Observation(Source.SSH_IDENT, port, "SSH-2.0-transcript"),
        Observation(Source.SSH_HOST_KEY, port, f"ssh-ed25519 {key.get_fingerprint()}"),
    ]
    assert (box.received.offered, box.received.lines) == ([], [])


async def test_without_a_login_the_algorithms_offered_are_read_too(tmp_path: Path) -> None:
    async with device(CISCO_XE, encryption_algs=["aes128-ctr"]) as box:
        observed = await probed(box, tmp_path, Book())
    port = f"{box.port}/tcp"
    offered = {
        item.at: item.value for item in observed if isinstance(item, Observation) and item.source is Source.SSH_KEX
    }
    assert list(offered) == [f"algorithms {port}", f"hassh {port}"]
    assert offered[f"algorithms {port}"].split(";")[3] == "aes128-ctr"


async def test_a_changed_host_key_stops_the_device_before_any_login_is_offered(tmp_path: Path) -> None:
    old, new = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    async with device(CISCO_XE, host_key=old) as box:
        assert was_let_in(await probed(box, tmp_path))
    book = Book([by_password("first"), by_password("second")])
    async with device(CISCO_XE, host_key=new, port=box.port) as box:
        observed = await probed(box, tmp_path, book)
    port = f"{box.port}/tcp"
    assert gaps(observed) == [(port, GapReason.HOST_KEY_CHANGED)]
    assert Observation(Source.SSH_HOST_KEY, port, f"ssh-ed25519 {new.get_fingerprint()}") in observed
    assert (box.received.offered, box.received.lines, book.turned_away) == ([], [], [])


async def test_a_host_that_gains_a_second_kind_of_key_is_asked_for_the_known_one(tmp_path: Path) -> None:
    rsa, ed25519 = asyncssh.generate_private_key("ssh-rsa", key_size=2048), asyncssh.generate_private_key("ssh-ed25519")
    async with device(CISCO_XE, host_key=rsa) as box:
        await probed(box, tmp_path)
    async with device(CISCO_XE, host_keys=[ed25519, rsa], port=box.port) as box:
        observed = await probed(box, tmp_path)
    assert Observation(Source.SSH_HOST_KEY, f"{box.port}/tcp", f"ssh-rsa {rsa.get_fingerprint()}") in observed
    assert was_let_in(observed)


async def test_a_damaged_file_of_known_hosts_is_an_error_and_no_host_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("nonsense\n")
    async with device(CISCO_XE) as box:
        with pytest.raises(DataFileError, match="line 1"):
            await probed(box, tmp_path)
    assert box.received.offered == []


async def test_a_refused_login_is_reported_to_the_book_and_the_next_is_tried(tmp_path: Path) -> None:
    book = Book([by_password("old", "canary-wr0ng"), by_password("new")])
    async with device(CISCO_XE) as box:
        observed = await probed(box, tmp_path, book)
    assert gaps(observed) == [(f"{box.port}/tcp", GapReason.REFUSED)]
    assert was_let_in(observed)
    assert (book.turned_away, book.let_in) == ([("old", "127.0.0.1")], [("new", "127.0.0.1")])
    assert box.received.offered == [(USER, "password")] * 2


async def test_logins_that_a_refusal_stopped_are_not_offered(tmp_path: Path) -> None:
    class OneRefusalStopsAll(Book):
        def logins(self, address: str) -> tuple[Login, ...]:
            return () if self.turned_away else tuple(self.held)

    book = OneRefusalStopsAll([by_password("old", "canary-wr0ng"), by_password("same-realm")])
    async with device(CISCO_XE) as box:
        await probed(box, tmp_path, book)
    assert box.received.offered == [(USER, "password")]


async def test_a_device_that_never_answers_an_offer_is_no_answer_and_no_refusal(tmp_path: Path) -> None:
    book = Book([by_password("first"), by_password("second")])
    async with device(CISCO_XE, methods=frozenset({"password", "mute"})) as box:
        observed = await probed(box, tmp_path, book, seconds=1.0)
    assert gaps(observed) == [(f"{box.port}/tcp", GapReason.NO_ANSWER)]
    assert (book.turned_away, box.received.offered) == ([], [(USER, "password")])


async def test_a_password_is_given_to_a_device_that_asks_interactively(tmp_path: Path) -> None:
    async with device(CISCO_XE, methods=frozenset({"interactive"})) as box:
        observed = await probed(box, tmp_path)
    assert was_let_in(observed)
    assert box.received.offered == [(USER, "interactive")]


async def test_a_device_that_asks_for_no_login_is_offered_none(tmp_path: Path) -> None:
    book = Book([by_password()])
    async with device(CISCO_XE, methods=frozenset({"none"})) as box:
        observed = await probed(box, tmp_path, book)
    assert was_let_in(observed)
    assert (box.received.offered, book.let_in) == ([], [])


@pytest.mark.parametrize("phrase", [None, PHRASE])
@pytest.mark.parametrize("kind", KEY_KINDS)
async def test_a_key_from_a_file_lets_in(kind: str, phrase: str | None, tmp_path: Path) -> None:
    key = asyncssh.generate_private_key(kind)
    book = Book([key_login(tmp_path, key, phrase, phrase)])
    async with device(CISCO_XE, user_key=key, methods=frozenset({"key", "password"})) as box:
        observed = await probed(box, tmp_path, book)
    assert was_let_in(observed)
    assert {method for _, method in box.received.offered} == {"key"}
    assert book.let_in == [("by-key", "127.0.0.1")]


async def test_a_key_in_the_older_pem_form_lets_in(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-rsa")
    (tmp_path / "id_rsa").write_bytes(key.export_private_key("pkcs1-pem"))
    book = Book([Login("by-key", USER, key_file=tmp_path / "id_rsa")])
    async with device(CISCO_XE, user_key=key, methods=frozenset({"key"})) as box:
        assert was_let_in(await probed(box, tmp_path, book))


@pytest.mark.parametrize("contents", [b"", b"not a key", b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
async def test_a_file_that_holds_no_key_is_unreadable(contents: bytes, tmp_path: Path) -> None:
    (tmp_path / "id").write_bytes(contents)
    async with device(CISCO_XE, methods=frozenset({"key"})) as box:
        observed = await probed(box, tmp_path, Book([Login("by-key", USER, key_file=tmp_path / "id")]))
    assert gaps(observed) == [(f"{box.port}/tcp", GapReason.CREDENTIAL_UNREADABLE)]
    assert box.received.offered == []


async def test_a_missing_key_file_is_unreadable(tmp_path: Path) -> None:
    async with device(CISCO_XE, methods=frozenset({"key"})) as box:
        observed = await probed(box, tmp_path, Book([Login("by-key", USER, key_file=tmp_path / "none")]))
    assert gaps(observed) == [(f"{box.port}/tcp", GapReason.CREDENTIAL_UNREADABLE)]


@pytest.mark.parametrize("given", [None, "canary-wr0ng"])
async def test_a_key_that_cannot_be_unlocked_is_unreadable_and_the_next_login_is_tried(
    given: str | None, tmp_path: Path
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    book = Book([key_login(tmp_path, key, PHRASE, given), by_password()])
    async with device(CISCO_XE, user_key=key, methods=frozenset({"key", "password"})) as box:
        observed = await probed(box, tmp_path, book)
    assert gaps(observed) == [(f"{box.port}/tcp", GapReason.CREDENTIAL_UNREADABLE)]
    assert was_let_in(observed)
    assert (box.received.offered, book.turned_away) == ([(USER, "password")], [])


async def test_a_login_of_a_kind_the_device_does_not_take_is_not_offered_nor_counted(tmp_path: Path) -> None:
    book = Book([key_login(tmp_path, asyncssh.generate_private_key("ssh-ed25519")), by_password()])
    async with device(CISCO_XE) as box:
        observed = await probed(box, tmp_path, book)
    assert gaps(observed) == [(f"{box.port}/tcp", GapReason.REFUSED)]
    assert was_let_in(observed)
    assert (book.turned_away, box.received.offered) == ([], [(USER, "password")])


async def test_no_agent_and_no_key_of_the_users_own_is_consulted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".ssh").mkdir()
    own = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / ".ssh" / "id_ed25519").write_bytes(own.export_private_key())
    asked: list[str] = []
    agent = await asyncio.start_unix_server(lambda _r, _w: asked.append("agent"), tmp_path / "agent")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    async with agent, device(CISCO_XE, user_key=own, methods=frozenset({"key", "password"})) as box:
        await probed(box, tmp_path, Book([by_password(password="canary-wr0ng")]))
    assert (asked, box.received.offered) == ([], [(USER, "password")])


async def test_gear_that_speaks_only_old_algorithms_is_a_gap_that_names_the_extra(tmp_path: Path) -> None:
    async with device(CISCO_XE, kex_algs=["diffie-hellman-group1-sha1"]) as box:
        observed = await probed(box, tmp_path)
    (gap,) = (item for item in observed if isinstance(item, Gap))
    assert (gap.at, gap.reason) == (f"{box.port}/tcp", GapReason.SSH_LEGACY_CRYPTO)
    assert "kitscan[legacy-ssh]" in gap.detail
    assert box.received.offered == []


async def test_a_port_that_speaks_something_else_is_malformed(tmp_path: Path) -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        observed = await probed(Device("127.0.0.1", port, received=None), tmp_path)  # type: ignore[arg-type]
    assert gaps(observed) == [(f"{port}/tcp", GapReason.MALFORMED)]


@pytest.mark.parametrize("junk", [b"\xff" * 5000, b"\x00\x00\x00\x0c\x0a\x14" + b"\x00" * 40])
async def test_a_key_exchange_of_junk_is_a_gap(junk: bytes, tmp_path: Path) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-junk\r\n" + junk)
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        observed = await probed(Device("127.0.0.1", port, received=None), tmp_path)  # type: ignore[arg-type]
    assert [at for at, _ in gaps(observed)] == [f"{port}/tcp"]
    assert gaps(observed)[0][1] in (GapReason.MALFORMED, GapReason.NO_ANSWER, GapReason.SSH_LEGACY_CRYPTO)


async def test_a_device_on_ipv6_is_asked(tmp_path: Path) -> None:
    async with device(CISCO_XE, address="::1") as box:
        assert was_let_in(await probed(box, tmp_path))


async def test_the_source_address_of_a_login_is_used_for_all_connections(tmp_path: Path) -> None:
    book = Book([replace(by_password(), source_address="127.0.0.77")])
    async with device(CISCO_XE) as box:
        await probed(box, tmp_path, book)
    assert box.received.peers == ["127.0.0.77", "127.0.0.77"]


async def test_a_source_address_of_another_machine_is_a_gap(tmp_path: Path) -> None:
    book = Book([replace(by_password(), source_address="192.0.2.77")])
    async with device(CISCO_XE) as box:
        observed = await probed(box, tmp_path, book)
    assert gaps(observed) == [(f"{box.port}/tcp", GapReason.NO_ANSWER)]
    assert box.received.peers == []


def through(bastion: Device, password: str = PASSWORD) -> Login:
    login = replace(by_password("bastion", password))
    return replace(by_password("behind"), jump=Jump(bastion.address, bastion.port, login))


JUMP = frozenset({"password", "forward"})


async def test_devices_behind_a_jump_host_share_one_connection_to_it(tmp_path: Path) -> None:
    async with device(None, methods=JUMP) as bastion, device(CISCO_XE) as one, device(CISCO_XE) as two:
        probe = SshProbe(Book([through(bastion)]), HostKeys(tmp_path / "known_hosts"))
        for box in (one, two):
            observed = [
                item async for received in probe.observe(Target(box.address, ssh_port=box.port)) for item in received
            ]
            place = f"{box.port}/tcp via 127.0.0.1"
            assert Observation(Source.SSH_IDENT, place, "SSH-2.0-transcript") in observed
            assert was_let_in(observed)
        await asyncio.to_thread(probe.close)
    assert bastion.received.offered == [(USER, "password")]
    assert bastion.received.lines == []
    assert [len(box.received.peers) for box in (one, two)] == [1, 1]


async def test_a_device_behind_a_jump_host_that_asks_for_no_login_is_asked_once(tmp_path: Path) -> None:
    open_to_all = frozenset({"none"})
    async with device(None, methods=JUMP) as bastion, device(CISCO_XE, methods=open_to_all) as box:
        book = Book([through(bastion), replace(through(bastion), name="second")])
        observed = await probed(box, tmp_path, book)
    assert sources(observed).count(Source.SSH_PROMPT) == 1
    assert (len(box.received.peers), book.let_in) == (1, [])


async def test_a_login_through_a_dead_jump_host_gives_way_to_a_direct_one(tmp_path: Path) -> None:
    dead = Device("127.0.0.1", 1, received=None)  # type: ignore[arg-type]
    async with device(CISCO_XE) as box:
        observed = await probed(box, tmp_path, Book([through(dead), by_password()]))
    assert gaps(observed) == [("127.0.0.1:1", GapReason.NO_ANSWER)]
    assert was_let_in(observed)


async def test_a_jump_host_that_refuses_is_offered_its_login_once_for_all_devices(tmp_path: Path) -> None:
    async with device(None, methods=JUMP) as bastion, device(CISCO_XE) as one, device(CISCO_XE) as two:
        book = Book([through(bastion, "canary-wr0ng")])
        probe = SshProbe(book, HostKeys(tmp_path / "known_hosts"))
        observed = [
            [item async for received in probe.observe(Target(box.address, ssh_port=box.port)) for item in received]
            for box in (one, two)
        ]
        await asyncio.to_thread(probe.close)
    place = f"{bastion.address}:{bastion.port}"
    assert [gaps(items) for items in observed] == [
        [(place, GapReason.REFUSED)],
        [(place, GapReason.CREDENTIAL_STOPPED)],
    ]
    assert bastion.received.offered == [(USER, "password")]
    assert book.turned_away == [("bastion", "127.0.0.1")]
    assert [box.received.peers for box in (one, two)] == [[], []]


async def test_a_jump_host_with_a_changed_key_is_offered_nothing(tmp_path: Path) -> None:
    async with device(None, methods=JUMP) as bastion, device(CISCO_XE) as box:
        other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
        name = host_name(bastion.address, bastion.port)
        (tmp_path / "known_hosts").write_text(f"{name} {other[0]} {other[1]}\n")
        observed = await probed(box, tmp_path, Book([through(bastion)]))
    assert gaps(observed) == [(f"{bastion.address}:{bastion.port}", GapReason.HOST_KEY_CHANGED)]
    assert (bastion.received.offered, box.received.peers) == ([], [])


async def test_a_device_the_jump_host_cannot_reach_is_no_answer(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        async with device(None, methods=JUMP) as bastion:
            observed = await probed(Device("127.0.0.1", port, received=None), tmp_path, Book([through(bastion)]))  # type: ignore[arg-type]
    assert gaps(observed) == [(f"{port}/tcp via 127.0.0.1", GapReason.NO_ANSWER)]


async def test_a_jump_host_that_never_answers_a_login_hears_it_twice(tmp_path: Path) -> None:
    """Each device behind it would try again, and each login may have failed."""
    async with device(None, methods=JUMP | {"mute"}) as bastion:
        probe = SshProbe(Book([through(bastion)]), HostKeys(tmp_path / "known_hosts"), session_seconds=1.0)
        found = [
            [item async for received in probe.observe(Target(f"127.0.0.{n}", ssh_port=9)) for item in received]
            for n in range(2, 6)
        ]
        await asyncio.to_thread(probe.close)
    assert len(bastion.received.offered) == 2
    assert [item.reason for item in found[-1] if isinstance(item, Gap)][-1] is GapReason.CREDENTIAL_STOPPED


@pytest.mark.finding(5)
async def test_jump_hosts_of_one_realm_are_offered_a_wrong_login_two_times(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        doors = [
            await stack.enter_async_context(device(None, address=f"127.0.3.{n}", methods=JUMP)) for n in range(1, 6)
        ]
        (tmp_path / "password").write_text("not-the-password\n")
        (tmp_path / "password").chmod(0o600)
        (tmp_path / "credentials.yaml").write_text(
            "credentials:\n"
            + "".join(
                f"  - {{name: way-{n}, ssh: true, user: {USER}, password: file:password, realm: aaa,\n"
                f"     jump: '{door.address}:{door.port}', prefixes: [127.0.4.{n}/32]}}\n"
                for n, door in enumerate(doors, 1)
            )
        )
        (tmp_path / "credentials.yaml").chmod(0o600)
        book = read_credentials(tmp_path / "credentials.yaml", lambda _name: "")
        probe = SshProbe(book, HostKeys(tmp_path / "known_hosts"), SessionLimits(5))

        async def ask(number: int) -> None:
            async for _ in probe.observe(Target(f"127.0.4.{number}", ssh_port=9)):
                pass

        await asyncio.gather(*map(ask, range(1, 6)))
        await asyncio.to_thread(probe.close)
        assert sum(len(door.received.offered) for door in doors) == 2


async def test_a_plan_names_the_jump_host_and_its_login(tmp_path: Path) -> None:
    async with device(None, methods=JUMP) as bastion:
        probe = SshProbe(Book([through(bastion)]), HostKeys(tmp_path / "known_hosts"))
        own, jump = probe.plan(Target("192.0.2.1"))
    assert own.credentials == ("behind",)
    assert (jump.target, jump.port, jump.credentials) == ("127.0.0.1", f"{bastion.port}/tcp", ("bastion",))


async def test_no_secret_stands_in_any_log_or_observation(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for logger in ("paramiko", "netmiko", "asyncio", "kitscan"):
        caplog.set_level(logging.DEBUG, logger)
    logging.getLogger("asyncssh").setLevel(logging.WARNING)  # the simulated device, not us
    key = asyncssh.generate_private_key("ssh-ed25519")
    book = Book(
        [
            by_password("wrong", "canary-wr0ng"),
            replace(key_login(tmp_path, key, PHRASE, PHRASE), name="key"),
            by_password("right"),
        ]
    )
    async with device(CISCO_XE) as box:
        observed = await probed(box, tmp_path, book)
    assert was_let_in(observed)
    assert any(record.name.startswith("paramiko") for record in caplog.records)
    assert any(record.name.startswith("netmiko") for record in caplog.records)
    message = caplog.text + repr(observed) + repr(book)
    assert [secret for secret in ("canary", PASSWORD, PHRASE) if secret in message] == []


async def test_of_many_devices_that_refuse_a_realms_account_two_hear_it(tmp_path: Path) -> None:
    """Twelve at once would be twelve failed logins of one account, and a lock-out, before the first was counted."""
    (tmp_path / "password").write_text("not-the-password\n")
    (tmp_path / "password").chmod(0o600)
    (tmp_path / "credentials.yaml").write_text(
        "credentials:\n"
        f"  - {{name: cli, ssh: true, user: {USER}, password: file:password, realm: aaa, prefixes: [127.0.0.0/8]}}\n"
    )
    (tmp_path / "credentials.yaml").chmod(0o600)
    book = read_credentials(tmp_path / "credentials.yaml", lambda _name: "")
    probe = SshProbe(book, HostKeys(tmp_path / "known_hosts"), SessionLimits(12))
    async with AsyncExitStack() as stack:
        boxes = [await stack.enter_async_context(device(CISCO_XE, address=f"127.0.2.{n}")) for n in range(1, 13)]

        async def ask(box: Device) -> list[Observation | Gap]:
            return [
                item async for received in probe.observe(Target(box.address, ssh_port=box.port)) for item in received
            ]

        observed = await asyncio.gather(*map(ask, boxes))
    await asyncio.to_thread(probe.close)
    reasons = Counter(item.reason for items in observed for item in items if isinstance(item, Gap))
    assert reasons[GapReason.REFUSED] == 2
