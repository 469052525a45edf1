"""MAC and IP addresses as MIB tables and devices write them."""

import pytest

from fingerprints.model.inet_address import address_of_arcs, address_of_instance, address_of_octets, locates_device
from fingerprints.model.mac_address import format_mac, is_factory_mac, is_station_mac, mac_of_arcs, parse_mac

MAC = bytes.fromhex("00e0fc102001")
SIX = ".".join(map(str, bytes.fromhex("20010db8000000000000000000000001")))


@pytest.mark.parametrize(
    "text",
    ["\x00\xe0\xfc\x10\x20\x01", "00e0fc102001", "00:e0:fc:10:20:01", "00-E0-FC-10-20-01", "00e0.fc10.2001"],
)
def test_a_mac_address_is_read_from_octets_and_from_hexadecimal(text: str) -> None:
    assert parse_mac(text) == MAC


@pytest.mark.parametrize("text", ["", "00e0fc1020", "00:e0:fc:10:20:0g", "00e0fc10200100e0fc102001"])
def test_what_is_no_mac_address_is_empty(text: str) -> None:
    assert parse_mac(text) == b""


def test_a_mac_address_is_read_from_the_arcs_of_an_instance() -> None:
    assert mac_of_arcs(["0", "224", "252", "16", "32", "1"]) == MAC
    assert mac_of_arcs(["0", "224", "252", "16", "32", "256"]) == b""
    assert mac_of_arcs(["224", "252", "16", "32", "1"]) == b""
    assert format_mac(MAC) == "00:e0:fc:10:20:01"


@pytest.mark.parametrize(
    ("mac", "station", "factory"),
    [
        ("00e0fc102001", True, True),
        ("02e0fc102001", True, False),
        ("01e0fc102001", False, False),
        ("000000000000", False, False),
        ("00e0fc000000", True, False),
        ("00005e000101", True, False),
    ],
)
def test_group_local_blank_and_protocol_addresses_name_no_factory(mac: str, station: bool, factory: bool) -> None:
    octets = bytes.fromhex(mac)
    assert (is_station_mac(octets), is_factory_mac(octets)) == (station, factory)


@pytest.mark.parametrize(
    ("instance", "address"),
    [
        ("1.4.192.0.2.9", "192.0.2.9"),
        (f"2.16.{SIX}", "2001:db8::1"),
        ("2.4.192.0.2.9", ""),
        ("1.4.192.0.2", ""),
        ("1.4.192.0.2.256", ""),
        ("1.4.192.0.2.9.9", ""),
        ("16.3.119.119.119", ""),
        ("x", ""),
        ("", ""),
    ],
)
def test_an_instance_holds_an_address_if_type_length_and_octets_agree(instance: str, address: str) -> None:
    assert address_of_instance(instance.split(".")) == address


def test_octets_and_arcs_are_an_address_by_their_number() -> None:
    assert address_of_octets(bytes((192, 0, 2, 9))) == address_of_arcs(["192", "0", "2", "9"]) == "192.0.2.9"
    assert address_of_octets(b"\x01\x02\x03") == address_of_arcs(["192", "0", "2"]) == ""


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "169.254.1.1", "0.0.0.0", "224.0.0.5", "::1", "fe80::1", "ff02::1", "", "x"]
)
def test_addresses_that_many_devices_have_locate_none(text: str) -> None:
    assert not locates_device(text)


def test_private_and_public_addresses_locate_a_device() -> None:
    assert locates_device("10.0.0.1")
    assert locates_device("2001:db8::1")
