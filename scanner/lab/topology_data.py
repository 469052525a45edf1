"""`topology-data.json` in the shape in which containerlab writes it into the folder of a deployed lab."""

import json
from pathlib import Path
from typing import Any

from scanner.lab.namespace_plan import NamespacePlan, PlayedNode, is_bridge, joined_ends, mac_of_link
from scanner.simulator.device import SimulatedDevice
from scanner.targets.inventories.containerlab.links import LinkEnd
from scanner.targets.inventories.containerlab.topology import LabNode, LabTopology

TOPOLOGY_DATA = "topology-data.json"


def topology_data(topology: LabTopology, plan: NamespacePlan, path: Path, folder: Path) -> str:
    """The file of a lab that is up: `path` is its topology, `folder` its `clab-NAME`."""
    played = {node.node.name: node for node in plan.played}
    devices = {name: node.device for name, node in played.items()}
    nodes = {
        node.name: _node(topology, node, number, plan, played.get(node.name), path, folder)
        for number, node in enumerate(topology.nodes)
    }
    management = {
        "network": topology.network or "clab",
        "bridge": "",
        "ipv4-subnet": str(plan.subnet),
        "ipv4-gw": str(plan.gateway),
        "mtu": "1500",
        "external-access": False,
    }
    links = [
        {"endpoints": {"a": _end(one, devices, "z"), "z": _end(other, devices, "a")}}
        for one, other in joined_ends(topology.links)
    ]
    whole = {
        "name": topology.name,
        "type": "clab",
        "clab": {"config": {"prefix": "clab", "mgmt": management}},
        "ssh-pub-keys": [],
        "nodes": nodes,
        "links": links,
    }
    return json.dumps(whole, indent=2) + "\n"


def _node(
    topology: LabTopology,
    node: LabNode,
    number: int,
    plan: NamespacePlan,
    played: PlayedNode | None,
    path: Path,
    folder: Path,
) -> dict[str, Any]:
    own = {
        "clab-node-group": node.group,
        "clab-node-kind": node.kind,
        "clab-node-lab-dir": str(folder / node.name),
        "clab-node-longname": node.container,
        "clab-node-name": node.name,
        "clab-node-type": node.type,
        "clab-topo-file": str(path),
        "containerlab": topology.name,
    }
    # A value of the environment may be a secret, and what stands here ends in reports.
    written = {name: text for name, text in node.labels if name not in node.from_environment}
    return {
        "index": str(number),
        "shortname": node.name,
        "longname": node.name if is_bridge(node) else node.container,
        "fqdn": f"{node.name}.{topology.name}.io",
        "group": node.group,
        "labdir": str(folder / node.name),
        "kind": node.kind,
        "image": node.image,
        "mgmt-net": topology.network or "clab" if played else "",
        "mgmt-intf": "eth0" if played else "",
        "mgmt-ipv4-address": str(played.address) if played else "",
        "mgmt-ipv4-prefix-length": plan.subnet.prefixlen if played else 0,
        "mgmt-ipv6-address": "",
        "mgmt-ipv6-prefix-length": 0,
        "mac-address": "",
        "labels": dict(sorted({**own, **written}.items())),
        "port-bindings": [],
    }


def _end(end: LinkEnd, devices: dict[str, SimulatedDevice], peer: str) -> dict[str, str]:
    device = devices.get(end.node)
    mac = mac_of_link(device, end.interface).hex(":") if device else ""
    return {"node": end.node, "interface": end.interface, "mac": mac, "peer": peer}
