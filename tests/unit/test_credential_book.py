"""What the book does besides handing out: what it withholds, knows, warns of, and refuses to read."""

import os
import pickle
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

import scanner.credentials.file
import scanner.credentials.references
from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.book import FileBook, read_credentials
from scanner.credentials.credential import PrivProtocol
from scanner.credentials.file import CommunityEntry, read_entries, reference_of, secret_references
from scanner.credentials.lockout import Breaker
from scanner.credentials.references import (
    MAX_SECRET,
    Reference,
    Scheme,
    Unreadable,
    check_private,
    parse_reference,
    resolve,
)
from scanner.credentials.secret import Secret
from scanner.credentials.secret_search import Strength

CANARY = "zephyr-canary-4711"
HOST = "10.0.0.1"


def nobody(words: str) -> str:
    raise AssertionError(f"asked for {words}")


def secret_file(folder: Path, name: str, text: str = CANARY) -> Path:
    path = folder / name
    path.write_text(f"{text}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def written(folder: Path, *entries: str) -> Path:
    path = folder / "credentials.yaml"
    path.write_text("credentials:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries), encoding="utf-8")
    return path


def book(folder: Path, *entries: str) -> FileBook:
    for name in ("ro", "rw", "auth", "priv", "word", "key", "phrase"):
        secret_file(folder, name, f"{CANARY}-{name}")
    return read_credentials(written(folder, *entries), nobody)


RO = "name: ro, snmp: v2c, community: file:ro, prefixes: [10.0.0.0/8]"
WEAK = "name: weak, snmp: v1, community: file:rw, prefixes: [10.0.0.0/16]"
V3 = "name: v3, snmp: v3, user: me, auth: [sha256, file:auth], prefixes: [10.0.0.0/24]"
WORD = "name: word, ssh: true, user: audit, password: file:word, realm: aaa, prefixes: [10.0.0.0/8]"
KEY = "name: key, ssh: true, user: audit, key: file:key, passphrase: file:phrase, realm: aaa, prefixes: [10.0.0.0/8]"


# No community where only SNMPv3 may go


def test_no_community_is_offered_where_a_user_must_not_be_downgraded_and_each_is_a_gap(tmp_path: Path) -> None:
    found = book(tmp_path, RO, WEAK, f"{V3}, downgrade: never", WORD)
    assert found.names(HOST) == ("v3", "word")
    assert found.communities(HOST) == ()
    assert found.names("10.0.1.1") == ("word", "ro", "weak")
    gaps = found.withheld_credentials(HOST)
    assert [(gap.probe, gap.at, gap.reason) for gap in gaps] == [
        ("snmp", "credential ro", GapReason.NO_CREDENTIAL),
        ("snmp", "credential weak", GapReason.NO_CREDENTIAL),
    ]
    assert found.withheld_credentials("10.0.1.1") == ()


def test_a_user_without_that_word_leaves_the_communities(tmp_path: Path) -> None:
    assert book(tmp_path, RO, V3).names(HOST) == ("v3", "ro")


def test_where_a_credential_was_accepted_nothing_was_withheld(tmp_path: Path) -> None:
    found = book(tmp_path, RO, f"{V3}, downgrade: never")
    found.accepted(found.usm_users(HOST)[0], HOST)
    assert found.withheld_credentials(HOST) == ()
    assert found.withheld_credentials("10.0.0.2") != ()


def test_a_stopped_and_an_unreadable_credential_are_named_where_they_are_bound(tmp_path: Path) -> None:
    found = book(tmp_path, RO, WEAK, WORD)
    (tmp_path / "rw").unlink()
    assert [one.name for one in found.communities(HOST)] == ["ro"]
    found.refused(found.communities(HOST)[0], HOST)
    assert found.withheld_credentials(HOST) == (
        Gap("snmp", "credential ro", GapReason.CREDENTIAL_STOPPED, "it was refused before"),
        Gap(
            "snmp",
            "credential weak",
            GapReason.CREDENTIAL_UNREADABLE,
            f"file {tmp_path}/rw cannot be read (No such file or directory)",
        ),
    )
    assert found.withheld_credentials("10.9.0.1") == ()


# The secrets that a device may repeat


def known(found: FileBook, address: str) -> set[str]:
    return {secret.reveal() for secret in found.secrets_known_at(address)}


def test_the_secrets_that_a_device_may_know_are_those_bound_to_it_and_those_read_so_far(tmp_path: Path) -> None:
    found = book(tmp_path, RO, WEAK, V3, WORD, KEY)
    assert known(found, "192.0.2.1") == set()
    assert known(found, "10.9.0.1") == {f"{CANARY}-ro", f"{CANARY}-word", f"{CANARY}-phrase"}
    assert known(found, HOST) == {f"{CANARY}-{name}" for name in ("ro", "rw", "auth", "word", "phrase")}
    assert known(found, "192.0.2.1") == known(found, HOST)


def test_what_has_no_address_is_searched_for_what_was_read(tmp_path: Path) -> None:
    found = book(tmp_path, RO)
    assert known(found, "") == set()
    found.communities(HOST)
    assert known(found, "") == {f"{CANARY}-ro"}


def test_each_secret_is_read_once_and_no_person_is_asked_for_the_search(tmp_path: Path) -> None:
    asked = "name: ask, snmp: v2c, community: 'prompt:', prefixes: [10.0.0.0/8]"
    found = book(tmp_path, RO, asked)
    for _ in range(3):
        assert [secret.reveal() for secret in found.secrets_known_at(HOST)] == [f"{CANARY}-ro"]


def test_the_secret_of_the_jump_hosts_login_is_known_behind_it(tmp_path: Path) -> None:
    door = "name: door, ssh: true, user: a, password: file:rw, prefixes: [192.0.2.0/24]"
    through = (
        "name: in, ssh: true, user: a, key: file:key, jump: {host: 192.0.2.9, credential: door}, prefixes: [10.0.0.0/8]"
    )
    assert known(book(tmp_path, door, through), HOST) == {f"{CANARY}-rw"}


def test_a_book_without_forbidden_jump_hosts_still_knows_what_was_read_and_refused(tmp_path: Path) -> None:
    through = "name: in, ssh: true, user: a, key: file:key, jump: 192.0.2.9, prefixes: [10.0.0.0/8]"
    whole = book(tmp_path, RO, WORD, through)
    whole.refused(whole.communities(HOST)[0], HOST)
    left = whole.avoiding(lambda _host: False, lambda name: name)
    assert left.names(HOST) == ("in", "word")
    assert known(left, "192.0.2.200") == {f"{CANARY}-ro"}
    left.refused(left.logins(HOST)[1], HOST)
    assert whole.stopped(HOST) == ("word", "ro")


def test_the_warnings_are_of_secrets_that_cannot_be_struck_out_anywhere(tmp_path: Path) -> None:
    found = book(tmp_path, RO, WEAK, V3)
    secret_file(tmp_path, "rw", "public")
    secret_file(tmp_path, "auth", "summer")
    assert found.easily_guessed() == ()
    found.check()
    assert found.easily_guessed() == (("v3", Strength.WORD), ("weak", Strength.NEVER))


def test_a_credential_with_two_secrets_is_warned_of_by_the_weaker(tmp_path: Path) -> None:
    both = "name: v3, snmp: v3, user: me, auth: [sha256, file:auth], priv: [aes128, file:priv], prefixes: [10.0.0.0/8]"
    found = book(tmp_path, both)
    secret_file(tmp_path, "auth", "summer")
    secret_file(tmp_path, "priv", "public")
    (user,) = found.usm_users(HOST)
    assert user.priv is not None and user.priv[0] is PrivProtocol.AES128
    assert found.easily_guessed() == (("v3", Strength.NEVER),)


def test_a_secret_that_was_read_for_the_search_is_not_read_again_to_be_offered(tmp_path: Path) -> None:
    found = book(tmp_path, RO)
    assert known(found, HOST) == {f"{CANARY}-ro"}
    (tmp_path / "ro").unlink()
    assert [one.community.reveal() for one in found.communities(HOST)] == [f"{CANARY}-ro"]


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="a secret is not pickled"):
        pickle.dumps(Secret(CANARY))


def test_a_login_through_no_jump_host_stays_where_one_is_excluded(tmp_path: Path) -> None:
    through = "name: in, ssh: true, user: a, key: file:key, jump: 192.0.2.9, prefixes: [10.0.0.0/8]"
    found = book(tmp_path, WORD, through).avoiding(lambda host: host == "192.0.2.9", lambda name: name)
    assert found.names(HOST) == ("word",)


# Prefixes, trials


def test_the_prefixes_are_those_of_every_entry_in_the_order_of_offering(tmp_path: Path) -> None:
    assert [str(prefix) for prefix in book(tmp_path, RO, V3, WORD).prefixes] == [
        "10.0.0.0/24",
        "10.0.0.0/8",
        "10.0.0.0/8",
    ]


def test_the_book_holds_a_login_back_that_its_realm_stopped(tmp_path: Path) -> None:
    found = book(tmp_path, WORD, KEY)
    key, word = found.logins(HOST)
    with found.trial(word, HOST) as allowed:
        assert allowed
        found.refused(word, HOST)
    with found.trial(word, HOST) as allowed:
        assert not allowed
    found.refused(key, "10.0.0.2")
    with found.trial(key, "10.0.0.3") as allowed:
        assert not allowed


def test_a_login_without_a_realm_waits_for_nobody() -> None:
    breaker = Breaker({})
    with breaker.trial("local", HOST) as first, breaker.trial("local", "10.0.0.2") as second:
        assert (first, second) == (True, True)
    breaker.refused("local", HOST)
    with breaker.trial("local", HOST) as third, breaker.trial("local", "10.0.0.2") as fourth:
        assert (third, fourth) == (False, True)


@pytest.mark.parametrize(("refused", "at_once"), [(0, 2), (1, 1)])
def test_as_many_logins_are_in_flight_as_may_still_be_refused(refused: int, at_once: int) -> None:
    breaker = Breaker({"key": "aaa", "other": "bbb"})
    for number in range(refused):
        breaker.refused("key", f"10.0.2.{number}")
    with ExitStack() as stack:
        for number in range(at_once):
            trial = breaker.trial_now("key", f"10.0.0.{number}")
            assert trial is not None and stack.enter_context(trial)
        assert breaker.trial_now("key", "10.0.0.9") is None
        assert breaker.trial_now("other", "10.0.0.9") is not None
    assert breaker.trial_now("key", "10.0.0.9") is not None


def test_a_stopped_login_waits_for_nobody_and_is_told_so() -> None:
    breaker = Breaker({"key": "aaa"})
    for device in ("10.0.0.8", "10.0.0.9"):
        breaker.refused("key", device)
    for trial in (breaker.trial_now("key", HOST), breaker.trial("key", HOST)):
        assert trial is not None
        with trial as allowed:
            assert not allowed
    local = Breaker({}).trial_now("local", HOST)
    assert local is not None
    with local as allowed:
        assert allowed


def test_whoever_watches_hears_of_each_refusal_but_not_of_those_of_an_earlier_part(tmp_path: Path) -> None:
    found, heard = book(tmp_path, RO, WORD), list[tuple[str, str]]()
    found.watch_refusals(lambda name, address: heard.append((name, address)))
    found.recall_refusals([("word", "10.0.0.7"), ("word", HOST)])
    assert (heard, found.names(HOST)) == ([], ("ro",))
    found.refused(found.communities(HOST)[0], HOST)
    assert (heard, found.names(HOST)) == ([("ro", HOST)], ())


def test_a_login_that_waited_is_told_that_its_realm_was_stopped_meanwhile() -> None:
    breaker, told = Breaker({"key": "aaa"}, {"key": "audit"}), list[bool]()

    def second() -> None:
        with breaker.trial("key", "10.0.0.2") as allowed:
            told.append(allowed)

    breaker.refused("key", "10.0.0.8")
    thread = threading.Thread(target=second)
    with breaker.trial("key", HOST):
        thread.start()
        breaker.refused("key", "10.0.0.9")
        thread.join(20)
    assert told == [False]


# What a file may hold


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (["name: v3, snmp: v3, user: a, priv: [aes128, env:P], prefixes: [10.0.0.0/8]"], "priv without auth"),
        (["name: in, ssh: true, user: a, prefixes: [10.0.0.0/8]"], "neither key nor password"),
        (
            ["name: in, ssh: true, user: a, password: env:P, passphrase: env:Q, prefixes: [10.0.0.0/8]"],
            "passphrase without key",
        ),
        ([RO, WEAK, RO], "line 4, entry 3: the name ro is used twice"),
        (
            [f"{WORD}, jump: {{host: a.example, credential: nowhere}}"],
            "line 2, entry 1, key jump.credential: cannot be used to jump",
        ),
        (
            [f"{WORD}, jump: {{host: a.example, credential: key}}", f"{KEY}, jump: b.example"],
            "line 2, entry 1, key jump.credential: cannot be used to jump",
        ),
        ([f"{WORD}, jump: {{host: a.example, credential: ro}}", RO], "cannot be used to jump"),
        ([f"{WORD}, source_address: here"], "an IP address of this machine"),
        ([f"{WORD}, jump: 192.0.2.0/24"], "a host name or an address, with :port where it is not 22"),
        ([f"{WORD}, jump: {{host: a.example, port: 65536}}"], "less than or equal to 65535"),
        ([f"{WORD}, jump: {{host: a.example, port: 0}}"], "greater than or equal to 1"),
        (["name: ro, snmp: v2c, community: 5, prefixes: [10.0.0.0/8]"], "is no text (not shown: it may be a secret)"),
        (["name: ro, snmp: v2c, community: env:A, prefixes: []"], "at least 1 item"),
        (["name: ro, snmp: v2c, community: env:A, prefixes: [10.0.0.1/8]"], "without address bits beyond its prefix"),
        (["name: ro, snmp: v2c, ssh: true, community: env:A, prefixes: [10.0.0.0/8]"], "neither snmp nor ssh, or both"),
        (["name: ro, snmp: v2c, comunity: env:A, prefixes: [10.0.0.0/8]"], "community?"),
        (["name: ro, snmp: v2c, prefixes: [10.0.0.0/8]"], "community is missing"),
        ([f"{RO}, sweep: 'yes'"], "key sweep: is not what belongs there"),
        ([f"{WORD}, jump: {{host: a.example, port: '22'}}"], "key jump.port: is not what belongs there"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_at_its_place(
    tmp_path: Path, entries: list[str], message: str
) -> None:
    with pytest.raises(DataFileError) as refused:
        read_entries(written(tmp_path, *entries))
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "entry",
    [
        f"{WORD}, jump: {{host: a.example, port: 65535}}",
        f"{WORD}, jump: {{host: a.example, port: 1}}",
        f"{WORD}, jump: '[2001:db8::1]:2222'",
        f"{WORD}, source_address: '2001:db8::1'",
        "name: v3, snmp: v3, user: a, auth: [md5, env:A], priv: [des, env:P], prefixes: [10.0.0.0/8]",
    ],
)
def test_what_a_file_may_hold_is_read(tmp_path: Path, entry: str) -> None:
    assert len(read_entries(written(tmp_path, entry))) == 1


def test_two_logins_may_jump_through_one_that_does_not(tmp_path: Path) -> None:
    jumping = [f"{WORD.replace('word,', f'w{n},')}, jump: {{host: a.example, credential: key}}" for n in (1, 2)]
    assert len(read_entries(written(tmp_path, *jumping, KEY))) == 3


def test_a_jump_without_a_port_goes_to_22(tmp_path: Path) -> None:
    for text, expected in (("a.example", ("a.example", 22)), ("192.0.2.1:23", ("192.0.2.1", 23))):
        (login,) = book(tmp_path, f"{WORD}, jump: '{text}'").logins(HOST)
        assert login.jump is not None and (login.jump.host, login.jump.port) == expected


def test_a_login_whose_jump_hosts_login_cannot_be_read_is_a_problem_of_its_own_name(tmp_path: Path) -> None:
    door = "name: door, ssh: true, user: a, password: file:gone, prefixes: [192.0.2.0/24]"
    found = book(tmp_path, door, f"{WORD}, jump: {{host: a.example, credential: door}}")
    assert found.logins(HOST) == ()
    assert [(one.name, one.problem.partition(" ")[0]) for one in found.problems()] == [("word", "file")]


def stale(_path: Path) -> None:
    raise OSError(116, "Stale file handle")


def test_a_file_that_is_not_there_or_holds_something_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataFileError, match=r"cannot be read|no file"):
        read_entries(tmp_path / "missing.yaml")
    path = tmp_path / "credentials.yaml"
    path.write_text("credentials: []\n", encoding="utf-8")
    with monkeypatch.context() as patched, pytest.raises(DataFileError, match=r"cannot be read \(Stale file handle\)"):
        patched.setattr(scanner.credentials.file, "read_tree", stale)
        read_entries(path)
    for text in ("zones: []\n", "- a\n", "credentials: 5\n", "credentials: []\nzones: []\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataFileError, match="is not a credentials file"):
            read_entries(path)


@pytest.mark.parametrize(("mode", "refused"), [(0o600, False), (0o644, False), (0o620, True), (0o602, True)])
def test_only_a_file_that_nobody_else_can_write_is_read(tmp_path: Path, mode: int, refused: bool) -> None:
    path = written(tmp_path, RO)
    path.chmod(mode)
    if refused:
        with pytest.raises(DataFileError, match=f"its mode {mode:04o} lets others write it"):
            read_entries(path)
    else:
        assert [entry.name for entry in read_entries(path)] == ["ro"]


def test_twenty_mistakes_are_named_at_once(tmp_path: Path) -> None:
    wrong = [f"name: n{number}, snmp: v2c, prefixes: [10.0.0.0/8]" for number in range(25)]
    with pytest.raises(DataFileError) as refused:
        read_entries(written(tmp_path, *wrong))
    assert len(refused.value.flaws) == 20


@pytest.mark.parametrize(
    ("entry", "flaws"),
    [
        ("name: ro, snmp: v2c, community: env:A, prefixes: [nowhere]", 1),
        ("name: ro, snmp: v2c, community: wrong, prefixes: []", 2),
        ("name: ro, snmp: v2c, community: wrong, prefixes: [nowhere, here]", 3),
    ],
)
def test_each_mistake_is_named_once(tmp_path: Path, entry: str, flaws: int) -> None:
    with pytest.raises(DataFileError) as refused:
        read_entries(written(tmp_path, entry))
    assert len(refused.value.flaws) == flaws


def test_an_entry_that_was_never_checked_holds_no_reference() -> None:
    entry = CommunityEntry.model_construct(name="ro", snmp="v2c", community=CANARY, prefixes=("10.0.0.0/8",))
    assert [key for key, _ in secret_references(entry)] == ["community"]
    with pytest.raises(DataFileError, match="holds no reference") as refused:
        reference_of(entry.community)
    assert CANARY not in str(refused.value)


# References


@pytest.mark.parametrize("text", [CANARY, "env:", "env: ", "file:", "cmd:", "keyring:", "vault:a", ":a", ""])
def test_what_is_no_reference_is_taken_for_a_secret(text: str) -> None:
    assert parse_reference(text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [("env:A", "env:A"), ("prompt:", "prompt:"), ("file: a b ", "file:a b"), ("cmd:pass show x", "cmd:pass ...")],
)
def test_a_reference_shows_where_a_secret_is_and_not_what_a_command_was_given(text: str, shown: str) -> None:
    assert str(parse_reference(text)) == repr(parse_reference(text)) == shown


def read(text: str, folder: Path) -> Secret | Unreadable:
    reference = parse_reference(text)
    assert reference is not None
    return resolve(reference, folder, nobody, "test")


@pytest.mark.parametrize(("length", "is_read"), [(MAX_SECRET, True), (MAX_SECRET + 1, False)])
def test_a_secret_has_so_many_characters_at_most(tmp_path: Path, length: int, is_read: bool) -> None:
    secret_file(tmp_path, "long", "x" * length)
    assert isinstance(read("file:long", tmp_path), Secret) is is_read


def test_a_prompt_names_what_it_is_for_and_an_empty_answer_is_none(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(words: str) -> str:
        asked.append(words)
        return "" if len(asked) > 1 else CANARY

    reference = Reference(Scheme.PROMPT, "")
    first, second = (resolve(reference, tmp_path, answer, "ro, community") for _ in range(2))
    assert isinstance(first, Secret) and first.reveal() == CANARY
    assert second == Unreadable("nothing was entered at the prompt", "run it in a terminal, or use env: or file:")
    assert asked == ["secret (ro, community)"] * 2


def test_a_file_that_goes_away_after_it_was_looked_at_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = secret_file(tmp_path, "word")
    status = path.stat()
    path.unlink()
    monkeypatch.setattr(Path, "stat", lambda _self, **_: status)
    assert read("file:word", tmp_path) == Unreadable(
        f"file {path} cannot be read (No such file or directory)", "put it there, or correct the path"
    )


def test_a_file_that_was_changed_for_another_after_it_was_looked_at_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, shared = secret_file(tmp_path, "private"), secret_file(tmp_path, "shared")
    status = private.stat()
    shared.chmod(0o644)
    monkeypatch.setattr(Path, "stat", lambda _self, **_: status)
    refused = read("file:shared", tmp_path)
    assert isinstance(refused, Unreadable) and "mode 0644" in refused.problem


@pytest.mark.parametrize(
    ("mode", "is_private"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o601, False)]
)
def test_a_secret_is_read_only_by_its_owner(tmp_path: Path, mode: int, is_private: bool) -> None:
    path = secret_file(tmp_path, "word")
    path.chmod(mode)
    assert (check_private(path) is None) is is_private


@pytest.mark.parametrize("reference", ["keyring:/user", "keyring:service/", "keyring:service"])
def test_a_keyring_needs_a_service_and_a_user(tmp_path: Path, reference: str) -> None:
    assert read(reference, tmp_path) == Unreadable("the keyring reference names no user", "write keyring:SERVICE/USER")


def test_a_keyring_service_may_hold_a_slash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def get_password(service: str, user: str) -> str:
        asked.append((service, user))
        return CANARY

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get_password))
    found = read("keyring:kitscan/lab/audit", tmp_path)
    assert isinstance(found, Secret) and found.reveal() == CANARY
    assert asked == [("kitscan/lab", "audit")]


