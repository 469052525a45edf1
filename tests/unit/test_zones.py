"""zones.yaml: what is read, what is refused, and which zone a device stands in."""

from pathlib import Path

import pytest

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.errors import DataFileError
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.placement.zones import Zones, check, read_zones
from reports.policy.vocabulary import Tier
from tests.unit.placing import place


def device(
    *addresses: str, name: str = "", labels: tuple[str, ...] = (), model: str | None = None, **attributes: str
) -> Device:
    identity = Identity(Level.CONFIRMED, 0.99, model=model, kind="router")
    return Device(name or "d", labels, addresses, name, tuple(attributes.items()), identity)


def zones(tmp_path: Path, *entries: str) -> Zones:
    path = tmp_path / "zones.yaml"
    path.write_text("zones:\n" + "".join(f"  - {entry}\n" for entry in entries), encoding="utf-8")
    return read_zones(path)


def refused(tmp_path: Path, *entries: str) -> str:
    with pytest.raises(DataFileError) as error:
        zones(tmp_path, *entries)
    return str(error.value)


CORE = "{name: core, match: {prefix: 10.0.0.0/16}, tier: core}"
ACCESS = "{name: access, match: {prefix: 10.0.0.0/8}, tier: access}"


def test_the_first_zone_that_matches_decides(tmp_path: Path) -> None:
    placement = place(device("10.0.1.1"), zones(tmp_path, CORE, ACCESS))
    assert placement == Placement(
        True, Tier.CORE, "zone core: address 10.0.1.1 lies in 10.0.0.0/16", Origin.DECLARED, zone="core"
    )


def test_an_address_outside_every_zone_is_unclassified(tmp_path: Path) -> None:
    assert place(device("192.0.2.1"), zones(tmp_path, CORE, ACCESS)) == UNCLASSIFIED


def test_without_a_zones_file_everything_is_unclassified() -> None:
    placement = place(device("10.0.1.1"), None)
    assert (placement.core, placement.tier, placement.origin) == (None, None, Origin.NONE)


def test_a_router_stands_in_the_highest_zone_of_its_addresses(tmp_path: Path) -> None:
    placement = place(device("10.9.0.1", "10.0.0.1"), zones(tmp_path, CORE, ACCESS))
    assert placement.tier is Tier.CORE
    assert placement.because == (
        "zone core: address 10.0.0.1 lies in 10.0.0.0/16; other addresses lie in access, and the highest zone counts"
    )


def test_ipv6_prefixes_and_addresses_with_a_port_match(tmp_path: Path) -> None:
    found = zones(tmp_path, "{name: six, match: {prefix: '2001:db8::/32'}, tier: edge}", CORE)
    assert place(device("[2001:db8::1]:1161"), found).zone == "six"
    assert place(device("10.0.0.5:1161"), found).zone == "core"


def test_all_conditions_of_a_zone_must_hold(tmp_path: Path) -> None:
    found = zones(tmp_path, "{name: ams, match: {prefix: 10.0.0.0/8, site: ams}, tier: core}")
    assert place(device("10.0.0.1", site="lon"), found) == UNCLASSIFIED
    assert place(device("10.0.0.1", site="ams"), found).zone == "ams"


@pytest.mark.parametrize(
    ("match", "box"),
    [
        ("{host: 'cr*.ams'}", device(labels=("CR1.ams",))),
        ("{host: cr1}", device(labels=("cr1.example.net",))),
        ("{label: 'h3c-*'}", device(labels=("h3c-s5500",))),
        ("{vlan: 120}", device(vlan="120")),
        ("{vrf: [mgmt, oob]}", device(vrf="oob")),
        ("{role: p}", device(role="P")),
        ("{tag: 5g}", device(tag="5g")),
        ("{group: core}", device(group="core")),
        ("{family: 'NE40E*'}", device(model="NE40E-X8")),
        ("{kind: router}", device()),
    ],
)
def test_a_zone_matches_by(tmp_path: Path, match: str, box: Device) -> None:
    assert place(box, zones(tmp_path, f"{{name: z, match: {match}, tier: core}}")).zone == "z"


@pytest.mark.parametrize(
    ("says", "core"),
    [
        ("tier: core", True),
        ("tier: oversight", True),
        ("tier: transport", False),
        ("tier: core, core: no", False),
        ("tier: access, core: yes", True),
        ("tier: access, core: true", True),
        ("core: no", False),
        ("segment: core_ip", True),
        ("function: OLT", False),
    ],
)
def test_core_is_what_the_zone_says_and_else_core_and_oversight(tmp_path: Path, says: str, core: bool) -> None:
    found = zones(tmp_path, f"{{name: z, match: {{prefix: 10.0.0.0/8}}, {says}}}")
    assert place(device("10.0.0.1"), found).core is core


def test_a_function_names_its_segment_and_a_segment_its_tier(tmp_path: Path) -> None:
    found = zones(tmp_path, "{name: z, match: {prefix: 10.0.0.0/8}, function: amf, generation: 5g}")
    placement = place(device("10.0.0.1"), found)
    assert (placement.tier, placement.segment, placement.function) == (Tier.CORE, "core_5g", "amf")


def test_an_operators_own_segment_is_kept_and_reported(tmp_path: Path) -> None:
    found = zones(tmp_path, "{name: z, match: {prefix: 10.0.0.0/8}, tier: core, segment: pod-3}")
    assert place(device("10.0.0.1"), found).segment == "pod-3"
    assert check(found, (device("10.0.0.1"),)) == (
        "zone z: segment pod-3 is no word of the policies; judged as any segment of its tier",
    )


