"""Credentials: references only, bound to prefixes, in a safe order, stopped by refusals, and never shown."""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scanner.credentials.references
from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import GapReason
from scanner.credentials.book import FileBook, read_credentials
from scanner.credentials.credential import (
    AuthProtocol,
    Community,
    CommunityVersion,
    CredentialBook,
    Login,
    PrivProtocol,
    Usm,
)
from scanner.credentials.credential_builder import CredentialProblem
from scanner.credentials.lockout import Breaker
from scanner.credentials.references import Reference, Scheme, Unreadable, parse_reference, resolve
from scanner.credentials.secret import Secret

CANARY = "zephyr-canary-4711"


def nobody(words: str) -> str:
    raise AssertionError(f"asked for {words}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("auth.key", "priv.key", "password", "id_ed25519"):
        path = tmp_path / name
        path.write_text(f"{CANARY}-{name}\nsecond line\n")
        path.chmod(0o600)
    return tmp_path


def book(folder: Path, entries: str, prompt: Callable[[str], str] = nobody) -> FileBook:
    path = folder / "credentials.yaml"
    path.write_text(f"credentials:\n{entries}")
    return read_credentials(path, prompt)


ALL = """\
  - {name: weak, snmp: v1, community: file:password, prefixes: [10.0.0.0/8]}
  - {name: ro, snmp: v2c, community: file:password, prefixes: [10.0.0.0/8, "2001:db8::/32"], sweep: true}
  - {name: open, snmp: v3, user: audit, prefixes: [10.0.0.0/8]}
  - {name: signed, snmp: v3, user: audit, auth: [sha256, file:auth.key], prefixes: [10.0.0.0/8]}
  - {name: v3, snmp: v3, user: me, auth: [sha512, file:auth.key], priv: [aes256, file:priv.key], prefixes: [10.0.0.0/8]}
  - {name: word, ssh: true, user: audit, password: file:password, realm: tacacs-1, prefixes: [10.1.0.0/16]}
  - {name: key, ssh: true, user: audit, key: file:id_ed25519, realm: tacacs-1, prefixes: [10.1.0.0/16]}
"""


def revealed(secret: Secret | None) -> str:
    return "" if secret is None else secret.reveal()


def test_the_safe_order_is_v3_then_ssh_then_communities(folder: Path) -> None:
    assert book(folder, ALL).names("10.1.0.1") == ("v3", "signed", "open", "key", "word", "ro", "weak")


def test_the_names_of_one_probe_leave_the_others_out(folder: Path) -> None:
    found = book(folder, ALL)
    assert found.names("10.1.0.1", "ssh") == ("key", "word")
    assert found.names("10.1.0.1", "snmp") == ("v3", "signed", "open", "ro", "weak")


def test_a_credential_is_offered_inside_its_prefixes_and_nowhere_else(folder: Path) -> None:
    found = book(folder, ALL)
    assert found.names("10.2.0.1", "ssh") == ()
    assert found.names("2001:db8::5") == ("ro",)
    assert found.names("::ffff:10.1.0.1", "ssh") == ("key", "word")
    assert found.names("11.0.0.1") == ()


def test_communities_carry_version_and_sweep(folder: Path) -> None:
    found = book(folder, ALL).communities("10.0.0.1")
    assert [(one.name, one.version, one.sweep, one.community.reveal()) for one in found] == [
        ("ro", CommunityVersion.V2C, True, f"{CANARY}-password"),
        ("weak", CommunityVersion.V1, False, f"{CANARY}-password"),
    ]


def test_usm_users_carry_protocols_and_passwords(folder: Path) -> None:
    first = book(folder, ALL).usm_users("10.0.0.1")[0]
    assert first.auth is not None and first.priv is not None
    assert (first.auth[0], first.auth[1].reveal()) == (AuthProtocol.SHA512, f"{CANARY}-auth.key")
    assert (first.priv[0], first.priv[1].reveal()) == (PrivProtocol.AES256, f"{CANARY}-priv.key")


def test_what_was_accepted_at_an_address_goes_first_there_and_only_there(folder: Path) -> None:
    found = book(folder, ALL)
    found.accepted(found.communities("10.0.0.1")[1], "10.0.0.1")
    found.accepted(found.usm_users("10.0.0.1")[2], "10.0.0.1")
    assert [one.name for one in found.communities("10.0.0.1")] == ["weak", "ro"]
    assert found.names("10.0.0.1") == ("open", "weak", "v3", "signed", "ro")
    assert [one.name for one in found.communities("10.0.0.2")] == ["ro", "weak"]


def test_a_login_goes_through_the_jump_host_with_its_own_key(folder: Path) -> None:
    entry = (
        "  - {name: cli, ssh: true, user: a, key: file:id_ed25519, jump: 'door.example:2222', prefixes: [10.0.0.0/8]}\n"
    )
    jump = book(folder, entry).logins("10.0.0.1")[0].jump
    assert jump is not None
    assert (jump.host, jump.port, jump.login) == (
        "door.example",
        2222,
        Login("cli", "a", key_file=folder / "id_ed25519"),
    )


def test_a_jump_host_may_have_a_login_of_its_own(folder: Path) -> None:
    found = book(
        folder,
        """\
  - {name: door, ssh: true, user: guard, password: file:password, prefixes: [192.0.2.0/24]}
  - name: cli
    ssh: true
    user: audit
    key: file:id_ed25519
    jump: {host: 2001:db8::22, port: 2022, credential: door}
    source_address: 10.9.0.4
    prefixes: [10.0.0.0/8]
""",
    ).logins("10.0.0.1")[0]
    assert found.jump is not None and found.source_address == "10.9.0.4"
    assert (found.jump.host, found.jump.port, found.jump.login.user) == ("2001:db8::22", 2022, "guard")
    assert revealed(found.jump.login.password) == f"{CANARY}-password"


# References


def message(reference: str, folder: Path) -> str:
    parsed = parse_reference(reference)
    assert parsed is not None
    found = resolve(parsed, folder, nobody, "test")
    return found.reveal() if isinstance(found, Secret) else found.problem


def test_env_file_and_cmd_give_the_first_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITSCAN_TEST", CANARY)
    assert message("env:KITSCAN_TEST", folder) == CANARY
    assert message("file:password", folder) == f"{CANARY}-password"
    assert message("cmd:head -n 5 password", folder) == f"{CANARY}-password"


def test_a_command_is_started_without_a_shell(folder: Path) -> None:
    assert message("cmd:echo $HOME > x; echo 'a b'", folder) == "$HOME > x; echo a b"
    assert not (folder / "x").exists()


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("env:KITSCAN_NOT_SET", "the environment variable KITSCAN_NOT_SET is not set"),
        (f"env:{CANARY}", "no environment variable has this name (not shown: it may be a secret)"),
        ("file:missing", "file {folder}/missing cannot be read (No such file or directory)"),
        ("file:open", "file {folder}/open has mode 0640, open to others than its owner"),
        ("file:empty", "file {folder}/empty gives an empty first line"),
        ("file:pipe", "{folder}/pipe is not a regular file"),
        ("file:octets", "file {folder}/octets is not UTF-8"),
        ("cmd:false", "the command false ended with exit code 1"),
        ("cmd:/no-such-folder/tool", "the command /no-such-folder/tool cannot be started (FileNotFoundError)"),
        ("cmd:echo 'open", "the quotes of the command do not match"),
        ("keyring:service", "the keyring reference names no user"),
    ],
)
def test_what_cannot_be_read_says_why(folder: Path, reference: str, problem: str) -> None:
    for name, octets, mode in (("open", b"x", 0o640), ("empty", b"\n", 0o600), ("octets", b"\xff\xfe", 0o600)):
        (folder / name).write_bytes(octets)
        (folder / name).chmod(mode)
    os.mkfifo(folder / "pipe", 0o600)
    assert message(reference, folder) == problem.format(folder=folder)


