"""The file of known hosts: trust on first use, every change reported, a damaged file refused."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fingerprints.model import input_file
from fingerprints.model.errors import DataFileError
from scanner.protocols.ssh.host_keys import HostKey, HostKeyChange, HostKeys, host_name

KEY = HostKey("ssh-ed25519", b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00 " + b"k" * 32)
OTHER = HostKey("ssh-ed25519", b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00 " + b"o" * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "known_hosts"


def test_the_first_key_is_trusted_and_still_known_to_the_next_run(path: Path) -> None:
    assert HostKeys(path).check("192.0.2.1", KEY) is None
    assert HostKeys(path).check("192.0.2.1", KEY) is None
    assert HostKeys(path).kind_of("192.0.2.1") == "ssh-ed25519"
    assert len(path.read_text().splitlines()) == 1


def test_a_changed_key_is_reported_with_its_place_and_not_stored(path: Path) -> None:
    keys = HostKeys(path)
    keys.check("192.0.2.9", OTHER)
    keys.check("192.0.2.1", KEY)
    assert keys.check("192.0.2.1", OTHER) == HostKeyChange(KEY, f"{path} line 2")
    assert HostKeys(path).check("192.0.2.1", KEY) is None


def test_the_file_and_its_folder_are_the_owners_alone(path: Path) -> None:
    HostKeys(path).check("192.0.2.1", KEY)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_many_threads_write_whole_lines(path: Path) -> None:
    keys = HostKeys(path)
    hosts = [f"192.0.2.{n % 100}" for n in range(400)]
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda host: keys.check(host, KEY), hosts)) == {None}
    assert sorted(line.split()[0] for line in path.read_text().splitlines()) == sorted(set(hosts))


def test_a_line_cut_off_by_a_crash_is_replaced_and_spoils_no_other(path: Path) -> None:
    HostKeys(path).check("192.0.2.1", KEY)
    with path.open("a") as file:
        file.write("192.0.2.2 ssh-ed255")
    assert HostKeys(path).check("192.0.2.3", KEY) is None
    assert [line.split()[0] for line in path.read_text().splitlines()] == ["192.0.2.1", "192.0.2.3"]


def test_a_damaged_line_is_an_error_that_names_it(path: Path) -> None:
    HostKeys(path).check("192.0.2.1", KEY)
    path.write_text(path.read_text() + "192.0.2.2 ssh-ed25519 %%%\n")
    with pytest.raises(DataFileError, match="line 2: is not a host key"):
        HostKeys(path).check("192.0.2.1", KEY)


def test_a_folder_that_cannot_be_written_is_an_error_and_no_trust(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFileError):
        HostKeys(tmp_path / "file" / "known_hosts").check("192.0.2.1", KEY)


def test_ssh_keygen_finds_and_prints_the_same(path: Path) -> None:
    HostKeys(path).check(host_name("192.0.2.1", 2222), KEY)
    found = subprocess.run(
        ["ssh-keygen", "-l", "-F", "[192.0.2.1]:2222", "-f", str(path)], capture_output=True, text=True, check=True
    )
    assert KEY.fingerprint in found.stdout


@pytest.mark.parametrize(
    ("address", "port", "via", "name"),
    [
        ("192.0.2.1", 22, "", "192.0.2.1"),
        ("2001:db8::1", 2222, "", "[2001:db8::1]:2222"),
        ("10.0.0.1", 22, "bastion.example", "10.0.0.1@bastion.example"),
    ],
)
def test_a_host_is_named_as_openssh_does_and_apart_behind_each_jump_host(
    address: str, port: int, via: str, name: str
) -> None:
    assert host_name(address, port, via) == name


def test_a_file_that_cannot_be_trusted_is_reported_before_a_scan(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("192.0.2.1 ssh-ed25519 no-base64!\n")
    with pytest.raises(DataFileError, match="line 1"):
        HostKeys(path).check_file()


@pytest.mark.finding(18)
def test_what_has_no_end_or_never_begins_is_no_file_of_host_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input_file, "PIPE_SECONDS", 0.2)
    os.mkfifo(tmp_path / "fifo")
    with (tmp_path / "big").open("wb") as big:
        big.truncate(100 * 1024 * 1024)
    for path, what in (
        (Path("/dev/zero"), "a character device"),
        (tmp_path / "fifo", "did not come to its end"),
        (tmp_path / "big", "at most"),
    ):
        with pytest.raises(DataFileError, match=what):
            HostKeys(path).check_file()
