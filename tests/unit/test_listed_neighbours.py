"""Neighbours that commands list, on their way into the report: joined with the MIB tables, as evidence about devices
of the run, and as devices that nobody scanned."""

from dataclasses import replace
from datetime import date

import pytest

from fingerprints.identity.identify import identify
from fingerprints.model.device import WatchLevel
from fingerprints.model.evidence import Evidence, Observation, Source, kept
from fingerprints.model.neighbour import Neighbour, NeighbourProtocol
from fingerprints.model.neighbour_table import NeighbourRow, merged_rows
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.registry import neighbours_of
from reports.document.build import build_document
from reports.document.document import Document
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.policy.policy_set import load_policies
from tests.unit.boxes import capture, introduced, live, ports, shipped
from tests.unit.test_neighbour_reports import heard_of, name, sees

POLICIES = load_policies(("us-889a", "gb-dvd-huawei-2022"))
CISCO = introduced("Cisco IOS Software, C2960X Software, Version 15.2(2)E", "1.3.6.1.4.1.9.1.1208")
HUAWEI_MAC = "e8:68:19:00:53:01"
HUAWEI_SERIAL = "2102350DMR10J8000345"
VRP = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180"
LISTED = """\
GigabitEthernet0/0/1 has 1 neighbor(s):

Neighbor index :1
Chassis ID     :{chassis}
Port ID        :{port}
System name    :{name}
System description  :{says}
Management address value :{address}
Expired time   :104s

GigabitEthernet0/0/2 has 0 neighbor(s):
"""


def lists(
    chassis: str = "--", port: str = "GE0/0/9", named: str = "edge-7", says: str = "CentOS Linux 7", at: str = "--"
) -> tuple[Observation, ...]:
    """A session in which a device lists one neighbour."""
    output = LISTED.format(chassis=chassis, port=port, name=named, says=says, address=at)
    return (Observation(Source.SSH_COMMAND, "display lldp neighbor", kept(output)),)


def document(*evidence: Evidence) -> Document:
    options = AssessmentOptions(shipped(), None, POLICIES, "chosen by a test", None, date(2026, 11, 22))
    return build_document(run_assessment(lambda _: evidence, options, RunInfo("1", "0", 1, ())))


@pytest.mark.parametrize(
    ("session", "level"),
    [
        (lists(chassis=HUAWEI_SERIAL), WatchLevel.PROBABLE),
        (lists(chassis=HUAWEI_SERIAL, named="", says=""), WatchLevel.PROBABLE),
        (lists(port="e868-1900-5301"), WatchLevel.POSSIBLE),
        (lists(chassis="e868-1900-5301"), WatchLevel.POSSIBLE),
        (lists(chassis="e868-1900-5301", named="", says=""), WatchLevel.POSSIBLE),
        (lists(says=VRP), WatchLevel.PROBABLE),
    ],
    ids=["serial", "serial alone", "port address", "chassis address", "chassis address alone", "description"],
)
@pytest.mark.parametrize("address", ["192.0.2.1", ""], ids=["scan", "saved log"])
def test_a_neighbour_that_a_session_lists_is_reported_as_seen_only(
    session: tuple[Observation, ...], level: WatchLevel, address: str
) -> None:
    reporter = live("192.0.2.1", CISCO, session) if address else capture(CISCO, session)[0]
    (found,) = document(reporter).seen_only_as_neighbour
    assert [(tie.entity, tie.level) for tie in found.watched] == [("huawei", level)]
    assert [(one.port, one.by) for one in found.sightings] == [("GigabitEthernet0/0/1", "lldp")]


@pytest.mark.parametrize(
    "session",
    [
        lists(chassis="0000.0c01.0101", port="0000.0c01.0102", says="Cisco IOS Software, C2960 Software"),
        lists(chassis="FOC1234X0AB"),
        lists(chassis="e868-1900-530", port="e868-1900-530"),
    ],
    ids=["another maker", "a serial number of no known structure", "no address"],
)
def test_a_neighbour_that_points_to_nobody_watched_is_not_reported(session: tuple[Observation, ...]) -> None:
    assert document(live("192.0.2.1", CISCO, session)).seen_only_as_neighbour == ()


SCANNED = {
    "its port's address": (lists(port="e868-1900-5301", named="x"), ports(HUAWEI_MAC)),
    "its chassis address": (lists(chassis="e868-1900-5301", named="x"), ports(HUAWEI_MAC)),
    "its name": (lists(chassis=HUAWEI_SERIAL), name("edge-7")),
    "its address, where it told no MAC address": (lists(chassis=HUAWEI_SERIAL, named="x", at="192.0.2.2"), CISCO),
}


@pytest.mark.parametrize("by", SCANNED)
def test_a_neighbour_that_was_scanned_is_not_reported_as_seen_only(by: str) -> None:
    session, observations = SCANNED[by]
    evidence = live("192.0.2.1", name("core-1"), CISCO, session), live("192.0.2.2", observations)
    assert document(*evidence).seen_only_as_neighbour == ()


def test_an_address_that_many_come_with_hides_no_neighbour_with_another_mac_address() -> None:
    scanned = live("192.0.2.2", CISCO, ports("00:00:0c:01:01:01"))
    reporter = live("192.0.2.1", CISCO, lists(chassis="e868-1900-5301", named="x", at="192.0.2.2"))
    assert [one.mac for one in document(reporter, scanned).seen_only_as_neighbour] == [HUAWEI_MAC]


