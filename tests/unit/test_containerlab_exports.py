"""What containerlab and its tools write of a deployed lab: data files, what inspect prints, inventories."""

import json
from pathlib import Path
from typing import Any

import pytest

from fingerprints.model.errors import DataFileError
from scanner.targets.entry import DeclaredLink, InventoryContent, InventoryEntry, NoteKind
from scanner.targets.inventories.content import content_of
from scanner.targets.inventories.registry import read_inventory, read_recognised

CANARY = "hunter2-canary"


def understood(tree: Any, kind: str) -> InventoryContent:
    read = read_recognised(content_of(json.dumps(tree).encode(), Path("any.json")))
    assert read.kind.name == kind
    return read.content


def words(content: InventoryContent) -> list[tuple[str, ...]]:
    return [(entry.word, *entry.labels) for entry in content.entries]


def skipped(content: InventoryContent) -> list[tuple[str, str, str]]:
    return [(entry.name, entry.reason.value, entry.detail) for entry in content.skipped]


def node(name: str, kind: str, address: str, **more: Any) -> dict[str, Any]:
    return {"shortname": name, "longname": f"clab-lab-{name}", "kind": kind, "mgmt-ipv4-address": address, **more}


def deployed(**nodes: dict[str, Any]) -> dict[str, Any]:
    mgmt = {"network": "clab", "ipv4-subnet": "192.0.2.0/24", "ipv6-subnet": "2001:db8:20::/64"}
    return {"name": "lab", "type": "clab", "clab": {"config": {"prefix": "clab", "mgmt": mgmt}}, "nodes": nodes}


def test_nodes_without_an_address_are_told_and_the_rest_is_read() -> None:
    content = understood(
        deployed(
            br1=node("br1", "bridge", ""),
            card=node("card", "nokia_srsim", ""),
            r1=node("r1", "arista_ceos", "192.0.2.1"),
            six=node("six", "linux", "", **{"mgmt-ipv6-address": "2001:db8:20::6"}),
            k1=node("k1", "k8s-kind", "192.0.2.9"),
        ),
        "containerlab-data",
    )
    assert words(content) == [("192.0.2.1", "r1", "clab-lab-r1"), ("2001:db8:20::6", "six", "clab-lab-six")]
    assert skipped(content) == [
        ("br1", "no-address", "bridge"),
        ("card", "no-address", "nokia_srsim"),
        ("k1", "no-device", "k8s-kind, a cluster"),
    ]


def test_labels_are_texts_and_the_type_is_taken_from_them() -> None:
    labels = {"clab-node-type": "ixrd3", "site": "ams", "release": "1.10", "snmp-community": CANARY, "empty": ""}
    content = understood(
        deployed(r1=node("r1", "nokia_srlinux", "192.0.2.1", group="core", labels=labels)), "containerlab-data"
    )
    assert content.entries == (
        InventoryEntry(
            "nodes.r1",
            "192.0.2.1",
            ("r1", "clab-lab-r1"),
            (
                ("clab-kind", "nokia_srlinux"),
                ("group", "core"),
                ("type", "ixrd3"),
                ("clab-node-type", "ixrd3"),
                ("site", "ams"),
                ("release", "1.10"),
            ),
            secret_columns=("snmp-community",),
        ),
    )


def test_links_and_networks_of_the_data_file_are_kept() -> None:
    tree = deployed(r1=node("r1", "linux", "192.0.2.1"), r2=node("r2", "linux", "203.0.113.2"))
    end = {"node": "r1", "interface": "e1-1", "mac": "02:00:5e:10:00:01", "peer": "z"}
    tree["links"] = [
        {"endpoints": {"a": end, "z": {"node": "r2", "interface": "eth1"}}, "vars": {"circuit": "C-17"}},
        {"endpoints": {"a": {"node": "r1", "interface": "e1-9", "peer": "dummy"}}},
    ]
    content = understood(tree, "containerlab-data")
    assert content.links == (DeclaredLink("r1", "e1-1", "r2", "eth1"),)
    assert content.networks == ("192.0.2.0/24", "2001:db8:20::/64")
    assert [(note.kind, note.subject) for note in content.notes] == [(NoteKind.OUTSIDE_NETWORK, "r2 (203.0.113.2)")]


def test_topo_viewer_writes_its_nodes_as_a_list() -> None:
    listed = {
        "name": "lab",
        "type": "clab",
        "nodes": [
            {"id": "r1", **node("r1", "linux", "192.0.2.1", group="core", labels={"topoViewer-role": "spine"})},
            {"id": "br1", **node("br1", "bridge", "")},
        ],
        "links": [
            {"source": "r1", "sourceEndpoint": "eth1", "target": "br1", "targetEndpoint": "eth9"},
            {"endpoints": {"a": {"node": "r1", "interface": "eth2"}, "z": {"node": "r1", "interface": "eth3"}}},
        ],
    }
    content = understood(listed, "containerlab-data")
    assert content.entries == (
        InventoryEntry(
            "nodes[0]",
            "192.0.2.1",
            ("r1", "clab-lab-r1"),
            (("clab-kind", "linux"), ("group", "core"), ("topoViewer-role", "spine")),
        ),
    )
    assert skipped(content) == [("br1", "no-address", "bridge")]
    assert content.links == (DeclaredLink("r1", "eth1", "br1", "eth9"), DeclaredLink("r1", "eth2", "r1", "eth3"))


