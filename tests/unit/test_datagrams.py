"""No request is lost before it is sent: what the kernel has no room for is kept and sent later."""

import asyncio
import errno
import os
import socket

from scanner.protocols.snmp.datagrams import UdpSocket


async def test_what_the_kernel_has_no_room_for_is_sent_when_it_has() -> None:
    """A socket pair of sequenced packets holds few: the reader that comes late still gets all, in order."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    datagrams = UdpSocket(socket.AF_INET, lambda _datagram, _source: None)
    datagrams._socket.close()
    ours.setblocking(False)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    datagrams._socket = ours
    sent = [b"%04d" % number + b"x" * 500 for number in range(400)]
    for datagram in sent:
        datagrams.send(datagram)
    assert datagrams._unsent

    async def read() -> list[bytes]:
        loop, got = asyncio.get_running_loop(), []
        theirs.setblocking(False)
        while len(got) < len(sent):
            got.append(await loop.sock_recv(theirs, 2_000))
        return got

    assert await asyncio.wait_for(read(), 10) == sent
    assert not datagrams._unsent
    datagrams.close()
    theirs.close()


async def test_a_network_to_which_there_is_no_way_is_remembered_for_it_was_never_asked() -> None:
    class NoRoute(socket.socket):
        def sendto(self, *_: object) -> int:  # type: ignore[override]
            raise OSError(errno.ENETUNREACH, "Network is unreachable")

    with UdpSocket(socket.AF_INET, lambda *_: None) as datagrams:
        opened, datagrams._socket = datagrams._socket, NoRoute(fileno=os.dup(datagrams._socket.fileno()))
        datagrams.send(b"x", ("192.0.2.1", 161))
        datagrams._socket.close()
        datagrams._socket = opened
        assert datagrams.unroutable is not None
