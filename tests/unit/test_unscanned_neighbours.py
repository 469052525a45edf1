"""Devices of watched companies that the scan did not reach and that others report."""

from collections.abc import Sequence
from datetime import date

from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.device import Device, WatchLevel
from fingerprints.model.neighbour import L2L3Tables, LearnedMac
from reports.document.finding_wording import neighbour_text
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.run import judge_neighbour
from reports.placement.sighting import RuleId, Sighting, UnscannedNeighbour
from reports.placement.topology import LinkKind, topology_of
from reports.placement.unscanned_neighbours import unscanned_neighbours
from reports.policy.policy_set import load_policies
from tests.unit.networks import box, bridge, sees

DATABASE = load_database()
HIKVISION = "44:19:b6:00:00:11"
CISCO = "00:00:0c:01:01:01"


def unscanned_beside(devices: Sequence[Device]) -> tuple[UnscannedNeighbour, ...]:
    return unscanned_neighbours(topology_of(devices), DATABASE)


def test_a_restricted_mac_address_in_a_bridge_table_is_reported_with_the_port_with_the_fewest_addresses_first() -> None:
    trunk = box("core", l2_l3_tables=bridge((HIKVISION, "Te1/1", 40)))
    access = box("access", l2_l3_tables=bridge((HIKVISION, "Gi0/7", 1), (CISCO, "Gi0/8", 1)))
    (found,) = unscanned_beside((trunk, access))
    assert found.sightings == (
        Sighting("access", "access", "Gi0/7", LinkKind.BRIDGE, 0),
        Sighting("core", "core", "Te1/1", LinkKind.BRIDGE, 39),
    )
    assert [(tie.entity, tie.level) for tie in found.watched] == [("hikvision", WatchLevel.POSSIBLE)]
    assert neighbour_text(found) == f"{HIKVISION} (hikvision) was not scanned: it sits behind port Gi0/7 of access"


def test_the_rules_that_would_restrict_its_maker_somewhere_are_listed_and_it_has_no_verdict() -> None:
    (found,) = unscanned_beside((box("access", l2_l3_tables=bridge((HIKVISION, "Gi0/7", 1))),))
    evaluator = PolicyEvaluator(
        load_policies(("us-889a", "gb-dvd-huawei-2022", "jp-procurement-2018")), date(2024, 1, 1), DATABASE.companies
    )
    judged = judge_neighbour(found, evaluator)
    assert judged.rules == (RuleId("us-889a", "video"), RuleId("us-889a", "services"))
    assert neighbour_text(judged) == (
        f"{HIKVISION} (hikvision) was not scanned: it sits behind port Gi0/7 of access; "
        "us-889a would restrict its maker"
    )


def test_what_a_neighbour_repeats_of_it_is_never_more_than_probable() -> None:
    neighbour = sees(
        "olt-9", "00:e0:fc:13:03:00", "Gi1", "Huawei Versatile Routing Platform Software VRP (R) software, MA5800"
    )
    (found,) = unscanned_beside((box("a", neighbour),))
    assert [(tie.entity, tie.level) for tie in found.watched] == [("huawei", WatchLevel.PROBABLE)]
    assert (found.name, found.made_by and found.made_by.id) == ("olt-9", "huawei")


def test_a_device_that_answered_is_not_reported_again() -> None:
    camera = box("cam", l2_l3_tables=L2L3Tables(macs=(HIKVISION,)))
    assert unscanned_beside((camera, box("s", l2_l3_tables=bridge((HIKVISION, "1", 1))))) == ()


def test_an_entry_of_arp_gives_the_address_too() -> None:
    gateway = box("g", l2_l3_tables=L2L3Tables(learned=(LearnedMac(HIKVISION, "Vlan9", "198.51.100.7"),)))
    (found,) = unscanned_beside((gateway,))
    assert (found.address, found.sightings) == ("198.51.100.7", (Sighting("g", "g", "Vlan9", LinkKind.ARP, 0),))


def test_a_nameless_address_on_the_port_of_a_named_one_of_the_same_maker_is_the_same_box() -> None:
    named = sees("olt-9", "00:e0:fc:13:03:00", "Gi1", "Huawei MA5800")
    switch = box("s", named, l2_l3_tables=bridge(("00:e0:fc:13:03:01", "Gi1", 1), ("00:e0:fc:99:00:01", "Gi2", 1)))
    assert [one.name or one.mac for one in unscanned_beside((switch,))] == [
        "00:e0:fc:99:00:01",
        "olt-9",
    ]


def test_a_nameless_neighbour_that_announces_itself_is_a_box_of_its_own() -> None:
    phone, station = sees("", "00:e0:fc:13:03:00", "Gi1"), sees("olt-9", "00:e0:fc:13:03:01", "Gi1")
    assert len(unscanned_beside((box("s", phone, station),))) == 2


def test_what_nobody_watches_is_left_out() -> None:
    assert unscanned_beside((box("s", l2_l3_tables=bridge((CISCO, "1", 1))),)) == ()
