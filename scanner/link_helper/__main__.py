# SPDX-License-Identifier: GPL-2.0-only
"""ARP and ND sweeps, and listening for LLDP and CDP, as JSON lines.

Request, one line on standard input: `{"addresses": [...], "rate": frames a second, "wait": seconds,
"listen": seconds}`. Answers, one a line: `{"segment": interface, "prefix": CIDR}` for each attached segment,
`{"answered": address, "mac": mac, "interface": name}`, `{"heard": "lldp" or "cdp", "interface", "mac", "field",
"value"}` with the value in hexadecimal, `{"failed": what, "why": text}`, and `{"done": frames sent}` at the end.
Only addresses of the request that lie in an attached segment are asked; nothing else is sent.
"""

import ipaddress
import json
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

from scapy.config import conf
from scapy.contrib.cdp import CDPv2_HDR
from scapy.contrib.lldp import LLDPDU
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6NDOptSrcLLAddr, IPv6
from scapy.layers.l2 import ARP, Ether, get_if_hwaddr
from scapy.sendrecv import sniff, srp
from scapy.utils6 import in6_getnsma, in6_getnsmac

LLDP_ETHERTYPE, LLC_FRAMES = 0x88CC, 0x0004  # IEEE 802.1AB; ETH_P_802_2 of <linux/if_ether.h>
CDP_GROUP = "01:00:0c:cc:cc:cc"

MAX_TOLD = 100_000  # fields told in all: whoever floods the segment costs no more memory than that

_lock = threading.Lock()


def say(**line: Any) -> None:
    """One answer. Two threads speak: a line stays whole."""
    with _lock:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def segments() -> Iterator[tuple[str, ipaddress.IPv4Network | ipaddress.IPv6Network]]:
    """Each attached segment: interfaces that have a hardware address, with the prefixes of their own addresses."""
    for network, mask, gateway, interface, *_ in conf.route.routes:
        if gateway == "0.0.0.0" and interface != "lo" and 0 < mask < 0xFFFFFFFF and network:  # noqa: S104  no gateway
            prefix = ipaddress.ip_network((network, bin(mask).count("1")))
            if not prefix.is_multicast:
                yield str(interface), prefix
    for network6, length, gateway6, interface, *_ in conf.route6.routes:
        if gateway6 == "::" and interface != "lo" and 0 < length < 128 and not network6.startswith("ff"):
            yield str(interface), ipaddress.ip_network((network6, length))


def sweep(addresses: list[str], rate: float, wait: float) -> int:
    """Ask each address that is attached, once and then once again for those that stayed silent."""
    sent = 0
    for interface, prefix in segments():
        say(segment=interface, prefix=str(prefix))
        waiting = {a for a in addresses if (at := ipaddress.ip_address(a)).version == prefix.version and at in prefix}
        for _ in range(2):
            sent += len(waiting)
            waiting -= ask(sorted(waiting), interface, 1.0 / rate, wait)
    return sent


def ask(addresses: list[str], interface: str, gap: float, wait: float) -> set[str]:
    """Send one question to each address, `gap` seconds apart; the addresses that answered."""
    if not addresses:
        return set()
    heard: set[str] = set()
    frames = [question(address, interface) for address in addresses]
    answered, _ = srp(frames, iface=interface, timeout=wait, inter=gap, verbose=0)
    for _, reply in answered:
        if ARP in reply:
            address, mac = reply[ARP].psrc, reply[ARP].hwsrc
        elif ICMPv6ND_NA in reply:
            address, mac = reply[ICMPv6ND_NA].tgt, reply.src
        else:
            continue
        heard.add(address)
        say(answered=address, mac=mac, interface=interface)
    return heard


def question(address: str, interface: str) -> Any:
    """An ARP request (RFC 826) or a neighbour solicitation to the solicited-node group (RFC 4861 section 4.3)."""
    if ":" not in address:
        return Ether(dst="ff:ff:ff:ff:ff:ff") / ARP(pdst=address)
    group = in6_getnsma(socket.inet_pton(socket.AF_INET6, address))
    there = socket.inet_ntop(socket.AF_INET6, group)
    asked = ICMPv6ND_NS(tgt=address) / ICMPv6NDOptSrcLLAddr(lladdr=get_if_hwaddr(interface))
    return Ether(dst=in6_getnsmac(group)) / IPv6(dst=there) / asked