@pytest.mark.parametrize(("function", "near"), [("OLTT", " (did you mean OLT?)"), ("billing", "")])
def test_a_function_that_no_policy_knows_does_not_count_and_is_reported(
    tmp_path: Path, function: str, near: str
) -> None:
    found = zones(tmp_path, f"{{name: z, match: {{prefix: 10.0.0.0/8}}, tier: access, function: {function}}}")
    assert place(device("10.0.0.1"), found).function is None
    assert check(found, (device("10.0.0.1"),)) == (
        f"zone z: function {function} is no word of the policies{near}; it does not count",
    )


def test_check_reports_idle_and_shadowed_zones_and_devices_in_none(tmp_path: Path) -> None:
    found = zones(
        tmp_path,
        ACCESS,
        CORE,
        "{name: far, match: {prefix: 198.51.100.0/24}, tier: edge}",
    )
    assert check(found, (device("10.0.0.1", name="a"), device("192.0.2.1", name="b"))) == (
        "zone core: earlier zones take all it would match",
        "zone far: matches no device",
        "device b: no zone matches",
    )


def test_a_devices_own_words_are_cut_in_the_reason(tmp_path: Path) -> None:
    found = zones(tmp_path, "{name: z, match: {host: '*'}, tier: edge}")
    assert len(place(device(name="x" * 5000), found).because) < 200


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{name: z, match: {prefix: 10.0.0.1/8}, tier: core}", "without host bits"),
        ("{name: z, match: {prefix: nonsense}, tier: core}", "10.1.0.0/16"),
        ("{name: z, match: {}, tier: core}", "at least one condition"),
        ("{name: z, match: {prefix: []}, tier: core}", "at least 1 item"),
        ("{name: z, match: {colour: red}, tier: core}", "unknown key zones.0.match.colour"),
        ("{name: z, match: {site: a}, tier: kernel}", "'core', 'oversight'"),
        ("{name: z, match: {site: a}, tier: core, core: maybe}", "yes or no"),
        ("{name: z, match: {site: a}}", "a tier, a segment, a function, or core"),
        ("{name: z, match: {site: a}, tier: core, site_type: castle}", "one of ordinary, sensitive_government"),
        ("{name: z, match: {site: a}, tier: core, generation: 7g}", "one of 2g, 3g"),
        ("{match: {site: a}, tier: core}", "zones.0.name is missing"),
    ],
)
def test_a_broken_zone_is_refused_with_what_was_expected(tmp_path: Path, entry: str, message: str) -> None:
    text = refused(tmp_path, entry)
    assert message in text
    assert "zones.yaml" in text
    assert "Next:" in text


def test_a_zone_name_written_twice_is_refused(tmp_path: Path) -> None:
    assert "written twice: core" in refused(tmp_path, CORE, CORE)


def test_the_documents_zones_can_be_written_as_they_stand_there(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "zones.md").read_text("utf-8")
    path = tmp_path / "zones.yaml"
    path.write_text(text.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    found = read_zones(path)
    assert [(zone.name, zone.placement.tier, zone.placement.core) for zone in found.zones] == [
        ("mobile-core-london", Tier.CORE, True),
        ("radio", Tier.ACCESS, False),
        ("cameras-at-the-ministry", Tier.ENTERPRISE, False),
        ("lab", Tier.ENTERPRISE, False),
    ]


def test_every_other_zones_file_of_the_documents_can_be_read_too(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "zones.md").read_text("utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```yaml\n")[1:]]
    path = tmp_path / "zones.yaml"
    for block in blocks:
        path.write_text(block, encoding="utf-8")
        assert read_zones(path).zones
    assert len(blocks) == 3


def test_an_empty_zones_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zones.yaml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(DataFileError):
        read_zones(path)


def test_a_zone_may_ask_for_any_attribute_of_the_operators_lists(tmp_path: Path) -> None:
    match = "{attribute: {topoViewer-role: [spine, 'super*'], graph-level: 3}}"
    found = zones(tmp_path, f"{{name: spines, match: {match}, tier: core}}")
    spine = device(**{"TopoViewer-Role": "SuperSpine", "graph-level": "3"})
    assert place(spine, found).because == "zone spines: topoViewer-role SuperSpine is like super*, graph-level 3"
    assert place(device(**{"topoViewer-role": "leaf", "graph-level": "3"}), found) == UNCLASSIFIED


def test_containerlabs_kind_is_an_attribute_and_never_the_kind_of_a_device(tmp_path: Path) -> None:
    lab = device(**{"clab-kind": "linux"})  # identified as a router
    assert place(lab, zones(tmp_path, "{name: hosts, match: {attribute: {clab-kind: linux}}, tier: access}")).tier
    assert place(lab, zones(tmp_path, "{name: hosts, match: {kind: linux}, tier: access}")) == UNCLASSIFIED
    assert (
        place(lab, zones(tmp_path, "{name: hosts, match: {attribute: {kind: router}}, tier: access}")) == UNCLASSIFIED
    )


@pytest.mark.parametrize("match", ["{attribute: {}}", "{attribute: linux}", "{attribute: {clab-kind: []}}"])
def test_an_attribute_without_a_name_or_a_value_is_refused(tmp_path: Path, match: str) -> None:
    assert "attribute" in refused(tmp_path, f"{{name: z, match: {match}, tier: core}}")
