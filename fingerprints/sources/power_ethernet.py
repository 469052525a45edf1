"""POWER-ETHERNET-MIB (RFC 3621): the ports that power what hangs on them."""

from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import SECOND_ROUND, MibObject, SourceModule

PSE_PORT_ENTRY = MibObject("1.3.6.1.2.1.105.1.1", Source.SNMP_OBJECT, SECOND_ROUND)

MODULE = SourceModule("power_ethernet", (PSE_PORT_ENTRY,))


def powers_ports(index: ObservationIndex) -> bool:
    """True if the device has ports with power over Ethernet."""
    return index.holds(PSE_PORT_ENTRY.oid)