def test_a_variable_that_is_no_utf_8_is_a_problem(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "KITSCAN_TEST", os.fsdecode(b"caf\xe9"))
    assert message("env:KITSCAN_TEST", folder) == "the value of the environment variable KITSCAN_TEST is not UTF-8"


def test_a_command_that_never_ends_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner.credentials.references, "COMMAND_SECONDS", 0.2)
    assert message("cmd:tail -f /dev/null", folder) == "the command tail took longer than 0 s"


def test_a_command_that_prints_without_end_is_cut(folder: Path) -> None:
    assert message("cmd:yes secret", folder) == "secret"
    assert message("cmd:cat /dev/zero", folder) == "the command cat gives a first line of more than 1,024 characters"


def test_a_missing_keyring_library_names_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    reference = Reference(Scheme.KEYRING, "service/user")
    expected = Unreadable("the keyring library is not installed", "pip install 'kitscan[keyring]'")
    assert resolve(reference, folder, nobody, "test") == expected


def test_a_secret_of_the_keyring_is_read(folder: Path) -> None:
    keyring = pytest.importorskip("keyring")

    class Memory(keyring.backend.KeyringBackend):  # type: ignore[misc, name-defined]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return {("kitscan/lab", "audit"): CANARY}.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None: ...

    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        assert message("keyring:kitscan/lab/audit", folder) == CANARY
        assert message("keyring:kitscan/lab/other", folder) == "the keyring has nothing for kitscan/lab/other"
    finally:
        keyring.set_keyring(before)


