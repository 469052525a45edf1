"""How a lab becomes network namespaces: which lines `ip` gets, and what is refused."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.lab.errors import LabRefusedError
from scanner.lab.namespace_plan import NamespacePlan, plan_namespaces
from scanner.lab.topology_data import topology_data
from scanner.simulator.device import SimulatedDevice
from scanner.targets.inventories.containerlab.topology import LabTopology, resolve_topology

PATH = Path("/labs/x/x.clab.yml")
DEVICES = {
    name: SimulatedDevice.model_validate_json(
        json.dumps(
            {
                "name": name,
                "mac": f"00:1b:54:00:{number:02x}:00",
                "interfaces": [{"index": 1, "name": "Gi0/1", "link": "eth1"}],
            }
        )
    )
    for number, name in enumerate("abc")
}


def topology(nodes: str, links: str = "[]", head: str = "") -> LabTopology:
    text = f"name: x\n{head}\ntopology:\n  nodes: {nodes}\n  links: {links}\n"
    return resolve_topology(text, PATH, {})


def plan(nodes: str, links: str = "[]", head: str = "") -> NamespacePlan:
    return plan_namespaces(topology(nodes, links, head), DEVICES)


def test_two_nodes_and_a_cable() -> None:
    planned = plan(
        "{a: {kind: linux, mgmt-ipv4: 192.0.2.5}, b: {kind: linux}}",
        '[{endpoints: ["a:eth1", "b:eth7"]}]',
        "mgmt: {ipv4-subnet: 192.0.2.0/24}",
    )
    assert planned.create == ("netns add clab-x-mgmt", "netns add clab-x-a", "netns add clab-x-b")
    assert planned.wire == (
        "link add br0 type bridge",
        "link add eth0 netns clab-x-a address 00:1b:54:00:00:00 type veth peer name m0",
        "link set m0 master br0 up",
        "link add eth0 netns clab-x-b address 00:1b:54:00:01:00 type veth peer name m1",
        "link set m1 master br0 up",
        "link add name eth1 netns clab-x-a address 00:1b:54:00:00:01 type veth peer name eth7 netns clab-x-b",
    )
    assert dict(planned.set_up) == {
        "clab-x-mgmt": ("link set lo up", "link set br0 up", "addr add 192.0.2.1/24 dev br0"),
        "clab-x-a": (
            "addr add 192.0.2.5/24 dev eth0",
            "link set lo up",
            "link set eth0 up",
            "link set eth1 up",
        ),
        "clab-x-b": (
            "addr add 192.0.2.2/24 dev eth0",
            "link set lo up",
            "link set eth0 up",
            "link set eth7 up",
        ),
    }


def test_a_bridge_is_a_namespace_with_a_bridge_and_no_address() -> None:
    planned = plan("{a: {kind: linux}, sw: {kind: ovs-bridge}}", '[{endpoints: ["a:eth1", "sw:p1"]}]')
    assert dict(planned.set_up)["clab-x-sw"] == (
        "link add br0 type bridge",
        "link set br0 up",
        "link set p1 master br0 up",
    )
    assert [node.node.name for node in planned.played] == ["a"]


def test_a_node_at_the_first_address_leaves_the_next_for_the_scanner() -> None:
    planned = plan("{a: {mgmt-ipv4: 192.0.2.1}}", head="mgmt: {ipv4-subnet: 192.0.2.0/29}")
    assert str(planned.gateway) == "192.0.2.2"


@pytest.mark.parametrize(
    ("nodes", "links", "message"),
    [
        ("{a: {}}", '[{endpoints: ["a:eth1", "host:veth1"]}]', "leads out of the lab (host)"),
        ("{a: {}}", "[{type: mgmt-net, endpoint: {node: a, interface: eth1}}]", "leads out of the lab (mgmt-net)"),
        ("{a: {}}", '[{endpoints: ["a:eth1", "z:eth1"]}]', "names no node of the lab"),
        ("{a: {}, b: {}}", '[{endpoints: ["a:eth0", "b:eth1"]}]', "has a name that no link can have"),
        ("{a: {}, b: {}}", '[{endpoints: ["a:e th1", "b:eth1"]}]', "has a name that no link can have"),
        ("{a: {}, b: {}}", '[{endpoints: ["a:sixteencharacter", "b:eth1"]}]', "has a name that no link can have"),
        (
            "{a: {}, b: {}, c: {}}",
            '[{endpoints: ["a:eth1", "b:eth1"]}, {endpoints: ["a:eth1", "c:eth1"]}]',
            "is used twice",
        ),
        ("{a: {}}", "[{type: of-its-own}]", "has no form that is known"),
        ("{z: {}}", "[]", "no device file has the name z"),
        ("{a: {network-mode: host}}", "[]", "has network-mode host"),
        ("{../a: {}}", "[]", "cannot be the name of a namespace"),
        ("{mgmt: {}}", "[]", "cannot be the name of a namespace"),
        ("{a: {mgmt-ipv4: 198.51.100.1}}", "[]", "is not an address of its own in 172.20.20.0/24"),
        ("{a: {mgmt-ipv4: 172.20.20.9}, b: {mgmt-ipv4: 172.20.20.9}}", "[]", "is not an address of its own"),
    ],
)
def test_what_namespaces_cannot_be_is_refused_with_the_reason(nodes: str, links: str, message: str) -> None:
    with pytest.raises(LabRefusedError, match=re.escape(message)):
        plan(nodes, links)


def test_a_full_network_is_refused() -> None:
    with pytest.raises(LabRefusedError, match="is full"):
        plan("{a: {}, b: {}}", head="mgmt: {ipv4-subnet: 192.0.2.0/30}")


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(names, names)
def test_no_name_of_a_topology_becomes_another_word_of_a_command(node: str, interface: str) -> None:
    text = json.dumps(
        {
            "name": "x",
            "topology": {
                "nodes": {node: {}, "b": {}},
                "links": [{"type": "veth", "endpoints": [{"node": node, "interface": interface}, "b:eth1"]}],
            },
        }
    )
    devices = {**DEVICES, node: DEVICES["a"]}
    try:
        planned = plan_namespaces(resolve_topology(text, PATH, {}), devices)
    except LabRefusedError:
        return
    lines = [*planned.create, *planned.wire, *(line for _, lines in planned.set_up for line in lines)]
    assert all(re.fullmatch(r"[A-Za-z0-9_.:/-]+( [A-Za-z0-9_.:/-]+)+", line) for line in lines)
    assert all("/" not in name and not name.startswith(".") for name in planned.namespaces)


def test_the_data_file_holds_no_value_of_the_environment() -> None:
    text = "name: x\ntopology: {nodes: {a: {labels: {role: $CLAB_ROLE, site: ams}}}}\n"
    lab = resolve_topology(text, PATH, {"CLAB_ROLE": "of-the-environment"})
    written = topology_data(lab, plan_namespaces(lab, DEVICES), PATH, Path("/labs/x/clab-x"))
    assert json.loads(written)["nodes"]["a"]["labels"]["site"] == "ams"
    assert "of-the-environment" not in written


def test_the_data_file_has_the_keys_that_containerlab_writes() -> None:
    lab = topology(
        "{a: {kind: linux, labels: {role: core}}, b: {kind: linux}, sw: {kind: bridge}}",
        '[{endpoints: ["a:eth1", "b:eth1"]}]',
    )
    data = json.loads(topology_data(lab, plan_namespaces(lab, DEVICES), PATH, Path("/labs/x/clab-x")))
    assert (data["name"], data["type"]) == ("x", "clab")
    assert {name: node["mgmt-ipv4-address"] for name, node in data["nodes"].items()} == {
        "a": "172.20.20.2",
        "b": "172.20.20.3",
        "sw": "",
    }
    assert data["nodes"]["a"]["longname"] == "clab-x-a"
    assert data["nodes"]["a"]["labels"]["role"] == "core"
    assert data["nodes"]["a"]["labels"]["clab-node-name"] == "a"
    assert data["links"] == [
        {
            "endpoints": {
                "a": {"node": "a", "interface": "eth1", "mac": "00:1b:54:00:00:01", "peer": "z"},
                "z": {"node": "b", "interface": "eth1", "mac": "00:1b:54:00:01:01", "peer": "a"},
            }
        }
    ]
