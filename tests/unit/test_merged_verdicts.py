"""No merge hides a box: one that alone is restricted or under review is never a part of a device judged better."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fingerprints.identity.identify import identify
from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.model.evidence import Evidence, Observation, Source, kept
from fingerprints.model.merging import ApartBy, MatchedBy
from reports.declared.attribute_list import read_attributes
from reports.document.build import build_document
from reports.document.document import ReportedDevice
from reports.document.reasons.merging_wording import describe_kept_apart
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.permits import read_permits
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.judgement.waivers import read_waivers
from reports.placement.zones import read_zones
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict, is_worse
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


@cache
def options() -> AssessmentOptions:
    return AssessmentOptions(shipped(), None, POLICIES, "chosen by a test", None, date(2026, 11, 22))


def document(evidence: list[Evidence], given: AssessmentOptions | None = None) -> tuple[ReportedDevice, ...]:
    return build_document(run_assessment(lambda _: evidence, given or options(), RunInfo("1", "0", 1, ()))).devices


def hidden(boxes: list[Box], given: AssessmentOptions | None = None) -> Iterator[str]:
    """The addresses that alone are not clear, and that the whole run judges better."""
    evidence = evidence_of(boxes)
    together = {address: judged.verdict for judged in document(evidence, given) for address in judged.device.addresses}
    for part in evidence:
        for alone in document([part], given):
            address = part.subject.address
            has_twin = alone.verdict is Verdict.NOT_ASSESSED and shares_host_key(part, evidence)
            if is_worse(alone.verdict, together[address]) and not has_twin:
                yield f"{address}: {alone.verdict}, together {together[address]}"


def shares_host_key(part: Evidence, evidence: list[Evidence]) -> bool:
    key = set(WHAT_IT_SHARES["host key"])
    return key <= set(part.observations) and any(key <= set(other.observations) for other in evidence if other != part)


@pytest.mark.parametrize(("shared", "devices"), [("host key", 1), ("serial", 2)])
def test_an_address_that_hardly_answers_stays_with_the_box_whose_host_key_it_shows(shared: str, devices: int) -> None:
    found = document(evidence_of([("Cisco, by all", {shared}), ("nothing", {shared})]))
    assert len(found) == devices
    assert Verdict.CLEAR in {one.verdict for one in found}


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


WAIVERS = """\
waivers:
- id: W1
  scope: {device: [192.0.2.1, FORGED_ID], policy: "*"}
  reason: r
  owner: o
  approved_by: a
  expires: 2099-01-01
"""
PERMITS = """\
permits:
- {id: P1, scope: {device: 192.0.2.1, policy: "*", rule: "*"}, granted_by: the agency, granted: 2020-01-01}
"""
ZONES = """\
zones:
- {name: office, match: {prefix: 192.0.2.1/32}, tier: enterprise}
"""
NO_MORE = """\
id: no-more
title: Nothing new of this maker
who: {makers: [huawei]}
rules:
  - {id: new, action: prohibit_install, where: {segments: [all]}, effective: 2018-01-01, standing: presumed_new}
"""


@cache
def of_the_first_address(kind: str) -> AssessmentOptions:
    """Options by which the first address is judged better than others: what they say is about it alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.yaml"
        match kind:
            case "waiver":
                path.write_text(WAIVERS.replace("FORGED_ID", first_id()), encoding="utf-8")
                return replace(options(), waivers=read_waivers(path))
            case "permit":
                path.write_text(PERMITS, encoding="utf-8")
                return replace(options(), permits=read_permits(path))
            case "zone":
                path.write_text(ZONES, encoding="utf-8")
                policies = load_policies(("gb-dvd-huawei-2022",))
                return replace(options(), zones=read_zones(path), policies=policies, as_of=date(2028, 1, 1))
            case _:
                (Path(folder) / "no-more.yaml").write_text(NO_MORE, encoding="utf-8")
                (Path(folder) / "known.csv").write_text("address,installed\n192.0.2.1,2015-05-01\n", encoding="utf-8")
                attributes = read_attributes(Path(folder) / "known.csv")
                return replace(options(), policies=load_policies(("no-more",), Path(folder)), attributes=attributes)


def first_id() -> str:
    """The id of a box with the serial number that the others forge."""
    (reported,) = document(evidence_of([("Huawei", {"serial"})]))
    return reported.device.id


FIRST_CLEAR = {
    "waiver": Verdict.CLEAR,
    "permit": Verdict.CLEAR,
    "zone": Verdict.CLEAR,
    "row of the list": Verdict.CONDITIONAL,
}


@pytest.mark.finding(8)
@pytest.mark.parametrize("kind", FIRST_CLEAR)
@pytest.mark.parametrize("key", ["serial", "engine ID", "bridge", "host key", "system"])
def test_no_box_takes_what_is_another_s_by_a_key_of_its(kind: str, key: str) -> None:
    """The operator's files let the first address stand, and nobody else; the other forges a key of the first."""
    given = of_the_first_address(kind)
    boxes = [("Huawei", {key}), ("Huawei", {key})]
    judged = {one.device.addresses: one.verdict for one in document(evidence_of(boxes), given)}
    assert judged[("192.0.2.1",)] is FIRST_CLEAR[kind]
    assert is_worse(judged[("192.0.2.2",)], FIRST_CLEAR[kind])


@pytest.mark.finding(8)
@given(st.sampled_from(sorted(FIRST_CLEAR)), st.lists(BOXES, min_size=2, max_size=3))
@settings(max_examples=40)
def test_no_merge_makes_an_address_better_by_what_the_operator_says_of_another(kind: str, boxes: list[Box]) -> None:
    assert list(hidden(boxes, of_the_first_address(kind))) == []


@pytest.mark.finding(8)
def test_a_box_that_tells_nothing_but_a_key_of_a_clear_one_is_not_clear() -> None:
    boxes = [("Cisco, by all", {"serial"}), ("nothing", {"serial"})]
    judged = {one.device.addresses: one.verdict for one in document(evidence_of(boxes))}
    assert judged == {("192.0.2.1",): Verdict.CLEAR, ("192.0.2.2",): Verdict.NOT_ASSESSED}


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


def test_a_row_about_one_address_dates_this_address_alone(tmp_path: Path) -> None:
    """The other address may be another box, with a key of the first. A row about each dates the whole device."""
    evidence = evidence_of([("Huawei", {"host key"}), ("Huawei", {"host key"})])
    options = of_the_first_address("row of the list")
    one = {device.device.addresses: device.verdict for device in document(evidence, options)}
    assert one == {("192.0.2.1",): Verdict.CONDITIONAL, ("192.0.2.2",): Verdict.RESTRICTED}
    (tmp_path / "known.csv").write_text("address,installed\n192.0.2.1,2015-05-01\n192.0.2.2,2015-05-01\n")
    known = replace(options, attributes=read_attributes(tmp_path / "known.csv"))
    both = {device.device.addresses: device.verdict for device in document(evidence, known)}
    assert both == {("192.0.2.1", "192.0.2.2"): Verdict.CONDITIONAL}
