# SPDX-License-Identifier: GPL-2.0-only
"""Listening for LLDP and CDP on attached segments. The only importer of scapy, which dissects the frames."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scapy.config import conf
from scapy.contrib.cdp import CDPv2_HDR
from scapy.contrib.lldp import LLDPDU
from scapy.sendrecv import sniff

from scanner.link_helper.frame_fields import cdp_fields, lldp_fields

LLDP_ETHERTYPE, LLC_FRAMES = 0x88CC, 0x0004  # IEEE 802.1AB; ETH_P_802_2 of <linux/if_ether.h>
CDP_GROUP = "01:00:0c:cc:cc:cc"

MAX_SENDERS, MAX_FIELDS, MAX_OCTETS = 4_096, 64, 16 * 1024 * 1024
"""Senders that are heard, fields of one sender, and octets in all: a flood costs no more, and a sender that makes one
does not use up what the others need."""


def listen(interfaces: Iterable[str], seconds: float, write_line: Callable[..., None]) -> None:
    """Listen for LLDP and CDP on these interfaces. Each field becomes a line, and in the end the count of the fields
    that were not kept."""
    conf.sniff_promisc = True
    conf.contribs["LLDP"].strict_mode_disable()  # it drops a whole frame for a TLV in an unusual place
    sockets = {
        conf.L2listen(iface=interface, type=kind): interface
        for interface in interfaces
        for kind in (LLDP_ETHERTYPE, LLC_FRAMES)
    }
    if not sockets:
        return
    own = frozenset(opened.ins.getsockname()[4].hex(":") for opened in sockets)
    listener = Listener(write_line, own)
    try:
        sniff(opened_socket=sockets, timeout=seconds, store=False, prn=listener.take)
    finally:
        for opened in sockets:
            opened.close()
        if listener.not_kept:
            write_line(not_kept=listener.not_kept)


@dataclass(slots=True)
class Listener:
    """Writes each field of each LLDP and CDP frame once, however often its sender repeats it."""

    write_line: Callable[..., None]
    own: frozenset[str] = frozenset()
    """The MAC addresses of this host: a socket that listens also gets what its own LLDP daemon sends."""
    not_kept: int = 0
    """Fields beyond the limits, each time that they came, and frames that nobody can read."""
    octets: int = 0
    fields: dict[tuple[str, str], set[tuple[str, str, bytes]]] = field(default_factory=dict)
    """By interface and sender."""

    def take(self, frame: Any) -> None:
        """Take one frame; a frame of this host or of any other protocol is ignored."""
        if frame.src in self.own:
            return
        interface = str(frame.sniffed_on)
        try:
            kind, fields = fields_of(frame)
        except Exception:  # noqa: BLE001 - a decode boundary: a broken frame costs itself and no other
            self.not_kept += 1
            return
        for name, value in fields:
            if value and self._is_new(interface, frame.src, (kind, name, value)):
                self.write_line(heard=kind, interface=interface, mac=frame.src, field=name, value=value.hex())

    def _is_new(self, interface: str, sender: str, of_frame: tuple[str, str, bytes]) -> bool:
        """True if a field is new and within the limits, which then count it."""
        known = self.fields.get((interface, sender), set())
        if of_frame in known:
            return False
        octets = self.octets + len(of_frame[2])
        unheard = not known and len(self.fields) >= MAX_SENDERS
        if unheard or len(known) >= MAX_FIELDS or octets > MAX_OCTETS:
            self.not_kept += 1
            return False
        self.octets = octets
        self.fields.setdefault((interface, sender), known).add(of_frame)
        return True


def fields_of(frame: Any) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """The protocol of a dissected frame and its fields; none for any other protocol."""
    if LLDPDU in frame:
        return "lldp", tuple(lldp_fields(frame[LLDPDU]))
    if frame.dst == CDP_GROUP and CDPv2_HDR in frame:
        return "cdp", tuple(cdp_fields(frame[CDPv2_HDR]))
    return "", ()
