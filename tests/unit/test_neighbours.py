"""The devices that one sees next to it."""

from fingerprints.model.evidence import Observation, Source, kept
from fingerprints.model.neighbour import Neighbour
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.registry import neighbours_of
from tests.unit.boxes import capture

LLDP = "1.0.8802.1.1.2.1.4.1.1"


def test_an_lldp_row_is_joined_with_the_local_ports_name() -> None:
    evidence = capture(
        (
            Observation(Source.SNMP_LLDP_LOCAL, "1.0.8802.1.1.2.1.3.7.1.3.7", "Gi0/7"),
            Observation(Source.SNMP_LLDP_REMOTE, f"{LLDP}.4.0.7.1", "4"),
            Observation(Source.SNMP_LLDP_REMOTE, f"{LLDP}.5.0.7.1", kept(bytes.fromhex("00e0fc102001"))),
            Observation(Source.SNMP_LLDP_REMOTE, f"{LLDP}.6.0.7.1", "5"),
            Observation(Source.SNMP_LLDP_REMOTE, f"{LLDP}.7.0.7.1", "GigabitEthernet0/0/1"),
            Observation(Source.SNMP_LLDP_REMOTE, f"{LLDP}.9.0.7.1", "core-2"),
        )
    )
    assert neighbours_of(index_observations(evidence)) == (
        Neighbour("lldp", "Gi0/7", "core-2", "00:e0:fc:10:20:01", "GigabitEthernet0/0/1", ""),
    )


def test_a_cdp_row_is_joined_with_the_interfaces_name() -> None:
    cdp = "1.3.6.1.4.1.9.9.23.1.2.1.1"
    evidence = capture(
        (
            Observation(Source.SNMP_IF_NAME, "1.3.6.1.2.1.31.1.1.1.1.3", "Gi1/0/3"),
            Observation(Source.SNMP_CDP_REMOTE, f"{cdp}.6.3.1", "core-2"),
            Observation(Source.SNMP_CDP_REMOTE, f"{cdp}.7.3.1", "Gi0/1"),
            Observation(Source.SNMP_CDP_REMOTE, f"{cdp}.8.3.1", "cisco WS-C4500X"),
        )
    )
    assert neighbours_of(index_observations(evidence)) == (
        Neighbour("cdp", "Gi1/0/3", "core-2", "", "Gi0/1", "cisco WS-C4500X"),
    )


def test_routing_neighbours_are_told_by_their_address() -> None:
    evidence = capture(
        (
            Observation(Source.SNMP_ROUTING_NEIGHBOUR, "1.3.6.1.2.1.15.3.1.2.192.0.2.9", "6"),
            Observation(Source.SNMP_ROUTING_NEIGHBOUR, "1.3.6.1.2.1.14.10.1.6.192.0.2.8.0", "8"),
        )
    )
    assert neighbours_of(index_observations(evidence)) == (
        Neighbour("bgp", "", "192.0.2.9"),
        Neighbour("ospf", "", "192.0.2.8"),
    )
