"""What the layer 2 helper reads of LLDP and CDP frames, and what broken and endless ones cost."""

import random
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from scapy.config import conf
from scapy.layers.l2 import Dot3, Ether

from lab.node.announce import cdp_frame, lldp_frame
from scanner.link_helper import listening
from scanner.link_helper.listening import MAX_FIELDS, Listener, fields_of

MAC = bytes.fromhex("001122334455")
OPENING = [[1, "hex:04001122334455"], [2, "hex:0565746830"], [3, "hex:0078"]]


conf.contribs["LLDP"].strict_mode_disable()


def dissected(octets: bytes) -> Any:
    """A frame as a socket of scapy's gives it."""
    frame = (Ether if struct.unpack("!H", octets[12:14])[0] >= 1536 else Dot3)(octets)
    frame.sniffed_on = "eth0"
    return frame


def lldp(*tlvs: Sequence[Any]) -> dict[str, bytes]:
    return dict(fields_of(dissected(lldp_frame(MAC, [*OPENING, *tlvs])))[1])


def cdp(*tlvs: Sequence[Any]) -> list[tuple[str, bytes]]:
    return list(fields_of(dissected(cdp_frame(MAC, list(tlvs))))[1])


def test_an_lldp_frame_is_read_field_by_field() -> None:
    read = lldp(
        [5, "sw1"],
        [6, "a switch"],
        [7, "hex:00140004"],
        [8, "hex:0501c633640902000000010 0".replace(" ", "")],
        [127, "hex:0012bb09485541574549"],
        [127, "hex:00e0fc0701"],
        [0, ""],
    )
    assert read == {
        "chassis_id": b"00:11:22:33:44:55",
        "port_id": b"eth0",
        "system_name": b"sw1",
        "system_description": b"a switch",
        "capabilities": b"mac_bridge",
        "management_address": b"198.51.100.9",
        "manufacturer_name": b"HUAWEI",
        "organisation": b"00e0fc 7",
    }


def test_tlvs_of_standards_bodies_name_no_company() -> None:
    assert "organisation" not in lldp([127, "hex:0080c2010001"], [127, "hex:00120f0103"], [127, "hex:0012bb0100"])


def test_a_frame_that_does_not_open_with_its_chassis_is_left_out() -> None:
    assert fields_of(dissected(lldp_frame(MAC, [[6, "a switch"], [5, "sw1"], *OPENING])))[1] == ()


def test_a_tlv_that_the_frame_cuts_off_is_left_out() -> None:
    assert sorted(lldp([5, "sw1"], [6, "Huawei", 400])) == ["chassis_id", "port_id", "system_name"]
    assert cdp([1, "sw1"], [6, "Huawei", 400]) == [("device_id", b"sw1")]


def test_a_cdp_frame_is_read_field_by_field() -> None:
    read = cdp(
        [1, "sw1"],
        [2, "hex:000000010101cc0004c6336409"],
        [3, "Gi0/1"],
        [5, "IOS"],
        [6, "cisco C9300"],
        [0x14, "sw1.lan"],
    )
    assert read == [
        ("device_id", b"sw1"),
        ("address", b"198.51.100.9"),
        ("port_id", b"Gi0/1"),
        ("software_version", b"IOS"),
        ("platform", b"cisco C9300"),
        ("system_name", b"sw1.lan"),
    ]


def test_no_change_of_a_frame_raises() -> None:
    """2,000 frames, each with octets changed, cut off or added."""
    chance = random.Random(7)
    whole = [
        lldp_frame(
            MAC,
            [
                *OPENING,
                [5, "sw1"],
                [8, "hex:0501c63364090200000001 00".replace(" ", "")],
                [127, "hex:0012bb0948"],
                [0, ""],
            ],
        ),
        cdp_frame(
            MAC, [[1, "sw1"], [2, "hex:000000010101cc0004c6336409"], [6, "cisco"], [0x16, "hex:0000ffff0101cc0004c6"]]
        ),
    ]
    listener = Listener(lambda **_: None)
    for _ in range(2_000):
        octets = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 6)):
            octets[chance.randrange(14, len(octets))] = chance.randrange(256)
        octets = octets[: chance.randrange(15, len(octets) + 1)] + chance.randbytes(chance.choice((0, 0, 40)))
        listener.take(dissected(bytes(octets)))
    assert sum(map(len, listener.fields.values())) <= MAX_FIELDS


def test_a_sender_that_floods_costs_itself_and_no_other() -> None:
    lines: list[dict[str, Any]] = []
    listener = Listener(lambda **line: lines.append(line))
    for number in range(500):
        listener.take(dissected(lldp_frame(MAC, [*OPENING, [5, f"sw{number}"], [0, ""]])))
    listener.take(dissected(lldp_frame(bytes(6), [*OPENING, [5, "another"], [0, ""]])))
    assert (len(lines), listener.not_kept) == (MAX_FIELDS + 3, 500 + 2 - MAX_FIELDS)
    assert lines[-1]["value"] == b"another".hex()


def test_frames_of_this_host_are_not_heard() -> None:
    listener = Listener(lambda **_: None, own=frozenset((MAC.hex(":"),)))
    listener.take(dissected(lldp_frame(MAC, [*OPENING, [5, "this host"], [0, ""]])))
    assert listener.fields == {}


def test_senders_and_octets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_SENDERS", 10)
    listener = Listener(lambda **_: None)
    for number in range(50):
        listener.take(dissected(lldp_frame(number.to_bytes(6, "big"), [*OPENING, [0, ""]])))
    assert (len(listener.fields), listener.not_kept) == (10, 40 * 2)
    monkeypatch.setattr(listening, "MAX_OCTETS", listener.octets + 3)
    listener.take(dissected(lldp_frame(bytes(6), [*OPENING, [5, "longer"], [0, ""]])))
    assert listener.not_kept == 40 * 2 + 1
