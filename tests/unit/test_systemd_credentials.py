"""`credential:NAME`: a secret that systemd gives to a service."""

from pathlib import Path

import pytest

from scanner.credentials.book import read_credentials
from scanner.credentials.references import (
    MAX_OCTETS,
    MAX_SECRET,
    Reference,
    Scheme,
    Unreadable,
    parse_reference,
    resolve,
    secret_file,
)
from scanner.credentials.secret import Secret

CANARY = "canary-7be1f0"


def nobody(words: str) -> str:
    raise EOFError


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of credentials, as systemd names it to a service."""
    folder = tmp_path / "given"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def put(folder: Path, name: str, octets: bytes, mode: int = 0o400) -> None:
    (folder / name).write_bytes(octets)
    (folder / name).chmod(mode)


def read(text: str, folder: Path) -> str:
    """The secret, or the problem."""
    reference = parse_reference(text)
    assert reference is not None
    match resolve(reference, folder, nobody, "test"):
        case Secret() as secret:
            return secret.reveal()
        case Unreadable(problem, next_step):
            assert next_step
            return problem


def test_a_credential_of_the_service_is_read(given: Path, tmp_path: Path) -> None:
    put(given, "snmp.auth", f"{CANARY}\n".encode())
    assert read("credential:snmp.auth", tmp_path) == CANARY


def test_the_right_that_an_access_list_shows_for_the_group_is_no_fault(given: Path, tmp_path: Path) -> None:
    """systemd gives the service's user the right to read by an access list, whose mask stands where the group's right
    does."""
    put(given, "key", CANARY.encode(), 0o440)
    assert read("credential:key", tmp_path) == CANARY
    put(tmp_path, "elsewhere", CANARY.encode(), 0o440)
    assert "open to others" in read("file:elsewhere", tmp_path)


@pytest.mark.parametrize(
    ("name", "octets", "mode", "problem"),
    [
        ("open", b"x", 0o444, "open to others than its owner"),
        ("empty", b"", 0o400, "gives an empty first line"),
        ("octets", b"\xff\xfe", 0o400, "is not UTF-8"),
        ("long", b"x" * (MAX_SECRET + 1), 0o400, "a first line of more than 1,024 characters"),
        ("huge", b"x" * (MAX_OCTETS + 9), 0o400, "a first line of more than 1,024 characters"),
    ],
)
def test_what_is_no_secret_says_why(
    given: Path, tmp_path: Path, name: str, octets: bytes, mode: int, problem: str
) -> None:
    put(given, name, octets, mode)
    assert problem in read(f"credential:{name}", tmp_path)


def test_a_credential_that_the_service_was_not_given_is_named(given: Path, tmp_path: Path) -> None:
    assert read("credential:none", tmp_path) == "the systemd service was given no credential none"


def test_outside_of_a_service_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert read("credential:key", tmp_path) == (
        "credential:key is there only inside a systemd service (CREDENTIALS_DIRECTORY is not set)"
    )


@pytest.mark.parametrize("name", ["../key", ".", "..", "a/b", f"{CANARY}!", "a b", "x" * 256])
def test_a_name_that_none_can_have_is_not_repeated(given: Path, tmp_path: Path, name: str) -> None:
    put(given.parent, "key", b"stolen")
    problem = read(f"credential:{name}", tmp_path)
    assert problem == "no systemd credential has this name (not shown: it may be a secret)"


def test_a_private_key_may_be_a_credential(given: Path, tmp_path: Path) -> None:
    put(given, "id", b"-----BEGIN OPENSSH PRIVATE KEY-----\n", 0o440)
    assert secret_file(Reference(Scheme.CREDENTIAL, "id"), tmp_path) == given / "id"
    entry = "credentials:\n  - {name: cli, ssh: true, user: audit, key: 'credential:KEY', prefixes: [10.0.0.0/8]}\n"
    for name, file in (("id", given / "id"), ("none", None)):
        path = tmp_path / f"{name}.yaml"
        path.write_text(entry.replace("KEY", name))
        path.chmod(0o600)
        book = read_credentials(path, nobody)
        logins = book.logins("10.0.0.1")
        assert [login.key_file for login in logins] == ([file] if file else [])
        assert len(book.problems()) == (file is None)