@pytest.mark.parametrize(
    ("session", "field", "value"),
    [
        (lists(chassis="e868-1900-5301", says=""), "chassis_id", HUAWEI_MAC),
        (lists(port="e868-1900-5301", says=""), "port_id", HUAWEI_MAC),
        (lists(chassis=HUAWEI_SERIAL, at="192.0.2.2", says=""), "chassis_id", HUAWEI_SERIAL),
        (lists(at="192.0.2.2", says=VRP), "system_description", VRP),
    ],
)
def test_a_listed_neighbour_is_evidence_about_the_device_that_it_names(
    session: tuple[Observation, ...], field: str, value: str
) -> None:
    other = live("192.0.2.2", ports(HUAWEI_MAC))
    heard = heard_of("192.0.2.2", live("192.0.2.1", name("core-1"), session), other)
    assert ("neighbour.lldp", f"core-1/GigabitEthernet0/0/1/{field}", value) in heard


def test_a_serial_number_that_a_neighbour_repeats_points_to_its_maker_and_proves_nothing() -> None:
    reported = Observation(Source.NEIGHBOUR_LLDP, "core-1/1/chassis_id", HUAWEI_SERIAL)
    device = identify((live("192.0.2.2", (reported,)),), shipped())
    assert [(tie.entity, tie.level) for tie in device.watched] == [("huawei", WatchLevel.POSSIBLE)]


def test_a_chassis_id_of_six_letters_is_no_mac_address() -> None:
    reported = Observation(Source.NEIGHBOUR_LLDP, "core-1/1/chassis_id", kept(bytes.fromhex("e86819005301")))
    assert identify((live("192.0.2.2", (reported,)),), shipped()).watched == ()


def test_a_neighbour_in_a_mib_table_and_in_a_list_is_one() -> None:
    mib = sees(mac="00:e0:fc:10:20:01", named="edge-7.example.net")
    listed = Observation(
        Source.SSH_COMMAND,
        "show lldp neighbors",
        "Local Intf  Chassis Id         Port ID    System Name\n"
        "Gi0/7       00e0.fc10.2001     eth0       edge-7\n"
        "Gi0/8       00e0.fc10.2001     eth1       edge-7\n",
    )
    assert neighbours_of(index_observations(capture(mib, (listed,)))) == (
        Neighbour(NeighbourProtocol.LLDP, "Gi0/7", "edge-7.example.net", "00:e0:fc:10:20:01", "eth0"),
        Neighbour(NeighbourProtocol.LLDP, "Gi0/8", "edge-7", "00:e0:fc:10:20:01", "eth1"),
    )


LLDP, CDP = NeighbourProtocol.LLDP, NeighbourProtocol.CDP
ROW = NeighbourRow(LLDP, "GigabitEthernet1/0/1", "edge-7.example.net", port="Eth7")
SAME = {
    "cut names": replace(ROW, local_port="Gi1/0/1", name="edge-7.exa"),
    "a serial number behind the name": replace(ROW, local_port="Gig 1/0/1", name="edge-7.example.net(SAL1234ABCD)"),
    "no name and the same ports": replace(ROW, name=""),
    "another name of the local port": replace(ROW, local_port="to edge-7"),
}
OTHERS = {
    "another port": replace(ROW, local_port="Gi1/0/2", port="Eth8"),
    "another kind of port": replace(ROW, local_port="Te1/0/1", port="Eth8"),
    "another name": replace(ROW, name="edge-8"),
    "another protocol": replace(ROW, protocol=CDP),
    "a short name that opens it": replace(ROW, name="edge"),
}


@pytest.mark.parametrize("why", SAME)
def test_rows_of_two_tables_about_one_neighbour_are_one(why: str) -> None:
    (row,) = merged_rows([(ROW,), (SAME[why],)])
    assert row.name.startswith("edge-7.example.net")


@pytest.mark.parametrize("why", OTHERS)
def test_rows_about_different_neighbours_stay_apart(why: str) -> None:
    assert merged_rows([(ROW,), (OTHERS[why],)]) == (ROW, OTHERS[why])


def test_rows_of_one_table_stay_apart_and_each_meets_one_of_another_table() -> None:
    one, other = replace(ROW, name="ap"), replace(ROW, name="ap", mac=bytes(5) + b"\1", chassis_id="00:00:00:00:00:01")
    assert len(merged_rows([(one, one), (other, one, one)])) == 3


def test_what_one_table_lacks_comes_from_the_other() -> None:
    brief = NeighbourRow(LLDP, "Gi1/0/1", "edge-7", port="Eth7")
    detail = NeighbourRow(LLDP, "Gi1/0/1", "edge-7", "x", "Eth7", "Some System", "P1", b"", ("192.0.2.9",))
    assert merged_rows([(brief,), (detail,)]) == (detail,)


@pytest.mark.parametrize(
    "line", ["Gi0/1 edge 1 2 3", "Chassis id: 00:00:0c:01:01:01", "-" * 99, "x" * 900, " " * 900, "a:" * 300]
)
def test_a_flood_of_neighbours_costs_little_and_is_cut(line: str) -> None:
    heading = "Local Intf  Chassis Id         Port ID    System Name\n"
    output = Observation(Source.SSH_COMMAND, "show lldp neighbors", heading + f"{line}\n" * 20_000)
    assert len(neighbours_of(index_observations(capture((output,))))) <= 4000
