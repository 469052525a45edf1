"""POWER-ETHERNET-MIB (RFC 3621): the ports that power what hangs on them."""

from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import CaptureOnly, MibObject, ScanStep, SourceModule

PSE_PORT_ADMIN_ENABLE = MibObject("1.3.6.1.2.1.105.1.1.1.3", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND, rows=1)
PSE_PORT_TABLE = MibObject(
    "1.3.6.1.2.1.105.1.1", Source.SNMP_OBJECT, CaptureOnly("one column of the table is enough to see its ports")
)

MODULE = SourceModule("power_ethernet", (PSE_PORT_ADMIN_ENABLE, PSE_PORT_TABLE))


def powers_ports(index: ObservationIndex) -> bool:
    """True if the device has ports with power over Ethernet: any column of pethPsePortTable shows them."""
    return index.holds(PSE_PORT_TABLE.oid)