def test_a_prompt_is_asked_once_at_first_use_and_says_for_what(folder: Path) -> None:
    asked: list[str] = []

    def answer(words: str) -> str:
        asked.append(words)
        return CANARY

    found = book(
        folder, "  - {name: ro, snmp: v2c, community: 'prompt:lab community', prefixes: [10.0.0.0/8]}\n", answer
    )
    assert (found.names("10.0.0.1"), asked) == (("ro",), [])
    assert [revealed(found.communities("10.0.0.1")[0].community) for _ in range(2)] == [CANARY, CANARY]
    assert asked == ["lab community (ro, community)"]


def test_a_prompt_that_nobody_answers_leaves_the_credential_out(folder: Path) -> None:
    def absent(words: str) -> str:
        raise EOFError

    found = book(folder, "  - {name: ro, snmp: v2c, community: 'prompt:', prefixes: [10.0.0.0/8]}\n", absent)
    assert found.communities("10.0.0.1") == ()
    assert [one.problem for one in found.problems()] == ["nothing was entered at the prompt"]


def test_an_unreadable_secret_is_a_named_problem_and_the_rest_is_offered(folder: Path) -> None:
    (folder / "priv.key").chmod(0o644)
    found = book(folder, ALL)
    assert [one.name for one in found.usm_users("10.0.0.1")] == ["signed", "open"]
    assert found.problems() == (
        CredentialProblem(
            "v3",
            f"file {folder}/priv.key has mode 0644, open to others than its owner",
            f"chmod 600 {folder}/priv.key",
        ),
    )


def test_a_check_reads_every_secret_and_names_each_credential(folder: Path) -> None:
    (folder / "id_ed25519").unlink()
    assert [(name, problem is None) for name, problem in book(folder, ALL).check()] == [
        ("v3", True),
        ("signed", True),
        ("open", True),
        ("key", False),
        ("word", True),
        ("ro", True),
        ("weak", True),
    ]


def test_an_unread_book_names_the_same_and_reads_nothing(folder: Path) -> None:
    entries = f"{ALL}  - {{name: ask, ssh: true, user: a, password: 'prompt:', prefixes: [10.0.0.0/8]}}\n"
    whole = book(folder, entries)
    (folder / "priv.key").unlink()
    (folder / "id_ed25519").unlink()
    unread = whole.unread()
    assert unread.names("10.1.0.1") == whole.names("10.1.0.1")
    assert [one.name for one in unread.logins("10.1.0.1")] == ["key", "word", "ask"]
    assert [revealed(one.auth[1]) for one in unread.usm_users("10.1.0.1") if one.auth] == ["", ""]


def test_a_login_through_an_excluded_host_is_left_out(folder: Path) -> None:
    entries = "".join(
        f"  - {{name: {name}, ssh: true, user: a, key: file:id_ed25519, jump: {host}, prefixes: [10.0.0.0/8]}}\n"
        for name, host in (("by-address", "192.0.2.1"), ("by-name", "door.example"), ("free", "192.0.2.2"))
    )
    found = book(folder, entries).avoiding(lambda host: host == "192.0.2.1", lambda _name: "192.0.2.1")
    assert found.names("10.0.0.1") == ()
    found = book(folder, entries).avoiding(lambda host: host == "192.0.2.1", lambda name: name)
    assert found.names("10.0.0.1") == ("by-name", "free")
    assert [(one.name, one.problem) for one in found.problems()] == [("by-address", "its jump host is excluded")]


# The breaker


