"""No merge hides a box: one that alone is restricted or under review is never a part of a device judged better."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fingerprints.identity.identify import identify
from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.model.device import Device, Identity, Level, Party, Role, Watched, WatchLevel
from fingerprints.model.evidence import Evidence, Observation, Source, kept
from fingerprints.model.merging import ApartBy, JoinedBy, MatchedBy, Merging
from reports.declared.attribute_list import read_attributes
from reports.document.build import build_document
from reports.document.document import ReportedDevice
from reports.document.merging_wording import describe_kept_apart
from reports.judgement.assessment import AssessmentOptions, JudgedDevice
from reports.judgement.merged import _merging_of_part, _places_alone
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.placement.placement import Origin, Placement
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict, is_worse, severity
from reports.policy.vocabulary import Tier
from tests.unit.boxes import entity, introduced, live, ports, shipped

POLICIES = load_policies(("us-889a", "gb-dvd-huawei-2022"))

WHAT_IT_SAYS = {
    "Huawei": introduced("Huawei Versatile Routing Platform Software VRP (R) V5.170", "1.3.6.1.4.1.2011.2.23.753"),
    "Huawei, product unknown": introduced("Huawei Versatile Routing Platform Software VRP (R) V5.170"),
    "Huawei, by the part alone": entity(9, kind="9", descr="SFP transceiver", maker="HUAWEI", serial="HW9"),
    "Huawei, by the ports": ports("00:e0:fc:10:20:01", "00:e0:fc:10:20:02"),
    "ZTE": introduced("ZXR10 ROS Version V4.08.23 ZXR10 2928", "1.3.6.1.4.1.3902.3.100.8"),
    "Cisco": introduced("Cisco IOS Software, C2960X Software, Version 15.2(2)E", "1.3.6.1.4.1.9.1.1208"),
    "Cisco, by all": (
        *introduced("Cisco IOS Software, C2960X Software, Version 15.2(2)E", "1.3.6.1.4.1.9.1.1208"),
        *entity(1, kind="3", maker="Cisco", model="WS-C2960X-48"),
        *ports("00:1b:54:10:20:01"),
        Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-Cisco-1.25"),
    ),
    "Cisco, product unknown": introduced("Cisco IOS Software, C2960X Software, Version 15.2(2)E"),
    "Cisco, with a port's optic of Huawei": (
        *entity(1, kind="3", maker="Cisco", model="WS-C2960X-48"),
        *entity(9, kind="10", name="Te1/1/1", descr="SFP", maker="HUAWEI", serial="HW9"),
    ),
    "Cisco, with another optic in that port": (
        *entity(1, kind="3", maker="Cisco", model="WS-C2960X-48"),
        *entity(9, kind="10", name="Te1/1/1", descr="SFP", maker="FINISAR", serial="FN9"),
    ),
    "Linux": introduced("Linux fw1 4.19.0 x86_64", "1.3.6.1.4.1.8072.3.2.10"),
    "nothing": (),
}
WHAT_IT_SHARES = {
    "host key": (Observation(Source.SSH_HOST_KEY, "22/tcp", "ssh-ed25519 SHA256:2kTq0Zb1Yc"),),
    "serial": entity(1, kind="3", contained_in="0", serial="FCW1234A0BC"),
    "placeholder": entity(1, kind="3", contained_in="0", serial="<private>"),
    "engine ID": introduced(engine_id="800007db0300e0fc102001"),
    "bridge": (Observation(Source.SNMP_BRIDGE_ADDRESS, "1.3.6.1.2.1.17.1.1.0", kept(bytes.fromhex("001b54a0b0c0"))),),
    "addresses and a port, as an agent lists them": (
        *(Observation(Source.SNMP_IP_ADDRESS, f"1.3.6.1.2.1.4.20.1.2.192.0.2.{last}", "1") for last in range(1, 5)),
        *ports("00:e0:fc:10:20:01"),
    ),
    "that port's answer to ARP": (Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex("00e0fc102001"))),),
    "system": (
        Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", "core-1"),
        Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", "500000"),
    ),
}
BOXES = st.tuples(st.sampled_from(sorted(WHAT_IT_SAYS)), st.sets(st.sampled_from(sorted(WHAT_IT_SHARES)), max_size=3))

Box = tuple[str, set[str]]


def evidence_of(boxes: list[Box]) -> list[Evidence]:
    return [
        live(f"192.0.2.{last}", WHAT_IT_SAYS[says], *(WHAT_IT_SHARES[key] for key in sorted(shares)))
        for last, (says, shares) in enumerate(boxes, 1)
    ]


def document(evidence: list[Evidence]) -> tuple[ReportedDevice, ...]:
    options = AssessmentOptions(shipped(), None, POLICIES, "chosen by a test", None, date(2026, 11, 22))
    return build_document(run_assessment(lambda _: evidence, options, RunInfo("1", "0", 1, ()))).devices


def hidden(boxes: list[Box]) -> Iterator[str]:
    """The addresses that alone are restricted, under review or conditional, and that the whole run judges better."""
    evidence = evidence_of(boxes)
    together = {address: judged.verdict for judged in document(evidence) for address in judged.device.addresses}
    for part in evidence:
        for alone in document([part]):
            address = part.subject.address
            is_bad = is_worse(alone.verdict, Verdict.NOT_ASSESSED)
            if is_bad and severity(together[address]) > severity(alone.verdict):
                yield f"{address}: {alone.verdict}, together {together[address]}"


@given(st.lists(BOXES, min_size=2, max_size=4))
@settings(max_examples=150)
@example([("Huawei, product unknown", {"host key"}), ("Cisco, by all", {"host key"})])
@example(
    [("Cisco, by all", {"addresses and a port, as an agent lists them"}), ("nothing", {"that port's answer to ARP"})]
)
@example(
    [
        ("Cisco, with a port's optic of Huawei", {"host key"}),
        ("Cisco, with another optic in that port", {"host key"}),
    ]
)
@example([("Huawei, by the ports", {"host key"}), ("Cisco, by all", {"host key"}), ("nothing", {"host key"})])
def test_no_merge_turns_a_box_that_alone_is_restricted_into_a_part_of_a_clear_one(boxes: list[Box]) -> None:
    assert list(hidden(boxes)) == []


@pytest.mark.finding(2)
def test_two_boxes_that_are_taken_for_one_keep_the_parts_of_both() -> None:
    """The same row of entPhysicalTable and the same port name in both: neither takes the place of the other's."""
    boxes = [
        ("Cisco, with a port's optic of Huawei", {"serial"}),
        ("Cisco, with another optic in that port", {"serial"}),
    ]
    merged = identify(tuple(evidence_of(boxes)), shipped())
    assert sorted((part.position, part.serial) for part in merged.components) == [
        ("Te1/1/1", "FN9"),
        ("Te1/1/1", "HW9"),
    ]


