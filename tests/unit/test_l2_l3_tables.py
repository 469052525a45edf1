"""How a device hangs in the network by its own tables."""

from hypothesis import given
from hypothesis import strategies as st

from fingerprints.identity.l2_l3_tables import MAX_LEARNED, l2_l3_tables_of
from fingerprints.model.evidence import Observation, Source, kept
from fingerprints.model.neighbour import InterfaceAddress, L2L3Tables, LearnedMac
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.registry import COLUMNS
from tests.unit.boxes import capture, ports

OLD, NEW = "1.3.6.1.2.1.4.20.1", "1.3.6.1.2.1.4.34.1.3"
FDB, BASE_PORT = "1.3.6.1.2.1.17.4.3.1.2", "1.3.6.1.2.1.17.1.4.1.2"
MAC = kept(bytes.fromhex("00e0fc102001"))


def of(*observations: Observation) -> L2L3Tables:
    return l2_l3_tables_of(index_observations(capture(observations)))


def test_its_own_addresses_come_with_the_length_of_their_prefix() -> None:
    found = of(
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.203.0.113.1", "2"),
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.3.203.0.113.1", "255.255.255.252"),
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.192.0.2.9", "3"),
    )
    assert found.addresses == ("203.0.113.1/30", "192.0.2.9")


def test_addresses_of_the_newer_table_are_read_of_both_families_and_not_told_twice() -> None:
    six = ".".join(str(octet) for octet in bytes.fromhex("20010db8000000000000000000000001"))
    found = of(
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.192.0.2.9", "3"),
        Observation(Source.SNMP_IP_ADDRESS, f"{NEW}.1.4.192.0.2.9", "3"),
        Observation(Source.SNMP_IP_ADDRESS, f"{NEW}.2.16.{six}", "3"),
    )
    assert found.addresses == ("192.0.2.9", "2001:db8::1")


def test_loopback_and_link_local_addresses_place_nobody() -> None:
    found = of(
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.127.0.0.1", "1"),
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.169.254.1.1", "1"),
        Observation(Source.SNMP_IP_ADDRESS, f"{NEW}.2.16.not.an.address", "1"),
    )
    assert found.addresses == ()


def test_what_was_learned_comes_with_the_name_of_its_port_and_how_many_are_behind_it() -> None:
    found = of(
        Observation(Source.SNMP_IF_NAME, "1.3.6.1.2.1.31.1.1.1.1.107", "Gi0/7"),
        Observation(Source.SNMP_BRIDGE_PORT, f"{BASE_PORT}.7", "107"),
        Observation(Source.SNMP_FORWARDING_ENTRY, f"{FDB}.0.224.252.16.32.1", "7"),
        Observation(Source.SNMP_FORWARDING_ENTRY, "1.3.6.1.2.1.17.7.1.2.2.1.2.120.0.224.252.16.32.2", "7"),
        Observation(Source.SNMP_FORWARDING_ENTRY, f"{FDB}.0.224.252.16.32.3", "0"),
    )
    assert found.learned == (
        LearnedMac("00:e0:fc:10:20:01", "Gi0/7", on_port=2),
        LearnedMac("00:e0:fc:10:20:02", "Gi0/7", on_port=2),
    )
    assert found.learned_count == 2


def test_arp_tells_which_mac_address_an_address_has() -> None:
    found = of(Observation(Source.SNMP_NEIGHBOUR_MAC, "1.3.6.1.2.1.4.22.1.2.4.192.0.2.7", MAC))
    assert found.learned == (LearnedMac("00:e0:fc:10:20:01", "4", "192.0.2.7"),)
    assert found.learned_count == 0


