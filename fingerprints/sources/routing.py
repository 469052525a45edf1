"""Routing: the neighbours in the tables of BGP, OSPF, IS-IS and LDP, and the VRF of each interface.

BGP4-MIB (RFC 4273), OSPF-MIB (RFC 4750), ISIS-MIB (RFC 4444), MPLS-LDP-STD-MIB (RFC 3815) and MPLS-L3VPN-STD-MIB
(RFC 4382).
"""

from collections.abc import Iterator

from fingerprints.model.evidence import Source
from fingerprints.model.neighbour import Neighbour, NeighbourProtocol
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.source_module import MibObject, SourceModule

BGP_PEER_STATE = MibObject("1.3.6.1.2.1.15.3.1.2", Source.SNMP_ROUTING_NEIGHBOUR)
OSPF_NBR_STATE = MibObject("1.3.6.1.2.1.14.10.1.6", Source.SNMP_ROUTING_NEIGHBOUR)
ISIS_ADJ_STATE = MibObject("1.3.6.1.2.1.138.1.6.1.1.2", Source.SNMP_ROUTING_NEIGHBOUR)
LDP_SESSION_STATE = MibObject("1.3.6.1.2.1.10.166.4.1.3.3.1.2", Source.SNMP_ROUTING_NEIGHBOUR)
VRF_IF_CLASSIFICATION = MibObject("1.3.6.1.2.1.10.166.11.1.2.1.1.2", Source.SNMP_VRF_INTERFACE)
"""mplsL3VpnIfVpnClassification: the instance holds the VRF's name and the ifIndex."""

MODULE = SourceModule(
    "routing", (BGP_PEER_STATE, OSPF_NBR_STATE, ISIS_ADJ_STATE, VRF_IF_CLASSIFICATION, LDP_SESSION_STATE)
)

_PROTOCOLS = (
    ("bgp", BGP_PEER_STATE.prefix),
    ("ospf", OSPF_NBR_STATE.prefix),
    ("isis", ISIS_ADJ_STATE.prefix),
    ("ldp", LDP_SESSION_STATE.prefix),
)


def routing_neighbours(index: ObservationIndex) -> Iterator[Neighbour]:
    """The peers of routing protocols, in the order of their tables."""
    for observation in index.of(Source.SNMP_ROUTING_NEIGHBOUR):
        for protocol, prefix in _PROTOCOLS:
            if observation.at.startswith(prefix):
                yield Neighbour(NeighbourProtocol(protocol), "", _peer(protocol, observation.at.removeprefix(prefix)))


def _peer(protocol: str, instance: str) -> str:
    """The peer in an instance: BGP and OSPF index by an IPv4 address; LDP ends in the peer's LSR identifier and label
    space (RFC 3815); IS-IS keeps its index."""
    arcs = instance.split(".")
    if protocol in ("bgp", "ospf") and len(arcs) >= 4:
        return ".".join(arcs[:4])
    return ".".join(arcs[-6:-2]) if protocol == "ldp" and len(arcs) >= 12 else instance


def interface_vrfs(index: ObservationIndex) -> Iterator[tuple[str, str]]:
    """ifIndex and VRF name of each interface in a VRF. An instance is the name's length, its octets, the ifIndex."""
    for row in index.of(Source.SNMP_VRF_INTERFACE):
        arcs = VRF_IF_CLASSIFICATION.instance_in(row.at).split(".")
        if all(arc.isdecimal() and len(arc) < 11 for arc in arcs):
            octets = [int(arc) for arc in arcs[1:-1]]
            if len(octets) == int(arcs[0]) and all(octet < 256 for octet in octets):
                yield arcs[-1], clean("".join(map(chr, octets)))