def listen(seconds: float) -> None:
    """Hear LLDP and CDP on every attached interface; each field becomes a line."""
    conf.sniff_promisc = True
    interfaces = sorted({interface for interface, _ in segments()})
    sockets = {
        conf.L2listen(iface=interface, type=kind): interface
        for interface in interfaces
        for kind in (LLDP_ETHERTYPE, LLC_FRAMES)
    }
    if not sockets:
        return
    try:
        sniff(opened_socket=sockets, timeout=seconds, store=False, prn=Listener().hear)
    finally:
        for opened in sockets:
            opened.close()


class Listener:
    """Tells each field of each LLDP and CDP frame once, however often its sender repeats it."""

    def __init__(self) -> None:
        self._told: set[tuple[str, ...]] = set()

    def hear(self, frame: Any) -> None:
        """Take one frame; any other protocol is passed over."""
        interface = str(frame.sniffed_on)
        if LLDPDU in frame:
            kind, fields = "lldp", lldp_fields(frame[LLDPDU])
        elif frame.dst == CDP_GROUP and CDPv2_HDR in frame:
            kind, fields = "cdp", cdp_fields(frame[CDPv2_HDR])
        else:
            return
        for field, value in fields:
            told = (kind, interface, frame.src, field, value.hex())
            if told not in self._told and len(self._told) < MAX_TOLD:
                self._told.add(told)
                say(heard=kind, interface=interface, mac=frame.src, field=field, value=value.hex())


def lldp_fields(layer: Any) -> Iterator[tuple[str, bytes]]:
    """Chassis, port, port description, system name and description, management address (IEEE 802.1AB-2016 8.5)."""
    names = {
        "LLDPDUChassisID": ("chassis_id", "id"),
        "LLDPDUPortID": ("port_id", "id"),
        "LLDPDUPortDescription": ("port_description", "description"),
        "LLDPDUSystemName": ("system_name", "system_name"),
        "LLDPDUSystemDescription": ("system_description", "description"),
        "LLDPDUManagementAddress": ("management_address", "management_address"),
    }
    while layer:
        found = names.get(type(layer).__name__)
        if found:
            value = octets(getattr(layer, found[1]))
            yield found[0], address(value) if found[0] == "management_address" else value
        layer = layer.payload


def cdp_fields(header: Any) -> Iterator[tuple[str, bytes]]:
    """Device id, software version, platform, port id and addresses of a CDP frame."""
    names = {
        "CDPMsgDeviceID": ("device_id", "val"),
        "CDPMsgSoftwareVersion": ("software_version", "val"),
        "CDPMsgPlatform": ("platform", "val"),
        "CDPMsgPortID": ("port_id", "iface"),
    }
    for message in header.msg:
        found = names.get(type(message).__name__)
        if found:
            yield found[0], octets(getattr(message, found[1]))
        for record in getattr(message, "addr", None) or ():
            yield "address", octets(getattr(record, "addr", b""))


def octets(value: Any) -> bytes:
    """A dissected field as the octets it came from: texts may be str, MACs and addresses are written out."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def address(value: bytes) -> bytes:
    """A management address of 4 or 16 octets as its text; any other as it came."""
    return str(ipaddress.ip_address(value)).encode() if len(value) in (4, 16) else value


def main() -> None:
    """Read the request, listen and sweep at the same time, and say when it is over."""
    request = json.loads(sys.stdin.readline())
    hearing = threading.Thread(target=guarded, args=("listen", listen, request["listen"]))
    if request["listen"] > 0:
        hearing.start()
    sent = guarded("sweep", sweep, request["addresses"], request["rate"], request["wait"])
    if hearing.is_alive():
        hearing.join()
    say(done=sent or 0)


def guarded(what: str, work: Any, *arguments: Any) -> Any:
    """Run one part; a part that fails says so and leaves the other to go on."""
    try:
        return work(*arguments)
    except PermissionError:
        say(failed=what, why="CAP_NET_RAW is missing")
    except Exception as error:  # noqa: BLE001  the other end is a program: it gets a line, whatever happened here
        say(failed=what, why=type(error).__name__)
    return None


if __name__ == "__main__":
    main()