def test_one_refusal_stops_a_credential_on_that_device_only(folder: Path) -> None:
    found = book(folder, ALL)
    found.refused(found.usm_users("10.0.0.1")[0], "10.0.0.1")
    assert [one.name for one in found.usm_users("10.0.0.1")] == ["signed", "open"]
    assert [one.name for one in found.usm_users("10.0.0.2")] == ["v3", "signed", "open"]
    assert found.stopped("10.0.0.1") == ("v3",)


def test_two_devices_that_refuse_a_realm_stop_all_of_it_everywhere(folder: Path) -> None:
    found = book(folder, ALL)
    key, word = found.logins("10.1.0.1")
    found.refused(key, "10.1.0.1")
    assert [one.name for one in found.logins("10.1.0.3")] == ["key", "word"]
    found.refused(word, "10.1.0.2")
    assert found.logins("10.1.0.3") == ()
    assert found.usm_users("10.1.0.3") != ()


def test_one_device_that_refuses_twice_does_not_stop_the_realm(folder: Path) -> None:
    found = book(folder, ALL)
    for login in found.logins("10.1.0.1"):
        found.refused(login, "10.1.0.1")
    assert found.logins("10.1.0.1") == ()
    assert [one.name for one in found.logins("10.1.0.2")] == ["key", "word"]


def test_two_passwords_of_one_account_are_counted_together() -> None:
    """An AAA service locks the account after three, whichever password and device they came by."""
    breaker = Breaker(
        {"old": "tacacs-1", "new": "tacacs-1", "other": "tacacs-1"}, {"old": "a", "new": "a", "other": "b"}
    )
    for name in ("old", "new"):
        breaker.refused(name, "10.1.0.1")
    assert [breaker.stopped(name, "10.1.0.2") for name in ("old", "new", "other")] == [True, True, False]


def test_local_accounts_are_never_stopped_elsewhere() -> None:
    breaker = Breaker({})
    for number in range(50):
        breaker.refused("local", f"10.0.0.{number}")
    assert not breaker.stopped("local", "10.0.1.1")


