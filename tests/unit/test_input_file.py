"""Whatever a user names as a file, reading it ends soon, in its text or in an error with a next step."""

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fingerprints.database.yaml_file import MAX_VALUES, read_tree
from fingerprints.model import input_file
from fingerprints.model.errors import DataFileError
from fingerprints.model.input_file import octets_of, read_octets, read_text_file

NOBODY = 65_534
MEGABYTE = 1024 * 1024


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_file, "PIPE_SECONDS", 0.2)


def refusal(path: Path, limit: int = 10) -> str:
    with pytest.raises(DataFileError) as caught:
        read_octets(path, limit)
    assert str(caught.value).startswith(f"{path}: whole file: ")
    assert "\nNext: " in str(caught.value)
    return caught.value.flaws[0].problem


def made_folder(path: Path) -> None:
    path.mkdir()


def made_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def made_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.finding(18)
@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (made_folder, "is a folder"),
        (made_socket, "is a socket"),
        (made_loop, "cannot be read (Too many levels of symbolic links)"),
        (lambda path: path.symlink_to("/dev/zero"), "is a character device"),
        (lambda path: path.symlink_to("/dev/tty"), "is a character device"),
        (lambda path: path.write_bytes(b"12345678901"), "holds 11 bytes"),
        (lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 40), "holds 1,099,511,627,776 bytes"),
        (lambda path: None, "cannot be read (No such file or directory)"),
    ],
)
def test_what_is_no_file_of_a_fair_size_is_refused(
    make: Callable[[Path], object], problem: str, tmp_path: Path
) -> None:
    make(tmp_path / "named")
    assert refusal(tmp_path / "named") == problem


def test_a_name_that_no_file_can_have_is_refused() -> None:
    assert refusal(Path("a\0b")) == "cannot be read (embedded null byte)"


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "named").write_bytes(b"x")
    (tmp_path / "named").chmod(0)
    user = os.geteuid()
    os.seteuid(user or NOBODY)  # root reads every file
    try:
        assert refusal(tmp_path / "named") == "cannot be read (Permission denied)"
    finally:
        os.seteuid(user)


def test_the_null_device_is_an_empty_file() -> None:
    assert read_octets(Path(os.devnull), 0) == b""


def test_a_file_whose_size_is_stated_as_0_is_read_to_its_limit() -> None:
    assert Path("/proc/self/status").stat().st_size == 0
    assert read_octets(Path("/proc/self/status"), MEGABYTE).startswith(b"Name:")
    assert refusal(Path("/proc/self/status")) == "holds more than 10 bytes"


def test_a_file_that_grows_while_it_is_read_is_read_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * MEGABYTE)
    read = 0
    with pytest.raises(DataFileError, match="holds more than 3,145,728 bytes"), (tmp_path / "log").open("ab") as log:
        for block in octets_of(tmp_path / "log", 3 * MEGABYTE):
            read += len(block)
            log.write(b"x" * MEGABYTE)
            log.flush()
    assert read == 3 * MEGABYTE


@pytest.mark.finding(18)
@pytest.mark.usefixtures("impatient")
def test_a_pipe_that_nobody_writes_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe") == "is a pipe that did not come to its end in 0 s"


@pytest.mark.finding(18)
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("said", [b"", b"beginning"])
def test_a_pipe_whose_writer_never_ends_is_not_waited_for(said: bytes) -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, said)
        assert refusal(Path(f"/dev/fd/{reading}")) == "is a pipe that did not come to its end in 0 s"
    finally:
        os.close(reading)
        os.close(writing)


def test_a_pipe_that_ends_is_read_whole() -> None:
    """A shell's `<(command)` is /dev/fd/63, and the command may still be writing."""
    reading, writing = os.pipe()

    def write() -> None:
        for _ in range(3):
            time.sleep(0.02)
            os.write(writing, b"zones: x\n")
        os.close(writing)

    threading.Thread(target=write).start()
    try:
        assert read_text_file(Path(f"/dev/fd/{reading}")) == "zones: x\n" * 3
    finally:
        os.close(reading)


def test_an_endless_pipe_is_read_to_its_limit() -> None:
    with subprocess.Popen(["cat", "/dev/zero"], stdout=subprocess.PIPE) as endless:
        assert endless.stdout is not None
        assert refusal(Path(f"/dev/fd/{endless.stdout.fileno()}"), MEGABYTE) == "holds more than 1,048,576 bytes"
        endless.stdout.close()


@pytest.mark.parametrize(
    ("octets", "text"), [(b"\xef\xbb\xbfa: 1", "a: 1"), (b"", ""), ("zone é".encode(), "zone é"), (b"a\r\nb", "a\r\nb")]
)
def test_a_text_has_no_byte_order_mark(octets: bytes, text: str, tmp_path: Path) -> None:
    (tmp_path / "named").write_bytes(octets)
    assert read_text_file(tmp_path / "named") == text


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (b"a\0b", "holds NUL characters"),
        (b"ab\xff", "is not UTF-8 at byte 2"),
        ("a".encode("utf-16"), "is not UTF-8 at byte 0"),
    ],
)
def test_what_is_no_text_is_refused(octets: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / "named").write_bytes(octets)
    with pytest.raises(DataFileError) as caught:
        read_text_file(tmp_path / "named")
    assert caught.value.flaws[0].problem == problem


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_deep_nesting_is_refused(opening: str, tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text(opening * 100_000)
    with pytest.raises(DataFileError, match="nesting"):
        read_tree(tmp_path / "deep.yaml")


@pytest.mark.finding(20)
def test_a_file_of_more_values_than_memory_has_room_for_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wide.yaml").write_text(f"zones: [{'1,' * (MAX_VALUES + 1)}]")
    with pytest.raises(DataFileError, match="holds more than 1,000,000 keys and values"):
        read_tree(tmp_path / "wide.yaml")


HOSTILE = ("pipe", "/dev/zero")
COMMANDS = (
    "assess --store store.sqlite --zones {}",
    "assess --store store.sqlite --waivers {}",
    "assess --store store.sqlite --attributes {}",
    "scan 127.0.0.1 --credentials {} --dry-run",
    "scan csv:{} --dry-run",
    "import snmprec {} --store new.sqlite",
    "import snmpwalk {} --store new.sqlite",
    "import cli --platform huawei_vrp --command x {} --store new.sqlite",
    "db update rules --from {}",
)
RUN = """
import sys
from fingerprints.model import input_file
from scanner.cli.main import run
input_file.PIPE_SECONDS = 0.2
for line in sys.stdin.read().splitlines():
    print(run(line.split()), line, flush=True)
"""


@pytest.mark.finding(18)
def test_every_command_refuses_what_is_no_file(tmp_path: Path) -> None:
    """With 2 GiB of memory: what is read of a device without an end is small."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "box.snmprec").write_text("1.3.6.1.2.1.1.1.0|4|x\n")
    lines = [command.format(HOSTILE[number % 2]) for number, command in enumerate(COMMANDS)]
    lines += ["import snmprec pipe --store new.sqlite", "import snmpwalk /dev/zero --store new.sqlite"]
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        check=False,
        cwd=tmp_path,
        input="\n".join(["import snmprec box.snmprec --store store.sqlite", *lines]),
        capture_output=True,
        text=True,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )
    codes = [line for line in done.stdout.splitlines() if line[2:] in lines]
    assert codes == [f"2 {line}" for line in lines], done.stderr