def test_a_command_that_closes_its_output_and_goes_on_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner.credentials.references, "COMMAND_SECONDS", 0.3)
    found = read("cmd:sh -c 'echo word; exec >&-; exec sleep 60'", tmp_path)
    assert isinstance(found, Unreadable) and "took longer than" in found.problem


def test_a_command_that_prints_in_pieces_is_read_to_its_end(tmp_path: Path) -> None:
    found = read("cmd:sh -c 'printf ab; sleep 0.05; echo cd; echo ef'", tmp_path)
    assert isinstance(found, Secret) and found.reveal() == "abcd"


def test_a_process_without_an_output_gives_nothing() -> None:
    process = SimpleNamespace(stdout=None)
    assert scanner.credentials.references._output(process) == b""  # type: ignore[arg-type]


def test_a_command_runs_where_the_credentials_are_and_sees_no_input(tmp_path: Path) -> None:
    found = read("cmd:sh -c 'pwd; cat'", tmp_path)
    assert isinstance(found, Secret) and found.reveal() == os.path.realpath(tmp_path)


USER = "snmp: v3, auth: [sha256, file:auth], prefixes: [10.0.0.0/24]"


@pytest.mark.parametrize(
    ("entry", "may"),
    [
        (f"name: local, user: audit, {USER}", True),
        (f"name: central, user: audit, realm: tacacs, {USER}", False),  # two refusals anywhere stop it everywhere
        ("name: asked, snmp: v2c, community: 'prompt:', prefixes: [10.0.0.0/24]", False),  # a person is asked once
        (WORD, True),
    ],
)
def test_another_process_may_ask_whom_only_credentials_of_the_device_itself_are_bound_to(
    tmp_path: Path, entry: str, may: bool
) -> None:
    read = book(tmp_path, RO, entry)
    assert [read.may_be_asked_apart(address) for address in ("10.0.0.1", "10.9.0.1")] == [may, True]


def test_what_another_process_offered_counts_as_if_this_one_had(tmp_path: Path) -> None:
    read = book(tmp_path, RO, f"name: audit, user: audit, {USER}")
    refused: list[tuple[str, str]] = []
    read.watch_refusals(lambda name, address: refused.append((name, address)))
    read.note_refused("audit", HOST)
    read.note_accepted("ro", HOST)
    assert (refused, read.stopped(HOST)) == ([("audit", HOST)], ("audit",))
    assert (read.accepted_at(HOST), read.working(HOST)) == (("ro",), (("snmp", "ro"),))
    assert read.withheld_credentials(HOST) == ()