@pytest.mark.parametrize(
    "tree",
    [
        {"nodes": [{"id": "r1", "name": "r1", "ExtraData": {"ClabNodeName": "r1", "MgmtIPv4Address": "192.0.2.1"}}]},
        [{"group": "nodes", "data": {"id": "r1", "extraData": {"mgmtIpv4Addresss": "192.0.2.1"}}}, {"group": "edges"}],
        {"elements": [{"group": "nodes", "data": {"id": "r1", "extraData": {"mgmtIpv4Address": "192.0.2.1"}}}]},
    ],
)
def test_what_topo_viewer_draws_is_read_too(tree: Any) -> None:
    assert words(understood(tree, "containerlab-data")) == [("192.0.2.1", "r1")]


def test_the_minimal_export_of_a_failed_template_is_refused_with_its_place() -> None:
    with pytest.raises(DataFileError, match="there are no nodes"):
        understood({"name": "lab", "type": "clab"}, "containerlab-data")


CONTAINERS = [
    {
        "lab_name": "lab",
        "labPath": "lab.clab.yml",
        "name": "clab-lab-r1",
        "container_id": "9f2a1c4e5b6d",
        "image": "ghcr.io/nokia/srlinux",
        "kind": "nokia_srlinux",
        "group": "core",
        "state": "running",
        "ipv4_address": "192.0.2.1/24",
        "ipv6_address": "2001:db8:20::1/64",
    },
    {"lab_name": "lab", "name": "lab-r2", "container_id": "a", "kind": "linux", "state": "running",
     "ipv4_address": "N/A", "ipv6_address": "2001:db8:20::2/64"},
    {"lab_name": "lab", "name": "clab-lab-r3", "container_id": "b", "kind": "linux", "state": "exited",
     "ipv4_address": "N/A", "ipv6_address": "N/A"},
    {"lab_name": "lab", "name": "clab-lab-r4", "container_id": "c", "kind": "linux", "state": "running",
     "ipv4_address": "N/A", "ipv6_address": "N/A"},
]  # fmt: skip


@pytest.mark.parametrize("tree", [CONTAINERS, {"containers": CONTAINERS}, {"lab": CONTAINERS}])
def test_inspect_is_read_as_a_list_and_by_lab(tree: Any) -> None:
    content = understood(tree, "containerlab-inspect")
    assert words(content) == [("192.0.2.1", "r1", "clab-lab-r1"), ("2001:db8:20::2", "r2", "lab-r2")]
    assert content.entries[0].attributes == (("clab-kind", "nokia_srlinux"), ("group", "core"))
    assert skipped(content) == [("clab-lab-r3", "down", "exited"), ("clab-lab-r4", "no-address", "linux")]


ANSIBLE = f"""all:
  vars:
    # The generated inventory is assumed to be used from the clab host.
    ansible_httpapi_use_proxy: false
  children:
    nokia_srlinux:
      vars:
        ansible_network_os: nokia.srlinux.srlinux
        # default connection type for nodes of this kind
        # feel free to override this in your inventory
        ansible_connection: ansible.netcommon.httpapi
        ansible_user: admin
        ansible_password: {CANARY}
      hosts:
        clab-lab-r1:
          ansible_host: 192.0.2.1
    linux:
      hosts:
        clab-lab-h1:
          ansible_host: 192.0.2.2
          ansible_user: root
          ansible_password: {CANARY}
        clab-lab-br1:
          ansible_host:
    spine:
      hosts:
        clab-lab-r1:
          ansible_host: 192.0.2.1
"""

NORNIR = f"""---
r1:
    username: admin
    password: {CANARY}
    platform: nokia_srlinux
    hostname: 192.0.2.1
    groups:
      - spine
h1:
    username:
    password:
    platform: linux
    hostname: 192.0.2.2
"""


@pytest.mark.parametrize(
    ("file", "text", "kind", "secret"),
    [
        ("ansible-inventory.yml", ANSIBLE, "ansible-yaml", "ansible_password"),
        ("nornir-simple-inventory.yml", NORNIR, "nornir", "password"),
    ],
)
def test_the_inventories_that_containerlab_writes_are_read_without_their_passwords(
    tmp_path: Path, file: str, text: str, kind: str, secret: str
) -> None:
    (tmp_path / file).write_text(text)
    read = read_inventory(tmp_path / file)
    assert read.kind.name == kind
    named = {entry.word: (dict(entry.attributes).get("group"), entry.user) for entry in read.content.entries}
    assert named["192.0.2.1"][1] == "admin"
    assert set(named) >= {"192.0.2.1", "192.0.2.2"}
    assert read.content.secret_names == (secret,)
    assert CANARY not in repr(read.content)
