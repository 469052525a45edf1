"""Zones by what an address sits on: interface, VLAN, VRF; by namespace; and which addresses count."""

from dataclasses import replace
from pathlib import Path

import pytest

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.errors import DataFileError
from fingerprints.model.neighbour import InterfaceAddress, L2L3Tables, Neighbour
from reports.placement.placement import UNCLASSIFIED
from reports.placement.topology import topology_of
from reports.placement.zones import Zones, check, describe_near_misses, read_zones, would_stand_higher
from reports.policy.vocabulary import Tier
from tests.unit.placing import place

UPLINK = InterfaceAddress("203.0.113.1/30", ("ae0", "Aggregate 0", "to core west"), vrf="backbone")
OFFICE = InterfaceAddress("198.51.100.1/24", ("Vlan120",), vlan="120")
ROUTER = Device(
    "r",
    (),
    ("198.51.100.1",),
    "r1",
    (),
    Identity(Level.UNKNOWN, 0.0, kind="router"),
    l2_l3_tables=L2L3Tables(addresses=(OFFICE.address, UPLINK.address), interface_addresses=(OFFICE, UPLINK)),
)


def zones(tmp_path: Path, *entries: str, head: str = "") -> Zones:
    path = tmp_path / "zones.yaml"
    path.write_text(f"{head}\nzones:\n" + "".join(f"  - {entry}\n" for entry in entries), encoding="utf-8")
    return read_zones(path)


@pytest.mark.parametrize(
    ("match", "because"),
    [
        ("{interface: 'ae*'}", "zone z: interface ae0 is like ae*"),
        ("{interface: '*core*'}", "zone z: interface to core west is like *core*"),
        ("{vlan: 100-199}", "zone z: vlan 120 is like 100-199"),
        ("{vlan: 120}", "zone z: vlan 120"),
        ("{vrf: backbone}", "zone z: vrf backbone"),
    ],
)
def test_a_zone_matches_what_one_of_its_addresses_sits_on(tmp_path: Path, match: str, because: str) -> None:
    assert place(ROUTER, zones(tmp_path, f"{{name: z, match: {match}, tier: core}}")).because == because


def test_the_conditions_of_one_zone_are_met_by_one_address_and_not_by_two(tmp_path: Path) -> None:
    both = zones(tmp_path, "{name: z, match: {prefix: 198.51.100.0/24, interface: ae0}, tier: core}")
    assert place(ROUTER, both) == UNCLASSIFIED
    one = zones(tmp_path, "{name: z, match: {prefix: 203.0.113.0/24, interface: ae0}, tier: core}")
    assert place(ROUTER, one).tier is Tier.CORE


@pytest.mark.parametrize("vlan", ["99", "200", "12", "core"])
def test_a_range_of_vlans_holds_its_ends_and_what_lies_between(tmp_path: Path, vlan: str) -> None:
    found = zones(tmp_path, "{name: z, match: {vlan: [100-199, 300]}, tier: core}")
    box = replace(ROUTER, l2_l3_tables=L2L3Tables())
    assert place(replace(box, attributes=(("vlan", vlan),)), found) == UNCLASSIFIED
    for held in ("100", "199", "300"):
        assert place(replace(box, attributes=(("vlan", held),)), found).zone == "z"


@pytest.mark.parametrize("vlan", ["199-100", "0", "4095", "1-5000"])
def test_a_vlan_that_cannot_be_is_refused(tmp_path: Path, vlan: str) -> None:
    with pytest.raises(DataFileError, match="a VLAN from 1 to 4094"):
        zones(tmp_path, f"{{name: z, match: {{vlan: {vlan}}}, tier: core}}")


def test_a_management_interface_makes_no_router_a_part_of_oversight(tmp_path: Path) -> None:
    found = zones(
        tmp_path,
        "{name: management, match: {interface: Vlan120}, tier: oversight}",
        "{name: lan, match: {prefix: 203.0.113.0/24}, tier: access}",
    )
    assert place(ROUTER, found).zone == "lan"


BLUE, RED = (replace(ROUTER, attributes=(("namespace", name),)) for name in ("blue", "red"))
SPACES = (
    "{name: blue-core, match: {prefix: 198.51.100.0/24, namespace: blue}, tier: core}",
    "{name: plain, match: {prefix: 198.51.100.0/24}, tier: access}",
)


