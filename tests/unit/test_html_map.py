"""The picture of the network: what is drawn of which network, where, and what is said in words."""

import gzip
import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

from fingerprints.model.device import WatchLevel
from reports.document.document import Document, ReportedLink, ReportedNeighbour, build
from reports.formats.html.map import MAX_NODES, Beside, TopologyMap, topology_map
from reports.formats.html.map_layout import lay_out
from reports.placement.sighting import Sighting
from reports.placement.topology import LinkKind
from reports.policy.verdict import Verdict
from tests.unit import documents
from tests.unit.written import text_of

UNSCANNED = ReportedNeighbour(
    "olt-x",
    "",
    "",
    "Huawei MA5800",
    documents.HUAWEI,
    (documents.tie(documents.HUAWEI, WatchLevel.PROBABLE, 0.9),),
    (Sighting("dev-06", "met-rtr-6", "Te0/1", LinkKind.LLDP),),
    (),
    "olt-x was not scanned",
)


def drawn(picture: TopologyMap) -> dict[str, Any]:
    """What the script draws."""
    (block,) = picture.blocks
    read: dict[str, Any] = json.loads(gzip.decompress(b64decode(block.text)))
    return read


def large(count: int, restricted: int) -> Document:
    """A chain of so many boxes, of which every so many-th is restricted and the others are clear."""
    core, clear = documents.huawei_core(), documents.badged()
    devices = [
        replace(judged, device=replace(judged.device, id=f"dev-{number:05d}"))
        for number in range(count)
        for judged in (core if number % restricted == 0 else clear,)
    ]
    chain = tuple(ReportedLink(f"dev-{number:05d}", f"dev-{number + 1:05d}", ("lldp",)) for number in range(count - 1))
    return replace(build(documents.HEADER, devices, ()), links=chain)


def test_the_nodes_are_the_devices_and_the_edges_their_links() -> None:
    data = drawn(topology_map(documents.linked()))
    ends = list(zip(data["edges"][::2], data["edges"][1::2], strict=True))
    assert data["id"] == [judged.device.id for judged in documents.linked().devices]
    assert [(data["id"][one], data["id"][other]) for one, other in ends] == [
        (link.device, link.other) for link in documents.LINKS
    ]


def test_a_node_has_its_name_maker_verdict_and_place() -> None:
    data = drawn(topology_map(documents.linked()))
    assert (data["name"][0], data["text"][0], data["states"][data["state"][0]]) == (
        "lon-core-1",
        "Huawei Technologies NE40E-X8A, restricted, core",
        "restricted",
    )


def test_the_bands_are_the_tiers_with_the_core_above_and_the_unplaced_below() -> None:
    assert [title for title, _, _ in drawn(topology_map(documents.linked()))["bands"]] == [
        "Core",
        "Transport",
        "Access",
        "Enterprise",
        "No zone names a tier",
    ]


def test_where_nobody_chose_the_policies_a_device_would_be_restricted() -> None:
    document = documents.linked()
    unbound = replace(document, header=replace(document.header, binding=False))
    assert drawn(topology_map(unbound))["text"][0].endswith("would be restricted, core")


def test_a_neighbour_that_was_not_scanned_stands_in_a_band_of_its_own_without_a_verdict() -> None:
    data = drawn(topology_map(replace(documents.linked(), seen_only_as_neighbour=(UNSCANNED,))))
    assert (data["bands"][-1][0], data["name"][-1], data["text"][-1], data["states"][data["state"][-1]]) == (
        "Not scanned",
        "olt-x",
        "Huawei Technologies, reported by others, not scanned",
        "not_scanned",
    )
    assert data["edges"][-2:] == [5, 14]


def test_a_network_of_two_thousand_is_drawn_whole() -> None:
    picture = topology_map(large(MAX_NODES, 100))
    assert (len(drawn(picture)["id"]), len(picture.sentences)) == (MAX_NODES, 1)


def test_of_a_larger_network_the_findings_and_their_neighbours_are_drawn_and_it_says_so() -> None:
    picture = topology_map(large(MAX_NODES + 1, 1_000))
    assert drawn(picture)["id"] == [
        "dev-00000",
        "dev-00001",
        "dev-00999",
        "dev-01000",
        "dev-01001",
        "dev-01999",
        "dev-02000",
    ]
    assert picture.sentences[1] == (
        "A network of more than 2,000 devices is not drawn whole: this picture shows 3 of 3 devices with findings, and "
        "4 of their neighbours. 1,994 devices are not in it; the device table has them all."
    )


