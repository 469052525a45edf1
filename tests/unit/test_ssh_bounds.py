"""What ends an SSH session: its deadline, and a server that sends more than it may."""

import socket
from collections.abc import Iterator

import pytest

from scanner.protocols.ssh.bounded.session_socket import (
    HANDSHAKE_OCTETS,
    MAX_PACKET,
    SessionSocket,
    SocketEnd,
)
from scanner.protocols.ssh.deadline import Deadline


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.settimeout(5.0)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_stopping_a_deadline_calls_what_was_registered_once() -> None:
    called: list[str] = []
    deadline = Deadline(60.0)
    deadline.on_stop(lambda: called.append("a"))
    deadline.stop()
    deadline.stop()
    assert (called, deadline.spent) == (["a"], True)


def test_what_is_registered_too_late_is_called_at_once() -> None:
    called: list[str] = []
    deadline = Deadline(60.0)
    deadline.stop()
    deadline.on_stop(lambda: called.append("late"))
    assert called == ["late"]


def test_what_was_forgotten_is_not_called() -> None:
    called: list[str] = []
    deadline = Deadline(60.0)
    deadline.on_stop(called.clear)
    deadline.on_stop(called.sort)
    deadline.forget(called.clear)
    called.append("kept")
    deadline.stop()
    assert called == ["kept"]


def test_octets_pass_until_the_allowance_is_used(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    bounded = SessionSocket(ours, Deadline(60.0))
    got = 0
    while got <= HANDSHAKE_OCTETS and bounded.end is None:
        theirs.sendall(b"x" * 16_384)
        got += len(bounded.recv(65_536))
    assert (bounded.end, bounded.recv(1)) == (SocketEnd.FLOOD, b"")
    assert got <= HANDSHAKE_OCTETS + 65_536


def test_octets_that_were_granted_pass(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    bounded = SessionSocket(ours, Deadline(60.0))
    bounded.grant(10 - HANDSHAKE_OCTETS)
    theirs.sendall(b"x" * 20)
    assert bounded.recv(10) == b"x" * 10
    bounded.grant(5)
    assert bounded.recv(5) == b"x" * 5
    assert (bounded.recv(5), bounded.end) == (b"", SocketEnd.FLOOD)


def test_a_packet_that_is_too_long_is_not_waited_for(ends: tuple[socket.socket, socket.socket]) -> None:
    bounded = SessionSocket(ends[0], Deadline(60.0))
    assert (bounded.recv(MAX_PACKET + 1), bounded.end) == (b"", SocketEnd.FLOOD)


def test_after_the_deadline_nothing_is_read_or_sent(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    deadline = Deadline(60.0)
    bounded = SessionSocket(ours, deadline)
    theirs.sendall(b"late")
    deadline.stop()
    assert (bounded.recv(4), bounded.end) == (b"", SocketEnd.TIME)
    with pytest.raises(OSError, match="ended"):
        bounded.send(b"x")
    assert theirs.recv(1) == b""


def test_a_shared_connection_outlives_the_session_that_opened_it(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    deadline = Deadline(60.0)
    bounded = SessionSocket(ours, deadline)
    bounded.outlive()
    deadline.stop()
    theirs.sendall(b"more")
    assert (bounded.recv(4), bounded.end) == (b"more", None)


def test_a_server_that_closes_is_told_from_one_whose_time_is_over(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    bounded = SessionSocket(ours, Deadline(60.0))
    theirs.close()
    assert (bounded.recv(4), bounded.end) == (b"", SocketEnd.CLOSED)
    bounded.give_up(SocketEnd.TIME)
    assert bounded.end is SocketEnd.CLOSED
