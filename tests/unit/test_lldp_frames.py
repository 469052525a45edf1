"""LLDP frames as the runner of labs sends them, read by a library that knows nothing of it."""

from ipaddress import IPv4Address
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scanner.lab.lldp_frames import Announcement, lldp_frame
from scanner.lab.lldp_sending import announcements
from scanner.simulator.device import Interface, SimulatedDevice, System

ANNOUNCEMENT = Announcement(
    source=bytes.fromhex("4846fb10010b"),
    chassis=bytes.fromhex("4846fb100100"),
    port_name="GigabitEthernet1/0/0",
    port_index=11,
    port_description="to leaf1",
    system_name="core1",
    system_description="a router",
    address=IPv4Address("192.0.2.11"),
    seconds=120,
)
DEVICE = SimulatedDevice(
    name="core1",
    mac="48:46:fb:10:01:00",
    system=System(descr="a router", object_id="1.3.6.1", up_time=1),
    interfaces=(
        Interface(index=11, name="GigabitEthernet1/0/0", alias="to leaf1", link="eth1"),
        Interface(index=12, name="GigabitEthernet1/0/1", link="eth2"),
        Interface(index=1, name="LoopBack0", type=24, link="eth1"),
        Interface(index=13, name="GigabitEthernet1/0/2"),
    ),
)


def dissected(frame: bytes) -> Any:
    from scapy.contrib.lldp import LLDPDU
    from scapy.layers.l2 import Ether

    packet = Ether(frame)
    assert LLDPDU in packet
    return packet


def test_a_frame_says_what_was_announced() -> None:
    from scapy.contrib import lldp

    packet = dissected(lldp_frame(ANNOUNCEMENT))
    assert (packet.dst, packet.src, packet.type) == ("01:80:c2:00:00:0e", "48:46:fb:10:01:0b", 0x88CC)
    assert (packet[lldp.LLDPDUChassisID].subtype, packet[lldp.LLDPDUChassisID].id) == (4, "48:46:fb:10:01:00")
    assert (packet[lldp.LLDPDUPortID].subtype, packet[lldp.LLDPDUPortID].id) == (5, b"GigabitEthernet1/0/0")
    assert packet[lldp.LLDPDUTimeToLive].ttl == 120
    assert packet[lldp.LLDPDUPortDescription].description == b"to leaf1"
    assert packet[lldp.LLDPDUSystemName].system_name == b"core1"
    assert packet[lldp.LLDPDUSystemDescription].description == b"a router"
    management = packet[lldp.LLDPDUManagementAddress]
    assert (management.management_address, management.interface_number) == (bytes((192, 0, 2, 11)), 11)
    assert lldp.LLDPDUEndOfLLDPDU in packet


@given(st.text(st.characters(codec="utf-8"), max_size=400), st.text(st.characters(codec="utf-8"), max_size=400))
def test_texts_of_any_length_are_cut_to_what_a_tlv_may_hold(name: str, description: str) -> None:
    from dataclasses import replace

    frame = lldp_frame(replace(ANNOUNCEMENT, system_name=name, system_description=description))
    texts = dict(tlvs(frame[14:]))
    assert len(frame) < 1_500
    assert name.encode().startswith(texts.get(5, b""))
    assert description.encode().startswith(texts.get(6, b""))
    assert all(len(texts.get(kind, b"")) <= 255 for kind in (5, 6))
    assert len(texts.get(5, b"")) >= min(len(name.encode()), 252)


def tlvs(octets: bytes) -> list[tuple[int, bytes]]:
    """Each TLV of an LLDPDU; the last is its end."""
    found: list[tuple[int, bytes]] = []
    while octets:
        head = int.from_bytes(octets[:2], "big")
        found.append((head >> 9, octets[2 : 2 + (head & 511)]))
        octets = octets[2 + (head & 511) :]
    assert found[-1] == (0, b"")
    return found


def test_a_device_announces_itself_on_the_links_that_carry_its_interfaces() -> None:
    announced = list(announcements(DEVICE, IPv4Address("192.0.2.11"), ("eth1", "eth9")))
    assert announced == [("eth1", ANNOUNCEMENT)]


def test_a_device_that_does_not_speak_lldp_announces_nothing() -> None:
    silent = DEVICE.model_copy(update={"lldp": False})
    assert list(announcements(silent, IPv4Address("192.0.2.11"), ("eth1",))) == []
