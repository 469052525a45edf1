"""No question is lost before it has left: what the kernel has no room for is kept and sent when it has."""

import asyncio
import socket

from scanner.snmp.datagrams import Datagrams


async def test_what_the_kernel_has_no_room_for_is_sent_when_it_has() -> None:
    """A socket pair of sequenced packets holds few: the reader that comes late still gets all, in order."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    datagrams = Datagrams(socket.AF_INET, lambda _datagram, _source: None)
    datagrams._socket.close()
    ours.setblocking(False)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    datagrams._socket = ours
    sent = [b"%04d" % number + b"x" * 500 for number in range(400)]
    for datagram in sent:
        datagrams.send(datagram)
    assert not datagrams._taken.is_set()

    async def read() -> list[bytes]:
        loop, got = asyncio.get_running_loop(), []
        theirs.setblocking(False)
        while len(got) < len(sent):
            got.append(await loop.sock_recv(theirs, 2_000))
        return got

    assert await asyncio.wait_for(read(), 10) == sent
    await asyncio.wait_for(datagrams.taken(), 10)
    datagrams.close()
    theirs.close()
