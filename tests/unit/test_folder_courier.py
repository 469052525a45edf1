"""The courier of files brings every message at least once, whoever is killed, and never the same to two at a time."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fingerprints.model.errors import KitscanError
from scanner.courier import folder_courier
from scanner.courier.courier import CentreCourier, CourierError, CourierFullError, SiteCourier
from scanner.courier.envelope import MessageRefusedError
from scanner.courier.folder_courier import FolderCentre, FolderSite
from scanner.courier.message import MAX_MESSAGE


def taken(courier: CentreCourier | SiteCourier, handle: Callable[[bytes], None] | None = None) -> list[bytes]:
    """What waits, each message once."""
    messages: list[bytes] = []

    def keep(octets: bytes) -> None:
        messages.append(octets)
        if handle is not None:
            handle(octets)

    courier.serve(keep, seconds=0)
    return messages


def raising(error: BaseException) -> Callable[[bytes], None]:
    def handle(octets: bytes) -> None:
        raise error

    return handle


def test_orders_go_to_their_site_and_answers_to_the_centre(tmp_path: Path) -> None:
    centre, london, manchester = FolderCentre(tmp_path), FolderSite(tmp_path, "LON"), FolderSite(tmp_path, "MAN")
    for octets in (b"one", b"two"):
        centre.send("LON", octets)
    london.send(b"answer")
    assert (centre.waiting("LON"), centre.waiting("MAN")) == (2, 0)
    assert (taken(manchester), taken(london), taken(centre)) == ([], [b"one", b"two"], [b"answer"])
    assert (centre.waiting("LON"), taken(london), taken(centre)) == (0, [], [])


def test_what_is_no_file_is_no_message_and_holds_up_none(tmp_path: Path) -> None:
    """A pipe would be read without end: who may write to the share of one site could stop all of them."""
    centre, site = FolderCentre(tmp_path), FolderSite(tmp_path, "LON")
    site.send(b"answer")
    os.mkfifo(tmp_path / "centre" / f"{0:020}-{0:016x}.0")
    assert taken(centre) == [b"answer"]


def test_a_message_that_a_handler_could_not_do_comes_again_and_lets_others_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_courier, "LATER_SECONDS", 0.0)
    site = FolderSite(tmp_path, "LON")
    centre = FolderCentre(tmp_path)
    centre.send("LON", b"one")
    centre.send("LON", b"two")
    for error in (KitscanError("the database is away"), OSError(errno.ENOSPC, "")) * 3:
        assert taken(site, raising(error)) == [b"one", b"two"]
    assert taken(site) == [b"one", b"two"]


def test_a_message_that_waits_for_its_time_does_not_hold_up_another(tmp_path: Path) -> None:
    site, centre = FolderSite(tmp_path, "LON"), FolderCentre(tmp_path)
    centre.send("LON", b"one")
    messages: list[bytes] = []

    def handle(octets: bytes) -> None:
        messages.append(octets)
        if len(messages) == 1:
            centre.send("LON", b"two")
            raise KitscanError("later")
        site.stop()

    site.serve(handle)
    assert messages == [b"one", b"two"]


def test_a_message_that_nobody_can_open_is_set_aside_at_once(tmp_path: Path) -> None:
    site = FolderSite(tmp_path, "LON")
    FolderCentre(tmp_path).send("LON", b"forged")
    assert taken(site, raising(MessageRefusedError("no"))) == [b"forged"]
    assert taken(site) == []
    assert [path.read_bytes() for path in (tmp_path / "dead").iterdir()] == [b"forged"]


def test_a_message_that_meets_a_defect_is_set_aside_after_three_tries(tmp_path: Path) -> None:
    FolderCentre(tmp_path).send("LON", b"poison")
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            taken(FolderSite(tmp_path, "LON"), raising(ZeroDivisionError()))
    assert taken(FolderSite(tmp_path, "LON")) == []
    assert [path.read_bytes() for path in (tmp_path / "dead").iterdir()] == [b"poison"]


def test_an_interruption_is_no_try(tmp_path: Path) -> None:
    FolderCentre(tmp_path).send("LON", b"order")
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            taken(FolderSite(tmp_path, "LON"), raising(KeyboardInterrupt()))
    assert taken(FolderSite(tmp_path, "LON")) == [b"order"]


def test_stop_ends_serving_soon_and_for_good(tmp_path: Path) -> None:
    site = FolderSite(tmp_path, "LON")
    thread = threading.Thread(target=site.serve, args=(lambda octets: None,))
    thread.start()
    site.stop()
    thread.join(2)
    assert not thread.is_alive()
    FolderCentre(tmp_path).send("LON", b"order")
    site.serve(raising(AssertionError("handed on after stop")))


def test_a_full_folder_takes_no_more_until_something_is_taken(tmp_path: Path) -> None:
    site, centre = FolderSite(tmp_path, "LON", max_waiting=25), FolderCentre(tmp_path)
    site.send(b"x" * 10)
    site.send(b"y" * 10)
    with pytest.raises(CourierFullError, match="wait there already"):
        site.send(b"z" * 10)
    assert len(taken(centre)) == 2
    site.send(b"z" * 10)


def test_a_full_disk_and_a_missing_stick_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, octets: bytes) -> None:
        raise OSError(errno.ENOSPC, "")

    with monkeypatch.context() as patch:
        patch.setattr(folder_courier, "write_durably", full)
        with pytest.raises(CourierFullError, match="disk is full"):
            FolderSite(tmp_path, "LON").send(b"x")
    (tmp_path / "stick").write_text("a file where the folder should be")
    for act in (FolderSite(tmp_path / "stick", "LON").send, FolderCentre(tmp_path / "stick").waiting):
        with pytest.raises(CourierError, match=r"stick.*: Not a directory"):
            act("LON" if act.__name__ == "waiting" else b"x")  # type: ignore[operator]


def test_a_message_that_no_courier_carries_is_refused_where_it_is_sent(tmp_path: Path) -> None:
    with pytest.raises(CourierError, match="larger than"):
        FolderSite(tmp_path, "LON").send(b"x" * (MAX_MESSAGE + 1))


def test_what_else_lies_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    centre = FolderCentre(tmp_path)
    FolderSite(tmp_path, "LON").send(b"message")
    (tmp_path / "centre" / ".half.written.new").write_bytes(b"x")
    (tmp_path / "centre" / "System Volume Information").mkdir()
    (tmp_path / "centre" / f"{1:020}-{'0' * 16}.0").symlink_to("/etc/passwd")
    assert taken(centre) == [b"message"]


READER = """
import os, sys, time
from pathlib import Path
from scanner.courier.folder_courier import FolderSite
def handle(octets):
    log = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, octets + b"\\n")
    time.sleep(float(sys.argv[3]))
FolderSite(Path(sys.argv[1]), "LON").serve(handle)
"""


def reader(folder: Path, log: Path, seconds: float) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", READER, str(folder), str(log), str(seconds)])


def lines(log: Path, count: int) -> list[str]:
    """The lines of a log once it has so many."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if log.exists() and len(log.read_text().splitlines()) >= count:
            break
        time.sleep(0.02)
    return log.read_text().splitlines()


def test_what_a_killed_reader_had_comes_to_another_at_once_and_nothing_comes_to_two(tmp_path: Path) -> None:
    folder, log = tmp_path / "shared", tmp_path / "log"
    centre = FolderCentre(folder)
    centre.send("LON", b"first")
    killed = reader(folder, log, 60)
    assert lines(log, 1) == ["first"]
    for number in range(30):
        centre.send("LON", f"{number}".encode())
    others = [reader(folder, log, 0.001) for _ in range(2)]
    try:
        lines(log, 31)
        assert "first" not in lines(log, 31)[1:]  # it is being handled, however long that takes
        os.kill(killed.pid, signal.SIGKILL)
        assert sorted(lines(log, 32)) == sorted(["first", "first", *map(str, range(30))])
    finally:
        for process in (killed, *others):
            process.kill()
            process.wait()
