"""Sends the LLDP frames of simulated devices on their nodes' links, so that captures and real daemons see them."""

import asyncio
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from ipaddress import IPv4Address

from scanner.lab.lldp_frames import ETHERTYPE, Announcement, lldp_frame
from scanner.lab.netns import inside
from scanner.simulator.device import SimulatedDevice

LLDP_SECONDS = 5.0
"""How often a device announces itself. The standard's default is 30 s (9.2.5.7); nobody waits that long for a lab."""

LLDP_HOLDS = 120
"""Seconds for which it holds (the standard's default, 9.2.5.22)."""

LldpSpeaker = tuple[SimulatedDevice, str, str, tuple[str, ...]]
"""A device, its namespace, its management address, and the links of its node."""

_LOG = logging.getLogger("kitscan.lab")


def announcements(
    device: SimulatedDevice, address: IPv4Address, links: Sequence[str]
) -> Iterator[tuple[str, Announcement]]:
    """What a device announces on which of its node's links: nothing where it does not speak LLDP."""
    for interface in device.interfaces if device.lldp else ():
        mac = device.mac_of(interface)
        if interface.link in links and len(mac) == 6:
            announcement = Announcement(
                source=mac,
                chassis=bytes.fromhex(device.mac.replace(":", "")),
                port_name=interface.name,
                port_index=interface.index,
                port_description=interface.alias,
                system_name=device.name,
                system_description=device.system.descr if device.system else "",
                address=address,
                seconds=LLDP_HOLDS,
            )
            yield interface.link, announcement


@contextmanager
def announcing(speakers: Sequence[LldpSpeaker]) -> Iterator[None]:
    """Send on every link of every device that speaks LLDP, on the running loop, until the block ends.

    Raises OSError.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.Handle

    def send() -> None:
        nonlocal timer
        for sock, frame in frames:
            try:
                sock.send(frame)
            except OSError as error:  # a link that somebody set down, or its full queue: the next frame may pass
                _LOG.info("LLDP: %s", error.strerror)
        timer = loop.call_later(LLDP_SECONDS, send)

    with ExitStack() as sockets:
        frames = [opened for speaker in speakers for opened in _open_links(speaker, sockets)]
        timer = loop.call_soon(send)
        try:
            yield
        finally:
            timer.cancel()


def _open_links(speaker: LldpSpeaker, sockets: ExitStack) -> Iterator[tuple[socket.socket, bytes]]:
    """A socket on each of its links, and the frame to send there."""
    device, namespace, address, links = speaker
    for link, announcement in announcements(device, IPv4Address(address), links):
        with inside(namespace):
            sock = sockets.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
        sock.setblocking(False)
        sock.bind((link, ETHERTYPE))
        yield sock, lldp_frame(announcement)
