"""BRIDGE-MIB (RFC 4188) and Q-BRIDGE-MIB (RFC 4363): the bridge's own address, and the MAC addresses on its ports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fingerprints.claims.claim import Claim, make_claim
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.mac_address import OCTETS, format_mac, mac_of_arcs, parse_mac
from fingerprints.model.neighbour import LearnedMac
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule

BASE_ADDRESS = MibObject("1.3.6.1.2.1.17.1.1.0", Source.SNMP_BRIDGE_ADDRESS, ScanStep.SCALAR)
BASE_PORT_IF_INDEX = MibObject("1.3.6.1.2.1.17.1.4.1.2", Source.SNMP_BRIDGE_PORT)
FDB_PORT = MibObject("1.3.6.1.2.1.17.4.3.1.2", Source.SNMP_FORWARDING_ENTRY, ScanStep.GROWING_COLUMN)
"""dot1dTpFdbPort: the instance is the MAC address."""
VLAN_FDB_PORT = MibObject("1.3.6.1.2.1.17.7.1.2.2.1.2", Source.SNMP_FORWARDING_ENTRY, ScanStep.GROWING_COLUMN)
"""dot1qTpFdbPort: the instance is the filtering database's number, then the MAC address."""

MODULE = SourceModule(
    "bridge_mib",
    (BASE_ADDRESS, BASE_PORT_IF_INDEX, FDB_PORT, VLAN_FDB_PORT),
    match_sources=frozenset((Source.SNMP_BRIDGE_ADDRESS,)),
    report_sources=frozenset((Source.SNMP_BRIDGE_ADDRESS,)),
)


VLANS = frozenset(range(1, 4095))
"""The numbers that a VLAN can have (IEEE 802.1Q)."""


@dataclass(frozen=True, slots=True)
class VlanContexts:
    """Switches that keep a bridge table for each VLAN and show it under `community@vlan` or the context `vlan-N`.

    `tree` is the subtree of their sysObjectIDs, `vlans` the column whose last arc is the number of a VLAN that they
    have. The probe asks for at most `most` VLANs, those in `numbers`.
    """

    tree: str
    vlans: str
    most: int = 64
    numbers: frozenset[int] = VLANS


VLAN_CONTEXTS = (
    VlanContexts("1.3.6.1.4.1.9", "1.3.6.1.4.1.9.9.46.1.3.1.1.2", numbers=VLANS.difference(range(1002, 1006))),
)
"""Cisco's switches: vtpVlanState (CISCO-VTP-MIB) lists their VLANs, and 1002 to 1005, which are for FDDI and Token Ring
(vtpVlanType)."""

VLAN_CONTEXT_COLUMNS = (BASE_PORT_IF_INDEX, FDB_PORT)
"""What the probe asks for in each VLAN."""


def bridge_address_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """The company that the bridge's own MAC address was given to."""
    for observation in index.of(Source.SNMP_BRIDGE_ADDRESS)[:1]:
        mac = parse_mac(observation.value)
        owner = mac_owner(mac, database)
        if owner is not None:
            shown = Observation(observation.source, observation.at, format_mac(mac))
            yield make_claim(database, Role.MAKER, owner, "bridge-address", shown)


def bridge_macs(index: ObservationIndex) -> Iterator[bytes]:
    """The bridge's own MAC address, as octets; empty octets if its value is none."""
    yield from (parse_mac(observation.value) for observation in index.of(Source.SNMP_BRIDGE_ADDRESS))


def forwarded_macs(index: ObservationIndex, ports: Mapping[str, str]) -> Iterator[LearnedMac]:
    """The rows of the forwarding databases, each with its port's name in `ports`, else its number.

    Port numbers are the bridge's own (dot1dBasePort); 0 stands for an unknown port.
    """
    if_indices = {BASE_PORT_IF_INDEX.instance_in(row.at): row.value for row in index.of(Source.SNMP_BRIDGE_PORT)}
    for row in index.of(Source.SNMP_FORWARDING_ENTRY):
        column = FDB_PORT if row.at.startswith(FDB_PORT.prefix) else VLAN_FDB_PORT
        mac = mac_of_arcs(column.instance_in(row.at).split(".")[-OCTETS:])
        if mac and row.value not in ("", "0"):
            if_index = if_indices.get(row.value, row.value)
            yield LearnedMac(format_mac(mac), ports.get(if_index, if_index))
