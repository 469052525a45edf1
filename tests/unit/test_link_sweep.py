"""The parts of the layer 2 helper: frames octet by octet, the kernel's segments, the ranges to ask, the rate."""

import socket
import struct
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.link_helper.frames import arp_request, nd_solicitation, parse_arp_reply, parse_nd_advertisement
from scanner.link_helper.segments import RTM_NEWADDR, AttachedSegment, parse_addresses
from scanner.link_helper.sweep import TICK, FrameRateLimiter, ranges_inside

MAC, OTHER = bytes.fromhex("020000000a01"), bytes.fromhex("00e0fc123456")
OWN4, THERE4 = ip_address("192.0.2.1"), ip_address("192.0.2.99")
OWN6, THERE6 = ip_address("2001:db8::1"), ip_address("2001:db8::a:bcde")


def test_an_arp_request_is_the_one_of_rfc_826() -> None:
    expected = (
        "ffffffffffff 020000000a01 0806  0001 0800 06 04 0001  020000000a01 c0000201  000000000000 c0000263".replace(
            " ", ""
        )
    )
    assert arp_request(MAC, OWN4.packed)(THERE4.packed).hex() == expected


def test_an_arp_reply_holds_an_address_and_its_mac_and_a_request_is_none() -> None:
    request = arp_request(OTHER, THERE4.packed)(OWN4.packed)
    reply = request[:21] + b"\x02" + request[22:]
    answers = [parse_arp_reply(frame) for frame in (reply, reply + bytes(18), request, reply[:41], b"")]
    assert answers == [(THERE4.packed, OTHER), (THERE4.packed, OTHER), None, None, None]


def test_a_neighbour_solicitation_is_the_one_of_rfc_4861() -> None:
    frame = nd_solicitation(MAC, OWN6.packed)(THERE6.packed)
    assert frame[:14].hex() == "3333ff0abcde020000000a0186dd"
    assert frame[14:22].hex() == "6000000000203aff"
    assert (frame[22:38], frame[38:54]) == (OWN6.packed, ip_address("ff02::1:ff0a:bcde").packed)
    assert (frame[54:56].hex(), frame[58:62], frame[62:78], frame[78:].hex()) == (
        "8700",
        bytes(4),
        THERE6.packed,
        "0101020000000a01",
    )
    pseudo = frame[22:54] + struct.pack("!II", len(frame) - 54, 58) + frame[54:]
    total = sum(struct.unpack(f"!{len(pseudo) // 2}H", pseudo))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF, "the checksum of RFC 1071 makes the sum all ones"


def advertisement(hops: int = 255, kind: int = 136) -> bytes:
    body = bytes((kind, 0, 0, 0)) + bytes(4) + THERE6.packed + b"\x02\x01" + OTHER
    return (
        MAC
        + OTHER
        + b"\x86\xdd"
        + struct.pack("!IHBB", 6 << 28, len(body), 58, hops)
        + THERE6.packed
        + OWN6.packed
        + body
    )


def test_a_neighbour_advertisement_counts_if_it_comes_from_this_segment() -> None:
    frames = (advertisement(), advertisement(hops=254), advertisement(kind=135), advertisement()[:77])
    assert [parse_nd_advertisement(frame) for frame in frames] == [(THERE6.packed, OTHER), None, None, None]


@given(st.binary(max_size=140))
def test_any_other_frame_is_ignored(frame: bytes) -> None:
    assert parse_arp_reply(frame) is None or frame[14:22].hex() == "0001080006040002"
    assert parse_nd_advertisement(frame) is None or (frame[20], frame[54]) == (58, 136)


def new_address(family: int, length: int, interface: int, flags: int = 0, **attributes: str) -> bytes:
    """One RTM_NEWADDR message with IFA_ADDRESS and IFA_LOCAL."""
    numbers = {"address": 1, "local": 2}
    body = struct.pack("=BBBBI", family, length, flags, 0, interface)
    for name, text in attributes.items():
        octets = ip_address(text).packed
        body += struct.pack("=HH", 4 + len(octets), numbers[name]) + octets
    return struct.pack("=IHHII", 16 + len(body), RTM_NEWADDR, 2, 1, 0) + body


def test_the_kernel_s_addresses_are_segments_but_for_single_ones_and_those_not_proven_yet() -> None:
    datagram = b"".join(
        (
            new_address(socket.AF_INET, 24, 2, address="192.0.2.1", local="192.0.2.1"),
            new_address(socket.AF_INET, 32, 2, address="198.51.100.1", local="198.51.100.1"),
            new_address(socket.AF_INET, 30, 3, address="203.0.113.2", local="203.0.113.1"),
            new_address(socket.AF_INET6, 64, 2, address="2001:db8::1"),
            new_address(socket.AF_INET6, 64, 4, flags=0x40, address="2001:db8:1::1"),
        )
    )
    assert list(parse_addresses(datagram)) == [
        AttachedSegment(2, OWN4, ip_network("192.0.2.0/24")),
        AttachedSegment(3, ip_address("203.0.113.1"), ip_network("203.0.113.0/30")),
        AttachedSegment(2, OWN6, ip_network("2001:db8::/64")),
    ]


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        (("192.0.2.0", "192.0.2.255", ""), [("192.0.2.0", "192.0.2.255")]),
        (("10.0.0.0", "203.0.113.255", ""), [("192.0.2.0", "192.0.2.255")]),
        (("192.0.2.9", "192.0.3.9", "eth0"), [("192.0.2.9", "192.0.2.255")]),
        (("192.0.2.9", "192.0.2.9", "eth1"), []),
        (("192.0.3.0", "192.0.3.9", ""), []),
        (("2001:db8::", "2001:db8::ff", ""), []),
    ],
)
def test_only_what_lies_in_the_segment_is_asked(wanted: tuple[str, str, str], asked: list[tuple[str, str]]) -> None:
    segment = AttachedSegment(2, OWN4, ip_network("192.0.2.0/24"))
    found = [
        (str(ip_address(first)), str(ip_address(last))) for first, last in ranges_inside(segment, "eth0", [wanted])
    ]
    assert found == asked


def test_an_address_named_in_its_zone_and_in_a_range_without_one_is_asked_once() -> None:
    segment = AttachedSegment(2, ip_address("fe80::2"), ip_network("fe80::/64"))
    wanted = [("fe80::", "fe80::3ff", ""), ("fe80::5", "fe80::5", "eth0"), ("fe80::400", "fe80::400", "eth0")]
    found = [(str(ip_address(first)), str(ip_address(last))) for first, last in ranges_inside(segment, "eth0", wanted)]
    assert found == [("fe80::", "fe80::400")]


@given(st.floats(10, 100_000), st.lists(st.floats(0, 0.3), min_size=1, max_size=40))
def test_the_rate_is_kept_however_long_the_process_was_stopped(rate: float, stalls: list[float]) -> None:
    now = 0.0
    limiter = FrameRateLimiter(rate, lambda: now)
    sent = 0
    for stall in stalls:
        now += stall
        while limiter.try_acquire():
            sent += 1
        assert sent <= now * rate + max(1.0, 2 * rate * TICK) + 1e-6
    assert limiter.seconds_to_wait() >= TICK