def test_more_findings_than_a_picture_holds_are_counted() -> None:
    picture = topology_map(large(5_000, 2))
    assert len(drawn(picture)["id"]) == MAX_NODES
    assert picture.sentences[1].startswith(
        "A network of more than 2,000 devices is not drawn whole: this picture shows 1,000 of 2,500 devices with "
        "findings, and 1,000 of their neighbours."
    )


def test_a_large_network_without_findings_is_told_in_words() -> None:
    clear = documents.badged()
    devices = (replace(clear, device=replace(clear.device, id=f"dev-{number}")) for number in range(MAX_NODES + 1))
    document = replace(build(documents.HEADER, devices, ()), links=(ReportedLink("dev-0", "dev-1", ("lldp",)),))
    picture = topology_map(document)
    assert (picture.figures, picture.sentences[1]) == (
        (),
        "A network of more than 2,000 devices is not drawn whole: only devices with findings and their neighbours are, "
        "and no device has a finding.",
    )


def test_devices_without_a_link_are_counted() -> None:
    assert topology_map(documents.linked()).sentences == (
        "14 devices; 9 pairs of them are neighbours by LLDP, CDP, routing or a shared subnet.",
        "4 devices of the picture stand without a known link.",
    )


def test_a_network_without_links_and_one_without_devices_are_told_in_words() -> None:
    apart, empty = replace(documents.linked(), links=()), build(documents.HEADER, (), ())
    assert [(picture.figures, picture.blocks) for picture in map(topology_map, (apart, empty))] == [((), ()), ((), ())]
    assert topology_map(apart).sentences[0].startswith("None of the 14 devices reports a neighbour that answered too")
    assert topology_map(empty).sentences == ("No device answered, so there is nothing to draw.",)


def test_each_restricted_device_is_listed_with_its_neighbours_the_worst_first() -> None:
    first = topology_map(documents.linked()).beside[0]
    assert first == Beside(
        first.device,
        "restricted",
        "■",
        "Restricted",
        "core · core_ip · lon-1",
        first.neighbours,
        "",
    )
    assert (first.device.href, first.device.text) == ("#device=dev-01", "lon-core-1")
    assert [link.text for link in first.neighbours] == ["lon-core-2 (clear)", "lon-core-3 (clear)"]


def test_restricted_devices_beyond_the_list_are_counted_and_found_in_the_table() -> None:
    picture = topology_map(large(2_400, 2))
    assert len(picture.beside) == 100
    assert [(link.href, link.text) for link in picture.rest] == [
        ("#verdict=restricted", "1,100 more devices, in the device table")
    ]


def test_device_text_is_shown_and_does_nothing() -> None:
    text = "\x1b]0;owned\x07\u202e<script>" + "x" * 500
    judged = documents.huawei_core()
    devices = (replace(judged, device=replace(judged.device, name=text)), documents.badged())
    document = replace(build(documents.HEADER, devices, ()), links=(ReportedLink("dev-01", "dev-08", ("lldp",)),))
    assert drawn(topology_map(document))["name"][0].startswith("␛]0;owned␇⟨U+202E⟩<script>xxx")
    assert len(drawn(topology_map(document))["name"][0]) < 150
    assert "<script>xxx" not in text_of(document, "html")


def test_the_same_document_gives_the_same_picture() -> None:
    assert topology_map(documents.linked()) == topology_map(documents.linked())
    assert Verdict.RESTRICTED.value in drawn(topology_map(documents.linked()))["states"]


def test_no_two_nodes_stand_in_one_place_and_each_stands_in_its_band() -> None:
    bands = [[0], list(range(1, 90)), list(range(90, 100))]
    layout = lay_out(bands, [(0, node) for node in range(1, 90)])
    assert len(set(zip(layout.x, layout.y, strict=True))) == 100
    for band, top, bottom in zip(bands, layout.tops, layout.bottoms, strict=True):
        assert {top, bottom} == {min(layout.y[node] for node in band), max(layout.y[node] for node in band)}
    assert (max(layout.x) < 2 * layout.columns, max(layout.y) < layout.rows) == (True, True)


def test_a_node_stands_below_its_neighbour() -> None:
    layout = lay_out([[0, 1, 2], [3, 4, 5]], [(0, 5), (1, 4), (2, 3)])
    assert [layout.x[node] for node in (5, 4, 3)] == [layout.x[node] for node in (0, 1, 2)]