def test_the_fullest_ports_are_left_out_first_and_all_are_counted() -> None:
    trunk = [
        Observation(Source.SNMP_FORWARDING_ENTRY, f"{FDB}.0.16.0.0.{number // 256}.{number % 256}", "48")
        for number in range(MAX_LEARNED + 10)
    ]
    found = of(*trunk, Observation(Source.SNMP_FORWARDING_ENTRY, f"{FDB}.0.224.252.16.32.1", "7"))
    assert found.learned[0] == LearnedMac("00:e0:fc:10:20:01", "7", on_port=1)
    assert (len(found.learned), found.learned_count) == (MAX_LEARNED, MAX_LEARNED + 11)


def test_what_a_bridge_lists_of_its_own_was_not_learned() -> None:
    found = of(
        *ports("00:e0:fc:10:20:01"),
        Observation(Source.SNMP_FORWARDING_ENTRY, f"{FDB}.0.224.252.16.32.1", "7"),
        Observation(Source.SNMP_FORWARDING_ENTRY, f"{FDB}.0.224.252.16.32.2", "7"),
    )
    assert found.learned == (LearnedMac("00:e0:fc:10:20:02", "7", on_port=1),)


def test_it_is_known_by_the_addresses_of_its_ports() -> None:
    assert of(*ports("00:e0:fc:10:20:01")).macs == ("00:e0:fc:10:20:01",)


def test_lines_to_subscribers_are_counted_by_type() -> None:
    observations = [
        Observation(Source.SNMP_IF_TYPE, f"1.3.6.1.2.1.2.2.1.3.{n}", kind) for n, kind in enumerate(("250", "6"))
    ]
    assert of(*observations).subscriber_lines == 1


@given(st.sampled_from(sorted(COLUMNS)), st.text("0123456789.-x", max_size=60), st.text(max_size=20))
def test_no_table_makes_it_raise(column: str, instance: str, value: str) -> None:
    of(Observation(COLUMNS[column], f"{column}.{instance}", kept(value)))


def test_an_address_is_known_with_the_names_the_vlan_and_the_vrf_of_its_interface() -> None:
    vrf = "1.3.6.1.2.1.10.166.11.1.2.1.1.2.4.98.108.117.101.120"  # length 4, b l u e, ifIndex 120
    found = of(
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.192.0.2.9", "120"),
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.3.192.0.2.9", "255.255.255.0"),
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.192.0.2.77", "7"),
        Observation(Source.SNMP_IF_NAME, "1.3.6.1.2.1.31.1.1.1.1.120", "Vl120"),
        Observation(Source.SNMP_IF_DESCR, "1.3.6.1.2.1.2.2.1.2.120", "Vlan-interface0120"),
        Observation(Source.SNMP_IF_ALIAS, "1.3.6.1.2.1.31.1.1.1.18.120", "office  west"),
        Observation(Source.SNMP_VRF_INTERFACE, vrf, "2"),
    )
    assert found.interface_addresses == (
        InterfaceAddress("192.0.2.9/24", ("Vl120", "Vlan-interface0120", "office west"), "blue", "120"),
    )


def test_a_row_of_a_vrf_that_does_not_add_up_says_nothing() -> None:
    column = "1.3.6.1.2.1.10.166.11.1.2.1.1.2"
    found = of(
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.192.0.2.9", "7"),
        Observation(Source.SNMP_VRF_INTERFACE, f"{column}.4.98.108.117.7", "2"),
        Observation(Source.SNMP_VRF_INTERFACE, f"{column}.1.999.7", "2"),
        Observation(Source.SNMP_VRF_INTERFACE, f"{column}.x", "2"),
    )
    assert found.interface_addresses == ()


def test_a_number_behind_a_dot_of_any_other_interface_is_no_vlan() -> None:
    found = of(
        Observation(Source.SNMP_IP_ADDRESS, f"{OLD}.2.192.0.2.9", "7"),
        Observation(Source.SNMP_IF_NAME, "1.3.6.1.2.1.31.1.1.1.1.7", "xe-0/0/1.120"),
    )
    assert found.interface_addresses == (InterfaceAddress("192.0.2.9", ("xe-0/0/1.120",)),)