def test_an_unproven_realm_is_tried_on_one_device_at_a_time() -> None:
    breaker = Breaker({"key": "tacacs-1"})
    refusals: list[str] = []

    def session(address: str) -> None:
        with breaker.trial("key", address) as allowed:
            if allowed:
                refusals.append(address)
                breaker.refused("key", address)

    threads = [threading.Thread(target=session, args=(f"10.0.0.{number}",)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 2


def in_flight(breaker: Breaker, devices: int) -> int:
    """How many devices of a realm hold the credential at once, if each waits for the others."""
    ended, holding = threading.Event(), list[int]()

    def session(number: int) -> None:
        with breaker.trial("key", f"10.0.0.{number}"):
            holding.append(number)
            ended.wait(10)

    threads = [threading.Thread(target=session, args=(number,)) for number in range(devices)]
    for thread in threads:
        thread.start()
    threads[-1].join(0.3)
    at_once = len(holding)
    ended.set()
    for thread in threads:
        thread.join()
    return at_once


@pytest.mark.finding(5)
@pytest.mark.parametrize(("refused", "at_once"), [(0, 2), (1, 1)])
def test_as_many_logins_are_in_flight_as_may_still_be_refused(refused: int, at_once: int) -> None:
    breaker = Breaker({"key": "tacacs-1"})
    for number in range(refused):
        breaker.refused("key", f"10.0.2.{number}")
    assert in_flight(breaker, 6) == at_once


@pytest.mark.finding(5)
def test_devices_that_let_everybody_in_prove_nothing(folder: Path) -> None:
    """Before fifty devices of an AAA service that knows the login to be wrong."""
    entries = "  - {name: cli, ssh: true, user: a, password: file:id_ed25519, realm: tac, prefixes: [10.0.0.0/8]}\n"
    found = book(folder, entries)
    for number in range(60):
        (login,) = found.logins(f"10.0.1.{number}")
        with found.trial(login, f"10.0.1.{number}"):
            found.accepted(login, f"10.0.1.{number}")
    trials = [found.trial_now(login, f"10.0.2.{number}") for number in range(50)]
    with ExitStack() as stack:
        begun = [stack.enter_context(trial) for trial in trials if trial is not None]
        assert begun == [True, True]
        for number in range(2):
            found.refused(login, f"10.0.2.{number}")
    assert found.logins("10.0.2.9") == ()


def test_a_jump_host_is_pinned_to_the_address_that_was_compared(folder: Path) -> None:
    entries = "  - {name: far, ssh: true, user: a, key: file:id_ed25519, jump: door.example, prefixes: [10.0.0.0/8]}\n"
    found = book(folder, entries).avoiding(lambda _host: False, {"door.example": "192.0.2.7"}.__getitem__)
    (login,) = found.logins("10.0.0.1")
    assert login.jump is not None
    assert (login.jump.host, login.jump.address) == ("door.example", "192.0.2.7")


def test_a_login_through_a_name_without_an_address_is_left_out_and_named(folder: Path) -> None:
    def unknown(_name: str) -> str:
        raise OSError(-2, "Name or service not known")

    entries = "  - {name: far, ssh: true, user: a, key: file:id_ed25519, jump: door.example, prefixes: [10.0.0.0/8]}\n"
    found = book(folder, entries).avoiding(lambda _host: False, unknown)
    assert found.logins("10.0.0.1") == ()
    assert [(one.name, one.problem) for one in found.problems()] == [("far", "its jump host has no address")]


def test_threads_see_one_credential_and_one_reading_of_its_secret(folder: Path) -> None:
    asked: list[str] = []

    def answer(words: str) -> str:
        asked.append(words)
        return CANARY

    found = book(folder, "  - {name: ro, snmp: v2c, community: 'prompt:', prefixes: [10.0.0.0/8]}\n", answer)
    threads = [threading.Thread(target=found.communities, args=(f"10.0.0.{n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1


# The canary


def test_no_object_of_a_book_shows_a_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITSCAN_TEST", CANARY)
    entries = f"{ALL}  - {{name: cmd, snmp: v2c, community: 'cmd:echo {CANARY}', prefixes: [10.0.0.0/8]}}\n"
    found = book(folder, entries)
    shown = [
        *map(repr, (found, found.problems(), found.check(), Reference(Scheme.CMD, f"echo {CANARY}"))),
        *(repr(kind("10.1.0.1")) for kind in (found.communities, found.usm_users, found.logins)),
        *(str(one) for kind in (found.communities, found.usm_users, found.logins) for one in kind("10.1.0.1")),
        repr(vars(found)),
    ]
    assert [text for text in shown if CANARY in text] == []


LEAKS = [
    f"  - {{name: ro, snmp: v2c, community: {CANARY}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: ro, snmp: v2c, comunity: {CANARY}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: ro, snmp: v2c, community:{CANARY}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: ro, snmp: v2c, community: *{CANARY}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: ro, snmp: v2c, community: !{CANARY} x, prefixes: [10.0.0.0/8]}}\n",
    f'  - {{name: ro, snmp: v2c, community: "\\{CANARY}", prefixes: [10.0.0.0/8]}}\n',
    f"  - {{name: v3, snmp: v3, user: a, auth: [{CANARY}, sha256], prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: v3, snmp: v3, user: a, auth: [sha256, {CANARY}], prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: v3, snmp: v3, user: a, auth: {CANARY}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: v3, snmp: {CANARY}, user: a, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: cli, ssh: {CANARY}, user: a, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: cli, ssh: true, user: a, password: {CANARY}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: cli, ssh: true, user: a, key: {CANARY}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: cli, ssh: true, user: a, key: env:{CANARY}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: cli, ssh: true, user: a, password: env:A, jump: 'a b{CANARY}', prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: cli, ssh: true, user: a, password: env:A, jump: {{host: h, x: {CANARY}}}, prefixes: [10.0.0.0/8]}}\n",
    f"  - {{name: ro, snmp: v2c, community: env:A, prefixes: [{CANARY}]}}\n",
    f"  - {{name: '{CANARY} x', snmp: v2c, community: env:A, prefixes: [10.0.0.0/8]}}\n",
    f"  - {CANARY}\n",
    f"  {CANARY}\n",
    f"  {{{CANARY}: 1, {CANARY}: 2}}\n",
]


def with_locals(error: BaseException) -> str:
    """The whole traceback with the values of every frame but the test's own, which knows the canary."""
    own = error.__traceback__
    assert own is not None
    found = traceback.TracebackException(type(error), error, own.tb_next, capture_locals=True)
    return "".join(found.format())


@pytest.mark.parametrize("entry", LEAKS)
def test_a_secret_written_into_the_file_is_refused_and_not_repeated_anywhere(
    folder: Path, entry: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = folder / "credentials.yaml"
    path.write_text(f"credentials:\n{entry}")
    with pytest.raises(DataFileError) as caught:
        read_credentials(path, nobody)
    assert CANARY not in str(caught.value)
    assert CANARY not in with_locals(caught.value)
    assert CANARY not in caplog.text
    assert "line " in str(caught.value)


@given(
    st.integers(0, 750),
    st.sampled_from(("", " ", "'", '"', "\n", "\n  - ", ": ", "{", "[", "&", "*", "!!", "|\n")),
)
def test_a_secret_pasted_anywhere_into_the_file_is_never_repeated(at: int, before: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "credentials.yaml"
        text = f"credentials:\n{ALL}"
        path.write_text(f"{text[:at]}{before}{CANARY}{text[at:]}")
        try:
            read_credentials(path, nobody)
        except DataFileError as error:
            assert CANARY not in str(error)
            assert CANARY not in with_locals(error)


def test_a_file_that_others_can_write_is_refused(folder: Path) -> None:
    book(folder, ALL)
    (folder / "credentials.yaml").chmod(0o620)
    with pytest.raises(DataFileError, match=r"whole file: its mode 0620 lets others write it; .* chmod 600"):
        read_credentials(folder / "credentials.yaml", nobody)


def test_a_failing_keyring_shows_nothing_of_what_it_held(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")

    def fails(service: str, user: str) -> str:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(keyring, "get_password", fails)
    assert message("keyring:a/b", folder) == "the keyring failed (RuntimeError)"


def accepts(book: CredentialBook) -> CredentialBook:
    return book


def test_a_file_book_is_a_credential_book(folder: Path) -> None:
    found = accepts(book(folder, ALL))
    kinds = [
        type(found.communities("10.1.0.1")[0]),
        type(found.usm_users("10.1.0.1")[0]),
        type(found.logins("10.1.0.1")[0]),
    ]
    assert kinds == [Community, Usm, Login]


def test_an_address_behind_a_jump_host_is_known_without_reading_a_secret(folder: Path) -> None:
    entries = (
        "  - {name: j, ssh: true, user: a, password: cmd:nothing, jump: bastion.example, prefixes: [10.2.0.0/16]}\n"
    )
    jumping = book(folder, ALL + entries)
    assert [jumping.has_jump_host(address) for address in ("10.2.0.1", "10.1.0.1")] == [True, False]


def test_a_command_does_not_inherit_the_variables_that_hold_other_secrets(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RO", CANARY)
    monkeypatch.setenv("AUTH", CANARY)
    monkeypatch.setenv("VAULT_ADDR", "kept")
    entries = """\
  - {name: ro, snmp: v2c, community: "env:RO", prefixes: [10.0.0.0/8]}
  - {name: v3, snmp: v3, user: me, auth: [sha256, "env:AUTH"], prefixes: [10.0.0.0/8]}
  - {name: told, snmp: v1, community: "cmd:sh -c 'echo $RO$AUTH-$VAULT_ADDR'", prefixes: [10.0.0.0/8]}
"""
    (message,) = [one for one in book(folder, entries).communities("10.0.0.1") if one.name == "told"]
    assert revealed(message.community) == "-kept"


def test_withheld_credentials_are_reported_for_an_address_that_accepted_none(folder: Path) -> None:
    entries = """\
  - {name: lost, snmp: v2c, community: file:nowhere, prefixes: [10.0.0.0/8]}
  - {name: word, ssh: true, user: audit, password: file:password, realm: tacacs-1, prefixes: [10.0.0.0/8]}
  - {name: ro, snmp: v2c, community: file:password, prefixes: [10.0.0.9/32]}
"""
    held = book(folder, entries)
    (word,) = held.logins("10.0.0.1")
    for refusing in ("10.0.0.1", "10.0.0.2"):
        held.refused(word, refusing)
    (ro,) = held.communities("10.0.0.9")
    held.accepted(ro, "10.0.0.9")
    message = {gap.at: (gap.probe, gap.reason) for gap in held.withheld_credentials("10.0.0.3")}
    assert message == {
        "credential lost": ("snmp", GapReason.CREDENTIAL_UNREADABLE),
        "credential word": ("ssh", GapReason.CREDENTIAL_STOPPED),
    }
    assert held.withheld_credentials("10.0.0.9") == ()
