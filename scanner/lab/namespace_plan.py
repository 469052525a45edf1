"""How a lab becomes network namespaces: their names, and the lines of `ip -batch` that make and wire them. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from scanner.lab.errors import LabRefusedError
from scanner.simulator.device import SimulatedDevice
from scanner.targets.inventories.containerlab.links import LabLink, LinkEnd
from scanner.targets.inventories.containerlab.topology import LabNode, LabTopology

BRIDGE = "br0"
"""The bridge inside the management namespace, and inside that of a node that is a bridge."""

MANAGEMENT_PORT = "eth0"
"""The interface by which containers, and so these devices, are in the management network."""

DEFAULT_SUBNET = IPv4Network("172.20.20.0/24")
"""containerlab's own."""

BRIDGE_KINDS = frozenset(("bridge", "ovs-bridge"))

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}\Z")
"""What may stand in a line for `ip`, and as a file below /run/netns."""

_INTERFACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}\Z")
"""At most 15 characters: the kernel's IFNAMSIZ."""

_EDIT = "correct the topology, or run the lab with containerlab"


@dataclass(frozen=True, slots=True)
class PlayedNode:
    """A node whose device the runner plays: the namespace it is in, and its address in the management network."""

    node: LabNode
    device: SimulatedDevice
    namespace: str
    address: IPv4Address


@dataclass(frozen=True, slots=True)
class NamespacePlan:
    """What to make. `create` are lines for the machine's own namespace, and make only namespaces; `wire` are for the
    management one; `set_up` are for each. `gateway` is the address to scan from."""

    management: str
    subnet: IPv4Network
    gateway: IPv4Address
    played: tuple[PlayedNode, ...]
    bridges: tuple[str, ...]
    create: tuple[str, ...]
    wire: tuple[str, ...]
    set_up: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The names of all of them."""
        return (self.management, *(played.namespace for played in self.played), *self.bridges)


def management_namespace(lab: str) -> str:
    """The namespace of a lab's management network: a scan runs in it."""
    return f"clab-{lab}-mgmt"


def plan_namespaces(topology: LabTopology, devices: Mapping[str, SimulatedDevice]) -> NamespacePlan:
    """Plan a lab. Raises LabRefusedError for what namespaces cannot be: a link to the host, a node without a device."""
    _check_names(topology)
    _check_links(topology)
    management = management_namespace(topology.name)
    subnet = next((net for net in topology.subnets if isinstance(net, IPv4Network)), DEFAULT_SUBNET)
    addresses = _addresses(topology, subnet)
    played = tuple(
        PlayedNode(node, _device(topology, node, devices), _namespace(topology, node.name), addresses[node.name])
        for node in topology.nodes
        if not is_bridge(node)
    )
    bridges = tuple(_namespace(topology, node.name) for node in topology.nodes if is_bridge(node))
    names = (management, *(node.namespace for node in played), *bridges)
    gateway = _next_free(topology, subnet, set(addresses.values()))
    create = tuple(f"netns add {name}" for name in names)
    wire = tuple(_wire(topology, played))
    set_up = tuple(_set_up(topology, management, f"{gateway}/{subnet.prefixlen}", subnet, played))
    return NamespacePlan(management, subnet, gateway, played, bridges, create, wire, set_up)


def is_bridge(node: LabNode) -> bool:
    """True for a node that is no device but a bridge."""
    return node.kind in BRIDGE_KINDS


def joined_ends(links: tuple[LabLink, ...]) -> Iterator[tuple[LinkEnd, LinkEnd]]:
    """Both ends of each link between two nodes."""
    return ((link.a, link.b) for link in links if link.b is not None)


def _namespace(topology: LabTopology, node: str) -> str:
    return f"clab-{topology.name}-{node}"


def _check_names(topology: LabTopology) -> None:
    names = [topology.name, *(node.name for node in topology.nodes)]
    wrong = [name for name in names if not _NAME.match(name) or name == "mgmt"]
    if wrong:
        raise LabRefusedError(
            f"{wrong[0][:40]!r} cannot be the name of a namespace",
            "names of letters, digits, - and _; none of them mgmt",
        )


def _check_links(topology: LabTopology) -> None:
    nodes = {node.name for node in topology.nodes}
    if topology.unknown_links:
        raise LabRefusedError(f"topology.links[{topology.unknown_links[0]}] has no form that is known", _EDIT)
    used: set[LinkEnd] = set()
    for link in topology.links:
        if link.b is None:
            raise LabRefusedError(
                f"the link of {link.a.node}:{link.a.interface} leads out of the lab ({link.type.value}), and network "
                "namespaces change nothing of this machine's own network",
                _EDIT,
            )
        for end in (link.a, link.b):
            problem = _problem_of_end(end, nodes, used)
            if problem:
                raise LabRefusedError(f"the link end {end.node[:40]}:{end.interface[:40]} {problem}", _EDIT)
            used.add(end)