def test_a_prefix_of_one_namespace_places_nobody_of_another(tmp_path: Path) -> None:
    found = zones(tmp_path, *SPACES)
    assert place(BLUE, found).zone == "blue-core"
    assert place(RED, found) == UNCLASSIFIED
    assert place(ROUTER, found).zone == "plain"
    assert describe_near_misses(RED, found) == (
        "zone blue-core: all but namespace (it has red, the zone asks for blue)",
        "zone plain: all but namespace (it is in red, and the zone names none)",
    )


def test_a_zone_may_name_every_namespace(tmp_path: Path) -> None:
    found = zones(tmp_path, "{name: z, match: {prefix: 198.51.100.0/24, namespace: '*'}, tier: core}")
    assert [place(box, found).zone for box in (BLUE, RED, ROUTER)] == ["z", "z", None]


CORE = "{name: core, match: {prefix: 203.0.113.0/24}, tier: core}"
LAN = "{name: lan, match: {prefix: 198.51.100.0/24}, tier: access}"


def test_a_file_may_count_the_addresses_that_were_asked_alone_and_says_what_that_changes(tmp_path: Path) -> None:
    high, low = zones(tmp_path, CORE, LAN), zones(tmp_path, CORE, LAN, head="place_by: management")
    assert (place(ROUTER, high).tier, would_stand_higher(ROUTER, place(ROUTER, high), high)) == (Tier.CORE, False)
    placed = place(ROUTER, low)
    assert (placed.tier, would_stand_higher(ROUTER, placed, low)) == (Tier.ACCESS, True)
    assert placed.because == (
        "zone lan: address 198.51.100.1 lies in 198.51.100.0/24; its own address table would put it higher (core, zone "
        "core: address 203.0.113.1 lies in 203.0.113.0/24; other addresses lie in lan, and the highest zone counts), "
        "but the file counts only the addresses asked"
    )


def test_an_asked_address_in_no_zone_is_unclassified_whatever_the_other_ones_say(tmp_path: Path) -> None:
    assert place(ROUTER, zones(tmp_path, CORE, head="place_by: management")) == UNCLASSIFIED


def test_a_capture_was_asked_nowhere_so_all_its_addresses_count(tmp_path: Path) -> None:
    capture = replace(ROUTER, addresses=(), labels=("r1",))
    low = zones(tmp_path, "{name: lab, match: {label: r1}, tier: enterprise}", CORE, head="place_by: management")
    assert place(capture, low).zone == "lab"


def test_an_unknown_word_for_the_addresses_that_count_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="'highest' or 'management'"):
        zones(tmp_path, CORE, head="place_by: loopback")


def test_what_nearly_decided_is_shown_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = zones(
        tmp_path,
        "{name: west, match: {prefix: 198.51.100.0/24, site: west}, tier: core}",
        LAN,
        "{name: offices, match: {vlan: 100-199}, tier: enterprise}",
        "{name: far, match: {prefix: 192.0.2.0/24}, tier: edge}",
    )
    assert describe_near_misses(replace(ROUTER, attributes=(("site", "east"),)), found) == (
        "zone west: all but site (it has east, the zone asks for west)",
        "zone offices: vlan 120 is like 100-199, but an earlier zone decides",
    )
    assert check(found, (ROUTER,)) == (
        "zone west: matches no device",
        "zone offices: earlier zones take all it would match",
        "zone far: matches no device",
    )


def test_a_routing_neighbour_is_looked_for_in_the_own_namespace(tmp_path: Path) -> None:
    tells = replace(BLUE, id="b", name="b1", neighbours=(Neighbour("ospf", "", "192.0.2.9"),))
    other = Device("x", (), ("192.0.2.9",), "x1", (("namespace", "red"),), Identity(Level.UNKNOWN, 0.0))
    assert [link.reported for link in topology_of((tells, other)).links] == ["address 192.0.2.9 blue"]
    same = replace(other, attributes=(("namespace", "blue"),))
    assert [link.reported for link in topology_of((tells, same)).links] == ["x"]
