"""Proposals: the signs for and against the core, what they add up to, and what they say against a zones file."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.device import Device
from fingerprints.model.neighbour import L2L3Tables, Neighbour
from reports.document.finding_wording import contradiction_text
from reports.judgement.evaluate import judge, verdict_of
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.placement.sign import (
    AloneBehindPort,
    BesideCore,
    NameWord,
    NetworkFunction,
    ProductFamily,
    RoutingAdjacencies,
    Sign,
    SubscriberLines,
    UntoldHost,
)
from reports.placement.sign_wording import sign_text
from reports.placement.suggest import Proposal, contradictions, suggest
from reports.placement.suggestion_weights import read_suggestion_weights
from reports.placement.zone_draft import draft
from reports.placement.zones import read_zones
from reports.policy.policy_set import load_policies
from reports.policy.vocabulary import Tier
from tests.unit.networks import box, bridge, routes, sees
from tests.unit.placing import place

ACCESS = Placement(False, Tier.ACCESS, "zone lan", Origin.DECLARED, zone="lan")
CORE = Placement(True, Tier.CORE, "zone backbone", Origin.DECLARED, zone="backbone")


def one(device: Device, *others: Device) -> Proposal:
    return suggest((device, *others))[0]


def test_a_router_with_routing_neighbours_is_core() -> None:
    found = one(box("r", *routes("isis", 14), *routes("bgp", 2), kind="router"))
    assert (found.core, found.tier) == (True, Tier.CORE)
    assert found.signs == (
        Sign(2.5, RoutingAdjacencies((("isis", 14),))),
        Sign(1.0, ProductFamily("router")),
        Sign(1.0, RoutingAdjacencies((("bgp", 2),))),
    )


def test_what_bridges_where_others_route_is_not_core() -> None:
    switch = box("s", kind="switch", l2_l3_tables=bridge(("44:19:b6:00:00:11", "Gi7", 1)))
    found = one(switch, box("r", *routes("ospf", 2)))
    assert (found.core, found.tier) == (False, Tier.ACCESS)


def test_lines_to_subscribers_make_it_access() -> None:
    found = one(box("o", l2_l3_tables=L2L3Tables(subscriber_lines=16)))
    assert (found.core, found.tier, found.signs) == (False, Tier.ACCESS, (Sign(-4.0, SubscriberLines(16)),))


def test_what_hangs_alone_behind_a_switch_port_is_not_core_and_nobody_guesses_what_it_is() -> None:
    host = box("h", l2_l3_tables=L2L3Tables(macs=("44:19:b6:00:00:11",)))
    found = one(host, box("s", l2_l3_tables=bridge(("44:19:b6:00:00:11", "Gi7", 1))))
    assert (found.core, found.tier) == (False, None)
    assert Sign(-2.0, AloneBehindPort("Gi7", "s")) in found.signs


def test_nothing_known_is_nothing_proposed() -> None:
    found = one(box("x"))
    assert (found.core, found.tier, found.signs) == (None, None, ())
    assert found.placement.origin is Origin.NONE


def test_the_shape_of_the_network_alone_separates_a_hub_from_its_leaves() -> None:
    hub = box("hub", *(sees(f"leaf{number}") for number in range(8)))
    proposals = suggest((hub, *(box(f"leaf{number}") for number in range(8))))
    assert [found.core for found in proposals] == [True, *[False] * 8]


def test_few_links_say_nothing_of_a_router_whose_neighbours_were_not_seen() -> None:
    star = tuple(box(f"leaf{number}") for number in range(8))
    border = box("b", sees("hub"), *routes("isis", 14))
    found = one(border, box("hub", *(sees(one.name) for one in star)), *star)
    assert (found.core, min(sign.points for sign in found.signs)) == (True, 0.0)


def test_cameras_and_servers_do_not_make_their_switch_central() -> None:
    switch = box("s", *(sees(f"cam{number}") for number in range(8)))
    found = one(switch, *(box(f"cam{number}", kind="camera") for number in range(8)))
    assert found.core is None


def test_a_word_in_names_counts_where_the_inventory_has_explained_it() -> None:
    known = [box(f"lon-cr{number}", attributes=(("role", "core"),)) for number in range(3)]
    named = [box(f"lon-ac{number}", attributes=(("role", "access"),)) for number in range(3)]
    new = box("man-cr9")
    assert one(new, *known, *named).signs == (Sign(2.0, NameWord("cr", 3, True)),)
    assert suggest((new, *known, *named), use_names=False)[0].signs == ()


def test_a_word_that_core_and_access_share_says_nothing() -> None:
    known = [box(f"lon-cr{number}", attributes=(("role", "core"),)) for number in range(3)]
    named = [box(f"lon-ac{number}", attributes=(("role", "access"),)) for number in range(3)]
    assert one(box("lon-x"), *known, *named).signs == ()


def test_what_manages_is_oversight_which_counts_as_core() -> None:
    found = one(box("n", attributes=(("role", "nms"),)))
    assert (found.core, found.tier) == (True, Tier.OVERSIGHT)


def test_evidence_against_a_declared_place_is_shown() -> None:
    busy, quiet = box("r7", *routes("isis", 14)), box("o1", l2_l3_tables=L2L3Tables(subscriber_lines=16))
    agreed, unplaced = box("r8", *routes("isis", 3)), box("r9", *routes("isis", 3))
    placed = [(busy, ACCESS), (quiet, CORE), (agreed, CORE), (unplaced, UNCLASSIFIED)]
    contradicted = contradictions(placed, suggest([device for device, _ in placed]))
    assert [(one.device.name, contradiction_text(one)) for one in contradicted] == [
        ("r7", "declared access (zone lan), but the evidence says core: 14 IS-IS adjacencies"),
        ("o1", "declared core (zone backbone), but the evidence says not core: 16 lines to subscribers"),
    ]


def test_an_inferred_place_is_judged_as_no_place_at_all() -> None:
    database, policies = load_database(), load_policies(None, None)
    for device in (box("r", *routes("isis", 3)), box("o", l2_l3_tables=L2L3Tables(subscriber_lines=16))):
        inferred = one(device).placement
        assert inferred.origin is Origin.INFERRED
        judged = [
            judge(device, placement, policies, date(2026, 11, 22), database.companies)
            for placement in (inferred, UNCLASSIFIED)
        ]
        assert [finding.verdict for finding in judged[0]] == [finding.verdict for finding in judged[1]]
        assert verdict_of(device, judged[0]) is verdict_of(device, judged[1])


def linux(name: str, *neighbours: Neighbour) -> Device:
    found = box(name, *neighbours)
    return replace(found, identity=replace(found.identity, os="Linux"))


ROUTERS = (box("pe1", *routes("ospf", 2), kind="router"), box("pe2", *routes("ospf", 2), kind="router"))


@pytest.mark.parametrize("name", ["upf-1", "vmme2", "x-hss1.example.net", "p-cscf", "sgw01"])
def test_a_host_that_names_a_function_of_a_mobile_core_is_core(name: str) -> None:
    found = one(linux(name, sees("pe1")), *ROUTERS)
    assert (found.core, [type(sign.reason) for sign in found.signs]) == (True, [NetworkFunction])


@pytest.mark.parametrize(("name", "service"), [("dns1", "dns"), ("ems-a", "ems"), ("radius2", "radius"), ("box7", "")])
def test_another_host_behind_routers_is_not_told_and_the_reason_says_so(name: str, service: str) -> None:
    found = one(linux(name, sees("pe1"), sees("pe2")), *ROUTERS)
    assert (found.core, found.signs) == (None, (Sign(0.0, UntoldHost(service, ("pe1", "pe2"))),))
    assert "nothing here says whether it is a function of the core" in draft([found], "1")


def test_the_inventory_decides_what_a_host_is() -> None:
    host = replace(linux("upf-1", sees("pe1")), attributes=(("role", "office"),))
    assert one(host, *ROUTERS).core is False


@given(st.sampled_from(read_suggestion_weights().functions), st.sampled_from(("switch", "router", "firewall", None)))
def test_what_names_a_function_of_a_mobile_core_is_never_proposed_as_not_core(word: str, kind: str | None) -> None:
    hub = box("hub", *(sees(f"leaf{number}") for number in range(8)), *routes("ospf", 8), kind="router")
    leaves = [box(f"leaf{number}", kind="switch") for number in range(8)]
    named = box(f"{word}-1", sees("hub"), kind=kind, l2_l3_tables=bridge(("44:19:b6:00:00:11", "Gi7", 1)))
    assert one(named, hub, *leaves).core is not False


def test_a_name_alone_is_no_evidence_against_a_declared_place() -> None:
    host = linux("upf-1", sees("pe1"))
    devices = (host, *ROUTERS)
    assert contradictions([(host, ACCESS)], suggest(devices, use_names=False)) == ()
    assert len(contradictions([(host, ACCESS)], suggest(devices))) == 1


def test_a_firewall_beside_the_core_is_core_and_many_of_them_are_branches() -> None:
    def network(walls: int) -> tuple[Proposal, ...]:
        hubs = [
            box(f"hub{side}", *(sees(f"sw{number}") for number in range(9)), *routes("ospf", 20), kind="router")
            for side in "ab"
        ]
        switches = [box(f"sw{number}", kind="switch") for number in range(9)]
        found = suggest(
            (*(box(f"fw{number}", sees("huba"), kind="firewall") for number in range(walls)), *hubs, *switches)
        )
        return found[:walls]

    assert [found.core for found in network(1)] == [True]
    assert Sign(4.0, BesideCore(("huba",))) in network(1)[0].signs
    assert True not in [found.core for found in network(6)]


def test_devices_whose_names_differ_in_numbers_share_a_comment_and_are_listed_each() -> None:
    cameras = [box(f"cs-{number}", kind="camera", address=f"198.51.100.{number}") for number in range(1, 5)]
    lines = [line.strip() for line in draft(suggest(cameras), "1").splitlines()[8:]]
    assert lines == [
        "# cs-*: 4 devices; the least sure is cs-1 (-6.0)",
        "#   -6.0 product family camera",
        *(f'- "198.51.100.{number}/32"' for number in range(1, 5)),
    ]


def test_every_reason_of_a_device_stands_in_the_draft_and_adds_up() -> None:
    hub = box(
        "hub", *(sees(f"leaf{number}") for number in range(8)), *routes("ospf", 8), *routes("bgp", 3), kind="router"
    )
    for found in suggest((hub, *(box(f"leaf{number}", kind="switch") for number in range(8)))):
        assert found.points == pytest.approx(sum(sign.points for sign in found.signs))
        assert all(sign_text(sign.reason) in draft([found], "1") for sign in found.signs)


@given(
    st.sampled_from(("upf-1", "cs-7", "dns1", "r1")),
    st.sampled_from((None, "router", "switch", "firewall", "server", "camera", "olt")),
    st.integers(0, 4),
    st.integers(0, 20),
)
def test_a_proposal_is_never_a_declared_place(name: str, kind: str | None, sessions: int, lines: int) -> None:
    device = box(name, *routes("ospf", sessions), kind=kind, l2_l3_tables=L2L3Tables(subscriber_lines=lines))
    found = one(device, *ROUTERS)
    assert found.placement.origin is (Origin.NONE if found.core is None else Origin.INFERRED)


NETWORK = (
    box("r1", *routes("ospf", 2), address="198.51.100.1"),
    box("r2", *routes("ospf", 2), address="2001:db8::2"),
    box("o1", address="198.51.100.9:1161", l2_l3_tables=L2L3Tables(subscriber_lines=16)),
    replace(box("saved [1]*", kind="camera"), labels=("saved [1]*",)),
    box("x", address="198.51.100.77"),
)


def test_the_draft_is_a_zones_file_that_places_each_device_as_proposed(tmp_path: Path) -> None:
    proposals = suggest(NETWORK)
    path = tmp_path / "zones.yaml"
    path.write_text(draft(proposals, "1"))
    zones = read_zones(path)
    placed = [place(found.device, zones) for found in proposals]
    assert [(one.core, one.tier) for one in placed] == [(found.core, found.tier) for found in proposals]


def test_the_draft_names_each_reason_in_a_comment() -> None:
    assert draft(suggest(NETWORK[:1]), "3 (scan)") == (
        "# A proposal, not a decision. Read it, correct it, and name it with --zones: it places nothing until then.\n"
        "# From run 3 (scan): 1 devices core, 0 not core, 0 undecided.\n"
        "# The number before a reason is what it adds to the odds of being core (natural logarithm).\n"
        "zones:\n"
        "  - name: suggested-core\n"
        "    tier: core\n"
        "    match:\n"
        "      prefix:\n"
        "        # r1 (+2.5)\n"
        "        #   +2.5 2 OSPF adjacencies\n"
        '        - "198.51.100.1/32"\n'
    )


def test_what_is_undecided_is_a_comment_and_no_zone() -> None:
    assert draft(suggest(NETWORK[4:]), "1").splitlines()[-1] == "# undecided: x: no evidence says where it stands"


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_no_name_or_label_of_a_device_writes_a_zone_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, name: str, label: str
) -> None:
    camera = replace(box("c", kind="camera"), name=name, labels=(label,))
    path = tmp_path_factory.mktemp("draft") / "zones.yaml"
    path.write_text(draft(suggest((camera,)), "1"), encoding="utf-8", newline="")
    zones = read_zones(path)
    assert [zone.name for zone in zones.zones] == ["suggested-enterprise-captures"]
    assert place(camera, zones).tier is Tier.ENTERPRISE


def test_the_scale_knows_every_tier_and_bounds_the_graph() -> None:
    scale = read_suggestion_weights()
    assert set(scale.words) == set(Tier)
    assert scale.graph.most < -scale.bridges_only.beside_routers