def _problem_of_end(end: LinkEnd, nodes: set[str], used: set[LinkEnd]) -> str:
    if end.node not in nodes:
        return "names no node of the lab"
    if not _INTERFACE.match(end.interface) or end.interface in (MANAGEMENT_PORT, BRIDGE, "lo"):
        return f"has a name that no link can have: at most 15 letters, digits, - and _, and not {MANAGEMENT_PORT}"
    return "is used twice" if end in used else ""


def _device(topology: LabTopology, node: LabNode, devices: Mapping[str, SimulatedDevice]) -> SimulatedDevice:
    if node.network_mode:
        raise LabRefusedError(f"{node.name} has network-mode {node.network_mode}, which namespaces do not have", _EDIT)
    if node.name not in devices:
        raise LabRefusedError(
            f"{topology.name}: no device file has the name {node.name}",
            "write it into the folder devices, or run the lab with containerlab",
        )
    return devices[node.name]


def _addresses(topology: LabTopology, subnet: IPv4Network) -> dict[str, IPv4Address]:
    """The address of each device: the fixed ones, and for the others the first that are free."""
    addresses: dict[str, IPv4Address] = {}
    for node in topology.nodes:
        fixed = next((text for text in node.management if ":" not in text), "")
        if is_bridge(node) or not fixed:
            continue
        address = IPv4Address(fixed)
        if address not in subnet or address in addresses.values():
            raise LabRefusedError(f"{node.name}: {fixed} is not an address of its own in {subnet}", _EDIT)
        addresses[node.name] = address
    gateway = {_next_free(topology, subnet, set(addresses.values()))}
    for node in topology.nodes:
        if not is_bridge(node) and node.name not in addresses:
            addresses[node.name] = _next_free(topology, subnet, {*addresses.values(), *gateway})
    return addresses


def _next_free(topology: LabTopology, subnet: IPv4Network, taken: set[IPv4Address]) -> IPv4Address:
    address = next((address for address in subnet.hosts() if address not in taken), None)
    if address is None:
        raise LabRefusedError(f"{topology.name}: the management network {subnet} is full", _EDIT)
    return address


def _wire(topology: LabTopology, played: tuple[PlayedNode, ...]) -> Iterator[str]:
    """Run in the management namespace, where nothing has the name of a node's interface."""
    yield f"link add {BRIDGE} type bridge"
    for number, node in enumerate(played):
        mac = bytes.fromhex(node.device.mac.replace(":", ""))
        address = f" address {mac.hex(':')}" if is_card_address(mac) else ""
        yield f"link add {MANAGEMENT_PORT} netns {node.namespace}{address} type veth peer name m{number}"
        yield f"link set m{number} master {BRIDGE} up"
    by_name = {node.node.name: node.device for node in played}
    for link in topology.links:
        if link.b is not None:
            one, other = (_veth_end(topology, end, by_name.get(end.node)) for end in (link.a, link.b))
            yield f"link add {one} type veth peer {other}"


def _veth_end(topology: LabTopology, end: LinkEnd, device: SimulatedDevice | None) -> str:
    mac = mac_of_link(device, end.interface) if device else b""
    address = f" address {mac.hex(':')}" if mac else ""
    return f"name {end.interface} netns {_namespace(topology, end.node)}{address}"


def mac_of_link(device: SimulatedDevice, link: str) -> bytes:
    """The MAC address of the interface that a link carries; no octets if none does, or no card can have it."""
    mac = next((device.mac_of(interface) for interface in device.interfaces if interface.link == link), b"")
    return mac if is_card_address(mac) else b""


def is_card_address(mac: bytes) -> bool:
    """True for six octets that a card can have: no group address, not all zero."""
    return len(mac) == 6 and any(mac) and not mac[0] & 1


def _set_up(
    topology: LabTopology, management: str, gateway: str, subnet: IPv4Network, played: tuple[PlayedNode, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield management, ("link set lo up", f"link set {BRIDGE} up", f"addr add {gateway} dev {BRIDGE}")
    links: dict[str, list[str]] = {node.name: [] for node in topology.nodes}
    for one, other in joined_ends(topology.links):
        for end in (one, other):
            links[end.node].append(end.interface)
    for node in played:
        up = (f"link set {name} up" for name in ("lo", MANAGEMENT_PORT, *links[node.node.name]))
        yield node.namespace, (f"addr add {node.address}/{subnet.prefixlen} dev {MANAGEMENT_PORT}", *up)
    for bridge in filter(is_bridge, topology.nodes):
        ports = (f"link set {name} master {BRIDGE} up" for name in links[bridge.name])
        yield _namespace(topology, bridge.name), (f"link add {BRIDGE} type bridge", f"link set {BRIDGE} up", *ports)
