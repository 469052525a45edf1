"""A router stands in the highest zone it forwards for, by its own tables."""

from dataclasses import replace
from pathlib import Path

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.neighbour import L2L3Tables, Neighbour
from reports.placement.placement import Origin
from reports.placement.zones import read_zones
from reports.policy.vocabulary import Tier
from tests.unit.placing import place

ROUTER = Device("r", (), ("198.51.100.1",), "r1", (), Identity(Level.UNKNOWN, 0.0))
ZONES = """
zones:
  - {name: lan, match: {prefix: 198.51.100.0/24}, tier: access}
  - {name: backbone, match: {prefix: 203.0.113.0/24}, tier: core}
"""


def test_a_router_reached_by_its_lan_address_stands_where_its_other_addresses_lie(tmp_path: Path) -> None:
    (tmp_path / "zones.yaml").write_text(ZONES)
    zones = read_zones(tmp_path / "zones.yaml")
    forwarding = replace(ROUTER, l2_l3_tables=L2L3Tables(addresses=("198.51.100.1/24", "203.0.113.1/30")))
    assert place(ROUTER, zones).tier is Tier.ACCESS
    placed = place(forwarding, zones)
    assert (placed.tier, placed.core, placed.origin, placed.zone) == (Tier.CORE, True, Origin.DECLARED, "backbone")
    assert placed.because == (
        "zone backbone: address 203.0.113.1 lies in 203.0.113.0/24; "
        "other addresses lie in lan, and the highest zone counts"
    )


def test_an_own_address_in_no_zone_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "zones.yaml").write_text(ZONES)
    zones = read_zones(tmp_path / "zones.yaml")
    elsewhere = replace(ROUTER, l2_l3_tables=L2L3Tables(addresses=("192.0.2.1/24",)))
    assert place(elsewhere, zones) == place(ROUTER, zones)


SHARED = """
zones:
  - {name: management, match: {prefix: 192.0.2.0/24}, tier: oversight}
  - {name: lan, match: {prefix: 198.51.100.0/24}, tier: access}
"""


def test_a_leg_in_the_management_network_does_not_make_a_switch_a_part_of_oversight(tmp_path: Path) -> None:
    (tmp_path / "zones.yaml").write_text(SHARED)
    zones = read_zones(tmp_path / "zones.yaml")
    both = replace(ROUTER, addresses=("192.0.2.1",), l2_l3_tables=L2L3Tables(addresses=("198.51.100.1/24",)))
    switch = replace(both, identity=replace(ROUTER.identity, kind="switch"))
    assert place(switch, zones).tier is Tier.ACCESS
    assert place(replace(both, neighbours=(Neighbour("ospf", "", "198.51.100.2"),)), zones).tier is Tier.ACCESS
    assert place(both, zones).tier is Tier.OVERSIGHT  # a server with two legs may well manage
    assert place(replace(switch, l2_l3_tables=L2L3Tables()), zones).tier is Tier.OVERSIGHT
