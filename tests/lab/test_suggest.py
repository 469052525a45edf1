"""Core told from anything else by the evidence of one scan of the lab, names not used."""

import pytest

from fingerprints.database.fingerprint_database import load_database
from fingerprints.identity.identify import identify
from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.model.device import Device
from reports.placement.suggest import suggest
from reports.placement.topology import LinkKind, topology_of
from scanner.store.store import open_store
from tests.lab.namespaces import Lab
from tests.lab.test_lab import Scanned, nodes_of, scanned

pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]

__all__ = ["scanned"]


@pytest.fixture(scope="module")
def devices(lab: Lab, scanned: Scanned) -> dict[str, Device]:
    """Each node's device, by the node's name in the topology file."""
    with open_store(str(scanned.folder / "kitscan.sqlite")) as store:
        evidence = [one for one in store.evidence(store.run(None).id) if one.observations]
    database = load_database()
    found = [identify(gathered, database) for gathered in merge_addresses(evidence, database)]
    setup = {name: lab.topology["nodes"][name]["labels"]["lab/setup"] for name in nodes_of(lab)}
    return {name: one for name, said in setup.items() for one in found if any(f" {a}/" in said for a in one.addresses)}


def test_core_is_told_from_the_rest_or_not_told(lab: Lab, devices: dict[str, Device]) -> None:
    proposals = suggest(tuple(devices.values()), use_names=False)
    told = {name: one.core for name, one in zip(devices, proposals, strict=True)}
    expected = {name: labels["expect/core"] == "yes" for name, labels in nodes_of(lab).items()}
    assert told == expected | {"sw1": None, "srv1": None}, "\n".join(
        f"{name} {one.points} {one.signs}" for name, one in zip(devices, proposals, strict=True)
    )


def test_the_graph_by_lldp_is_that_of_the_file(lab: Lab, devices: dict[str, Device]) -> None:
    names = {one.id: name for name, one in devices.items()}
    found = {
        frozenset(names.get(end, end) for end in (link.reporter, link.reported))
        for link in topology_of(tuple(devices.values())).links
        if link.kind is LinkKind.LLDP
    }
    labels = {name: node.get("labels", {}).get("lab/services", "") for name, node in lab.topology["nodes"].items()}
    ends = [tuple(end.split(":")[0] for end in link["endpoints"]) for link in lab.topology["links"]]
    assert found == {frozenset(pair) for pair in ends if all("lldpd" in labels[name] for name in pair)}