DESCR = "JetStream 8-Port Gigabit Smart Switch with 2 SFP Slots"


def alike(number: int, name: str, serial: str, optic: str) -> Evidence:
    """One of many boxes of one model that came up together, with an engine ID and a MAC address of its own."""
    parts = entity(9, kind="9", descr="SFP", name="1/0/9", maker=optic, serial=f"PQ{number:08}") if optic else ()
    return live(
        f"192.0.2.{number + 1}",
        introduced(DESCR, "1.3.6.1.4.1.11863.5.100", f"80002e570314ebb61020{number:02x}"),
        ports(f"14:eb:b6:10:20:{number:02x}"),
        (
            Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", name),
            Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(5_000_000 + number * 500)),
        ),
        entity(1, kind="3", maker="TP-Link", model="TL-SG2210P", serial=serial) if serial else (),
        parts,
    )


@pytest.mark.finding(2)
@pytest.mark.parametrize(
    ("serial", "name"),
    [("To be filled by O.E.M.", "sonic"), ("Default string", "localhost"), ("Not Specified", "switch-of-the-image")],
)
def test_eight_boxes_with_a_placeholder_and_one_name_are_eight_and_one_is_restricted(serial: str, name: str) -> None:
    judged = document([alike(number, name, serial, "HUAWEI" if number == 3 else "FINISAR") for number in range(8)])
    verdicts = {one.device.addresses: one.verdict for one in judged}
    assert len(verdicts) == 8
    assert [addresses for addresses, verdict in verdicts.items() if verdict is Verdict.RESTRICTED] == [("192.0.2.4",)]


@pytest.mark.finding(13)
@pytest.mark.parametrize("name", ["TL-SG2210P", "sw-by-dhcp"])
def test_twenty_switches_of_one_model_and_one_name_are_twenty(name: str) -> None:
    """A power cut brings them up within minutes of each other."""
    judged = document([alike(number, name, "", "") for number in range(20)])
    assert sorted(one.device.addresses for one in judged) == sorted((f"192.0.2.{last}",) for last in range(1, 21))


@pytest.mark.finding(13)
def test_without_a_port_s_mac_address_the_engine_ids_keep_them_apart() -> None:
    boxes = [alike(number, "sw-by-dhcp", "", "") for number in range(20)]
    mute = [
        replace(box, observations=tuple(one for one in box.observations if not one.source.startswith("snmp.if_")))
        for box in boxes
    ]
    assert len(document(mute)) == 20


@given(st.lists(BOXES, min_size=2, max_size=4))
@settings(max_examples=50)
def test_every_address_is_in_one_device(boxes: list[Box]) -> None:
    evidence = [part for part in evidence_of(boxes) if part.observations]
    addresses = sorted(chain.from_iterable(judged.device.addresses for judged in document(evidence)))
    assert addresses == [part.subject.address for part in evidence]


