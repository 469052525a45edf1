"""The graph of devices, and of those that only others tell of."""

from dataclasses import replace

from fingerprints.model.neighbour import L2L3Tables, LearnedMac, Neighbour
from reports.placement.topology import (
    LinkKind,
    LinkReport,
    NeighbourPair,
    Node,
    adjacencies,
    neighbour_pairs,
    topology_of,
)
from tests.unit.networks import box, bridge, sees

MAC = "00:e0:fc:10:20:01"


def test_a_neighbour_is_the_device_that_bears_its_chassis_address() -> None:
    known = box("b", l2_l3_tables=L2L3Tables(macs=(MAC,)))
    assert topology_of((box("a", sees("another name", MAC, "Gi1")), known)).links == (
        LinkReport("a", "b", LinkKind.LLDP, "Gi1"),
    )


def test_a_neighbour_is_the_device_of_its_name_in_full_or_to_the_first_dot() -> None:
    topology = topology_of((box("a", Neighbour("cdp", "Gi1", "B.example.net(FOC1010X104)")), box("b")))
    assert topology.links == (LinkReport("a", "b", LinkKind.CDP, "Gi1"),)


def test_a_name_that_two_devices_bear_is_no_sign_of_either() -> None:
    topology = topology_of((box("a", sees("switch")), box("switch.x"), box("switch.y")))
    assert topology.links == (LinkReport("a", "name switch", LinkKind.LLDP, "1"),)


def test_a_site_of_a_fleet_knows_its_own_devices_alone() -> None:
    own, other = (replace(box(name, sees("b", MAC)), fleet_site=site) for name, site in (("a", "LON"), ("c", "MAN")))
    known = replace(box("b", l2_l3_tables=L2L3Tables(macs=(MAC,))), fleet_site="LON")
    topology = topology_of((own, known, other))
    assert topology.links == (
        LinkReport("a", "b", LinkKind.LLDP, "1"),
        LinkReport("c", f"MAN mac {MAC}", LinkKind.LLDP, "1"),
    )


def test_a_routing_neighbour_is_the_device_with_its_address() -> None:
    topology = topology_of(
        (
            box("a", Neighbour("ospf", "", "203.0.113.2")),
            box("b", l2_l3_tables=L2L3Tables(addresses=("203.0.113.2/24",))),
        )
    )
    assert topology.links == (LinkReport("a", "b", LinkKind.OSPF, ""),)


def test_a_neighbour_that_nobody_asked_is_a_node_of_its_own_with_all_that_is_reported_of_it() -> None:
    topology = topology_of((box("a", sees("", MAC)), box("b", sees("far", MAC, platform="NE40E"))))
    assert topology.nodes[f"mac {MAC}"] == Node(f"mac {MAC}", None, "far", MAC, "", "NE40E")


def test_an_adjacency_that_does_not_say_with_whom_joins_nothing_and_counts() -> None:
    one = box("a", Neighbour("isis", "", "3.1"), Neighbour("isis", "", "4.1"))
    assert topology_of((one, box("b"))).links == ()
    assert adjacencies(one) == {"isis": 2}


def test_two_addresses_of_a_point_to_point_subnet_join_their_devices_and_of_a_lan_do_not() -> None:
    topology = topology_of(
        (
            box("a", l2_l3_tables=L2L3Tables(addresses=("203.0.113.1/30", "198.51.100.1/24"))),
            box("b", l2_l3_tables=L2L3Tables(addresses=("203.0.113.2/30", "198.51.100.2/24"))),
        )
    )
    assert topology.links == (LinkReport("a", "b", LinkKind.SUBNET),)


def test_an_address_alone_on_a_bridge_port_is_next_to_it_and_one_of_many_only_behind_it() -> None:
    known = box("b", l2_l3_tables=L2L3Tables(macs=(MAC,)))
    other = box("c", l2_l3_tables=L2L3Tables(macs=("00:e0:fc:10:20:02",)))
    switch = box("s", l2_l3_tables=bridge((MAC, "Gi7", 1), ("00:e0:fc:10:20:02", "Gi8", 40)))
    topology = topology_of((switch, known, other))
    assert topology.links == (LinkReport("s", "b", LinkKind.BRIDGE, "Gi7"), LinkReport("s", "c", LinkKind.ARP, "Gi8"))


def test_arp_shows_the_mac_address_of_a_device_that_reports_none_itself() -> None:
    gateway = box("g", l2_l3_tables=L2L3Tables(learned=(LearnedMac(MAC, "Vlan1", "198.51.100.7"),)))
    topology = topology_of(
        (gateway, box("s", l2_l3_tables=bridge((MAC, "Gi7", 1))), box("h", address="198.51.100.7:161"))
    )
    assert topology.links == (LinkReport("g", "h", LinkKind.ARP, "Vlan1"), LinkReport("s", "h", LinkKind.BRIDGE, "Gi7"))


def test_no_device_is_its_own_neighbour() -> None:
    assert topology_of((box("a", sees("a")),)).links == ()


def test_two_devices_are_a_pair_once_whichever_of_them_reports_the_other_and_by_every_protocol() -> None:
    one = box("b", sees("a"), Neighbour("cdp", "Gi1", "a"))
    other = box("a", sees("b"), sees("c"))
    assert neighbour_pairs(topology_of((one, other, box("c")))) == (
        NeighbourPair("a", "b", (LinkKind.LLDP, LinkKind.CDP)),
        NeighbourPair("a", "c", (LinkKind.LLDP,)),
    )


def test_devices_that_only_talked_and_neighbours_that_did_not_answer_are_no_pair() -> None:
    learned = L2L3Tables(learned=(LearnedMac(MAC, "Vlan9", "203.0.113.2"),))
    known = box("b", l2_l3_tables=L2L3Tables(macs=(MAC,)))
    assert neighbour_pairs(topology_of((box("a", sees("far"), l2_l3_tables=learned), known))) == ()
