# SPDX-License-Identifier: GPL-2.0-only
"""The segments that this host is attached to, read from the kernel by rtnetlink(7), which needs no privilege."""

import ipaddress
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

RTM_NEWADDR, RTM_GETADDR = 20, 22  # <linux/rtnetlink.h>
NLM_F_REQUEST_DUMP = 0x301
NLMSG_DONE = 3
IFA_ADDRESS, IFA_LOCAL = 1, 2  # <linux/if_addr.h>
IFA_F_TENTATIVE = 0x40

_HEADER = struct.Struct("=IHHII")  # struct nlmsghdr: length, type, flags, sequence, port
_ADDRESS = struct.Struct("=BBBBI")  # struct ifaddrmsg: family, prefix length, flags, scope, interface index
_ATTRIBUTE = struct.Struct("=HH")  # struct rtattr: length, type


@dataclass(frozen=True, slots=True)
class AttachedSegment:
    """A prefix that an interface is attached to, and the address that this host has in it."""

    interface: int
    own: ipaddress.IPv4Address | ipaddress.IPv6Address
    prefix: ipaddress.IPv4Network | ipaddress.IPv6Network


def segments() -> tuple[AttachedSegment, ...]:
    """Each attached prefix once, in the kernel's order, without prefixes of a single address."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        body = _ADDRESS.pack(socket.AF_UNSPEC, 0, 0, 0, 0)
        kernel.send(_HEADER.pack(_HEADER.size + len(body), RTM_GETADDR, NLM_F_REQUEST_DUMP, 1, 0) + body)
        received = tuple(_read_answers(kernel))
    return tuple({(segment.interface, segment.prefix): segment for segment in reversed(received)}.values())[::-1]


def _read_answers(kernel: socket.socket) -> Iterator[AttachedSegment]:
    while True:
        datagram = kernel.recv(65_536)
        yield from parse_addresses(datagram)
        if not datagram or NLMSG_DONE in (kind for kind, _ in _messages(datagram)):
            return


def parse_addresses(datagram: bytes) -> Iterator[AttachedSegment]:
    """The segments in one answer of the kernel."""
    for kind, body in _messages(datagram):
        if kind != RTM_NEWADDR:
            continue
        family, length, flags, _, interface = _ADDRESS.unpack_from(body)
        if family not in (socket.AF_INET, socket.AF_INET6) or flags & IFA_F_TENTATIVE:
            continue
        attributes = dict(_attributes(body[_ADDRESS.size :]))
        address = attributes.get(IFA_ADDRESS) or attributes.get(IFA_LOCAL)
        if not address:
            continue
        prefix = ipaddress.ip_network((address, length), strict=False)
        if length not in (0, prefix.max_prefixlen):
            yield AttachedSegment(interface, ipaddress.ip_address(attributes.get(IFA_LOCAL) or address), prefix)


def _messages(datagram: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _HEADER.size <= len(datagram):
        length, kind, *_ = _HEADER.unpack_from(datagram, at)
        if length < _HEADER.size:
            return
        yield kind, datagram[at + _HEADER.size : at + length]
        at += length + 3 & ~3


def _attributes(octets: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _ATTRIBUTE.size <= len(octets):
        length, kind = _ATTRIBUTE.unpack_from(octets, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind, octets[at + _ATTRIBUTE.size : at + length]
        at += length + 3 & ~3