def test_a_device_that_would_be_judged_better_than_its_part_is_taken_apart_and_says_so() -> None:
    """Two companies' boxes with one host key, one of which told no sysObjectID: together they would be under review."""
    shared = WHAT_IT_SHARES["host key"]
    first = live("192.0.2.1", WHAT_IT_SAYS["Huawei, product unknown"], shared)
    second = live("192.0.2.2", WHAT_IT_SAYS["Cisco, by all"], shared)
    merged = [tuple(part.subject.key for part in device) for device in merge_addresses((first, second), shipped())]
    assert merged == [("192.0.2.1", "192.0.2.2")]
    judged = {one.device.addresses: one for one in document([first, second])}
    assert {addresses: one.verdict for addresses, one in judged.items()} == {
        ("192.0.2.1",): Verdict.RESTRICTED,
        ("192.0.2.2",): Verdict.CLEAR,
    }
    reasons = [apart for one in judged.values() for apart in one.device.merging.kept_apart]
    assert [(apart.because, apart.by, apart.others) for apart in reasons] == [
        (ApartBy.VERDICT, MatchedBy.HOST_KEY, ("192.0.2.2",)),
        (ApartBy.VERDICT, MatchedBy.HOST_KEY, ("192.0.2.1",)),
    ]
    assert describe_kept_apart(reasons[0]) == (
        "192.0.2.2 shares the SSH host key (ssh-ed25519 SHA256:2kTq0Zb1Yc), but as one device, "
        "they would be judged better than one of them is alone"
    )
    assert [one.device.merging.joined for one in judged.values()] == [(), ()]


NO_MORE = """\
id: no-more
title: Nothing new of this maker
who: {makers: [huawei]}
rules:
  - {id: new, action: prohibit_install, where: {segments: [all]}, effective: 2018-01-01, standing: presumed_new}
"""


def test_a_row_about_one_address_dates_the_whole_device(tmp_path: Path) -> None:
    (tmp_path / "no-more.yaml").write_text(NO_MORE, encoding="utf-8")
    (tmp_path / "known.csv").write_text("address,installed\n192.0.2.2,2015-05-01\n", encoding="utf-8")
    evidence = evidence_of([("Huawei", {"host key"}), ("Huawei", {"host key"})])
    policies = load_policies(("no-more",), tmp_path)
    options = AssessmentOptions(shipped(), None, policies, "chosen by a test", None, date(2026, 11, 22))
    for known, verdict in ((None, Verdict.RESTRICTED), (read_attributes(tmp_path / "known.csv"), Verdict.CONDITIONAL)):
        judged = run_assessment(lambda _: evidence, replace(options, attributes=known), RunInfo("1", "0", 2, ()))
        assert [(device.device.addresses, device.verdict) for device in judged.devices] == [
            (("192.0.2.1", "192.0.2.2"), verdict)
        ]


HUAWEI = Watched("huawei", WatchLevel.POSSIBLE, 0.4, (Role.MAKER,), ())


@pytest.mark.parametrize(
    ("vendor", "watched", "place"),
    [("cisco", (), "whole"), ("cisco", (HUAWEI,), "own"), ("zte", (), "own"), ("zte", (HUAWEI,), "own")],
)
def test_a_part_stands_where_the_whole_stands_only_if_it_is_of_the_same_makers(
    vendor: str, watched: tuple[Watched, ...], place: str
) -> None:
    """A part that a wrong merge brought in may stand anywhere, and is judged as at the worst place there is."""

    def box(maker: str, ties: tuple[Watched, ...] = ()) -> Device:
        party = Party(maker, maker)
        return Device("d", (), ("192.0.2.1",), "d", (), Identity(Level.CONFIRMED, 0.9, party, party), ties)

    declared = Placement(False, Tier.ACCESS, "zone lan", Origin.DECLARED, zone="lan")
    options = AssessmentOptions(shipped(), None, POLICIES, "chosen by a test", None, date(2026, 11, 22))
    whole = JudgedDevice(box("cisco"), declared, (), Verdict.CLEAR)
    (found,) = _places_alone(box(vendor, watched), whole, options)
    assert (found == declared) is (place == "whole")


def test_a_part_keeps_what_joined_its_own_addresses_and_names_what_it_shares_with_the_others() -> None:
    part = (live("192.0.2.1"), live("192.0.2.2"))
    inside = JoinedBy(MatchedBy.SERIAL, "serial S1", ("192.0.2.1", "192.0.2.2"))
    both = JoinedBy(MatchedBy.SERIAL, "serial S2", ("192.0.2.1", "192.0.2.2", "192.0.2.9"))
    outside = JoinedBy(MatchedBy.SERIAL, "serial S3", ("192.0.2.8", "192.0.2.9"))
    one = JoinedBy(MatchedBy.SERIAL, "serial S4", ("192.0.2.1", "192.0.2.9"))
    found = _merging_of_part(part, Merging((inside, both, outside, one), ()))
    assert found.joined == (inside, replace(both, subjects=("192.0.2.1", "192.0.2.2")))
    assert [(kept_apart.text, kept_apart.others) for kept_apart in found.kept_apart] == [
        ("serial S2", ("192.0.2.9",)),
        ("serial S4", ("192.0.2.9",)),
    ]
